"""The composition root: every resource is built here, once, and closed in reverse."""

import asyncio
import logging
import signal
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import discord

from bot.building import House, build
from bot.client import LimnerBot, point_at
from bot.config import Config, ConfigError
from bot.domain.characters import REFERENCE_BYTES
from bot.modelslab import open_modelslab
from bot.modelslab.download import open_downloader
from bot.services.exchange import AVATAR_SECONDS
from bot.storage.database import DatabaseBusy, open_database
from bot.storage.migrate import SchemaTooNew

_log = logging.getLogger(__name__)

_FIRST_RETRY, _LONGEST_RETRY = 1.0, 60.0
_DRAIN_SECONDS = 3.0


@asynccontextmanager
async def open_house(config: Config) -> AsyncGenerator[House, None]:
    """Everything open and wired, closed in reverse at the end; raises ConfigError for a database that is not ours."""
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(open_database(config.database.path))
        except DatabaseBusy:
            raise ConfigError(f"database.url: another process is using {config.database.path}") from None
        except SchemaTooNew as error:
            raise ConfigError(f"database.url: written by a newer version of Limner ({error})") from None
        except OSError as error:
            raise ConfigError(f"database.url: {config.database.path} cannot be used: {error.strerror}") from None
        except sqlite3.Error as error:
            raise ConfigError(f"database.url: {config.database.path} is no database of Limner's ({error})") from None
        generator = await stack.enter_async_context(
            open_modelslab(
                api_key=config.modelslab.api_key,
                base_url=config.modelslab.base_url,
                trusted_hosts=frozenset(config.modelslab.trusted_hosts),
            )
        )
        # Links in what members import are strangers': no host is trusted here, whatever the vendor's may be.
        downloader = await stack.enter_async_context(
            open_downloader(trusted_hosts=frozenset(), max_bytes=REFERENCE_BYTES, total_seconds=AVATAR_SECONDS)
        )
        house = build(config, database, generator, downloader)
        stack.push_async_callback(house.bot.close)
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
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopped.set)
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    async with open_house(config) as house:
        connection = asyncio.create_task(_stay_connected(house, config), name="discord")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection
            _log.info("stopping: no new work, up to 20 s for running steps")
            house.bot.closing = True
            await house.runner.stop()
        finally:
            stop.cancel()
            connection.cancel()
            await asyncio.gather(connection, stop, return_exceptions=True)
    _log.info("stopped")


async def _stay_connected(house: House, config: Config) -> None:
    """Log in, recover the jobs, then keep the gateway up; whatever is unreachable is tried again."""
    token = config.discord.token.get_secret_value()
    wait = _FIRST_RETRY
    while not await _logged_in(house.bot, token):
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_RETRY)
    await house.runner.recover()
    jobs = asyncio.create_task(house.runner.run(), name="jobs")
    try:
        wait = _FIRST_RETRY
        while not house.bot.is_closed():
            await _connected(house.bot)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_RETRY)
    finally:
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)


async def _logged_in(bot: LimnerBot, token: str) -> bool:
    """Log in and register the commands; False when Discord cannot be reached now."""
    try:
        await bot.login(token)
    except discord.LoginFailure:
        raise ConfigError("discord.token is wrong: Discord does not know it (LIMNER_DISCORD__TOKEN)") from None
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        _log.warning("Discord cannot be reached (%s), trying again", type(error).__name__)
        await bot.http.close()
        return False
    return True


async def _connected(bot: LimnerBot) -> None:
    """Hold the gateway connection until it ends; the library reconnects by itself after the first success."""
    try:
        await bot.connect(reconnect=True)
    except AttributeError:
        # discord.py 2.7.1: a first handshake that fails is answered by reading the sequence of a socket that
        # never was (Rapptz/discord.py#10520).
        if bot.ws is not None:  # pyright: ignore[reportUnnecessaryComparison] - it is None until connected
            raise
        _log.warning("Discord's gateway cannot be reached, trying again")
    except (discord.GatewayNotFound, discord.ConnectionClosed, aiohttp.ClientError, OSError) as error:
        _log.warning("the gateway connection ended (%s), connecting again", type(error).__name__)
