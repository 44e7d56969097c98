"""One plain portrait, from the request to the money: how often a thread of the database is asked, and how many
transactions are written. Each is a piece of everybody's time: one connection writes, and a commit waits for the disk.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.domain.ids import MessageId
from bot.domain.portraits.portrait import PortraitState
from bot.services.portraits.requests import Request
from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.jobs.job_parts import JobParts, until
from tests.services.use_cases import asker, build

pytestmark = pytest.mark.sqlite

HOPS, TRANSACTIONS = 7, 5


@dataclass
class Counted:
    hops: int = 0
    transactions: int = 0


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """Whatever goes to a connection's thread goes through this one method of aiosqlite's."""
    found, execute = Counted(), aiosqlite.Connection._execute

    async def counting(connection: aiosqlite.Connection, work: Callable[..., Any], *args: Any, **options: Any) -> Any:
        found.hops += 1

        def watched(*given: Any, **named: Any) -> Any:
            began: list[str] = []
            connection._conn.set_trace_callback(began.append)
            try:
                return work(*given, **named)
            finally:
                connection._conn.set_trace_callback(None)
                found.transactions += sum(sql.startswith("BEGIN IMMEDIATE") for sql in began)

        return await execute(connection, watched, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(aiosqlite.Connection, "_execute", counting)
        yield found


@pytest.mark.parametrize("polls", [0, 1, 3])
@pytest.mark.parametrize("guild", [10, None])
async def test_a_plain_portrait_asks_the_database_seldom(
    database: Database,
    clock: StoppedClock,
    tmp_path: Path,
    job_parts: JobParts,
    monkeypatch: pytest.MonkeyPatch,
    polls: int,
    guild: int | None,
) -> None:
    if polls:
        job_parts.generator.submits(polls)
    runner = job_parts.runner()
    use_cases = build(database, clock, tmp_path)
    use_cases.portraits._dispatcher = runner
    await runner.recover()
    running = asyncio.create_task(runner.run())
    # The first round is over: it sweeps, and looks at the cards.
    await until(lambda: runner._looking is not None and runner._looking.done())
    await asyncio.sleep(0.05)
    monkeypatch.setattr("bot.jobs.runner.TICK", 60.0)
    runner._changed.set()
    await asyncio.sleep(0.05)
    with counted(monkeypatch) as found:
        accepted = await use_cases.portraits.paint(asker(guild=guild), Request("a sailor"))
        use_cases.portraits.acknowledged(accepted, MessageId(5))
        await until(lambda: bool(job_parts.messenger.posts) and not runner._delivering and not runner._driving)
        await asyncio.sleep(0.05)
    assert (await job_parts.jobs.get(accepted.portrait.id)).state is PortraitState.DELIVERED
    assert await job_parts.charged() == 1
    assert found.transactions <= TRANSACTIONS
    assert found.hops <= HOPS
    # A test that counts nothing holds nothing.
    assert found.transactions >= 4
    assert found.hops >= 6
    await runner.stop()
    await asyncio.wait_for(running, 3)
