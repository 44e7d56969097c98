"""One SQLite file: one connection that writes, two that read, transactions that always end."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from filelock import FileLock, Timeout

from bot.domain.errors import StoreBusy, StoreFull
from bot.storage.migrate import SchemaTooNew, migrate
from bot.storage.room import Room
from bot.storage.schema import NotOurDatabase, inspect
from bot.storage.sql import load
from bot.storage.units import Params, Reader, Transaction, Unit, connected, in_thread, to_its_commit

T = TypeVar("T")
_log = logging.getLogger(__name__)
_SQL = load("keeping")

# SQLite waits so long at a time for another program that writes; whether to go on waiting is decided here.
_STEP_MS = 100
# Somebody waits for an answer within Discord's three seconds, and reading, answering and the way there need theirs.
IMPATIENT = 1.2
# A step of a job: what was paid for must be written down. Less than its lease.
PATIENT = 100.0
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


class DatabaseBusy(Exception):
    """Another process owns the file: several writers would wait for seconds on each other."""


class Database:
    """Use `open_database`. `write` runs a unit of work shielded from cancellation; `read`, `all` and `one` read
    committed data for somebody who waits for an answer, and `background` for everybody else.
    """

    def __init__(self, writer: aiosqlite.Connection, reader: Reader, background: Reader, path: Path) -> None:
        self._writer = writer
        self._reader = reader
        self.background = background
        self.room = Room(path, "no step of anything can be written down, refunds neither")
        self._turn = asyncio.Lock()
        self._units: set[asyncio.Task[Any]] = set()
        # Another program holds the file; and: we are going down, and wait for nobody.
        self._blocked = False
        self._closing = False

    @property
    def pending(self) -> int:
        """Units of work that are being written, or wait for their turn."""
        return len(self._units)

    async def read(self, unit: Unit[T]) -> T:
        """Run `unit` over one state of the database, in BEGIN .. COMMIT; it must change nothing."""
        return await self._reader.read(unit)

    async def all(self, sql: str, params: Params | None = None) -> list[sqlite3.Row]:
        """Every row of one statement that changes nothing."""
        return await self._reader.all(sql, params)

    async def one(self, sql: str, params: Params | None = None) -> sqlite3.Row | None:
        """The first row of one statement that changes nothing, or None."""
        return await self._reader.one(sql, params)

    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        """Run `unit` in BEGIN IMMEDIATE .. COMMIT; it rolls back on any exception.

        A cancelled caller leaves at once, but the transaction runs to its end: cancelled does not mean "not
        committed", so callers choose the ids they write. Raises StoreBusy when
        another program holds the file for longer than a member, or a `patient` job, can wait, and StoreFull when the
        disk takes nothing; nothing is written then.
        """
        end = asyncio.get_running_loop().time() + (PATIENT if patient else IMPATIENT)
        return await self._to_its_end(self._transaction(unit, end))

    async def write_at_last(self, unit: Unit[T]) -> T:
        """As a patient `write`, but where there is no room it waits for that; StoreFull only when we are going down."""
        while True:
            try:
                return await self.write(unit, patient=True)
            except StoreFull:
                if not await self.room.comes():
                    raise

    async def probe(self) -> None:
        """Write a page, whatever it holds; raises StoreFull where that is impossible still."""

        def unit(tx: Transaction) -> None:
            # There and back: a page that was never changed is not written.
            tx.run(_SQL["flip"])
            tx.run(_SQL["flip"])

        await self.write(unit)
        self.room.found()

    async def scrub(self) -> bool:
        """Empty the write-ahead log into the file; False while somebody reads, and then a later call may do it.

        The log holds every page as it once was, also with what was deleted since.
        """
        return await self._to_its_end(self._truncate())

    async def rewrite(self, limit: int | None = None) -> bool:
        """Rewrite the file if a deletion asked for it, up to `limit` bytes; True when nothing is left to do."""
        wanted = await self.background.one(_SQL["asks_for_rewriting"])
        if not wanted or not wanted["rewrite"]:
            return True
        return await self._to_its_end(self._vacuum(limit))

    async def _to_its_end(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        self._units.add(task)
        task.add_done_callback(self._units.discard)
        return await asyncio.shield(task)

    async def _transaction(self, unit: Unit[T], end: float) -> T:
        await self._my_turn(end)
        try:
            with self._noticing_the_disk():
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
                await self._writer.execute(f"PRAGMA busy_timeout = {_STEP_MS}")
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

    async def drain(self) -> None:
        """Wait for the units whose callers were cancelled; for another program no longer."""
        self._closing = True
        if self._units:
            await asyncio.gather(*self._units, return_exceptions=True)


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
    return to_its_commit(connection, unit)


# What `open_database` and `bot.storage.schema` refuse a file with.
UNUSABLE = (DatabaseBusy, SchemaTooNew, NotOurDatabase, OSError, sqlite3.Error)


def why_unusable(path: Path, error: Exception) -> str:
    """One of `UNUSABLE` in words for the operator."""
    match error:
        case DatabaseBusy():
            return f"another process is using {path}"
        case SchemaTooNew():
            return f"written by a newer version of Limner ({error})"
        case NotOurDatabase():
            return f"{path} is not used: {error}"
        case OSError():
            return f"{path} cannot be used: {error.strerror}"
        case _:
            return f"{path} cannot be used ({error})"


@asynccontextmanager
async def open_database(path: Path) -> AsyncGenerator[Database]:
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
            await writer.execute(f"PRAGMA busy_timeout = {_STEP_MS}")
            async with connected(path, READING) as reader, connected(path, READING) as background:
                database = Database(writer, Reader(reader), Reader(background), path)
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
