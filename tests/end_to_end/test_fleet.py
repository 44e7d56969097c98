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


async def test_what_a_killed_worker_was_at_goes_on_within_half_a_minute(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path) as w:
        _, one = await asyncio.gather(w.start("gateway"), w.start("worker"))
        w.vendor.job_seconds = 4.0
        polled = await w.ask("alice", count=2)
        await w.until("SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        w.discord.fail("PATCH", r"/webhooks/.*@original", delay=60, times=2)
        w.vendor.job_seconds = 0.0
        delivered = await w.ask("bob")
        await w.until("SELECT 1 FROM portrait WHERE delivery_epoch > 0")
        other = await w.start("worker")
        await one.kill()
        began = asyncio.get_running_loop().time()
        w.discord.faults.clear()
        assert len((await final(polled, 30)).images) == 2
        assert (await final(delivered, 30)).images
        assert asyncio.get_running_loop().time() - began < 30
        assert "is not there any more" in other.output
        await w.honest()
        # Its slots are free again, and there is one who keeps house.
        await w.until("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM slot)")
        await other.line(lambda text: "keeps house" in text, 40)


async def test_a_worker_that_ends_in_order_leaves_nothing_to_wait_for(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path) as w:
        _, one, _ = await asyncio.gather(w.start("gateway"), w.start("worker"), w.start("worker"))
        w.vendor.job_seconds = 3.0
        asked = [await w.ask(f"m{n}") for n in range(8)]
        await w.until("SELECT 1 FROM take WHERE state = 'submitted'")
        assert await one.terminate() == 0
        for each in asked:
            assert (await final(each, 15)).images
        assert len(w.vendor.accepted) == 8
        await w.honest()


async def test_a_frozen_worker_that_wakes_up_changes_nothing_that_went_on_without_it(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with fleet(cluster, tmp_path) as w:
        _, one = await asyncio.gather(w.start("gateway"), w.start("worker"))
        w.vendor.job_seconds = 3.0
        asked = [await w.ask(f"m{n}") for n in range(6)]
        await w.until("SELECT 1 FROM take WHERE state = 'submitted'")
        stop(one, signal.SIGSTOP)
        try:
            await w.start("worker")
            for each in asked:
                assert (await final(each, 30)).images
        finally:
            stop(one, signal.SIGCONT)
        later = await w.ask("alice")
        assert (await final(later)).images
        await asyncio.sleep(2)
        assert len(w.vendor.accepted) == 7
        for each in asked:
            assert (await final(each, 1)).images, "an older card came after the answer"
        await w.honest()


async def test_a_database_that_goes_away_and_returns(tmp_path: Path) -> None:
    from tests.fakes.cluster import programs, running

    if programs() is None:
        pytest.skip("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")
    with running(durable=True) as cluster:
        async with fleet(cluster, tmp_path) as w:
            _, one, two = await asyncio.gather(w.start("gateway"), w.start("worker"), w.start("worker"))
            w.vendor.job_seconds = 2.0
            asked = [await w.ask(f"m{n}") for n in range(8)]
            await w.until("SELECT 1 FROM take WHERE state = 'submitted'")
            await asyncio.to_thread(cluster.stop, "immediate")
            await asyncio.sleep(8)
            await asyncio.to_thread(cluster.start)
            for each in asked:
                assert (await final(each, 60)).images
            assert (await final(await w.ask("alice"), 40)).images
            assert len(w.vendor.accepted) == 9
            assert "is not there any more" not in one.output + two.output
            # And it is theirs again, not of a bot that would own it alone.
            alone = w.process("all")
            await alone.start()
            assert await alone.wait() == 78
            assert "database.url: another process is using postgresql://" in alone.output
            await w.honest()


async def everything(w: Fleet, name: str) -> None:
    """One of each kind of interaction; each is acknowledged once, and says what it should."""
    member, art = w.discord.member(name), w.discord.channel("art")
    portrait = await final(await w.ask(name))
    assert portrait.images
    for line in ("gallery", "help", "preferences"):
        assert (await (await member.slash(art, line)).acknowledged()).message is not None
    again = await member.click(portrait, "Reroll")
    assert (await final(again)).images


async def test_a_new_gateway_beside_the_old_one_does_each_thing_once(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path) as w:
        old, _ = await asyncio.gather(w.start("gateway", "--shards", "0/1"), w.start("worker"))
        new = await w.start("gateway", "--shards", "0/1")
        await w.discord.changes.until(lambda: len(w.discord.gateway.connections) == 2, 15)
        await asyncio.gather(*(everything(w, f"m{n}") for n in range(4)))
        ending = asyncio.create_task(old.terminate())
        await asyncio.gather(*(everything(w, f"n{n}") for n in range(4)))
        assert await ending == 0
        await everything(w, "last")
        assert len(w.vendor.accepted) == 18
        assert all(each.is_acknowledged for each in w.discord.interactions.values())
        assert [line for line in old.lines + new.lines if " ERROR " in line] == []
        await w.honest()


async def test_a_range_that_discord_refuses_ends_in_a_line(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path, shards=4) as w:
        gateway = w.process("gateway", "--shards", "0-1/2")
        await gateway.start()
        assert await gateway.wait() == 78
        assert "limner: --shards: Discord wants more of them" in gateway.output
        assert "Traceback" not in gateway.output
