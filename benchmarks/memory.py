"""Memory for each waiting portrait: what the process grows by while members ask and nothing is painted.

As many portraits are asked for, painted and forgotten beforehand as wait afterwards, so that what a process keeps
once and for all, and what lies free in it, is there already.
"""

import asyncio
from pathlib import Path
from typing import Any

from benchmarks.measuring import middle
from benchmarks.sizes import Sizes
from benchmarks.stand import LIMNER, MEMBERS, NEVER, Stand, TooSlow, stand

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


async def _memory(bot: Stand) -> float:
    """Of a process that was left alone."""
    await asyncio.sleep(_STILL)
    samples: list[float] = []
    for _ in range(5):
        samples.append(bot.memory)
        await asyncio.sleep(0.2)
    return middle(samples)


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Bytes of the process, and for each portrait."""
    async with stand(folder, LIMNER) as bot:
        await bot.start()
        begun = await _memory(bot)
        asked = [await bot.ask(number) for number in range(MEMBERS)]
        await bot.all_posted(asked)
        before = -(-sizes.waiting // MEMBERS) * MEMBERS
        await _crowded(bot, before)
        await bot.until(
            lambda: (
                sum(bool(each.answer and each.answer.files) for each in bot.discord.interactions.values()) >= before
            ),
            120,
            "paint what was asked for",
        )
        empty = await _memory(bot)
        await bot.vendor.takes(NEVER)
        known = set(bot.discord.interactions)
        await _crowded(bot, before)
        full = await _memory(bot)
        waiting = sum(each.is_acknowledged for key, each in bot.discord.interactions.items() if key not in known)
        await bot.stop()
    return {"begun": begun, "empty": empty, "full": full, "waiting": waiting}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    each = (found["full"] - found["empty"]) / max(1, found["waiting"]) / 1000
    held = "holds" if each <= GOAL_KB else "**misses**"
    return [
        "| the process | memory |",
        "|---|---:|",
        f"| after its start | {found['begun'] / 1e6:.1f} MB |",
        f"| after {found['waiting']:,} portraits, none waiting | {found['empty'] / 1e6:.1f} MB |",
        f"| with {found['waiting']:,} more waiting | {found['full'] / 1e6:.1f} MB |",
        f"| for each that waits (goal: at most {GOAL_KB:g} kB, {held}) | {each:.1f} kB |",
    ]
