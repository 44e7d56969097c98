"""A pooler before the server: one that gives connections out by session is none; with any other nothing starts."""

import asyncio
from pathlib import Path

import pytest

from tests.end_to_end.fleet import fleet
from tests.end_to_end.test_fleet import everything
from tests.fakes.cluster import Cluster
from tests.fakes.pooler import Pooler, program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(program() is None, reason="PgBouncer is not installed: on Debian, apt-get install pgbouncer"),
]


@pytest.mark.parametrize("roles", [("all",), ("gateway", "worker")], ids=str)
async def test_by_session_everything_goes_as_without(cluster: Cluster, tmp_path: Path, roles: tuple[str, ...]) -> None:
    async with fleet(Pooler(cluster, "session"), tmp_path) as w:
        await asyncio.gather(*(w.start(role) for role in roles))
        [guild] = w.guilds(1, 1)
        await asyncio.gather(*(everything(w, f"m{number}", guild) for number in range(4)))
        second = w.process("all")
        await second.start()
        assert await second.wait(20) == 78
        assert second.lines[-1].startswith("limner: database.url: another process is using")
        await w.honest()


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("role", ["all", "gateway", "worker"])
async def test_by_transaction_nothing_starts(cluster: Cluster, tmp_path: Path, mode: str, role: str) -> None:
    """Its locks would be nobody's, and what one connection sets another one would find."""
    async with fleet(Pooler(cluster, mode), tmp_path) as w:
        bot = w.process(role)
        await bot.start()
        assert await bot.wait(20) == 78
        [line] = bot.lines
        assert line.startswith("limner: database.url:")
        assert "pool_mode = session" in line
        assert w.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
