"""Several processes on one database: each thing happens once, and goes on when one of them is gone."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.end_to_end.fleet import Fleet, fleet, stop
from tests.end_to_end.running_bot import final
from tests.fakes.cluster import Cluster, programs, running
from tests.fakes.discord_wire import Guild

pytestmark = pytest.mark.slow


async def everything(w: Fleet, name: str, guild: Guild) -> None:
    """One of each kind of interaction; each is acknowledged once, and says what it should."""
    member, art = w.discord.member(name, guild), w.discord.channel("art", guild)
    portrait = await final(await w.ask(name, guild), 40)
    assert portrait.images
    for line in ("gallery", "help", "preferences"):
        assert (await (await member.slash(art, line)).acknowledged(10)).message is not None
    assert (await final(await member.click(portrait, "Reroll"), 40)).images


async def test_two_gateways_two_workers_and_a_new_generation_do_each_thing_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    async with fleet(cluster, tmp_path, shards=2) as w:
        w.discord.gateway.concurrency = 1
        guilds = w.guilds(2, 2)
        first, _, _, _ = await asyncio.gather(
            w.start("gateway", "--shards", "0-0/2"),
            w.start("gateway", "--shards", "1/2"),
            w.start("worker"),
            w.start("worker"),
        )
        [one, other] = w.discord.gateway.identified_at
        assert other - one >= 4.9, "both identified in one bucket of Discord's"
        assert w.discord.command_syncs == 1
        w.vendor.job_seconds = 1.0
        asked = await asyncio.gather(*(w.ask(f"m{n}", guilds[n % 4], count=2) for n in range(12)))
        for each in asked:
            assert len((await final(each, 60)).images) == 2
        assert w.vendor.max_in_flight == 5
        w.vendor.job_seconds = 0.0
        # An overlap of two generations of the first: both get whatever their shard is told.
        new = await w.start("gateway", "--shards", "0/2")
        await asyncio.gather(*(everything(w, f"n{n}", guilds[n]) for n in range(4)))
        ending = asyncio.create_task(first.terminate())
        await asyncio.gather(*(everything(w, f"o{n}", guilds[n]) for n in range(4)))
        assert await ending == 0
        await everything(w, "last", guilds[0])
        assert len(w.vendor.accepted) == 24 + 18
        assert all(each.is_acknowledged for each in w.discord.interactions.values())
        assert [line for line in first.lines + new.lines if " ERROR " in line] == []
        # Each gateway saw half of the servers, and took none of the others for gone.
        assert w.rows("SELECT 1 FROM departure") == []
        await w.honest()
        await w.idle()


async def test_workers_are_killed_frozen_and_ended_and_the_others_go_on(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path) as w:
        _, killed = await asyncio.gather(w.start("gateway"), w.start("worker"))
        # Two are polled, for longer than another worker takes to start, and one is being delivered.
        w.vendor.job_seconds = 15.0
        polled = await w.ask("alice", count=2)
        await w.until("SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        w.discord.fail("PATCH", r"/webhooks/.*@original", delay=60, times=2)
        w.vendor.job_seconds = 0.0
        delivered = await w.ask("bob")
        await w.until("SELECT 1 FROM portrait WHERE delivery_epoch > 0")
        frozen = await w.start("worker")
        await killed.kill()
        began = asyncio.get_running_loop().time()
        w.discord.faults.clear()
        assert len((await final(polled, 30)).images) == 2
        assert (await final(delivered, 30)).images
        assert asyncio.get_running_loop().time() - began < 30
        assert "polling on" in frozen.output
        await frozen.line(lambda text: "keeps house" in text, 40)

        w.vendor.job_seconds = 4.0
        asked = [await w.ask(f"m{n}") for n in range(6)]
        await w.until("SELECT 1 FROM take WHERE state = 'submitted' HAVING count(*) = 5")
        w.vendor.job_seconds = 1.0
        stop(frozen, signal.SIGSTOP)
        try:
            await w.start("worker")
            for each in asked:
                assert (await final(each, 40)).images
        finally:
            stop(frozen, signal.SIGCONT)

        asked += [await w.ask(f"n{n}") for n in range(8)]
        await w.until("SELECT 1 FROM take WHERE state = 'submitted'")
        assert await frozen.terminate() == 0
        for each in asked:
            assert (await final(each, 20)).images, "an older card came after the answer"
        assert len(w.vendor.accepted) == 3 + 14
        await w.honest()
        await w.idle()


async def test_a_database_that_goes_away_and_returns(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")
    with running(durable=True) as cluster:
        async with fleet(cluster, tmp_path) as w:
            await asyncio.gather(w.start("gateway"), w.start("worker"), w.start("worker"))
            w.vendor.job_seconds = 2.0
            asked = [await w.ask(f"m{n}") for n in range(8)]
            await w.until("SELECT 1 FROM take WHERE state = 'submitted'")
            await asyncio.to_thread(cluster.stop, "immediate")
            await asyncio.sleep(5)
            await asyncio.to_thread(cluster.start)
            for each in asked:
                assert (await final(each, 60)).images
            assert (await final(await w.ask("alice"), 40)).images
            assert len(w.vendor.accepted) == 9
            # And it is theirs again, not of a bot that would own it alone.
            alone = w.process("all")
            await alone.start()
            assert await alone.wait() == 78
            assert "database.url: another process is using postgresql://" in alone.output
            await w.honest()


async def test_a_range_that_discord_refuses_ends_in_a_line(cluster: Cluster, tmp_path: Path) -> None:
    async with fleet(cluster, tmp_path, shards=4) as w:
        gateway = w.process("gateway", "--shards", "0-1/2")
        await gateway.start()
        assert await gateway.wait() == 78
        assert "limner: --shards: Discord wants more of them" in gateway.output
        assert "Traceback" not in gateway.output
