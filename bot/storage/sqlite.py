"""One SQLite file: one connection that writes, two that read, transactions that always end."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from filelock import FileLock, Timeout
from typing_extensions import override

from bot.domain.errors import StoreBusy
from bot.storage.database import IMPATIENT, PATIENT, Database, DatabaseBusy
from bot.storage.migrate import migrate
from bot.storage.room import Room
from bot.storage.schema import inspect
from bot.storage.sql import load
from bot.storage.units import DatabaseError, Params, Reader, Refused, Row, Transaction, Unit

T = TypeVar("T")
_log = logging.getLogger(__name__)
_SQL = load("keeping")

# SQLite waits so long at a time for another program that writes; whether to go on waiting is decided here.
STEP_MS = 100
# The disk is full, read-only, broken or gone: nothing is wrong with what was to be written.
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})

_WRITER = (
    "PRAGMA journal_mode = WAL",
    # FULL: a settled quota survives a power cut; measured at over 4,000 reservations a second.
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    # Deleted rows are overwritten. Some builds of SQLite do so by default; nothing here relies on the build.
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -32000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)
READING = ("PRAGMA query_only = ON", "PRAGMA busy_timeout = 5000")
# How long the log may be waited for, in milliseconds: members wait behind it, and readers may stay for minutes.
_PATIENCE = 50


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


async def in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` with the connection, in the thread that owns it: one hop there and back.

    aiosqlite offers that for single statements only. Its own calls all go this way, which a test holds.
    """
    execute: Any = connection._execute  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]
    # In the caller's context: what is logged there is about the same portrait.
    return await execute(copy_context().run, work, connection._conn)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


def _to_its_commit(connection: sqlite3.Connection, unit: Unit[T]) -> T:
    """Run `unit` in the transaction that was begun, and commit; whatever is raised, it rolls back."""
    try:
        result = unit(SqliteTransaction(connection))
        # A commit can fail too (a deferred constraint, a full disk), and leaves the transaction open.
        connection.execute("COMMIT")
    except BaseException:
        try:
            connection.rollback()
        except sqlite3.OperationalError as why:
            # The disk fails. It is rolled back before the next transaction.
            _log.warning("a transaction was not rolled back yet (%s)", why)
        raise
    return result


@contextmanager
def _explained() -> Generator[None]:
    """What the driver raises, as both databases do."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Refused(str(error)) from error
    except sqlite3.Error as error:
        raise DatabaseError(str(error)) from error


def _snapshot(connection: sqlite3.Connection, unit: Unit[T]) -> T:
    connection.execute("BEGIN")
    return _to_its_commit(connection, unit)


class SqliteReader(Reader):
    """A connection of its own."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @override
    async def read(self, unit: Unit[T]) -> T:
        with _explained():
            return await in_thread(self._connection, lambda connection: _snapshot(connection, unit))

    @override
    async def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        with _explained():
            return await in_thread(self._connection, lambda connection: SqliteTransaction(connection).all(sql, params))


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


class SqliteDatabase(Database):
    """Use `open_file`."""

    def __init__(self, writer: aiosqlite.Connection, reader: Reader, background: Reader, path: Path) -> None:
        room = Room(path, "no step of anything can be written down, refunds neither")
        super().__init__(reader, background, room, is_shared=False)
        self._writer = writer
        self._turn = asyncio.Lock()
        # Another program holds the file.
        self._blocked = False

    @override
    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        """In BEGIN IMMEDIATE .. COMMIT."""
        end = asyncio.get_running_loop().time() + (PATIENT if patient else IMPATIENT)
        return await self._to_its_end(self._transaction(unit, end))

    @override
    async def probe(self) -> None:
        def unit(tx: Transaction) -> None:
            # There and back: a page that was never changed is not written.
            tx.run(_SQL["flip"])
            tx.run(_SQL["flip"])

        await self.write(unit)
        self.room.found()

    @override
    async def scrub(self) -> bool:
        """Empty the write-ahead log into the file; False while somebody reads, and then a later call may do it.

        The log holds every page as it once was, also with what was deleted since.
        """
        return await self._to_its_end(self._truncate())

    @override
    async def rewrite(self, limit: int | None = None) -> bool:
        wanted = await self.background.one(_SQL["asks_for_rewriting"])
        if not wanted or not wanted["rewrite"]:
            return True
        return await self._to_its_end(self._vacuum(limit))

    async def _transaction(self, unit: Unit[T], end: float) -> T:
        await self._my_turn(end)
        try:
            with _explained(), self._noticing_the_disk():
                return await self._attempts(unit, end)
        finally:
            self._turn.release()

    @contextmanager
    def _noticing_the_disk(self) -> Generator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if _primary(error) in _NO_ROOM:
                raise self.room.missed(error) from None
            raise

    async def _my_turn(self, end: float) -> None:
        """Wait for the units before: as long as it takes, unless it is another program that they wait for."""
        if not (self._blocked or self._turn.locked()):
            await self._turn.acquire()
            return
        turn = asyncio.ensure_future(self._turn.acquire())
        done, _ = await asyncio.wait({turn}, timeout=max(0.0, end - asyncio.get_running_loop().time()))
        if not done and self._blocked:
            turn.cancel()
            raise StoreBusy
        # In its place still: who began to wait anew would be behind all who came later.
        await turn

    async def _attempts(self, unit: Unit[T], end: float) -> T:
        """Once, or as long as another program holds the file and there is time."""
        while True:
            try:
                result = await in_thread(self._writer, lambda connection: _written(connection, unit))
            except _Held:
                if not self._blocked:
                    _log.warning("another program holds the database: what is to be written waits for it")
                self._blocked = True
                if self._closing or asyncio.get_running_loop().time() >= end:
                    raise StoreBusy from None
            else:
                self._blocked = False
                return result

    async def _truncate(self) -> bool:
        async with self._turn:
            await self._writer.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            try:
                [row] = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.OperationalError as error:
                _log.warning("the write-ahead log could not be emptied (%s), trying again later", error)
                return False
            finally:
                await self._writer.execute(f"PRAGMA busy_timeout = {STEP_MS}")
        return row[0] == 0

    async def _vacuum(self, limit: int | None) -> bool:
        """Done again after a crash in between: the mark goes last."""
        async with self._turn:
            [[pages]] = await self._writer.execute_fetchall("PRAGMA page_count")
            [[page]] = await self._writer.execute_fetchall("PRAGMA page_size")
            if limit is not None and pages * page > limit:
                return False
            if megabytes := pages * page // 1_000_000:
                _log.info("rewriting the database, %d MB: what was deleted must not stay legible", megabytes)
            # The copy may be larger than the memory.
            await self._writer.execute("PRAGMA temp_store = FILE")
            try:
                await self._writer.execute("VACUUM")
                await self._writer.execute(_SQL["rewritten"])
            except sqlite3.OperationalError as error:
                _log.warning("the database could not be rewritten (%s), trying again later", error)
                return False
            finally:
                await self._writer.execute("PRAGMA temp_store = MEMORY")
        return True


def _primary(error: sqlite3.Error) -> int:
    """SQLite's code without its details; 0 for an error of Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


class _Held(Exception):
    """Another program writes; nothing of the unit ran."""


def _written(connection: sqlite3.Connection, unit: Unit[T]) -> T:
    if connection.in_transaction:
        connection.rollback()
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _primary(error) == sqlite3.SQLITE_BUSY:
            raise _Held from None
        raise
    return _to_its_commit(connection, unit)


@asynccontextmanager
async def open_file(path: Path) -> AsyncGenerator[Database]:
    """Open the file (made, mode 0600, if missing), bring it to the newest schema, and own it until the end.

    Raises DatabaseBusy when another process has it open. A file that is not ours, or of a newer version, is refused as
    `bot.storage.schema.inspect` says, and nothing of it or beside it is touched.
    """
    path = await asyncio.to_thread(_prepared, path)
    with owned(path):
        await asyncio.to_thread(inspect, path)
        # Where SQLite keeps the copy while it rewrites a large file: nothing is written outside of the folder.
        aside = "PRAGMA temp_store_directory = '{}'".format(str(path.parent).replace("'", "''"))
        async with connected(path, (aside, *_WRITER)) as writer:
            await asyncio.to_thread(path.chmod, 0o600)
            await migrate(writer)
            await writer.execute(f"PRAGMA busy_timeout = {STEP_MS}")
            async with connected(path, READING) as reader, connected(path, READING) as background:
                database = SqliteDatabase(writer, SqliteReader(reader), SqliteReader(background), path)
                await database.rewrite()
                await database.scrub()
                try:
                    yield database
                finally:
                    await database.drain()


def _prepared(path: Path) -> Path:
    """The file itself, with a folder around it; a file that is not ours is refused before anything lies beside it."""
    # However many links lead to it, a file has one lock, and its log one place.
    path = Path(os.path.realpath(path))
    if not _lock_of(path).exists():
        inspect(path)
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _lock_of(path: Path) -> Path:
    """The file whose lock says which process owns the database."""
    return path.with_name(path.name + ".lock")


@contextmanager
def owned(path: Path) -> Generator[None]:
    """Hold the lock beside the database; the kernel frees it even after kill -9."""
    held = FileLock(_lock_of(path), timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise DatabaseBusy(str(path)) from error
    try:
        yield
    finally:
        held.release()
