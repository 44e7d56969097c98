"""What the thread of a connection does with units: one in its transaction, or many that waited in one of them all.

A commit waits for the disk, and so for much longer than most units take. Those that wait at the same time are written
together: each behind a savepoint, so that one that fails takes back its own rows alone, and one commit for all.
"""

import sqlite3
import time
from asyncio import Future
from collections.abc import Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from logging import getLogger
from typing import Any, TypeVar

from typing_extensions import override

from bot.storage.sql import load
from bot.storage.units import Params, Row, Transaction, Unit

T = TypeVar("T")
_log = getLogger(__name__)
_SQL = load("keeping")
# After so many seconds no further unit joins the others: they wait for the commit.
_LONG = 0.02


class SqliteTransaction(Transaction):
    """Rows come back as `sqlite3.Row`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @override
    def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        return self._connection.execute(sql, params or {}).fetchall()

    @override
    def run(self, sql: str, params: Params | None = None) -> None:
        self._connection.execute(sql, params or {})

    @override
    def lock(self, *names: str) -> None:
        """One unit writes at a time."""

    @override
    def rewrite_soon(self) -> None:
        """Only rewriting the file makes sure of it.

        SQLite moves cells between pages when it balances a tree. The old copies stay in unused corners, and
        `secure_delete` does not know of them when the row itself is deleted later.
        """
        self.run(_SQL["ask_for_rewriting"])


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a unit: its result, or what it raised."""

    result: Any = None
    error: BaseException | None = None

    def unwrapped(self) -> Any:
        """The result; raises what the unit raised."""
        if self.error is not None:
            raise self.error
        return self.result


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A unit that waits to be written, until `end` where another program is in the way."""

    unit: Unit[Any]
    end: float
    ended: "Future[Ended]"
    # The caller's: what is logged there is about the same portrait.
    context: Context = field(default_factory=copy_context)

    def run(self, connection: sqlite3.Connection) -> Ended:
        """In the transaction that was begun, which stays open."""
        try:
            return Ended(self.context.run(self.unit, SqliteTransaction(connection)))
        except BaseException as error:  # noqa: BLE001 - raised again where the unit came from
            return Ended(error=error)


class Held(Exception):
    """Another program writes; nothing of any unit ran."""


class _NotTogether(Exception):
    """The transaction of them all came to nothing, and nothing of it is written."""


def written(connection: sqlite3.Connection, asked: Sequence[Asked]) -> list[Ended]:
    """Write the first, and as many after it as do not keep it waiting; returns what came of each, in their order.

    What is returned is committed, or taken back where the unit raised. Raises Held.
    """
    if len(asked) > 1:
        try:
            return _together(connection, asked)
        except _NotTogether as why:
            # Whoever was to blame fails alone.
            _log.info("%d units are not written together (%s), but one by one", len(asked), why.__cause__)
    return _one_by_one(connection, asked)


def _together(connection: sqlite3.Connection, asked: Sequence[Asked]) -> list[Ended]:
    ended: list[Ended] = []
    try:
        begin(connection)
        begun = time.perf_counter()
        for each in asked:
            ended.append(_behind_a_savepoint(connection, each))
            if time.perf_counter() - begun > _LONG:
                break
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise _NotTogether from error
    return ended


def _behind_a_savepoint(connection: sqlite3.Connection, asked: Asked) -> Ended:
    """Raises sqlite3.Error where that took the whole transaction with it, as a full disk does."""
    connection.execute("SAVEPOINT unit")
    ended = asked.run(connection)
    if ended.error is not None:
        connection.execute("ROLLBACK TO unit")
    connection.execute("RELEASE unit")
    return ended


def _one_by_one(connection: sqlite3.Connection, asked: Sequence[Asked]) -> list[Ended]:
    ended: list[Ended] = []
    for each in asked:
        try:
            begin(connection)
        except Held:
            if not ended:
                raise
            # The others wait.
            break
        except sqlite3.Error as error:
            ended.append(Ended(error=error))
        else:
            ended.append(to_its_commit(connection, each))
    return ended


def begin(connection: sqlite3.Connection) -> None:
    """A transaction that writes; raises Held."""
    if connection.in_transaction:
        # What failed before could not be rolled back then.
        connection.rollback()
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if primary(error) == sqlite3.SQLITE_BUSY:
            raise Held from None
        raise


def to_its_commit(connection: sqlite3.Connection, asked: Asked) -> Ended:
    """Run a unit in the transaction that was begun, and commit; whatever it raises, it rolls back."""
    ended = asked.run(connection)
    if ended.error is None:
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            # It can fail too (a deferred constraint, a full disk), and leaves the transaction open.
            ended = Ended(error=error)
    if ended.error is not None:
        try:
            connection.rollback()
        except sqlite3.OperationalError as why:
            # The disk fails. It is rolled back before the next transaction.
            _log.warning("a transaction was not rolled back yet (%s)", why)
    return ended


def primary(error: sqlite3.Error) -> int:
    """SQLite's code without its details; 0 for an error of Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
