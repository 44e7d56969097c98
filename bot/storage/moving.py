"""An installation moved from a file to a PostgreSQL server: every row, compared afterwards, all of it or nothing."""

import sqlite3
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from bot.storage.link import connect, of_its_own, plain
from bot.storage.migrate import migrations
from bot.storage.postgres import own_alone, said
from bot.storage.schema import NotOurDatabase, examine
from bot.storage.server import asked, expect_newest, sharers, suitable, tables, upgrade, version_of
from bot.storage.sql import load
from bot.storage.sqlite import owned
from bot.storage.units import DatabaseError

_SQL = load("moving")
# Called with what was done and what there is to do, in rows.
Progress = Callable[[int, int], None]
# Every migrated database has these rows.
_SEEDED = ("breaker", "keeping", "queue")
_PIECE = 1000


class Differs(DatabaseError):
    """What was read back is not what was written."""


@contextmanager
def opened(source: Path) -> Generator[sqlite3.Connection]:
    """A file that can be moved, for reading; raises one of `UNUSABLE`: a bot runs on it, it is damaged, or older."""
    with owned(source), closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as file:
        found = examine(source)
        if found is None or found.damage:
            raise NotOurDatabase("it is damaged; put a backup in its place" if found else "it holds nothing")
        if not found.is_newest:
            raise NotOurDatabase("its schema is older than this program: run `python -m bot db upgrade` on it first")
        yield file


def copy(file: sqlite3.Connection, url: str, progress: Progress) -> dict[str, int]:
    """Copy every table of an opened file to a server that holds nothing yet; returns how many rows each has.

    Raises one of `bot.storage.database.UNUSABLE`: a bot runs on the server, it holds rows, or what was read back
    differs. Then nothing is on the server that was not there before.
    """
    try:
        with of_its_own(url) as server, server.transaction():
            upgrade(server, partial(own_alone, server, url))
            return _copied(file, server, progress)
    except psycopg.Error as error:
        raise DatabaseError(said(error)) from None


def look(url: str) -> dict[str, Any]:
    """What `db status` says of a server; nothing is changed. Raises one of `UNUSABLE`."""
    try:
        with connect(url) as server:
            suitable(server)
            version = version_of(server)
            row = asked(server, "standing").fetchone()
            held = {name: row[name] for name in row.keys()} if row else {}  # noqa: SIM118 - a row iterates its values
            if version == migrations()[-1][0]:
                expect_newest(server)
                [held["portraits"]] = server.execute(load("schema")["portraits"].encode()).fetchone() or [0]
            return {**held, "schema": version, "sharers": sharers(server)}
    except psycopg.Error as error:
        raise DatabaseError(said(error)) from None


def _copied(file: sqlite3.Connection, server: Connection[Any], progress: Progress) -> dict[str, int]:
    names = tables()
    for name in names:
        if name not in _SEEDED and _holds(server, name):
            raise NotOurDatabase(f"it is not empty: {name} has rows. Give Limner a new database, or drop what is in it")
    counts = {name: file.execute(_SQL["count"].format(table=f'"{name}"')).fetchone()[0] for name in names}
    total, done = 2 * sum(counts.values()), 0
    sums: dict[str, int] = {}

    def step(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, total)

    for name in names:
        sums[name] = _written(file, server, name, step)
    for name in names:
        found = _read_back(server, name, step)
        if found != (counts[name], sums[name]):
            raise Differs(f"{name}: {found[0]} rows were read back, and not the {counts[name]} of the file")
    return counts


def _written(file: sqlite3.Connection, server: Connection[Any], name: str, step: Callable[[int], None]) -> int:
    """Returns the sum of what was sent."""
    if name in _SEEDED:
        server.execute(SQL("TRUNCATE {}").format(Identifier(name)))
    rows = file.execute(_SQL["all"].format(table=f'"{name}"'))
    columns = [column[0] for column in rows.description]
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(name), SQL(", ").join(map(Identifier, columns)))
    total = 0
    with server.cursor() as cursor, cursor.copy(into) as sink:
        while piece := rows.fetchmany(_PIECE):
            for row in piece:
                said_row = tuple(plain(value) for value in row)
                sink.write_row(said_row)
                total += _sum(zip(columns, said_row, strict=True))
            step(len(piece))
    for row in asked(server, "counting", {"table": name}).fetchall():
        # A number that was given once is not given again, though its row is gone.
        last = file.execute(_SQL["last"], {"table": name}).fetchone()
        if last:
            asked(server, "go_on", {"table": name, "column": row["name"], "last": last[0]})
    return total


def _read_back(server: Connection[Any], name: str, step: Callable[[int], None]) -> tuple[int, int]:
    count = total = 0
    with server.cursor(f"read_{name}") as cursor:
        cursor.execute(_SQL["all"].format(table=f'"{name}"').encode())
        while piece := cursor.fetchmany(_PIECE):
            for row in piece:
                total += _sum(zip(row.keys(), row, strict=True))
            count += len(piece)
            step(len(piece))
    return count, total


def _sum(row: Iterable[tuple[str, Any]]) -> int:
    """Of one row, whatever the order of its columns; added up, of a table, whatever the order of its rows."""
    held: Sequence[tuple[str, Any]] = sorted(row, key=lambda each: each[0])
    return int.from_bytes(blake2b(repr(held).encode("utf-8", "surrogatepass"), digest_size=16).digest(), "big")


def _holds(server: Connection[Any], name: str) -> bool:
    row = server.execute(_SQL["any"].format(table=f'"{name}"').encode()).fetchone()
    return bool(row and row[0])
