"""What several processes on one PostgreSQL leave to each other: takes, leases of cards and deliveries, one breaker."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from bot.domain.errors import NoCredits, OutcomeUnknown, StoreBusy, VendorDown
from bot.domain.portraits.breaker import HOPELESS_PAUSE, TRIAL, Heard, Tolerance
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Claimed, Left
from bot.services.servers.turn import Turn
from bot.storage.database import Database, DatabaseBusy, open_database
from bot.storage.fleet import SILENCE, FleetJobs, SqlBreaker, SqlCards
from bot.storage.portraits import SqlPortraits
from tests.fakes.builders import LEASE, NOW
from tests.fakes.turns import acknowledge
from tests.storage.fleets import claim, claimed, crew_of, waiting
from tests.storage.row_checks import lanes_agree

pytestmark = pytest.mark.slow


async def test_every_image_is_claimed_by_one_turn_and_the_order_is_fair(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 6)
    workers = [FleetJobs(database, name) for database in pair for name in ("a", "b", "c")]
    found = await asyncio.gather(*map(claim, workers * 2))
    took = [each for each in found if isinstance(each, Claimed)]
    assert len(took) == len({each.portrait.id for each in took}) == 6
    assert [each for each in found if not isinstance(each, Claimed)] == [Left.NOTHING] * 6
    assert await lanes_agree(pair[0])


async def test_a_turn_that_is_carried_again_goes_on_with_what_it_was_at(pair: tuple[Database, Database]) -> None:
    ids = await waiting(pair[0], 4)
    dead, alive = FleetJobs(pair[0], "dead"), FleetJobs(pair[1], "alive")
    asked, known, held, ready = [await claimed(dead, turn) for turn in range(4)]
    assert await dead.submitted(known.take, "17", None, NOW, NOW + LEASE)
    assert await dead.hold(held.take, NOW + LEASE)
    assert await dead.finish(ready.take, TakeState.READY, NOW, image="x.png") is not None
    assert await claim(alive, 0) is Left.OCCUPIED, "the vendor may be painting it"
    resumed = await claimed(alive, 1)
    assert (resumed.take.job_id, resumed.portrait.id) == ("17", known.portrait.id)
    # Nothing was ordered: it is the head of its lane again, and the fairest that waits.
    assert (await claimed(alive, 2)).portrait.id == held.portrait.id
    assert await claim(alive, 3) is Left.NOTHING
    states = {each: (await alive.get(each)).takes[0].state for each in ids}
    assert states[asked.portrait.id] is TakeState.UNKNOWN
    assert states[known.portrait.id] is TakeState.SUBMITTED
    assert states[ready.portrait.id] is TakeState.READY
    assert await lanes_agree(pair[0])
    # It wakes up, and nothing of that is its own any more.
    for theirs in (asked, known, held):
        assert not await dead.renew(theirs.take, NOW + LEASE)
        assert not await dead.give_back(theirs.take)
        assert await dead.finish(theirs.take, TakeState.FAILED, NOW, failure="timeout") is None
    # And it is unknown still when its turn is carried a third time.
    assert await claim(dead, 0) is Left.OCCUPIED


async def test_what_was_ended_while_its_worker_was_at_it_occupies_the_vendor_still(
    pair: tuple[Database, Database],
) -> None:
    await waiting(pair[0], 1)
    dead, alive = FleetJobs(pair[0], "dead"), FleetJobs(pair[1], "alive")
    theirs = await claimed(dead, 7)
    assert await dead.submitted(theirs.take, "17", None, NOW, NOW + LEASE)
    await alive.expire(theirs.portrait.id, "timeout", NOW)
    assert await claim(alive, 7) is Left.OCCUPIED


async def test_what_became_of_a_turn_is_told(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 3)
    jobs = FleetJobs(pair[0], "a")
    one, two, three = [await claimed(jobs, turn) for turn in range(3)]
    assert await jobs.left(0) is Left.AT_IT
    assert await jobs.give_back(one.take)
    assert await jobs.left(0) is Left.WAITING
    await jobs.finish(two.take, TakeState.READY, NOW, image="x.png")
    assert await jobs.left(1) is Left.NOTHING
    await jobs.finish(three.take, TakeState.UNKNOWN, NOW, failure="unknown")
    assert await jobs.left(2) is Left.OCCUPIED


async def test_nothing_is_claimed_while_the_vendor_wants_to_be_left_alone(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 1)
    await FleetJobs(pair[0], "a").pause(NOW, NOW + timedelta(seconds=30))
    other = FleetJobs(pair[1], "b")
    assert await claim(other) is Left.WAITING
    assert isinstance(await claim(other, later=31), Claimed)


async def test_a_delivery_whose_worker_is_silent_is_anybodys(pair: tuple[Database, Database]) -> None:
    jobs, others = FleetJobs(pair[0], "a"), FleetJobs(pair[1], "b")
    [portrait_id] = await waiting(pair[0], 1)
    await acknowledge(SqlPortraits(pair[0]), portrait_id, None, NOW)
    mine = await claimed(jobs)
    assert await jobs.finish(mine.take, TakeState.READY, NOW, image="x.png") is not None
    assert await jobs.begin_delivery(portrait_id, NOW, LEASE) is not None
    for step in (10, 20):
        later = NOW + timedelta(seconds=step)
        await jobs.renew_deliveries([portrait_id], later)
        await others.renew_deliveries([portrait_id], later + LEASE)
        assert await others.begin_delivery(portrait_id, later + SILENCE, LEASE) is None
    silent = NOW + timedelta(seconds=20) + SILENCE + timedelta(milliseconds=1)
    assert await others.begin_delivery(portrait_id, silent, LEASE) is not None
    # It wakes up, and does not get it back.
    await jobs.renew_deliveries([portrait_id], silent + LEASE)
    assert await jobs.begin_delivery(portrait_id, silent + SILENCE + timedelta(seconds=1), LEASE) is not None


async def test_who_leaves_is_waited_for_by_nobody(pair: tuple[Database, Database]) -> None:
    jobs, others = FleetJobs(pair[0], "a"), FleetJobs(pair[1], "b")
    [portrait_id] = await waiting(pair[0], 1)
    await acknowledge(SqlPortraits(pair[0]), portrait_id, None, NOW)
    await jobs.finish((await claimed(jobs)).take, TakeState.READY, NOW, image="x.png")
    assert await jobs.begin_delivery(portrait_id, NOW, LEASE) is not None
    await crew_of(pair[0], "a").leave()
    assert await others.begin_delivery(portrait_id, NOW, LEASE) is not None


async def test_one_leads_and_the_next_one_when_it_is_gone(pair: tuple[Database, Database]) -> None:
    one, two = (crew_of(database, name) for database, name in zip(pair, "ab", strict=True))
    assert await one.leads()
    assert not await two.leads()
    assert await one.leads()
    await one.leave()
    two._next_look = 0
    assert await two.leads()
    # The server ends its connection, as it does with one of a process that is frozen.
    assert two._leading is not None
    await two._leading.release()
    two._next_look = 0
    assert await two.leads(), "and it leads again, for nobody else does"
    await two.leave()
    assert not await crew_of(pair[0], "").leads(), "a gateway does not"


async def test_a_card_is_changed_by_one_and_its_answer_waits(pair: tuple[Database, Database]) -> None:
    jobs, cards, others = FleetJobs(pair[0], "a"), SqlCards(pair[0]), SqlCards(pair[1])
    [portrait_id] = await waiting(pair[0], 1)
    await acknowledge(SqlPortraits(pair[0]), portrait_id, None, NOW)
    mine = await claimed(jobs)
    until = NOW + timedelta(seconds=15)
    assert await cards.begin_edit(portrait_id, NOW, until)
    assert not await others.begin_edit(portrait_id, NOW, until)
    finished = await jobs.finish(mine.take, TakeState.READY, NOW, image="x.png", deliver=(NOW, LEASE))
    assert finished is not None
    assert finished.begun is None
    assert await jobs.begin_delivery(portrait_id, NOW, LEASE) is None
    assert (await jobs.take_work(NOW, LEASE, PAINTING)).deliverable == ()
    assert await cards.end_edit(portrait_id, until), "the answer may follow"
    assert (await jobs.take_work(NOW, LEASE, PAINTING)).deliverable == (portrait_id,)
    assert await jobs.begin_delivery(portrait_id, NOW, LEASE) is not None
    assert not await others.begin_edit(portrait_id, NOW, until)


async def test_who_dies_while_it_changes_a_card_holds_up_its_answer_for_seconds(
    pair: tuple[Database, Database],
) -> None:
    jobs, cards = FleetJobs(pair[0], "a"), SqlCards(pair[1])
    [portrait_id] = await waiting(pair[0], 1)
    await acknowledge(SqlPortraits(pair[0]), portrait_id, None, NOW)
    mine = await claimed(jobs)
    assert await cards.begin_edit(portrait_id, NOW, NOW + timedelta(seconds=15))
    await jobs.finish(mine.take, TakeState.READY, NOW, image="x.png")
    later = NOW + timedelta(seconds=16)
    assert (await jobs.take_work(later, LEASE, PAINTING)).deliverable == (portrait_id,)
    # It comes back: that edit is over.
    assert await jobs.begin_delivery(portrait_id, later, LEASE) is not None
    assert not await cards.begin_edit(portrait_id, later, later + timedelta(seconds=15))


async def test_failures_of_all_are_counted_and_one_order_of_all_tries(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 5)
    tolerance = Tolerance(failures=4)
    stores = [SqlBreaker(database) for database in pair]
    rule = lambda heard: tolerance.after(heard, OutcomeUnknown("POST /x"), NOW)  # noqa: E731
    await asyncio.gather(*(store.change(rule) for store in stores * 2))
    heard = await stores[0].heard()
    assert heard.counted == 4
    assert isinstance(heard.reason, VendorDown)
    workers = [FleetJobs(database, name) for database, name in zip(pair, "ab", strict=True)] * 2
    assert await asyncio.gather(*map(claim, workers)) == [Left.WAITING] * 4
    after = tolerance.pause.total_seconds() + 1
    found = await asyncio.gather(*(claim(worker, later=after) for worker in workers))
    assert sum(isinstance(each, Claimed) for each in found) == 1, "one tries, and the others wait for it"
    assert (await stores[1].heard()).until == NOW + timedelta(seconds=after) + TRIAL
    assert await stores[0].change(lambda heard: tolerance.after(heard, None, NOW)) == Heard()
    found = await asyncio.gather(*(claim(worker, later=after) for worker in workers))
    assert all(isinstance(each, Claimed) for each in found)


async def test_what_only_the_operator_can_mend_is_told_to_all(pair: tuple[Database, Database]) -> None:
    await SqlBreaker(pair[0]).change(lambda heard: Tolerance().after(heard, NoCredits("POST /x -> 402", "text"), NOW))
    heard = await SqlBreaker(pair[1]).heard()
    assert isinstance(heard.reason, NoCredits)
    assert (heard.reason.where, heard.reason.detail) == ("POST /x -> 402", "")
    assert heard.until == NOW + HOPELESS_PAUSE


async def test_a_bell_wakes_who_listens(pair: tuple[Database, Database]) -> None:
    woken = asyncio.Event()
    listening = asyncio.create_task(pair[1].holds.listen(woken.set))
    try:
        # Whoever begins to listen looks at once.
        await asyncio.wait_for(woken.wait(), 5)
        woken.clear()
        await pair[0].holds.tell()
        await asyncio.wait_for(woken.wait(), 5)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_several_share_what_one_alone_cannot_have_beside_them(url: str) -> None:
    async with open_database(url, shared=True), open_database(url, shared=True):
        with pytest.raises(DatabaseBusy):
            async with open_database(url):
                pass
    async with open_database(url):
        with pytest.raises(DatabaseBusy):
            async with open_database(url, shared=True):
                pass


async def test_rules_are_changed_one_after_another_whoever_does(pair: tuple[Database, Database]) -> None:
    inside, most = 0, 0

    async def change(turn: Turn) -> None:
        nonlocal inside, most
        async with turn:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.05)
            inside -= 1

    turns = [Turn(database.holds) for database in pair]
    await asyncio.gather(*(change(turn) for turn in turns * 3))
    assert most == 1
    async with turns[0]:
        with pytest.raises(StoreBusy):
            async with turns[1]:
                pass
    await asyncio.gather(change(turns[1]))


async def test_a_database_that_lost_its_owner_is_owned_again(url: str) -> None:
    async with open_database(url):
        with psycopg.connect(url, autocommit=True) as operator:
            mine = "SELECT pg_backend_pid()"
            cut = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> ({mine})"
            held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            [before] = operator.execute(held.encode()).fetchone() or [0]
            assert before == 1
            operator.execute(cut.encode())
            for _ in range(100):
                await asyncio.sleep(0.1)
                if operator.execute(held.encode()).fetchone() == (1,):
                    break
        with pytest.raises(DatabaseBusy):
            async with open_database(url):
                pass
