"""A database of every schema there ever was becomes one of today's, whole, whenever it is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.portraits.spec import Kind
from bot.storage.characters import SqlCharacters
from bot.storage.database import open_database
from bot.storage.migrate import APPLICATION_ID, migrations
from bot.storage.portraits import SqlPortraits
from bot.storage.schema import inspect
from tests.fakes import builders, past

NEWEST = past.VERSIONS[-1]
REPO = Path(__file__).parents[2]
WORD = "Quizzaciously"


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """Today's database with a row in every table."""
    file = tmp_path / "source.db"
    async with open_database(file) as database:
        await SqlCharacters(database).add(builders.a_character(), 10, builders.a_once(), builders.NOW)
        await builders.accepted(SqlPortraits(database), count=2, kind=Kind.PORTRAIT)
    past.fill(file)
    return file


def header(file: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(file)) as connection:
        names = ("application_id", "user_version")
        program, version = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
        return program, version


def schema(file: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY 1").fetchall()


@pytest.mark.parametrize("version", past.VERSIONS)
async def test_every_past_schema_keeps_every_row(tmp_path: Path, source: Path, version: int) -> None:
    file = tmp_path / "old.db"
    past.transplant(source, file, version)
    before = past.contents(file)
    assert all(before.values()), "a row in every table"
    assert header(file) == (0, version)
    async with open_database(file):
        pass
    after = past.contents(file)
    for table in before.keys() - {"keeping"} - past.DROPPED:
        columns = before[table][0].keys()
        assert [{name: row[name] for name in columns} for row in after[table]] == before[table], table
    assert header(file) == (APPLICATION_ID, NEWEST)
    async with open_database(tmp_path / "fresh.db"):
        pass
    assert schema(file) == schema(tmp_path / "fresh.db")


KILLED = """
import asyncio, os, pathlib, signal, sys
import aiosqlite
from bot.storage.migrate import migrate, migrations

async def main(file, done, half):
    async with aiosqlite.connect(file, isolation_level=None) as connection:
        await migrate(connection, upto=done)
        if half:
            [script] = [script for number, script in migrations() if number == half]
            await connection.executescript("BEGIN IMMEDIATE;" + script)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def killed(file: Path, done: int, half: int) -> None:
    """A process that dies when it has done the steps up to `done`, in the middle of step `half`, if that is one."""
    command = [sys.executable, "-c", KILLED, str(file), str(done), str(half)]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(REPO)}, check=False)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("half", [False, True], ids=["between two steps", "in a step"])
@pytest.mark.slow
async def test_an_upgrade_that_was_killed_goes_on(tmp_path: Path, source: Path, half: bool) -> None:
    for done, following in zip(past.VERSIONS, [*past.VERSIONS[1:], 0], strict=True):
        file = tmp_path / f"{done}.db"
        past.transplant(source, file, 1)
        before = past.contents(file)["portrait"]
        killed(file, done, following if half else 0)
        inspect(file)
        async with open_database(file):
            pass
        assert header(file) == (APPLICATION_ID, NEWEST)
        assert [row["id"] for row in past.contents(file)["portrait"]] == [row["id"] for row in before]


async def test_the_file_is_rewritten_once_after_the_upgrade(tmp_path: Path, source: Path) -> None:
    """What an earlier version deleted is not legible any more, also if the upgrade was killed before it was done."""
    file = tmp_path / "old.db"
    # The last version that did not ask for it at each deletion itself.
    past.transplant(source, file, 8)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("INSERT INTO fact VALUES ('a', ?)", (WORD * 5000,))
        connection.execute("DELETE FROM fact WHERE name = 'a'")
    assert WORD.encode() in file.read_bytes()
    killed(file, NEWEST, 0)
    async with open_database(file):
        pass
    assert WORD.encode() not in file.read_bytes()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        assert connection.execute("SELECT rewrite FROM keeping").fetchone() == (0,)
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("INSERT INTO fact VALUES ('a', ?)", (WORD * 5000,))
        connection.execute("DELETE FROM fact WHERE name = 'a'")
    async with open_database(file):
        pass
    assert WORD.encode() in file.read_bytes(), "once: a start costs no second rewriting"


def test_the_past_is_complete() -> None:
    """A schema that was edited after it was used would be one that no test here knows: see the pinned sums."""
    assert [number for number, _ in migrations()] == past.VERSIONS
    assert past.VERSIONS[0] == 1
