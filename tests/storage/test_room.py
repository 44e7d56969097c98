"""No room on the disk: what was to be written is not, says so in one way, and works as soon as there is room."""

import asyncio
import errno
import io
import logging
import os
import sqlite3
import time
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.errors import ImageGone, StoreFull
from bot.domain.portraits.vendor import Picture
from bot.storage import pictures as keeping
from bot.storage import room as rooms
from bot.storage.database import Database, open_database
from bot.storage.disk import Disk
from bot.storage.pictures import FilePictures
from bot.storage.room import Room
from bot.storage.units import DatabaseError, Refused, Transaction
from tests.fakes.builders import a_picture
from tests.fakes.small import small_disk
from tests.storage.row_checks import rows

pytestmark = pytest.mark.sqlite

BIG = "x" * 100_000


async def _pages(database: Database, most: int) -> None:
    """As if the disk held so many pages."""
    await database._writer.execute(f"PRAGMA max_page_count = {most}")  # pyright: ignore[reportAttributeAccessIssue]


def _put(tx: Transaction) -> None:
    tx.run("INSERT INTO fact (name, value) VALUES (:name, '')", {"name": BIG})


async def _full(database: Database) -> None:
    await _pages(database, 1)
    with pytest.raises(StoreFull):
        await database.write(_put)


async def test_what_finds_no_room_is_not_written_and_the_next_is(database: Database) -> None:
    await _full(database)
    assert not database.room.is_there
    assert await rows(database, "SELECT name FROM fact") == []
    await _pages(database, 100_000)
    await database.write(_put)
    assert len(await rows(database, "SELECT name FROM fact")) == 1
    await database.probe()
    assert database.room.is_there


async def test_only_a_failing_disk_is_no_room(database: Database) -> None:
    with pytest.raises(DatabaseError, match="no such table"):
        await database.write(lambda tx: tx.run("INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(Refused):
        await database.write(lambda tx: tx.run("INSERT INTO fact (name, value) VALUES (NULL, '')"))
    assert database.room.is_there


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_READONLY_DBMOVED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL]
)
async def test_every_way_in_which_a_disk_fails_is_the_same_to_a_member(database: Database, code: int) -> None:
    def fails(_: Transaction) -> None:
        error = sqlite3.OperationalError("of the disk")
        error.sqlite_errorcode = code
        raise error

    with pytest.raises(StoreFull):
        await database.write(fails)
    await database.write(_put)


async def test_a_probe_writes_and_changes_nothing(database: Database, tmp_path: Path) -> None:
    before = await rows(database, "SELECT * FROM keeping")
    await database.scrub()
    await database.probe()
    assert await rows(database, "SELECT * FROM keeping") == before
    [log] = tmp_path.rglob("*-wal")
    assert log.stat().st_size > 0


async def test_a_step_in_somebodys_hands_waits_for_room_and_a_members_change_does_not(database: Database) -> None:
    await _full(database)
    step = asyncio.create_task(database.write_at_last(_put))
    await asyncio.sleep(0.1)
    assert not step.done()
    with pytest.raises(StoreFull):
        await database.write(_put, patient=True)
    await _pages(database, 100_000)
    await database.probe()
    await asyncio.wait_for(step, 2)
    assert len(await rows(database, "SELECT name FROM fact")) == 1


async def test_going_down_waits_for_no_room(database: Database) -> None:
    await _full(database)
    step = asyncio.create_task(database.write_at_last(_put))
    await asyncio.sleep(0.1)
    Disk(database, FilePictures(Path("nowhere"))).give_up()
    with pytest.raises(StoreFull):
        await asyncio.wait_for(step, 2)


def test_the_operator_reads_one_line_however_much_fails(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    clock = 1000.0
    monkeypatch.setattr(rooms.time, "monotonic", lambda: clock)
    room = Room(Path("/data/pictures"), "no picture can be kept")
    for _ in range(50):
        room.missed(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    line = caplog.records[0].getMessage()
    assert "/data/pictures cannot be written (No space left on device)" in line
    assert "make room" in line
    # A disk that is full every other moment is not spoken of each time.
    for _ in range(10):
        room.found()
        room.missed(OSError(errno.EROFS, os.strerror(errno.EROFS)))
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    clock += rooms.REMINDER
    room.missed(OSError(errno.EROFS, os.strerror(errno.EROFS)))
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "ERROR"]


@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO, errno.EFBIG, errno.EPERM]
)
@pytest.mark.parametrize("at", ["fsync", "replace"])
async def test_a_picture_that_cannot_be_kept_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, at: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    pictures = FilePictures(tmp_path / "pictures")
    with monkeypatch.context() as patched:
        patched.setattr(*((os, "fsync") if at == "fsync" else (Path, "replace")), fails)
        with pytest.raises(StoreFull):
            await pictures.keep(a_picture())
        if at == "fsync":
            await pictures.look()
            assert not pictures.room.is_there
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    await pictures.look()
    assert pictures.room.is_there
    assert await pictures.load(await pictures.keep(a_picture())) == a_picture()


async def test_room_is_room_for_the_largest_picture_that_was_seen(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2 * 2**20) as disk:
        pictures = FilePictures(disk.folder / "pictures")
        large = Picture(os.urandom(700_000), "image/png", 512, 512)
        small = a_picture()
        await pictures.look()
        assert pictures.room.is_there
        disk.fill(keeping.LEAST * 2)
        with pytest.raises(StoreFull):
            await pictures.keep(large)
        for left in (1, 2):
            # Where a small one finds room, and the next large one does not.
            await pictures.look()
            assert not pictures.room.is_there, left
        disk.empty()
        await pictures.look()
        assert pictures.room.is_there
        await pictures.keep(large)
        # Known before anybody loses by it.
        disk.fill(600_000)
        await pictures.look()
        assert not pictures.room.is_there
        await pictures.keep(small)
        assert disk.rest() == []


async def test_a_small_form_that_cannot_be_kept_is_shown_all_the_same(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2 * 2**20) as disk:
        pictures = FilePictures(disk.folder / "pictures")
        out = io.BytesIO()
        Image.new("RGB", (300, 300)).save(out, "PNG")
        name = await pictures.keep(Picture(out.getvalue(), "image/png", 300, 300))
        disk.fill()
        assert (await pictures.crop(name)).data
        assert disk.rest() == []
        with pytest.raises(ImageGone):
            await pictures.crop(name.replace(name[:4], "0000"))


async def test_what_a_probe_left_when_it_was_killed_goes_at_the_next_start(tmp_path: Path) -> None:
    pictures = FilePictures(tmp_path)
    for name in (".abc.part", "ab/.abc.part", "ab/abc.part", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    await pictures.drop_parts(time.time())
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"abc.part", "notes.txt"}


async def test_a_real_disk_that_is_full(tmp_path: Path) -> None:
    """Not SQLite's own limit: its log cannot grow. Afterwards the connection is as good as before."""
    with small_disk(tmp_path / "small") as disk:
        async with open_database(disk.folder / "l.db") as database:
            disk.fill()
            for _ in range(5):
                with pytest.raises(StoreFull):
                    await database.write(_put)
            with pytest.raises(StoreFull):
                await database.probe()
            await database.scrub()
            disk.empty()
            await database.probe()
            await database.write(_put)
            assert len(await rows(database, "SELECT name FROM fact")) == 1
            assert await rows(database, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
