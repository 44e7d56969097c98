"""Several processes on one database: each thing happens once, and goes on when one of them is gone."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.end_to_end.fleet import Fleet, fleet, stop
from tests.end_to_end.running_bot import final
from tests.fakes.cluster import Cluster

pytestmark = pytest.mark.slow


async def two_of_each(w: Fleet) -> None:
    await asyncio.gather(
        w.start("gateway", "--shards", "0-0/2"),
        w.start("gateway", "--shards", "1/2"),
        w.start("worker"),
        w.start("worker"),
    )


async def test_two_gateways_and_two_workers_paint_everything_once(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path, shards=2) as w:
        await two_of_each(w)
        w.vendor.job_seconds = 0.5
        guilds = w.guilds(2, 2)
        asked = await asyncio.gather(*(w.ask(f"m{n}", guilds[n % 4], count=2) for n in range(16)))
        for each in asked:
            assert len((await final(each, 60)).images) == 2
        await w.honest()
        assert w.vendor.max_in_flight == 5
        assert w.discord.command_syncs == 1
        assert len(w.vendor.accepted) == 32
        assert w.rows("SELECT 1 FROM slot") == []
