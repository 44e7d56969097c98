"""Who would wait for too long is not accepted; what waits or is painted for too long ends by its own time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import QueueTooLong
from bot.domain.portraits.portrait import TOKEN_LIFE, TakeState
from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, LONGEST_PAUSE, PAINTING, SECOND_CHANCE, Spans
from bot.ports.portraits import Admission
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from tests.fakes.builders import LEASE, NOW, ROOMY, a_portrait, a_reply, accepted, legs
from tests.fakes.turns import claim, deliverable
from tests.storage.row_checks import everything, lanes_agree, value

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BARRED = timedelta(minutes=40)
SPANS = Spans()


def within(wait: timedelta, slots: int = 1) -> Admission:
    return replace(ROOMY, slots=slots, longest_wait=wait)


async def _many(portraits: SqlPortraits, number: int, limits: Admission, **parts: object) -> tuple[int, list[float]]:
    """How many of so many at once are accepted, and what the others are told."""
    ended = await asyncio.gather(
        *(accepted(portraits, limits=limits, owner=100 + n % 7, **parts) for n in range(number)),
        return_exceptions=True,
    )
    told = [each.seconds for each in ended if isinstance(each, QueueTooLong)]
    assert len(told) + sum(not isinstance(each, BaseException) for each in ended) == number
    return number - len(told), told


@pytest.mark.parametrize(("slots", "count"), [(1, 1), (5, 1), (5, 4), (3, 4)])
async def test_a_burst_is_accepted_as_far_as_it_fits_and_no_further(
    database: Database, portraits: SqlPortraits, slots: int, count: int
) -> None:
    taken, told = await _many(portraits, 200, within(2 * MINUTE, slots), **({"count": count} if count > 1 else {}))
    # So many rounds begin within two minutes, the first of them at once.
    fit = (int(120 // FIRST_GUESS_SECONDS) + 1) * slots // count
    assert taken == fit
    assert min(told) > 120
    assert await value(database, "SELECT count(*) FROM take") == taken * count
    assert await value(database, "SELECT sum(units) FROM quota_hold") == taken * count
    assert await lanes_agree(database)


async def test_a_refused_one_leaves_nothing(database: Database, portraits: SqlPortraits) -> None:
    await _many(portraits, 20, within(MINUTE))
    before = await everything(database)
    with pytest.raises(QueueTooLong):
        await accepted(portraits, limits=within(MINUTE), owner=100, count=4)
    assert await everything(database) == before


async def test_the_measured_times_decide(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    for _ in range(3):
        await accepted(portraits)
        claimed = await claim(jobs, NOW, LEASE)
        assert claimed
        await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png", took=timedelta(seconds=30))
    assert (await _many(portraits, 20, within(2 * MINUTE)))[0] == 120 // 30 + 1


async def test_an_empty_queue_takes_one_however_slow_the_vendor_is(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await accepted(portraits)
    claimed = await claim(jobs, NOW, LEASE)
    assert claimed
    await jobs.finish(claimed.take, TakeState.READY, NOW, image="a.png", took=HOUR)
    await accepted(portraits, limits=within(MINUTE))


async def test_the_pause_of_the_vendor_counts(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    await jobs.pause(NOW, NOW + 2 * MINUTE)
    with pytest.raises(QueueTooLong) as told:
        await accepted(portraits, limits=within(MINUTE))
    assert told.value.seconds == 120


async def test_another_server_and_another_member_are_served_by_their_fair_place(portraits: SqlPortraits) -> None:
    limits = within(2 * MINUTE)
    for _ in range(16):
        await accepted(portraits, limits=limits, owner=1)
    with pytest.raises(QueueTooLong):
        await accepted(portraits, limits=limits, owner=1)
    await accepted(portraits, limits=limits, owner=2)
    await accepted(portraits, limits=limits, owner=1, guild=11)
    await accepted(portraits, limits=limits, owner=3, guild=None)


async def test_the_place_that_is_foretold_is_the_place_that_is_got(jobs: SqlJobs, portraits: SqlPortraits) -> None:
    """With a wait of a second for each place ahead, the longest that is accepted tells the place."""
    for owner, guild, count in [(1, 10, 4), (2, 10, 1), (1, 10, 2), (3, 11, 3), (4, None, 2), (2, 10, 4), (3, 11, 1)]:
        portrait = a_portrait(owner=owner, guild=guild, count=count)
        lower, upper = 0, 64
        while lower < upper:
            tried = (lower + upper) // 2
            try:
                await portraits.accept(portrait, legs(portrait), within(timedelta(seconds=tried * FIRST_GUESS_SECONDS)))
            except QueueTooLong:
                lower = tried + 1
            else:
                break
        else:
            await portraits.accept(portrait, legs(portrait), within(timedelta(seconds=lower * FIRST_GUESS_SECONDS)))
        [place] = [
            card.places[1] for card in (await jobs.survey()).cards if card.portrait_id == portrait.id and card.places
        ]
        with_less = within(timedelta(seconds=(place - 1) * FIRST_GUESS_SECONDS - 0.1))
        await jobs.expire(portrait.id, "x", NOW)
        again = a_portrait(owner=owner, guild=guild, count=count)
        if place > 1:
            with pytest.raises(QueueTooLong) as told:
                await portraits.accept(again, legs(again), with_less)
            assert told.value.seconds == (place - 1) * FIRST_GUESS_SECONDS
        await portraits.accept(again, legs(again), ROOMY)


async def test_each_take_has_its_own_time(database: Database, jobs: SqlJobs, portraits: SqlPortraits) -> None:
    portrait = await accepted(portraits, count=4, deadline=10 * MINUTE)
    early = await claim(jobs, NOW, LEASE, PAINTING)
    held = await claim(jobs, NOW + MINUTE, LEASE, PAINTING)
    assert early
    assert held
    await jobs.hold(held.take, NOW + LEASE)
    assert await jobs.late(NOW + PAINTING) == []
    assert [take.number for take in await jobs.late(NOW + PAINTING + MINUTE / 2)] == [0]
    assert [take.number for take in await jobs.late(NOW + PAINTING + 2 * MINUTE)] == [0, 1]
    later = await claim(jobs, NOW + 9 * MINUTE, LEASE, PAINTING)
    assert later
    assert later.take.deadline == NOW + 9 * MINUTE + PAINTING
    assert await jobs.overdue(NOW + 10 * MINUTE) == []
    assert await jobs.overdue(NOW + 10 * MINUTE + LEASE) == [portrait.id]
    await jobs.end_waiting(portrait.id, "waited", NOW)
    takes = (await jobs.get(portrait.id)).takes
    assert [(str(take.state), take.failure) for take in takes] == [
        ("submitting", None),
        ("queued", None),
        ("submitting", None),
        ("failed", "waited"),
    ]
    assert await jobs.overdue(NOW + HOUR) == []
    assert await lanes_agree(database)


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -24 * HOUR, 24 * HOUR])
async def test_what_another_clock_wrote_is_bounded_at_the_start(
    database: Database, jobs: SqlJobs, portraits: SqlPortraits, jump: timedelta
) -> None:
    portrait = await accepted(portraits, count=3, deadline=SPANS.waiting)
    ordered, held = await claim(jobs, NOW, LEASE), await claim(jobs, NOW, LEASE)
    assert ordered
    assert held
    await jobs.submitted(ordered.take, "job", None, NOW, NOW + LEASE)
    await jobs.hold(held.take, NOW + LEASE)
    await jobs.pause(NOW, NOW + timedelta(seconds=3))
    await jobs.bar("kontext", NOW + BARRED)
    now = NOW + jump
    await jobs.release_all()
    await jobs.rebase(now, SPANS, BARRED)
    assert await jobs.paused_until() <= now + timedelta(seconds=3)
    assert not await jobs.is_barred("kontext", now + BARRED)
    assert await jobs.overdue(now) == []
    assert await jobs.late(now) == []
    found = await jobs.get(portrait.id)
    assert now + SECOND_CHANCE <= found.deadline <= now + SPANS.waiting
    assert all(now + SECOND_CHANCE <= take.deadline <= now + PAINTING for take in found.takes[:2] if take.deadline)
    assert found.asked_at <= now
    assert found.reply.works(now, SECOND_CHANCE / 2)
    assert found.reply.expires_at
    assert found.reply.expires_at <= now + TOKEN_LIFE
    # Not acknowledged yet: its card is not waited for longer than a moment.
    await jobs.expire(portrait.id, "x", NOW)
    assert await deliverable(jobs, now + timedelta(seconds=5)) == [portrait.id]


async def test_a_start_by_a_right_clock_changes_nothing_but_what_is_nearly_over(
    jobs: SqlJobs, portraits: SqlPortraits
) -> None:
    portrait = await accepted(portraits, deadline=SPANS.waiting)
    nearly = await accepted(portraits, deadline=timedelta(seconds=1))
    await jobs.pause(NOW, NOW + MINUTE)
    now = NOW + timedelta(seconds=20)
    await jobs.rebase(now, SPANS, BARRED)
    assert (await jobs.get(portrait.id)).deadline == portrait.deadline
    assert (await jobs.get(nearly.id)).deadline == now + SECOND_CHANCE
    assert await jobs.paused_until() == NOW + MINUTE
    assert MINUTE < LONGEST_PAUSE


async def test_a_pause_of_an_older_version_is_bounded_too(database: Database, jobs: SqlJobs) -> None:
    await jobs.pause(NOW, NOW + HOUR)
    await database.write(lambda tx: tx.run("UPDATE queue SET paused_at = 0"))
    await jobs.rebase(NOW, SPANS, BARRED)
    assert await jobs.paused_until() == NOW + LONGEST_PAUSE


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), HOUR])
async def test_what_a_clock_wrote_that_was_set_back_holds_nobody_up(portraits: SqlPortraits, ahead: timedelta) -> None:
    pauses = replace(ROOMY, cooldown=timedelta(seconds=30))
    await accepted(portraits, press_key="reroll:x:None:1", now=NOW + ahead, reply=a_reply())
    await accepted(portraits, press_key="reroll:x:None:1", limits=pauses)
