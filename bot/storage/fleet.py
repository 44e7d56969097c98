"""Jobs that several processes carry on by turns, and what each must know of the others."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from typing_extensions import override

from bot.domain.errors import InvalidKey, NoCredits, StoreBusy, StoreFull, VendorDown
from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import Heard
from bot.domain.portraits.portrait import FINAL_TAKES, TakeState
from bot.domain.portraits.queue import Spans
from bot.ports.fleet import Hold, Turns
from bot.ports.jobs import Begun, Claimed, Left
from bot.storage import rows, takes
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.sql import load
from bot.storage.units import QUEUE, Row, Transaction

_log = logging.getLogger(__name__)
_SQL = load("fleet")
_JOBS = load("jobs")

# A delivery that its worker did not renew for so long is anybody's.
SILENCE = timedelta(seconds=15)
# Between two looks whether each image has its turn.
_MEND = timedelta(minutes=1)
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
    """The jobs of one worker among others, who take turns: see `bot.ports.jobs.TurnJobs`."""

    def __init__(self, database: Database, worker: str, *, at_last: bool = False) -> None:
        """`worker` is nobody else's name."""
        super().__init__(database, at_last=at_last)
        self._worker = worker
        self._mended: datetime | None = None

    async def claim(self, now: datetime, lease: timedelta, painting: timedelta, turn: int) -> Claimed | Left:
        def unit(tx: Transaction) -> Claimed | Left:
            tx.lock(QUEUE)
            begun = tx.one(_SQL["of_turn"], {"turn": turn})
            if begun is not None:
                left = _gone_on(tx, begun, now, lease)
                if left is not Left.WAITING:
                    return left
            if not _may_order(tx, now):
                return Left.WAITING
            claimed = takes.claim_fairest(tx, now, lease, painting, turn)
            heard = _heard(tx)
            if claimed is not None and heard.reason is not None:
                _write_down(tx, heard.tried(now))
            return claimed or Left.NOTHING

        return await self._write(unit)

    async def left(self, turn: int) -> Left:
        row = await self._database.background.one(_SQL["of_turn"], {"turn": turn})
        return _left(row) if row else Left.WAITING

    @override
    async def take_over(self, now: datetime, lease: timedelta) -> list[Claimed]:
        """Nothing, for turns are carried again; as many are made as are missing, now and then.

        Nobody waits for this one: a turn too many ends by itself, and one too few is made the next time.
        """

        def unit(tx: Transaction) -> None:
            row = tx.one(_SQL["waiting"])
            for seq, turn in tx.mend_turns(row["n"] if row else 0):
                tx.run(_SQL["set_turn"], {"seq": seq, "turn": turn})

        if self._mended is None or now - self._mended >= _MEND:
            await self._write(unit)
            self._mended = now
        return []

    @override
    def _begin(
        self, tx: Transaction, portrait_id: PortraitId, now: datetime, lease: timedelta, *, heard: bool = False
    ) -> Begun | None:
        return super()._begin(tx, portrait_id, now, min(lease, SILENCE), heard=heard)

    async def renew_deliveries(self, portrait_ids: Sequence[PortraitId], now: datetime) -> None:
        def unit(tx: Transaction) -> None:
            for each in portrait_ids:
                until = rows.millis(now + SILENCE)
                tx.run(_SQL["renew_delivery"], {"id": each, "worker": self._worker, "until": until})

        if portrait_ids:
            await self._write(unit)

    @override
    async def release_all(self) -> None:
        """Others live."""

    @override
    async def rebase(self, now: datetime, spans: Spans, barred: timedelta) -> None:
        """All go by one clock: the database's."""


def _gone_on(tx: Transaction, begun: Row, now: datetime, lease: timedelta) -> Claimed | Left:
    """What a turn that is carried again was at: a known job is ours to poll, an order of unknown fate ends, and what
    was not ordered waits again. What somebody else ended meanwhile, the vendor may be at still.
    """
    if begun["state"] == TakeState.SUBMITTED:
        return (takes.resumed(tx, [begun], now + lease) or [Left.NOTHING])[0]
    if begun["state"] == TakeState.SUBMITTING:
        takes.end_unknown(tx, begun, now)
        return Left.OCCUPIED
    if begun["state"] == TakeState.QUEUED:
        takes.reentered(tx, tx.one(_JOBS["requeue_held"], takes.place_of(begun)))
        return Left.WAITING
    return Left.NOTHING if begun["state"] == TakeState.READY else Left.OCCUPIED


def _left(begun: Row) -> Left:
    if begun["state"] == TakeState.UNKNOWN:
        return Left.OCCUPIED
    return Left.NOTHING if begun["state"] in FINAL_TAKES else Left.AT_IT


def _may_order(tx: Transaction, now: datetime) -> bool:
    [queue] = tx.all(_JOBS["paused_until"])
    heard = _heard(tx)
    return queue["paused_until"] <= rows.millis(now) and (heard.reason is None or heard.until <= now)


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

    def __init__(self, database: Database, turns: Turns, worker: str) -> None:
        """`worker`: as the others see it; empty for one that paints nothing, and only tells them."""
        self._database = database
        self._holds = database.holds
        self._turns = turns
        self._worker = worker
        self.paints = bool(worker)
        self._leading: Hold | None = None
        self._next_look = 0.0

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

    async def take_turns(self, carry: Callable[[int], Awaitable[bool]]) -> None:
        if self.paints:
            await self._turns.take_turns(carry)

    def take_no_more(self) -> None:
        self._turns.take_no_more()

    async def tell(self) -> None:
        try:
            await self._holds.tell()
        except (StoreBusy, StoreFull):
            _log.info("nobody was woken: who waits looks by itself, a little later")

    async def listen(self, wake: Callable[[], None]) -> None:
        await self._holds.listen(wake)

    async def leave(self) -> None:
        if self._leading is not None:
            await self._leading.release()
            self._leading = None
        if self.paints:
            params = {"worker": self._worker}
            await self._database.write(lambda tx: tx.run(_SQL["give_up_deliveries"], params))
            await self.tell()
