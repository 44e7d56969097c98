"""A messenger with a script, behind the port. Like Discord, an edit lands on the same message, and a nonce finds the
message that was sent with it."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

from bot.domain.ids import ChannelId, MessageId, PortraitId
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.queue import Status
from bot.ports.messenger import Outcome, Posted, Way

_DIRECT_CHANNEL = ChannelId(990)


class Killed(BaseException):
    """kill -9, as far as one process can play it."""


@dataclass(frozen=True, slots=True)
class Post:
    way: Way
    portrait_id: PortraitId
    outcome: Outcome


class ScriptedMessenger:
    """Without a script every way is open."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.messages: dict[tuple[Way, PortraitId], Posted] = {}
        self.statuses: list[tuple[PortraitId, Status]] = []
        self.edits_under_way = 0
        self.most_edits = 0
        self.edits_tried = 0
        self.open = asyncio.Event()
        self.open.set()
        self.dies_after_post = False
        self._closed: dict[Way, Exception] = {}
        self._once: dict[Way, deque[Exception]] = defaultdict(deque)
        self._edit_failure: Exception | None = None

    def close(self, way: Way, error: Exception) -> None:
        """From now on this way fails."""
        self._closed[way] = error

    def once(self, way: Way, error: Exception) -> None:
        """The next post on this way fails."""
        self._once[way].append(error)

    def refuse_edits(self, error: Exception | None) -> None:
        """Waiting cards cannot be edited from now on; None: they can again."""
        self._edit_failure = error

    async def show_waiting(self, portrait: Portrait, status: Status) -> None:
        self.edits_under_way += 1
        self.edits_tried += 1
        self.most_edits = max(self.most_edits, self.edits_under_way)
        try:
            await self.open.wait()
            if self._edit_failure is not None:
                raise self._edit_failure
            self.statuses.append((portrait.id, status))
        finally:
            self.edits_under_way -= 1

    async def find(self, portrait: Portrait) -> Posted | None:
        """As Discord's channel history: the message that shows the portrait, wherever it was posted."""
        return next((posted for (_, shown), posted in self.messages.items() if shown == portrait.id), None)

    async def post(self, way: Way, portrait: Portrait, outcome: Outcome) -> Posted:
        await self.open.wait()
        if self._once[way]:
            raise self._once[way].popleft()
        if way in self._closed:
            raise self._closed[way]
        self.posts.append(Post(way, portrait.id, outcome))
        posted = self.messages.setdefault((way, portrait.id), self._message(way, portrait))
        if self.dies_after_post:
            raise Killed
        return posted

    def _message(self, way: Way, portrait: Portrait) -> Posted:
        channel = _DIRECT_CHANNEL if way is Way.DIRECT else portrait.place.channel_id
        if way is Way.ORIGINAL and portrait.message_id is not None:
            return Posted(portrait.message_id, channel)
        return Posted(MessageId(9000 + len(self.messages)), channel)
