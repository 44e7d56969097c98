"""From the start of the process to its line `ready`: an empty folder, a long history, and portraits that wait.

The interpreter and all imports are in it. Each is started three times; the history is that of a heavy server.
"""

from pathlib import Path
from typing import Any

from benchmarks.measuring import middle
from benchmarks.sizes import Sizes
from benchmarks.stand import LIMNER, MEMBERS, NEVER, stand
from bot.storage.database import open_database
from tests.fakes.history import fill, wait_in_line

STARTS = 3


async def _ready_after(folder: Path, finished: int, waiting: int) -> dict[str, float]:
    async with stand(folder, LIMNER) as bot:
        await bot.vendor.takes(NEVER)
        async with open_database(folder / "limner.db") as database:
            if finished:
                await fill(database, finished)
            await wait_in_line(bot.discord, database, waiting, MEMBERS)
        took, memory = list[float](), 0
        for _ in range(STARTS):
            took.append(await bot.start())
            memory = bot.memory
            await bot.bot.kill()
    return {"finished": finished, "open": waiting, "seconds": middle(took), "memory": memory}


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Seconds until `ready`."""
    cases = ((0, 0), (0, sizes.open), (sizes.finished, 0), (sizes.finished, sizes.open))
    return {"starts": [await _ready_after(folder / f"{f}_{w}", f, w) for f, w in cases]}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = ["| finished portraits | open portraits | ready after | memory then |", "|---:|---:|---:|---:|"]
    for each in found["starts"]:
        values = f"{each['seconds']:.2f} s | {each['memory'] / 1e6:.0f} MB"
        lines.append(f"| {each['finished']:,.0f} | {each['open']:,.0f} | {values} |")
    return lines
