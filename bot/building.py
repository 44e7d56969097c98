"""The parts of the house, wired together; nothing is opened or started here."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

from bot import __version__
from bot.client import LimnerBot
from bot.clock import SystemClock
from bot.config import Config
from bot.domain.servers import Defaults
from bot.domain.styles import SEED_MAX, SEED_MIN
from bot.interactions.context import Services
from bot.interactions.messenger import DiscordMessenger
from bot.interactions.pictures import DiscordLinks
from bot.jobs.breaker import Breaker, Watched
from bot.jobs.delivery import Deliverer
from bot.jobs.driver import Driver
from bot.jobs.progress import Progress
from bot.jobs.runner import Runner
from bot.modelslab import Dialect, ModelsLab, Reply, open_modelslab
from bot.ports import Clock, ImageGenerator
from bot.ports_library import Downloader
from bot.services.administration import Administration
from bot.services.characters import Characters
from bot.services.exchange import Exchange
from bot.services.gallery import Gallery
from bot.services.library import Library
from bot.services.policies import Policies
from bot.services.portraits import PortraitRules, Portraits
from bot.services.privacy import Keep, Privacy
from bot.services.remakes import Remakes
from bot.services.screening import Moderator, Pace, Screening
from bot.services.tidying import Tidying
from bot.services.waiting import Waiting
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.done import SqlDone
from bot.storage.gallery import SqlGallery
from bot.storage.jobs import SqlJobs
from bot.storage.keeping import Keeping
from bot.storage.pictures import FilePictures
from bot.storage.policies import SqlPolicies
from bot.storage.portraits import SqlPortraits
from bot.storage.privacy import SqlPrivacy


@dataclass(frozen=True, slots=True)
class House:
    """The running parts that the entry points need."""

    bot: LimnerBot
    runner: Runner
    keeping: Keeping

    async def drain(self) -> None:
        """Write down and tell what waits for it in the background: refusals, and lines for log channels."""
        await self.bot.services.policies.drain()
        await self.bot.services.administration.drain()
        await self.bot.services.tidying.drain()


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
    shelf: SqlCharacters
    breaker: Breaker
    screening: Screening
    messenger: DiscordMessenger
    waiting: Waiting


def build(config: Config, database: Database, generator: ImageGenerator, downloader: Downloader) -> House:
    """Wire the parts together; nothing is started."""
    clock = SystemClock()
    breaker = _breaker(config, clock)
    jobs = SqlJobs(database)
    bot = LimnerBot(lambda: _standing(config, jobs))
    parts = _Parts(
        config=config,
        database=database,
        clock=clock,
        done=SqlDone(database),
        jobs=jobs,
        portraits=SqlPortraits(database),
        pictures=FilePictures(config.database.pictures),
        shelf=SqlCharacters(database),
        breaker=breaker,
        screening=_screening(config, clock, breaker),
        messenger=DiscordMessenger(bot),
        waiting=Waiting(jobs, config.modelslab.max_in_flight),
    )
    runner = _runner(parts, bot, generator)
    bot.services = _services(parts, runner, downloader)
    keeping = Keeping(database, parts.pictures, config.database.path)

    async def chores() -> None:
        await bot.services.privacy.chores()
        await keeping.chores()

    runner.chores = chores
    return House(bot, runner, keeping)


async def _standing(config: Config, jobs: SqlJobs) -> str:
    open_portraits = len(await jobs.open_portraits())
    return f"version {__version__}, data in {config.database.path}, {open_portraits} open portraits"


def _runner(parts: _Parts, bot: LimnerBot, generator: ImageGenerator) -> Runner:
    jobs, clock, pictures, messenger = parts.jobs, parts.clock, parts.pictures, parts.messenger
    stopping = asyncio.Event()
    return Runner(
        jobs=jobs,
        driver=Driver(
            jobs=jobs,
            generator=Watched(generator, parts.breaker),
            pictures=pictures,
            clock=clock,
            stopping=stopping,
            finder=DiscordLinks(bot) if parts.config.modelslab.discord_links else None,
        ),
        deliverer=Deliverer(jobs=jobs, portraits=parts.portraits, pictures=pictures, messenger=messenger, clock=clock),
        progress=Progress(jobs=jobs, waiting=parts.waiting, messenger=messenger, clock=clock),
        clock=clock,
        slots=parts.config.modelslab.max_in_flight,
        stopping=stopping,
        breaker=parts.breaker,
        spans=parts.config.spans,
    )


def _services(parts: _Parts, runner: Runner, downloader: Downloader) -> Services:
    config, clock, pictures, shelf = parts.config, parts.clock, parts.pictures, parts.shelf
    store, defaults = SqlPolicies(parts.database), Defaults(**config.quota.model_dump())
    announce, turn = parts.messenger.announce, asyncio.Lock()
    policies = Policies(store=store, defaults=defaults, clock=clock, announce=announce)
    characters = Characters(
        store=shelf,
        pictures=pictures,
        clock=clock,
        limit=config.limits.characters_per_member,
        new_seed=new_seed,
        screening=parts.screening,
    )
    asking = _asking(parts, runner, characters, policies)
    return Services(
        portraits=asking,
        remakes=Remakes(portraits=asking, policies=policies, clock=clock),
        characters=characters,
        waiting=parts.waiting,
        policies=policies,
        administration=_administration(parts, store, defaults, turn),
        tidying=Tidying(store=store, clock=clock, announce=announce, turn=turn),
        library=Library(characters=characters, store=shelf, pictures=pictures, policies=policies, clock=clock),
        exchange=Exchange(
            characters=characters,
            store=shelf,
            done=parts.done,
            pictures=pictures,
            downloader=downloader,
            clock=clock,
        ),
        gallery=Gallery(store=SqlGallery(parts.database), pictures=pictures, clock=clock),
        privacy=_privacy(parts, runner),
        done=parts.done,
    )


def _administration(parts: _Parts, store: SqlPolicies, defaults: Defaults, turn: asyncio.Lock) -> Administration:
    return Administration(
        store=store,
        done=parts.done,
        defaults=defaults,
        clock=parts.clock,
        announce=parts.messenger.announce,
        turn=turn,
        screening=parts.screening,
    )


def _asking(parts: _Parts, runner: Runner, characters: Characters, policies: Policies) -> Portraits:
    return Portraits(
        store=parts.portraits,
        jobs=parts.jobs,
        characters=characters,
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
        use=parts.shelf,
        dispatcher=runner,
        clock=parts.clock,
        keep=_keep(parts.config),
    )


def _breaker(config: Config, clock: Clock) -> Breaker:
    pause = timedelta(seconds=config.modelslab.breaker_seconds)
    return Breaker(clock, failures=config.modelslab.breaker_failures, pause=pause)


def _screening(config: Config, clock: Clock, breaker: Breaker) -> Screening:
    moderator = Moderator(config.moderation.words, config.moderation.people)
    return Screening(moderator, Pace(clock, burst=config.limits.burst_per_member), breaker.refusal)


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
