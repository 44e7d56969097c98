"""PostgreSQL behind the same units of work: plain functions of a transaction, each run whole in a thread."""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg import Connection, errors
from typing_extensions import override

from bot.domain.errors import StoreBusy
from bot.ports.fleet import Turns
from bot.storage.database import IMPATIENT, PATIENT, Database, DatabaseBusy
from bot.storage.holds import Keeper, PostgresHolds
from bot.storage.link import Engine, PostgresTransaction, connect, of_its_own
from bot.storage.room import Room
from bot.storage.server import asked, expect_newest, got_in_time, process_key, upgrade
from bot.storage.sql import load
from bot.storage.units import DatabaseError, Params, Reader, Refused, Row, Unit

T = TypeVar("T")
_log = logging.getLogger(__name__)
_KEEPING = load("keeping")

# Connections of one process: that many units at a time, and twice as many who only read.
_WRITERS, _READERS = 4, 2
# Another try: after so many seconds, and after at most so many.
_FIRST_REST, _LONGEST_REST = 0.02, 1.0
_REPEATS = 8
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure)
_NO_ROOM = (errors.DiskFull, errors.ReadOnlySqlTransaction, errors.IoError)
# Linear: one run up to the next mark of an address.
_PASSWORD = re.compile(r"(?<=://)([^:@/?]*):[^@/]*@")


class _Away(Exception):
    """The server is not there, or somebody holds what we want; nothing was committed."""


class _InDoubt(Exception):
    """The connection was lost during COMMIT: only the server knows whether transaction `number` was committed."""

    def __init__(self, number: str, result: Any) -> None:
        super().__init__(number)
        self.number = number
        self.result = result


class _Pool:
    """Connections, each used by one thread at a time; a broken one is replaced."""

    def __init__(self, url: str, size: int, *, reading: bool) -> None:
        self._url = url
        self._reading = reading
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="postgres")
        self._idle: deque[Connection[Any]] = deque()

    async def run(self, work: Callable[[Connection[Any]], T]) -> T:
        """Run `work` in a thread with a connection; raises _Away, Refused, DatabaseError or what `work` raises."""
        # In the caller's context: what is logged there is about the same portrait.
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: context.run(self._run, work))

    def _run(self, work: Callable[[Connection[Any]], T]) -> T:
        connection: Connection[Any] | None = None
        try:
            connection = self._idle.pop() if self._idle else self._connected()
            return work(connection)
        except psycopg.Error as error:
            raise _explained(error, lost=connection is None or connection.broken or connection.closed) from error
        finally:
            if connection is not None:
                self._put_back(connection)

    def _connected(self) -> Connection[Any]:
        connection = connect(self._url)
        if self._reading:
            connection.execute("SET default_transaction_read_only = on", prepare=False)
        return connection

    def _put_back(self, connection: Connection[Any]) -> None:
        if connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE and not connection.closed:
            self._idle.append(connection)
        else:
            connection.close()

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        while self._idle:
            self._idle.pop().close()


def _explained(error: psycopg.Error, *, lost: bool) -> Exception:
    """What to raise instead of an error of the driver."""
    if isinstance(error, _NO_ROOM):
        return error
    if isinstance(error, psycopg.IntegrityError):
        return Refused(said(error))
    away = (errors.LockNotAvailable, errors.QueryCanceled, errors.AdminShutdown, errors.CrashShutdown)
    starting = (errors.CannotConnectNow, errors.TooManyConnections, errors.IdleInTransactionSessionTimeout)
    if isinstance(error, (*away, *starting, *_AGAIN)) or (lost and isinstance(error, psycopg.OperationalError)):
        return _Away(said(error))
    return DatabaseError(said(error))


def said(error: psycopg.Error) -> str:
    """What the server says. Its first line: the others may hold what members wrote."""
    return error.diag.message_primary or str(error).strip().partition("\n")[0]


# A transaction of a connection that has begun one.
Begun = Callable[[Connection[Any]], PostgresTransaction]


def _committed(connection: Connection[Any], unit: Unit[T], begun: Begun, begin: bytes) -> T:
    try:
        connection.execute(begin, prepare=False)
        result = unit(begun(connection))
        row = asked(connection, "number").fetchone()
    except BaseException:
        if not connection.closed:
            connection.rollback()
        raise
    number = row["number"] if row else None
    try:
        connection.execute("COMMIT", prepare=False)
    except psycopg.OperationalError as error:
        if number is not None and (connection.broken or connection.closed):
            raise _InDoubt(number, result) from error
        raise
    return result


def _repeated(connection: Connection[Any], unit: Unit[T], begun: Begun, begin: bytes) -> T:
    """Units that stood in each other's way run again: one of them was rolled back by the server."""
    for attempt in range(_REPEATS):
        try:
            return _committed(connection, unit, begun, begin)
        except _AGAIN:
            time.sleep(_FIRST_REST * attempt)  # noqa: TID251 - in a thread of its own
        except errors.UniqueViolation:
            # Written by another between our look and our insert: the next look finds it.
            if attempt:
                raise
    return _committed(connection, unit, begun, begin)


def _snapshot(connection: Connection[Any], unit: Unit[T], begun: Begun) -> T:
    begin = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    connection.execute(begin, prepare=False)
    try:
        return unit(begun(connection))
    finally:
        if not connection.closed:
            connection.rollback()


def _was_committed(connection: Connection[Any], number: str) -> bool:
    row = asked(connection, "committed", {"number": number}).fetchone()
    if row is not None and row["outcome"] == "in progress":
        raise _Away("the end of a transaction is not known yet")
    return row is not None and row["outcome"] == "committed"


class PostgresReader(Reader):
    """Connections of its own, which wait for a server that is away as long as its askers can."""

    def __init__(self, pool: _Pool, begun: Begun, patience: float) -> None:
        self._pool = pool
        self._begun = begun
        self._patience = patience

    @override
    async def read(self, unit: Unit[T]) -> T:
        return await self._asked(lambda connection: _snapshot(connection, unit, self._begun))

    @override
    async def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        return await self._asked(lambda connection: self._begun(connection).all(sql, params))

    async def _asked(self, work: Callable[[Connection[Any]], T]) -> T:
        rests = _Rests(self._patience)
        while True:
            try:
                return await self._pool.run(work)
            except _Away as error:
                await rests.next(error)
            except _NO_ROOM as error:
                raise DatabaseError(said(error)) from error


class _Rests:
    """Longer and longer, up to an end."""

    def __init__(self, patience: float) -> None:
        self._end = time.monotonic() + patience
        self._rest = _FIRST_REST

    async def next(self, error: Exception, *, closing: bool = False) -> None:
        """Wait before the next try; raises StoreBusy where there is no time for one."""
        if closing or time.monotonic() + self._rest >= self._end:
            _log.warning("the database is not there, or busy: %s", error)
            raise StoreBusy from None
        await asyncio.sleep(self._rest)
        self._rest = min(2 * self._rest, _LONGEST_REST)


class PostgresDatabase(Database):
    """Use `open_server`."""

    def __init__(self, writers: _Pool, reader: Reader, background: Reader, begun: Begun, place: str) -> None:
        room = Room(place, "no step of anything can be written down, refunds neither")
        super().__init__(reader, background, room, is_shared=True)
        self._writers = writers
        self._begun = begun

    @override
    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        return await self._to_its_end(self._transaction(unit, PATIENT if patient else IMPATIENT))

    async def _transaction(self, unit: Unit[T], patience: float) -> T:
        # Whoever waits for a lock holds a connection: not for longer than a member waits, then it asks again.
        begin = b"BEGIN; SET LOCAL lock_timeout = %d" % round(IMPATIENT * 1000)
        rests, doubt = _Rests(patience), None
        while True:
            try:
                if doubt is not None:
                    if await self._writers.run(partial(_was_committed, number=doubt.number)):
                        return doubt.result
                    doubt = None
                return await self._writers.run(lambda connection: _repeated(connection, unit, self._begun, begin))
            except _NO_ROOM as error:
                raise self.room.missed(error) from None
            except _InDoubt as error:
                # Whether it was written must be known, however long the server is away.
                doubt, rests = error, _Rests(PATIENT)
            except _Away as error:
                await rests.next(error, closing=self._closing and doubt is None)

    @override
    async def probe(self) -> None:
        await self.write(lambda tx: tx.run(_KEEPING["flip"]))
        self.room.found()

    @override
    async def scrub(self) -> bool:
        """The server's logs are the operator's."""
        return True

    @override
    async def rewrite(self, limit: int | None = None) -> bool:
        """The server's own vacuum sees to it."""
        return True


def _shown(url: str) -> str:
    """The address as it may be printed: no password, no options."""
    return _without_password(url.partition("?")[0])


def _without_password(text: str) -> str:
    return _PASSWORD.sub(r"\1@", text)


@asynccontextmanager
async def open_server(url: str, *, guest: bool = False, shared: bool = False) -> AsyncGenerator[PostgresDatabase]:
    """Bring the schema to the newest version, and close every connection at the end.

    One process may have it open, or any number that `shared` it, and any number of guests, for whom it must be of this
    version; raises DatabaseBusy.
    """
    async with AsyncExitStack() as stack:
        connection = await asyncio.to_thread(_opened, url, guest, shared)
        keeper = Keeper(connection, partial(_owned, url, shared))
        stack.callback(keeper.close)
        [space, _] = asked(connection, "kind").fetchone() or ["", ""]
        if not guest:
            keeping = asyncio.create_task(keeper.keep(), name="keeper of the database")
            stack.callback(keeping.cancel)
        writers = _Pool(url, _WRITERS, reading=False)
        readers, background = (_Pool(url, _READERS, reading=True) for _ in range(2))
        for pool in (writers, readers, background):
            stack.push_async_callback(pool.close)
        begun = partial(PostgresTransaction, space=space)
        if shared:
            begun = partial(begun, engine=await _engine(url, space))
        database = PostgresDatabase(
            writers,
            PostgresReader(readers, begun, IMPATIENT),
            PostgresReader(background, begun, PATIENT),
            begun,
            _shown(url),
        )
        if shared or guest:
            database.holds = PostgresHolds(url, space, database)
        if shared:
            database.turns = partial(_turns, url, space, database)
        stack.push_async_callback(database.drain)
        yield database


async def _engine(url: str, space: str) -> Engine:
    """What carries the turns of several processes, in a schema beside ours; raises DatabaseError."""
    from bot.storage.turns import TurnTable, install  # noqa: PLC0415 - one process alone needs no engine

    try:
        await install(url, space)
    except psycopg.Error as error:
        raise DatabaseError(
            f"the turns of several processes need a schema beside it: {_without_password(said(error))}"
        ) from None
    return TurnTable(space)


def _turns(url: str, space: str, database: Database, limit: int) -> Turns:
    from bot.storage.turns import PostgresTurns  # noqa: PLC0415 - as above

    return PostgresTurns(url, space, database, limit)


def _opened(url: str, guest: bool, shared: bool) -> Connection[Any]:
    try:
        connection = of_its_own(url)
        try:
            if guest:
                expect_newest(connection)
            else:
                upgrade(connection, partial(_own, connection, url, shared=shared))
        except BaseException:
            connection.close()
            raise
    except psycopg.Error as error:
        raise DatabaseError(_without_password(said(error))) from None
    return connection


def _owned(url: str, shared: bool) -> Connection[Any]:
    """A new connection that owns the database, or its share of it; raises DatabaseBusy and psycopg.Error."""
    connection = connect(url)
    try:
        _own(connection, url, shared=shared)
    except BaseException:
        connection.close()
        raise
    return connection


def own_alone(connection: Connection[Any], url: str) -> None:
    """Own the database until the connection ends; raises DatabaseBusy where another process does."""
    _own(connection, url, shared=False)


def _own(connection: Connection[Any], url: str, *, shared: bool) -> None:
    [space, _] = asked(connection, "kind").fetchone() or ["", ""]
    if not got_in_time(connection, "share" if shared else "own", process_key(str(space))):
        raise DatabaseBusy(_shown(url))
