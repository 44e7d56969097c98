"""What the use cases of portraits and the gallery need kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.ids import CharacterId, GuildId, MessageId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.portraits.portrait import Portrait, Reply
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.queue import Entry
from bot.domain.portraits.report import Decision
from bot.domain.servers.quotas import Leg


@dataclass(frozen=True, slots=True)
class Admission:
    """What must hold, besides the quota, for a portrait to be accepted.

    `waiting_*` are the operator's limits of unfinished portraits; `running` and `cooldown` are the server's, for
    each member. With `slots` orders at once, no take may have to wait for longer than `longest_wait`, a limit that is
    not asked where it is None.
    """

    waiting_member: int
    waiting_guild: int
    running: int | None = None
    cooldown: timedelta = timedelta(0)
    slots: int = 1
    longest_wait: timedelta | None = None


class PortraitStore(Protocol):
    async def accept(self, portrait: Portrait, legs: Sequence[Leg], admission: Admission) -> Entry:
        """Write the portrait, its takes, its place in the queue and its quota hold in one transaction; returns where
        it entered.

        Raises AlreadyDone, PressedTwice, TooManyWaiting, TooManyRunning, CoolingDown, QueueTooLong or QuotaExceeded,
        and then nothing is written.
        """
        ...

    async def get(self, portrait_id: PortraitId) -> Portrait:
        """Raises PortraitGone."""
        ...

    async def of_message(self, message_id: MessageId) -> Portrait:
        """The portrait that a message of ours shows; raises PortraitGone."""
        ...

    async def reach(self, portrait_id: PortraitId, reply: Reply) -> None:
        """Another token by which its message is reached; the last one holds."""
        ...

    async def mark_deleted(self, portrait_id: PortraitId, once: Once, now: datetime) -> None:
        """Its message is taken down: from now on nothing is made from it."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a member's history: what lies beside it is found without counting."""

    created_at: datetime
    portrait_id: PortraitId


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of their portraits a member looks through: all, or those of one character, or their favourites."""

    character_id: CharacterId | None = None
    favourites: bool = False


@dataclass(frozen=True, slots=True)
class Standpoint:
    """As the how-manieth of how many a portrait comes, the newest first; `present`: it is one of them."""

    place: int
    total: int
    present: bool


class ReportStore(Protocol):
    """Pictures that members reported. They are in no gallery until somebody decided that they may be."""

    async def add(
        self, portrait_id: PortraitId, reporter_id: UserId, guild_id: GuildId | None, once: Once, now: datetime
    ) -> bool:
        """False: that member reported it already."""
        ...

    async def is_hidden(self, portrait_id: PortraitId) -> bool: ...

    async def decide(self, portrait_id: PortraitId, decision: Decision, once: Once | None, now: datetime) -> None:
        """Raises PortraitGone where nobody reported it."""
        ...


class GalleryStore(Protocol):
    """Finished portraits that have an image, by time."""

    async def get(self, portrait_id: PortraitId) -> Portrait:
        """Raises PortraitGone."""
        ...

    async def place(self, owner_id: UserId, selection: Selection, mark: Mark) -> Standpoint:
        """Where a portrait stands; what it costs grows with what that member has, not with what others have."""
        ...

    async def page(self, owner_id: UserId, selection: Selection, number: int, size: int) -> tuple[int, list[Portrait]]:
        """How many there are, and those of page `number` (from 0), newest first; of the last where it is beyond."""
        ...

    async def older(self, owner_id: UserId, selection: Selection, than: Mark) -> Portrait | None: ...

    async def newer(self, owner_id: UserId, selection: Selection, than: Mark) -> Portrait | None: ...

    async def mark_favourite(self, portrait_id: PortraitId, favourite: bool, once: Once, now: datetime) -> None:
        """A star on a portrait, or none any more."""
        ...


class PreferenceStore(Protocol):
    """What members want wherever they leave an option out."""

    async def of(self, user_id: UserId) -> Preferences:
        """What the member prefers: nothing, where they never said."""
        ...

    async def change(
        self, user_id: UserId, changed: Callable[[Preferences], Preferences], once: Once, now: datetime
    ) -> Preferences:
        """Write what `changed` makes of what stands there now, and return it; nothing preferred leaves no row."""
        ...
