"""From the last finished take to the member's eyes, and then the money.

First the answer, then the settlement: both are safe to repeat, so a crash between them repeats the answer
onto the same message and settles once.
"""

import logging
from datetime import datetime, timedelta

from bot.domain.errors import ImageGone, MessengerDown, PicturesAway, RouteClosed
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, PortraitState, Take, TakeState
from bot.domain.portraits.vendor import Picture
from bot.jobs.failures import PICTURES_AWAY, UNDELIVERABLE
from bot.jobs.patience import LEASE
from bot.logs import ids_of, now_about
from bot.ports.clock import Clock
from bot.ports.jobs import Begun, Delivery, DeliveryJobs
from bot.ports.measures import UNMEASURED, Measures, Posting
from bot.ports.messenger import Messenger, Outcome, Posted, Way
from bot.ports.pictures import PictureStore

_log = logging.getLogger(__name__)

# An edit that would arrive in the last seconds of the token's life goes by the channel instead.
TOKEN_MARGIN = timedelta(seconds=10)
RETRY = timedelta(seconds=10)
GIVE_UP = timedelta(days=1)


def ways(portrait: Portrait, now: datetime) -> tuple[Way, ...]:
    """How the member may be reached at `now`, of the steady clock, best first. A private answer never goes to the
    channel.
    """
    found: list[Way] = []
    if portrait.reply.works(now, TOKEN_MARGIN):
        found.append(Way.ORIGINAL)
    if not portrait.reply.private:
        found.append(Way.CHANNEL)
    return (*found, Way.DIRECT)


def ending(portrait: Portrait) -> tuple[PortraitState, str | None]:
    """The final state of a portrait whose takes are all final, and the code of what went wrong."""
    if any(take.state is TakeState.CANCELLED for take in portrait.takes):
        return PortraitState.CANCELLED, None
    failures = [take.failure for take in portrait.takes if take.failure]
    state = PortraitState.DELIVERED if portrait.ready else PortraitState.FAILED
    return state, failures[0] if failures else None


class Deliverer:
    """Delivers portraits; one instance serves all of them."""

    def __init__(
        self,
        *,
        jobs: DeliveryJobs,
        pictures: PictureStore,
        messenger: Messenger,
        clock: Clock,
        measures: Measures = UNMEASURED,
    ) -> None:
        self._jobs = jobs
        self._pictures = pictures
        self._messenger = messenger
        self._clock = clock
        self._measures = measures

    async def deliver(self, portrait_id: PortraitId) -> None:
        """Bring a portrait to its final state, once; does nothing when it is final or being delivered."""
        begun = await self._jobs.begin_delivery(portrait_id, self._clock.steady(), LEASE)
        if begun is not None:
            await self.go_on(begun)

    async def go_on(self, begun: Begun) -> None:
        """As `deliver`, of a delivery that was begun a moment ago."""
        portrait, now = begun.portrait, self._clock.steady()
        # Also where it fails, which is logged by who runs it.
        now_about(**ids_of(portrait))
        try:
            outcome = await self._outcome(begun)
        except PicturesAway:
            if now - portrait.asked_at < GIVE_UP:
                await self._later(begun, "the pictures are away")
                return
            outcome = Outcome(PortraitState.FAILED, (), await self._jobs.cost(portrait.id, 0), PICTURES_AWAY)
        try:
            posted = await self._post(portrait, outcome, repeated=begun.epoch > 1)
        except MessengerDown as error:
            if now - portrait.asked_at < GIVE_UP:
                await self._later(begun, f"Discord is away ({error.why})")
                return
            posted = None
        except Exception:
            if now - portrait.asked_at < GIVE_UP:
                raise
            # A card that cannot be made will not be made tomorrow either: the member must not pay for it.
            _log.exception("portrait %s: giving up", portrait.id)
            posted = None
        await self._settle(portrait, outcome, posted)

    async def _later(self, begun: Begun, why: str) -> None:
        _log.warning("portrait %s: %s, delivering later", begun.portrait.id, why)
        await self._jobs.postpone_delivery(begun.portrait.id, begun.epoch, self._clock.steady() + RETRY)

    async def _outcome(self, begun: Begun) -> Outcome:
        portrait = begun.portrait
        state, failure = ending(portrait)
        pictures: list[tuple[Take, Picture]] = []
        for take in portrait.ready if state is PortraitState.DELIVERED else ():
            try:
                pictures.append((take, await self._pictures.load(take.image or "")))
            except ImageGone:
                _log.error("portrait %s take %d: its picture file is gone", portrait.id, take.number)
        if state is PortraitState.DELIVERED and not pictures:
            state, failure = PortraitState.FAILED, "bad_answer"
        expected = len(pictures) == len(portrait.ready)
        cost = begun.cost if expected else await self._jobs.cost(portrait.id, len(pictures))
        return Outcome(state, tuple(pictures), cost, failure)

    async def _post(self, portrait: Portrait, outcome: Outcome, *, repeated: bool) -> Posted | None:
        """Try every way; None when all are closed.

        An edit lands on the same message however often it is made. Before anything else is done a second time,
        the message is looked for: the first attempt may have come through just before a crash.
        """
        for way in ways(portrait, self._clock.steady()):
            try:
                if repeated and way is not Way.ORIGINAL:
                    shown = await self._messenger.find(portrait)
                    if shown is not None:
                        return shown
                return await self._timed(way, portrait, outcome)
            except RouteClosed as error:
                _log.info("portrait %s: not by %s (%s)", portrait.id, way, error.why)
        return None

    async def _timed(self, way: Way, portrait: Portrait, outcome: Outcome) -> Posted:
        began, result = self._clock.steady(), Posting.FAILED
        try:
            posted = await self._messenger.post(way, portrait, outcome)
            result = Posting.POSTED
        except RouteClosed:
            result = Posting.CLOSED
            raise
        except MessengerDown:
            result = Posting.DOWN
            raise
        finally:
            self._measures.posted(way, result, self._clock.steady() - began)
        return posted

    async def _settle(self, portrait: Portrait, outcome: Outcome, posted: Posted | None) -> None:
        images, now = len(outcome.pictures), self._clock.now()
        if posted is None:
            _log.warning("portrait %s: its member cannot be reached; refunded", portrait.id)
            images, delivery = 0, Delivery(portrait.id, PortraitState.FAILED, UNDELIVERABLE)
        else:
            delivery = Delivery(portrait.id, outcome.state, outcome.failure, posted.message_id, posted.channel_id)
        if await self._jobs.settle(delivery, images, now):
            self._measures.ended(portrait, delivery.state, self._clock.steady() - portrait.asked_at)
            seconds = (now - portrait.created_at).total_seconds()
            result = f"{delivery.state}, {delivery.failure}" if delivery.failure else str(delivery.state)
            total = len(portrait.takes)
            _log.info("portrait %s: %s after %.1f s, %d of %d images", portrait.id, result, seconds, images, total)
