"""What a backlog costs those who come new, Discord and the processor: none to 10,000 portraits wait.

For each size the portraits are accepted by the bot's own code and have their cards in Discord. In one life of the bot
it is watched while nobody asks for anything and the vendor paints five at a time in 4 s each, so that all places move.
In the next the vendor stands still, and members come at 20 a second. With none waiting, the queue is emptied after each
hundred of them.
"""

import asyncio
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.measuring import percentile
from benchmarks.sizes import Sizes
from benchmarks.stand import LIMNER, MEMBERS, NEVER, Stand, TooSlow, stand
from bot.storage.database import open_database
from tests.fakes.history import wait_in_line

# After a start every card may be wrong once.
SETTLING, PAINTING = 4.0, 4.0
EDITS, CPU, TIMES = 5.0, 5.0, 2.0


async def _filled(bot: Stand, folder: Path, size: int) -> None:
    """Until so many wait; some do already."""
    async with open_database(folder / "limner.db") as database:
        # What took long while it was watched must not make the bot refuse those who come now.
        await database.write(lambda tx: tx.run("UPDATE take SET painted_ms = 100 WHERE painted_ms > 100"))
        row = await database.one("SELECT count(*) AS n FROM portrait WHERE state = 'open'")
        await wait_in_line(bot.discord, database, max(0, size - (row["n"] if row else 0)), MEMBERS)


async def _newcomers(bot: Stand, sizes: Sizes, *, emptied: bool) -> dict[str, float]:
    acks: list[float] = []
    lost = 0
    for _ in range(sizes.bursts):
        asked = await bot.steady(sizes.newcomers)
        acks += [each.ack_ms for each in asked]
        lost += sum(not each.interaction.is_acknowledged for each in asked)
        if emptied:
            await bot.vendor.takes(0.0, release=True)
            await bot.all_posted(asked)
            await bot.vendor.takes(NEVER)
    return {"ack_p50_ms": percentile(acks, 50), "ack_p99_ms": percentile(acks, 99), "lost": lost, "asked": len(acks)}


async def _watched(bot: Stand, sizes: Sizes) -> dict[str, float]:
    await bot.vendor.takes(PAINTING)
    await bot.start()
    ready = time.monotonic()
    await asyncio.sleep(SETTLING)
    cpu = bot.cpu
    await asyncio.sleep(sizes.watched_seconds)
    cpu = bot.cpu - cpu
    edits = bot.edits(ready)
    await bot.bot.kill()
    return {
        "edits_a_second": len(edits) / (SETTLING + sizes.watched_seconds),
        "edits_in_busiest_second": max(Counter(int(at - ready) for at in edits).values(), default=0),
        "cpu_percent": cpu * 100 / sizes.watched_seconds,
    }


async def _level(bot: Stand, folder: Path, size: int, sizes: Sizes) -> dict[str, float]:
    await _filled(bot, folder, size)
    watched = await _watched(bot, sizes)
    await _filled(bot, folder, size)
    await bot.vendor.takes(NEVER, release=True)
    await bot.start()
    await asyncio.sleep(SETTLING)
    found = await _newcomers(bot, sizes, emptied=not size)
    await bot.bot.kill()
    return {"waiting": size, **watched, **found}


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """The figures of each size; a size that the bot is too slow for ends the list."""
    async with stand(folder, LIMNER) as bot:
        await bot.start()
        # So that the bot knows how long a picture takes, and refuses nobody for a wait that is too long.
        await bot.all_posted(await bot.steady(40))
        await bot.stop()
        levels: list[dict[str, float]] = []
        for size in sizes.backlogs:
            try:
                levels.append(await _level(bot, folder, size, sizes))
            except TooSlow as error:
                if not levels:
                    raise
                return {"levels": levels, "ended": f"with {size:,} waiting {error}".splitlines()[0]}
    return {"levels": levels}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = [
        "| waiting | acknowledgement p50 | p99 | ratio of p99 | too late | edits a second | busiest | processor |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    base = found["levels"][0]["ack_p99_ms"]
    for level in found["levels"]:
        acks = f"{level['ack_p50_ms']:.1f} ms | {level['ack_p99_ms']:.1f} ms | {level['ack_p99_ms'] / base:.2f}"
        late = f"{level['lost']:.0f} of {level['asked']:.0f}"
        edits = f"{level['edits_a_second']:.1f} | {level['edits_in_busiest_second']}"
        lines.append(f"| {level['waiting']:,} | {acks} | {late} | {edits} | {level['cpu_percent']:.1f} % |")
    lines.append(f"| goal | | | at most {TIMES:g} | 0 | at most {EDITS:g} | | at most {CPU:g} % |")
    if "ended" in found:
        lines += ["", f"Not measured further: {found['ended']}."]
    return lines
