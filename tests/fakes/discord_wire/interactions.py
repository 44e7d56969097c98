"""An interaction: what was sent to the bot, and what the bot made of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.discord_wire.messages import Message
from tests.fakes.discord_wire.state import Channel, User

if TYPE_CHECKING:
    from tests.fakes.discord_wire.server import WireDiscord

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
REPLY, DEFER_REPLY, DEFER_UPDATE, UPDATE, SUGGEST, OPEN_MODAL = 4, 5, 6, 7, 8, 9
TOKEN_LIFETIME_S = 15 * 60


def is_final(message: Message) -> bool:
    """No longer waiting: not loading, and no Cancel button left."""
    waiting = any("cancel" in label.casefold() for label in message.buttons)
    return not message.is_loading and not waiting


@dataclass(eq=False)
class Interaction:
    discord: "WireDiscord"
    id: int
    token: str
    type: int
    user: User
    channel: Channel
    payload: dict[str, Any]
    source: Message | None = None
    sent_at: float = field(default_factory=time.monotonic)
    acknowledged_at: float | None = None
    callbacks: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    is_expired: bool = False
    source_touched: bool = False
    """For a deferred update: whether the bot then edited or deleted the clicked message by the token."""

    @property
    def is_acknowledged(self) -> bool:
        return bool(self.callbacks)

    @property
    def callback_type(self) -> int | None:
        return self.callbacks[0][0] if self.callbacks else None

    @property
    def is_late(self) -> bool:
        """Unanswered for so long that Discord tells the person that the application did not respond."""
        return not self.callbacks and time.monotonic() - self.sent_at > self.discord.ack_limit

    @property
    def token_works(self) -> bool:
        return not self.is_expired and time.monotonic() - self.sent_at < TOKEN_LIFETIME_S

    @property
    def ack_seconds(self) -> float | None:
        return None if self.acknowledged_at is None else self.acknowledged_at - self.sent_at

    @property
    def message(self) -> Message | None:
        """The original response, also when it was an update of the clicked message; None if there is none."""
        return None if self.original is None or self.original.deleted else self.original

    @property
    def answer(self) -> Message | None:
        """What the person gets: the reply, the updated message, or the first follow-up of a silent click."""
        if self.callback_type == DEFER_UPDATE and not self.source_touched:
            return next((message for message in self.followups if not message.deleted), None)
        return self.message or next((m for m in self.followups if not m.deleted), None)

    @property
    def ephemeral(self) -> bool:
        return self.answer is not None and self.answer.is_ephemeral

    @property
    def modal(self) -> dict[str, Any] | None:
        """The modal that was opened: custom_id, title, components."""
        return self.callbacks[0][1] if self.callback_type == OPEN_MODAL else None

    @property
    def choices(self) -> list[dict[str, Any]] | None:
        """What autocomplete suggested: name and value each."""
        if self.callback_type != SUGGEST:
            return None
        return self.callbacks[0][1].get("choices") or []

    async def acknowledged(self, timeout: float = 3.0) -> "Interaction":
        """Waits for the callback; TimeoutError if it does not come."""
        if not await self.discord.changes.until(lambda: self.is_acknowledged, timeout):
            raise self._timeout("was not acknowledged", timeout)
        return self

    async def until(self, predicate: Callable[[Message], Any], timeout: float = 10.0) -> Message:
        """Waits until the answer satisfies the predicate, and returns it."""

        def good() -> bool:
            return self.answer is not None and bool(predicate(self.answer))

        if not await self.discord.changes.until(good, timeout) or self.answer is None:
            raise self._timeout("has no such answer", timeout)
        return self.answer

    async def final(
        self,
        timeout: float = 10.0,
        predicate: Callable[[Message], Any] = is_final,
    ) -> Message:
        """Waits for the answer that is not loading and satisfies the predicate (no Cancel button left)."""
        return await self.until(lambda message: not message.is_loading and predicate(message), timeout)

    def _timeout(self, what: str, seconds: float) -> TimeoutError:
        last = "\n  ".join(str(request) for request in self.discord.requests[-8:])
        return TimeoutError(
            f"{self!r} {what} within {seconds} s; the answer is {self.answer!r}; last requests:\n  {last}"
        )

    def __repr__(self) -> str:
        data = self.payload.get("data", {})
        what = data.get("custom_id") or data.get("name")
        return f"<Interaction {self.id} type={self.type} {what!r} callback={self.callback_type}>"
