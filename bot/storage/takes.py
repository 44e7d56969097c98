"""The steps of single takes inside of a transaction, for whoever holds the queue: alone, or one among others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Take, TakeState
from bot.ports.jobs import Claimed
from bot.storage import rows
from bot.storage.portraits import fetch
from bot.storage.sql import load
from bot.storage.units import Row, Transaction

_SQL = load("jobs")


def step_of(take: Take, **params: object) -> dict[str, object]:
    """The parameters of a step, which is only taken while the take is of this epoch."""
    return {"portrait_id": take.portrait_id, "number": take.number, "epoch": take.epoch, **params}


def place_of(row: Row) -> dict[str, object]:
    """As `step_of`, of a row."""
    return {key: row[key] for key in ("portrait_id", "number", "epoch")}


def claim_fairest(
    tx: Transaction, now: datetime, lease: timedelta, painting: timedelta, turn: int | None
) -> Claimed | None:
    """The image whose turn it fairly is, out of the queue: `queued -> submitting`; None where nothing waits. `turn` of
    the engine it is begun by, where several processes paint.
    """
    lane = tx.one(_SQL["first_lane"])
    row = tx.one(_SQL["first_take"], {"lane": lane["name"]}) if lane else None
    if lane is None or row is None:
        return None
    until = {"lease_until": rows.millis(now + lease), "deadline_at": rows.millis(now + painting)}
    if tx.one(_SQL["claim_take"], {"seq": row["seq"], "turn": turn, **until}) is None:
        return None
    tx.run(_SQL["leave_lane"], {"lane": lane["name"], "vft": row["vft"]})
    tx.run(_SQL["set_clock"], {"clock": lane["vft"]})
    return _claimed(tx, row)


def _claimed(tx: Transaction, row: Row) -> Claimed:
    portrait = fetch(tx, PortraitId(row["portrait_id"]))
    return Claimed(portrait, portrait.takes[int(row["number"])])


def reentered(tx: Transaction, left: Row | None) -> bool:
    """A take that `left` its driver's hands is at the head of its lane again; False where none did."""
    if left is not None:
        tx.run(_SQL["reenter_lane"], {"lane": left["lane"]})
    return left is not None


def resumed(tx: Transaction, submitted: Iterable[Row], lease_until: datetime) -> list[Claimed]:
    """What was `submitted` by others is ours to poll now, as far as nobody was quicker."""
    until = {"lease_until": rows.millis(lease_until)}
    return [_claimed(tx, row) for row in submitted if tx.one(_SQL["take_over"], {**place_of(row), **until})]


def end(tx: Transaction, step: dict[str, object]) -> bool:
    """One take ends, if it is still the caller's to end."""
    if tx.one(_SQL["finish_take"], step) is None:
        return False
    tx.run(_SQL["take_ended"], {"portrait_id": step["portrait_id"], "n": 1})
    return True


def end_unknown(tx: Transaction, row: Row, now: datetime) -> None:
    """Whether it was ordered nobody knows: it is never ordered again."""
    ended = {"state": TakeState.UNKNOWN, "image": None, "failure": "unknown", "seed": None, "flagged": 0}
    # Nothing is kept of it, so nobody asks for the wall clock's time.
    end(tx, {**place_of(row), **ended, "at": rows.millis(now), "painted_ms": None, **rows.face_params(None)})
