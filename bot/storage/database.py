"""The database behind every store: SQLite in a file of ours, or PostgreSQL; the stores know no difference."""

import asyncio
import sqlite3
from abc import abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from typing_extensions import override

from bot.domain.errors import StoreFull
from bot.ports.fleet import ALONE, Holds, Turns
from bot.storage.migrate import SchemaTooNew
from bot.storage.room import Room
from bot.storage.schema import NotOurDatabase
from bot.storage.units import DatabaseError, Params, Reader, Row, Unit

T = TypeVar("T")

# Somebody waits for an answer within Discord's three seconds, and reading, answering and the way there need theirs.
IMPATIENT = 1.2
# A step of a job: what was paid for must be written down. Less than its lease.
PATIENT = 100.0


class DatabaseBusy(Exception):
    """Another process owns the database, and no second one may."""


class Database(Reader):
    """`write` runs a unit of work shielded from cancellation; `read`, `all` and `one` read committed data for somebody
    who waits for an answer, and `background` for everybody else.
    """

    def __init__(self, reader: Reader, background: Reader, room: Room, *, is_shared: bool) -> None:
        """`is_shared`: other processes write it as well."""
        self._reader = reader
        self.background = background
        self.room = room
        self.is_shared = is_shared
        # Of a process that shares it with others of the same installation.
        self.holds: Holds = ALONE
        # How those who paint elsewhere take turns; `limit` of them are at it at once.
        self.turns: Callable[[int], Turns] = lambda _: ALONE
        self._units: set[asyncio.Future[Any]] = set()
        # We are going down, and wait for nobody.
        self._closing = False

    @property
    def pending(self) -> int:
        """Units of work that are being written, or wait for their turn."""
        return len(self._units)

    async def _to_its_end(self, work: Awaitable[T]) -> T:
        """Whoever cancels the caller does not cancel the work."""
        task = asyncio.ensure_future(work)
        self._units.add(task)
        task.add_done_callback(self._units.discard)
        return await asyncio.shield(task)

    @override
    async def read(self, unit: Unit[T]) -> T:
        return await self._reader.read(unit)

    @override
    async def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        return await self._reader.all(sql, params)

    @abstractmethod
    async def write(self, unit: Unit[T], *, patient: bool = False) -> T:
        """Run `unit` in a transaction; it rolls back on any exception.

        A cancelled caller leaves at once, but the transaction runs to its end: cancelled does not mean "not
        committed", so callers choose the ids they write. Raises StoreBusy when the database is held, or away, for
        longer than a member, or a `patient` job, can wait, and StoreFull when its disk takes nothing; nothing is
        written then. A unit may run several times before it is committed once, so it changes nothing but rows.
        """

    async def write_at_last(self, unit: Unit[T]) -> T:
        """As a patient `write`, but where there is no room it waits for that; StoreFull only when we are going down."""
        while True:
            try:
                return await self.write(unit, patient=True)
            except StoreFull:
                if not await self.room.comes():
                    raise

    @abstractmethod
    async def probe(self) -> None:
        """Write something, whatever it holds; raises StoreFull where that is impossible still."""

    @abstractmethod
    async def scrub(self) -> bool:
        """Make sure that what was deleted is in no log of the database's; False if that has to be tried again."""

    async def drain(self) -> None:
        """Wait for the units whose callers were cancelled; for what holds them up no longer."""
        self._closing = True
        if self._units:
            await asyncio.gather(*self._units, return_exceptions=True)

    @abstractmethod
    async def rewrite(self, limit: int | None = None) -> bool:
        """Rewrite what a deletion asked for, up to `limit` bytes; True when nothing is left to do."""


# What `open_database` and `bot.storage.schema` refuse a database with.
UNUSABLE = (DatabaseBusy, SchemaTooNew, NotOurDatabase, OSError, sqlite3.Error, DatabaseError)


def why_unusable(place: Path | str, error: Exception) -> str:
    """One of `UNUSABLE` in words for the operator; `place` is what they know it by, without a password."""
    match error:
        case DatabaseBusy():
            return f"another process is using {place}"
        case SchemaTooNew():
            return f"{place} was written by a newer version of Limner ({error})"
        case NotOurDatabase():
            return f"{place} is not used: {error}"
        case OSError() if error.strerror:
            return f"{place} cannot be used: {error.strerror}"
        case _:
            return f"{place} cannot be used ({error})"


@asynccontextmanager
async def open_database(place: Path | str, *, guest: bool = False, shared: bool = False) -> AsyncGenerator[Database]:
    """Open a file, or `postgresql://...`, and bring it to the newest schema; closed at the end.

    A `guest` may open a server beside the bot, and brings nothing to another schema. `shared`: a server is used by
    several processes of one bot.

    Raises one of `UNUSABLE`, and then nothing of it was touched.
    """
    async with AsyncExitStack() as stack:
        if isinstance(place, Path):
            from bot.storage.sqlite import open_file  # noqa: PLC0415 - which is made of what stands here

            yield await stack.enter_async_context(open_file(place))
        else:
            try:
                from bot.storage.postgres import open_server  # noqa: PLC0415 - its driver is an extra
            except ImportError as error:
                raise DatabaseError(f"its driver is not installed, get limner[postgres]: {error}") from None
            yield await stack.enter_async_context(open_server(place, guest=guest, shared=shared))
