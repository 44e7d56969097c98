"""The bot as its own process between a strict local Discord and a local vendor."""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarl import URL

from tests.fakes.discord_wire import Interaction, Member, Message, WireDiscord
from tests.fakes.discord_wire.endpoint import Endpoint
from tests.fakes.discord_wire.state import RecordedRequest
from tests.fakes.processes import RUN, BotProcess
from tests.fakes.vendor import FakeVendor

OPEN_QUOTA = {
    "LIMNER_QUOTA__GUILD_PER_DAY": "1000",
    "LIMNER_QUOTA__GUILD_PER_MONTH": "1000",
    "LIMNER_QUOTA__MEMBER_PER_DAY": "1000",
    "LIMNER_LIMITS__BURST_PER_MEMBER": "1000",
}


@dataclass
class RunningBot:
    discord: WireDiscord
    vendor: FakeVendor
    bot: BotProcess
    folder: Path

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """What the bot's own file says."""
        with sqlite3.connect(f"file:{self.folder / 'limner.db'}?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            found = [dict(row) for row in connection.execute(sql)]
        connection.close()
        return found

    def ticked(self, *members: Any) -> None:
        """They said before whose faces they bring."""
        with closing(sqlite3.connect(self.folder / "limner.db", timeout=10)) as connection, connection:
            connection.executemany(
                "INSERT OR IGNORE INTO consent (user_id, given_at) VALUES (?, 0)", [(member.id,) for member in members]
            )

    def used(self) -> dict[str, int]:
        """The counters: `member`, `server day`, `server month`, over all subjects."""
        rows = self.rows("SELECT scope, period, sum(used) AS used FROM quota_counter GROUP BY scope, period")
        return {f"{row['scope']} {row['period']}": row["used"] for row in rows}

    async def settled(self, timeout: float = 30.0) -> None:
        """Wait until no portrait is open."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while left := self.rows("SELECT id, failure FROM portrait WHERE state = 'open'"):
            assert loop.time() < end, f"still open: {left}\n{self.bot.output}"
            await asyncio.sleep(0.1)

    async def start(self) -> None:
        await self.bot.start()
        await self.bot.ready()
        if self.discord.endpoint is None:
            await self.discord.until_connected()

    def answers(self) -> list[Message]:
        """Every message of the bot that shows a picture."""
        return [message for message in self.discord.messages if message.images]

    async def honest(self) -> None:
        """What must hold at the end of every story, whatever happened in it."""
        await self.settled()
        assert self.discord.violations == [], "\n".join(str(v) for v in self.discord.violations)
        assert [str(each) for each in self.discord.requests if pings_at_large(each)] == []
        delivered = self.rows("SELECT sum(charged) AS n FROM quota_hold WHERE state = 'spent'")[0]["n"] or 0
        held = self.rows("SELECT count(*) AS n FROM quota_hold WHERE state = 'held'")[0]["n"]
        assert held == 0
        for name, used in self.used().items():
            assert used == delivered, f"{name}: {used} counted, {delivered} delivered"
        # Ever written, deleted ones too.
        takes = (self.rows("SELECT seq AS n FROM sqlite_sequence WHERE name = 'take'") or [{"n": 0}])[0]["n"]
        assert len(self.vendor.accepted) <= takes
        self.silent()

    def silent(self) -> None:
        """Nothing secret was ever printed: not the key, not the bot's token, not that of an interaction."""
        output = self.bot.output
        secret = {self.vendor.key, self.discord.token, *(each.token for each in self.discord.interactions.values())}
        assert [each for each in secret if each in output] == []


def pings_at_large(request: RecordedRequest) -> bool:
    """Whether a message lets its text decide whom it pings, were there a mention in it. A form pings nobody."""
    body = request.json if isinstance(request.json, dict) else {}
    message = body.get("data") or body
    if not message.keys() & {"content", "components", "embeds"} or "title" in message:
        return False
    allowed = message.get("allowed_mentions")
    return allowed is None or bool(allowed.get("parse") or allowed.get("roles"))


# Whether the bots that are started here get their interactions as requests, not by the gateway.
_by_requests: ContextVar[bool] = ContextVar("by_requests", default=False)


@contextmanager
def by_requests() -> Generator[None]:
    """Every bot of `unstarted` and `running_bot` within has the role `http`."""
    token = _by_requests.set(True)
    try:
        yield
    finally:
        _by_requests.reset(token)


def http_settings(endpoint: Endpoint) -> dict[str, str]:
    """Those of a bot that serves this endpoint."""
    return {"LIMNER_HTTP__PORT": str(URL(endpoint.url).port), "LIMNER_HTTP__PUBLIC_KEY": endpoint.public_key}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@asynccontextmanager
async def unstarted(
    folder: Path, vendors: type[FakeVendor] = FakeVendor, command: Sequence[str] = RUN, /, **extra: str
) -> AsyncIterator[RunningBot]:
    """A bot that nobody started yet, with generous limits; `extra` are environment variables of the bot."""
    async with WireDiscord() as discord:
        if _by_requests.get():
            discord.endpoint = Endpoint(f"http://127.0.0.1:{free_port()}/interactions")
            command, extra = [*command, "--role", "http"], {**http_settings(discord.endpoint), **extra}
        with vendors.in_thread() as vendor:
            bot = BotProcess.beside(
                discord,
                folder,
                modelslab_url=vendor.base_url,
                trusted_hosts=vendor.host,
                extra={**OPEN_QUOTA, **extra},
                command=command,
            )
            present = RunningBot(discord, vendor, bot, folder)
            try:
                yield present
            finally:
                if bot.is_running:
                    await bot.kill()
            present.silent()


@asynccontextmanager
async def running_bot(
    folder: Path, vendors: type[FakeVendor] = FakeVendor, command: Sequence[str] = RUN, /, **extra: str
) -> AsyncIterator[RunningBot]:
    """As `unstarted`, and the bot is ready."""
    async with unstarted(folder, vendors, command, **extra) as present:
        await present.start()
        # A start does not wait for its commands, but most stories begin with one.
        assert await present.discord.changes.until(lambda: present.discord.commands.get(None), 10)
        yield present


async def final(interaction: Interaction, timeout: float = 20.0) -> Message:
    """The message of an interaction once it shows how it ended."""
    return await interaction.until(lambda message: "Cancel" not in message.buttons, timeout)


async def more(member: Member, message: Message, label: str) -> Interaction:
    """Take an entry of *More*."""
    form = await (await member.click(message, "More")).acknowledged()
    assert form.modal
    asked = {each["component"]["custom_id"]: each["component"] for each in form.modal["components"]}
    values = {option["label"]: option["value"] for option in asked["what"]["options"]}
    return await member.submit_modal(form, {"what": values[label]})


async def deleted(member: Member, message: Message) -> Interaction:
    """Take *Delete*, and confirm it."""
    asked = await (await more(member, message, "Delete")).acknowledged()
    question = await asked.until(lambda answer: "Delete for good" in answer.buttons)
    return await (await member.click(question, "Delete for good")).acknowledged()


async def until(w: RunningBot, sql: str, timeout: float = 10.0) -> None:
    """Wait until the bot's file has such a row."""
    end = asyncio.get_running_loop().time() + timeout
    while not w.rows(sql):
        assert asyncio.get_running_loop().time() < end, w.bot.output
        await asyncio.sleep(0.01)


async def kill_and_return(w: RunningBot) -> None:
    """`kill -9`, then the next start, until everything is settled."""
    await w.bot.kill()
    await w.start()
    await w.settled()
