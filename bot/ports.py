"""What the use cases and the jobs need from the world, as Protocols. Adapters and fakes implement them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.characters import Character
from bot.domain.ids import ChannelId, CharacterId, GuildId, MessageId, PortraitId, UserId
from bot.domain.portraits import Budget, Cost, Portrait, PortraitState, Take, TakeState
from bot.domain.queue import Standing, Status
from bot.domain.quotas import Leg, MemberLimit, RoleLimit
from bot.domain.servers import Change, ServerSettings, UsageRow
from bot.domain.vendor import Order, Picture, Processing, Succeeded


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class ImageGenerator(Protocol):
    """The image vendor. Every method raises a `bot.domain.errors.VendorError` of the fitting class."""

    async def submit(self, order: Order) -> Succeeded | Processing:
        """Send a billed order, once. OutcomeUnknown when it left and its answer did not arrive; RateLimited
        and ModelCold mean that it was not taken and may be sent again later.
        """
        ...

    async def fetch(self, job_id: str) -> Succeeded | Processing:
        """Ask for a job: safe to repeat. JobUnknown when the vendor does not know it (yet)."""
        ...

    async def download(self, link: str) -> Picture:
        """Fetch an image under limits. LinkNotReady may be tried again; UnsafeLink may not."""
        ...


class PictureStore(Protocol):
    """Image bytes, named by their content."""

    async def keep(self, picture: Picture) -> str:
        """Write the bytes durably and return their name; the same bytes have one name."""
        ...

    async def load(self, name: str) -> Picture:
        """Raises ImageGone."""
        ...


@dataclass(frozen=True, slots=True)
class Admission:
    """What must hold, besides the quota, for a portrait to be accepted.

    `waiting_*` are the operator's limits of unfinished portraits; `running` and `cooldown` are the server's, for
    each member.
    """

    waiting_member: int
    waiting_guild: int
    running: int | None = None
    cooldown: timedelta = timedelta(0)


class PortraitStore(Protocol):
    async def accept(self, portrait: Portrait, legs: Sequence[Leg], admission: Admission) -> None:
        """Write the portrait, its takes, its place in the queue and its quota hold in one transaction.

        Raises AlreadyAccepted, PressedTwice, TooManyWaiting, TooManyRunning, CoolingDown or QuotaExceeded, and then
        nothing is written.
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

    async def latest_images(self, character_id: CharacterId, limit: int) -> list[str]:
        """Names of the newest pictures of a character."""
        ...


class PolicyStore(Protocol):
    """What admins decided, with who decided it."""

    async def settings(self, guild_id: GuildId) -> ServerSettings: ...

    async def change(self, change: Change, now: datetime) -> None:
        """Write the new settings and the audit entry in one transaction."""
        ...

    async def role_limits(self, guild_id: GuildId) -> Sequence[RoleLimit]: ...

    async def set_role_limit(self, change: Change, limit: RoleLimit, now: datetime, *, remove: bool) -> None: ...

    async def member_limit(self, guild_id: GuildId, user_id: UserId) -> MemberLimit | None: ...

    async def member_limits(self, guild_id: GuildId) -> Sequence[MemberLimit]: ...

    async def set_member_limit(self, change: Change, limit: MemberLimit, now: datetime) -> None: ...

    async def reset(self, change: Change, legs: Sequence[Leg], now: datetime) -> None:
        """Set counters to zero; images held by open portraits stay counted."""
        ...

    async def budgets(self, legs: Sequence[Leg]) -> Sequence[Budget]: ...

    async def refused(self, guild_id: GuildId, user_id: UserId, kind: str, reason: str, now: datetime) -> None: ...

    async def usage(self, guild_id: GuildId, since: datetime) -> Sequence[UsageRow]: ...


class CharacterStore(Protocol):
    async def add(self, character: Character, limit: int, now: datetime) -> None:
        """Raises CharacterNameTaken, or TooManyCharacters when the owner has `limit` of them."""
        ...

    async def find(self, owner_id: UserId, name: str) -> Character | None:
        """The owner's character of that name, compared without case and by compatibility form."""
        ...

    async def get(self, character_id: CharacterId) -> Character | None: ...

    async def page(self, owner_id: UserId, offset: int, limit: int) -> list[Character]:
        """The owner's characters in the order of their names."""
        ...

    async def count(self, owner_id: UserId) -> int: ...

    async def names_like(self, owner_id: UserId, part: str, limit: int) -> list[str]:
        """Names that begin with `part`, then names that contain it."""
        ...

    async def delete(self, character_id: CharacterId, owner_id: UserId) -> bool: ...


@dataclass(frozen=True, slots=True)
class Claimed:
    """A take that is ours to drive, until its lease runs out."""

    portrait: Portrait
    take: Take


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a portrait ended, and where its message stands."""

    portrait_id: PortraitId
    state: PortraitState
    failure: str | None = None
    message_id: MessageId | None = None
    channel_id: ChannelId | None = None


class JobStore(Protocol):
    """The durable state of jobs. Methods that return bool are compare-and-sets: False means "no longer ours"."""

    async def claim(self, now: datetime, lease: timedelta) -> Claimed | None:
        """Take the fairest waiting image out of the queue: `queued -> submitting`."""
        ...

    async def hold(self, take: Take, until: datetime) -> bool:
        """Set `submitting -> queued`, kept by this driver until then: nothing was ordered."""
        ...

    async def resubmit(self, take: Take, lease_until: datetime) -> bool:
        """Set `queued -> submitting` for a take that this driver held."""
        ...

    async def give_back(self, take: Take) -> bool:
        """Set `submitting -> queued`, at the head of its lane: the vendor did not take the order."""
        ...

    async def submitted(
        self, take: Take, job_id: str, seed: int | None, now: datetime, lease_until: datetime
    ) -> bool: ...

    async def renew(self, take: Take, lease_until: datetime) -> bool: ...

    async def finish(
        self,
        take: Take,
        state: TakeState,
        now: datetime,
        *,
        image: str | None = None,
        failure: str | None = None,
        seed: int | None = None,
    ) -> bool: ...

    async def get(self, portrait_id: PortraitId) -> Portrait: ...

    async def cancel(self, portrait_id: PortraitId, now: datetime) -> None:
        """End every unfinished take; raises NothingToCancel when there is none. Delivery then says so and refunds."""
        ...

    async def expire(self, portrait_id: PortraitId, failure: str, now: datetime) -> None:
        """Fail what is unfinished of a portrait; what is ready stays."""
        ...

    async def begin_delivery(self, portrait_id: PortraitId, now: datetime, lease: timedelta) -> int | None:
        """The epoch of this delivery, or None when the portrait is final or another delivery runs."""
        ...

    async def postpone_delivery(self, portrait_id: PortraitId, epoch: int, until: datetime) -> None:
        """Try again after `until`."""
        ...

    async def settle(self, delivery: Delivery, charged: int, now: datetime) -> bool:
        """The final state, `charged` images spent and the rest refunded, in one transaction, once."""
        ...

    async def deliverable(self, now: datetime) -> list[PortraitId]:
        """Open portraits whose takes are all final and that nobody is delivering, oldest first."""
        ...

    async def overdue(self, now: datetime) -> list[PortraitId]:
        """Open portraits past their deadline with unfinished takes."""
        ...

    async def take_over(self, now: datetime, lease: timedelta) -> list[Claimed]:
        """Settle what dead drivers left; returns the submitted jobs that are now ours to poll."""
        ...

    async def release_all(self) -> None:
        """Forget every lease: only for a process that just became the owner of the database."""
        ...

    async def tidy(self, now: datetime) -> int:
        """Drop dead lanes and expired tokens, and refund holds that lost their portrait: how many those were."""
        ...

    async def pause(self, until: datetime) -> None: ...

    async def paused_until(self) -> datetime: ...

    async def standing(self, take: Take) -> Standing | None:
        """Where a waiting take stands; None when it does not wait."""
        ...

    async def open_portraits(self) -> list[PortraitId]: ...

    async def measured_seconds(self, width: int, height: int, limit: int) -> Sequence[float]:
        """How long the last images of that size took at the vendor."""
        ...


class Dispatcher(Protocol):
    """Tells whoever runs the jobs that a portrait changed. It carries only the id: the rows are the truth."""

    def notify(self, portrait_id: PortraitId) -> None: ...


class Way(StrEnum):
    """How an answer travels to the member."""

    ORIGINAL = "original"
    CHANNEL = "channel"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a portrait ended, as the member is told."""

    state: PortraitState
    pictures: tuple[tuple[Take, Picture], ...]
    cost: Cost
    failure: str | None = None


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

    async def post(self, way: Way, portrait: Portrait, outcome: Outcome) -> Posted:
        """Show the outcome; safe to repeat: an edit lands on the same message, a new message carries a nonce."""
        ...
