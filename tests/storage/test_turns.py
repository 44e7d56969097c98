"""What the engine carries from those who accept portraits to those who paint: turns, by several on one PostgreSQL."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from bot.ports.fleet import Turns
from bot.storage.database import Database, open_database
from bot.storage.fleet import FleetJobs
from bot.storage.turns import engine_of
from bot.storage.units import DatabaseError, Transaction
from tests.fakes.builders import LEASE, NOW
from tests.fakes.cluster import Cluster
from tests.storage.fleets import LIMIT, claimed, engine_in, lose_turns, turns_of, waiting

pytestmark = pytest.mark.slow


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


async def test_turns_that_are_missing_are_made(url: str, pair: tuple[Database, Database]) -> None:
    await waiting(pair[0], 3)
    jobs = FleetJobs(pair[0], "a")
    begun = await claimed(jobs)
    assert await jobs.submitted(begun.take, "17", None, NOW, NOW + LEASE)
    await lose_turns(pair[0], url)
    for minute in range(2):
        assert await jobs.take_over(NOW + timedelta(minutes=minute), LEASE) == []
        assert await turns_of(pair[1], url) == 3, "one for each that waits, and one for what was begun"
    [turn] = await pair[1].one("SELECT turn FROM take WHERE state = 'submitted'") or [0]
    assert (await claimed(FleetJobs(pair[1], "b"), turn)).take.job_id == "17"


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


async def test_what_the_vendor_is_at_takes_its_turn_before_what_waits(
    url: str, pair: tuple[Database, Database]
) -> None:
    """Else as many more than the limit would be ordered as were moved with it."""
    await waiting(pair[0], 2 * LIMIT)
    jobs, carried, over = FleetJobs(pair[0], "a"), list[int](), asyncio.Event()
    for number in range(LIMIT):
        begun = await claimed(jobs)
        assert await jobs.submitted(begun.take, f"{number}", None, NOW, NOW + LEASE)
    await lose_turns(pair[0], url)
    assert await jobs.take_over(NOW, LEASE) == []

    async def carry(turn: int) -> bool:
        carried.append(turn)
        await over.wait()
        return True

    begun_by = {row["turn"] for row in await pair[1].all("SELECT turn FROM take WHERE state = 'submitted'")}
    async with carrying(pair[1], carry):
        await until(lambda: len(carried) == LIMIT)
        assert set(carried) == begun_by
        over.set()


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
    queue = (await engine_in(pair[0])).qualified.queue_table
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


@asynccontextmanager
async def one_carried(database: Database) -> AsyncIterator[list[int]]:
    """Somebody takes turns, and one is over: those that were carried so far."""
    done: list[int] = []

    async def carry(turn: int) -> bool:
        done.append(turn)
        return True

    async with carrying(database, carry):
        await waiting(database, 1)
        await until(lambda: len(done) == 1)
        yield done


async def test_turns_are_taken_again_after_the_connections_were_lost(url: str, pair: tuple[Database, Database]) -> None:
    async with one_carried(pair[0]) as done:
        with psycopg.connect(url, autocommit=True) as operator:
            mine = "pid <> pg_backend_pid() AND datname = current_database() AND query ILIKE '%pgqueuer%'"
            operator.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}".encode())
        await waiting(pair[1], 1)
        await until(lambda: len(set(done)) >= 2)


async def test_turns_are_taken_again_after_the_engine_was_not_whole(url: str, pair: tuple[Database, Database]) -> None:
    engine = await engine_in(pair[0])
    async with one_carried(pair[0]) as done:
        with psycopg.connect(url, autocommit=True) as operator:
            operator.execute(f"ALTER TABLE {engine.qualified.queue_table} RENAME TO away".encode())
            await asyncio.sleep(10)
            operator.execute(f"ALTER TABLE {engine.db_schema}.away RENAME TO pgqueuer".encode())
        await waiting(pair[1], 1)
        await until(lambda: len(done) == 2)
