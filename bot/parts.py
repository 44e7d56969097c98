"""The composition root: every part is built here, once, and handed to those who need it."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta

from bot import __version__
from bot.client import LimnerBot
from bot.config import Config
from bot.domain.errors import DomainError
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.domain.servers.settings import Defaults
from bot.fleet import Fleet, assembled
from bot.interactions.cards.help import Pages
from bot.interactions.context import Services
from bot.interactions.messenger import DiscordMessenger
from bot.interactions.pictures import DiscordLinks
from bot.jobs.breaker import Breaker, Watched
from bot.jobs.delivery import Deliverer
from bot.jobs.driver import Driver
from bot.jobs.progress import Progress
from bot.jobs.runner import Runner
from bot.metrics.vendor import MeasuredVendor
from bot.modelslab import Dialect, ModelsLab, Reply, WalletWatch, open_modelslab
from bot.ports.clock import Clock
from bot.ports.faces import NO_READER, FaceReader
from bot.ports.measures import UNMEASURED, Measures
from bot.ports.vendor import Downloader, ImageGenerator
from bot.roles import Role, Shards
from bot.services.characters.exporting import Exporting
from bot.services.characters.lookup import Lookup
from bot.services.characters.saving import Characters
from bot.services.characters.sharing import Sharing
from bot.services.characters.transfer import Transfer
from bot.services.portraits.estimate import Estimate
from bot.services.portraits.gallery import Gallery
from bot.services.portraits.likeness import Likeness
from bot.services.portraits.painting import PortraitRules, Portraits
from bot.services.portraits.preferences import Preferring
from bot.services.portraits.remakes import Remakes
from bot.services.portraits.reporting import Reporting
from bot.services.portraits.screening import Moderator, Pace, Screening
from bot.services.portraits.showing import Showing
from bot.services.portraits.storyboards import Storyboards
from bot.services.privacy import Keep, Privacy
from bot.services.servers.administration import Administration
from bot.services.servers.log_channel import Journal
from bot.services.servers.notices import Notices
from bot.services.servers.policies import Policies
from bot.services.servers.standing import Standing
from bot.services.servers.tidying import Tidying
from bot.services.servers.turn import Turn
from bot.storage.characters import SqlCharacters
from bot.storage.consents import SqlConsents
from bot.storage.database import Database
from bot.storage.disk import Disk
from bot.storage.done import SqlDone
from bot.storage.jobs import SqlJobs
from bot.storage.keeping import Keeping
from bot.storage.pictures import FilePictures
from bot.storage.portraits import SqlGallery, SqlPortraits
from bot.storage.preferences import SqlPreferences
from bot.storage.privacy import SqlPrivacy
from bot.storage.reports import SqlReports
from bot.storage.servers import SqlPolicies
from bot.storage.traffic import SqlTraffic


@dataclass(frozen=True, slots=True)
class App:
    """The running parts that the entry points need."""

    bot: LimnerBot
    runner: Runner
    breaker: Breaker
    disk: Disk
    database: Database
    clock: Clock
    keeping: Keeping
    journal: Journal
    wallet: WalletWatch

    async def drain(self) -> None:
        """Write down and tell what waits for it in the background: refusals, and lines for log channels."""
        self.wallet.stop()
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
    fleet: Fleet
    portraits: SqlPortraits
    pictures: FilePictures
    disk: Disk
    characters: SqlCharacters
    preferences: SqlPreferences
    breaker: Breaker
    screening: Screening
    messenger: DiscordMessenger
    journal: Journal
    measures: Measures


def build(
    config: Config,
    database: Database,
    pictures: FilePictures,
    generator: ModelsLab,
    downloader: Downloader,
    measures: Measures = UNMEASURED,
    reader: FaceReader = NO_READER,
    role: Role = Role.ALL,
    shards: Shards | None = None,
    clock: Clock | None = None,
) -> App:
    """Wire the parts together; nothing is started."""
    bot = LimnerBot(lambda: _standing(config, SqlJobs(database)), measures, role, shards, database.holds)
    parts = _shared(config, database, pictures, bot, assembled(config, database, role, clock, measures))
    likeness = Likeness(reader, parts.characters, parts.pictures, config.likeness.rules)
    runner = _runner(parts, bot, MeasuredVendor(generator, measures), likeness)
    bot.services = _services(parts, runner, downloader, likeness)
    keeping = Keeping(database, parts.pictures, config.database.path)
    wallet = WalletWatch(generator.balance, config.modelslab.wallet_warning, parts.clock)
    notices = _notices(parts)

    async def chores() -> None:
        wallet.chores()
        await notices.chores()
        await bot.services.characters.chores()
        await bot.services.privacy.chores()
        await keeping.chores()

    runner.chores = chores
    return App(bot, runner, parts.breaker, parts.disk, database, parts.clock, keeping, parts.journal, wallet)


def _shared(config: Config, database: Database, pictures: FilePictures, bot: LimnerBot, fleet: Fleet) -> _Parts:
    messenger, breaker, clock = DiscordMessenger(bot), fleet.breaker, fleet.clock
    disk = Disk(database, pictures)
    return _Parts(
        config=config,
        database=database,
        clock=clock,
        done=SqlDone(database),
        jobs=fleet.jobs,
        fleet=fleet,
        portraits=SqlPortraits(database),
        pictures=pictures,
        disk=disk,
        characters=SqlCharacters(database),
        preferences=SqlPreferences(database),
        breaker=breaker,
        screening=_screening(config, clock, lambda: disk.refusal() or breaker.refusal()),
        messenger=messenger,
        journal=Journal(messenger.announce),
        measures=fleet.measures,
    )


def _notices(parts: _Parts) -> Notices:
    quota = parts.config.quota
    return Notices(
        store=SqlPolicies(parts.database),
        defaults=quota.defaults,
        clock=parts.clock,
        journal=parts.journal,
        price=quota.price,
    )


async def _standing(config: Config, jobs: SqlJobs) -> str:
    open_portraits = len(await jobs.open_portraits())
    return f"version {__version__}, data in {config.database.shown}, {open_portraits} open portraits"


def _runner(parts: _Parts, bot: LimnerBot, generator: ImageGenerator, likeness: Likeness) -> Runner:
    jobs, clock, pictures, messenger = parts.jobs, parts.clock, parts.pictures, parts.messenger
    stopping, slots = asyncio.Event(), parts.config.modelslab.max_in_flight
    fleet, lasting = parts.fleet, parts.fleet.lasting
    return Runner(
        jobs=jobs,
        driver=Driver(
            jobs=lasting,
            generator=Watched(generator, parts.breaker),
            pictures=pictures,
            clock=clock,
            stopping=stopping,
            finder=DiscordLinks(bot) if parts.config.modelslab.discord_links else None,
            measures=parts.measures,
            look=likeness.look,
        ),
        deliverer=Deliverer(jobs=lasting, pictures=pictures, messenger=messenger, clock=clock, measures=parts.measures),
        progress=Progress(jobs=jobs, estimate=Estimate(slots), messenger=messenger, clock=clock, leases=fleet.leases),
        disk=parts.disk,
        clock=clock,
        slots=slots,
        stopping=stopping,
        breaker=parts.breaker,
        spans=parts.config.spans,
        measures=parts.measures,
        crew=fleet.crew,
        turns=fleet.turns,
    )


def _services(parts: _Parts, runner: Runner, downloader: Downloader, likeness: Likeness) -> Services:
    config, clock, pictures, preferences = parts.config, parts.clock, parts.pictures, parts.preferences
    store, defaults = SqlPolicies(parts.database), config.quota.defaults
    reports, turn = SqlReports(parts.database), Turn(parts.database.holds)
    policies = Policies(store=store, preferences=preferences, defaults=defaults, clock=clock, journal=parts.journal)
    lookup = Lookup(parts.characters, config.limits.characters_per_member)
    characters, portraits = _characters(parts, lookup), _portraits(parts, runner, lookup, policies)
    remakes = Remakes(
        portraits=portraits,
        lookup=lookup,
        policies=policies,
        clock=clock,
        rules=_rules(config),
        new_seed=new_seed,
    )
    return Services(
        portraits=portraits,
        remakes=remakes,
        showing=Showing(remakes=remakes, policies=policies, pictures=pictures, likeness=likeness),
        likeness=likeness,
        reporting=_reporting(parts, portraits, store, reports),
        storyboards=Storyboards(portraits=portraits, pictures=pictures, screening=parts.screening),
        lookup=lookup,
        characters=characters,
        policies=policies,
        standing=_standing_of(parts),
        administration=_administration(parts, store, defaults, turn),
        tidying=Tidying(store=store, clock=clock, journal=parts.journal, turn=turn),
        sharing=_sharing(parts, lookup, characters, policies),
        transfer=_transfer(parts, characters, downloader),
        exporting=Exporting(store=parts.characters, gallery=SqlGallery(parts.database), pictures=parts.pictures),
        gallery=Gallery(store=SqlGallery(parts.database), reports=reports, pictures=pictures, clock=clock),
        privacy=_privacy(parts, runner),
        done=parts.done,
        preferring=Preferring(store=preferences, policies=policies, clock=clock, usual=config.modelslab.identity),
        pages=Pages(config.discord.terms_url, config.discord.privacy_url, config.discord.support_url),
    )


def _reporting(parts: _Parts, portraits: Portraits, policies: SqlPolicies, reports: SqlReports) -> Reporting:
    return Reporting(
        store=reports,
        portraits=portraits,
        shelf=parts.portraits,
        policies=policies,
        journal=parts.journal,
        screening=parts.screening,
        clock=parts.clock,
    )


def _standing_of(parts: _Parts) -> Standing:
    return Standing(
        traffic=SqlTraffic(parts.database),
        clock=parts.clock,
        slots=parts.config.modelslab.max_in_flight,
        trouble=lambda: parts.disk.refusal() or parts.breaker.reason,
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
        preferences=parts.preferences,
        consents=SqlConsents(parts.database, comparing=parts.config.likeness.rules.reads_uploads),
        identity=parts.config.modelslab.identity,
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


def _administration(parts: _Parts, store: SqlPolicies, defaults: Defaults, turn: Turn) -> Administration:
    return Administration(
        store=store,
        done=parts.done,
        defaults=defaults,
        clock=parts.clock,
        journal=parts.journal,
        turn=turn,
        screening=parts.screening,
        price=parts.config.quota.price,
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
