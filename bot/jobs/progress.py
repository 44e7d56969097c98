"""Waiting cards: changed at most every three seconds, and only when what they say has changed."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import MessengerDown, PortraitGone, RouteClosed
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.domain.portraits.queue import Status
from bot.jobs.delivery import TOKEN_MARGIN
from bot.ports.clock import Clock
from bot.ports.jobs import CardJobs
from bot.ports.messenger import Messenger
from bot.services.portraits.estimate import Estimate

YOUNG = timedelta(seconds=3)
_log = logging.getLogger(__name__)


class Progress:
    """Keeps the cards of open portraits true. `quiet` stops it for one portrait before its answer is shown."""

    def __init__(self, *, jobs: CardJobs, estimate: Estimate, messenger: Messenger, clock: Clock) -> None:
        self._jobs = jobs
        self._estimate = estimate
        self._messenger = messenger
        self._clock = clock
        self._shown: dict[PortraitId, Status] = {}
        self._edits: dict[PortraitId, asyncio.Task[None]] = {}
        self._quiet: set[PortraitId] = set()

    async def tick(self, *, stuck: bool = False) -> None:
        """Start an edit for every card that no longer tells the truth. `stuck`: nothing goes on for want of room."""
        open_ids = await self._jobs.open_portraits()
        self._quiet &= set(open_ids)
        self._shown = {each: status for each, status in self._shown.items() if each in set(open_ids)}
        for portrait_id in open_ids:
            if portrait_id not in self._quiet and portrait_id not in self._edits:
                task = asyncio.create_task(self._refresh(portrait_id, stuck=stuck))
                self._edits[portrait_id] = task
                task.add_done_callback(lambda _, each=portrait_id: self._edits.pop(each, None))

    async def quiet(self, portrait_id: PortraitId) -> None:
        """No edit of this card starts after this returns, and none is under way."""
        self._quiet.add(portrait_id)
        edit = self._edits.get(portrait_id)
        if edit is not None:
            await asyncio.wait([edit])

    def resume(self, portrait_id: PortraitId) -> None:
        """Its answer is shown, or will be tried again later."""
        self._quiet.discard(portrait_id)

    async def stop(self) -> None:
        """Wait for the edits under way."""
        if self._edits:
            await asyncio.wait(list(self._edits.values()), timeout=5)

    async def _refresh(self, portrait_id: PortraitId, *, stuck: bool) -> None:
        try:
            portrait = await self._jobs.get(portrait_id)
            if not self._reachable(portrait, stuck=stuck):
                return
            status = replace(await self._estimate.status(portrait), stuck=stuck)
            known = self._shown.get(portrait_id)
            if known is None or _reads_differently(known, status):
                self._shown[portrait_id] = status
                await self._messenger.show_waiting(portrait, status)
        except (RouteClosed, MessengerDown, PortraitGone) as error:
            if stuck and isinstance(error, MessengerDown):
                # There may be no other word for a long time.
                self._shown.pop(portrait_id, None)
            _log.debug("portrait %s: card not refreshed (%r)", portrait_id, error)

    def _reachable(self, portrait: Portrait, *, stuck: bool) -> bool:
        return (
            portrait.state is PortraitState.OPEN
            # Where nothing can be written, the row may know nothing of the card, and the answer cannot follow yet.
            and (stuck or (not portrait.all_final and portrait.message_id is not None))
            # A younger card still says what the acknowledgement said a moment ago.
            and self._clock.steady() - portrait.asked_at >= YOUNG
            and portrait.reply.works(self._clock.steady(), TOKEN_MARGIN)
        )


def _reads_differently(old: Status, new: Status) -> bool:
    """A card counts as changed by its place, by what is ready, or by an estimate that moved noticeably."""
    if old.stuck or new.stuck:
        return old.stuck is not new.stuck
    return (old.position, old.ready) != (new.position, new.ready) or abs(old.eta - new.eta) >= 5
