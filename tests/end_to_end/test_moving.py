"""A bot that outgrew its file: moved to a server with what waits and what is at the vendor, and carried on by many."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.end_to_end.fleet import fleet
from tests.end_to_end.running_bot import final
from tests.fakes.cluster import Cluster
from tests.fakes.warm import completed

pytestmark = pytest.mark.slow


async def test_what_was_open_in_a_file_is_carried_on_by_a_fleet(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path) as w:
        alone = w.process("all", LIMNER_DATABASE__URL=f"sqlite:///{tmp_path}/limner.db")
        await alone.start()
        await alone.ready(40)
        w.vendor.job_seconds = 3.0
        asked = [await w.ask(f"m{n}") for n in range(12)]
        async with asyncio.timeout(20):
            while len(w.vendor.accepted) < 5:
                await asyncio.sleep(0.05)
        await alone.kill()
        env = {"PATH": os.environ["PATH"], "LIMNER_DATABASE__URL": w.url}
        for command in (("upgrade",), ("copy", str(tmp_path / "limner.db"))):
            done = await asyncio.to_thread(completed, "db", *command, folder=tmp_path, env=env)
            assert done.returncode == 0, done.stderr
        assert w.rows("SELECT 1 FROM take WHERE in_lane = 1"), "it was moved while there was work"
        await asyncio.gather(w.start("gateway"), w.start("worker"), w.start("worker"))
        for each in asked:
            card = await final(each, 90)
            assert bool(card.images) != ("Nothing was charged" in card.text), card.text
        assert (await final(await w.ask("alice"), 40)).images
        await w.honest()
        await w.idle()
