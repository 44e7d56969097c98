"""Quota is money: never over a limit, charged or refunded once, back to the windows it came from."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import QuotaExceeded
from bot.domain.ids import UserId
from bot.domain.portraits.portrait import Cost
from bot.domain.servers.quotas import Allowance, Leg, Policy, legs_of
from bot.storage import quotas
from bot.storage.database import Database
from bot.storage.rows import shares_from_json, shares_to_json
from bot.storage.units import Refused, Transaction
from tests.fakes.builders import NOW, a_portrait, legs
from tests.storage.row_checks import counters_agree, everything, used, value


def _legs(member: int = 100, day: int | None = 1000, month: int | None = 10_000, *, at: datetime = NOW) -> list[Leg]:
    return list(legs(a_portrait(now=at), member=member, day=day, month=month))


async def _reserve(database: Database, hold: str, wanted: list[Leg], units: int = 1) -> None:
    def unit(tx: Transaction) -> None:
        quotas.reserve(tx, hold, UserId(1), wanted, units, now=NOW, expires=NOW + timedelta(minutes=5))

    await database.write(unit)


async def _close(database: Database, hold: str, charged: int) -> bool:
    return await database.write(lambda tx: quotas.close(tx, hold, charged))


async def _cost(database: Database, hold: str, charged: int) -> Cost:
    return await database.read(lambda tx: quotas.cost(tx, hold, charged))


async def test_two_hundred_at_once_get_exactly_the_limit_and_no_sample_is_over_it(database: Database) -> None:
    samples: list[int] = []
    over = asyncio.Event()

    async def observe() -> None:
        while not over.is_set():
            samples.extend((await used(database)).values())
            await asyncio.sleep(0)

    observer = asyncio.create_task(observe())
    tries = (_reserve(database, f"h{number}", _legs(day=50)) for number in range(200))
    ended = await asyncio.gather(*tries, return_exceptions=True)
    over.set()
    await observer
    refused = [error for error in ended if isinstance(error, QuotaExceeded)]
    assert len(refused) == 150
    assert {error.limit for error in refused} == {"server_day"}
    assert len(samples) > 20
    assert max(samples) == 50
    assert await value(database, "SELECT count(*) FROM quota_hold") == 50


async def test_random_reserving_settling_and_refunding_keeps_counters_and_holds_equal(database: Database) -> None:
    dice = random.Random(3)
    limit = 40

    async def one(number: int) -> None:
        units = dice.randint(1, 4)
        try:
            await _reserve(database, f"h{number}", _legs(day=limit), units)
        except QuotaExceeded:
            return
        if dice.random() < 0.8:
            charged = dice.randint(0, units)
            closed = await asyncio.gather(*(_close(database, f"h{number}", charged) for _ in range(2)))
            assert sorted(closed) == [False, True]

    async def watched(number: int) -> None:
        await one(number)
        assert max((await used(database)).values()) <= limit

    await asyncio.gather(*(watched(number) for number in range(300)))
    assert await counters_agree(database)


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"member": 2}, "member_day"),
        ({"day": 2}, "server_day"),
        ({"month": 2}, "server_month"),
        ({"member": 2, "day": 2}, "member_day"),
    ],
)
async def test_a_refusal_names_its_limit_and_writes_nothing(
    database: Database, limits: dict[str, Any], name: str
) -> None:
    mine = _legs(**limits)
    await _reserve(database, "first", mine)
    before = await everything(database)
    with pytest.raises(QuotaExceeded) as refused:
        await _reserve(database, "second", mine, 2)
    error = refused.value
    assert (error.limit, error.maximum, error.used, error.wanted) == (name, 2, 1, 2)
    assert error.resets_at == next(leg.resets_at for leg in mine if leg.limit == name)
    assert await everything(database) == before


@pytest.mark.parametrize(("maximum", "units"), [(0, 1), (3, 4)])
async def test_the_first_reservation_of_a_window_is_held_to_the_limit_too(
    database: Database, maximum: int, units: int
) -> None:
    with pytest.raises(QuotaExceeded) as refused:
        await _reserve(database, "h", _legs(member=maximum), units)
    assert (refused.value.used, refused.value.maximum) == (0, maximum)
    assert await used(database) == {}


async def test_settling_twice_at_once_counts_once(database: Database) -> None:
    await _reserve(database, "h", _legs(), 4)
    closed = await asyncio.gather(*(_close(database, "h", 1) for _ in range(10)))
    assert sum(closed) == 1
    assert set((await used(database)).values()) == {1}


async def test_settling_and_refunding_at_once_is_one_of_them(database: Database) -> None:
    await _reserve(database, "h", _legs(), 4)
    spent, released = await asyncio.gather(_close(database, "h", 4), _close(database, "h", 0))
    assert (spent, released) == (True, False)
    assert set((await used(database)).values()) == {4}
    assert await value(database, "SELECT state FROM quota_hold") == "spent"


@pytest.mark.parametrize(("charged", "state"), [(0, "released"), (3, "spent"), (4, "spent")])
async def test_what_is_not_charged_is_refunded(database: Database, charged: int, state: str) -> None:
    await _reserve(database, "other", _legs(), 2)
    await _reserve(database, "h", _legs(), 4)
    assert await _close(database, "h", charged)
    assert set((await used(database)).values()) == {2 + charged}
    row = await database.one("SELECT state, charged FROM quota_hold WHERE id = 'h'")
    assert row is not None
    assert tuple(row) == (state, charged)
    assert await counters_agree(database)


async def test_nobody_is_charged_more_than_was_held(database: Database) -> None:
    await _reserve(database, "h", _legs(), 2)
    with pytest.raises(Refused, match=r"(?i)check"):
        await _close(database, "h", 3)
    assert set((await used(database)).values()) == {2}


async def test_a_refund_after_midnight_goes_to_the_day_it_came_from(database: Database) -> None:
    yesterday = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    today = yesterday + timedelta(minutes=2)
    await _reserve(database, "old", _legs(at=yesterday), 3)
    await _reserve(database, "new", _legs(at=today), 2)
    assert await _close(database, "old", 1)
    assert await used(database) == {
        ("member_day", "2026-11-30"): 1,
        ("server_day", "2026-11-30"): 1,
        ("server_month", "2026-11"): 1,
        ("member_day", "2026-12-01"): 2,
        ("server_day", "2026-12-01"): 2,
        ("server_month", "2026-12"): 2,
    }


async def test_a_refund_goes_to_each_counter_once_although_some_differ_in_their_scope_only(
    database: Database,
) -> None:
    """The server's month and the operator's: the same server, the same month."""
    mine = list(legs_of(Policy(None, 100, 1000, 5000), Allowance(None), a_portrait().place, UserId(1), NOW))
    await _reserve(database, "a", mine, 4)
    await _reserve(database, "b", mine, 3)
    await _close(database, "b", 1)
    assert set((await used(database)).values()) == {5}
    assert len(await used(database)) == 4
    assert [budget.limit for budget in (await _cost(database, "a", 4)).budgets] == [
        "server_day",
        "server_month",
        "ceiling_month",
    ], "who has no limit reads of none"


async def test_a_refund_makes_room_again(database: Database) -> None:
    await _reserve(database, "a", _legs(member=3), 3)
    with pytest.raises(QuotaExceeded):
        await _reserve(database, "b", _legs(member=3))
    await _close(database, "a", 2)
    await _reserve(database, "b", _legs(member=3))
    with pytest.raises(QuotaExceeded):
        await _reserve(database, "c", _legs(member=3))


async def test_cost_says_what_is_left_after_this_portrait_before_and_after_it_is_settled(database: Database) -> None:
    mine = _legs(member=10, day=20, month=100)
    await _reserve(database, "other", mine, 2)
    await _reserve(database, "h", mine, 4)
    for _ in ("held", "spent"):
        cost = await _cost(database, "h", 3)
        assert cost.images == 3
        assert [(b.limit, b.maximum, b.left) for b in cost.budgets] == [
            ("member_day", 10, 5),
            ("server_day", 20, 15),
            ("server_month", 100, 95),
        ]
        assert [b.resets_at for b in cost.budgets] == [leg.resets_at for leg in mine]
        await _close(database, "h", 3)
    assert [b.left for b in (await _cost(database, "other", 0)).budgets] == [7, 17, 97]


async def test_cost_of_what_was_never_held_and_of_a_lowered_limit(database: Database) -> None:
    assert await _cost(database, "nobody", 2) == Cost(2)
    await _reserve(database, "a", _legs(member=10), 4)
    await _reserve(database, "b", _legs(member=5), 1)
    await _reserve(database, "c", _legs(member=20), 9)
    assert (await _cost(database, "b", 1)).budgets[0].left == 0


async def test_a_hold_without_limits_is_written_and_closed(database: Database) -> None:
    await _reserve(database, "h", [], 2)
    assert await _close(database, "h", 1)
    assert await used(database) == {}


async def test_a_gift_pays_for_what_the_day_no_longer_holds_and_never_twice(database: Database) -> None:
    policy = Policy(3, 100, 1000)
    mine = list(legs_of(policy, Allowance(3, gift=2), a_portrait().place, UserId(1), NOW))
    await _reserve(database, "a", mine, 2)
    await _reserve(database, "b", mine, 3)
    with pytest.raises(QuotaExceeded) as refused:
        await _reserve(database, "c", mine)
    assert refused.value.limit == "member_day"
    assert [number for _, number in sorted((await used(database)).items())] == [2, 3, 5, 5]
    await _close(database, "b", 2)
    assert [number for _, number in sorted((await used(database)).items())] == [1, 3, 4, 4]
    await _close(database, "a", 0)
    assert [number for _, number in sorted((await used(database)).items())] == [1, 1, 2, 2]


async def test_a_gift_pays_no_more_than_what_was_asked_for_where_the_limit_was_lowered_below_what_is_used(
    database: Database,
) -> None:
    def mine(per_day: int) -> list[Leg]:
        return list(legs_of(Policy(per_day, 100, 1000), Allowance(per_day, gift=4), a_portrait().place, UserId(1), NOW))

    await _reserve(database, "a", mine(9), 7)
    await _reserve(database, "b", mine(2), 1)
    assert [number for _, number in sorted((await used(database)).items())] == [1, 7, 8, 8]
    await _reserve(database, "c", mine(2), 3)
    with pytest.raises(QuotaExceeded):
        await _reserve(database, "d", mine(2), 1)
    await _close(database, "b", 0)
    assert [number for _, number in sorted((await used(database)).items())] == [3, 7, 10, 10]


def test_legs_survive_being_stored() -> None:
    shares = tuple((leg, number) for number, leg in enumerate(_legs()))
    assert shares_from_json(shares_to_json(shares)) == shares


async def test_counters_cannot_fall_below_nothing(database: Database) -> None:
    await _reserve(database, "h", _legs(), 2)
    with pytest.raises(Refused, match=r"(?i)check"):
        await database.write(lambda tx: tx.run("UPDATE quota_counter SET used = used - 3"))
