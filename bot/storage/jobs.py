"""The steps of a job as compare-and-sets: each returns whether it was still ours to take."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain.errors import NothingToCancel
from bot.domain.ids import PortraitId
from bot.domain.once import Once
from bot.domain.portraits.portrait import TOKEN_LIFE, Portrait, Take, TakeState
from bot.domain.portraits.queue import LONGEST_PAUSE, PAINTING, SECOND_CHANCE, Lane, Spans, Standing
from bot.ports.jobs import Claimed, Delivery
from bot.storage import done, quotas, rows
from bot.storage.database import Database
from bot.storage.portraits import fetch
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("jobs")
_PORTRAITS = load("portraits")
# An interaction that was recorded but not acknowledged within this time never will be: its token is dead.
UNHEARD = timedelta(seconds=4)
_REBASE = ("rebase_queue", "rebase_barred", "rebase_tokens", "rebase_portraits", "rebase_running", "rebase_held")


def _step(take: Take, **params: object) -> dict[str, object]:
    return {"portrait_id": take.portrait_id, "number": take.number, "epoch": take.epoch, **params}


class SqlJobs:
    """Behind all protocols of `bot.ports.jobs`."""

    def __init__(self, database: Database, *, at_last: bool = False) -> None:
        """A job's step waits for a busy database: what was paid for must be written down. `at_last`: it waits for room
        on the disk too, however long that takes. That is for those who hold in their hands what no row says yet.
        """
        self._database = database
        self._write = database.write_at_last if at_last else partial(database.write, patient=True)

    async def claim(self, now: datetime, lease: timedelta, painting: timedelta = PAINTING) -> Claimed | None:
        until = {"lease_until": rows.millis(now + lease), "deadline_at": rows.millis(now + painting)}

        def unit(tx: Transaction) -> Claimed | None:
            lane = tx.one(_SQL["first_lane"])
            row = tx.one(_SQL["first_take"], {"lane": lane["name"]}) if lane else None
            if lane is None or row is None:
                return None
            claimed = tx.one(_SQL["claim_take"], {"seq": row["seq"], **until})
            tx.run(_SQL["leave_lane"], {"lane": lane["name"], "vft": row["vft"]})
            tx.run(_SQL["set_clock"], {"clock": lane["vft"]})
            if claimed is None:
                return None
            portrait = fetch(tx, PortraitId(row["portrait_id"]))
            return Claimed(portrait, portrait.takes[int(row["number"])])

        return await self._write(unit)

    async def hold(self, take: Take, until: datetime) -> bool:
        return await self._set("hold_take", take, lease_until=rows.millis(until))

    async def resubmit(self, take: Take, lease_until: datetime) -> bool:
        return await self._set("resubmit_take", take, lease_until=rows.millis(lease_until))

    async def give_back(self, take: Take) -> bool:
        def unit(tx: Transaction) -> bool:
            row = tx.one(_SQL["return_take"], _step(take))
            if row is not None:
                tx.run(_SQL["reenter_lane"], {"lane": row["lane"]})
            return row is not None

        return await self._write(unit)

    async def fall_back(self, take: Take, reason: str, lease_until: datetime) -> bool:
        return await self._set("fall_back", take, reason=reason, lease_until=rows.millis(lease_until))

    async def bar(self, model: str, until: datetime) -> None:
        params = {"model": model, "until": rows.millis(until)}
        await self._write(lambda tx: tx.run(_SQL["bar_model"], params))

    async def is_barred(self, model: str, now: datetime) -> bool:
        params = {"model": model, "now": rows.millis(now)}
        return await self._database.background.one(_SQL["barred"], params) is not None

    async def submitted(self, take: Take, job_id: str, seed: int | None, at: datetime, lease_until: datetime) -> bool:
        return await self._set(
            "record_submitted",
            take,
            job_id=job_id,
            seed=seed,
            at=rows.millis(at),
            lease_until=rows.millis(lease_until),
        )

    async def renew(self, take: Take, lease_until: datetime) -> bool:
        return await self._set("renew_lease", take, lease_until=rows.millis(lease_until))

    async def finish(
        self,
        take: Take,
        state: TakeState,
        at: datetime,
        *,
        image: str | None = None,
        failure: str | None = None,
        seed: int | None = None,
        flagged: bool = False,
        took: timedelta | None = None,
    ) -> bool:
        outcome = {"state": state, "image": image, "failure": failure, "seed": seed, "flagged": int(flagged)}
        painted_ms = None if took is None else round(took.total_seconds() * 1000)
        return await self._set("finish_take", take, **outcome, at=rows.millis(at), painted_ms=painted_ms)

    async def _set(self, name: str, take: Take, **params: object) -> bool:
        row = await self._write(lambda tx: tx.one(_SQL[name], _step(take, **params)))
        return row is not None

    async def get(self, portrait_id: PortraitId) -> Portrait:
        return await self._database.read(lambda tx: fetch(tx, portrait_id))

    async def cancel(self, portrait_id: PortraitId, once: Once | None, at: datetime) -> None:
        def unit(tx: Transaction) -> None:
            if not _close_takes(tx, portrait_id, TakeState.CANCELLED, None, at):
                raise NothingToCancel

        # A member waits for this one.
        await done.change(self._database, once, at, unit)

    async def expire(self, portrait_id: PortraitId, failure: str, at: datetime) -> None:
        await self._write(lambda tx: _close_takes(tx, portrait_id, TakeState.FAILED, failure, at))

    async def end_waiting(self, portrait_id: PortraitId, failure: str, at: datetime) -> None:
        await self._write(
            lambda tx: _close_takes(tx, portrait_id, TakeState.FAILED, failure, at, which="close_waiting")
        )

    async def begin_delivery(self, portrait_id: PortraitId, now: datetime, lease: timedelta) -> int | None:
        params = {"id": portrait_id, "now": rows.millis(now), "lease_until": rows.millis(now + lease)}
        # Nothing is in anybody's hands before this one, so it waits for no room.
        row = await self._database.write(lambda tx: tx.one(_SQL["claim_delivery"], params), patient=True)
        return row["delivery_epoch"] if row else None

    async def postpone_delivery(self, portrait_id: PortraitId, epoch: int, until: datetime) -> None:
        params = {"id": portrait_id, "epoch": epoch, "lease_until": rows.millis(until)}
        await self._write(lambda tx: tx.run(_SQL["release_delivery"], params))

    async def settle(self, delivery: Delivery, charged: int, at: datetime) -> bool:
        return await self._write(lambda tx: _finish(tx, delivery, charged, at))

    async def deliverable(self, now: datetime) -> list[PortraitId]:
        params = {"now": rows.millis(now), "unheard": rows.millis(now - UNHEARD)}
        return [PortraitId(row["id"]) for row in await self._database.background.all(_SQL["deliverable"], params)]

    async def overdue(self, now: datetime) -> list[PortraitId]:
        found = await self._database.background.all(_SQL["overdue"], {"now": rows.millis(now)})
        return [PortraitId(row["id"]) for row in found]

    async def late(self, now: datetime) -> list[Take]:
        return [rows.take(row) for row in await self._database.background.all(_SQL["late"], {"now": rows.millis(now)})]

    async def take_over(self, now: datetime, lease: timedelta) -> list[Claimed]:
        return await self._write(lambda tx: _take_over(tx, now, lease))

    async def release_all(self) -> None:
        def unit(tx: Transaction) -> None:
            tx.run(_SQL["release_running"])
            tx.run(_SQL["release_held"])
            tx.run(_SQL["release_deliveries"])

        await self._write(unit)

    async def rebase(self, now: datetime, spans: Spans, barred: timedelta) -> None:
        lengths = {
            "waiting": spans.waiting,
            "painting": spans.painting,
            "barred": barred,
            "longest_pause": LONGEST_PAUSE,
            "token_life": TOKEN_LIFE,
            "chance": SECOND_CHANCE,
        }
        params = {name: round(length.total_seconds() * 1000) for name, length in lengths.items()}

        def unit(tx: Transaction) -> None:
            for name in _REBASE:
                tx.run(_SQL[name], {**params, "now": rows.millis(now)})

        await self._write(unit)

    async def tidy(self, now: datetime) -> int:
        def unit(tx: Transaction) -> int:
            tx.run(_SQL["prune_lanes"])
            tx.run(_PORTRAITS["prune_tokens"], {"now": rows.millis(now)})
            done.prune(tx, now)
            return quotas.close_lost(tx)

        return await self._write(unit)

    async def pause(self, now: datetime, until: datetime) -> None:
        params = {"now": rows.millis(now), "until": rows.millis(until)}
        await self._write(lambda tx: tx.run(_SQL["pause"], params))

    async def paused_until(self) -> datetime:
        row = await self._database.background.one(_SQL["paused_until"])
        return rows.instant(row["paused_until"] if row else 0)

    async def standing(self, take: Take) -> Standing | None:
        row = await self._database.one(_SQL["standing"], _step(take))
        if row is None:
            return None
        found = await self._database.all(_SQL["waiting_lanes"])
        lanes = tuple(Lane(lane["name"], lane["vft"], lane["waiting"]) for lane in found)
        return Standing(row["lane"], row["ahead"], lanes, row["running"])

    async def open_portraits(self) -> list[PortraitId]:
        return [PortraitId(row["id"]) for row in await self._database.background.all(_SQL["open_portraits"])]

    async def measured_seconds(self, width: int, height: int, limit: int) -> Sequence[float]:
        found = await self._database.all(_SQL["measured"], {"size": f"{width}x{height}", "limit": limit})
        return [row["ms"] / 1000 for row in found]


def _close_takes(
    tx: Transaction,
    portrait_id: PortraitId,
    state: TakeState,
    failure: str | None,
    at: datetime,
    which: str = "close_takes",
) -> int:
    """End the unfinished takes of a portrait and take them out of their lane; returns how many there were."""
    for lane in tx.all(_SQL["waiting_takes"], {"portrait_id": portrait_id}):
        left = {"lane": lane["lane"], "units": lane["n"]}
        tx.run(_SQL["drop_from_lane"], left)
        tx.run(_SQL["drop_from_member_lane"], {**left, "portrait_id": portrait_id})
    params = {"portrait_id": portrait_id, "state": state, "failure": failure, "at": rows.millis(at)}
    return len(tx.all(_SQL[which], params))


def _finish(tx: Transaction, delivery: Delivery, charged: int, at: datetime) -> bool:
    """The final state and the money in one step; False when the portrait was final already."""
    row = tx.one(
        _SQL["finish_portrait"],
        {
            "id": delivery.portrait_id,
            "state": delivery.state,
            "failure": delivery.failure,
            "message_id": delivery.message_id,
            "channel_id": delivery.channel_id,
            "at": rows.millis(at),
        },
    )
    if row is None:
        return False
    quotas.close(tx, delivery.portrait_id, charged)
    return True


def _take_over(tx: Transaction, now: datetime, lease: timedelta) -> list[Claimed]:
    """What a dead driver left: orders of unknown fate end, known jobs are ours now, held takes queue again."""
    present = {"now": rows.millis(now)}
    for row in tx.all(_SQL["expired_submitting"], present):
        step = {key: row[key] for key in ("portrait_id", "number", "epoch")}
        ended = {"state": TakeState.UNKNOWN, "image": None, "failure": "unknown", "seed": None, "flagged": 0}
        # Nothing is kept of it, so nobody asks for the wall clock's time.
        tx.run(_SQL["finish_take"], {**step, **ended, "at": rows.millis(now), "painted_ms": None})
    for row in tx.all(_SQL["expired_held"], present):
        step = {"portrait_id": row["portrait_id"], "number": row["number"], **present}
        if tx.one(_SQL["requeue_held"], step):
            tx.run(_SQL["reenter_lane"], {"lane": row["lane"]})
    claimed: list[Claimed] = []
    for row in tx.all(_SQL["expired_submitted"], present):
        step = {key: row[key] for key in ("portrait_id", "number", "epoch")}
        if tx.one(_SQL["take_over"], {**step, "lease_until": rows.millis(now + lease)}):
            portrait = fetch(tx, PortraitId(row["portrait_id"]))
            claimed.append(Claimed(portrait, portrait.takes[int(row["number"])]))
    return claimed
