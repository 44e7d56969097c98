"""Memory for each waiting portrait: what the process grows by while members ask and nothing is painted.

A few are painted beforehand, so that what a process keeps once and for all is there already. At last the vendor paints
all of them: what the process has then is what it does not give back.
"""

import asyncio
from pathlib import Path
from typing import Any

from benchmarks.measuring import middle
from benchmarks.sizes import Sizes
from benchmarks.stand import LIMNER, MEMBERS, NEVER, Stand, TooSlow, stand
from tests.fakes.discord_wire import Interaction, is_final

GOAL_KB = 20.0
_STILL = 4.0


async def _crowded(bot: Stand, count: int) -> None:
    """So many requests, each member one after another."""

    async def member(number: int) -> None:
        for _ in range(count // MEMBERS):
            asked = await bot.ask(number)
            try:
                await bot.until(lambda asked=asked: asked.interaction.is_acknowledged, 20, "acknowledge")
            except TooSlow:
                return

    await asyncio.gather(*(member(number) for number in range(MEMBERS)))


def _waits(each: Interaction) -> bool:
    return each.answer is not None and not is_final(each.answer)


async def _memory(bot: Stand) -> float:
    """Of a process that was left alone."""
    await asyncio.sleep(_STILL)
    samples: list[float] = []
    for _ in range(5):
        samples.append(bot.memory)
        await asyncio.sleep(0.2)
    return middle(samples)


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Bytes of the process; how many waited."""
    async with stand(folder, LIMNER) as bot:
        await bot.start()
        begun = await _memory(bot)
        # Every path once, for all members at once.
        await bot.all_posted([await bot.ask(number) for number in range(MEMBERS)])
        warm = await _memory(bot)
        await bot.vendor.takes(NEVER)
        await _crowded(bot, -(-sizes.waiting // MEMBERS) * MEMBERS)
        full = await _memory(bot)
        waiting = sum(map(_waits, bot.discord.interactions.values()))
        await bot.vendor.takes(0.0, release=True)
        await bot.until(lambda: not any(map(_waits, bot.discord.interactions.values())), 240, "paint what waits")
        over = await _memory(bot)
        await bot.stop()
    return {"begun": begun, "warm": warm, "full": full, "over": over, "waiting": waiting}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    each = (found["full"] - found["warm"]) / max(1, found["waiting"]) / 1000
    held = "holds" if each <= GOAL_KB else "**misses**"
    return [
        "| the process | memory |",
        "|---|---:|",
        f"| after its start | {found['begun'] / 1e6:.1f} MB |",
        f"| after {MEMBERS} portraits at once | {found['warm'] / 1e6:.1f} MB |",
        f"| with {found['waiting']:,} waiting | {found['full'] / 1e6:.1f} MB |",
        f"| for each that waits (goal: at most {GOAL_KB:g} kB, {held}) | {each:.1f} kB |",
        f"| when all of them are painted | {found['over'] / 1e6:.1f} MB |",
    ]
