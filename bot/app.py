"""The composition root: every resource is built here, once, and closed in reverse."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from bot import __version__
from bot.client import LimnerBot, log_in, point_at, stay_connected
from bot.clock import SystemClock
from bot.config import Config, ConfigError
from bot.domain.characters.character import REFERENCE_BYTES
from bot.domain.errors import DomainError
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.domain.servers.settings import Defaults
from bot.interactions.context import Services
from bot.interactions.messenger import DiscordMessenger
from bot.interactions.pictures import DiscordLinks
from bot.jobs.breaker import Breaker, Watched
from bot.jobs.delivery import Deliverer
from bot.jobs.driver import Driver
from bot.jobs.progress import Progress
from bot.jobs.runner import Runner
from bot.modelslab import Dialect, ModelsLab, Reply, open_modelslab
from bot.modelslab.download import open_downloader
from bot.ports.clock import Clock
from bot.ports.vendor import Downloader, ImageGenerator
from bot.services.characters.lookup import Lookup
from bot.services.characters.saving import Characters
from bot.services.characters.sharing import Sharing
from bot.services.characters.transfer import AVATAR_SECONDS, Transfer
from bot.services.portraits.estimate import Estimate
from bot.services.portraits.gallery import Gallery
from bot.services.portraits.painting import PortraitRules, Portraits
from bot.services.portraits.remakes import Remakes
from bot.services.portraits.screening import Moderator, Pace, Screening
from bot.services.privacy import Keep, Privacy
from bot.services.servers.administration import Administration
from bot.services.servers.log_channel import Journal
from bot.services.servers.policies import Policies
from bot.services.servers.tidying import Tidying
from bot.stopping import stop_on_signals
from bot.storage.characters import SqlCharacters
from bot.storage.database import UNUSABLE, Database, open_database, why_unusable
from bot.storage.disk import Disk
from bot.storage.done import SqlDone
from bot.storage.jobs import SqlJobs
from bot.storage.keeping import Keeping
from bot.storage.pictures import FULL, FilePictures, probe
from bot.storage.portraits import SqlGallery, SqlPortraits
from bot.storage.privacy import SqlPrivacy
from bot.storage.servers import SqlPolicies


@dataclass(frozen=True, slots=True)
class App:
    """The running parts that the entry points need."""

    bot: LimnerBot
    runner: Runner
    keeping: Keeping
    journal: Journal

    async def drain(self) -> None:
        """Write down and tell what waits for it in the background: refusals, and lines for log channels."""
        await self.bot.services.policies.drain()
        await self.journal.drain()


def new_seed() -> int:
    """A seed of 1 .. 2**32-1."""
    return SEED_MIN + secrets.randbelow(SEED_MAX)


def open_vendor(
    config: Config, witness: Callable[[Reply], None] | None = None
) -> AbstractAsyncContextManager[ModelsLab]:
    """The vendor's client by the settings, closed at the end; `witness` is shown every answer."""
    settings = config.modelslab
    return open_modelslab(
        api_key=settings.api_key,
        base_url=settings.base_url,
        trusted_hosts=frozenset(settings.trusted_hosts),
        dialect=Dialect(negative_prompt=settings.negative_prompt, max_steps=settings.max_steps),
        witness=witness,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What several parts share, each made once."""

    config: Config
    database: Database
    clock: Clock
    done: SqlDone
    jobs: SqlJobs
    portraits: SqlPortraits
    pictures: FilePictures
    disk: Disk
    characters: SqlCharacters
    breaker: Breaker
    screening: Screening
    messenger: DiscordMessenger
    journal: Journal
    estimate: Estimate


def build(config: Config, database: Database, generator: ImageGenerator, downloader: Downloader) -> App:
    """Wire the parts together; nothing is started."""
    clock = SystemClock()
    breaker = _breaker(config, clock)
    pictures = FilePictures(config.database.pictures)
    disk = Disk(database, pictures)
    jobs = SqlJobs(database)
    bot = LimnerBot(lambda: _standing(config, jobs))
    messenger = DiscordMessenger(bot)
    parts = _Parts(
        config=config,
        database=database,
        clock=clock,
        done=SqlDone(database),
        jobs=jobs,
        portraits=SqlPortraits(database),
        pictures=pictures,
        disk=disk,
        characters=SqlCharacters(database),
        breaker=breaker,
        screening=_screening(config, clock, lambda: disk.refusal() or breaker.refusal()),
        messenger=messenger,
        journal=Journal(messenger.announce),
        estimate=Estimate(jobs, config.modelslab.max_in_flight),
    )
    runner = _runner(parts, bot, generator)
    bot.services = _services(parts, runner, downloader)
    keeping = Keeping(database, pictures, config.database.path)

    async def chores() -> None:
        await bot.services.privacy.chores()
        await keeping.chores()

    runner.chores = chores
    return App(bot, runner, keeping, parts.journal)


async def _standing(config: Config, jobs: SqlJobs) -> str:
    open_portraits = len(await jobs.open_portraits())
    return f"version {__version__}, data in {config.database.path}, {open_portraits} open portraits"


def _runner(parts: _Parts, bot: LimnerBot, generator: ImageGenerator) -> Runner:
    jobs, clock, pictures, messenger = parts.jobs, parts.clock, parts.pictures, parts.messenger
    stopping, lasting = asyncio.Event(), SqlJobs(parts.database, at_last=True)
    return Runner(
        jobs=jobs,
        driver=Driver(
            jobs=lasting,
            generator=Watched(generator, parts.breaker),
            pictures=pictures,
            clock=clock,
            stopping=stopping,
            finder=DiscordLinks(bot) if parts.config.modelslab.discord_links else None,
        ),
        deliverer=Deliverer(
            jobs=lasting, portraits=parts.portraits, pictures=pictures, messenger=messenger, clock=clock
        ),
        progress=Progress(jobs=jobs, estimate=parts.estimate, messenger=messenger, clock=clock),
        disk=parts.disk,
        clock=clock,
        slots=parts.config.modelslab.max_in_flight,
        stopping=stopping,
        breaker=parts.breaker,
        spans=parts.config.spans,
    )


def _services(parts: _Parts, runner: Runner, downloader: Downloader) -> Services:
    config, clock, pictures = parts.config, parts.clock, parts.pictures
    store, defaults = SqlPolicies(parts.database), Defaults(**config.quota.model_dump())
    turn = asyncio.Lock()
    policies = Policies(store=store, defaults=defaults, clock=clock, journal=parts.journal)
    lookup = Lookup(parts.characters, config.limits.characters_per_member)
    characters = _characters(parts, lookup)
    portraits = _portraits(parts, runner, lookup, policies)
    return Services(
        portraits=portraits,
        remakes=Remakes(
            portraits=portraits,
            policies=policies,
            clock=clock,
            upscale_model=config.modelslab.upscale_model_id,
            new_seed=new_seed,
        ),
        lookup=lookup,
        characters=characters,
        estimate=parts.estimate,
        policies=policies,
        administration=_administration(parts, store, defaults, turn),
        tidying=Tidying(store=store, clock=clock, journal=parts.journal, turn=turn),
        sharing=_sharing(parts, lookup, characters, policies),
        transfer=_transfer(parts, characters, downloader),
        gallery=Gallery(store=SqlGallery(parts.database), pictures=pictures, clock=clock),
        privacy=_privacy(parts, runner),
        done=parts.done,
    )


def _characters(parts: _Parts, lookup: Lookup) -> Characters:
    return Characters(
        lookup=lookup,
        store=parts.characters,
        pictures=parts.pictures,
        clock=parts.clock,
        limit=parts.config.limits.characters_per_member,
        new_seed=new_seed,
        screening=parts.screening,
    )


def _sharing(parts: _Parts, lookup: Lookup, characters: Characters, policies: Policies) -> Sharing:
    return Sharing(
        lookup=lookup,
        characters=characters,
        store=parts.characters,
        pictures=parts.pictures,
        policies=policies,
        clock=parts.clock,
        screening=parts.screening,
    )


def _transfer(parts: _Parts, characters: Characters, downloader: Downloader) -> Transfer:
    return Transfer(
        characters=characters,
        store=parts.characters,
        done=parts.done,
        pictures=parts.pictures,
        downloader=downloader,
        clock=parts.clock,
        limit=parts.config.limits.characters_per_member,
        screening=parts.screening,
    )


def _administration(parts: _Parts, store: SqlPolicies, defaults: Defaults, turn: asyncio.Lock) -> Administration:
    return Administration(
        store=store,
        done=parts.done,
        defaults=defaults,
        clock=parts.clock,
        journal=parts.journal,
        turn=turn,
        screening=parts.screening,
    )


def _portraits(parts: _Parts, runner: Runner, lookup: Lookup, policies: Policies) -> Portraits:
    return Portraits(
        store=parts.portraits,
        jobs=parts.jobs,
        lookup=lookup,
        policies=policies,
        dispatcher=runner,
        clock=parts.clock,
        rules=_rules(parts.config),
        new_seed=new_seed,
        screening=parts.screening,
    )


def _privacy(parts: _Parts, runner: Runner) -> Privacy:
    return Privacy(
        store=SqlPrivacy(parts.database),
        done=parts.done,
        jobs=parts.jobs,
        pictures=parts.pictures,
        use=parts.characters,
        dispatcher=runner,
        clock=parts.clock,
        keep=_keep(parts.config),
    )


def _breaker(config: Config, clock: Clock) -> Breaker:
    pause = timedelta(seconds=config.modelslab.breaker_seconds)
    return Breaker(clock, failures=config.modelslab.breaker_failures, pause=pause)


def _screening(config: Config, clock: Clock, refusal: Callable[[], DomainError | None]) -> Screening:
    moderator = Moderator(config.moderation.words, config.moderation.people)
    return Screening(moderator, Pace(clock, burst=config.limits.burst_per_member), refusal)


def _keep(config: Config) -> Keep:
    chosen = (config.privacy.portrait_days, config.privacy.image_days, config.privacy.left_server_days)
    return Keep(*(timedelta(days=days) if days else None for days in chosen))


def _rules(config: Config) -> PortraitRules:
    return PortraitRules(
        model=config.modelslab.model_id,
        spans=config.spans,
        waiting_member=config.limits.waiting_per_member,
        waiting_guild=config.limits.waiting_per_guild,
        slots=config.modelslab.max_in_flight,
        reference_model=config.modelslab.reference_model_id,
        headshot=config.modelslab.headshot,
        upscale_model=config.modelslab.upscale_model_id,
    )


_log = logging.getLogger(__name__)

_DRAIN_SECONDS = 3.0


class _Threads(ThreadPoolExecutor):
    """Threads that the end does not wait for: a name look-up without an answer holds one for half a minute."""

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def open_app(config: Config) -> AsyncGenerator[App, None]:
    """Everything open and wired, closed in reverse at the end; raises ConfigError for a database that is not ours."""
    async with AsyncExitStack() as stack:
        try:
            database = await stack.enter_async_context(open_database(config.database.path))
        except UNUSABLE as error:
            raise ConfigError(f"database.url: {why_unusable(config.database.path, error)}") from None
        try:
            await asyncio.to_thread(probe, config.database.pictures)
        except OSError as error:
            # A full disk is not a wrong setting, and what was paid or promised is settled as soon as there is room.
            if error.errno not in FULL:
                folder = config.database.pictures
                raise ConfigError(f"database.url: no picture can be kept in {folder} ({error.strerror})") from None
        generator = await stack.enter_async_context(open_vendor(config))
        # Links in what members import are strangers': no host is trusted here, whatever the vendor's may be.
        downloader = await stack.enter_async_context(
            open_downloader(trusted_hosts=frozenset(), max_bytes=REFERENCE_BYTES, total_seconds=AVATAR_SECONDS)
        )
        app = build(config, database, generator, downloader)
        await app.keeping.at_start()
        await stack.enter_async_context(app.bot)
        stack.push_async_callback(_drained, app)
        yield app


async def _drained(app: App) -> None:
    """A moment for what is on its way; Discord may be slow, and nobody waits for it for ever."""
    try:
        await asyncio.wait_for(app.drain(), _DRAIN_SECONDS)
    except TimeoutError:
        _log.warning("some lines for log channels were not sent before the end")


async def run(config: Config) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigError for a token that Discord does not know."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().set_default_executor(_Threads())
    stop_on_signals(stopped)
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    async with open_app(config) as app:
        connection = asyncio.create_task(_stay_connected(app, config), name="discord")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not connection.done():
                _log.info("stopping: no new work, up to 20 s for running steps")
            app.bot.closing = True
            await app.runner.stop()
            if connection.done():
                await connection
        finally:
            stop.cancel()
            connection.cancel()
            await asyncio.gather(connection, stop, return_exceptions=True)
    _log.info("stopped")


async def _stay_connected(app: App, config: Config) -> None:
    """Log in, recover the jobs, then keep the gateway up; whatever is unreachable is tried again."""
    await log_in(app.bot, config.discord.token.get_secret_value())
    await app.runner.recover()
    jobs = asyncio.create_task(app.runner.run(), name="jobs")
    try:
        await stay_connected(app.bot)
    finally:
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
