"""Database and pictures in one file and back, whole or not at all."""

import io
import os
import sqlite3
import tarfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.portraits.vendor import Picture
from bot.storage.backup import BackupFailed, archive_of, back_up, restore
from bot.storage.database import Database, open_database
from bot.storage.folder import Folder, path_of
from bot.storage.migrate import migrations
from bot.storage.pictures import FilePictures
from tests.fakes.small import small_disk

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
UPLOAD = "INSERT INTO upload (id, owner_id, image, created_at) VALUES (:id, 1, :image, 1)"


def quietly(_done: int, _all: int) -> None:
    pass


def made(database: Path, pictures: Path, target: Path) -> None:
    back_up(database, Folder(pictures), target, "1.0", NOW, quietly)


async def kept(database: Database, pictures: FilePictures, number: int) -> str:
    """A picture that a row names."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number, 9, 9)).save(out, "PNG")
    name = await pictures.keep(Picture(out.getvalue(), "image/png", 8, 8))
    await database.write(lambda tx: tx.run(UPLOAD, {"id": str(number), "image": name}))
    return name


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Path]:
    """A folder with a database that is open, three pictures that rows name, and one that none does."""
    home = tmp_path / "home"
    pictures = FilePictures(home / "pictures")
    async with open_database(home / "limner.db") as database:
        for number in range(3):
            await kept(database, pictures, number)
        await pictures.keep(Picture(b"nobody's", "image/png", 8, 8))
        yield home


def names_in(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "limner.db")) as connection:
        return {name for [name] in connection.execute("SELECT image FROM upload")}


async def test_what_was_backed_up_while_it_was_open_comes_back_elsewhere(home: Path, tmp_path: Path) -> None:
    archive, seen = tmp_path / "b.tar", list[tuple[int, int]]()
    manifest = back_up(
        home / "limner.db", Folder(home / "pictures"), archive, "1.0", NOW, lambda *each: seen.append(each)
    )
    assert archive.stat().st_mode & 0o777 == 0o600
    assert (manifest.pictures, manifest.missing, manifest.schema) == (3, 0, migrations()[-1][0])
    assert seen == sorted(seen)
    assert seen[-1] == (manifest.bytes, manifest.bytes)
    assert archive_of(archive) == manifest
    other = tmp_path / "other"
    assert restore(archive, other / "limner.db", Folder(other / "pictures"), quietly) == manifest
    names = names_in(other)
    assert len(names) == 3
    assert {path.name for path in (other / "pictures").glob("??/*")} == names
    for name in names:
        assert path_of(other / "pictures", name).read_bytes() == path_of(home / "pictures", name).read_bytes()
    assert (other / "limner.db").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in other.iterdir()) == ["limner.db", "limner.db.lock", "pictures"]
    async with open_database(other / "limner.db") as database:
        assert await database.one("SELECT clock FROM queue")


async def test_a_database_that_is_there_is_replaced_only_when_that_was_said(home: Path, tmp_path: Path) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    other = tmp_path / "other"
    async with open_database(other / "limner.db") as database:
        await kept(database, FilePictures(other / "pictures"), 77)
    before = names_in(other)
    with pytest.raises(BackupFailed, match="--replace"):
        restore(tmp_path / "b.tar", other / "limner.db", Folder(other / "pictures"), quietly)
    assert names_in(other) == before
    restore(tmp_path / "b.tar", other / "limner.db", Folder(other / "pictures"), quietly, replace=True)
    assert names_in(other) == names_in(home)


async def test_a_database_that_a_bot_has_open_is_not_replaced(home: Path, tmp_path: Path) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    with pytest.raises(BackupFailed, match=r"another process is using .*limner\.db$"):
        restore(tmp_path / "b.tar", home / "limner.db", Folder(home / "pictures"), quietly, replace=True)


async def test_a_picture_that_is_gone_is_counted(home: Path, tmp_path: Path) -> None:
    path_of(home / "pictures", min(names_in(home))).unlink()
    manifest = back_up(home / "limner.db", Folder(home / "pictures"), tmp_path / "b.tar", "1.0", NOW, quietly)
    assert (manifest.pictures, manifest.missing) == (2, 1)


async def test_a_damaged_picture_spoils_no_backup_and_comes_back_whole(home: Path, tmp_path: Path) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "whole.tar")
    damaged, other, third = (path_of(home / "pictures", name) for name in sorted(names_in(home)))
    before = damaged.read_bytes(), other.read_bytes()
    damaged.write_bytes(before[0][:-1])
    other.write_bytes(bytes(len(before[1])))
    manifest = back_up(home / "limner.db", Folder(home / "pictures"), tmp_path / "b.tar", "1.0", NOW, quietly)
    assert (manifest.pictures, manifest.missing) == (1, 2)
    assert archive_of(tmp_path / "b.tar") == manifest
    again = tmp_path / "again" / "limner.db"
    restore(tmp_path / "whole.tar", again, Folder(home / "pictures"), quietly)
    assert (damaged.read_bytes(), other.read_bytes()) == before
    assert third.is_file()


async def test_a_place_without_any_picture_is_not_taken_for_one_that_lost_them(home: Path, tmp_path: Path) -> None:
    (tmp_path / "not mounted").mkdir()
    for place in (tmp_path / "not mounted", tmp_path / "nowhere"):
        with pytest.raises(BackupFailed, match="there are no pictures, though 3 are named"):
            made(home / "limner.db", place, tmp_path / "b.tar")
    assert {path.name for path in tmp_path.iterdir()} == {"home", "not mounted"}


async def test_what_a_killed_backup_left_goes_a_day_later(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    left = [
        ".limner-20261126-080000.tar.01234567.part",
        ".limner-20261126-080000.tar.01234567.db",
        ".b.tar.89abcdef.db",
    ]
    others = [".limner-notes", ".c.tar.89abcdef.part", "limner-20261126-080000.tar"]
    fresh = ".limner-20261127-080000.tar.01234567.part"
    for name in (*left, *others, fresh):
        (out / name).write_bytes(b"x")
    for name in (*left, *others):
        os.utime(out / name, (1, time.time() - 90_000))
    made(home / "limner.db", home / "pictures", out / "b.tar")
    assert {path.name for path in out.iterdir()} == {*others, fresh, "b.tar"}


async def test_what_a_killed_restore_left_goes_with_the_next(home: Path, tmp_path: Path) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    other = tmp_path / "other"
    other.mkdir()
    (other / ".limner.db.01234567.restored").write_bytes(b"somebody's words")
    restore(tmp_path / "b.tar", other / "limner.db", Folder(other / "pictures"), quietly)
    assert sorted(path.name for path in other.iterdir()) == ["limner.db", "limner.db.lock", "pictures"]


async def test_what_keeps_pictures_from_being_put_back_is_named(home: Path, tmp_path: Path) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    (tmp_path / "a file").write_text("x")
    with pytest.raises(BackupFailed, match="a file"):
        restore(tmp_path / "b.tar", tmp_path / "other" / "limner.db", Folder(tmp_path / "a file"), quietly)


@pytest.mark.parametrize("table", ["sqlite_master", "upload"])
async def test_a_database_that_is_damaged_is_what_is_named(home: Path, tmp_path: Path, table: str) -> None:
    file = tmp_path / "spoilt" / "limner.db"
    file.parent.mkdir()
    with closing(sqlite3.connect(home / "limner.db")) as source:
        source.execute("VACUUM INTO ?", (str(file),))
        [size] = source.execute("PRAGMA page_size").fetchone()
    with closing(sqlite3.connect(file)) as copy:
        roots = {"sqlite_master": 1, **dict(copy.execute("SELECT name, rootpage FROM sqlite_master"))}
    with file.open("r+b") as spoilt:
        spoilt.seek((roots[table] - 1) * size)
        spoilt.write(b"x" * size)
    with pytest.raises(BackupFailed, match=r"spoilt.limner\.db (is not used|cannot be used)"):
        made(file, home / "pictures", tmp_path / "b.tar")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith((".b", "b"))] == []


async def test_an_archive_that_is_there_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("something")
    with pytest.raises(BackupFailed, match="there already"):
        made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "something"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1024].rstrip(b"\0"),
        lambda data: data[:700] + bytes([data[700] ^ 1]) + data[701:],
        lambda data: data.replace(b"\x89PNG", b"\x88PNG"),
        lambda data: data.replace(b'"pictures": 3', b'"pictures": 2'),
        lambda _: b"",
        lambda _: b"no archive at all",
    ],
)
async def test_an_archive_that_is_damaged_changes_nothing(
    home: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    (tmp_path / "b.tar").write_bytes(spoil((tmp_path / "b.tar").read_bytes()))
    with pytest.raises(BackupFailed, match=r"b\.tar: "):
        restore(tmp_path / "b.tar", tmp_path / "other" / "limner.db", Folder(tmp_path / "other" / "pictures"), quietly)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "pictures/../../evil", "pictures/x.png", "other.db"])
async def test_what_no_backup_holds_is_refused_by_its_name(home: Path, tmp_path: Path, name: str) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar", "a") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(BackupFailed, match="not a backup of Limner"):
        restore(tmp_path / "b.tar", tmp_path / "other" / "limner.db", Folder(tmp_path / "other" / "pictures"), quietly)
    assert not (tmp_path / "other").exists()


async def test_a_backup_of_a_newer_version_is_refused_before_anything_is_put_anywhere(
    home: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    restore(tmp_path / "b.tar", newer / "limner.db", Folder(newer / "pictures"), quietly)
    with closing(sqlite3.connect(newer / "limner.db")) as connection:
        connection.execute(f"PRAGMA user_version = {migrations()[-1][0] + 1}")
    with pytest.raises(BackupFailed, match="newer version"):
        made(newer / "limner.db", newer / "pictures", tmp_path / "c.tar")
    assert not (tmp_path / "c.tar").exists()


async def test_a_target_that_is_full_keeps_nothing(home: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        disk.fill(left=8192)
        with pytest.raises(BackupFailed, match=r"room|needed"):
            made(home / "limner.db", home / "pictures", disk.folder / "b.tar")
        disk.empty()
        assert list(disk.folder.iterdir()) == []


async def test_a_disk_that_is_full_keeps_nothing_of_what_is_restored(home: Path, tmp_path: Path) -> None:
    made(home / "limner.db", home / "pictures", tmp_path / "b.tar")
    with small_disk(tmp_path / "small") as disk:
        disk.fill(left=8192)
        with pytest.raises(BackupFailed, match=r"room|needed"):
            restore(tmp_path / "b.tar", disk.folder / "limner.db", Folder(disk.folder / "pictures"), quietly)
        disk.empty()
        assert list(disk.folder.rglob("*.db")) == []
