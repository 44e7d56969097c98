"""The steps of a job as compare-and-sets: each returns whether it was still ours to take."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakKeyDictionary

from bot.domain.errors import NothingToCancel
from bot.domain.ids import PortraitId
from bot.domain.once import Once
from bot.domain.portraits.faces import Reading
from bot.domain.portraits.portrait import TOKEN_LIFE, Cost, Portrait, Take, TakeState
from bot.domain.portraits.queue import LONGEST_PAUSE, MEASURED, SECOND_CHANCE, Spans, places, seconds_each
from bot.ports.jobs import Begun, Card, Claimed, Delivery, Finished, Seen, Survey, Work
from bot.storage import done, quotas, rows, takes
from bot.storage.database import Database
from bot.storage.portraits import fetch
from bot.storage.sql import load
from bot.storage.units import QUEUE, Row, Transaction

_SQL = load("jobs")
_PORTRAITS = load("portraits")
# An interaction that was recorded but not acknowledged within this time never will be: its token is dead.
UNHEARD = timedelta(seconds=4)
# Later than any instant that is stored.
_EVER = 2**62
# So many lanes forget their members at a time.
_IDLE_LANES = 100
# Until when nothing is ordered, as last written: read for every question to the vendor, and written by any store of
# the database in this process.
_PAUSES: WeakKeyDictionary[Database, int] = WeakKeyDictionary()
_REBASE = ("rebase_barred", "rebase_tokens", "rebase_portraits", "rebase_running", "rebase_held")


class SqlJobs:
    """Behind all protocols of `bot.ports.jobs`."""

    def __init__(self, database: Database, *, at_last: bool = False) -> None:
        """A job's step waits for a busy database: what was paid for must be written down. `at_last`: it waits for room
        on the disk too, however long that takes. That is for those who hold in their hands what no row says yet.
        """
        self._database = database
        self._write = database.write_at_last if at_last else partial(database.write, patient=True)
        # Who these steps are of, where there are several.
        self._worker = ""

    async def take_work(
        self, now: datetime, lease: timedelta, painting: timedelta, *, free: int = 0, seen: Sequence[Seen] = ()
    ) -> Work:
        def look(tx: Transaction) -> tuple[int, Work]:
            [queue] = tx.all(_SQL["backlog"])
            open_ = bool(free and queue["anything_waits"] and queue["paused_until"] <= rows.millis(now))
            return free if open_ else 0, Work((), tuple(_deliverable(tx, now)), bool(queue["anything_waits"]))

        def unit(tx: Transaction) -> Work:
            if free:
                tx.lock(QUEUE)
            for each in seen:
                params = {"id": each.portrait_id, "message_id": each.message_id, "at": rows.millis(each.at)}
                tx.run(_SQL["acknowledge"], params)
            room, found = look(tx)
            claimed: list[Claimed] = []
            while len(claimed) < room:
                one = takes.claim_fairest(tx, now, lease, painting, None)
                if one is None:
                    return Work(tuple(claimed), found.deliverable, waits=False)
                claimed.append(one)
            return replace(found, claimed=tuple(claimed))

        if not seen:
            # Nothing is written, and nobody waits for the writer, where there is nothing to do.
            room, found = await self._database.background.read(look)
            if not room:
                return found
        return await self._write(unit)

    async def hold(self, take: Take, until: datetime) -> bool:
        return await self._set("hold_take", take, lease_until=rows.millis(until))

    async def resubmit(self, take: Take, lease_until: datetime) -> bool:
        return await self._set("resubmit_take", take, lease_until=rows.millis(lease_until))

    async def give_back(self, take: Take) -> bool:
        def unit(tx: Transaction) -> bool:
            tx.lock(QUEUE)
            return takes.reentered(tx, tx.one(_SQL["return_take"], takes.step_of(take)))

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

    async def is_ours(self, take: Take) -> bool:
        return await self._database.background.one(_SQL["ours"], takes.step_of(take)) is not None

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
        face: Reading | None = None,
        deliver: tuple[datetime, timedelta] | None = None,
    ) -> Finished | None:
        outcome = {"state": state, "image": image, "failure": failure, "seed": seed, "flagged": int(flagged)}
        painted_ms = None if took is None else round(took.total_seconds() * 1000)
        step = takes.step_of(take, **outcome, at=rows.millis(at), painted_ms=painted_ms, **rows.face_params(face))

        def unit(tx: Transaction) -> Finished | None:
            if not takes.end(tx, step):
                return None
            return Finished(self._begin(tx, take.portrait_id, *deliver, heard=True) if deliver else None)

        return await self._write(unit)

    async def _set(self, name: str, take: Take, **params: object) -> bool:
        row = await self._write(lambda tx: tx.one(_SQL[name], takes.step_of(take, **params)))
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

    async def begin_delivery(self, portrait_id: PortraitId, now: datetime, lease: timedelta) -> Begun | None:
        # Nothing is in anybody's hands before this one, so it waits for no room.
        return await self._database.write(lambda tx: self._begin(tx, portrait_id, now, lease), patient=True)

    def _begin(
        self, tx: Transaction, portrait_id: PortraitId, now: datetime, lease: timedelta, *, heard: bool = False
    ) -> Begun | None:
        """The delivery is ours, if every take has ended, nobody delivers and nobody changes the card; `heard`: and that
        was heard of.
        """
        times = {"now": rows.millis(now), "lease_until": rows.millis(now + lease), "worker": self._worker}
        unheard = rows.millis(now - UNHEARD) if heard else _EVER
        row = tx.one(_SQL["claim_delivery"], {"id": portrait_id, **times, "unheard": unheard})
        if row is None:
            return None
        portrait = fetch(tx, portrait_id)
        return Begun(row["delivery_epoch"], portrait, quotas.cost(tx, portrait_id, len(portrait.ready)))

    async def cost(self, portrait_id: PortraitId, charged: int) -> Cost:
        return await self._database.background.read(lambda tx: quotas.cost(tx, portrait_id, charged))

    async def postpone_delivery(self, portrait_id: PortraitId, epoch: int, until: datetime) -> None:
        params = {"id": portrait_id, "epoch": epoch, "lease_until": rows.millis(until)}
        await self._write(lambda tx: tx.run(_SQL["release_delivery"], params))

    async def settle(self, delivery: Delivery, charged: int, at: datetime) -> bool:
        return await self._write(lambda tx: _finish(tx, delivery, charged, at))

    async def overdue(self, now: datetime) -> list[PortraitId]:
        found = await self._database.background.all(_SQL["overdue"], {"now": rows.millis(now)})
        return [PortraitId(row["id"]) for row in found]

    async def unordered(self, now: datetime) -> list[PortraitId]:
        found = await self._database.background.all(_SQL["unordered"], {"now": rows.millis(now)})
        return [PortraitId(row["id"]) for row in found]

    async def late(self, now: datetime) -> list[Take]:
        return [rows.take(row) for row in await self._database.background.all(_SQL["late"], {"now": rows.millis(now)})]

    async def take_over(self, now: datetime, lease: timedelta) -> list[Claimed]:
        def unit(tx: Transaction) -> list[Claimed]:
            tx.lock(QUEUE)
            present = {"now": rows.millis(now)}
            for row in tx.all(_SQL["expired_submitting"], present):
                takes.end_unknown(tx, row, now)
            for row in tx.all(_SQL["expired_held"], present):
                takes.reentered(tx, tx.one(_SQL["requeue_held"], takes.place_of(row)))
            return takes.resumed(tx, tx.all(_SQL["expired_submitted"], present), now + lease)

        return await self._write(unit)

    async def release_all(self) -> None:
        names = ("release_running", "release_held", "release_deliveries")
        await self._write(lambda tx: [tx.run(_SQL[name]) for name in names])

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
            tx.lock(QUEUE)
            _note_pause(self._database, tx.one(_SQL["rebase_queue"], {**params, "now": rows.millis(now)}))
            for name in _REBASE:
                tx.run(_SQL[name], {**params, "now": rows.millis(now)})

        await self._write(unit)

    async def tidy(self, now: datetime, *, thorough: bool = False) -> int:
        def unit(tx: Transaction) -> int:
            for lane in tx.all(_SQL["idle_lanes"], {"limit": _IDLE_LANES}):
                params = {"lane": lane["name"], "clock": lane["clock"]}
                tx.run(_SQL["prune_lane"], params)
                tx.run(_SQL["lane_pruned"], params)
            tx.run(_PORTRAITS["prune_tokens"], {"now": rows.millis(now)})
            done.prune(tx, now)
            return quotas.close_lost(tx, _EVER if thorough else rows.millis(now))

        return await self._write(unit)

    async def pause(self, now: datetime, until: datetime) -> None:
        params = {"now": rows.millis(now), "until": rows.millis(until)}
        await self._write(lambda tx: _note_pause(self._database, tx.one(_SQL["pause"], params)))

    async def paused_until(self) -> datetime:
        known = _PAUSES.get(self._database)
        if known is None or self._database.is_shared:
            row = await self._database.background.one(_SQL["backlog"])
            found = row["paused_until"] if row else 0
            # What was written while this was read is newer; where others write it too, it is known to the rows alone.
            known = found if self._database.is_shared else _PAUSES.setdefault(self._database, found)
        return rows.instant(known)

    async def survey(self) -> Survey:
        return await self._database.background.read(_survey)

    async def open_portraits(self) -> list[PortraitId]:
        return [PortraitId(row["id"]) for row in await self._database.background.all(_SQL["open_portraits"])]


def _note_pause(database: Database, row: Row | None) -> None:
    if row is not None:
        _PAUSES[database] = row["paused_until"]


def _deliverable(tx: Transaction, now: datetime) -> list[PortraitId]:
    params = {"now": rows.millis(now), "unheard": rows.millis(now - UNHEARD)}
    return [PortraitId(row["id"]) for row in tx.all(_SQL["deliverable"], params)]


def _survey(tx: Transaction) -> Survey:
    found = places((row["lane"], row["vft"], row["portrait_id"]) for row in tx.all(_SQL["all_waiting"]))
    takes: dict[str, list[Row]] = {}
    for row in tx.all(_SQL["open_cards"]):
        takes.setdefault(row["id"], []).append(row)
    each: dict[str, float] = {}
    for size in {mine[0]["size"] for mine in takes.values()}:
        measured = tx.all(_SQL["measured"], {"size": size, "limit": MEASURED})
        each[size] = seconds_each([row["ms"] / 1000 for row in measured])
    [queue] = tx.all(_SQL["backlog"])
    cards = tuple(
        _card(mine, found.get(portrait_id), each) for portrait_id, mine in takes.items() if mine[0]["has_token"]
    )
    return Survey(cards, queue["running"], rows.instant(queue["paused_until"]))


def _card(takes: Sequence[Row], found: tuple[int, int] | None, each: Mapping[str, float]) -> Card:
    first = takes[0]
    return Card(
        portrait_id=PortraitId(first["id"]),
        places=found,
        waiting=sum(take["in_lane"] for take in takes),
        ready=sum(take["state"] == TakeState.READY for take in takes),
        total=len(takes),
        is_done=not first["unfinished"],
        is_known=first["message_id"] is not None,
        asked_at=rows.instant(first["asked_at"]),
        works_until=rows.instant(first["token_expires_at"]),
        each=each[first["size"]],
    )


def _close_takes(
    tx: Transaction,
    portrait_id: PortraitId,
    state: TakeState,
    failure: str | None,
    at: datetime,
    which: str = "close_takes",
) -> int:
    """End the unfinished takes of a portrait and take them out of their lane; returns how many there were."""
    tx.lock(QUEUE)
    for lane in tx.all(_SQL["waiting_takes"], {"portrait_id": portrait_id}):
        left = {"lane": lane["lane"], "units": lane["n"]}
        tx.run(_SQL["drop_from_lane"], left)
        tx.run(_SQL["drop_from_member_lane"], {**left, "portrait_id": portrait_id})
    params = {"portrait_id": portrait_id, "state": state, "failure": failure, "at": rows.millis(at)}
    closed = len(tx.all(_SQL[which], params))
    tx.run(_SQL["take_ended"], {"portrait_id": portrait_id, "n": closed})
    return closed


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
    # Counters before lanes, as when a portrait is accepted: two units never wait for each other.
    quotas.close(tx, delivery.portrait_id, charged)
    tx.run(_SQL["leave_open"], {"lane": rows.lane_name(row["guild_id"], row["owner_id"])})
    return True
