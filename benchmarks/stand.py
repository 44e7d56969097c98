"""A bot on the test stand: the strict Discord in this process, the vendor and the bot in processes of their own.

What is said of a bot comes from outside of it: when Discord got its answers, and what the system says of its process.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp

from benchmarks.measuring import cpu_seconds, memory_bytes
from tests.fakes.cluster import programs
from tests.fakes.discord_wire import Interaction, WireDiscord
from tests.fakes.processes import COLD_RUN, REPO, BotProcess

LIMNER: Sequence[str] = COLD_RUN
BARE: Sequence[str] = ("-X", "utf8", "-m", "benchmarks.bare_bot")
RATE, LATEST = 20.0, 3.0
# Longer than anything is measured for.
NEVER = 3600.0
_OPEN = {
    "LIMNER_QUOTA__GUILD_PER_DAY": "1000000",
    "LIMNER_QUOTA__GUILD_PER_MONTH": "1000000",
    "LIMNER_QUOTA__CEILING_GUILD_PER_MONTH": "1000000",
    "LIMNER_QUOTA__MEMBER_PER_DAY": "1000000",
    "LIMNER_LIMITS__BURST_PER_MEMBER": "100000",
    "LIMNER_LIMITS__WAITING_PER_MEMBER": "10000",
    "LIMNER_LIMITS__WAITING_PER_GUILD": "100000",
}
MEMBERS = 40
# Letters that make no words: a number such as 15 before "woman" would be refused as an age.
_DIGITS = str.maketrans("0123456789", "bcdfghjklm")


class TooSlow(Exception):
    """A bot did not get as far as it had to; in words for whoever measures."""


class Skipped(Exception):
    """What is measured is not there on this machine; in words for whoever measures."""


def needs_postgresql() -> None:
    """Raises Skipped where the programs of a server are not installed."""
    if programs() is None:
        raise Skipped("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")


class Vendor:
    """The process of `benchmarks.vendor`, and what may be asked of it."""

    def __init__(
        self, process: asyncio.subprocess.Process, where: dict[str, str], session: aiohttp.ClientSession
    ) -> None:
        self.process, self.session = process, session
        self.host, self.base_url, self._control = where["host"], where["base_url"], where["control"]

    async def takes(self, job_seconds: float, *, release: bool = False) -> None:
        """From now on an order takes so long; `release`: and those that are being painted are done."""
        body = {"job_seconds": job_seconds, "release": release}
        async with self.session.post(f"{self._control}/set", json=body) as response:
            assert response.status == 200

    async def answered(self) -> dict[str, float]:
        """When it said that a picture is there, by the first words of its prompt."""
        async with self.session.get(f"{self._control}/answered") as response:
            return await response.json()


@asynccontextmanager
async def open_vendor() -> AsyncGenerator[Vendor]:
    """Started, and ended with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.vendor",
        cwd=REPO,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        if not line:
            raise TooSlow("the local vendor did not start; its output is above")
        async with aiohttp.ClientSession() as session:
            yield Vendor(process, json.loads(line), session)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Asked:
    """One `/portrait`, and the words that find it again at the vendor."""

    prompt: str
    interaction: Interaction

    @property
    def posted_at(self) -> float | None:
        """When the picture was in Discord, by the wall clock; None while it is not."""
        message = self.interaction.answer
        if message is None or not message.files:
            return None
        return datetime.fromisoformat(message.edited or message.created).timestamp()

    @property
    def ack_ms(self) -> float:
        """From the click to Discord's receipt; what Discord does not wait for counts as `LATEST`."""
        return min(self.interaction.ack_seconds or LATEST, LATEST) * 1000


class Stand:
    """A running bot with its Discord and its vendor."""

    def __init__(self, discord: WireDiscord, vendor: Vendor, bot: BotProcess) -> None:
        self.discord, self.vendor, self.bot = discord, vendor, bot
        self._number = 0

    @property
    def cpu(self) -> float:
        """Processor seconds that the bot's process has used, in all its threads."""
        return cpu_seconds(self._pid)

    @property
    def memory(self) -> int:
        """Bytes that the bot's process has in memory."""
        return memory_bytes(self._pid)

    @property
    def _pid(self) -> int:
        if self.bot.pid is None or not self.bot.is_running:
            raise TooSlow(f"the bot ended by itself; the end of its output:\n{self.bot.output[-2000:]}")
        return self.bot.pid

    async def start(self, seconds: float = 120.0) -> float:
        """Start the bot; returns the seconds until it was ready."""
        begun = time.monotonic()
        await self.bot.start()
        try:
            await self.bot.ready(seconds)
        except AssertionError:
            raise TooSlow(f"the bot was not ready in {seconds:.0f} s; {self.bot.output[-2000:]}") from None
        took = time.monotonic() - begun
        await self.discord.until_connected(30)
        await self.until(lambda: bool(self.discord.commands.get(None)), 30, "register its commands")
        return took

    async def stop(self) -> None:
        """SIGTERM, or the end of patience."""
        try:
            await self.bot.terminate(30)
        except TimeoutError:
            await self.bot.kill()

    async def until(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        """Look every few milliseconds; raises TooSlow."""
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise TooSlow(f"the bot did not {what} within {seconds:.0f} s")
            await asyncio.sleep(0.005)

    async def ask(self, member: int) -> Asked:
        """One of the members asks for a portrait; nobody waits for it here."""
        self._number += 1
        prompt = f"woman z{str(self._number).translate(_DIGITS)}"
        who = self.discord.member(f"member {member % MEMBERS}")
        return Asked(prompt, await who.slash(self.discord.general, "portrait", prompt=prompt))

    async def steady(self, count: int, rate: float = RATE) -> list[Asked]:
        """So many requests at that rate a second, whatever becomes of them; all answered, or too late, at the end."""
        begun = time.monotonic()
        asked: list[Asked] = []
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            asked.append(await self.ask(number))
        with suppress(TooSlow):
            await self.until(lambda: all(each.interaction.is_acknowledged for each in asked), LATEST, "acknowledge")
        return asked

    async def all_posted(self, asked: Sequence[Asked], seconds: float = 60.0) -> None:
        """Until every picture is in Discord."""
        left = list(asked)

        def done() -> bool:
            left[:] = [each for each in left if each.posted_at is None]
            return not left

        await self.until(done, seconds, f"post {len(left)} pictures")

    async def own_ms(self, asked: Sequence[Asked]) -> list[float]:
        """From the vendor's word that a picture is there, to the picture in Discord."""
        known = await self.vendor.answered()
        return [(each.posted_at - known[each.prompt]) * 1000 for each in asked if each.posted_at]

    async def crowd(self, seconds: float, members: int = MEMBERS) -> float:
        """Members who ask again as soon as they have their picture: portraits a second."""
        begun, done = time.monotonic(), 0
        open_ = [await self.ask(number) for number in range(members)]
        while (now := time.monotonic()) < begun + seconds:
            await asyncio.sleep(0.004)
            for number, each in enumerate(open_):
                if each.posted_at is not None:
                    done += 1
                    open_[number] = await self.ask(number)
        rate = done / (now - begun)
        await self.all_posted(open_)
        return rate

    def edits(self, since: float) -> list[float]:
        """When the bot changed a message after that, by the clock that only goes forward; pictures do not count."""
        changes = (each for each in self.discord.requests if each.method == "PATCH" and not each.files)
        return [each.at for each in changes if each.at >= since]


def process(
    discord: WireDiscord, vendor: Vendor, folder: Path, command: Sequence[str], extra: Mapping[str, str]
) -> BotProcess:
    """A bot that is not started yet, and that refuses nobody."""
    return BotProcess.beside(
        discord,
        folder,
        modelslab_url=vendor.base_url,
        trusted_hosts=vendor.host,
        extra={**_OPEN, "LIMNER_LOG__LEVEL": "INFO", **extra},
        command=command,
    )


@asynccontextmanager
async def stand(folder: Path, command: Sequence[str], **extra: str) -> AsyncGenerator[Stand]:
    """A bot that is not started yet; all processes end with the block. `extra` are variables of its environment."""
    async with WireDiscord(ack_limit=LATEST) as discord, open_vendor() as vendor:
        bot = process(discord, vendor, folder, command, extra)
        try:
            yield Stand(discord, vendor, bot)
        finally:
            if bot.is_running:
                await bot.kill()
