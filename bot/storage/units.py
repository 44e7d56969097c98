"""A unit of work: a plain function of a transaction, run whole in the thread of its connection.

One hop between threads for each unit, however many statements it has; and since nothing can be awaited inside, no
transaction is ever held over the network.
"""

import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot.storage.sql import load

T = TypeVar("T")
Params = Mapping[str, Any]
_log = logging.getLogger(__name__)
_SQL = load("keeping")


class Transaction:
    """Statements inside one transaction. Rows come back as `sqlite3.Row`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, params: Params | None = None) -> list[sqlite3.Row]:
        """Run the statement and return every row."""
        return self._connection.execute(sql, params or {}).fetchall()

    def one(self, sql: str, params: Params | None = None) -> sqlite3.Row | None:
        """Run the statement to its end and return its first row, or None."""
        rows = self.all(sql, params)
        return rows[0] if rows else None

    def run(self, sql: str, params: Params | None = None) -> None:
        """Run a statement that returns nothing."""
        self._connection.execute(sql, params or {})

    def rewrite_soon(self) -> None:
        """Part of every deletion: only rewriting the file makes sure that nothing of it stays legible.

        SQLite moves cells between pages when it balances a tree. The old copies stay in unused corners, and
        `secure_delete` does not know of them when the row itself is deleted later.
        """
        self.run(_SQL["ask_for_rewriting"])


Unit = Callable[[Transaction], T]


async def in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` with the connection, in the thread that owns it: one hop there and back.

    aiosqlite offers that for single statements only. Its own calls all go this way, which a test holds.
    """
    execute: Any = connection._execute  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]
    # In the caller's context: what is logged there is about the same portrait.
    return await execute(copy_context().run, work, connection._conn)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def to_its_commit(connection: sqlite3.Connection, unit: Unit[T]) -> T:
    """Run `unit` in the transaction that was begun, and commit; whatever is raised, it rolls back."""
    try:
        result = unit(Transaction(connection))
        # A commit can fail too (a deferred constraint, a full disk), and leaves the transaction open.
        connection.execute("COMMIT")
    except BaseException:
        try:
            connection.rollback()
        except sqlite3.OperationalError as error:
            # The disk fails. It is rolled back before the next transaction.
            _log.warning("a transaction was not rolled back yet (%s)", error)
        raise
    return result


def _snapshot(connection: sqlite3.Connection, unit: Unit[T]) -> T:
    connection.execute("BEGIN")
    return to_its_commit(connection, unit)


class Reader:
    """Committed data, on a connection of its own: who reads here waits for nobody who reads or writes elsewhere."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit`, which sees one state of the database from its first statement to its last."""
        return await in_thread(self._connection, lambda connection: _snapshot(connection, unit))

    async def all(self, sql: str, params: Params | None = None) -> list[sqlite3.Row]:
        """Every row of one statement."""
        return await in_thread(self._connection, lambda connection: Transaction(connection).all(sql, params))

    async def one(self, sql: str, params: Params | None = None) -> sqlite3.Row | None:
        """The first row of one statement, or None."""
        return await in_thread(self._connection, lambda connection: Transaction(connection).one(sql, params))


@asynccontextmanager
async def connected(path: Path, pragmas: tuple[str, ...]) -> AsyncGenerator[aiosqlite.Connection]:
    """A connection with its thread, both closed at the end."""
    connection = await aiosqlite.connect(path, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        for pragma in pragmas:
            await connection.execute(pragma)
        yield connection
    finally:
        # aiosqlite's thread is not a daemon: an unclosed connection would keep the process alive.
        await connection.close()
