"""Two gateways of two shards each and three workers, 500 portraits, and whatever may happen to processes meanwhile."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.fleet import Fleet, fleet
from tests.end_to_end.running_bot import final
from tests.fakes.cluster import Cluster, programs, running
from tests.fakes.discord_wire import Guild, Interaction, Message

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PORTRAITS, LANES, FAIR, LIMIT, KILLS = 500, 20, 240, 8, 5
BUSY = "My database is busy or does not answer just now"
SHARDS = ("0-1/4", "2-3/4")
# Most of them wait before the first is painted, and nobody is refused for it.
ROOMY = {
    "LIMNER_MODELSLAB__MAX_IN_FLIGHT": str(LIMIT),
    "LIMNER_LIMITS__WAITING_PER_MEMBER": "1000",
    "LIMNER_LIMITS__WAITING_PER_GUILD": "1000",
}

Asked = list[Interaction]


async def ask(w: Fleet, guilds: Sequence[Guild], count: int) -> Asked:
    """So many portraits, from one server after another; each is acknowledged."""
    asked: Asked = []
    for turn in range(0, count, len(guilds)):
        few = guilds[: count - turn]
        asked += await asyncio.gather(*(w.ask("m", guild) for guild in few))
    return asked


async def ordered(w: Fleet, count: int) -> None:
    """Until the vendor took so many orders."""
    end = time.monotonic() + 100
    while len(w.vendor.accepted) < count:
        assert time.monotonic() < end, f"{len(w.vendor.accepted)} of {count}\n{w.output}"
        await asyncio.sleep(0.02)


async def crashed(w: Fleet, cluster: Cluster, guilds: Sequence[Guild]) -> None:
    """The database goes away without a goodbye. Whoever asks meanwhile is told so, and may ask again later."""
    await asyncio.to_thread(cluster.stop, "immediate")
    refused = await ask(w, guilds[:: LANES // 4], 4)
    for each in refused:
        answer = await each.until(lambda message: bool(message.text), 10)
        assert BUSY in answer.text, answer.text
    await asyncio.to_thread(cluster.start)


async def rolled(w: Fleet, guilds: Sequence[Guild], cards: Sequence[Message]) -> Asked:
    """The new generation is ready before the old one ends; members ask, press and fill in forms all the time. Each is
    answered, whoever has it.
    """
    asked: Asked = []
    old = [each for each in w.started if each.is_running]

    async def use(ended: asyncio.Future[Any]) -> None:
        while not ended.done():
            card = cards[len(asked) // 2]
            place = card.channel.guild
            member = w.discord.member("m", place)
            pressed = await member.click(card, "Reroll")
            form = await member.click(card, "More")
            page = await member.slash(w.discord.channel("art", place), "gallery")
            await asyncio.gather(*(each.acknowledged(10) for each in (pressed, form, page)))
            details = await member.submit_modal(form, {"what": "details"})
            await details.acknowledged(10)
            asked.extend([pressed, *await ask(w, guilds[len(asked) % LANES :], 1)])
            await asyncio.sleep(0.1)

    starting = asyncio.gather(
        *(w.start("gateway", "--shards", each) for each in SHARDS), *(w.start("worker") for _ in range(3))
    )
    await use(starting)
    ending = asyncio.gather(*(each.terminate() for each in old))
    await use(ending)
    assert await ending == [0] * len(await starting)
    return asked


# Whoever claims has the queue to itself: so these numbers are in the order of the claims, which no worker's clock is.
WATCH = """
CREATE TABLE claimed (number BIGINT GENERATED ALWAYS AS IDENTITY, lane TEXT NOT NULL);
CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO claimed (lane) VALUES (NEW.lane); RETURN NULL; END';
CREATE TRIGGER noted AFTER UPDATE ON take FOR EACH ROW
    WHEN (OLD.in_lane = 1 AND NEW.state = 'submitting') EXECUTE FUNCTION note_claim()
"""


def claimed_fairly(w: Fleet) -> None:
    """While all lanes wait, none is more than one turn before another."""
    turns = dict.fromkeys((row["lane"] for row in w.rows("SELECT DISTINCT lane FROM take")), 0)
    claims = w.rows("SELECT lane FROM claimed ORDER BY number")[:FAIR]
    assert (len(turns), len(claims)) == (LANES, FAIR)
    for claim in claims:
        turns[claim["lane"]] += 1
        assert max(turns.values()) - min(turns.values()) <= 1, turns


async def test_500_portraits_through_kills_a_rolling_restart_and_a_crash_of_the_database(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")
    with running(durable=True) as cluster:
        async with fleet(cluster, tmp_path, shards=4, **ROOMY) as w:
            asked = await storm(w, cluster)
            await w.settled(100)
            await each_had_one_end(w, asked)
            await w.honest()


async def storm(w: Fleet, cluster: Cluster) -> Asked:
    guilds = w.guilds(LANES // 4, 4)
    gateway, _ = await asyncio.gather(*(w.start("gateway", "--shards", each) for each in SHARDS))
    w.vendor.latency = 0.2
    asked = await ask(w, guilds, 400)
    w.run(WATCH)
    one, two, _ = await asyncio.gather(*(w.start("worker") for _ in range(3)))
    await ordered(w, 60)
    one = await w.killed(one)
    await ordered(w, 120)
    await w.killed(two)
    await ordered(w, FAIR + 20)
    claimed_fairly(w)
    await crashed(w, cluster, guilds)
    await w.killed(gateway, "--shards", SHARDS[0])
    # From now on the vendor is asked, too, until a picture is there.
    w.vendor.latency, w.vendor.job_seconds = 0.0, 0.5
    asked += await ask(w, guilds, 20)
    await w.killed(one)
    cards = [each.message for each in asked[:200] if each.message and each.message.images]
    asked += await rolled(w, guilds, cards)
    await w.killed(w.started[-1])
    return asked + await ask(w, guilds, PORTRAITS - len(asked))


async def each_had_one_end(w: Fleet, asked: Sequence[Interaction]) -> None:
    """A picture that was charged, or a sentence and nothing charged; and only what a kill left in doubt is refunded. On
    a machine that is too busy a few may be told so instead: then there is no portrait.
    """
    refused = 0
    for each in asked:
        card = await final(each)
        refused += BUSY in card.text
        assert bool(card.images) != ("Nothing was charged" in card.text), card.text
    found = Counter(row["state"] for row in w.rows("SELECT state FROM portrait"))
    assert found.total() == len(asked) - refused
    assert len(asked) >= PORTRAITS
    assert refused <= PORTRAITS // 20
    assert found["delivered"] >= found.total() - KILLS * LIMIT
