"""One SQLite file: one connection that writes, two that read, transactions that always end."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import Context, copy_context
from functools import partial
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
from bot.storage.writing import Asked, Ended, Held, SqliteTransaction, primary, written

T = TypeVar("T")
_log = logging.getLogger(__name__)
_SQL = load("keeping")

# SQLite waits so long at a time for another program that writes; whether to go on waiting is decided here.
STEP_MS = 100
# The disk is full, read-only, broken or gone: nothing is wrong with what was to be written.
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})

# So many units are written together at most.
_TOGETHER = 64

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


async def in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` with the connection, in the thread that owns it: one hop there and back.

    aiosqlite offers that for single statements only. Its own calls all go this way, which a test holds.
    """
    execute: Any = connection._execute  # noqa: SLF001 # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]
    # In the caller's context: what is logged there is about the same portrait.
    return await execute(copy_context().run, work, connection._conn)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


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
    try:
        return unit(SqliteTransaction(connection))
    finally:
        connection.rollback()


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
            # To its end: many answer with a row, and nothing is rewritten while a statement has one left.
            await connection.execute_fetchall(pragma)
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
        # What waits to be written, and who writes it.
        self._asked: list[Asked] = []
        self._writing: asyncio.Task[None] | None = None
        # Another program holds the file.
        self._blocked = False

    @override
    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        """In BEGIN IMMEDIATE .. COMMIT, with whatever else waits then: see `bot.storage.writing`."""
        loop = asyncio.get_running_loop()
        asked = Asked(unit, loop.time() + (PATIENT if patient else IMPATIENT), loop.create_future())
        self._asked.append(asked)
        if self._writing is None or self._writing.done():
            # In a context of its own: it writes for others as well.
            self._writing = asyncio.create_task(self._write_all(), context=Context())
        ended = await self._to_its_end(asked.ended)
        with _explained(), self._noticing_the_disk():
            return ended.unwrapped()

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
        return await self._to_its_end(in_thread(self._writer, _truncated))

    @override
    async def rewrite(self, limit: int | None = None) -> bool:
        wanted = await self.background.one(_SQL["asks_for_rewriting"])
        if not wanted or not wanted["rewrite"]:
            return True
        return await self._to_its_end(in_thread(self._writer, partial(_vacuumed, limit=limit)))

    async def _write_all(self) -> None:
        """Write what waits, together what waits together, until nothing does."""
        while self._asked:
            group = self._asked[:_TOGETHER]
            try:
                ended = await in_thread(self._writer, lambda connection, group=group: written(connection, group))
            except Held:
                self._tell_who_cannot_wait()
                continue
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
                ended = [Ended(error=error)] * len(group)
            self._blocked = False
            del self._asked[: len(ended)]
            for asked, each in zip(group, ended, strict=False):
                asked.ended.set_result(each)

    def _tell_who_cannot_wait(self) -> None:
        """Another program holds the file."""
        if not self._blocked:
            _log.warning("another program holds the database: what is to be written waits for it")
        self._blocked = True
        now = asyncio.get_running_loop().time()
        late = [each for each in self._asked if self._closing or now >= each.end]
        self._asked = [each for each in self._asked if each not in late]
        for each in late:
            each.ended.set_result(Ended(error=StoreBusy()))

    @contextmanager
    def _noticing_the_disk(self) -> Generator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if primary(error) in _NO_ROOM:
                raise self.room.missed(error) from None
            raise


def _truncated(connection: sqlite3.Connection) -> bool:
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        _log.warning("the write-ahead log could not be emptied (%s), trying again later", error)
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {STEP_MS}")
    return busy == 0


def _vacuumed(connection: sqlite3.Connection, limit: int | None) -> bool:
    """Done again after a crash in between: the mark goes last."""
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    [page] = connection.execute("PRAGMA page_size").fetchone()
    if limit is not None and pages * page > limit:
        return False
    if megabytes := pages * page // 1_000_000:
        _log.info("rewriting the database, %d MB: what was deleted must not stay legible", megabytes)
    # The copy may be larger than the memory.
    connection.execute("PRAGMA temp_store = FILE")
    try:
        connection.execute("VACUUM")
        connection.execute(_SQL["rewritten"])
    except sqlite3.OperationalError as error:
        _log.warning("the database could not be rewritten (%s), trying again later", error)
        return False
    finally:
        connection.execute("PRAGMA temp_store = MEMORY")
    return True


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
            await writer.execute_fetchall(f"PRAGMA busy_timeout = {STEP_MS}")
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
