"""Reserving, settling and refunding images, as steps inside a caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import QuotaExceeded
from bot.domain.ids import UserId
from bot.domain.portraits import Budget, Cost
from bot.domain.quotas import Leg
from bot.storage.database import Transaction
from bot.storage.rows import legs_from_json, legs_to_json, millis
from bot.storage.sql import load

_SQL = load("quotas")


def _key(leg: Leg) -> dict[str, Any]:
    return {
        "guild_id": leg.guild_id,
        "scope": leg.scope,
        "subject_id": leg.subject_id,
        "period": leg.period,
        "win": leg.window,
    }


async def used(tx: Transaction, leg: Leg) -> int:
    """What is counted on a leg's counter: settled and held images alike."""
    row = await tx.one(_SQL["read_counter"], _key(leg))
    return row["used"] if row else 0


async def reserve(
    tx: Transaction, hold_id: str, user_id: UserId, legs: Sequence[Leg], units: int, *, now: datetime, expires: datetime
) -> None:
    """Raise every counter by `units` and write the hold; raises QuotaExceeded, and the caller rolls back."""
    for leg in legs:
        row = None
        if units <= leg.maximum:
            row = await tx.one(_SQL["raise_counter"], {**_key(leg), "units": units, "maximum": leg.maximum})
        if row is None:
            raise QuotaExceeded(leg.limit, leg.maximum, await used(tx, leg), units, leg.resets_at)
    await tx.run(
        _SQL["insert_hold"],
        {
            "id": hold_id,
            "guild_id": legs[0].guild_id if legs else 0,
            "user_id": user_id,
            "units": units,
            "legs": legs_to_json(legs),
            "now": millis(now),
            "expires_at": millis(expires),
        },
    )


async def close(tx: Transaction, hold_id: str, charged: int) -> bool:
    """Settle `charged` images of a hold and refund the rest to the windows they came from; once only.

    Returns False when the hold was closed before (or never was): nothing changes then.
    """
    state = "spent" if charged else "released"
    row = await tx.one(_SQL["close_hold"], {"id": hold_id, "state": state, "charged": charged})
    if row is None:
        return False
    refund = row["units"] - charged
    for leg in legs_from_json(row["legs"]) if refund else ():
        await tx.run(_SQL["lower_counter"], {**_key(leg), "units": refund})
    return True


async def cost(tx: Transaction, hold_id: str, charged: int) -> Cost:
    """What a hold costs if `charged` of its images are settled, and what is then left of each limit."""
    row = await tx.one(_SQL["get_hold"], {"id": hold_id})
    if row is None:
        return Cost(charged)
    pending = row["units"] - charged if row["state"] == "held" else 0
    budgets: list[Budget] = []
    for leg in legs_from_json(row["legs"]):
        left = max(0, leg.maximum - (await used(tx, leg) - pending))
        budgets.append(Budget(leg.limit, leg.maximum, left, leg.resets_at))
    return Cost(charged, tuple(budgets))


async def close_lost(tx: Transaction) -> int:
    """Refund the holds whose portrait is final or missing; returns how many there were."""
    rows = await tx.all(_SQL["lost_holds"])
    for row in rows:
        await close(tx, row["id"], 0)
    return len(rows)
