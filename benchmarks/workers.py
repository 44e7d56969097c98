"""What several processes on one PostgreSQL paint in a second, by the number of workers, and what they cost.

A gateway accepts the portraits while nobody paints; then the workers start, at a vendor that answers at once, and the
pictures are counted from the tenth part on. Processor time is of the gateway from the first request to the last
acknowledgement, of the workers and of the server from the tenth part to the end. Idle is the first worker alone, when
all is done.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.measuring import cpu_of_family, cpu_seconds
from benchmarks.sizes import Sizes
from benchmarks.stand import LIMNER, Asked, Stand, needs_postgresql, open_vendor, process
from tests.fakes.cluster import Cluster, running
from tests.fakes.discord_wire import WireDiscord
from tests.fakes.processes import BotProcess

# More than the workers keep up with: nobody waits for a slot.
AT_ONCE = 40
IDLE_SECONDS, SETTLING = 15.0, 4.0


class _Fleet:
    """One schema with its gateway, and its workers so far."""

    def __init__(self, gateway: Stand, workers: Sequence[BotProcess], server: int) -> None:
        self.gateway, self.workers, self._server = gateway, workers, server

    @property
    def cpu(self) -> dict[str, float]:
        """Seconds until now."""
        return {
            "gateway": self.gateway.cpu,
            "workers": sum(cpu_seconds(each.pid) for each in self.workers if each.pid),
            "server": cpu_of_family(self._server),
        }


@asynccontextmanager
async def _fleet(folder: Path, cluster: Cluster, count: int) -> AsyncGenerator[_Fleet]:
    async with AsyncExitStack() as stack:
        url = stack.enter_context(cluster.schema())
        discord = await stack.enter_async_context(WireDiscord(ack_limit=10))
        vendor = await stack.enter_async_context(open_vendor())
        extra = {
            "LIMNER_DATABASE__URL": url,
            "LIMNER_PICTURES__URL": f"file://{folder}/pictures",
            "LIMNER_MODELSLAB__MAX_IN_FLIGHT": str(AT_ONCE),
        }

        def one(name: str, role: str) -> BotProcess:
            made = process(discord, vendor, folder / name, [*LIMNER, "--role", role], extra)
            stack.push_async_callback(_ended, made)
            return made

        gateway = Stand(discord, vendor, one("gateway", "gateway"))
        yield _Fleet(gateway, [one(f"worker-{number}", "worker") for number in range(count)], _postmaster(url))


async def _ended(bot: BotProcess) -> None:
    if bot.is_running:
        await bot.kill()


def _postmaster(url: str) -> int:
    """The process that all others of the server are children of."""
    with psycopg.connect(url) as connection:
        own = connection.info.backend_pid
    return int((Path("/proc") / str(own) / "stat").read_text().rpartition(")")[2].split()[1])


def _spent(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {name: after[name] - before[name] for name in before}


async def _level(folder: Path, cluster: Cluster, count: int, portraits: int, *, idle: bool) -> dict[str, Any]:
    """So many workers; with `idle`, also what the first of them costs when nothing is to be done."""
    async with _fleet(folder, cluster, count) as fleet:
        stand = fleet.gateway
        await stand.start()
        await stand.vendor.takes(0.0)
        before = fleet.cpu
        asked = await stand.steady(portraits)
        accepted = _spent(before, fleet.cpu)
        for each in fleet.workers:
            await each.start()
        first, last = portraits // 10, portraits
        begun, middle = await _when(stand, asked, first), fleet.cpu
        ended, end = await _when(stand, asked, last), fleet.cpu
        painted, number = _spent(middle, end), last - first
        found: dict[str, Any] = {
            "workers": count,
            "portraits_a_second": number / (ended - begun),
            "gateway_ms": accepted["gateway"] * 1000 / portraits,
            "worker_ms": painted["workers"] * 1000 / number,
            "server_ms": accepted["server"] * 1000 / portraits + painted["server"] * 1000 / number,
        }
        if idle:
            await asyncio.sleep(SETTLING)
            before = fleet.cpu
            await asyncio.sleep(IDLE_SECONDS)
            found["idle"] = {who: spent * 100 / IDLE_SECONDS for who, spent in _spent(before, fleet.cpu).items()}
        if stand.discord.violations:
            raise AssertionError(f"Discord refused what Limner sent: {stand.discord.violations[:3]}")
        return found


async def _when(stand: Stand, asked: Sequence[Asked], count: int) -> float:
    """When so many pictures are there."""
    await stand.until(lambda: sum(each.posted_at is not None for each in asked) >= count, 240, f"post {count} pictures")
    return time.monotonic()


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """One number of workers after another."""
    needs_postgresql()
    with running(durable=True) as cluster:
        counts = sizes.workers
        levels = [
            await _level(folder / str(count), cluster, count, sizes.portraits, idle=count == counts[0])
            for count in counts
        ]
    return {"portraits": sizes.portraits, "levels": levels}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = [
        "| workers | portraits a second | ratio | processor for each: gateway | worker | PostgreSQL |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    base = found["levels"][0]["portraits_a_second"]
    for level in found["levels"]:
        costs = " | ".join(f"{level[name]:.1f} ms" for name in ("gateway_ms", "worker_ms", "server_ms"))
        rate = level["portraits_a_second"]
        lines.append(f"| {level['workers']} | {rate:.1f} | {rate / base:.2f} | {costs} |")
    idle = found["levels"][0]["idle"]
    words = f"a worker {idle['workers']:.1f} % of a core, a gateway {idle['gateway']:.1f} %"
    return [*lines, "", f"With nothing to do: {words}, PostgreSQL for both of them {idle['server']:.1f} %."]
