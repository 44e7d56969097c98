"""Another program holds the database: members hear so in time, and what was paid for is written down when it may be."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import StoreBusy
from bot.storage.database import IMPATIENT, PATIENT, Database, open_database
from tests.storage.row_checks import rows

PUT = "INSERT INTO fact (name, value) VALUES (:name, '')"


async def _put(database: Database, name: str, *, patient: bool = False) -> None:
    await database.write(lambda tx: tx.run(PUT, {"name": name}), patient=patient)


async def _names(database: Database) -> set[str]:
    return {row["name"] for row in await rows(database, "SELECT name FROM fact")}


@contextmanager
def _held(path: Path) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other
    finally:
        if other.in_transaction:
            other.execute("ROLLBACK")
        other.close()


async def test_who_waits_for_an_answer_is_told_in_time_however_many_there_are(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with open_database(tmp_path / "l.db") as database:
        with _held(tmp_path / "l.db"):
            begun = loop.time()
            ended = await asyncio.gather(*(_put(database, f"{n}") for n in range(50)), return_exceptions=True)
            assert {type(each) for each in ended} == {StoreBusy}
            assert loop.time() - begun < 2 * IMPATIENT
        # Told means not done, also later.
        await _put(database, "after")
        assert await _names(database) == {"after"}


async def test_a_step_of_a_job_waits_and_goes_on(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        with _held(tmp_path / "l.db"):
            step = asyncio.create_task(_put(database, "step", patient=True))
            with pytest.raises(StoreBusy):
                await _put(database, "member")
            await asyncio.sleep(0.2)
            assert not step.done()
        await step
        assert await _names(database) == {"step"}


async def test_a_moment_is_borne_by_everybody(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        with _held(tmp_path / "l.db"):
            member = asyncio.create_task(_put(database, "member"))
            await asyncio.sleep(0.3)
        await member
        assert await _names(database) == {"member"}


async def test_going_down_waits_for_nobody(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        with _held(tmp_path / "l.db"):
            step = asyncio.create_task(_put(database, "step", patient=True))
            await asyncio.sleep(0.2)
            await asyncio.wait_for(database.drain(), 2)
            with pytest.raises(StoreBusy):
                await step
    assert PATIENT > IMPATIENT


async def test_who_waited_long_keeps_their_place(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        going_on, written = threading.Event(), list[str]()

        async def put(name: str) -> None:
            await _put(database, name)
            written.append(name)

        slow = asyncio.create_task(database.write(lambda _: going_on.wait(10)))
        await asyncio.sleep(0)
        first = [asyncio.create_task(put(f"{n}")) for n in range(3)]
        await asyncio.sleep(IMPATIENT - 0.3)
        last = asyncio.create_task(put("last"))
        await asyncio.sleep(0.4)
        going_on.set()
        await asyncio.gather(slow, *first)
        await last
        assert written == ["0", "1", "2", "last"]
