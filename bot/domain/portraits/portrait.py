"""A portrait, its takes, and the states they may be in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.ids import ChannelId, GuildId, InteractionId, MessageId, PortraitId, UserId
from bot.domain.portraits.faces import Reading
from bot.domain.portraits.spec import Kind, PortraitSpec

# Discord takes an interaction's token for so long.
TOKEN_LIFE = timedelta(minutes=15)


class PortraitState(StrEnum):
    OPEN = "open"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TakeState(StrEnum):
    QUEUED = "queued"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


FINAL_TAKES = frozenset({TakeState.READY, TakeState.FAILED, TakeState.CANCELLED, TakeState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came from. `guild_id` is None in direct messages and where only the member installed us.

    `parent_id` is the channel that a thread belongs to, while the request is made.
    """

    channel_id: ChannelId
    guild_id: GuildId | None = None
    parent_id: ChannelId | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """How the answer reaches the member: by the interaction's token while that lives, else by the bot itself.

    The token is None once it has expired or was pruned. `expires_at` is an instant of the steady clock.
    """

    application_id: int
    interaction_id: InteractionId
    token: str | None
    expires_at: datetime | None = None
    private: bool = False

    def works(self, now: datetime, margin: timedelta) -> bool:
        """Whether the token may be used at `now`, of the steady clock, with `margin` to spare."""
        return self.token is not None and self.expires_at is not None and now < self.expires_at - margin


@dataclass(frozen=True, slots=True)
class Take:
    """One image: its own seed and its own order at the vendor.

    `fallback` says why the character's saved picture did not go along although it should: `model` (the account may
    not use it) or `picture` (it is no longer kept). `deadline`, of the steady clock, is by when it must be painted;
    it is set when the take is claimed to be ordered. `face`: what was seen of the face in its picture; None where
    nobody looked.
    """

    portrait_id: PortraitId
    number: int
    seed: int
    state: TakeState = TakeState.QUEUED
    epoch: int = 0
    job_id: str | None = None
    image: str | None = None
    failure: str | None = None
    fallback: str | None = None
    flagged: bool = False
    deadline: datetime | None = None
    face: Reading | None = None

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_TAKES


@dataclass(frozen=True, slots=True)
class Parent:
    """The portrait under which the button was. `message_id` is None where its message is nobody else's to see."""

    owner_id: UserId
    place: Place
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Portrait:
    """One accepted request and everything needed to carry it to its end.

    `created_at` is the wall clock's, for people. `asked_at` and `deadline`, by when every take must be ordered, are
    the steady clock's, for spans.
    """

    id: PortraitId
    kind: Kind
    owner_id: UserId
    place: Place
    reply: Reply
    spec: PortraitSpec
    created_at: datetime
    asked_at: datetime
    deadline: datetime
    takes: tuple[Take, ...]
    state: PortraitState = PortraitState.OPEN
    parent_id: PortraitId | None = None
    parent_take: int | None = None
    message_id: MessageId | None = None
    failure: str | None = None
    press_key: str | None = None
    character_name: str | None = None
    shows_flagged: bool = False
    parent: Parent | None = None
    favourite: bool = False
    deleted_at: datetime | None = None

    @property
    def ready(self) -> tuple[Take, ...]:
        """The takes that have an image, in order."""
        return tuple(take for take in self.takes if take.state is TakeState.READY)

    @property
    def all_final(self) -> bool:
        return all(take.is_final for take in self.takes)


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit as the member sees it on a card: what is left of it after this portrait."""

    limit: str
    maximum: int
    left: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class Cost:
    """What a portrait cost, in images, and what is left."""

    images: int
    budgets: tuple[Budget, ...] = field(default=())
