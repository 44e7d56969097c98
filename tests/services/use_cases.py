"""The use cases over real stores, with a clock that stands still and seeds that count up."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.ids import ChannelId, GuildId, PortraitId, UserId
from bot.domain.portraits.portrait import Place
from bot.domain.portraits.queue import Outlook, Spans
from bot.domain.servers.settings import Defaults
from bot.ports.jobs import Seen
from bot.services.asker import Asker
from bot.services.characters.lookup import Lookup
from bot.services.characters.saving import Characters
from bot.services.portraits.painting import PortraitRules, Portraits
from bot.services.portraits.remakes import Remakes
from bot.services.servers.log_channel import Journal
from bot.services.servers.policies import Policies
from bot.storage.characters import SqlCharacters
from bot.storage.consents import SqlConsents
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.pictures import FilePictures
from bot.storage.portraits import SqlPortraits
from bot.storage.preferences import SqlPreferences
from bot.storage.servers import SqlPolicies
from tests.fakes.builders import StoppedClock, a_reply, a_screening

DEFAULTS = Defaults(
    guild_per_day=100, guild_per_month=1000, member_per_day=10, direct_per_day=5, ceiling_guild_per_month=5000
)


@dataclass
class Told:
    """A dispatcher that only remembers."""

    portraits: list[PortraitId] = field(default_factory=list)
    cards: list[tuple[Seen, Outlook]] = field(default_factory=list)

    def notify(self, portrait_id: PortraitId) -> None:
        self.portraits.append(portrait_id)

    def seen(self, seen: Seen, outlook: Outlook) -> None:
        self.cards.append((seen, outlook))


async def _nobody(_channel: ChannelId, _line: str, _reported: object = None) -> None:
    """Most tests read no log channel."""


RULES = PortraitRules("fluxgram", Spans(timedelta(minutes=5)), 50, 100)


@dataclass
class UseCases:
    portraits: Portraits
    lookup: Lookup
    characters: Characters
    policies: Policies
    store: SqlPortraits
    character_store: SqlCharacters
    jobs: SqlJobs
    pictures: FilePictures
    told: Told
    clock: StoppedClock

    def remakes(self, *, headshot: bool = False) -> Remakes:
        return Remakes(
            portraits=self.portraits,
            lookup=self.lookup,
            policies=self.policies,
            clock=self.clock,
            rules=replace(RULES, headshot=headshot),
            new_seed=lambda: 1001,
        )


def build(
    database: Database, clock: StoppedClock, folder: Path, *, journal: Journal | None = None, **defaults: Any
) -> UseCases:
    store, jobs, pictures, told = SqlPortraits(database), SqlJobs(database), FilePictures(folder / "p"), Told()
    seeds = itertools.count(1001)

    def new_seed() -> int:
        return next(seeds)

    preferences = SqlPreferences(database)
    policies = Policies(
        store=SqlPolicies(database),
        preferences=preferences,
        defaults=replace(DEFAULTS, **defaults),
        clock=clock,
        journal=journal or Journal(_nobody),
    )
    character_store = SqlCharacters(database)
    lookup = Lookup(character_store, 30)
    characters = Characters(
        lookup=lookup,
        store=character_store,
        pictures=pictures,
        clock=clock,
        limit=30,
        new_seed=new_seed,
        screening=a_screening(),
        preferences=preferences,
        consents=SqlConsents(database),
    )
    portraits = Portraits(
        store=store,
        jobs=jobs,
        lookup=lookup,
        policies=policies,
        dispatcher=told,
        clock=clock,
        rules=RULES,
        new_seed=new_seed,
        screening=a_screening(),
    )
    return UseCases(portraits, lookup, characters, policies, store, character_store, jobs, pictures, told, clock)


def asker(user: int = 1, *, guild: int | None = 10, private: bool = False) -> Asker:
    place = Place(ChannelId(20), GuildId(guild) if guild else None)
    return Asker(UserId(user), place, a_reply(private=private))
