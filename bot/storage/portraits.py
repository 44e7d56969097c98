"""Portraits as the use cases see them: accepted in one transaction with their quota, read by id."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.errors import (
    CoolingDown,
    PortraitGone,
    PressedTwice,
    QueueTooLong,
    TooManyRunning,
    TooManyWaiting,
)
from bot.domain.ids import MessageId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.portraits.portrait import Cost, Portrait
from bot.domain.portraits.queue import MEASURED, Lane, Standing, position, seconds_each, wait_seconds
from bot.domain.servers.quotas import Leg
from bot.ports.portraits import Admission, Mark, Selection, Standpoint
from bot.storage import done, quotas, rows
from bot.storage.database import Database
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("portraits")
_JOBS = load("jobs")

# Two presses of one button by one person within this time are one wish: a double click.
DOUBLE_CLICK = timedelta(seconds=2)


def fetch(tx: Transaction, portrait_id: PortraitId) -> Portrait:
    """The portrait with its takes; raises PortraitGone."""
    row = tx.one(_SQL["by_id"], {"id": portrait_id})
    if row is None:
        raise PortraitGone
    return rows.portrait(row, tx.all(_SQL["takes"], {"portrait_id": portrait_id}))


class SqlPortraits:
    """The portraits of a database; see `bot.ports.portraits.PortraitStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(self, portrait: Portrait, legs: Sequence[Leg], admission: Admission) -> None:
        def unit(tx: Transaction) -> None:
            _refuse_double_clicks(tx, portrait)
            _refuse_crowds(tx, portrait, admission)
            _refuse_haste(tx, portrait, admission)
            _refuse_long_waits(tx, portrait, admission)
            units = len(portrait.takes)
            quotas.reserve(
                tx, portrait.id, portrait.owner_id, legs, units, now=portrait.created_at, expires=portrait.deadline
            )
            tx.run(_SQL["insert"], rows.portrait_params(portrait))
            _enqueue(tx, portrait)

        await done.change(self._database, Once(portrait.reply.interaction_id), portrait.created_at, unit)

    async def acknowledge(self, portrait_id: PortraitId, message_id: MessageId | None, now: datetime) -> None:
        params = {"id": portrait_id, "message_id": message_id, "now": rows.millis(now)}
        await self._database.write(lambda tx: tx.run(_SQL["acknowledge"], params), patient=True)

    async def get(self, portrait_id: PortraitId) -> Portrait:
        return await self._database.read(lambda tx: fetch(tx, portrait_id))

    async def of_message(self, message_id: MessageId) -> Portrait:
        def unit(tx: Transaction) -> Portrait:
            row = tx.one(_SQL["by_message"], {"message_id": message_id})
            if row is None:
                raise PortraitGone
            return fetch(tx, PortraitId(row["id"]))

        return await self._database.read(unit)

    async def mark_deleted(self, portrait_id: PortraitId, once: Once, now: datetime) -> None:
        params = {"id": portrait_id, "now": rows.millis(now)}
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["mark_deleted"], params))

    async def cost(self, portrait_id: PortraitId, charged: int) -> Cost:
        return await self._database.read(lambda tx: quotas.cost(tx, portrait_id, charged))


def _refuse_double_clicks(tx: Transaction, portrait: Portrait) -> None:
    if portrait.press_key is None:
        return
    span = {"since": rows.millis(portrait.asked_at - DOUBLE_CLICK), "now": rows.millis(portrait.asked_at)}
    if tx.one(_SQL["pressed_since"], {"press_key": portrait.press_key, **span}):
        raise PressedTwice


def _refuse_crowds(tx: Transaction, portrait: Portrait, admission: Admission) -> None:
    mine = tx.one(_SQL["open_of_owner"], {"owner_id": portrait.owner_id})
    if mine and mine["n"] >= admission.waiting_member:
        raise TooManyWaiting("member", admission.waiting_member)
    if portrait.place.guild_id is not None:
        ours = tx.one(_SQL["open_of_guild"], {"guild_id": portrait.place.guild_id})
        if ours and ours["n"] >= admission.waiting_guild:
            raise TooManyWaiting("server", admission.waiting_guild)


def _refuse_haste(tx: Transaction, portrait: Portrait, admission: Admission) -> None:
    here = {"owner_id": portrait.owner_id, "guild_id": portrait.place.guild_id or 0}
    if admission.running is not None:
        running = tx.one(_SQL["open_of_member"], here)
        if running and running["n"] >= admission.running:
            raise TooManyRunning(admission.running)
    if admission.cooldown:
        last = tx.one(_SQL["last_of_member"], {**here, "now": rows.millis(portrait.asked_at)})
        rest = rows.instant(last["asked_at"]) + admission.cooldown - portrait.asked_at if last else timedelta(0)
        if rest > timedelta(0):
            raise CoolingDown(portrait.created_at + rest)


def _refuse_long_waits(tx: Transaction, portrait: Portrait, admission: Admission) -> None:
    """Raises QueueTooLong where the last take would be ordered too late, by its fair place and the measured times."""
    if admission.longest_wait is None:
        return
    units, size = len(portrait.takes), f"{portrait.spec.width}x{portrait.spec.height}"
    measured = tx.all(_JOBS["measured"], {"size": size, "limit": MEASURED})
    each = seconds_each([row["ms"] / 1000 for row in measured])
    [queue] = tx.all(_JOBS["backlog"])
    pause = max(0.0, (queue["paused_until"] - rows.millis(portrait.asked_at)) / 1000)

    def wait(place: int) -> timedelta:
        return timedelta(seconds=pause + wait_seconds(place, queue["running"], admission.slots, each))

    # Nobody is served later than after all that waits: mostly that is enough to know.
    if wait(queue["waiting"] + units) <= admission.longest_wait:
        return
    found = wait(position(_would_stand(tx, portrait)))
    if found > admission.longest_wait:
        raise QueueTooLong(found.total_seconds())


def _would_stand(tx: Transaction, portrait: Portrait) -> Standing:
    """Where the last take of a portrait would stand in the queue."""
    name, units = rows.lane_of(portrait), len(portrait.takes)
    [mine] = tx.all(_JOBS["would_stand"], {"lane": name, "member_id": portrait.owner_id, "units": units})
    others = [
        Lane(lane["name"], lane["vft"], lane["waiting"])
        for lane in tx.all(_JOBS["waiting_lanes"])
        if lane["name"] != name
    ]
    return Standing(name, mine["ahead"] + units - 1, (*others, Lane(name, mine["vft"], units)))


def _enqueue(tx: Transaction, portrait: Portrait) -> None:
    lane, units = rows.lane_of(portrait), len(portrait.takes)
    clock = tx.one(_JOBS["enter_lane"], {"lane": lane, "units": units})
    member = tx.one(
        _JOBS["enter_member_lane"],
        {"lane": lane, "member_id": portrait.owner_id, "units": units, "clock": clock["clock"] if clock else 0},
    )
    first = (member["vft"] if member else units) - units
    for take in portrait.takes:
        tx.run(
            _SQL["insert_take"],
            {
                "portrait_id": portrait.id,
                "number": take.number,
                "seed": take.seed,
                "lane": lane,
                "vft": first + take.number,
                "size": f"{portrait.spec.width}x{portrait.spec.height}",
            },
        )


class SqlGallery:
    """Finished portraits, by time; see `bot.ports.portraits.GalleryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, portrait_id: PortraitId) -> Portrait:
        return await self._database.read(lambda tx: fetch(tx, portrait_id))

    async def place(self, owner_id: UserId, selection: Selection, mark: Mark) -> Standpoint:
        return await self._database.read(lambda tx: _standpoint(tx, owner_id, selection, mark))

    async def page(self, owner_id: UserId, selection: Selection, number: int, size: int) -> tuple[int, list[Portrait]]:
        def unit(tx: Transaction) -> tuple[int, list[Portrait]]:
            total = _standpoint(tx, owner_id, selection, Mark(datetime.fromtimestamp(0, UTC), PortraitId(""))).total
            # Pictures may have gone since the page was named.
            first = min(number, max(0, total - 1) // size) * size
            sql = _SQL["listed_favourites"] if selection.favourites else _SQL["listed"]
            found = tx.all(sql, {**_selecting(owner_id, selection), "limit": size, "offset": first})
            return total, [fetch(tx, PortraitId(row["id"])) for row in found]

        return await self._database.read(unit)

    async def older(self, owner_id: UserId, selection: Selection, than: Mark) -> Portrait | None:
        return await self._beside(_SQL["older"], owner_id, selection, than)

    async def newer(self, owner_id: UserId, selection: Selection, than: Mark) -> Portrait | None:
        return await self._beside(_SQL["newer"], owner_id, selection, than)

    async def mark_favourite(self, portrait_id: PortraitId, favourite: bool, once: Once, now: datetime) -> None:
        params = {"id": portrait_id, "favourite": int(favourite)}
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["mark_favourite"], params))

    async def _beside(self, sql: str, owner_id: UserId, selection: Selection, than: Mark) -> Portrait | None:
        def unit(tx: Transaction) -> Portrait | None:
            row = tx.one(sql, {**_selecting(owner_id, selection), **_marking(than)})
            return fetch(tx, PortraitId(row["id"])) if row else None

        return await self._database.read(unit)


def _standpoint(tx: Transaction, owner_id: UserId, selection: Selection, mark: Mark) -> Standpoint:
    sql = _SQL["counted_favourites"] if selection.favourites else _SQL["counted"]
    row = tx.one(sql, {**_selecting(owner_id, selection), **_marking(mark)})
    return Standpoint(row["place"], row["total"], bool(row["present"])) if row else Standpoint(0, 0, False)


def _selecting(owner_id: UserId, selection: Selection) -> dict[str, Any]:
    return {
        "owner_id": owner_id,
        "character_id": selection.character_id,
        "favourites": int(selection.favourites),
    }


def _marking(mark: Mark) -> dict[str, Any]:
    return {"created_at": rows.millis(mark.created_at), "id": mark.portrait_id}
