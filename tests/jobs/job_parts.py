"""Everything that carries a portrait to its end: real stores, a scripted vendor and a scripted messenger."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.ids import MessageId, PortraitId
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.queue import PAINTING, Spans
from bot.jobs.breaker import Breaker
from bot.jobs.delivery import Deliverer
from bot.jobs.driver import Driver
from bot.jobs.progress import Progress
from bot.jobs.runner import Runner
from bot.ports.jobs import Claimed
from bot.services.portraits.estimate import Estimate
from bot.storage.database import Database
from bot.storage.disk import Disk
from bot.storage.jobs import SqlJobs
from bot.storage.pictures import FilePictures
from bot.storage.portraits import SqlPortraits
from tests.fakes.builders import LEASE, StoppedClock, accepted
from tests.fakes.generator import ScriptedGenerator
from tests.fakes.messenger import ScriptedMessenger
from tests.fakes.turns import acknowledge, claim
from tests.storage.row_checks import used


@dataclass
class JobParts:
    database: Database
    clock: StoppedClock
    folder: Path
    generator: ScriptedGenerator = field(default_factory=ScriptedGenerator)
    messenger: ScriptedMessenger = field(default_factory=ScriptedMessenger)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.jobs = SqlJobs(self.database)
        self.portraits = SqlPortraits(self.database)
        self.pictures = FilePictures(self.folder / "pictures")
        self.lasting = SqlJobs(self.database, at_last=True)
        self.disk = Disk(self.database, self.pictures)

    @property
    def driver(self) -> Driver:
        return Driver(
            jobs=self.lasting,
            generator=self.generator,
            pictures=self.pictures,
            clock=self.clock,
            stopping=self.stopping,
            finder=None,
        )

    @property
    def deliverer(self) -> Deliverer:
        return Deliverer(
            jobs=self.lasting,
            pictures=self.pictures,
            messenger=self.messenger,
            clock=self.clock,
        )

    def progress(self) -> Progress:
        return Progress(jobs=self.jobs, estimate=Estimate(5), messenger=self.messenger, clock=self.clock)

    def runner(self, slots: int = 3, jobs: SqlJobs | None = None, breaker: Breaker | None = None) -> Runner:
        return Runner(
            jobs=jobs or self.jobs,
            driver=self.driver,
            deliverer=self.deliverer,
            progress=self.progress(),
            disk=self.disk,
            clock=self.clock,
            slots=slots,
            breaker=breaker or Breaker(self.clock),
            stopping=self.stopping,
            spans=Spans(),
        )

    async def accepted(self, **parts: Any) -> Portrait:
        """A stored portrait whose member sees the waiting card."""
        portrait = await accepted(self.portraits, now=self.clock.now(), asked_at=self.clock.steady(), **parts)
        await acknowledge(self.portraits, portrait.id, MessageId(5), self.clock.now())
        return portrait

    async def claimed(self, *, painting: timedelta = PAINTING, **parts: Any) -> Claimed:
        await self.accepted(**parts)
        return await self.claim(painting)

    async def claim(self, painting: timedelta = PAINTING) -> Claimed:
        claimed = await claim(self.jobs, self.clock.steady(), LEASE, painting)
        assert claimed is not None
        return claimed

    async def take(self, claimed: Claimed) -> Take:
        return (await self.jobs.get(claimed.portrait.id)).takes[claimed.take.number]

    async def painted(self, count: int = 1, failures: int = 0, **parts: Any) -> PortraitId:
        """A portrait whose takes are final: the last `failures` of them failed."""
        portrait = await self.accepted(count=count, **parts)
        for number in range(count):
            claimed = await self.claim()
            if number < count - failures:
                await self.driver.drive(claimed)
            else:
                await self.jobs.expire(portrait.id, "timeout", self.clock.now())
                break
        self.clock.advance(seconds=1)
        return portrait.id

    async def charged(self) -> int:
        """What the counters say; all of them the same."""
        counters = set((await used(self.database)).values())
        assert len(counters) == 1
        return counters.pop()


async def until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, "it did not come to pass"
        await asyncio.sleep(0.005)
