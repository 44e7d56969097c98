"""Units that wait at the same time are written in one transaction, and nobody notices but by the time it takes."""

import asyncio
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import StoreBusy, StoreFull
from bot.logs import about
from bot.storage.database import Database, open_database
from bot.storage.units import Refused, Transaction
from tests.fakes.processes import REPO
from tests.fakes.small import small_disk
from tests.storage.row_checks import refused_at_its_commit, rows

pytestmark = pytest.mark.sqlite

PUT = "INSERT INTO fact (name, value) VALUES (:name, :value)"
BIG = "x" * 200_000


def put(name: str, value: str = "") -> Any:
    return lambda tx: tx.run(PUT, {"name": name, "value": value})


async def names(database: Database) -> set[str]:
    return {row["name"] for row in await rows(database, "SELECT name FROM fact")}


class Watched:
    """What the writing connection was told to do with transactions, and where its thread stands still."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.said: list[str] = []
        self._open = threading.Event()
        self._writer: Any = database._writer  # pyright: ignore[reportAttributeAccessIssue]

    async def begin(self) -> None:
        words = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

        def listen(sql: str) -> None:
            if sql.startswith(words):
                self.said.append(" ".join(sql.split()[:2]))

        await self._writer._execute(self._writer._conn.set_trace_callback, listen)

    def count(self, words: str) -> int:
        return sum(each.startswith(words) for each in self.said)

    @asynccontextmanager
    async def standing_still(self) -> AsyncIterator[None]:
        """The thread is busy: what is asked meanwhile waits at the same time."""
        held = asyncio.create_task(self.database.write(lambda _: self._open.wait(10)))
        await asyncio.sleep(0.05)
        try:
            yield
        finally:
            self._open.set()
            await held
            self._open.clear()

    async def together(self, *units: Any) -> list[Any]:
        asked: list[Awaitable[Any]] = []
        async with self.standing_still():
            self.said.clear()
            asked = [asyncio.ensure_future(self.database.write(unit)) for unit in units]
            await asyncio.sleep(0.05)
        return await asyncio.gather(*asked, return_exceptions=True)


@pytest.fixture
async def watched(database: Database) -> Watched:
    found = Watched(database)
    await found.begin()
    return found


async def test_what_waits_at_the_same_time_is_one_transaction(watched: Watched) -> None:
    results = await watched.together(*(lambda _, n=n: n for n in range(10)), *(put(f"{n}") for n in range(10)))
    assert results == [*range(10), *[None] * 10]
    assert await names(watched.database) == {f"{n}" for n in range(10)}
    # That of the unit that held up the others, and theirs.
    assert watched.count("COMMIT") == 2
    assert watched.count("BEGIN IMMEDIATE") == 1


async def test_one_that_waits_for_nobody_has_no_savepoint(watched: Watched) -> None:
    await watched.database.write(put("a"))
    assert watched.said == ["BEGIN IMMEDIATE", "COMMIT"]


async def test_many_more_than_fit_into_one_are_all_written_in_their_order(watched: Watched) -> None:
    order: list[int] = []
    await watched.together(*(lambda _, n=n: order.append(n) for n in range(300)))
    assert order == list(range(300))
    assert 2 < watched.count("COMMIT") < 20


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError(), StopIteration(), GeneratorExit()])
async def test_one_that_fails_takes_back_its_own_rows_alone(watched: Watched, error: BaseException) -> None:
    def fails(tx: Transaction) -> None:
        tx.run(PUT, {"name": "half", "value": ""})
        raise error

    ended: list[BaseException | None] = []

    async def told(unit: Any) -> None:
        try:
            await watched.database.write(unit)
        except BaseException as raised:  # noqa: BLE001
            ended.append(raised)
        else:
            ended.append(None)

    async with watched.standing_still():
        tasks = [asyncio.create_task(told(unit)) for unit in (put("a"), fails, put("b"))]
        await asyncio.sleep(0.05)
    await asyncio.gather(*tasks)
    assert ended[0] is ended[2] is None
    assert isinstance(ended[1], type(error) | RuntimeError)
    assert await names(watched.database) == {"a", "b"}
    await watched.database.write(put("next"))


async def test_a_row_that_is_refused_is_told_to_whom_it_belongs(watched: Watched) -> None:
    results = await watched.together(put("a"), put("a"), put("b"))
    assert [type(each) for each in results] == [type(None), Refused, type(None)]
    assert await names(watched.database) == {"a", "b"}
    assert watched.count("COMMIT") == 2


async def test_nobody_hears_of_a_commit_that_is_another_ones_to_blame(watched: Watched) -> None:
    results = await watched.together(put("a"), refused_at_its_commit, put("b"))
    assert [type(each) for each in results] == [type(None), Refused, type(None)]
    assert await names(watched.database) == {"a", "b"}
    assert await rows(watched.database, "SELECT * FROM take") == []


async def test_one_that_loses_the_whole_transaction_takes_nobody_with_it(watched: Watched) -> None:
    """As a full disk in the middle of a statement does."""

    def loses(tx: Transaction) -> None:
        tx.run(PUT, {"name": "half", "value": ""})
        tx.run("ROLLBACK")
        raise sqlite3.OperationalError("lost")

    results = await watched.together(put("a"), loses, put("b"))
    assert results[0] is results[2] is None
    assert await names(watched.database) == {"a", "b"}


async def test_nobody_is_told_before_it_is_written(watched: Watched) -> None:
    """Whoever is told may tell a member: another connection sees it then, and so does a start after a crash."""
    seen: list[set[str]] = []

    async def asks(name: str) -> None:
        await watched.database.write(put(name))
        seen.append(await names(watched.database))

    async with watched.standing_still():
        tasks = [asyncio.create_task(asks(f"{n}")) for n in range(5)]
        await asyncio.sleep(0.05)
    await asyncio.gather(*tasks)
    assert seen == [{"0", "1", "2", "3", "4"}] * 5


async def test_a_long_one_does_not_hold_up_those_behind_it_twice(watched: Watched) -> None:
    def long(_: Transaction) -> None:
        threading.Event().wait(0.05)

    await watched.together(put("a"), long, put("b"))
    assert watched.count("COMMIT") == 3


async def test_callers_who_left_do_not_change_what_is_written(watched: Watched) -> None:
    async with watched.standing_still():
        tasks = [asyncio.create_task(watched.database.write(put(f"{n}"))) for n in range(6)]
        await asyncio.sleep(0.05)
        for each in tasks[::2]:
            each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await watched.database.drain()
    assert await names(watched.database) == {f"{n}" for n in range(6)}


async def test_what_is_logged_is_about_whoever_asked(watched: Watched) -> None:
    said: list[str] = []

    async def asks(portrait: str) -> None:
        with about(portrait=portrait):
            await watched.database.write(lambda _: said.append(str(dict(_logged()))))

    def _logged() -> Any:
        from bot import logs

        return logs._about.get()

    async with watched.standing_still():
        tasks = [asyncio.create_task(asks(f"p{n}")) for n in range(3)]
        await asyncio.sleep(0.05)
    await asyncio.gather(*tasks)
    assert [f"p{n}" in each for n, each in enumerate(said)] == [True] * 3


async def test_all_that_wait_for_another_program_are_told_at_their_own_time(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        other = sqlite3.connect(tmp_path / "l.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        steps = [asyncio.create_task(database.write(put(f"step {n}"), patient=True)) for n in range(3)]
        members = [asyncio.create_task(database.write(put(f"member {n}"))) for n in range(3)]
        ended = await asyncio.gather(*members, return_exceptions=True)
        assert {type(each) for each in ended} == {StoreBusy}
        other.execute("ROLLBACK")
        other.close()
        await asyncio.gather(*steps)
        assert await names(database) == {"step 0", "step 1", "step 2"}


async def test_on_a_full_disk_what_fits_is_written_and_what_does_not_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        async with open_database(disk.folder / "l.db") as database:
            watched = Watched(database)
            await watched.begin()
            disk.fill(150_000)
            results = await watched.together(put("a"), put("big", BIG), put("b"))
            assert [type(each) for each in results] == [type(None), StoreFull, type(None)]
            disk.fill()
            assert {type(each) for each in await watched.together(put("c", BIG), put("d", BIG))} == {StoreFull}
            disk.empty()
            await database.probe()
            assert {*(await watched.together(put("e"), put("f")))} == {None}
            assert await names(database) == {"a", "b", "e", "f"}
            assert await rows(database, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


KILLED = """
import asyncio, pathlib, sys
from bot.storage.database import open_database

async def main():
    async with open_database(pathlib.Path(sys.argv[1])) as database:
        async def member(who):
            for number in range(10_000):
                def unit(tx):
                    for part in "ab":
                        tx.run("INSERT INTO fact (name, value) VALUES (:name, '')", {"name": f"{who}:{number}:{part}"})
                await database.write(unit)
                print(f"{who}:{number}", flush=True)
        await asyncio.gather(*(member(who) for who in range(20)))

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", [0.05, 0.2, 0.5])
async def test_whoever_was_told_before_a_kill_finds_it_afterwards_and_no_unit_is_there_by_half(
    tmp_path: Path, moment: float
) -> None:
    path = tmp_path / "l.db"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(path), stdout=asyncio.subprocess.PIPE, cwd=REPO
    )
    assert process.stdout is not None
    told = [(await process.stdout.readline()).decode().strip()]
    await asyncio.sleep(moment)
    os.kill(process.pid, signal.SIGKILL)
    told += [line for line in (await process.stdout.read()).decode().split("\n")[:-1] if line]
    await process.wait()
    async with open_database(path) as database:
        there = await names(database)
    assert len(told) >= 20
    assert {f"{each}:{part}" for each in told for part in "ab"} <= there
    assert {name[:-1] for name in there if name.endswith("a")} == {name[:-1] for name in there if name.endswith("b")}
