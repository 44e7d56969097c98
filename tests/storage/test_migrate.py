"""The schema: forward only, each step whole, newer files left alone."""

import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from bot.storage import migrate as migrating
from bot.storage.database import open_database
from bot.storage.migrate import SchemaTooNew, migrate, migrations


def _schema(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        return [*found, *connection.execute("PRAGMA user_version").fetchall()]
    finally:
        connection.close()


def _execute(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(sql)
    finally:
        connection.close()


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations of our own, that begins with the real ones."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for file in migrating._FOLDER.iterdir():
        (folder / file.name).write_text(file.read_text())
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    return folder


async def test_an_upgraded_file_has_the_schema_of_a_fresh_one(tmp_path: Path, steps: Path) -> None:
    newest = migrations()[-1][0]
    async with open_database(tmp_path / "old.db") as database:
        await database.write(lambda tx: tx.run("INSERT INTO fact (name, value) VALUES ('kept', 'yes')"))
    (steps / f"{newest + 1:04}_more.sql").write_text("ALTER TABLE fact ADD COLUMN more TEXT;")
    async with open_database(tmp_path / "old.db") as database:
        assert await database.one("SELECT 1 FROM fact WHERE name = 'kept' AND value = 'yes'")
    async with open_database(tmp_path / "fresh.db"):
        pass
    assert _schema(tmp_path / "old.db") == _schema(tmp_path / "fresh.db")
    assert _schema(tmp_path / "old.db")[-1] == (newest + 1,)


async def test_every_migration_can_be_reached_from_the_one_before(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "step.db", isolation_level=None) as connection:
        for number, _ in migrations():
            await migrate(connection, upto=number)
            [version] = await connection.execute_fetchall("PRAGMA user_version")
            assert version[0] == number


async def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path, steps: Path) -> None:
    newest = migrations()[-1][0]
    async with open_database(tmp_path / "l.db"):
        pass
    before = _schema(tmp_path / "l.db")
    broken = steps / f"{newest + 1:04}_broken.sql"
    broken.write_text("CREATE TABLE half (x INTEGER) STRICT;\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        async with open_database(tmp_path / "l.db"):
            pass
    assert _schema(tmp_path / "l.db") == before
    broken.write_text("CREATE TABLE half (x INTEGER) STRICT;")
    async with open_database(tmp_path / "l.db"):
        pass
    assert _schema(tmp_path / "l.db")[-1] == (newest + 1,)


async def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        async with open_database(tmp_path / "l.db"):
            pass
    assert _schema(tmp_path / "l.db")[-1] == (migrations()[-1][0],)


async def test_a_file_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db"):
        pass
    _execute(tmp_path / "l.db", "PRAGMA user_version = 9999")
    before = _schema(tmp_path / "l.db")
    with pytest.raises(SchemaTooNew, match="9999"):
        async with open_database(tmp_path / "l.db"):
            pass
    assert _schema(tmp_path / "l.db") == before
