"""What several processes on one PostgreSQL leave to each other: slots, beats, leases of cards, and one breaker."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import psycopg
import pytest

from bot.domain.errors import NoCredits, OutcomeUnknown, StoreBusy, VendorDown
from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import HOPELESS_PAUSE, TRIAL, Heard, Tolerance
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Claimed
from bot.services.servers.turn import Turn
from bot.storage.database import Database, DatabaseBusy, open_database
from bot.storage.fleet import GONE, OCCUPIED, FleetJobs, SqlBreaker, SqlCards, SqlCrew
from bot.storage.portraits import SqlPortraits
from tests.fakes.builders import LEASE, NOW, accepted
from tests.fakes.cluster import Cluster
from tests.fakes.turns import acknowledge
from tests.storage.row_checks import lanes_agree

pytestmark = pytest.mark.slow
LIMIT = 3


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.schema() as made:
        yield made


@pytest.fixture
async def pair(url: str) -> AsyncIterator[tuple[Database, Database]]:
    async with open_database(url, shared=True) as one, open_database(url, shared=True) as two:
        yield one, two


async def waiting(database: Database, count: int) -> list[PortraitId]:
    """So many portraits of one image, each of its own server."""
    made = [await accepted(SqlPortraits(database), guild=1 + n, owner=100 + n) for n in range(count)]
    return [portrait.id for portrait in made]


async def claim(jobs: FleetJobs, free: int = 10, later: float = 0) -> list[Claimed]:
    now = NOW + timedelta(seconds=later)
    return list((await jobs.turn(now, LEASE, PAINTING, free=free)).claimed)


async def test_the_limit_holds_whoever_claims_and_however_many_at_once(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 12)
    workers = [FleetJobs(database, name, LIMIT) for database in pair for name in ("a", "b", "c")]
    found = [one for each in await asyncio.gather(*map(claim, workers)) for one in each]
    assert len(found) == LIMIT
    assert len({one.portrait.id for one in found}) == LIMIT
    assert await lanes_agree(pair[0])
    assert await claim(workers[0]) == []


async def test_a_slot_is_free_once_its_worker_gives_it_back_and_only_then(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 12)
    jobs, crew = FleetJobs(pair[0], "a", LIMIT), SqlCrew(pair[0], pair[0].holds, "a")
    first = await claim(jobs)
    # A member gave up on it, and the vendor still paints.
    await jobs.expire(first[0].portrait.id, "timeout", NOW)
    assert await claim(FleetJobs(pair[1], "b", LIMIT)) == []
    await crew.vacate(first[0].take)
    [second] = await claim(FleetJobs(pair[1], "b", LIMIT))
    # What was given back twice frees nobody else's.
    await crew.vacate(first[0].take)
    await SqlCrew(pair[0], pair[0].holds, "a").vacate(second.take)
    assert await claim(jobs) == []


async def test_who_stands_still_is_buried_and_everything_goes_on(pair: tuple[Database, Database]) -> None:
    ids = await waiting(pair[0], 3)
    dead, alive = FleetJobs(pair[0], "dead", LIMIT), FleetJobs(pair[1], "alive", LIMIT)
    theirs, ours = SqlCrew(pair[0], pair[0].holds, "dead"), SqlCrew(pair[1], pair[1].holds, "alive")
    await theirs.beat(NOW)
    asked, known, held = await claim(dead)
    assert await dead.submitted(known.take, "17", None, NOW, NOW + LEASE)
    assert await dead.hold(held.take, NOW + LEASE)
    steps = int(GONE.total_seconds()) // 3
    for step in range(steps):
        assert await ours.beat(NOW + timedelta(seconds=3 * step)) == 0
    end = NOW + GONE
    assert await alive.take_over(end, LEASE) == []
    assert await ours.beat(end) == 1
    [resumed] = await alive.take_over(end + timedelta(milliseconds=1), LEASE)
    assert resumed.take.job_id == "17"
    states = {each: (await alive.get(each)).takes[0].state for each in ids}
    assert states[asked.portrait.id] is TakeState.UNKNOWN
    assert states[known.portrait.id] is TakeState.SUBMITTED
    assert states[held.portrait.id] is TakeState.QUEUED
    assert await lanes_agree(pair[0])
    # It wakes up, and nothing of that is its own any more.
    assert not await dead.renew(known.take, NOW + LEASE)
    assert await dead.finish(known.take, TakeState.FAILED, NOW, failure="timeout") is None
    await theirs.vacate(known.take)
    # The order of unknown fate keeps its slot for a while: the vendor may be painting it.
    await waiting(pair[0], 5)
    assert len(await claim(alive, later=GONE.total_seconds())) == LIMIT - 2
    later = end + OCCUPIED + timedelta(seconds=1)
    await alive.take_over(later, LEASE)
    assert len((await alive.turn(later, LEASE, PAINTING, free=10)).claimed) == 1


async def test_nobody_is_taken_for_dead_by_who_looked_away(pair: tuple[Database, Database]) -> None:
    theirs, ours = SqlCrew(pair[0], pair[0].holds, "a"), SqlCrew(pair[1], pair[1].holds, "b")
    await theirs.beat(NOW)
    await ours.beat(NOW)
    # The database was away, or we were frozen.
    assert await ours.beat(NOW + timedelta(minutes=5)) == 0
    await theirs.beat(NOW + timedelta(minutes=5))
    for step in range(1, 5):
        await theirs.beat(NOW)
        assert await ours.beat(NOW + timedelta(minutes=5, seconds=3 * step)) == 0


async def test_who_leaves_is_waited_for_by_nobody(pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 3)
    one, two = FleetJobs(pair[0], "a", LIMIT), FleetJobs(pair[1], "b", LIMIT)
    crew = SqlCrew(pair[0], pair[0].holds, "a")
    await crew.beat(NOW)
    claimed = await claim(one)
    assert await one.submitted(claimed[0].take, "17", None, NOW, NOW + LEASE)
    assert await one.finish(claimed[1].take, TakeState.READY, NOW, image="x.png") is not None
    await crew.leave()
    [mine] = await two.take_over(NOW + timedelta(milliseconds=1), LEASE)
    assert mine.take.job_id == "17"
    [occupied] = await pair[0].one("SELECT count(*) AS n FROM slot") or [0]
    assert occupied == 2, "the ready one has no slot; the one of unknown fate has it for a while"


async def test_one_leads_and_the_next_one_when_it_is_gone(pair: tuple[Database, Database]) -> None:
    one, two = (SqlCrew(database, database.holds, name) for database, name in zip(pair, "ab", strict=True))
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
    assert not await SqlCrew(pair[0], pair[0].holds, "").leads(), "a gateway does not"


async def test_a_card_is_changed_by_one_and_its_answer_waits(pair: tuple[Database, Database]) -> None:
    jobs, cards, others = FleetJobs(pair[0], "a", LIMIT), SqlCards(pair[0]), SqlCards(pair[1])
    [portrait_id] = await waiting(pair[0], 1)
    await acknowledge(SqlPortraits(pair[0]), portrait_id, None, NOW)
    [claimed] = await claim(jobs)
    until = NOW + timedelta(seconds=15)
    assert await cards.begin_edit(portrait_id, NOW, until)
    assert not await others.begin_edit(portrait_id, NOW, until)
    finished = await jobs.finish(claimed.take, TakeState.READY, NOW, image="x.png", deliver=(NOW, LEASE))
    assert finished is not None
    assert finished.begun is None
    assert await jobs.begin_delivery(portrait_id, NOW, LEASE) is None
    assert (await jobs.turn(NOW, LEASE, PAINTING)).deliverable == ()
    assert await cards.end_edit(portrait_id, until), "the answer may follow"
    assert (await jobs.turn(NOW, LEASE, PAINTING)).deliverable == (portrait_id,)
    assert await jobs.begin_delivery(portrait_id, NOW, LEASE) is not None
    assert not await others.begin_edit(portrait_id, NOW, until)


async def test_who_dies_while_it_changes_a_card_holds_up_its_answer_for_seconds(
    pair: tuple[Database, Database],
) -> None:
    jobs, cards = FleetJobs(pair[0], "a", LIMIT), SqlCards(pair[1])
    [portrait_id] = await waiting(pair[0], 1)
    await acknowledge(SqlPortraits(pair[0]), portrait_id, None, NOW)
    [claimed] = await claim(jobs)
    assert await cards.begin_edit(portrait_id, NOW, NOW + timedelta(seconds=15))
    await jobs.finish(claimed.take, TakeState.READY, NOW, image="x.png")
    later = NOW + timedelta(seconds=16)
    assert (await jobs.turn(later, LEASE, PAINTING)).deliverable == (portrait_id,)
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
    workers = [FleetJobs(database, name, LIMIT) for database, name in zip(pair, "ab", strict=True)]
    assert await asyncio.gather(*map(claim, workers)) == [[], []]
    after = tolerance.pause.total_seconds() + 1
    found = await asyncio.gather(*(claim(worker, later=after) for worker in workers))
    assert sum(map(len, found)) == 1, "one tries, and the others wait for it"
    assert (await stores[1].heard()).until == NOW + timedelta(seconds=after) + TRIAL
    assert await stores[0].change(lambda heard: tolerance.after(heard, None, NOW)) == Heard()
    assert sum(map(len, await asyncio.gather(*(claim(each, later=after) for each in workers)))) == LIMIT - 1


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
