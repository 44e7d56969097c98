"""Waiting cards: changed at most every three seconds, and only when what they say has changed."""

import asyncio
import logging
from datetime import timedelta

from bot.domain.errors import MessengerDown, PortraitGone, RouteClosed
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.domain.portraits.queue import Status
from bot.jobs.delivery import TOKEN_MARGIN
from bot.ports.clock import Clock
from bot.ports.jobs import JobStore
from bot.ports.messenger import Messenger
from bot.services.portraits.estimate import Waiting

YOUNG = timedelta(seconds=3)
_log = logging.getLogger(__name__)


class Progress:
    """Keeps the cards of open portraits true. `quiet` stops it for one portrait before its answer is shown."""

    def __init__(self, *, jobs: JobStore, waiting: Waiting, messenger: Messenger, clock: Clock) -> None:
        self._jobs = jobs
        self._waiting = waiting
        self._messenger = messenger
        self._clock = clock
        self._shown: dict[PortraitId, Status] = {}
        self._edits: dict[PortraitId, asyncio.Task[None]] = {}
        self._quiet: set[PortraitId] = set()

    async def tick(self) -> None:
        """Start an edit for every card that no longer tells the truth."""
        open_ids = await self._jobs.open_portraits()
        self._quiet &= set(open_ids)
        self._shown = {each: status for each, status in self._shown.items() if each in set(open_ids)}
        for portrait_id in open_ids:
            if portrait_id not in self._quiet and portrait_id not in self._edits:
                task = asyncio.create_task(self._refresh(portrait_id))
                self._edits[portrait_id] = task
                task.add_done_callback(lambda _, each=portrait_id: self._edits.pop(each, None))

    async def quiet(self, portrait_id: PortraitId) -> None:
        """No edit of this card starts after this returns, and none is under way."""
        self._quiet.add(portrait_id)
        edit = self._edits.get(portrait_id)
        if edit is not None:
            await asyncio.wait([edit])

    async def stop(self) -> None:
        """Wait for the edits under way."""
        if self._edits:
            await asyncio.wait(list(self._edits.values()), timeout=5)

    async def _refresh(self, portrait_id: PortraitId) -> None:
        try:
            portrait = await self._jobs.get(portrait_id)
            if not self._reachable(portrait):
                return
            status = await self._waiting.status(portrait)
            known = self._shown.get(portrait_id)
            if known is None or _reads_differently(known, status):
                self._shown[portrait_id] = status
                await self._messenger.show_waiting(portrait, status)
        except (RouteClosed, MessengerDown, PortraitGone) as error:
            _log.debug("portrait %s: card not refreshed (%r)", portrait_id, error)

    def _reachable(self, portrait: Portrait) -> bool:
        return (
            portrait.state is PortraitState.OPEN
            and not portrait.all_final
            and portrait.message_id is not None
            # A younger card still says what the acknowledgement said a moment ago.
            and self._clock.steady() - portrait.asked_at >= YOUNG
            and portrait.reply.works(self._clock.steady(), TOKEN_MARGIN)
        )


def _reads_differently(old: Status, new: Status) -> bool:
    """A card counts as changed by its place, by what is ready, or by an estimate that moved noticeably."""
    return (old.position, old.ready) != (new.position, new.ready) or abs(old.eta - new.eta) >= 5
