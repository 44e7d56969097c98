"""Domain values for tests: everything has a default, tests say only what matters to them."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.characters.character import Character
from bot.domain.ids import ChannelId, CharacterId, GuildId, InteractionId, PortraitId, UserId, new_id
from bot.domain.once import Once
from bot.domain.portraits.portrait import Place, Portrait, Reply, Take
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Kind, take_seed
from bot.domain.portraits.vendor import Picture
from bot.domain.servers.quotas import Allowance, Policy, legs_of
from bot.ports.portraits import Admission, PortraitStore
from bot.services.portraits.screening import Moderator, Pace, Screening

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ROOMY = Admission(1000, 1000)
LEASE = timedelta(seconds=120)
_interactions = itertools.count(1_000_000)


class StoppedClock:
    """A clock that moves only when told, and whose wall may be set to another time."""

    def __init__(self, now: datetime = NOW) -> None:
        self.instant = now
        self._off = timedelta(0)

    def now(self) -> datetime:
        return self.instant + self._off

    def steady(self) -> datetime:
        return self.instant

    def advance(self, **by: float) -> None:
        self.instant += timedelta(**by)

    def jump(self, **by: float) -> None:
        """Somebody sets the wall clock: no time passes."""
        self._off += timedelta(**by)


def a_moderator(words: tuple[str, ...] = (), people: tuple[str, ...] = ()) -> Moderator:
    """One who knows the rule on minors, and no other word unless told."""
    return Moderator(words, people)


def a_screening(moderator: Moderator | None = None, pace: Pace | None = None) -> Screening:
    """Nobody is too fast and the vendor is well, unless a test says otherwise."""
    return Screening(moderator or a_moderator(), pace or Pace(StoppedClock(), burst=10**6), lambda: None)


def a_reply(**changes: Any) -> Reply:
    reply = Reply(
        application_id=7,
        interaction_id=InteractionId(next(_interactions)),
        token="token",
        expires_at=NOW + timedelta(minutes=15),
    )
    return replace(reply, **changes)


def a_once() -> Once:
    """Of an interaction that was never seen before."""
    return Once(InteractionId(next(_interactions)))


def a_portrait(
    *,
    owner: int = 1,
    guild: int | None = 10,
    count: int = 1,
    now: datetime = NOW,
    asked_at: datetime | None = None,
    deadline: timedelta = timedelta(minutes=5),
    **changes: Any,
) -> Portrait:
    portrait_id = PortraitId(new_id())
    spec = changes.pop("spec", None)
    spec = spec or build_spec("a woman with freckles", count=count, model="fluxgram", seed=42)
    portrait = Portrait(
        id=portrait_id,
        kind=Kind.PORTRAIT,
        owner_id=UserId(owner),
        place=Place(ChannelId(20), GuildId(guild) if guild else None),
        reply=a_reply(),
        spec=spec,
        created_at=now,
        asked_at=asked_at or now,
        deadline=(asked_at or now) + deadline,
        takes=tuple(Take(portrait_id, number, take_seed(spec, number)) for number in range(spec.images)),
    )
    return replace(portrait, **changes)


def legs(portrait: Portrait, *, member: int = 100, day: int | None = 1000, month: int | None = 10_000) -> Any:
    policy = Policy(member, day, month)
    return legs_of(policy, Allowance(member), portrait.place, portrait.owner_id, portrait.created_at)


async def accepted(store: PortraitStore, *, limits: Admission = ROOMY, **parts: Any) -> Portrait:
    """A portrait that is stored, waits in the queue and holds its quota."""
    portrait = a_portrait(**parts)
    await store.accept(portrait, legs(portrait), limits)
    return portrait


def a_picture(content: str = "a face") -> Picture:
    """Bytes that begin as a PNG does."""
    return Picture(b"\x89PNG\r\n\x1a\n" + content.encode(), "image/png", 1024, 1024)


def a_character(name: str = "Mia", *, owner: int = 1, **changes: Any) -> Character:
    character = Character(
        id=CharacterId(new_id()),
        owner_id=UserId(owner),
        name=name,
        features="woman with short dark hair, freckles, brown eyes",
        seed=42,
        created_at=NOW,
    )
    return replace(character, **changes)


def crowd(member: int, guild: int) -> Admission:
    """So many unfinished portraits, and no more."""
    return Admission(member, guild)
