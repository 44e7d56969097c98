"""The takes that are driven by this process just now, each in a task of its own."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from bot.domain.errors import StoreBusy, StoreFull
from bot.domain.portraits.portrait import TakeState
from bot.jobs.breaker import Breaker
from bot.jobs.driver import Driver
from bot.jobs.progress import Progress
from bot.logs import about, ids_of
from bot.ports.clock import Clock
from bot.ports.jobs import Claimed
from bot.ports.measures import Measures

_log = logging.getLogger(__name__)


class Drives:
    """`on_room` is told whenever one ends, and whether that leaves nothing more to be looked for of its portrait."""

    def __init__(
        self,
        driver: Driver,
        breaker: Breaker,
        progress: Progress,
        measures: Measures,
        clock: Clock,
        on_room: Callable[[bool], None],
    ) -> None:
        self._driver = driver
        self._breaker = breaker
        self._progress = progress
        self._measures = measures
        self._clock = clock
        self._on_room = on_room
        self._running: set[asyncio.Task[None]] = set()
        self._over: set[asyncio.Task[Any] | None] = set()

    def __len__(self) -> int:
        return len(self._running)

    def __iter__(self) -> Iterator[asyncio.Task[None]]:
        return iter(self._running)

    def begin(self, claimed: Claimed) -> asyncio.Task[None]:
        """Order what is claimed, or poll on what somebody else ordered."""
        who = f"portrait {claimed.portrait.id} take {claimed.take.number}"
        with about(**ids_of(claimed.portrait)):
            if claimed.take.state is TakeState.SUBMITTED:
                _log.info("%s: polling on", who)
                work = self._driver.resume(claimed)
            else:
                self._breaker.trying()
                self._measures.claimed(self._clock.steady() - claimed.portrait.asked_at)
                self._progress.begins(claimed.portrait)
                work = self._driver.drive(claimed)
            task = asyncio.create_task(guarded(work, who))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def is_over(self) -> None:
        """With the drive that runs now its portrait is painted, and somebody delivers it."""
        self._over.add(asyncio.current_task())

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._on_room(task in self._over)
        self._over.discard(task)


async def guarded(work: Coroutine[Any, Any, None], who: str) -> None:
    """Log what should not happen: the lease runs out, and the sweep brings the portrait to its end."""
    try:
        await work
    except StoreFull:
        _log.warning("%s: not written down before the end, there was no room", who)
    except StoreBusy:
        _log.warning("%s: what is kept does not answer; it goes on later", who)
    except Exception:  # noqa: BLE001 - logged, and the sweep goes on from the stored state
        _log.exception("%s failed", who)
