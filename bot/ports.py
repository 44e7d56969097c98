"""What the use cases and the jobs need from the world, as Protocols. Adapters and fakes implement them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import ChannelId, GuildId, InteractionId, MessageId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.portraits import Budget, Cost, Portrait, PortraitState, Take
from bot.domain.queue import Status
from bot.domain.quotas import Leg, MemberLimit, RoleLimit
from bot.domain.servers import Change, ServerSettings, UsageRow
from bot.domain.spec import Method
from bot.domain.vendor import Order, Picture, Processing, Succeeded


class Clock(Protocol):
    """Two scales, both aware and in UTC. Instants of one are never compared with instants of the other."""

    def now(self) -> datetime:
        """The wall clock: for calendars, for what is kept for days, and for what people read. It may be set."""
        ...

    def steady(self) -> datetime:
        """For spans: waits, pauses, leases, deadlines. It starts with the process as the wall clock, and never jumps.

        What is stored of it is bounded at the next start (`JobStore.rebase`), where the scale is another.
        """
        ...


class DoneStore(Protocol):
    """Which interactions made their change already: Discord delivers one twice now and then.

    Every store method that takes a `Once` records it in the transaction of its change, or raises AlreadyDone and
    changes nothing.
    """

    async def known(self, interaction_id: InteractionId) -> bool:
        """Whether all of its change was made."""
        ...

    async def record(self, once: Once, now: datetime) -> None:
        """In a transaction of its own: where nothing was left to change, or the steps of a change are all made."""
        ...


class ImageGenerator(Protocol):
    """The image vendor. Every method raises a `bot.domain.errors.VendorError` of the fitting class."""

    async def submit(self, order: Order) -> Succeeded | Processing:
        """Send a billed order, once. OutcomeUnknown when it left and its answer did not arrive; RateLimited
        and ModelCold mean that it was not taken and may be sent again later.
        """
        ...

    async def fetch(self, job_id: str, method: Method) -> Succeeded | Processing:
        """Ask for a job that was ordered by `method`: safe to repeat. JobUnknown when the vendor does not know it
        (yet), RateLimited when it is asked too often, VendorDown when somebody else answered in its place.
        """
        ...

    async def download(self, link: str) -> Picture:
        """Fetch an image under limits. LinkNotReady may be tried again; UnsafeLink may not."""
        ...

    async def host(self, picture: Picture, side: int | None = None) -> str:
        """A public link to a picture of ours, good for a day; smaller if it has more than `side` pixels a side.
        Nothing is ordered: safe to repeat.
        """
        ...

    async def account(self) -> None:
        """Ask the account itself whether it can be used: InvalidKey or NoCredits when it says that it cannot, another
        error when that cannot be learned.
        """
        ...


class LinkFinder(Protocol):
    """Reads from a posted message."""

    async def link_of(self, portrait: Portrait, take: int) -> str | None:
        """A fresh public link to the image in the portrait's message; None when the message cannot be read."""
        ...


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
    async def accept(self, portrait: Portrait, legs: Sequence[Leg], admission: Admission) -> None:
        """Write the portrait, its takes, its place in the queue and its quota hold in one transaction.

        Raises AlreadyDone, PressedTwice, TooManyWaiting, TooManyRunning, CoolingDown, QueueTooLong or QuotaExceeded,
        and then nothing is written.
        """
        ...

    async def acknowledge(self, portrait_id: PortraitId, message_id: MessageId | None, now: datetime) -> None:
        """Record that the member sees a card; delivery waits for this, or for a few seconds to pass."""
        ...

    async def get(self, portrait_id: PortraitId) -> Portrait:
        """Raises PortraitGone."""
        ...

    async def cost(self, portrait_id: PortraitId, charged: int) -> Cost:
        """What the portrait costs if `charged` images are settled, and what is then left of each limit."""
        ...

    async def of_message(self, message_id: MessageId) -> Portrait:
        """The portrait that a message of ours shows; raises PortraitGone."""
        ...

    async def mark_deleted(self, portrait_id: PortraitId, once: Once, now: datetime) -> None:
        """Its message is taken down: from now on nothing is made from it."""
        ...


class PolicyStore(Protocol):
    """What admins decided, with who decided it."""

    async def settings(self, guild_id: GuildId) -> ServerSettings: ...

    async def change(self, change: Change, once: Once | None, now: datetime) -> None:
        """Write the new settings and the audit entry in one transaction."""
        ...

    async def role_limits(self, guild_id: GuildId) -> Sequence[RoleLimit]: ...

    async def set_role_limit(
        self, change: Change, limit: RoleLimit, once: Once | None, now: datetime, *, remove: bool
    ) -> None: ...

    async def member_limit(self, guild_id: GuildId, user_id: UserId) -> MemberLimit | None: ...

    async def member_limits(self, guild_id: GuildId) -> Sequence[MemberLimit]: ...

    async def set_member_limit(self, change: Change, limit: MemberLimit, once: Once, now: datetime) -> None: ...

    async def reset(self, change: Change, legs: Sequence[Leg], once: Once, now: datetime) -> None:
        """Set counters to zero; images held by open portraits stay counted."""
        ...

    async def budgets(self, legs: Sequence[Leg]) -> Sequence[Budget]: ...

    async def refused(
        self, guild_id: GuildId, user_id: UserId, kind: str, reason: str, once: Once, now: datetime
    ) -> None: ...

    async def usage(self, guild_id: GuildId, since: datetime) -> Sequence[UsageRow]: ...


class Way(StrEnum):
    """How an answer travels to the member."""

    ORIGINAL = "original"
    CHANNEL = "channel"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a portrait ended, as the member is told. `contact` is all of a sheet in one picture."""

    state: PortraitState
    pictures: tuple[tuple[Take, Picture], ...]
    cost: Cost
    failure: str | None = None
    contact: Picture | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """Where the answer stands now."""

    message_id: MessageId
    channel_id: ChannelId


class Messenger(Protocol):
    """Shows portraits to members. RouteClosed means "not this way, ever"; MessengerDown means "not now"."""

    async def show_waiting(self, portrait: Portrait, status: Status) -> None:
        """Edit the waiting card."""
        ...

    async def find(self, portrait: Portrait) -> Posted | None:
        """The message that already says how the portrait ended, where the bot may look for it."""
        ...

    async def post(self, way: Way, portrait: Portrait, outcome: Outcome) -> Posted:
        """Show the outcome; safe to repeat: an edit lands on the same message, a new message carries a nonce."""
        ...
