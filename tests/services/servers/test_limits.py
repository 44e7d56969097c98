"""Limits, roles, gifts and pauses that admins set, and what holds from then on."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import CoolingDown, QuotaExceeded, TooManyRunning
from bot.domain.ids import UserId
from bot.services.servers.limits import Limits
from tests.services.admin_cases import ROLE, AdminCases, admin
from tests.services.use_cases import asker


async def test_ten_gifts_at_once_are_ten_gifts(admin_cases: AdminCases) -> None:
    await asyncio.gather(*(admin_cases.administration.set_member(admin(), UserId(1), gift=1) for _ in range(10)))
    assert (await admin_cases.left(asker()))["gift"] == 10


async def test_a_limit_below_what_is_used_blocks_until_the_reset(admin_cases: AdminCases) -> None:
    await admin_cases.painted(asker(), 4)
    await admin_cases.administration.set_limits(admin(), Limits(member_day=2))
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(asker())
    error = refused.value
    assert (error.limit, error.maximum, error.used) == ("member_day", 2, 4)
    assert error.resets_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert (await admin_cases.left(asker()))["member_day"] == 0
    admin_cases.clock.instant = error.resets_at
    await admin_cases.painted(asker(), 2)


async def test_a_limit_changed_while_portraits_run_holds_for_the_next(admin_cases: AdminCases) -> None:
    running = await admin_cases.paint(asker(), 4)
    await admin_cases.administration.set_limits(admin(), Limits(server_day=4))
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(asker(2))
    assert refused.value.limit == "server_day"
    await admin_cases.settle(running, 3)
    await admin_cases.painted(asker(2))
    assert (await admin_cases.left(asker()))["server_day"] == 0


async def test_the_best_role_wins_and_zero_blocks_who_has_no_better(admin_cases: AdminCases) -> None:
    blocked, better = replace(asker(), roles=(1,)), replace(asker(2), roles=(1, 2))
    free = replace(asker(3), roles=(1, 2, 3))
    for role, limit in ((1, 0), (2, 12), (3, None)):
        await admin_cases.administration.set_role(admin(), role, limit)
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(blocked)
    assert (refused.value.limit, refused.value.maximum) == ("role_day", 0)
    for _ in range(3):
        await admin_cases.painted(better, 4)
    with pytest.raises(QuotaExceeded):
        await admin_cases.paint(better)
    await admin_cases.administration.set_limits(admin(), Limits(server_day=14))
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(free, 3)
    assert refused.value.limit == "server_day"
    await admin_cases.painted(free, 2)


async def test_a_role_taken_away_while_one_runs_changes_the_next_request_only(admin_cases: AdminCases) -> None:
    await admin_cases.administration.set_role(admin(), ROLE, 20)
    with_role = replace(asker(), roles=(ROLE,))
    running = [await admin_cases.paint(with_role, 4) for _ in range(4)]
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(asker())
    assert (refused.value.limit, refused.value.used) == ("member_day", 16)
    for each in running:
        await admin_cases.settle(each, 1)
    assert (await admin_cases.left(asker()))["member_day"] == 6


async def test_a_gift_is_used_after_the_day_and_refunded_first(admin_cases: AdminCases) -> None:
    await admin_cases.administration.set_limits(admin(), Limits(member_day=2))
    await admin_cases.administration.set_member(admin(), UserId(1), gift=3)
    await admin_cases.painted(asker())
    assert await admin_cases.left(asker()) == {
        "member_day": 1, "gift": 3, "server_day": 99, "server_month": 999, "ceiling_month": 4999
    }  # fmt: skip
    portrait = await admin_cases.paint(asker(), 4)
    left = await admin_cases.left(asker())
    assert (left["member_day"], left["gift"]) == (0, 0)
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(asker())
    assert (refused.value.limit, refused.value.used, refused.value.extra) == ("member_day", 2, 0)
    await admin_cases.settle(portrait, 2)
    left = await admin_cases.left(asker())
    assert (left["member_day"], left["gift"], left["server_day"]) == (0, 2, 97)


async def test_a_refusal_beyond_a_gift_counts_what_is_left_of_the_day_and_of_the_gift(admin_cases: AdminCases) -> None:
    await admin_cases.administration.set_limits(admin(), Limits(member_day=2))
    await admin_cases.administration.set_member(admin(), UserId(1), gift=2)
    await admin_cases.painted(asker())
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(asker(), 4)
    error = refused.value
    assert (error.limit, error.maximum, error.used, error.extra) == ("member_day", 2, 1, 2)
    await admin_cases.painted(asker(), 3)


async def test_a_refusal_says_whether_a_server_set_the_limit(admin_cases: AdminCases) -> None:
    alone = replace(asker(), place=replace(asker().place, guild_id=None))
    await admin_cases.administration.set_limits(admin(), Limits(member_day=1))
    for who, most, in_server in ((asker(), 1, True), (alone, 5, False)):
        for _ in range(most):
            await admin_cases.paint(who)
        with pytest.raises(QuotaExceeded) as refused:
            await admin_cases.paint(who)
        assert (refused.value.maximum, refused.value.in_server) == (most, in_server)


async def test_who_is_blocked_paints_no_gift_until_the_block_is_lifted(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_member(admin(), UserId(1), gift=3)
    await a.set_member(admin(), UserId(1), per_day=0)
    with pytest.raises(QuotaExceeded) as refused:
        await admin_cases.paint(asker())
    assert (refused.value.limit, refused.value.maximum, refused.value.extra) == ("exception_day", 0, 0)
    assert "gift" not in await admin_cases.left(asker())
    await a.set_member(admin(), UserId(1), per_day=1)
    await admin_cases.painted(asker(), 4)


async def test_clear_takes_back_the_exception_and_unused_gifts_only(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_member(admin(), UserId(1), per_day=1, gift=5)
    await admin_cases.painted(asker(), 3)
    await a.set_member(admin(), UserId(1), gift=1)
    assert (await admin_cases.left(asker()))["exception_day"] == 0
    await a.set_member(admin(), UserId(1), clear=True)
    left = await admin_cases.left(asker())
    assert (left["member_day"], left["gift"]) == (9, 0)
    await a.set_member(admin(), UserId(1), gift=2)
    assert (await admin_cases.left(asker()))["gift"] == 2
    await a.set_member(admin(), UserId(1), unlimited=True)
    assert "member_day" not in await admin_cases.left(asker())


async def test_a_pause_and_portraits_at_once(admin_cases: AdminCases) -> None:
    await admin_cases.administration.set_limits(admin(), Limits(at_once=1, cooldown=30))
    first = await admin_cases.paint(asker())
    with pytest.raises(TooManyRunning) as busy:
        await admin_cases.paint(asker())
    assert busy.value.limit == 1
    await admin_cases.settle(first, 1)
    with pytest.raises(CoolingDown) as early:
        await admin_cases.paint(asker())
    assert early.value.again_at == admin_cases.clock.now() + timedelta(seconds=30)
    await admin_cases.paint(asker(2))
    admin_cases.clock.advance(seconds=30)
    await admin_cases.paint(asker())
    await admin_cases.administration.set_limits(admin(), Limits(at_once=0, cooldown=0))
    await admin_cases.paint(asker())
