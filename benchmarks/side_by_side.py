"""The bare bot and Limner side by side: the same requests in turns, in one run.

So a busy machine is busy for both.

* 20 requests a second, a vendor that takes 1 s, pictures of 200 kB: how long until Discord has the acknowledgement;
  processor time for each portrait; from the vendor's word that the picture is there to the picture in Discord.
* 40 members who ask again as soon as they have their picture, a vendor that answers at once: portraits a second.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import middle, percentile
from benchmarks.sizes import Sizes
from benchmarks.stand import BARE, LIMNER, RATE, Stand, stand

VENDOR_SECONDS = 1.0
ENVIRONMENT = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "100"}


@dataclass
class Samples:
    """What was measured of one bot: a value for each turn, so that what disturbs one turn does not decide."""

    p50: list[float] = field(default_factory=list[float])
    p99: list[float] = field(default_factory=list[float])
    own: list[float] = field(default_factory=list[float])
    cpu: list[float] = field(default_factory=list[float])
    rates: list[float] = field(default_factory=list[float])

    def figures(self) -> dict[str, float]:
        """By the names of `GOALS`."""
        return {
            "ack_p50_ms": middle(self.p50),
            "ack_p99_ms": middle(self.p99),
            "cpu_ms": middle(self.cpu),
            "portraits_a_second": middle(self.rates),
            "own_p50_ms": middle(self.own),
        }


async def _turn(bot: Stand, samples: Samples, sizes: Sizes) -> None:
    await bot.vendor.takes(VENDOR_SECONDS)
    before = bot.cpu
    asked = await bot.steady(sizes.steady)
    await bot.all_posted(asked)
    samples.cpu.append((bot.cpu - before) * 1000 / len(asked))
    acks = [each.ack_ms for each in asked]
    samples.p50.append(middle(acks))
    samples.p99.append(percentile(acks, 99))
    samples.own.append(middle(await bot.own_ms(asked)))
    await bot.vendor.takes(0.0)
    samples.rates.append(await bot.crowd(sizes.crowd_seconds))


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """The figures of both bots."""
    async with AsyncExitStack() as stack:
        bots: dict[str, tuple[Stand, Samples]] = {}
        for name, command in (("bare", BARE), ("limner", LIMNER)):
            bot = await stack.enter_async_context(stand(folder / name, command, **ENVIRONMENT))
            await bot.start()
            # What is done for the first time only is not measured.
            await bot.all_posted(await bot.steady(20))
            bots[name] = bot, Samples()
        for _ in range(sizes.turns):
            for bot, samples in bots.values():
                await _turn(bot, samples, sizes)
        found = {name: samples.figures() for name, (_, samples) in bots.items()}
        wrong = bots["limner"][0].discord.violations
        if wrong:
            raise AssertionError(f"Discord refused what Limner sent: {wrong[:3]}")
    return {**found, "requests": sizes.steady * sizes.turns, "rate": RATE}


# What is compared, its unit, and the goal: so many times the bare bot's figure, at most, or at least.
GOALS: tuple[tuple[str, str, str, float], ...] = (
    ("ack_p50_ms", "acknowledgement, p50", "ms", 2.0),
    ("ack_p99_ms", "acknowledgement, p99", "ms", 4.0),
    ("cpu_ms", "processor time for each portrait", "ms", 2.5),
    ("own_p50_ms", "own time: picture there to picture posted, p50", "ms", 3.0),
    ("portraits_a_second", "portraits a second, 40 members", "", 0.4),
)


def is_good(key: str, ratio: float, goal: float) -> bool:
    """A rate is better when it is higher, everything else when it is lower."""
    return ratio >= goal if key == "portraits_a_second" else ratio <= goal


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = ["| | bare bot | Limner | ratio | goal | |", "|---|---:|---:|---:|---:|---|"]
    for key, words, unit, goal in GOALS:
        bare, limner = found["bare"][key], found["limner"][key]
        ratio = limner / bare if bare else 0.0
        bound = "at least" if key == "portraits_a_second" else "at most"
        held = "holds" if is_good(key, ratio, goal) else "**misses**"
        values = f"{bare:.1f} {unit} | {limner:.1f} {unit}".replace("  ", " ")
        lines.append(f"| {words} | {values} | {ratio:.2f} | {bound} {goal:g} | {held} |")
    return lines
