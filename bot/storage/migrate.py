"""Numbered, forward-only migrations: `migrations/0001_name.sql`, the version in SQLite's own `user_version`."""

import re
from pathlib import Path

import aiosqlite

# "Limn", in SQLite's header: whose file this is. Files made before it was set have none, and get it.
APPLICATION_ID = 0x4C696D6E
_FOLDER = Path(__file__).with_name("migrations")
_NAME = re.compile(r"(\d{4})_\w+\.sql")


class SchemaTooNew(Exception):
    """The file was written by a newer version of the program; running on would damage it."""


def migrations() -> list[tuple[int, str]]:
    """All migrations as (number, script), in order."""
    found = [(int(match[1]), path.read_text()) for path in _FOLDER.iterdir() if (match := _NAME.fullmatch(path.name))]
    return sorted(found)


async def migrate(connection: aiosqlite.Connection, upto: int | None = None) -> None:
    """Bring the schema to the newest version (or `upto`), each step in a transaction with its version number.

    `bot.storage.schema.inspect` comes first: what is not ours never gets here.
    """
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    version = int(rows[0][0])
    for number, script in migrations():
        if version < number <= (upto or number):
            await connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
    [[program]] = await connection.execute_fetchall("PRAGMA application_id")
    if program != APPLICATION_ID:
        await connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
