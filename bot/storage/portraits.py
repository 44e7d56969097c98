"""Portraits as the use cases see them: accepted in one transaction with their quota, read by id."""

from collections.abc import Sequence
from dataclasses import replace
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
from bot.domain.portraits.portrait import Portrait, Reply
from bot.domain.portraits.queue import MEASURED, Entry, Lane, Standing, furthest, position, seconds_each, wait_seconds
from bot.domain.servers.quotas import Leg
from bot.ports.portraits import Admission, Mark, Selection, Standpoint
from bot.storage import done, quotas, rows
from bot.storage.database import Database
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("portraits")
_JOBS = load("jobs")

# Where nobody asks for how long at most, a place is counted no further than this.
FAR = 1000
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

    async def accept(self, portrait: Portrait, legs: Sequence[Leg], admission: Admission) -> Entry:
        def unit(tx: Transaction) -> Entry:
            # One member's portraits, and those of one server, are counted by one at a time; and all that wait, where
            # there may be too many.
            held = [f"member {portrait.owner_id}", f"lane {rows.lane_of(portrait)}"]
            tx.lock(*held, *(["door"] if admission.longest_wait is not None else []))
            _refuse_double_clicks(tx, portrait)
            _refuse_crowds(tx, portrait, admission)
            _refuse_haste(tx, portrait, admission)
            entry = _entry(tx, portrait, admission)
            _refuse_long_waits(entry, admission)
            units = len(portrait.takes)
            quotas.reserve(
                tx, portrait.id, portrait.owner_id, legs, units, now=portrait.created_at, expires=portrait.deadline
            )
            tx.run(_SQL["insert"], rows.portrait_params(portrait))
            _enqueue(tx, portrait)
            return entry

        return await done.change(self._database, Once(portrait.reply.interaction_id), portrait.created_at, unit)

    async def get(self, portrait_id: PortraitId) -> Portrait:
        return await self._database.read(lambda tx: fetch(tx, portrait_id))

    async def of_message(self, message_id: MessageId) -> Portrait:
        def unit(tx: Transaction) -> Portrait:
            row = tx.one(_SQL["by_message"], {"message_id": message_id})
            if row is None:
                raise PortraitGone
            return fetch(tx, PortraitId(row["id"]))

        return await self._database.read(unit)

    async def reach(self, portrait_id: PortraitId, reply: Reply) -> None:
        expires_at = rows.millis(reply.expires_at) if reply.expires_at else 0
        params = {"id": portrait_id, "token": reply.token, "expires_at": expires_at}
        await self._database.write(lambda tx: tx.run(_SQL["reach"], params))

    async def mark_deleted(self, portrait_id: PortraitId, once: Once, now: datetime) -> None:
        params = {"id": portrait_id, "now": rows.millis(now)}
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["mark_deleted"], params))


def _refuse_double_clicks(tx: Transaction, portrait: Portrait) -> None:
    if portrait.press_key is None:
        return
    span = {"since": rows.millis(portrait.asked_at - DOUBLE_CLICK), "now": rows.millis(portrait.asked_at)}
    if tx.one(_SQL["pressed_since"], {"press_key": portrait.press_key, **span}):
        raise PressedTwice


def _refuse_crowds(tx: Transaction, portrait: Portrait, admission: Admission) -> None:
    mine = tx.one(_SQL["open_of_owner"], {"owner_id": portrait.owner_id, "limit": admission.waiting_member})
    if mine and mine["n"] >= admission.waiting_member:
        raise TooManyWaiting("member", admission.waiting_member)
    if portrait.place.guild_id is not None:
        ours = tx.one(_SQL["open_in_lane"], {"lane": rows.lane_of(portrait)})
        if ours and ours["n"] >= admission.waiting_guild:
            raise TooManyWaiting("server", admission.waiting_guild)


def _refuse_haste(tx: Transaction, portrait: Portrait, admission: Admission) -> None:
    here = {"owner_id": portrait.owner_id, "guild_id": portrait.place.guild_id or 0}
    if admission.running is not None:
        running = tx.one(_SQL["open_of_member"], {**here, "limit": admission.running})
        if running and running["n"] >= admission.running:
            raise TooManyRunning(admission.running)
    if admission.cooldown:
        last = tx.one(_SQL["last_of_member"], {**here, "now": rows.millis(portrait.asked_at)})
        rest = rows.instant(last["asked_at"]) + admission.cooldown - portrait.asked_at if last else timedelta(0)
        if rest > timedelta(0):
            raise CoolingDown(portrait.created_at + rest)


def _refuse_long_waits(entry: Entry, admission: Admission) -> None:
    """Raises QueueTooLong where the last take would be ordered too late, by its fair place and the measured times."""
    if admission.longest_wait is None:
        return
    wait = entry.pause + wait_seconds(entry.last, entry.running, admission.slots, entry.each)
    if wait > admission.longest_wait.total_seconds():
        raise QueueTooLong(wait)


def _entry(tx: Transaction, portrait: Portrait, admission: Admission) -> Entry:
    """Where a portrait would enter the queue. However many wait, they are counted no further than it matters."""
    measured = tx.all(_JOBS["measured"], {"size": f"{portrait.spec.width}x{portrait.spec.height}", "limit": MEASURED})
    each = seconds_each([row["ms"] / 1000 for row in measured])
    [queue] = tx.all(_JOBS["backlog"])
    pause = max(0.0, (queue["paused_until"] - rows.millis(portrait.asked_at)) / 1000)
    units = len(portrait.takes)
    entry = Entry(1, units, queue["running"], pause, each)
    if not queue["anything_waits"]:
        return entry
    enough = FAR if admission.longest_wait is None else furthest(admission.longest_wait, entry, admission.slots)
    first, last = _places(tx, portrait, enough)
    return replace(entry, first=first, last=last)


def _places(tx: Transaction, portrait: Portrait, enough: int) -> tuple[int, int]:
    """Of the first and the last take of a portrait that is not written yet, counted no further than `enough`."""
    name, units = rows.lane_of(portrait), len(portrait.takes)
    [mine] = tx.all(_JOBS["would_stand"], {"lane": name, "member_id": portrait.owner_id})

    def ahead(number: int) -> int:
        params = {"lane": name, "vft": mine["first"] + number, "enough": enough}
        [row] = tx.all(_JOBS["ahead_in_lane"], params)
        return row["n"] + number

    last = ahead(units - 1)
    before = tx.all(_JOBS["lanes_before"], {"name": name, "vft": mine["vft"] + last, "enough": enough})
    lanes = (
        *(Lane(lane["name"], lane["vft"], lane["waiting"]) for lane in before if lane["name"] != name),
        Lane(name, mine["vft"], last + 1),
    )
    first = last if units == 1 else ahead(0)
    return position(Standing(name, first, lanes)), position(Standing(name, last, lanes))


def _enqueue(tx: Transaction, portrait: Portrait) -> None:
    lane, units = rows.lane_of(portrait), len(portrait.takes)
    clock = tx.one(_JOBS["enter_lane"], {"lane": lane, "units": units})
    member = tx.one(
        _JOBS["enter_member_lane"],
        {"lane": lane, "member_id": portrait.owner_id, "units": units, "clock": clock["clock"] if clock else 0},
    )
    first = (member["vft"] if member else units) - units
    tx.enqueue(units)
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
