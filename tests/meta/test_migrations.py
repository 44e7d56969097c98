"""The schema: strict, numbered, repeatable, and never opened by an older program."""

import hashlib
import re
import sqlite3
import stat
from pathlib import Path

import pytest

from bot.storage.database import DatabaseBusy, open_database
from bot.storage.migrate import SchemaTooNew, migrations

NEWEST = migrations()[-1][0]


def schema_of(file: Path) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(file)
    try:
        query = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"
        return [(kind, name, sql) for kind, name, sql in connection.execute(query)]
    finally:
        connection.close()


def value(file: Path, pragma: str) -> int | str:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database that was made by the program and closed again."""
    path = tmp_path / "limner.db"
    async with open_database(path):
        pass
    return path


# What each script must be for ever: a database holds what it did on the day it ran. A new one gets its line here.
PINNED = {
    1: "b3bb7ec49ef330d70e8fdfb45601f0d194629230c5f276cf37bcec987421688e",
    2: "026a2f0c173db1f1bc813384840fe298624d3e6a5cf0980e2aa56b905a989676",
    3: "f38d42a85def7c0e813d35a24d0c7a8d9200c3f7dd5ec74b64024405ed3fe28d",
    4: "cd369965f3a0cd8037f1f5b795e9bfee83ca665ce3740d1195fc11d5cd810ebd",
    5: "59e54fd26539c6d837fc4a4db8b6a81bb5c8b045333553cf9278f4d8e32c0cbe",
    6: "f6a64c794fb23cedd71e02b20ec1407a290e9ef961926f0475e68bb59bc753c1",
    7: "86d801b6dccac8b06957a0a994f5d3bf65932cab16a1a494717279644bcc2172",
    8: "7f7dbb92ec2d96c075d91c9c7d1cc44f57594772a3da09f45162a2f177c79bec",
    9: "9bc5a13cd490cb6cb1e9eaf4e7d5127f9fcbe1d571b344e4e9932052c9224319",
    10: "1de2823cad822665cc9f90f912b0f54452d27d13e4c13de233fba0fb9cbedaf7",
    11: "aaac88087b7a589ca4507c0b9a7e0844704f1079ee5fcfb95c995b00e98cb748",
    13: "2a7aa17925a7de5e791ef6df327ef83e5702ad4e65e8b8467d1b2bcf8bd996eb",
    14: "eca8b39b154cc12d6f13944e3cbe5be6eccf22f2da9125a5b46c7d0db3072ae8",
    15: "dddf68bb5fd6e80430e4f22c068881dcd5ba9c4bd0ff0cb48dc255de535bfad7",
    16: "fb353954dce44727095e4ae0440d3a3297db7dec340189856403455af290f090",
    20: "d6e96a5836737222757f7da44045067d728143fc42c530b983d5afa35573dd3d",
    21: "48157d066db26526e6b3180a796eec3e9453c204b0ed7abdea7f48a9d35b289e",
    22: "13b03562b6811639771d450e174bf0813cec7fbdafaec629363bb5a67ea047fc",
    24: "79473590fe54a424317276ecc012cb39d317ac3ee761939c9259363ada93117e",
    25: "4e1ae23c3196978ae5d1c4c17e73849d79b221d6bbb6ef4d417550a5be1335aa",
    26: "53fef19e28ea6b93cce43b923035ccca0d027f8751f14b881a5b434c6c7c2c79",
}


def sums() -> dict[int, str]:
    return {number: hashlib.sha256(script.encode()).hexdigest() for number, script in migrations()}


def test_none_was_changed_since_it_was_written() -> None:
    missing = [f'    {number}: "{found}",' for number, found in sums().items() if number not in PINNED]
    assert not missing, "add to PINNED:\n" + "\n".join(missing)
    assert sums() == PINNED, "never change a migration: write another"


def test_no_number_is_given_twice() -> None:
    """Of two with one number only the first would ever run."""
    numbers = [number for number, _ in migrations()]
    assert numbers == sorted(set(numbers))


def test_each_begins_with_its_reason() -> None:
    for number, script in migrations():
        assert re.match(r"-- \w.{20,}", script), f"migration {number} says in its first line why it exists"


def test_none_ends_its_own_transaction() -> None:
    """The version is written in the same transaction as the change."""
    for number, script in migrations():
        statements = re.sub(r"--.*", "", script)
        assert not re.search(r"\b(BEGIN|COMMIT|ROLLBACK|VACUUM|PRAGMA)\b(?! IMMEDIATE)", statements), number


def test_a_fresh_database_has_the_newest_version(file: Path) -> None:
    assert value(file, "user_version") == NEWEST
    assert value(file, "journal_mode") == "wal"
    assert value(file, "integrity_check") == "ok"


def test_every_table_is_strict(file: Path) -> None:
    tables = [(name, sql) for kind, name, sql in schema_of(file) if kind == "table" and not name.startswith("sqlite_")]
    assert len(tables) >= 8
    assert [name for name, sql in tables if not re.search(r"\)\s*[^)]*\bSTRICT\b[^)]*$", sql)] == []


def test_only_the_owner_may_read_the_file(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_opening_again_changes_nothing(file: Path) -> None:
    before = schema_of(file)
    async with open_database(file) as database:
        assert await database.one("SELECT clock FROM queue")
    assert schema_of(file) == before
    assert value(file, "user_version") == NEWEST


async def test_a_newer_database_is_refused_and_left_alone(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    connection.close()
    before = schema_of(file)
    with pytest.raises(SchemaTooNew, match=f"schema {NEWEST + 1}, this program knows {NEWEST}"):
        async with open_database(file):
            pass
    assert schema_of(file) == before
    assert value(file, "user_version") == NEWEST + 1


async def test_one_owner_at_a_time(file: Path) -> None:
    async with open_database(file):
        with pytest.raises(DatabaseBusy):
            async with open_database(file):
                pass
    async with open_database(file):
        pass


async def test_a_failed_migration_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [
        *migrations(),
        (NEWEST + 1, "CREATE TABLE half (a INTEGER) STRICT;\nINSERT INTO no_such_table VALUES (1);"),
    ]
    monkeypatch.setattr("bot.storage.migrate.migrations", lambda: steps)
    path = tmp_path / "limner.db"
    with pytest.raises(sqlite3.OperationalError):
        async with open_database(path):
            pass
    assert value(path, "user_version") == NEWEST
    assert "half" not in [name for _, name, _ in schema_of(path)]
