"""The engine of a fleet: pgqueuer carries turns from whoever accepts a portrait to whoever paints.

A turn is an anonymous row of the engine's own schema, one for each image that waits. Whoever gets one paints the image
whose turn it fairly is. Who lives, who is woken, what is run again and how many are at it are the engine's business.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver, SyncPsycopgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries, SyncQueries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import PgqException, RetryRequested
from pgqueuer.domain.models import Job, TracebackRecord
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import JOB_STATUS, Channel, JobId
from psycopg import Connection
from typing_extensions import override

from bot.storage.database import Database
from bot.storage.link import asynchronous
from bot.storage.server import key_of
from bot.storage.sql import load
from bot.storage.units import Params

_log = logging.getLogger(__name__)
_SQL = load("turns")

_ENTRY = "turn"
# Whose turns were not counted on for so long is not there any more, and others go on with them.
DEAD = timedelta(seconds=10)
# So often a worker looks that nobody woke.
_LOOK = timedelta(seconds=5)
# While all turns are taken; whoever ends one wakes the others.
_BUSY = timedelta(seconds=0.25)
# Before the next try where something went wrong.
_AGAIN = timedelta(seconds=1)
# And where the database was away: first all who live have to say so, or what they carry would be taken from them.
_RETURN = timedelta(seconds=3)
# Linear: one run. What the engine takes as the name of a schema, with room for an ending.
_PLAIN = re.compile(r"[a-z_][a-z0-9_]{0,50}", re.ASCII)

# What a worker does with a turn: whether it is over, or somebody is to go on with it.
Carry = Callable[[int], Awaitable[bool]]


@cache
def engine_of(space: str) -> DBSettings:
    """What the engine's tables of the installation in schema `space` are called: they stand in a schema beside it."""
    beside = f"{space}_turns" if _PLAIN.fullmatch(space) else f"limner_{key_of(space, _ENTRY) & (2**63 - 1):x}_turns"
    # Whatever is left out, it takes from the environment, where other programs may have put theirs.
    return DBSettings(
        prefix="",
        db_schema=beside,
        channel=Channel(f"limner_{key_of(space, 'engine') & (2**63 - 1):x}"),
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        statistics_table="pgqueuer_statistics",
        schedules_table="pgqueuer_schedules",
        queue_status_type="pgqueuer_status",
        function="fn_pgqueuer_changed",
        trigger="tg_pgqueuer_changed",
        durability=Durability.durable,
    )


def _said(space: str, name: str) -> str:
    names = engine_of(space).qualified
    return _SQL[name].format(queue=names.queue_table, log=names.queue_table_log)


async def install(url: str, space: str) -> None:
    """Make the engine's tables, or bring them to its newest version; raises psycopg.Error.

    Processes that start together wait for each other.
    """
    # Its own words are for developers, and say what members wrote nowhere.
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)
    async with await asynchronous(url) as connection:
        await connection.execute(_said(space, "wait").encode(), [key_of(space, "engine")])
        queries = Queries(PsycopgDriver(connection), *_builders(space))
        if await queries.schema_is_installed():
            await queries.apply_upgrade()
        else:
            async with connection.transaction():
                await queries.install()


def _builders(space: str) -> tuple[QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder]:
    settings = engine_of(space)
    return QueryBuilderEnvironment(settings), QueryQueueBuilder(settings), QuerySchedulerBuilder(settings)


# The priority of a turn whose image was begun already.
_BEGUN = 1


class TurnTable:
    """The turns, inside of one transaction of ours. See `bot.storage.link.Engine`."""

    def __init__(self, space: str) -> None:
        self._space = space
        self._builder = QueryQueueBuilder(engine_of(space))

    def enqueue(self, connection: Connection[Any], count: int, priority: int = 0) -> list[int]:
        """So many turns, which are there once the transaction is; returns their numbers. The highest priority first."""
        queries = SyncQueries(SyncPsycopgDriver(connection), self._builder)
        return [int(each) for each in queries.enqueue([_ENTRY] * count, [None] * count, [priority] * count)]

    def mend(self, connection: Connection[Any], waiting: int) -> Sequence[tuple[int, int]]:
        """A turn for each of `waiting` images, and one for each that lost its own: what was begun (`take.seq`), and its
        turn from now on. What was begun goes first, for the vendor may be at it: it counts among what is under way.
        """
        connection.execute(_said(self._space, "prune").encode())
        row = connection.execute(_said(self._space, "enqueued").encode()).fetchone()
        if row is not None and row[0] < waiting:
            self.enqueue(connection, waiting - row[0])
        lost = [int(each[0]) for each in connection.execute(_said(self._space, "lost").encode()).fetchall()]
        return list(zip(lost, self.enqueue(connection, len(lost), _BEGUN), strict=True)) if lost else ()


class _Driver(PsycopgDriver):
    """One connection to be woken by, another for statements: on a single one they would wait for each other."""

    def __init__(self, listening: psycopg.AsyncConnection[Any], working: psycopg.AsyncConnection[Any]) -> None:
        super().__init__(listening)
        self._working = PsycopgDriver(working)

    @override
    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return await self._working.fetch(query, *args)

    @override
    async def execute(self, query: str, *args: object) -> str:
        return await self._working.execute(query, *args)

    @override
    async def notify(self, channel: str, payload: str) -> None:
        await self._working.notify(channel, payload)


class _Fenced(Queries):
    """Whoever was taken for dead ends, hands back and keeps alive nothing of what others go on with: the engine itself
    knows a turn by its number alone.

    These three are written as all steps are, by connections that come back: who lost that of the engine is alive.
    """

    def __init__(self, driver: PsycopgDriver, space: str, database: Database) -> None:
        super().__init__(driver, *_builders(space))
        self._space = space
        self._database = database
        # Of the manager, as soon as there is one.
        self.worker = UUID(int=0)

    async def _step(self, name: str, params: Params) -> None:
        said = _said(self._space, name)
        await self._database.write(lambda tx: tx.run(said, {**params, "worker": self.worker}), patient=True)

    @override
    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        # What ended in any other way is not counted on any more, and so it is carried again.
        await self._step("end", {"ids": [job.id for job, status, _ in job_status if status == "successful"]})

    @override
    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        # The engine would keep a traceback of what is no mistake.
        del traceback_record
        await self._step("hand_back", {"id": job.id, "delay": delay})

    @override
    async def update_heartbeat(self, job_ids: list[JobId]) -> None:
        await self._step("beat", {"ids": job_ids})


class PostgresTurns:
    """See `bot.ports.fleet.Turns`."""

    def __init__(self, url: str, space: str, database: Database, limit: int) -> None:
        """`limit`: so many turns are carried at once, by all processes together."""
        self._url = url
        self._space = space
        self._database = database
        self._limit = limit
        self._manager: QueueManager | None = None
        self._is_over = False

    async def take_turns(self, carry: Carry) -> None:
        """Until `take_no_more`, and until the last of those that were taken is carried; the connections come back by
        themselves.
        """
        while not self._is_over:
            try:
                await self._managed(carry)
            except (psycopg.Error, PgqException, OSError) as error:
                _log.warning("no turns are taken for a moment: the database is away (%s)", type(error).__name__)
            except Exception:  # noqa: BLE001 - whoever stopped here would paint nothing any more, and say nothing
                _log.exception("no turns are taken for a moment: the engine is not whole")
            else:
                continue
            await asyncio.sleep(_RETURN.total_seconds())

    async def _managed(self, carry: Carry) -> None:
        async with await asynchronous(self._url) as listening, await asynchronous(self._url) as working:
            queries = _Fenced(_Driver(listening, working), self._space, self._database)
            manager = QueueManager(queries, channel=engine_of(self._space).channel)
            queries.worker, manager.min_dequeue_poll_interval = manager.queue_manager_id, _BUSY

            async def turn(job: Job) -> None:
                if not await carry(int(job.id)):
                    raise RetryRequested(timedelta(0) if self._is_over else _AGAIN)

            manager.entrypoint(_ENTRY, concurrency_limit=self._limit, on_failure="hold")(turn)
            self._manager = manager
            try:
                if not self._is_over:
                    await manager.run(
                        dequeue_timeout=_LOOK,
                        batch_size=1,
                        shutdown_on_listener_failure=True,
                        heartbeat_timeout=DEAD,
                        log_aggregation_interval=timedelta(0),
                    )
            finally:
                self._manager = None

    def take_no_more(self) -> None:
        """Carry on what was taken, and nothing else."""
        self._is_over = True
        if self._manager is not None:
            self._manager.shutdown.set()
