"""Transactions that always end: whole or not at all, and the connection stays usable whatever happens to the caller."""

import asyncio
import random
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.storage.database import Database, DatabaseBusy, open_database
from bot.storage.units import DatabaseError, Refused, Transaction
from tests.storage.row_checks import refused_at_its_commit, rows, value

PUT = "INSERT INTO fact (name, value) VALUES (:name, :value)"


class _Fatal(BaseException):
    pass


async def _put(database: Database, name: str, value: str = "") -> None:
    await database.write(lambda tx: tx.run(PUT, {"name": name, "value": value}))


async def _names(database: Database) -> set[str]:
    return {row["name"] for row in await rows(database, "SELECT name FROM fact")}


async def test_a_unit_commits_what_it_returns_from(database: Database) -> None:
    def unit(tx: Transaction) -> int:
        tx.run(PUT, {"name": "a", "value": "1"})
        row = tx.one("SELECT value FROM fact WHERE name = 'a'")
        return int(row["value"]) if row else 0

    assert await database.write(unit) == 1
    assert await _names(database) == {"a"}


@pytest.mark.parametrize("error", [ValueError("x"), _Fatal(), asyncio.CancelledError(), GeneratorExit()])
async def test_a_unit_rolls_back_on_anything_that_is_raised(database: Database, error: BaseException) -> None:
    def unit(tx: Transaction) -> None:
        tx.run(PUT, {"name": "half", "value": ""})
        raise error

    with pytest.raises(type(error)):
        await database.write(unit)
    await _put(database, "next")
    assert await _names(database) == {"next"}


async def test_a_failing_statement_rolls_back_the_whole_unit(database: Database) -> None:
    def unit(tx: Transaction) -> None:
        tx.run(PUT, {"name": "a", "value": ""})
        tx.run(PUT, {"name": "a", "value": ""})

    with pytest.raises(Refused):
        await database.write(unit)
    assert await _names(database) == set()


@pytest.mark.sqlite
async def test_a_commit_that_fails_does_not_spoil_the_connection(database: Database) -> None:
    with pytest.raises(Refused):
        await database.write(refused_at_its_commit)
    await _put(database, "next")
    assert await _names(database) == {"next"}


async def test_five_hundred_units_with_cancelled_callers_are_whole_and_leave_the_connection_usable(
    database: Database,
) -> None:
    dice = random.Random(7)

    def unit(tx: Transaction, number: int) -> None:
        tx.run(PUT, {"name": f"{number}:a", "value": ""})
        # Long enough for many to be cancelled while they wait.
        threading.Event().wait(0.0005)
        tx.run(PUT, {"name": f"{number}:b", "value": ""})

    async def caller(number: int) -> None:
        await database.write(lambda tx: unit(tx, number))

    async def cancel(task: asyncio.Task[None]) -> None:
        await asyncio.sleep(dice.uniform(0, 0.15))
        task.cancel()

    callers = [asyncio.create_task(caller(number)) for number in range(500)]
    cancellers = [asyncio.create_task(cancel(task)) for task in callers if dice.random() < 0.3]
    ended = await asyncio.gather(*callers, return_exceptions=True)
    await asyncio.gather(*cancellers)
    await database.drain()

    cancelled = [number for number, result in enumerate(ended) if isinstance(result, asyncio.CancelledError)]
    assert len(cancelled) >= 50
    assert not [result for result in ended if result is not None and not isinstance(result, asyncio.CancelledError)]
    written = await _names(database)
    whole = {name[:-2] for name in written if name.endswith("a")}
    assert written == {f"{number}:{part}" for number in whole for part in "ab"}
    assert whole == {str(number) for number in range(500)}, "cancelled does not mean not committed: units run on"
    await _put(database, "after")


async def test_cancelled_readers_leave_the_reading_connection_usable(database: Database) -> None:
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT sum(i) FROM n"
    readers = [asyncio.create_task(value(database, slow)) for _ in range(20)]
    await asyncio.sleep(0.005)
    for reader in readers[::2]:
        reader.cancel()
    ended = await asyncio.gather(*readers, return_exceptions=True)
    assert ended[1::2] == [200010000] * 10
    assert await value(database, "SELECT 1") == 1


async def test_the_file_is_closed_only_after_units_whose_callers_left(tmp_path: Path) -> None:
    async with open_database(tmp_path / "l.db") as database:
        caller = asyncio.create_task(_put(database, "late"))
        await asyncio.sleep(0)
        caller.cancel()
    async with open_database(tmp_path / "l.db") as database:
        assert await _names(database) == {"late"}


async def test_readers_see_committed_rows_only_and_cannot_write(database: Database) -> None:
    written, seen = threading.Event(), threading.Event()

    def unit(tx: Transaction) -> None:
        tx.run(PUT, {"name": "a", "value": ""})
        written.set()
        assert seen.wait(5)

    writing = asyncio.create_task(database.write(unit))
    await asyncio.to_thread(written.wait, 5)
    assert await _names(database) == set()
    assert not await database.background.all("SELECT name FROM fact")
    seen.set()
    await writing
    assert await _names(database) == {"a"}
    for reader in (database, database.background):
        with pytest.raises(DatabaseError, match=r"readonly|read-only"):
            await reader.one("DELETE FROM fact")


async def test_a_read_unit_sees_one_state_from_its_first_statement_to_its_last(database: Database) -> None:
    looked, written = threading.Event(), threading.Event()

    def unit(tx: Transaction) -> list[int]:
        first = len(tx.all("SELECT name FROM fact"))
        looked.set()
        assert written.wait(5)
        return [first, len(tx.all("SELECT name FROM fact"))]

    reading = asyncio.create_task(database.read(unit))
    await asyncio.to_thread(looked.wait, 5)
    await _put(database, "a")
    written.set()
    assert await reading == [0, 0]
    assert await _names(database) == {"a"}


async def test_who_waits_for_an_answer_never_waits_for_what_is_read_in_the_background(database: Database) -> None:
    began, over = threading.Event(), threading.Event()

    def unit(tx: Transaction) -> None:
        tx.all("SELECT name FROM fact")
        began.set()
        assert over.wait(5)

    slow = asyncio.create_task(database.background.read(unit))
    await asyncio.to_thread(began.wait, 5)
    assert await asyncio.wait_for(_names(database), 2) == set()
    over.set()
    await slow


@pytest.mark.sqlite
async def test_a_unit_is_one_hop_to_the_thread_of_its_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hops: list[object] = []
    execute: Any = aiosqlite.Connection._execute

    async def counted(connection: aiosqlite.Connection, work: object, *given: object) -> object:
        hops.append(work)
        return await execute(connection, work, *given)

    # What the library offers to all goes through the private call that ours goes through: the pin of `in_thread`.
    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    await database._writer.execute_fetchall("SELECT 1")  # pyright: ignore[reportAttributeAccessIssue]
    assert len(hops) == 1

    def unit(tx: Transaction) -> int:
        for number in range(10):
            tx.run(PUT, {"name": str(number), "value": ""})
        return len(tx.all("SELECT name FROM fact"))

    assert await database.write(unit) == 10
    assert await database.read(lambda tx: len(tx.all("SELECT name FROM fact"))) == 10
    assert len(hops) == 3


@pytest.mark.sqlite
async def test_settings_of_the_writing_connection(database: Database) -> None:
    def unit(tx: Transaction) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [(tx.all(f"PRAGMA {name}"))[0][0] for name in names]

    assert await database.write(unit) == ["wal", 2, 1]


async def test_the_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "l.db"
    async with open_database(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_second_opening_is_refused_until_the_first_has_closed(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    async with open_database(path) as database:
        with pytest.raises(DatabaseBusy):
            async with open_database(path):
                pass
        await _put(database, "still ours")
    async with open_database(path) as database:
        assert await _names(database) == {"still ours"}


async def test_a_second_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    script = (
        "import asyncio, pathlib, sys\n"
        "from bot.storage.database import DatabaseBusy, open_database\n"
        "async def main():\n"
        "    async with open_database(pathlib.Path(sys.argv[1])): pass\n"
        "try: asyncio.run(main())\n"
        "except DatabaseBusy: sys.exit(42)\n"
    )
    for expected in (42, 0):
        if expected == 42:
            async with open_database(path):
                code = await _exit_code(script, path)
        else:
            code = await _exit_code(script, path)
        assert code == expected


async def _exit_code(script: str, path: Path) -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(path))
    return await process.wait()
