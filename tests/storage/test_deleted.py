"""What is deleted is not legible any more: not in the file, not in its log, not among the pictures."""

import asyncio
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from bot.domain.ids import UserId
from bot.domain.portraits.portrait import PortraitState
from bot.domain.portraits.prompts import build_spec
from bot.ports.jobs import Delivery
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database, open_database
from bot.storage.folder import Folder, path_of
from bot.storage.jobs import SqlJobs
from bot.storage.keeping import Keeping
from bot.storage.pictures import FilePictures, _crop_of
from bot.storage.place import Kept
from bot.storage.portraits import SqlPortraits
from bot.storage.privacy import SqlPrivacy
from bot.storage.units import Transaction
from tests.fakes import builders
from tests.storage.row_checks import value

WORD = "Quizzaciously"
OWNER = UserId(1)


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SQLite that was not built to overwrite what is deleted."""
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def careless(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        connection.execute("PRAGMA secure_delete = OFF")
        return connection

    monkeypatch.setattr(sqlite3, "connect", careless)


def traces(folder: Path) -> int:
    return sum(path.read_bytes().count(WORD.encode()) for path in folder.rglob("*") if path.is_file())


def keeping_of(database: Database, folder: Path) -> Keeping:
    return Keeping(database, FilePictures(folder / "pictures"), folder / "l.db")


@pytest.mark.usefixtures("careless")
async def test_portraits_whose_days_are_over_leave_nothing(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        portraits, jobs, privacy = SqlPortraits(database), SqlJobs(database), SqlPrivacy(database)
        spec = build_spec(f"a {WORD} sailor", model="fluxgram", seed=42)
        for _ in range(20):
            portrait = await builders.accepted(portraits, spec=spec)
            await jobs.settle(Delivery(portrait.id, PortraitState.DELIVERED), 0, builders.NOW)
        assert traces(tmp_path)
        after = builders.NOW + timedelta(days=1)
        assert (await privacy.drop_some_finished(after, 50)).count == 20
        assert await database.rewrite()
        assert await database.scrub()
        assert traces(tmp_path) == 0


@pytest.mark.usefixtures("careless")
@pytest.mark.parametrize("seed", range(3))
async def test_copies_that_sqlite_left_in_unused_corners_go_too(tmp_path: Path, seed: int) -> None:
    """`secure_delete` alone left some of these: cells that moved to other pages before their row was deleted."""
    dice = random.Random(seed)
    insert = (
        "INSERT INTO character (id, owner_id, name, name_key, features, seed, identity, created_at, updated_at)"
        " VALUES (:id, :owner, :name, :name, :features, 1, 'seed', 1, 1)"
    )
    async with open_database(tmp_path / "l.db") as database:

        def unit(tx: Transaction) -> None:
            alive: list[str] = []
            for number in range(4000):
                if not alive or dice.random() < 0.6:
                    owner = dice.choice([OWNER, 2, 3])
                    word = WORD if owner == OWNER else "plainly"
                    params = {"id": f"{number}", "owner": owner, "name": f"{word}{number}"}
                    tx.run(insert, {**params, "features": word + " x" * dice.randrange(600)})
                    alive.append(f"{number}")
                else:
                    gone = alive.pop(dice.randrange(len(alive)))
                    tx.run("DELETE FROM character WHERE id = :id", {"id": gone})

        await database.write(unit)
        await SqlPrivacy(database).drop_person(OWNER, builders.a_once(), builders.NOW)
        assert await value(database, "SELECT rewrite FROM keeping") == 1
        assert not await database.rewrite(limit=4096), "too large to be rewritten while members wait"
        assert await database.rewrite()
        assert await database.scrub()
        assert traces(tmp_path) == 0
        assert await value(database, "SELECT count(*) FROM character") > 100


async def test_a_reader_holds_up_nobody_while_the_log_is_to_be_emptied(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        await SqlCharacters(database).add(builders.a_character(features=WORD), 10, builders.a_once(), builders.NOW)
        with closing(sqlite3.connect(tmp_path / "l.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM character").fetchone()
            await SqlCharacters(database).add(builders.a_character("Eva"), 10, builders.a_once(), builders.NOW)
            started = time.monotonic()
            emptied, _ = await asyncio.gather(
                database.scrub(),
                SqlCharacters(database).add(builders.a_character("Zoe"), 10, builders.a_once(), builders.NOW),
            )
            # The writer itself is ready to wait for 5 s.
            assert time.monotonic() - started < 2.5
            assert not emptied
            reader.execute("COMMIT")
        assert await database.scrub()
        assert Path(f"{tmp_path / 'l.db'}-wal").stat().st_size == 0
        # The patience of transactions is what it was.
        [row] = await database.write(lambda tx: tx.all("PRAGMA busy_timeout"))
        assert row[0] == 100


async def test_the_log_is_emptied_with_every_round_of_chores(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        keeping = keeping_of(database, tmp_path)
        await SqlCharacters(database).add(builders.a_character(), 10, builders.a_once(), builders.NOW)
        assert Path(f"{tmp_path / 'l.db'}-wal").stat().st_size
        await keeping.chores()
        assert Path(f"{tmp_path / 'l.db'}-wal").stat().st_size == 0


@pytest.mark.parametrize("name", ["l.db", "link.db"])
async def test_housekeeping_gives_up_no_lock(tmp_path: Path, name: str) -> None:
    """Who reads in another process must not think that nobody else is there, and tidy the log away under the bot."""
    (tmp_path / "link.db").symlink_to("l.db")
    (tmp_path / "hard.db").touch()
    async with open_database(tmp_path / name) as database:
        (tmp_path / "hard.db").unlink()
        (tmp_path / "hard.db").hardlink_to(tmp_path / "l.db")
        pictures = FilePictures(tmp_path / "pictures")
        await pictures.keep(builders.a_picture())
        keeping = Keeping(database, pictures, tmp_path / name)
        await keeping.at_start()
        await keeping.chores()
        await SqlCharacters(database).add(builders.a_character(), 10, builders.a_once(), builders.NOW)
        script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM fact'); c.close()"
        reader = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(tmp_path / "l.db"))
        assert await reader.wait() == 0
        assert Path(f"{tmp_path / 'l.db'}-wal").exists()
        assert Path(f"{tmp_path / 'l.db'}-shm").exists()
        await SqlCharacters(database).add(builders.a_character("Eva"), 10, builders.a_once(), builders.NOW)


async def _kept(database: Database, pictures: FilePictures) -> tuple[str, str]:
    """A picture that a character shows, and one that nothing does, each with its crop."""
    shown = await pictures.keep(builders.a_picture("shown"))
    orphan = await pictures.keep(builders.a_picture("left behind"))
    await SqlCharacters(database).add(builders.a_character(reference=shown), 10, builders.a_once(), builders.NOW)
    for name in (shown, orphan):
        pictures._place.put(_crop_of(name), b"a crop")
    return shown, orphan


def _files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "pictures").rglob("*") if path.is_file()}


async def test_what_an_earlier_process_left_behind_goes_at_the_start(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        pictures = FilePictures(tmp_path / "pictures")
        shown, orphan = await _kept(database, pictures)
        half = (tmp_path / "pictures" / orphan[:2]) / ".0123456789abcdef.part"
        half.write_bytes(b"half a picture")
        (half.parent / "notes.txt").write_text("an operator's own")
        await keeping_of(database, tmp_path).at_start()
        assert _files(tmp_path) == {shown, f"{shown.split('.')[0]}.crop.jpg", "notes.txt"}


async def test_while_it_runs_only_what_is_old_goes(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        pictures = FilePictures(tmp_path / "pictures")
        shown, orphan = await _kept(database, pictures)
        keeping = keeping_of(database, tmp_path)
        await database.write(lambda tx: tx.run("UPDATE keeping SET pictures_since = 0"))
        before = _files(tmp_path)
        for _ in range(4):
            await keeping.chores()
        assert _files(tmp_path) == before, "a row may be about to name it"
        old = time.time() - 7200
        for path in (tmp_path / "pictures").rglob("*.*"):
            os.utime(path, (old, old))
        again = await pictures.keep(builders.a_picture("left behind"))
        assert again == orphan
        for _ in range(4):
            await keeping.chores()
        assert orphan in _files(tmp_path), "kept again just now"
        os.utime(path_of(tmp_path / "pictures", orphan), (old, old))
        for _ in range(4):
            await keeping.chores()
        assert _files(tmp_path) == {shown, f"{shown.split('.')[0]}.crop.jpg"}


async def test_what_was_just_kept_stays_whatever_the_clock_says(tmp_path: Path) -> None:
    """Between a picture and the row that names it the clock may be set: its time says nothing then."""
    async with open_database(tmp_path / "l.db") as database:
        pictures = FilePictures(tmp_path / "pictures")
        name = await pictures.keep(builders.a_picture("just kept"))
        old = time.time() - 7200
        os.utime(path_of(tmp_path / "pictures", name), (old, old))
        keeping = Keeping(database, pictures, tmp_path / "l.db")
        await database.write(lambda tx: tx.run("UPDATE keeping SET pictures_since = 0"))
        for _ in range(4):
            await keeping.chores()
        assert name in _files(tmp_path)


async def test_pictures_of_another_database_are_left_alone(tmp_path: Path) -> None:
    """A fresh one beside the pictures of an old one, and two that share a folder."""
    pictures = FilePictures(tmp_path / "pictures")
    name = await pictures.keep(builders.a_picture("of an older database"))
    old = time.time() - 7200
    os.utime(path_of(tmp_path / "pictures", name), (old, old))
    async with open_database(tmp_path / "l.db") as database:
        await keeping_of(database, tmp_path).at_start()
        assert name in _files(tmp_path)
        await database.write(lambda tx: tx.run("UPDATE keeping SET pictures_since = 0"))
        async with open_database(tmp_path / "other.db"):
            await keeping_of(database, tmp_path).at_start()
        assert name in _files(tmp_path)
        for path in tmp_path.glob("other.db*"):
            path.unlink()
        await keeping_of(database, tmp_path).at_start()
        assert name not in _files(tmp_path)


async def test_what_another_process_keeps_while_it_is_swept_stays(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "pictures")
    name = await FilePictures(folder).keep(builders.a_picture("left behind"))
    old = time.time() - 7200

    class Meanwhile(Folder):
        """Between the look at a folder and the removal of what is old there, somebody keeps it again."""

        @override
        def kept(self, folder: str) -> Iterator[Kept]:
            found = list(super().kept(folder))
            self.put(name, b"the same bytes")
            return iter(found)

    for place, gone in ((Meanwhile(folder.path), 0), (folder, 1)):
        os.utime(path_of(folder.path, name), (old, old))
        assert await FilePictures(place, shared=True).sweep(name[:2], (), 0, time.time() - 3600) == gone
        assert _files(tmp_path) == ({name} if not gone else set())
