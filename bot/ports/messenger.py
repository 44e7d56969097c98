"""How portraits reach members, and what is read back from their messages."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.ids import ChannelId, MessageId
from bot.domain.portraits.portrait import Cost, Portrait, PortraitState, Take
from bot.domain.portraits.queue import Status
from bot.domain.portraits.vendor import Picture


class LinkFinder(Protocol):
    """Reads from a posted message."""

    async def link_of(self, portrait: Portrait, take: int) -> str | None:
        """A fresh public link to the image in the portrait's message; None when the message cannot be read."""
        ...


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
