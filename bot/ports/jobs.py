"""What the durable jobs need kept and told: one protocol for each who needs it, and one store behind them all.

Methods that return bool are compare-and-sets: False means "no longer ours". Every `now`, `until` and `lease_until` is
of the steady clock; `at` is of the wall clock, for what is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from bot.domain.errors import DomainError
from bot.domain.ids import ChannelId, MessageId, PortraitId
from bot.domain.once import Once
from bot.domain.portraits.faces import Reading
from bot.domain.portraits.portrait import Cost, Portrait, PortraitState, Take, TakeState
from bot.domain.portraits.queue import Outlook, Spans


@dataclass(frozen=True, slots=True)
class Claimed:
    """A take that is ours to drive, until its lease runs out."""

    portrait: Portrait
    take: Take


class Left(Enum):
    """What there is to do for a turn of the engine that has no image in its hands."""

    # Nothing waits for it: it is over.
    NOTHING = auto()
    # An image, and nothing may be ordered now; or it went back into the queue.
    WAITING = auto()
    # Whether its image was ordered nobody knows: the vendor may be at it for a while.
    OCCUPIED = auto()
    # Its image is at the vendor still.
    AT_IT = auto()


@dataclass(frozen=True, slots=True)
class Seen:
    """The member sees the waiting card since `at`, of the wall clock; the message is None where nobody knows its id."""

    portrait_id: PortraitId
    message_id: MessageId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do: takes that are ours to drive now, and portraits whose takes are all final and that nobody
    delivers, oldest first. `waits`: more may be in the queue than there was room for.
    """

    claimed: tuple[Claimed, ...]
    deliverable: tuple[PortraitId, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A delivery that is ours, until its lease runs out: how often it was begun, the portrait with its final takes, and
    what it costs if every ready picture is shown.
    """

    epoch: int
    portrait: Portrait
    cost: Cost


@dataclass(frozen=True, slots=True)
class Finished:
    """A take has ended. With the last one of its portrait, where that was asked for, the delivery began."""

    begun: Begun | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What the waiting card of an open portrait is about. `places` of the first and the last that waits, of `waiting`
    images; None when none does. `each`: seconds that one image takes. `is_known`: its message is.
    `works_until`: its token does, of the steady clock.
    """

    portrait_id: PortraitId
    places: tuple[int, int] | None
    waiting: int
    ready: int
    total: int
    is_done: bool
    is_known: bool
    asked_at: datetime
    works_until: datetime
    each: float


@dataclass(frozen=True, slots=True)
class Survey:
    """All open portraits at one moment, how many takes have slots, and until when nothing is ordered."""

    cards: tuple[Card, ...]
    running: int
    paused_until: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a portrait ended, and where its message stands."""

    portrait_id: PortraitId
    state: PortraitState
    failure: str | None = None
    message_id: MessageId | None = None
    channel_id: ChannelId | None = None


class Jobs(Protocol):
    """What all who carry portraits on look at."""

    async def get(self, portrait_id: PortraitId) -> Portrait: ...


class RunningJobs(Jobs, Protocol):
    """What the vendor said to all, and how a take ends."""

    async def paused_until(self) -> datetime: ...

    async def finish(
        self,
        take: Take,
        state: TakeState,
        at: datetime,
        *,
        image: str | None = None,
        failure: str | None = None,
        seed: int | None = None,
        flagged: bool = False,
        took: timedelta | None = None,
        face: Reading | None = None,
        deliver: tuple[datetime, timedelta] | None = None,
    ) -> Finished | None:
        """The take's end; None when it was no longer ours to end. `took` is how long it kept its slot, where that is
        known: estimates are made of it. `face`: what was seen of the face. `deliver`: now, and for how long; where this
        was the last take of a portrait whose card was heard of, its delivery begins in the same step.
        """
        ...


class TakeJobs(RunningJobs, Protocol):
    """For the driver: one take from its order to its end, and what is learnt from the vendor on the way."""

    async def submitted(
        self, take: Take, job_id: str, seed: int | None, at: datetime, lease_until: datetime
    ) -> bool: ...

    async def is_ours(self, take: Take) -> bool:
        """Whether a submitted take is still ours: nothing is done for one that was ended or taken over."""
        ...

    async def renew(self, take: Take, lease_until: datetime) -> bool: ...

    async def hold(self, take: Take, until: datetime) -> bool:
        """Set `submitting -> queued`, kept by this driver until then: nothing was ordered."""
        ...

    async def resubmit(self, take: Take, lease_until: datetime) -> bool:
        """Set `queued -> submitting` for a take that this driver held."""
        ...

    async def give_back(self, take: Take) -> bool:
        """Set `submitting -> queued`, at the head of its lane: the vendor did not take the order."""
        ...

    async def fall_back(self, take: Take, reason: str, lease_until: datetime) -> bool:
        """Record that the take is painted without the character's saved picture: nothing was ordered yet."""
        ...

    async def bar(self, model: str, until: datetime) -> None:
        """Remember that the vendor's account may not use a model."""
        ...

    async def is_barred(self, model: str, now: datetime) -> bool: ...

    async def pause(self, now: datetime, until: datetime) -> None: ...


class QueueJobs(RunningJobs, Protocol):
    """For the runner: what is next, and what is left behind."""

    async def take_work(
        self, now: datetime, lease: timedelta, painting: timedelta, *, free: int = 0, seen: Sequence[Seen] = ()
    ) -> Work:
        """Write down which cards were `seen`, take up to `free` of the fairest waiting images out of the queue
        (`queued -> submitting`; their time of painting begins) unless it is paused, and tell what is deliverable.
        """
        ...

    async def overdue(self, now: datetime) -> list[PortraitId]:
        """Open portraits with takes that should have been ordered by now and were not."""
        ...

    async def unordered(self, now: datetime) -> list[PortraitId]:
        """Those of the overdue of which nothing is at the vendor."""
        ...

    async def late(self, now: datetime) -> list[Take]:
        """Takes that should have been painted by now."""
        ...

    async def end_waiting(self, portrait_id: PortraitId, failure: str, at: datetime) -> None:
        """Fail what of a portrait is not ordered yet; the rest is carried on."""
        ...

    async def expire(self, portrait_id: PortraitId, failure: str, at: datetime) -> None:
        """Fail what is unfinished of a portrait; what is ready stays."""
        ...

    async def take_over(self, now: datetime, lease: timedelta) -> list[Claimed]:
        """Settle what dead drivers left; returns the submitted jobs that are now ours to poll."""
        ...

    async def tidy(self, now: datetime, *, thorough: bool = False) -> int:
        """Drop dead lanes, expired tokens and old records of what was done, and refund holds that lost their
        portrait: how many those were. `thorough` looks at the holds of portraits that may still wait, too.
        """
        ...

    async def release_all(self) -> None:
        """Forget every lease: only for a process that just became the owner of the database."""
        ...

    async def rebase(self, now: datetime, spans: Spans, barred: timedelta) -> None:
        """Bound what an earlier process wrote by its own clock, once, at the start: no pause, wait or deadline lasts
        longer than it was meant to, no model is `barred` for longer than that, and what is open is tried for a moment
        before it is too late.
        """
        ...


class TurnJobs(Protocol):
    """For one worker among others: what it is to do with a turn of the engine, and what the others see of it."""

    async def claim(self, now: datetime, lease: timedelta, painting: timedelta, turn: int) -> Claimed | Left:
        """The fairest image that waits, which is begun by this turn; or what the turn was at when its worker died,
        `submitted` where it is to be polled on.
        """
        ...

    async def left(self, turn: int) -> Left:
        """What became of what was begun by it."""
        ...

    async def renew_deliveries(self, portrait_ids: Sequence[PortraitId], now: datetime) -> None:
        """Be seen to be at these: what is not renewed for some seconds is delivered by another."""
        ...


class CardJobs(Jobs, Protocol):
    """For waiting cards: what they are to say."""

    async def survey(self) -> Survey:
        """All of them at once: its cost grows with what waits, so it is made every few seconds, and by nobody who
        waits for an answer.
        """
        ...


class Disk(Protocol):
    """Where everything is kept. It learns of what could not be written from whoever tried to."""

    @property
    def takes_steps(self) -> bool:
        """Whether a step of a job can be written down, as far as is known."""
        ...

    def refusal(self) -> DomainError | None:
        """What an order would end with now; None when its picture can be kept, as far as is known."""
        ...

    async def look(self) -> None:
        """See whether there is room, or again."""
        ...

    def give_up(self) -> None:
        """We are going down: what waits to be written waits no longer."""
        ...


class SettlingJobs(Protocol):
    """For whoever ends a portrait: its price."""

    async def settle(self, delivery: Delivery, charged: int, at: datetime) -> bool:
        """The final state, `charged` images spent and the rest refunded, in one transaction, once."""
        ...


class DeliveryJobs(Jobs, SettlingJobs, Protocol):
    """For the delivery of one portrait: a lease, and then the end."""

    async def begin_delivery(self, portrait_id: PortraitId, now: datetime, lease: timedelta) -> Begun | None:
        """The delivery, or None when the portrait is not ready for it, is final, or another delivery runs."""
        ...

    async def cost(self, portrait_id: PortraitId, charged: int) -> Cost:
        """What the portrait costs if `charged` images are settled, and what is then left of each limit."""
        ...

    async def postpone_delivery(self, portrait_id: PortraitId, epoch: int, until: datetime) -> None:
        """Try again after `until`."""
        ...


class CancellingJobs(Protocol):
    """For members, who may change their minds."""

    async def cancel(self, portrait_id: PortraitId, once: Once | None, at: datetime) -> None:
        """End every unfinished take; raises NothingToCancel when there is none. Delivery then says so and refunds.

        None where it is a part of a larger change.
        """
        ...


class DeletingJobs(CancellingJobs, SettlingJobs, Protocol):
    """For the deletion of somebody's data, unfinished portraits included."""


class Dispatcher(Protocol):
    """Tells whoever runs the jobs that a portrait changed. It carries only the id: the rows are the truth."""

    def notify(self, portrait_id: PortraitId) -> None: ...


class CardDispatcher(Dispatcher, Protocol):
    """For whoever shows a waiting card."""

    def seen(self, seen: Seen, outlook: Outlook) -> None:
        """The member sees a card that says so much: painting may begin, and the card may be edited.

        It is written down with the next step; if the process dies before, delivery waits for it some seconds.
        """
        ...
