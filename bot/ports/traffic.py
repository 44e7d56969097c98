"""How much there is to do at this moment, and how the last portraits went."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import GuildId

# Nothing is counted any further: whoever looks must not be a burden in a flood.
ENOUGH = 10_000


@dataclass(frozen=True, slots=True)
class Traffic:
    """Images by their state, lanes in which one waits, portraits that are painted and that are delivered, each up to
    `ENOUGH`; when the oldest open portrait was asked for; until when nothing is ordered, of the steady clock.
    """

    waiting: int
    held: int
    submitting: int
    submitted: int
    lanes: int
    unfinished: int
    delivering: int
    oldest: datetime | None
    paused_until: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """When a portrait ended, of the wall clock, and the code of what went wrong with it."""

    at: datetime
    failure: str | None


class TrafficStore(Protocol):
    """Read by who watches, never by who carries a portrait on. Each answer costs the same whatever waits."""

    async def now(self) -> Traffic: ...

    async def waiting_in(self, guild_id: GuildId) -> int:
        """Images that wait in a server's lane."""
        ...

    async def ended(self, most: int) -> tuple[Ended, ...]:
        """The last portraits, newest first."""
        ...

    async def painted(self, most: int) -> tuple[float, ...]:
        """Seconds from order to picture of the last images, newest first."""
        ...
