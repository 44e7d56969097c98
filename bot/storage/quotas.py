"""Reserving, settling and refunding images, as steps inside a caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import QuotaExceeded
from bot.domain.ids import UserId
from bot.domain.portraits.portrait import Budget, Cost
from bot.domain.servers.quotas import UNLIMITED, Leg, Scope, is_scarce, refunds, split
from bot.storage.rows import millis, shares_from_json, shares_to_json
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("quotas")


def key_of(leg: Leg) -> dict[str, Any]:
    """The primary key of a leg's counter."""
    return {
        "guild_id": leg.guild_id,
        "scope": leg.scope,
        "subject_id": leg.subject_id,
        "period": leg.period,
        "win": leg.window,
    }


def used(tx: Transaction, leg: Leg) -> int:
    """What is counted on a leg's counter: settled and held images alike."""
    row = tx.one(_SQL["read_counter"], key_of(leg))
    return row["used"] if row else 0


def reserve(
    tx: Transaction, hold_id: str, user_id: UserId, legs: Sequence[Leg], units: int, *, now: datetime, expires: datetime
) -> None:
    """Raise every counter and write the hold; raises QuotaExceeded, and the caller rolls back."""
    mine = legs[0] if legs else None
    used_before = used(tx, mine) if mine else 0
    shares = split(legs, units, used_before)
    for leg, share in shares:
        row = None
        if share <= leg.maximum:
            of_roles = leg.maximum if leg.limit == "role_day" else None
            raised = {**key_of(leg), "units": share, "maximum": leg.maximum, "of_roles": of_roles}
            row = tx.one(_SQL["raise_counter"], raised)
        if row is None:
            if leg.scope is Scope.GIFT and mine:
                raise _day_ran_out(tx, mine, leg, used_before, units)
            at = used(tx, leg)
            raise QuotaExceeded(leg.limit, leg.maximum, at, units, leg.resets_at, in_server=leg.guild_id != 0)
        if leg.limit == "server_month" and is_scarce(row["used"], leg.maximum):
            tx.run(_SQL["note_month"], {"guild_id": leg.guild_id, "win": leg.window, "maximum": leg.maximum})
    tx.run(
        _SQL["insert_hold"],
        {
            "id": hold_id,
            "guild_id": mine.guild_id if mine else 0,
            "user_id": user_id,
            "units": units,
            "legs": shares_to_json(shares),
            "now": millis(now),
            "expires_at": millis(expires),
        },
    )


def _day_ran_out(tx: Transaction, day: Leg, gift: Leg, used_before: int, units: int) -> QuotaExceeded:
    """A gift is no limit of its own. `used_before`: of the day, whose counter holds a share of this request by now."""
    extra = max(0, gift.maximum - used(tx, gift))
    return QuotaExceeded(day.limit, day.maximum, used_before, units, day.resets_at, extra=extra)


def close(tx: Transaction, hold_id: str, charged: int) -> bool:
    """Settle `charged` images of a hold and refund the rest to the windows they came from; once only.

    Returns False when the hold was closed before (or never was): nothing changes then.
    """
    state = "spent" if charged else "released"
    row = tx.one(_SQL["close_hold"], {"id": hold_id, "state": state, "charged": charged})
    if row is None:
        return False
    for leg, amount in refunds(shares_from_json(row["legs"]), row["units"] - charged):
        tx.run(_SQL["lower_counter"], {**key_of(leg), "units": amount})
    return True


def cost(tx: Transaction, hold_id: str, charged: int) -> Cost:
    """What a hold costs if `charged` of its images are settled, and what is then left of each limit."""
    row = tx.one(_SQL["get_hold"], {"id": hold_id})
    if row is None:
        return Cost(charged)
    shares = shares_from_json(row["legs"])
    pending = dict(refunds(shares, row["units"] - charged)) if row["state"] == "held" else {}
    legs = [leg for leg, _ in shares]
    return Cost(charged, tuple([budget(tx, leg, pending.get(leg, 0)) for leg in legs if leg.maximum < UNLIMITED]))


def budget(tx: Transaction, leg: Leg, pending: int = 0) -> Budget:
    """What is left on a leg's counter, once `pending` images have been refunded."""
    left = max(0, leg.maximum - (used(tx, leg) - pending))
    return Budget(leg.limit, leg.maximum, left, leg.resets_at)


def close_lost(tx: Transaction, before: int) -> int:
    """Refund the holds that expired `before` and whose portrait is final or missing; returns how many there were."""
    rows = tx.all(_SQL["lost_holds"], {"before": before})
    for row in rows:
        close(tx, row["id"], 0)
    return len(rows)
