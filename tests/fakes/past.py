"""Databases as earlier versions left them: made from the migrations, so every schema there ever was can be had."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.storage.migrate import migrations

# Tables of earlier versions that hold nothing that outlives a process.
DROPPED = {"worker", "slot"}
VERSIONS = [number for number, _ in migrations()]


def tables_of(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return sorted(row[0] for row in rows)


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def empty(file: Path, version: int, *, edit: tuple[str, str] | None = None) -> None:
    """The schema of that version, by the program of its day: no application id. `edit`: as 0001 stood before."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for number, script in migrations():
            if number <= version:
                connection.executescript(script.replace(*edit) if edit else script)
        connection.execute(f"PRAGMA user_version = {version}")


def transplant(source: Path, file: Path, version: int) -> None:
    """What the database at `source` holds, in a new file of that version: the tables and columns that it knew."""
    empty(file, version)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS source", (str(source),))
        for table in set(tables_of(connection)) - DROPPED:
            columns = ", ".join(columns_of(connection, table))
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")
    fill(file)


def fill(file: Path) -> None:
    """A row in every table that is still empty: 1 for numbers, `x` for texts, nothing where nothing may stand."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for table in tables_of(connection):
            if connection.execute(f"SELECT 1 FROM {table}").fetchone():
                continue
            row: dict[str, Any] = {}
            for _, name, kind, must, _, _ in connection.execute(f"PRAGMA table_info({table})"):
                row[name] = (1 if kind == "INTEGER" else "x") if must else None
            for _, _, other, mine, theirs, *_ in connection.execute(f"PRAGMA foreign_key_list({table})"):
                row[mine] = connection.execute(f"SELECT {theirs} FROM {other}").fetchone()[0]
            names = ", ".join(row)
            connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


def contents(file: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by their columns."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return {t: [dict(row) for row in connection.execute(f"SELECT * FROM {t}")] for t in tables_of(connection)}
