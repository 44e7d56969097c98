"""Numbered, forward-only migrations: `migrations/0001_name.sql`, the version in SQLite's own `user_version`."""

import re
from pathlib import Path

import aiosqlite

_FOLDER = Path(__file__).with_name("migrations")
_NAME = re.compile(r"(\d{4})_\w+\.sql")


class SchemaTooNew(Exception):
    """The file was written by a newer version of the program; running on would damage it."""


def migrations() -> list[tuple[int, str]]:
    """All migrations as (number, script), in order."""
    found = [(int(match[1]), path.read_text()) for path in _FOLDER.iterdir() if (match := _NAME.fullmatch(path.name))]
    return sorted(found)


async def migrate(connection: aiosqlite.Connection, upto: int | None = None) -> None:
    """Bring the schema to the newest version (or `upto`), each step in a transaction with its version number."""
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    version = int(rows[0][0])
    steps = migrations()
    if version > steps[-1][0]:
        raise SchemaTooNew(f"schema {version}, this program knows {steps[-1][0]}")
    for number, script in steps:
        if version < number <= (upto or number):
            await connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")
