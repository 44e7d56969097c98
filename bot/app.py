"""The composition root: every resource is built here, once, and closed in reverse."""

import asyncio
import logging
import secrets
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import discord

from bot.client import LimnerBot, point_at
from bot.config import Config, ConfigError
from bot.domain.servers import Defaults
from bot.domain.styles import SEED_MAX, SEED_MIN
from bot.interactions.context import Services
from bot.interactions.messenger import DiscordMessenger
from bot.jobs.delivery import Deliverer
from bot.jobs.driver import Driver
from bot.jobs.progress import Progress
from bot.jobs.runner import Runner
from bot.modelslab import open_modelslab
from bot.ports import ImageGenerator
from bot.services.administration import Administration
from bot.services.characters import Characters
from bot.services.policies import Policies
from bot.services.portraits import PortraitRules, Portraits
from bot.services.waiting import Waiting
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database, DatabaseBusy, open_database
from bot.storage.facts import SqlFacts
from bot.storage.jobs import SqlJobs
from bot.storage.migrate import SchemaTooNew
from bot.storage.pictures import FilePictures
from bot.storage.policies import SqlPolicies
from bot.storage.portraits import SqlPortraits

_log = logging.getLogger(__name__)

_FIRST_RETRY, _LONGEST_RETRY = 1.0, 60.0


class SystemClock:
    """See `bot.ports.Clock`."""

    def now(self) -> datetime:
        """The wall clock."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """The running parts that the entry points need."""

    bot: LimnerBot
    runner: Runner


def new_seed() -> int:
    """A seed of 1 .. 2**32-1."""
    return SEED_MIN + secrets.randbelow(SEED_MAX)


def build(config: Config, database: Database, generator: ImageGenerator) -> House:
    """Wire the parts together; nothing is started."""
    clock, stopping = SystemClock(), asyncio.Event()
    jobs, portraits = SqlJobs(database), SqlPortraits(database)
    pictures = FilePictures(config.database.pictures)
    slots = config.modelslab.max_in_flight
    waiting = Waiting(jobs, slots)
    bot = LimnerBot(SqlFacts(database))
    messenger = DiscordMessenger(bot)
    runner = Runner(
        jobs=jobs,
        driver=Driver(jobs=jobs, generator=generator, pictures=pictures, clock=clock, stopping=stopping),
        deliverer=Deliverer(jobs=jobs, portraits=portraits, pictures=pictures, messenger=messenger, clock=clock),
        progress=Progress(jobs=jobs, waiting=waiting, messenger=messenger, clock=clock),
        clock=clock,
        slots=slots,
        stopping=stopping,
    )
    characters = Characters(
        store=SqlCharacters(database),
        portraits=portraits,
        pictures=pictures,
        clock=clock,
        limit=config.limits.characters_per_member,
        new_seed=new_seed,
    )
    store, defaults = SqlPolicies(database), Defaults(**config.quota.model_dump())
    policies = Policies(store=store, defaults=defaults, clock=clock)
    bot.services = Services(
        portraits=Portraits(
            store=portraits,
            jobs=jobs,
            characters=characters,
            policies=policies,
            dispatcher=runner,
            clock=clock,
            rules=_rules(config),
            new_seed=new_seed,
        ),
        characters=characters,
        waiting=waiting,
        policies=policies,
        administration=Administration(store=store, defaults=defaults, clock=clock, announce=messenger.announce),
    )
    return House(bot, runner)


def _rules(config: Config) -> PortraitRules:
    return PortraitRules(
        model=config.modelslab.model_id,
        deadline=timedelta(seconds=config.modelslab.deadline_seconds),
        waiting_member=config.limits.waiting_per_member,
        waiting_guild=config.limits.waiting_per_guild,
    )


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
        generator = await stack.enter_async_context(
            open_modelslab(
                api_key=config.modelslab.api_key,
                base_url=config.modelslab.base_url,
                trusted_hosts=frozenset(config.modelslab.trusted_hosts),
            )
        )
        house = build(config, database, generator)
        stack.push_async_callback(house.bot.close)
        yield house


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
