"""Waiting cards within a budget: a few edits a second for the whole process, first where the news matters."""

import asyncio
import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import MessengerDown, PortraitGone, RouteClosed, StoreBusy, StoreFull
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, Outlook, Status
from bot.jobs import news
from bot.jobs.delivery import TOKEN_MARGIN
from bot.logs import about, ids_of
from bot.ports.clock import Clock
from bot.ports.fleet import CardLeases
from bot.ports.jobs import Card, CardJobs, Survey
from bot.ports.messenger import Messenger
from bot.services.portraits.estimate import Estimate

# Whatever waits, so many cards are edited in a second, and so many at once where Discord is slow.
EDITS_PER_SECOND, EDITS_AT_ONCE = 5, 10
# Looking at all that waits may take such a share of the time: the more wait, the less often it is done.
LOOKING = 0.01
_LONGEST_PAUSE = 30.0
# Who looked so long ago did not keep the cards meanwhile.
_LONG_AGO = timedelta(seconds=_LONGEST_PAUSE + 5)
# So many cards are looked at before others may use the loop.
_PIECE = 250
# A card that nothing is known of (the process is new) is left alone for so long after it was asked for.
YOUNG = timedelta(seconds=3)
# Where another process may show the answer: an edit that took so many seconds is given up, and the answer waits longer.
CARD_SECONDS, CARD_LEASE = 10.0, timedelta(seconds=15)
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Shown:
    """What is known of a card: what it said last, and since when; None where that is not known any more.

    `each`: seconds that one image was thought to take. `is_closed`: it cannot be edited ever.
    """

    since: datetime
    said: news.Said | None = None
    each: float = FIRST_GUESS_SECONDS
    is_closed: bool = False


class Progress:
    """Keeps the cards of open portraits true. `quiet` stops it for one portrait before its answer is shown."""

    def __init__(
        self,
        *,
        jobs: CardJobs,
        estimate: Estimate,
        messenger: Messenger,
        clock: Clock,
        leases: CardLeases | None = None,
    ) -> None:
        """`leases`: where another process may show the answer."""
        self._jobs = jobs
        self._estimate = estimate
        self._messenger = messenger
        self._clock = clock
        self._leases = leases
        # Told of a portrait whose answer had to wait for its card.
        self.on_answerable: Callable[[PortraitId], None] = lambda _: None
        self._cards: dict[PortraitId, _Shown] = {}
        # What is to be said: of those whose painting begins, and of the others as last looked at, both in order.
        self._beginning: dict[PortraitId, Outlook] = {}
        self._due: dict[PortraitId, Outlook] = {}
        self._stuck = False
        self._edits: dict[PortraitId, asyncio.Task[None]] = {}
        self._quiet: set[PortraitId] = set()
        self._sending: asyncio.Task[None] | None = None
        # By the loop's clock, which no change of the time of day moves.
        self._next_edit = self._next_look = 0.0
        self._looked = clock.steady()
        # For so many images more there was a slot then.
        self._room = 0

    def seen(self, portrait_id: PortraitId, outlook: Outlook) -> None:
        """The member reads a card that says so much."""
        now = self._clock.steady()
        self._cards[portrait_id] = _Shown(now, news.said(outlook, now), outlook.each)

    def begins(self, portrait: Portrait) -> None:
        """The first image of a portrait is ordered: its card says so at once, if it does not yet."""
        card, total = self._cards.get(portrait.id), len(portrait.takes)
        if card is None or card.is_closed or card.said is None or card.said.position is None:
            return
        if portrait.message_id is None:
            return
        seconds = card.each
        if total > 1:
            # What was promised for the last of its images still holds.
            seconds = max(seconds, (card.said.ends - self._clock.steady()).total_seconds())
        self._due.pop(portrait.id, None)
        self._beginning[portrait.id] = Outlook(None, seconds, len(portrait.ready), total, card.each, ordered=total == 1)
        self._send_on()

    async def tick(self, *, stuck: bool = False) -> None:
        """Look at all cards, unless that was done a moment ago. `stuck`: nothing goes on for want of room."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._next_look and stuck is self._stuck:
            return
        self._stuck = stuck
        began, now = loop.time(), self._clock.steady()
        survey = await self._jobs.survey()
        self._take_for_said(survey, now)
        found: list[tuple[float, PortraitId, Outlook]] = []
        for number, card in enumerate(survey.cards):
            if number % _PIECE == 0:
                await asyncio.sleep(0)
            shown = self._cards.get(card.portrait_id)
            if self._may_be_edited(card, shown, now):
                outlook = self._estimate.of_card(card, survey, now)
                weight = news.weight(shown.said if shown else None, outlook, now, stuck=stuck)
                if weight is not None and (weight >= news.AT_ONCE or shown is None or now - shown.since >= news.GAP):
                    found.append((weight, card.portrait_id, outlook))
        still = {card.portrait_id for card in survey.cards}
        # What was shown while this looked stays.
        self._cards = {each: shown for each, shown in self._cards.items() if each in still or shown.since >= now}
        pause = min((loop.time() - began) / LOOKING, _LONGEST_PAUSE)
        self._looked, self._next_look = now, loop.time() + pause
        self._room = self._estimate.room(survey, now)
        best = heapq.nlargest(round(EDITS_PER_SECOND * 2 * _LONGEST_PAUSE), found, key=lambda each: each[0])
        self._due = {portrait_id: outlook for _, portrait_id, outlook in best}
        self._send_on()

    def _take_for_said(self, survey: Survey, now: datetime) -> None:
        """What another process said on a card since the last look is about what it would say now: it need not be told
        again. Unless painting has begun, and was not to begin at once.
        """
        if self._leases is None or now - self._looked > _LONG_AGO:
            return
        new = [each for each in survey.cards if each.asked_at > self._looked and each.portrait_id not in self._cards]
        had_room = sum(card.total for card in new) <= self._room
        for card in new:
            outlook = self._estimate.of_card(card, survey, now)
            if outlook.position is not None or had_room:
                said = news.said(replace(outlook, ready=0), now)
                self._cards[card.portrait_id] = _Shown(now, said, outlook.each)

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
        """Wait for the edits under way; none begins any more."""
        self._due, self._beginning = {}, {}
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait([self._sending])
        if self._edits:
            await asyncio.wait(list(self._edits.values()), timeout=5)

    def _may_be_edited(self, card: Card, shown: _Shown | None, now: datetime) -> bool:
        if card.portrait_id in self._quiet or card.portrait_id in self._edits or card.portrait_id in self._beginning:
            return False
        if shown is None and now - card.asked_at < YOUNG:
            return False
        return (
            not (shown is not None and shown.is_closed)
            # Where nothing can be written, the row may know nothing of the card, and the answer cannot follow yet.
            and (self._stuck or (card.is_known and not card.is_done))
            and now < card.works_until - TOKEN_MARGIN
        )

    def _send_on(self) -> None:
        if (self._due or self._beginning) and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send(), name="waiting cards")

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(max(0.0, self._next_edit - loop.time()))
            while len(self._edits) >= EDITS_AT_ONCE:
                await asyncio.wait(list(self._edits.values()), return_when=asyncio.FIRST_COMPLETED)
            chosen = self._next()
            if chosen is None:
                return
            # A little slower, so that no second has one more than that.
            self._next_edit = loop.time() + 1.05 / EDITS_PER_SECOND
            portrait_id, outlook = chosen
            with about(portrait=portrait_id):
                task = asyncio.create_task(self._edit_in_turn(portrait_id, outlook))
            self._edits[portrait_id] = task
            task.add_done_callback(lambda _, each=portrait_id: self._edits.pop(each, None))

    def _next(self) -> tuple[PortraitId, Outlook] | None:
        for waiting in (self._beginning, self._due):
            while waiting:
                portrait_id = next(iter(waiting))
                outlook = waiting.pop(portrait_id)
                shown = self._cards.get(portrait_id)
                # What was said since the others were looked at is newer.
                old = waiting is self._due and shown is not None and shown.since > self._looked
                if not old and portrait_id not in self._quiet and portrait_id not in self._edits:
                    return portrait_id, outlook
        return None

    async def _edit_in_turn(self, portrait_id: PortraitId, outlook: Outlook) -> None:
        """No edit lands after the answer, whoever shows that: it waits for the lease, and the edit ends before it."""
        if self._leases is None:
            await self._edit(portrait_id, outlook)
            return
        now = self._clock.steady()
        until = now + CARD_LEASE
        try:
            if not await self._leases.begin_edit(portrait_id, now, until):
                return
            # A process that was frozen meanwhile finds its time over, and sends nothing.
            async with asyncio.timeout(CARD_SECONDS):
                await self._edit(portrait_id, outlook)
            if await self._leases.end_edit(portrait_id, until):
                self.on_answerable(portrait_id)
        except TimeoutError:
            # It may be on its way still: its lease runs out by itself.
            self._cards.pop(portrait_id, None)
            _log.debug("portrait %s: its card could not be changed in time", portrait_id)
        except (StoreBusy, StoreFull):
            _log.debug("portrait %s: whether its card may be changed is not known", portrait_id)

    async def _edit(self, portrait_id: PortraitId, outlook: Outlook) -> None:
        shown = self._cards.setdefault(portrait_id, _Shown(self._clock.steady()))
        try:
            portrait = await self._jobs.get(portrait_id)
            now = self._clock.steady()
            # It may have been painted since it was looked at, and its answer is about to be shown.
            if portrait.state is not PortraitState.OPEN or (portrait.all_final and not self._stuck):
                return
            before, shown.since, shown.each = shown.said, now, outlook.each
            shown.said = news.said(outlook, now, before, stuck=self._stuck)
            with about(**ids_of(portrait)):
                await self._messenger.show_waiting(portrait, self._status(shown.said, outlook, now))
        except RouteClosed as error:
            shown.is_closed = True
            _log.debug("portrait %s: its card cannot be changed (%s)", portrait_id, error.why)
        except (MessengerDown, PortraitGone) as error:
            # Nobody knows what the card says now.
            shown.said = None
            _log.debug("portrait %s: card not refreshed (%r)", portrait_id, error)

    def _status(self, said: news.Said, outlook: Outlook, now: datetime) -> Status:
        ends_at = self._clock.now() + (said.ends - now)
        return Status(outlook.position, ends_at, outlook.ready, outlook.total, stuck=said.stuck, late=said.late > 0)
