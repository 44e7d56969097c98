"""One take from its order to its picture: submit once, poll, download, keep.

Every step is a compare-and-set in the store. When one says "no longer ours" (cancelled, expired, taken over)
the driver changes nothing more, but stays until the vendor is done: the vendor's queue still holds the job,
and our limit of jobs in flight must not be passed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import errors
from bot.domain.portraits.faces import Reading
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.spec import Method, PortraitSpec, Reference
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded, order_of, painted_spec
from bot.jobs.failures import SOURCE_GONE, TIMEOUT, UNKNOWN, WAITED, code_of, log_failure
from bot.jobs.links import BARRED, Links, bars, why_without
from bot.jobs.patience import AGAIN, LEASE, PASSING, Lease, Patience, Stopped, too_late, within
from bot.ports.clock import Clock
from bot.ports.jobs import Begun, Claimed, TakeJobs
from bot.ports.measures import UNMEASURED, Measures
from bot.ports.messenger import LinkFinder
from bot.ports.pictures import PictureStore
from bot.ports.vendor import ImageGenerator

_log = logging.getLogger(__name__)

# The vendor's estimate is followed for so long before the first question.
FIRST_WAIT = (1.0, 10.0)
# A model that is being loaded is not asked more often.
COLD_WAIT = 5.0

# Looks at the face in a picture that was painted by a spec. It never raises; None: nothing can be said.
Look = Callable[[PortraitSpec, Picture], Awaitable[Reading | None]]


async def unseen(spec: PortraitSpec, picture: Picture) -> None:
    """Where nobody looks at faces."""
    del spec, picture


class Driver:
    """Drives takes; one instance serves all of them."""

    def __init__(
        self,
        *,
        jobs: TakeJobs,
        generator: ImageGenerator,
        pictures: PictureStore,
        clock: Clock,
        stopping: asyncio.Event,
        finder: LinkFinder | None,
        measures: Measures = UNMEASURED,
        look: Look = unseen,
    ) -> None:
        self._look = look
        self._jobs = jobs
        self._generator = generator
        self._pictures = pictures
        self._clock = clock
        self._stopping = stopping
        self._measures = measures
        # Set by who runs the drivers: with the last take of a portrait its delivery begins, and is theirs.
        self.on_begun: Callable[[Begun], None] | None = None
        self._patience = Patience(jobs=jobs, clock=clock, stopping=stopping)
        self._links = Links(jobs=jobs, generator=generator, pictures=pictures, clock=clock, finder=finder)

    async def drive(self, claimed: Claimed) -> None:
        """From `submitting` to a final state, or back to the queue when the vendor did not take the order."""
        if self._clock.steady() > claimed.portrait.deadline:
            await self._end(claimed, TakeState.FAILED, WAITED)
            return
        began = self._clock.steady()
        try:
            answer = await self._submit(claimed)
            if answer is not None:
                await self._follow(claimed, answer, began)
        except Stopped:
            return

    async def resume(self, claimed: Claimed) -> None:
        """From `submitted`, by the stored job id, after a restart."""
        take = claimed.take
        if not take.job_id:
            await self._end(claimed, TakeState.UNKNOWN, UNKNOWN)
            return
        try:
            ordered_by = painted_spec(claimed.portrait.spec, take).method
            await self._follow(claimed, Processing(take.job_id, 0.0, method=ordered_by), None)
        except Stopped:
            return

    async def _submit(self, claimed: Claimed) -> Succeeded | Processing | None:
        """Send the order; None when this take is over or waits in the queue again."""
        reference = _reference(claimed)
        if reference is not None and await self._jobs.is_barred(reference.model, self._clock.steady()):
            claimed = await self._fall_back(claimed, "model")
        try:
            order = await self._order(claimed)
        except errors.PicturesAway:
            # Nothing is ordered: it waits as long as anything does.
            await self._jobs.give_back(claimed.take)
            return None
        except errors.DomainError as error:
            return await self._recover(claimed, error)
        return await self._place(claimed, order)

    async def _order(self, claimed: Claimed) -> Order:
        """The order with its link. To find one takes time: meanwhile the take is held, for nothing is ordered."""
        spec = painted_spec(claimed.portrait.spec, claimed.take)
        links = self._links.at_hand(spec)
        if links is None:
            await self._hold(claimed)
            try:
                links = await self._links.find(spec)
            except errors.DomainError:
                await self._resubmit(claimed)
                raise
            await self._resubmit(claimed)
        return order_of(claimed.portrait, claimed.take, links)

    async def _place(self, claimed: Claimed, order: Order) -> Succeeded | Processing | None:
        try:
            return await self._placed(claimed, order)
        except Stopped:
            # Between two tries nothing is on its way: the next process orders it.
            await self._jobs.give_back(claimed.take)
            raise

    async def _placed(self, claimed: Claimed, order: Order) -> Succeeded | Processing | None:
        cold: errors.ModelCold | None = None
        async for _ in self._patience.tries(claimed.take, 0.0, following=COLD_WAIT, asking=False):
            if cold is not None:
                await self._resubmit(claimed)
            if await self._patience.paused() > 0:
                # Somebody else was told to wait while this one looked for its link, or for the model.
                await self._jobs.give_back(claimed.take)
                return None
            try:
                answer = await self._generator.submit(order)
            except errors.ModelCold as error:
                # Kept while the model loads: nothing was ordered.
                cold = error
                await self._hold(claimed)
            except errors.VendorError as error:
                return await self._recover(claimed, error)
            else:
                until = self._clock.steady() + LEASE
                ours = await self._jobs.submitted(claimed.take, answer.job_id, answer.seed, self._clock.now(), until)
                # What was ended meanwhile is waited for at the vendor all the same, unless it is done there.
                return answer if ours or isinstance(answer, Processing) else None
        if cold is None:
            await self._end(claimed, TakeState.FAILED, TIMEOUT)
        else:
            await self._fail(claimed, cold)
        return None

    async def _recover(self, claimed: Claimed, error: errors.DomainError) -> Succeeded | Processing | None:
        """After a refusal: go on without the saved picture if that alone was the trouble, wait, or end the take."""
        reference = _reference(claimed)
        reason = why_without(reference, error)
        if reference is not None and reason is not None:
            _log.warning("%s: painted without its saved picture (%s)", _who(claimed), type(error).__name__)
            if bars(error):
                await self._jobs.bar(reference.model, self._clock.steady() + BARRED)
            claimed = await self._fall_back(claimed, reason)
            return await self._place(claimed, order_of(claimed.portrait, claimed.take))
        if isinstance(error, errors.RateLimited):
            await self._back_off(claimed, error)
        elif isinstance(error, errors.VendorError):
            await self._fail(claimed, error)
        else:
            await self._end(claimed, TakeState.FAILED, SOURCE_GONE)
        return None

    async def _fall_back(self, claimed: Claimed, reason: str) -> Claimed:
        """The take without the saved picture of its character; raises Stopped when it is no longer ours."""
        if not await self._jobs.fall_back(claimed.take, reason, self._clock.steady() + LEASE):
            raise Stopped
        return replace(claimed, take=replace(claimed.take, fallback=reason))

    async def _back_off(self, claimed: Claimed, error: errors.RateLimited) -> None:
        """The vendor's queue is full: nothing was ordered, and the take goes back to the head of its lane."""
        await self._pause_all(claimed, error)
        await self._jobs.give_back(claimed.take)

    async def _pause_all(self, claimed: Claimed, error: errors.RateLimited) -> None:
        """Nobody asks the vendor for anything before it says so: neither orders nor questions."""
        seconds = error.retry_after.total_seconds()
        _log.warning("%s: queue full at %s, pausing %.0f s", _who(claimed), error.where, seconds)
        now = self._clock.steady()
        await self._jobs.pause(now, now + error.retry_after)

    async def _hold(self, claimed: Claimed) -> None:
        if not await self._jobs.hold(claimed.take, self._clock.steady() + LEASE):
            raise Stopped

    async def _resubmit(self, claimed: Claimed) -> None:
        if not await self._jobs.resubmit(claimed.take, self._clock.steady() + LEASE):
            raise Stopped

    async def _follow(self, claimed: Claimed, answer: Succeeded | Processing, began: datetime | None) -> None:
        """Poll until the picture is there, and keep it. Where an earlier process `began`, it is asked for at once."""
        lease = Lease(self._jobs, self._clock, claimed.take)
        try:
            if isinstance(answer, Succeeded):
                done = answer
            else:
                done = await self._poll(claimed, answer, lease, at_once=began is None)
            if done.flagged and not claimed.portrait.shows_flagged:
                raise errors.Filtered("the vendor's filter", "flagged")
            picture = await self._download(claimed, done, lease)
            if painted_spec(claimed.portrait.spec, claimed.take).method is Method.CUT_OUT:
                await self._check_cut_out(picture)
            if not await self._jobs.is_ours(claimed.take):
                # Asked once, as late as can be: a take's end is a compare-and-set, a file that nobody wants is not.
                return
        except errors.VendorError as error:
            await self._fail(claimed, error)
        except TimeoutError:
            _log.warning("%s: not painted before its deadline", _who(claimed))
            await self._end(claimed, TakeState.FAILED, TIMEOUT)
        else:
            await self._keep(claimed, done, picture, began, lease)

    async def _check_cut_out(self, picture: Picture) -> None:
        """A mask, or the whole picture again, is not what was paid for."""
        if not await self._pictures.is_clear(picture):
            raise errors.NotCutOut("the picture", "nothing of it is transparent")

    async def _keep(
        self, claimed: Claimed, done: Succeeded, picture: Picture, began: datetime | None, lease: Lease
    ) -> None:
        """Keep the picture, and the take is ready. One that cannot be kept is not shown either: no button under it
        would work, and after a crash nobody could show it again.
        """
        try:
            name = await self._kept(claimed, picture, lease)
        except (errors.StoreFull, errors.PicturesAway) as error:
            await self._end(claimed, TakeState.FAILED, code_of(error))
            return
        took = self._clock.steady() - began if began else None
        face = await self._look(painted_spec(claimed.portrait.spec, claimed.take), picture)
        await self._finish(
            claimed, TakeState.READY, image=name, seed=done.seed, flagged=done.flagged, took=took, face=face
        )

    async def _kept(self, claimed: Claimed, picture: Picture, lease: Lease) -> str:
        """Its name. What is paid for waits for a place that is away, until its deadline. Raises as `keep` does."""
        try:
            return await self._pictures.keep(picture)
        except errors.PicturesAway as error:
            away = error
        async for _ in self._patience.tries(claimed.take, AGAIN[0], asking=False, lease=lease):
            with suppress(errors.PicturesAway):
                return await self._pictures.keep(picture)
        raise away

    async def _poll(self, claimed: Claimed, first: Processing, lease: Lease, *, at_once: bool) -> Succeeded:
        """Ask until the job is done; raises TimeoutError at the deadline, or the vendor's final error."""
        trouble: errors.VendorError | None = None
        wait = 0.0 if at_once else min(max(first.eta, FIRST_WAIT[0]), FIRST_WAIT[1])
        async for left in self._patience.tries(claimed.take, wait, lease=lease):
            try:
                answer = await within(left, self._generator.fetch(first.job_id, first.method))
            except errors.RateLimited as error:
                await self._pause_all(claimed, error)
            except PASSING as error:
                _log.info("%s: %s at %s, asking again", _who(claimed), type(error).__name__, error.where)
                trouble = error
            else:
                trouble = None
                if isinstance(answer, Succeeded):
                    return replace(answer, seed=answer.seed or first.seed)
        raise too_late(trouble)

    async def _download(self, claimed: Claimed, done: Succeeded, lease: Lease) -> Picture:
        """Fetch the picture; the link may come alive a minute after the job is done, or be half written."""
        trouble: errors.VendorError | None = None
        async for left in self._patience.tries(claimed.take, 0.0, asking=False, lease=lease):
            try:
                return await within(left, self._generator.download(done.links[0]))
            except PASSING as error:
                _log.info("%s: %s at %s, fetching again", _who(claimed), type(error).__name__, error.where)
                trouble = error
        raise too_late(trouble)

    async def _fail(self, claimed: Claimed, error: errors.VendorError) -> None:
        log_failure(_log, _who(claimed), error, claimed.portrait.spec)
        state = TakeState.UNKNOWN if isinstance(error, errors.OutcomeUnknown) else TakeState.FAILED
        await self._end(claimed, state, code_of(error, painted_spec(claimed.portrait.spec, claimed.take).method))

    async def _end(self, claimed: Claimed, state: TakeState, failure: str) -> None:
        await self._finish(claimed, state, failure=failure)

    async def _finish(
        self,
        claimed: Claimed,
        state: TakeState,
        *,
        image: str | None = None,
        failure: str | None = None,
        seed: int | None = None,
        flagged: bool = False,
        took: timedelta | None = None,
        face: Reading | None = None,
    ) -> None:
        """The take's end, and with the last one the beginning of the delivery, where somebody is there to make it."""
        delivers = self.on_begun is not None and not self._stopping.is_set()
        finished = await self._jobs.finish(
            claimed.take,
            state,
            self._clock.now(),
            image=image,
            failure=failure,
            seed=seed,
            flagged=flagged,
            took=took,
            face=face,
            deliver=(self._clock.steady(), LEASE) if delivers else None,
        )
        if finished is not None and took is not None:
            self._measures.painted(took)
        if finished is not None and finished.begun is not None and self.on_begun is not None:
            self.on_begun(finished.begun)


def _reference(claimed: Claimed) -> Reference | None:
    return painted_spec(claimed.portrait.spec, claimed.take).by_reference


def _who(claimed: Claimed) -> str:
    return f"portrait {claimed.portrait.id} take {claimed.take.number}"
