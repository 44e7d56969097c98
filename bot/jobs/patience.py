"""How long something is asked for again: by the time that a take has, not by a number of tries."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable
from datetime import timedelta
from typing import TypeVar

from bot.domain import errors
from bot.domain.portraits.portrait import Take
from bot.ports.clock import Clock
from bot.ports.jobs import TakeJobs

T = TypeVar("T")

# A submit may take a minute (the client's limit), and so may a delivery: their lease must outlive them.
LEASE = timedelta(seconds=120)
# Each wait is a little longer than the one before, up to the second of these.
AGAIN, LONGER = (1.0, 5.0), 1.3
# A pause of the vendor's may be longer than a lease.
RENEW = 30.0
# What is begun at the deadline gets so long.
LAST_WORD = 1.0
# What may pass while a paid picture is waited for.
PASSING = (errors.VendorDown, errors.JobUnknown, errors.BadAnswer, errors.LinkNotReady, errors.ModelCold)


class Stopped(Exception):
    """The process is going down, or the take is no longer ours: the stored state is where somebody goes on."""


class Patience:
    """Waits between tries; one instance serves all takes."""

    def __init__(self, *, jobs: TakeJobs, clock: Clock, stopping: asyncio.Event) -> None:
        self._jobs = jobs
        self._clock = clock
        self._stopping = stopping

    async def tries(
        self,
        take: Take,
        wait: float,
        *,
        following: float | None = None,
        asking: bool = True,
        lease: "Lease | None" = None,
    ) -> AsyncGenerator[float, None]:
        """Wait, then a little longer each time, until the deadline: seconds that are left for each try.

        `asking` is a question to the vendor's API about an order: then its pause counts, whoever was told of it.
        `lease` is kept fresh meanwhile.
        """
        following = following or AGAIN[0]
        while (left := self._left(take)) > 0:
            await self._sleep(min(wait, left))
            while asking and (paused := await self.paused()) > 0:
                if (left := self._left(take)) <= 0:
                    return
                await self._sleep(min(paused, left, RENEW))
                if lease:
                    await lease.renew()
            if lease:
                await lease.renew()
            yield max(self._left(take), LAST_WORD)
            wait = following * random.uniform(0.9, 1.1)  # noqa: S311 - what failed together is not tried together
            following = min(following * LONGER, AGAIN[1])

    async def paused(self) -> float:
        """Seconds for which nobody may ask the vendor's API; 0 or less when it may be asked."""
        return (await self._jobs.paused_until() - self._clock.steady()).total_seconds()

    def _left(self, take: Take) -> float:
        return (take.deadline - self._clock.steady()).total_seconds() if take.deadline else 0.0

    async def _sleep(self, seconds: float) -> None:
        """Raises Stopped when the process is going down."""
        if self._stopping.is_set():
            raise Stopped
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise Stopped


class Lease:
    """The lease of a submitted take, begun now. It is written down anew only when it grows old: at the beginning of
    everything that is awaited there are LEASE - RENEW seconds left.
    """

    def __init__(self, jobs: TakeJobs, clock: Clock, take: Take) -> None:
        self._jobs = jobs
        self._clock = clock
        self._take = take
        self._since = clock.steady()

    async def renew(self) -> None:
        """Nothing, unless it was renewed RENEW seconds ago or earlier."""
        now = self._clock.steady()
        if (now - self._since).total_seconds() >= RENEW:
            self._since = now
            await self._jobs.renew(self._take, now + LEASE)


async def within(seconds: float, call: Awaitable[T]) -> T:
    """For what may be cut off, because nothing is ordered by it; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        return await call


def too_late(trouble: errors.VendorError | None) -> Exception:
    """What ends a take at its deadline: what came in its place, where something did that is no picture."""
    return trouble if isinstance(trouble, errors.BadAnswer) else TimeoutError()
