"""One take from its order to its picture: submit once, poll, download, keep.

Every step is a compare-and-set in the store. When one says "no longer ours" (cancelled, expired, taken over)
the driver changes nothing more, but stays until the vendor is done: the vendor's queue still holds the job,
and our limit of jobs in flight must not be passed.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import errors
from bot.domain.portraits import Portrait, TakeState
from bot.domain.spec import Reference
from bot.domain.vendor import Order, Picture, Processing, Succeeded, order_of, painted_spec
from bot.jobs.failures import SOURCE_GONE, TIMEOUT, UNKNOWN, code_of, log_failure
from bot.jobs.links import BARRED, Links, bars, why_without
from bot.ports import Clock, ImageGenerator, LinkFinder
from bot.ports_jobs import Claimed, JobStore
from bot.ports_library import PictureStore

_log = logging.getLogger(__name__)

# A submit may take a minute (the client's limit); its lease must outlive it.
LEASE = timedelta(seconds=120)
COLD_TRIES, COLD_WAIT = 4, 5.0
FIRST_WAIT = (1.0, 10.0)
POLL_WAIT = (1.0, 5.0)
BAD_POLLS = 5
LINK_TRIES, LINK_WAIT = 10, 2.0
SPOILED_TRIES = 2


class _Stopped(Exception):
    """The process is going down, or the take is no longer ours: the stored state is where somebody goes on."""


class Driver:
    """Drives takes; one instance serves all of them."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        generator: ImageGenerator,
        pictures: PictureStore,
        clock: Clock,
        stopping: asyncio.Event,
        finder: LinkFinder | None = None,
    ) -> None:
        self._jobs = jobs
        self._generator = generator
        self._pictures = pictures
        self._clock = clock
        self._stopping = stopping
        self._links = Links(jobs=jobs, generator=generator, pictures=pictures, clock=clock, finder=finder)

    async def drive(self, claimed: Claimed) -> None:
        """From `submitting` to a final state, or back to the queue when the vendor did not take the order."""
        if self._left(claimed.portrait.deadline) <= 0:
            await self._end(claimed, TakeState.FAILED, TIMEOUT)
            return
        try:
            answer = await self._submit(claimed)
            if answer is not None:
                await self._follow(claimed, answer)
        except _Stopped:
            return

    async def resume(self, claimed: Claimed) -> None:
        """From `submitted`, by the stored job id, after a restart."""
        take = claimed.take
        if not take.job_id:
            await self._end(claimed, TakeState.UNKNOWN, UNKNOWN)
            return
        try:
            ordered_by = painted_spec(claimed.portrait.spec, take).method
            await self._follow(claimed, Processing(take.job_id, 0.0, method=ordered_by))
        except _Stopped:
            return

    async def _submit(self, claimed: Claimed) -> Succeeded | Processing | None:
        """Send the order; None when this take is over or waits in the queue again."""
        reference = _reference(claimed)
        if reference is not None and await self._jobs.is_barred(reference.model, self._clock.now()):
            claimed = await self._fall_back(claimed, "model")
        try:
            order = await self._order(claimed)
        except errors.DomainError as error:
            return await self._recover(claimed, error)
        return await self._place(claimed, order)

    async def _order(self, claimed: Claimed) -> Order:
        """The order with its link. To find one takes time: meanwhile the take is held, for nothing is ordered."""
        spec = painted_spec(claimed.portrait.spec, claimed.take)
        link = self._links.at_hand(spec)
        if link is None:
            await self._hold(claimed)
            try:
                link = await self._links.find(spec)
            except errors.DomainError:
                await self._resubmit(claimed)
                raise
            await self._resubmit(claimed)
        return order_of(claimed.portrait, claimed.take, link)

    async def _place(self, claimed: Claimed, order: Order) -> Succeeded | Processing | None:
        for attempt in range(COLD_TRIES):
            try:
                answer = await self._generator.submit(order)
            except errors.ModelCold as error:
                last = attempt + 1 == COLD_TRIES
                if last or not await self._wait_for_model(claimed):
                    await self._fail(claimed, error)
                    return None
            except errors.VendorError as error:
                return await self._recover(claimed, error)
            else:
                now = self._clock.now()
                await self._jobs.submitted(claimed.take, answer.job_id, answer.seed, now, now + LEASE)
                return answer
        return None

    async def _recover(self, claimed: Claimed, error: errors.DomainError) -> Succeeded | Processing | None:
        """After a refusal: go on without the saved picture if that alone was the trouble, wait, or end the take."""
        reference = _reference(claimed)
        reason = why_without(reference, error)
        if reference is not None and reason is not None:
            _log.warning("%s: painted without its saved picture (%s)", _who(claimed), type(error).__name__)
            if bars(error):
                await self._jobs.bar(reference.model, self._clock.now() + BARRED)
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
        """The take without the saved picture of its character; raises _Stopped when it is no longer ours."""
        if not await self._jobs.fall_back(claimed.take, reason, self._clock.now() + LEASE):
            raise _Stopped
        return replace(claimed, take=replace(claimed.take, fallback=reason))

    async def _back_off(self, claimed: Claimed, error: errors.RateLimited) -> None:
        """The vendor's queue is full: nothing was ordered, and nobody asks again before it says so."""
        _log.warning(
            "%s: queue full at %s, pausing %.0f s", _who(claimed), error.where, error.retry_after.total_seconds()
        )
        await self._jobs.pause(self._clock.now() + error.retry_after)
        await self._jobs.give_back(claimed.take)

    async def _wait_for_model(self, claimed: Claimed) -> bool:
        """Keep the take while the model loads; False when there is no time left for another try."""
        if self._clock.now() + timedelta(seconds=COLD_WAIT) >= claimed.portrait.deadline:
            return False
        await self._hold(claimed)
        await self._pause(_spread(COLD_WAIT))
        await self._resubmit(claimed)
        return True

    async def _hold(self, claimed: Claimed) -> None:
        if not await self._jobs.hold(claimed.take, self._clock.now() + LEASE):
            raise _Stopped

    async def _resubmit(self, claimed: Claimed) -> None:
        if not await self._jobs.resubmit(claimed.take, self._clock.now() + LEASE):
            raise _Stopped

    async def _follow(self, claimed: Claimed, answer: Succeeded | Processing) -> None:
        """Poll until the picture is there, and keep it."""
        try:
            done = answer if isinstance(answer, Succeeded) else await self._poll(claimed, answer)
            if not await self._still_ours(claimed):
                return
            if done.flagged and not claimed.portrait.shows_flagged:
                raise errors.Filtered("the vendor's filter", "flagged")
            picture = await self._download(claimed, done)
        except errors.VendorError as error:
            await self._fail(claimed, error)
        except TimeoutError:
            _log.warning("%s: not painted before its deadline", _who(claimed))
            await self._end(claimed, TakeState.FAILED, TIMEOUT)
        else:
            name = await self._pictures.keep(picture)
            now = self._clock.now()
            await self._jobs.finish(
                claimed.take, TakeState.READY, now, image=name, seed=done.seed, flagged=done.flagged
            )

    async def _poll(self, claimed: Claimed, first: Processing) -> Succeeded:
        """Ask until the job is done; raises TimeoutError at the deadline, or the vendor's final error."""
        bad = 0
        async for _ in self._waits(claimed.portrait, first.eta):
            await self._still_ours(claimed)
            try:
                answer = await self._generator.fetch(first.job_id, first.method)
            except errors.RateLimited as error:
                left = self._left(claimed.portrait.deadline)
                await self._pause(max(0.0, min(error.retry_after.total_seconds(), left, LEASE.total_seconds() / 2)))
                continue
            except errors.VendorDown as error:
                _log.info("%s: %s, asking again", _who(claimed), error.where)
                continue
            except (errors.JobUnknown, errors.BadAnswer):
                # A job may be unknown just after its order, and a proxy may answer once in the vendor's place.
                bad += 1
                if bad >= BAD_POLLS:
                    raise
                continue
            bad = 0
            if isinstance(answer, Succeeded):
                return replace(answer, seed=answer.seed or first.seed)
        raise TimeoutError

    async def _waits(self, portrait: Portrait, eta: float) -> AsyncGenerator[None, None]:
        """Wait by the vendor's estimate first, then a little longer each time, until the deadline."""
        wait = min(max(eta, FIRST_WAIT[0]), FIRST_WAIT[1])
        following = POLL_WAIT[0]
        while (left := self._left(portrait.deadline)) > 0:
            await self._pause(min(wait, left))
            yield
            wait = _spread(following)
            following = min(following * 1.3, POLL_WAIT[1])

    async def _download(self, claimed: Claimed, done: Succeeded) -> Picture:
        """Fetch the picture; the link may come alive some seconds after the job is done, or be half written."""
        spoiled = 0
        for attempt in range(LINK_TRIES):
            try:
                return await self._generator.download(done.links[0])
            except (errors.LinkNotReady, errors.VendorDown, errors.BadAnswer) as error:
                left = self._left(claimed.portrait.deadline)
                spoiled += isinstance(error, errors.BadAnswer)
                if attempt + 1 == LINK_TRIES or spoiled == SPOILED_TRIES:
                    raise
                if left <= 0:
                    raise TimeoutError from None
                await self._still_ours(claimed)
                await self._pause(min(_spread(LINK_WAIT), left))
        raise TimeoutError

    async def _still_ours(self, claimed: Claimed) -> bool:
        """Renew the lease; False when the take was ended by somebody else."""
        return await self._jobs.renew(claimed.take, self._clock.now() + LEASE)

    async def _fail(self, claimed: Claimed, error: errors.VendorError) -> None:
        log_failure(_log, _who(claimed), error, claimed.portrait.spec)
        state = TakeState.UNKNOWN if isinstance(error, errors.OutcomeUnknown) else TakeState.FAILED
        await self._end(claimed, state, code_of(error))

    async def _end(self, claimed: Claimed, state: TakeState, failure: str) -> None:
        await self._jobs.finish(claimed.take, state, self._clock.now(), failure=failure)

    def _left(self, deadline: datetime) -> float:
        return (deadline - self._clock.now()).total_seconds()

    async def _pause(self, seconds: float) -> None:
        """Sleep, unless the process is going down: then raise _Stopped."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise _Stopped


def _spread(seconds: float) -> float:
    """About so long: what failed together is not tried again together."""
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 - guards nothing


def _reference(claimed: Claimed) -> Reference | None:
    return painted_spec(claimed.portrait.spec, claimed.take).by_reference


def _who(claimed: Claimed) -> str:
    return f"portrait {claimed.portrait.id} take {claimed.take.number}"
