"""The embedded dispatcher: one loop that fills the vendor's slots, delivers what is done and sweeps up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.domain.errors import DomainError, StoreBusy, StoreFull
from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import HOPELESS
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import Outlook, Spans
from bot.jobs.breaker import Breaker
from bot.jobs.delivery import Deliverer
from bot.jobs.driver import Driver
from bot.jobs.drives import Drives, guarded
from bot.jobs.failures import TIMEOUT, WAITED, code_of
from bot.jobs.links import BARRED
from bot.jobs.patience import LAST_WORD, LEASE
from bot.jobs.progress import Progress
from bot.logs import about
from bot.ports.clock import Clock
from bot.ports.fleet import ALONE, Crew
from bot.ports.jobs import Begun, Claimed, Disk, Left, QueueJobs, Seen, TurnJobs
from bot.ports.measures import UNMEASURED, Measures

_log = logging.getLogger(__name__)

TICK = 3.0
SWEEP = timedelta(seconds=15)
# Housekeeping in small pieces, done with every sweep.
Chores = Callable[[], Awaitable[None]]
GRACE = 20.0
# Seconds between two looks of a turn whether anything may be ordered.
WAITING = 1.0
# So long, in seconds, an order of unknown fate keeps the vendor busy: the usual time of a picture, and more.
OCCUPIED = 30.0
# And so long turns are handed back for, at the end.
LEAVING = 5.0
# A driver ends its take at the deadline by itself; the sweep is for those that cannot.
OVERTIME = timedelta(seconds=LAST_WORD)


class Runner:
    """Runs jobs until stopped. `notify` and `seen` are the whole of the dispatch port."""

    # Set by the composition root: the housekeeping itself tells the runner of what it ends.
    chores: Chores | None = None
    # Something changed that those who paint elsewhere should look at.
    _news = False
    _recovered = False
    _looking: asyncio.Task[None] | None = None
    # Where others paint as well: each image is begun by a turn of the engine.
    _taking: asyncio.Task[None] | None = None

    def __init__(
        self,
        *,
        jobs: QueueJobs,
        driver: Driver,
        deliverer: Deliverer,
        progress: Progress,
        disk: Disk,
        clock: Clock,
        slots: int,
        stopping: asyncio.Event,
        breaker: Breaker,
        spans: Spans,
        measures: Measures = UNMEASURED,
        crew: Crew = ALONE,
        turns: TurnJobs | None = None,
    ) -> None:
        self._jobs = jobs
        self._deliverer = deliverer
        self._progress = progress
        self._disk = disk
        self._clock = clock
        self._slots = slots
        self._stopping = stopping
        self._breaker = breaker
        self._spans = spans
        self._crew = crew
        self._turns = turns if crew.paints else None
        # What is done beside the rounds, for as long as there are any.
        self._beside: list[asyncio.Task[None]] = []
        self._changed, self._working = asyncio.Event(), asyncio.Lock()
        # Cards that members see, to be written down with the next step.
        self._seen: list[Seen] = []
        driver.on_begun = self._go_on
        progress.on_answerable = self.notify
        self._driving = Drives(driver, breaker, progress, measures, clock, self._on_room)
        # Whether the queue may hold more, as last seen.
        self._waits = True
        self._delivering: dict[PortraitId, asyncio.Task[None]] = {}
        self._next_tick = self._next_sweep = self._next_look = clock.steady()

    @property
    def is_recovered(self) -> bool:
        """Whether what an earlier process left behind is in these hands."""
        return self._recovered

    def notify(self, portrait_id: PortraitId) -> None:  # noqa: ARG002 - the rows say what changed
        """Look at the queue soon."""
        self._news = True
        self._changed.set()

    def seen(self, seen: Seen, outlook: Outlook) -> None:
        """See `bot.ports.jobs.CardDispatcher`."""
        if self._crew.is_alone:
            # Else who keeps the cards is another process, perhaps: it finds them among all that waits.
            self._progress.seen(seen.portrait_id, outlook)
        self._seen.append(seen)
        self._changed.set()

    async def recover(self) -> None:
        """Take over everything an earlier process left, if this one owns the database; else take a place among others.

        Where there is no room to write that down, the loop does it as soon as there is.
        """
        await self._disk.look()
        if not self._crew.is_alone:
            beside = (self._crew.listen(self._changed.set), self._keep_delivering())
            self._beside = [asyncio.create_task(each) for each in beside]
        with suppress(StoreFull):
            await self._take_charge()
            if self._crew.paints:
                await self._sweep(thorough=self._crew.is_alone)

    async def _keep_delivering(self) -> None:
        """Be seen by the others to be at what is delivered here, for ever."""
        while self._turns is not None:
            try:
                await self._turns.renew_deliveries([*self._delivering], self._clock.steady())
            except (StoreBusy, StoreFull) as error:
                _log.warning("the other processes cannot be told of deliveries (%s)", type(error).__name__)
            await asyncio.sleep(TICK)

    async def _take_charge(self) -> None:
        await self._jobs.release_all()
        await self._jobs.rebase(self._clock.steady(), self._spans, BARRED)
        self._recovered = True
        if self._turns is not None and not self._stopping.is_set():
            self._taking = asyncio.create_task(self._crew.take_turns(partial(self._carry, self._turns)))

    async def _carry(self, turns: TurnJobs, turn: int) -> bool:
        """Paint the image whose turn it is, or go on with what this turn of the engine was at; whether it is over."""
        try:
            while not self._stopping.is_set():
                found = await self._claimed(turns, turn)
                if isinstance(found, Claimed):
                    await asyncio.wait([self._driving.begin(found)])
                    found = await turns.left(turn)
                if found is not Left.WAITING:
                    return await self._over(found)
        except (StoreBusy, StoreFull) as error:
            _log.info("turn %d is carried again: it cannot be written down (%s)", turn, type(error).__name__)
        except Exception:  # noqa: BLE001 - logged, and another goes on from the stored state
            _log.exception("turn %d failed", turn)
        return False

    async def _claimed(self, turns: TurnJobs, turn: int) -> Claimed | Left:
        """What there is for a turn. It is kept while nothing may be ordered: so nobody asks the vendor meanwhile."""
        if self._refusal() is None:
            now = self._clock.steady()
            found = await turns.claim(now, LEASE, self._spans.painting, turn)
            if found is not Left.WAITING:
                return found
        await self._wait(WAITING)
        return Left.WAITING

    async def _over(self, left: Left) -> bool:
        """Whether a turn is over: its picture is, and so is what the vendor may be at by an order of unknown fate."""
        if left is Left.OCCUPIED:
            await self._wait(OCCUPIED)
        return left is Left.NOTHING or (left is Left.OCCUPIED and not self._stopping.is_set())

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def run(self) -> None:
        """Work until `stop`. A failure of one round is logged, and the next round goes on."""
        while not self._stopping.is_set():
            self._changed.clear()
            idle, begun = TICK, self._clock.steady()
            try:
                async with self._working:
                    await self._round()
                idle = await self._idle_seconds(begun)
            except (StoreFull, StoreBusy):
                # It was said where it was noticed; the next round tells those who wait.
                idle = min(idle, 1.0)
            except Exception:  # noqa: BLE001
                # The loop is the heart: a bug in one portrait must not stop all the others.
                _log.exception("a round of the job loop failed")
                await asyncio.sleep(1)
            try:
                await asyncio.wait_for(self._changed.wait(), idle)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        """Take no new work, give running steps up to 20 s, leave the rest to the next start."""
        self._stopping.set()
        self._crew.take_no_more()
        self._changed.set()
        self._disk.give_up()
        # What a round is claiming just now is among what runs.
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE), self._working:
                pass
        running = [*self._driving, *self._delivering.values()]
        if running:
            _, late = await asyncio.wait(running, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._looking is not None:
            await asyncio.wait([self._looking])
        await self._progress.stop()
        if self._taking is not None:
            # What is not over is handed back.
            _, late = await asyncio.wait([self._taking], timeout=LEAVING)
            self._beside += late
        for each in self._beside:
            each.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        try:
            await self._crew.leave()
        except (StoreBusy, StoreFull):
            _log.warning("not written down that this process ends: the others notice it")

    async def _round(self) -> None:
        if not await self._room():
            return
        if not self._recovered:
            await self._take_charge()
        await self._breaker.look()
        now, leads = self._clock.steady(), await self._crew.leads()
        if self._crew.paints and now >= self._next_sweep:
            self._next_sweep = now + SWEEP
            await self._sweep()
            if leads and self.chores is not None:
                await self.chores()
        if self._crew.paints and now >= self._next_tick:
            await self._expire(now)
        await self._take_work()
        if leads and now >= self._next_tick:
            self._look()
        if now >= self._next_tick:
            self._next_tick = now + timedelta(seconds=TICK)

    async def _room(self) -> bool:
        """Whether what happens can be written down; while it cannot, the cards say so."""
        now = self._clock.steady()
        if now >= self._next_look:
            self._next_look = now + timedelta(seconds=TICK)
            # Those who waited for room are in line for the database before this returns, and so before the sweep.
            await self._disk.look()
        if self._disk.takes_steps:
            return True
        if now >= self._next_tick:
            self._next_tick = now + timedelta(seconds=TICK)
            self._look(stuck=True)
        return False

    def _look(self, *, stuck: bool = False) -> None:
        """Have the waiting cards looked at, beside the rounds: many may wait, and nobody waits for their cards."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(guarded(self._progress.tick(stuck=stuck), "a look at waiting cards"))

    def _refusal(self) -> DomainError | None:
        """Why nothing is ordered now."""
        return self._disk.refusal() or self._breaker.refusal()

    async def _idle_seconds(self, begun: datetime) -> float:
        """Until the next tick, or until the vendor's pause ends if that is sooner: one that ended since the round begun
        may have kept it from ordering.
        """
        pause = ((await self._jobs.paused_until()) - begun).total_seconds()
        return min(TICK, pause) if pause > 0 else TICK

    async def _take_work(self) -> None:
        """Claim the fairest images until every slot is taken, the queue is empty, or the vendor said "later"; begin
        what can be delivered.
        """
        busy = not self._crew.is_alone or self._stopping.is_set() or self._refusal() is not None
        free = 0 if busy else self._slots - len(self._driving)
        if self._breaker.reason is not None:
            # Where orders failed, one tries.
            free = min(free, 1)
        seen = tuple(self._seen)
        work = await self._jobs.take_work(self._clock.steady(), LEASE, self._spans.painting, free=free, seen=seen)
        del self._seen[: len(seen)]
        self._waits = work.waits
        if seen or self._news:
            self._news = False
            await self._crew.tell()
        for claimed in work.claimed:
            self._driving.begin(claimed)
        for portrait_id in work.deliverable if self._crew.paints else ():
            self._start_delivery(portrait_id, partial(self._deliverer.deliver, portrait_id))

    async def _sweep(self, *, thorough: bool = False) -> None:
        """Settle what is left behind: dead drivers, overdue portraits, lost holds, expired tokens."""
        now = self._clock.steady()
        for claimed in await self._jobs.take_over(now, LEASE):
            self._driving.begin(claimed)
        await self._expire(now)
        lost = await self._jobs.tidy(now, thorough=thorough)
        if lost:
            _log.warning("refunded %d reservations that had lost their portraits", lost)

    async def _expire(self, now: datetime) -> None:
        """End what is past its time, and what waits for a vendor that will not be asked again before it."""
        at = self._clock.now()
        for portrait_id in await self._jobs.overdue(now):
            with about(portrait=portrait_id):
                _log.warning("portrait %s: waited for too long", portrait_id)
                await self._jobs.end_waiting(portrait_id, WAITED, at)
        for take in await self._jobs.late(now - OVERTIME):
            with about(portrait=take.portrait_id):
                _log.warning("portrait %s take %d: past its deadline", take.portrait_id, take.number)
                await self._jobs.finish(take, TakeState.FAILED, at, failure=TIMEOUT)
        reason = self._refusal()
        if reason is None:
            return
        # What only the operator can mend will not be mended while a member watches.
        by = datetime.max.replace(tzinfo=UTC) if isinstance(reason, (*HOPELESS, StoreFull)) else self._breaker.until
        for portrait_id in await self._jobs.unordered(by):
            with about(portrait=portrait_id):
                _log.warning("portrait %s: not painted, orders fail (%s)", portrait_id, type(reason).__name__)
                await self._jobs.expire(portrait_id, code_of(reason), at)

    def _on_room(self, is_over: bool) -> None:
        """A drive ended: there is something to look for, unless nothing waits and its portrait is being delivered."""
        if self._waits or not is_over:
            self._changed.set()

    def _go_on(self, begun: Begun) -> None:
        """Deliver what a driver began to deliver with its last take."""
        self._driving.is_over()
        self._start_delivery(begun.portrait.id, partial(self._deliverer.go_on, begun))

    def _start_delivery(self, portrait_id: PortraitId, work: Callable[[], Awaitable[None]]) -> None:
        if portrait_id in self._delivering or self._stopping.is_set():
            return
        with about(portrait=portrait_id):
            delivering = guarded(self._deliver(portrait_id, work), f"delivery of portrait {portrait_id}")
            task = asyncio.create_task(delivering)
        self._delivering[portrait_id] = task
        task.add_done_callback(lambda _: self._delivering.pop(portrait_id, None))

    async def _deliver(self, portrait_id: PortraitId, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._progress.quiet(portrait_id)
            await work()
        finally:
            self._progress.resume(portrait_id)
