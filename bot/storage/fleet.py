"""Jobs that several processes carry on: who is there, what the vendor is at, and what was heard of it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from typing_extensions import override

from bot.domain.errors import InvalidKey, NoCredits, StoreBusy, StoreFull, VendorDown
from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import Heard
from bot.domain.portraits.portrait import Take
from bot.domain.portraits.queue import Spans
from bot.ports.fleet import Hold, Holds
from bot.ports.jobs import Claimed
from bot.storage import rows
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.sql import load
from bot.storage.units import QUEUE, Transaction

_log = logging.getLogger(__name__)
_SQL = load("fleet")

# Whoever does not count on for so long is not there any more. Counted by who looks, and only while it looks.
GONE = timedelta(seconds=12)
# Longer between two looks, and nothing follows from what did not change: the database itself may have been away.
_BLIND = timedelta(seconds=9)
# What an order of unknown fate keeps the vendor busy for: the usual time of a picture, and more.
OCCUPIED = timedelta(seconds=30)
_LEADER = "leader"
# Seconds between two looks who leads; a round of the job loop may be much shorter.
_LEADER_LOOK = 2.0
_REASONS = {kind.__name__: kind for kind in (InvalidKey, NoCredits, VendorDown)}


def _heard(tx: Transaction) -> Heard:
    row = tx.one(_SQL["breaker"])
    if row is None:
        return Heard()
    kind = _REASONS.get(row["reason"])
    return Heard(row["counted"], kind(row["place"]) if kind else None, rows.instant(row["until"]))


def _write_down(tx: Transaction, heard: Heard) -> None:
    reason = heard.reason
    named = {"reason": type(reason).__name__ if reason else "", "place": reason.where if reason else ""}
    tx.run(_SQL["set_breaker"], {"counted": heard.counted, "until": rows.millis(heard.until), **named})


class SqlBreaker:
    """See `bot.ports.fleet.BreakerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heard(self) -> Heard:
        return await self._database.background.read(_heard)

    async def change(self, rule: Callable[[Heard], Heard]) -> Heard:
        def unit(tx: Transaction) -> Heard:
            # The claim reads it under the same lock: no order leaves by what is not so any more.
            tx.lock(QUEUE)
            found = rule(_heard(tx))
            _write_down(tx, found)
            return found

        # Most orders are taken, where all others were.
        before = await self.heard()
        return before if rule(before) == before == Heard() else await self._database.write(unit, patient=True)


class FleetJobs(SqlJobs):
    """The jobs of one worker among others. The vendor's limit is counted in the transaction that claims."""

    def __init__(self, database: Database, worker: str, limit: int, *, at_last: bool = False) -> None:
        """`worker` is nobody else's name; `limit`: so many takes at the vendor at once, whoever ordered them."""
        super().__init__(database, at_last=at_last)
        self._worker = worker
        self._limit = limit

    @override
    def _room(self, tx: Transaction, now: datetime, free: int) -> int:
        heard = _heard(tx)
        if heard.reason is not None:
            free = 0 if now < heard.until else min(free, 1)
        [occupied] = tx.one(_SQL["occupied"], {"now": rows.millis(now)}) or [0]
        return max(0, min(free, self._limit - occupied))

    @override
    def _take_slot(self, tx: Transaction, claimed: Claimed, now: datetime) -> None:
        tx.run(_SQL["occupy"], {**_key(claimed.take), "worker": self._worker})
        heard = _heard(tx)
        if heard.reason is not None:
            _write_down(tx, heard.tried(now))

    @override
    def _take_over(self, tx: Transaction, now: datetime, lease: timedelta) -> list[Claimed]:
        claimed = super()._take_over(tx, now, lease)
        for each in claimed:
            tx.run(_SQL["occupy"], {**_key(each.take), "worker": self._worker})
        tx.run(_SQL["clear"], {"now": rows.millis(now)})
        return claimed

    @override
    async def release_all(self) -> None:
        """Others live."""

    @override
    async def rebase(self, now: datetime, spans: Spans, barred: timedelta) -> None:
        """All go by one clock: the database's."""


def _key(take: Take) -> dict[str, object]:
    return {"portrait_id": take.portrait_id, "number": take.number, "epoch": take.epoch}


class SqlCards:
    """See `bot.ports.fleet.CardLeases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin_edit(self, portrait_id: PortraitId, now: datetime, until: datetime) -> bool:
        params = {"id": portrait_id, "now": rows.millis(now), "until": rows.millis(until)}
        return await self._database.write(lambda tx: tx.one(_SQL["begin_edit"], params)) is not None

    async def end_edit(self, portrait_id: PortraitId, until: datetime) -> bool:
        params = {"id": portrait_id, "until": rows.millis(until)}
        row = await self._database.write(lambda tx: tx.one(_SQL["end_edit"], params), patient=True)
        return row is not None and row["unfinished"] == 0


class SqlCrew:
    """See `bot.ports.fleet.Crew`."""

    is_alone = False

    def __init__(self, database: Database, holds: Holds, worker: str) -> None:
        """`worker`: as the others see it; empty for one that paints nothing, and only tells them."""
        self._database = database
        self._holds = holds
        self._worker = worker
        self.paints = bool(worker)
        self._leading: Hold | None = None
        self._next_look = 0.0
        # How far each had counted, and since when it stands there.
        self._standing: dict[str, tuple[int, datetime]] = {}
        self._looked: datetime | None = None
        # Slots that are free, and that could not be given back yet.
        self._vacant: list[dict[str, object]] = []

    async def beat(self, now: datetime) -> int:
        if not self._worker:
            return 0
        await self._give_back()
        await self._database.write(lambda tx: tx.run(_SQL["beat"], {"id": self._worker}), patient=True)
        found = {row["id"]: int(row["beat"]) for row in await self._database.background.all(_SQL["workers"])}
        if self._looked is None or now - self._looked > _BLIND:
            self._standing = {}
        self._looked = now
        moved = {name: beat for name, beat in found.items() if self._standing.get(name, (-1,))[0] != beat}
        self._standing = {name: each for name, each in self._standing.items() if name in found}
        self._standing |= {name: (beat, now) for name, beat in moved.items()}
        gone = [name for name, (_, since) in self._standing.items() if now - since >= GONE and name != self._worker]
        return sum([await self._bury(name, self._standing[name][0], now) for name in gone])

    async def _bury(self, name: str, beat: int, now: datetime) -> bool:
        def unit(tx: Transaction) -> bool:
            tx.lock(QUEUE)
            if tx.one(_SQL["bury"], {"id": name, "beat": beat}) is None:
                return False
            _give_up(tx, name, now)
            return True

        buried = await self._database.write(unit, patient=True)
        if buried:
            _log.warning("worker %s is not there any more: what it was at goes on here", name)
        return buried

    async def leads(self) -> bool:
        if self._worker and monotonic() >= self._next_look:
            self._next_look = monotonic() + _LEADER_LOOK
            if self._leading is not None and not await self._leading.lasts():
                _log.warning("another process may keep house now: the connection was lost")
                self._leading = None
            if self._leading is None:
                self._leading = await self._holds.take(_LEADER)
                if self._leading is not None:
                    _log.info("this process keeps house, and the waiting cards")
        return self._leading is not None

    async def vacate(self, take: Take) -> None:
        self._vacant.append({**_key(take), "worker": self._worker})
        await self._give_back()

    async def _give_back(self) -> None:
        given = tuple(self._vacant)
        if given:
            await self._database.write(lambda tx: [tx.run(_SQL["vacate"], each) for each in given], patient=True)
            self._vacant = [each for each in self._vacant if not any(each is done for done in given)]

    async def tell(self) -> None:
        try:
            await self._holds.tell()
        except (StoreBusy, StoreFull):
            _log.info("nobody was woken: who waits looks by itself, a little later")

    async def listen(self, wake: Callable[[], None]) -> None:
        await self._holds.listen(wake)

    async def leave(self) -> None:
        def unit(tx: Transaction) -> None:
            tx.lock(QUEUE)
            tx.run(_SQL["resign"], {"id": self._worker})
            _give_up(tx, self._worker, now)

        if self._leading is not None:
            await self._leading.release()
            self._leading = None
        if self._worker and self._looked is not None:
            now = self._looked
            await self._database.write(unit)
            await self.tell()


def _give_up(tx: Transaction, worker: str, now: datetime) -> None:
    """What it held is anybody's: its takes, its deliveries; and the vendor may go on with what it ordered."""
    tx.run(_SQL["give_up_takes"], {"id": worker})
    tx.run(_SQL["give_up_deliveries"], {"id": worker})
    tx.run(_SQL["vacate_ended"], {"id": worker})
    tx.run(_SQL["orphan"], {"id": worker, "until": rows.millis(now + OCCUPIED)})
