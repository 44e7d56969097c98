"""Gateways and workers as processes of their own, on one PostgreSQL, between a strict Discord and a vendor."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bot.storage.turns import engine_of
from tests.end_to_end.running_bot import OPEN_QUOTA
from tests.fakes.cluster import Cluster
from tests.fakes.discord_wire import Guild, Interaction, WireDiscord
from tests.fakes.pooler import Pooler
from tests.fakes.processes import RUN, BotProcess
from tests.fakes.vendor import FakeVendor


@dataclass
class Fleet:
    discord: WireDiscord
    vendor: FakeVendor
    folder: Path
    url: str
    settings: dict[str, str]
    started: list[BotProcess] = field(default_factory=list[BotProcess])

    async def start(self, role: str, *options: str) -> BotProcess:
        """One more process, and it is ready."""
        bot = self.process(role, *options)
        await bot.start()
        await bot.ready(40)
        return bot

    async def killed(self, bot: BotProcess, *options: str) -> BotProcess:
        """`kill -9` in the middle of its work, and another in its place."""
        await bot.kill()
        return await self.start(bot.data_dir.name.partition("-")[0], *options)

    def process(self, role: str, *options: str, **extra: str) -> BotProcess:
        """One that nobody started yet."""
        bot = BotProcess.beside(
            self.discord,
            self.folder / f"{role}-{len(self.started)}",
            modelslab_url=self.vendor.base_url,
            trusted_hosts=self.vendor.host,
            extra={**OPEN_QUOTA, "LIMNER_DATABASE__URL": self.url, **self.settings, **extra},
            command=[*RUN, "--role", role, *options],
        )
        self.started.append(bot)
        return bot

    @property
    def output(self) -> str:
        return "\n".join(f"--- {bot.data_dir.name}\n{bot.output}" for bot in self.started)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.cursor(row_factory=dict_row).execute(sql.encode()).fetchall()

    def run(self, sql: str) -> None:
        """As somebody who looks over the fleet's shoulder."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.encode())

    async def until(self, sql: str, timeout: float = 20.0) -> float:
        """Wait until there is such a row; returns the seconds that it took."""
        began = asyncio.get_running_loop().time()
        while not self.rows(sql):
            assert asyncio.get_running_loop().time() < began + timeout, f"{sql}\n{self.output}"
            await asyncio.sleep(0.05)
        return asyncio.get_running_loop().time() - began

    async def settled(self, timeout: float = 60.0) -> None:
        await self.until("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM portrait WHERE state = 'open')", timeout)

    async def idle(self) -> None:
        """No turn of the engine is left over: each was carried to its end."""
        space = self.rows("SELECT current_schema() AS name")[0]["name"]
        queue = engine_of(space).qualified.queue_table
        await self.until(f"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {queue})", 40)

    def guilds(self, count: int, shards: int) -> list[Guild]:
        """So many servers of each shard."""
        found: dict[int, list[Guild]] = {shard: [] for shard in range(shards)}
        number = 0
        while any(len(each) < count for each in found.values()):
            number += 1
            guild = self.discord.guild(f"guild {number}")
            found[(guild.id >> 22) % shards].append(guild)
        return [guild for each in found.values() for guild in each[:count]]

    async def ask(self, name: str, guild: Guild | None = None, count: int = 1) -> Interaction:
        channel = self.discord.channel("art", guild)
        asked = await self.discord.member(name, guild).slash(channel, "portrait", prompt="a sailor", count=count)
        await asked.acknowledged(10)
        return asked

    async def honest(self) -> None:
        """What must hold at the end of every story, whatever happened in it."""
        await self.settled()
        assert self.discord.violations == [], "\n".join(self.discord.violations)
        delivered = self.rows("SELECT coalesce(sum(charged), 0) AS n FROM quota_hold WHERE state = 'spent'")[0]["n"]
        assert self.rows("SELECT 1 FROM quota_hold WHERE state = 'held'") == []
        for row in self.rows("SELECT scope, period, sum(used) AS used FROM quota_counter GROUP BY scope, period"):
            assert row["used"] == delivered, f"{row}, {delivered} delivered"
        # A gallery shows them again, to one person.
        shown = [message for message in self.discord.messages if "Reroll" in message.buttons]
        assert sum(len(message.images) for message in shown) == delivered
        takes = self.rows("SELECT count(*) AS n FROM take")[0]["n"]
        assert len(self.vendor.accepted) <= takes, "something was ordered twice"
        assert self.vendor.max_in_flight <= int(self.settings["LIMNER_MODELSLAB__MAX_IN_FLIGHT"])
        assert "Traceback" not in self.output, self.output
        secret = {self.vendor.key, self.discord.token, *(each.token for each in self.discord.interactions.values())}
        assert [each for each in secret if each in self.output] == []


def stop(bot: BotProcess, how: signal.Signals) -> None:
    """A signal to one process that this test started."""
    assert bot.pid is not None
    os.kill(bot.pid, how)


@asynccontextmanager
async def fleet(cluster: Cluster | Pooler, folder: Path, *, shards: int = 1, **extra: str) -> AsyncIterator[Fleet]:
    """Nothing runs yet; `extra` are environment variables of all processes."""
    with cluster.schema() as url:
        # Six processes share the cores with the other tests: how fast they answer is not what is looked at here.
        async with WireDiscord(ack_limit=10) as discord:
            discord.gateway.shards = shards
            discord.gateway.concurrency = 16
            with FakeVendor.in_thread() as vendor:
                pictures = {"LIMNER_PICTURES__URL": f"file://{folder}/pictures"}
                settings = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "5", **pictures, **extra}
                present = Fleet(discord, vendor, folder, url, settings)
                try:
                    yield present
                finally:
                    for bot in present.started:
                        if bot.is_running:
                            await bot.kill()
