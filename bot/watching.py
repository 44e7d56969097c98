"""What an operator's tools may ask of the running bot, wired to its parts: metrics, and whether it is well."""

import asyncio
import errno
import math
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot import __version__
from bot.config import ConfigError, MetricsConfig
from bot.domain.errors import StoreBusy
from bot.jobs.failures import CODES
from bot.metrics.server import Check, Endpoint, listening
from bot.parts import App
from bot.ports.measures import UNMEASURED, Measures
from bot.ports.traffic import Traffic
from bot.storage.traffic import SqlTraffic
from bot.storage.units import DatabaseError

if TYPE_CHECKING:
    from bot.metrics.prometheus import PrometheusMeasures

# The loop is asked so often how late it is, in seconds.
BEAT = 0.25
_UNREADABLE = (sqlite3.Error, DatabaseError, StoreBusy)
# How long the numbers of a page may take; a database that does not answer is seen by that.
_PATIENCE = 2.0


class Watching:
    """Told of the parts once they are there. Off, it does nothing."""

    measures: Measures = UNMEASURED

    def watch(self, app: App) -> None:
        """From now on the parts themselves are asked."""

    def stopping(self) -> None:
        """The bot goes down: nothing new should be sent its way."""


class _On(Watching):
    def __init__(self, measures: "PrometheusMeasures", endpoint: Endpoint) -> None:
        self._numbers = self.measures = measures
        self._endpoint = endpoint

    def watch(self, app: App) -> None:
        traffic = SqlTraffic(app.database)
        checks = _checks(app, traffic)
        self._endpoint.checks = checks
        numbers = self._numbers

        async def page() -> bytes:
            if not self._endpoint.stopping:
                await _look(app, traffic, numbers, await self._endpoint.missing(), list(checks))
            # Text of some tens of kilobytes: made beside the loop.
            return await asyncio.to_thread(numbers.page)

        self._endpoint.page = page

    def stopping(self) -> None:
        self._endpoint.stopping = True


@asynccontextmanager
async def open_watching(config: MetricsConfig) -> AsyncGenerator[Watching]:
    """The port, where one is set, from before anything else is opened; raises ConfigError where it cannot be had."""
    if not config.port:
        yield Watching()
        return
    from bot.metrics.prometheus import PrometheusMeasures  # noqa: PLC0415 - whoever does without needs not wait for it

    endpoint = Endpoint()
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(listening(endpoint, config.host, config.port))
        except OSError as error:
            raise ConfigError(why_not_listening("metrics", config.host, config.port, error)) from None
        measures = PrometheusMeasures(__version__, CODES)
        beating = asyncio.create_task(_beat(measures), name="beat")
        stack.callback(beating.cancel)
        yield _On(measures, endpoint)


def why_not_listening(section: str, host: str, port: int, error: OSError) -> str:
    """A line that names the setting, for a port that cannot be had."""
    name = "port" if error.errno in {errno.EADDRINUSE, errno.EACCES} else "host"
    # asyncio writes a sentence of its own around the system's; that of a name server has a number below 0.
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
    return f"{section}.{name}: {host} port {port} cannot be listened on ({why})"


async def _beat(measures: "PrometheusMeasures") -> None:
    """Notice how late the loop is, for ever."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + BEAT
        await asyncio.sleep(BEAT)
        measures.lagged(max(0.0, loop.time() - due))


def _checks(app: App, traffic: SqlTraffic) -> dict[str, Check]:
    """What a part needs to do its work. That the vendor is away is none of it: whoever asks is told so at once, what
    was painted is delivered, and another process could paint no better.
    """

    async def discord() -> str:
        return app.bot.trouble

    async def jobs() -> str:
        return "" if app.runner.is_recovered else "what an earlier process left is not taken over yet"

    async def database() -> str:
        try:
            await traffic.now()
        except _UNREADABLE:
            return "cannot be read"
        return ""

    return {"discord": discord, "jobs": jobs, "database": database}


async def _look(
    app: App, traffic: SqlTraffic, numbers: "PrometheusMeasures", missing: dict[str, str], parts: list[str]
) -> None:
    """Bring what is counted at this moment up to date."""
    found: Traffic | None = None
    try:
        found = await asyncio.wait_for(traffic.now(), _PATIENCE)
    except (TimeoutError, *_UNREADABLE):
        waited = paused = math.nan
    else:
        waited = (app.clock.now() - found.oldest).total_seconds() if found.oldest else 0.0
        paused = max(0.0, (found.paused_until - app.clock.steady()).total_seconds())
    numbers.traffic(found, max(0.0, waited) if found else waited, paused)
    numbers.parts(
        breaker=app.breaker.reason is not None,
        disk=app.disk.refusal() is None,
        writes=app.database.pending,
        shards=app.bot.shards_connected if app.bot.role.holds_connections else (0, 0),
        ready={part: part not in missing and "bot" not in missing for part in parts},
    )
