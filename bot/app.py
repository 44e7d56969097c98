"""The composition root: every resource is built here, once, and closed in reverse."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager

import discord
from typing_extensions import override

from bot.building import House, build, open_vendor
from bot.client import LimnerBot, point_at
from bot.config import Config, ConfigError
from bot.domain.characters import REFERENCE_BYTES
from bot.modelslab.download import open_downloader
from bot.outages import NO_ANSWER, growing, named, wait_after
from bot.services.exchange import AVATAR_SECONDS
from bot.stopping import stop_on_signals
from bot.storage.database import UNUSABLE, open_database, why_unusable
from bot.storage.pictures import probe

_log = logging.getLogger(__name__)

_DRAIN_SECONDS = 3.0
_UNKNOWN = "discord.token is wrong: Discord does not know it (LIMNER_DISCORD__TOKEN)"
_CLOSED_FOR_GOOD = {
    # The token was renewed while the bot ran.
    4004: _UNKNOWN,
    4014: "discord.token: Discord does not grant its application the intents that the bot asks for (close code 4014)",
}


class _Threads(ThreadPoolExecutor):
    """Threads that the end does not wait for: a name look-up without an answer holds one for half a minute."""

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def open_house(config: Config) -> AsyncGenerator[House, None]:
    """Everything open and wired, closed in reverse at the end; raises ConfigError for a database that is not ours."""
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(open_database(config.database.path))
        except UNUSABLE as error:
            raise ConfigError(f"database.url: {why_unusable(config.database.path, error)}") from None
        try:
            await asyncio.to_thread(probe, config.database.pictures)
        except OSError as error:
            folder = config.database.pictures
            raise ConfigError(f"database.url: no picture can be kept in {folder} ({error.strerror})") from None
        generator = await stack.enter_async_context(open_vendor(config))
        # Links in what members import are strangers': no host is trusted here, whatever the vendor's may be.
        downloader = await stack.enter_async_context(
            open_downloader(trusted_hosts=frozenset(), max_bytes=REFERENCE_BYTES, total_seconds=AVATAR_SECONDS)
        )
        house = build(config, database, generator, downloader)
        await house.keeping.at_start()
        await stack.enter_async_context(house.bot)
        stack.push_async_callback(_drained, house)
        yield house


async def _drained(house: House) -> None:
    """A moment for what is on its way; Discord may be slow, and nobody waits for it for ever."""
    try:
        await asyncio.wait_for(house.drain(), _DRAIN_SECONDS)
    except TimeoutError:
        _log.warning("some lines for log channels were not sent before the end")


async def run(config: Config) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigError for a token that Discord does not know."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().set_default_executor(_Threads())
    stop_on_signals(stopped)
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    async with open_house(config) as house:
        connection = asyncio.create_task(_stay_connected(house, config), name="discord")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not connection.done():
                _log.info("stopping: no new work, up to 20 s for running steps")
            house.bot.closing = True
            await house.runner.stop()
            if connection.done():
                await connection
        finally:
            stop.cancel()
            connection.cancel()
            await asyncio.gather(connection, stop, return_exceptions=True)
    _log.info("stopped")


async def _stay_connected(house: House, config: Config) -> None:
    """Log in, recover the jobs, then keep the gateway up; whatever is unreachable is tried again."""
    await _log_in(house.bot, config.discord.token.get_secret_value())
    await house.runner.recover()
    jobs = asyncio.create_task(house.runner.run(), name="jobs")
    try:
        await house.bot.connect()
    except discord.ConnectionClosed as closed:
        refused = f"discord: the gateway refuses the bot for good (close code {closed.code})"
        raise ConfigError(_CLOSED_FOR_GOOD.get(closed.code, refused)) from None
    finally:
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)


async def _log_in(bot: LimnerBot, token: str) -> None:
    """Until Discord answers; raises ConfigError if it does not know the token."""
    waits = growing()
    while True:
        try:
            return await bot.login(token)
        except discord.LoginFailure:
            raise ConfigError(_UNKNOWN) from None
        except NO_ANSWER as error:
            wait = await wait_after(error, waits)
            _log.warning("Discord cannot be reached (%s), trying again in %.0f s", named(error), wait)
        await bot.http.close()
        # Closed with the session, and the library would use it again.
        bot.http.connector = discord.utils.MISSING
        await asyncio.sleep(wait)
