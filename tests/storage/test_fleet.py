"""What several processes on one PostgreSQL leave to each other: turns, leases of cards and deliveries, one breaker."""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from bot.domain.errors import NoCredits, OutcomeUnknown, StoreBusy, VendorDown
from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import HOPELESS_PAUSE, TRIAL, Heard, Tolerance
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.queue import PAINTING
from bot.ports.fleet import Turns
from bot.ports.jobs import Claimed, Left
from bot.services.servers.turn import Turn
from bot.storage.database import Database, DatabaseBusy, open_database
from bot.storage.fleet import SILENCE, FleetJobs, SqlBreaker, SqlCards, SqlCrew
from bot.storage.portraits import SqlPortraits
from bot.storage.turns import engine_of
from bot.storage.units import DatabaseError, Transaction
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


_numbers = itertools.count(10**6)


async def claim(jobs: FleetJobs, turn: int | None = None, later: float = 0) -> Claimed | Left:
    """By a turn that nobody had, or by this one again."""
    turn = next(_numbers) if turn is None else turn
    return await jobs.claim(NOW + timedelta(seconds=later), LEASE, PAINTING, turn)


async def claimed(jobs: FleetJobs, turn: int | None = None) -> Claimed:
    found = await claim(jobs, turn)
    assert isinstance(found, Claimed)
    return found


async def turns_of(database: Database, url: str) -> int:
    [space] = await database.one("SELECT current_schema() AS name") or [""]
    with psycopg.connect(url) as connection:
        table = engine_of(space).qualified.queue_table
        [count] = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or [0]
    return count


async def test_each_image_that_waits_has_a_turn_from_the_transaction_that_accepts_it(
    url: str, pair: tuple[Database, Database]
) -> None:
    await waiting(pair[0], 3)
    assert await turns_of(pair[1], url) == 3
    # What is not accepted after all has none.
    with pytest.raises(RuntimeError):
        await pair[0].write(_enqueued_in_vain)
    assert await turns_of(pair[1], url) == 3


def _enqueued_in_vain(tx: Transaction) -> None:
    tx.enqueue(5)
    raise RuntimeError


async def test_the_turns_stand_beside_whatever_schema_is_used_and_in_no_other(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGQUEUER_PREFIX", "PGQUEUER_SCHEMA", "PGQUEUER_QUEUE_TABLE", "QUEUE_TABLE", "CHANNEL", "DURABILITY"):
        monkeypatch.setenv(name, "volatile")
    space = 'Größe "1" of a name that is as long as PostgreSQL lets it'
    with psycopg.connect(cluster.url, autocommit=True) as operator:
        made = sql.Identifier(space)
        operator.execute(sql.SQL("CREATE SCHEMA {}").format(made))
        try:
            # In an address a space parts options, unless there is a backslash before it.
            path = made.as_string(operator).replace(" ", "\\ ")
            url = f"{cluster.url}?options={quote(f'-csearch_path={path}')}"
            async with open_database(url, shared=True) as database:
                await waiting(database, 2)
                assert await turns_of(database, url) == 2
        finally:
            beside = engine_of(space).db_schema
            operator.execute(sql.SQL("DROP SCHEMA {}, {} CASCADE").format(made, sql.Identifier(str(beside))))
    assert engine_of(space).db_schema != engine_of(space + "2").db_schema
    assert engine_of("limner").qualified.queue_table == "limner_turns.pgqueuer"


async def test_a_role_that_may_not_make_the_schema_of_turns_is_told_so(cluster: Cluster) -> None:
    name = f"poor{secrets.token_hex(6)}"
    with psycopg.connect(cluster.url, autocommit=True) as operator:
        role = sql.Identifier(name)
        operator.execute(sql.SQL("CREATE ROLE {0} LOGIN; CREATE SCHEMA {0} AUTHORIZATION {0}").format(role))
        try:
            # A role's own schema is the first on its path.
            url = cluster.url.replace("limner@", f"{name}@")
            async with open_database(url):
                pass
            with pytest.raises(DatabaseError) as refused:
                async with open_database(url, shared=True):
                    pass
            assert "turns of several processes" in str(refused.value)
            assert "permission denied" in str(refused.value)
        finally:
            operator.execute(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(role))


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


async def test_turns_that_are_missing_are_made(url: str, pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 3)
    jobs = FleetJobs(pair[0], "a")
    begun = await claimed(jobs)
    assert await jobs.submitted(begun.take, "17", None, NOW, NOW + LEASE)
    # Moved from another database, or put back from a backup: no turn is there.
    [space] = await pair[0].one("SELECT current_schema() AS name") or [""]
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute(f"DELETE FROM {engine_of(space).qualified.queue_table}".encode())
    for minute in range(2):
        assert await jobs.take_over(NOW + timedelta(minutes=minute), LEASE) == []
        assert await turns_of(pair[1], url) == 3, "one for each that waits, and one for what was begun"
    [turn] = await pair[1].one("SELECT turn FROM take WHERE state = 'submitted'") or [0]
    assert (await claimed(FleetJobs(pair[1], "b"), turn)).take.job_id == "17"


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


def crew_of(database: Database, worker: str) -> SqlCrew:
    return SqlCrew(database, database.turns(LIMIT), worker)


@asynccontextmanager
async def carrying(database: Database, carry: Callable[[int], Awaitable[bool]]) -> AsyncIterator[Turns]:
    turns = database.turns(LIMIT)
    taking = asyncio.create_task(turns.take_turns(carry))
    try:
        yield turns
    finally:
        turns.take_no_more()
        await asyncio.wait_for(taking, 20)


async def until(what: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not what():
            await asyncio.sleep(0.02)


async def test_the_limit_holds_over_all_who_take_turns(url: str, pair: tuple[Database, Database]) -> None:
    at_it, most, done, full = 0, 0, list[int](), asyncio.Event()

    async def carry(turn: int) -> bool:
        nonlocal at_it, most
        at_it += 1
        most = max(most, at_it)
        if at_it == LIMIT:
            full.set()
        await full.wait()
        await asyncio.sleep(0.05)
        at_it -= 1
        done.append(turn)
        return True

    async with carrying(pair[0], carry), carrying(pair[1], carry), carrying(pair[1], carry):
        await waiting(pair[0], 20)
        await until(lambda: len(done) == 20)
    assert len(set(done)) == 20
    assert most == LIMIT
    assert await turns_of(pair[0], url) == 0


async def test_a_turn_that_is_not_over_is_carried_again(url: str, pair: tuple[Database, Database]) -> None:
    carried: list[int] = []

    async def carry(turn: int) -> bool:
        carried.append(turn)
        return len(carried) > 2

    await waiting(pair[0], 1)
    async with carrying(pair[0], carry):
        await until(lambda: len(carried) == 3)
    assert len(set(carried)) == 1
    assert await turns_of(pair[0], url) == 0


async def test_who_was_taken_for_dead_ends_nothing_that_others_go_on_with(
    url: str, pair: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.turns.DEAD", timedelta(seconds=1))
    [space] = await pair[0].one("SELECT current_schema() AS name") or [""]
    queue = engine_of(space).qualified.queue_table
    first, second, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def frozen(_turn: int) -> bool:
        first.set()
        await go_on.wait()
        return True

    async def other(_turn: int) -> bool:
        second.set()
        await asyncio.sleep(2)
        return False

    await waiting(pair[0], 1)
    async with carrying(pair[0], frozen):
        await asyncio.wait_for(first.wait(), 10)
        with psycopg.connect(url, autocommit=True) as operator:
            # As long as it is frozen it cannot be seen: whoever carries it counts on, but nobody looks.
            operator.execute(
                f"UPDATE {queue} SET heartbeat = now() - interval '1 minute', queue_manager_id = NULL".encode()
            )
            async with carrying(pair[1], other):
                await asyncio.wait_for(second.wait(), 10)
                go_on.set()
                await asyncio.sleep(1)
                [left] = operator.execute(f"SELECT count(*) FROM {queue}".encode()).fetchone() or [0]
                assert left == 1, "the one that woke up ended what another carries"


async def test_who_lost_the_connection_of_the_engine_is_alive(
    url: str, pair: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.turns.DEAD", timedelta(seconds=2))
    carried, over = [list[int](), list[int]()], asyncio.Event()

    def carry(who: int) -> Callable[[int], Awaitable[bool]]:
        async def carried_by(turn: int) -> bool:
            carried[who].append(turn)
            await over.wait()
            return True

        return carried_by

    await waiting(pair[0], LIMIT)
    async with carrying(pair[0], carry(0)):
        await until(lambda: len(carried[0]) == LIMIT)
        async with carrying(pair[1], carry(1)):
            with psycopg.connect(url, autocommit=True) as operator:
                others = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
                operator.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}".encode())
            await asyncio.sleep(8)
            over.set()
    assert carried == [sorted(set(carried[0])), []], "what was carried was taken from who carried it"
    assert await turns_of(pair[1], url) == 0


async def test_turns_are_taken_again_after_the_connections_were_lost(url: str, pair: tuple[Database, Database]) -> None:
    done: list[int] = []

    async def carry(turn: int) -> bool:
        done.append(turn)
        return True

    async with carrying(pair[0], carry):
        await waiting(pair[0], 1)
        await until(lambda: len(done) == 1)
        with psycopg.connect(url, autocommit=True) as operator:
            mine = "pid <> pg_backend_pid() AND datname = current_database() AND query ILIKE '%pgqueuer%'"
            operator.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}".encode())
        await waiting(pair[1], 1)
        await until(lambda: len(set(done)) >= 2)


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
