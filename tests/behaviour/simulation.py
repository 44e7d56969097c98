"""A stage for behaviour tests: the real bot in a simulated Discord, a real local vendor, real files."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import simcord
from pydantic import SecretStr

from bot.app import App, open_app
from bot.config import Config, DatabaseConfig, DiscordConfig, LikenessConfig, LimitsConfig, ModelsLabConfig, QuotaConfig
from bot.domain.ids import UserId
from bot.ports.faces import FaceReader
from bot.storage.consents import SqlConsents
from tests.fakes.vendor import FakeVendor


def walk(components: Any) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        yield from walk([component["accessory"]] if component.get("accessory") else [])


def text_of(message: Any) -> str:
    """All that a member reads in a message."""
    parts = [component["content"] for component in walk(message.components) if component["type"] == 10]
    return "\n".join([message.content, *parts]).strip()


def buttons_of(message: Any) -> dict[str, dict[str, Any]]:
    """The buttons of a message by their labels."""
    return {c["label"]: c for c in walk(message.components) if c["type"] == 2 and c.get("label")}


def gallery_of(message: Any) -> list[dict[str, Any]]:
    """The pictures of a message, with their alt texts."""
    return [item for c in walk(message.components) if c["type"] == 12 for item in c["items"]]


def prefilled(form: Any) -> dict[str, str]:
    """What a modal shows before anything is typed."""
    fields = [label["component"] for label in form.modal["components"] if label["type"] == 18]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


def entries_of(form: Any) -> dict[str, str]:
    """The radio buttons of a form: what comes back, by label."""
    fields = [label["component"] for label in form.modal["components"] if label["type"] == 18]
    return {option["label"]: option["value"] for each in fields if each["type"] == 21 for option in each["options"]}


@dataclass
class Simulation:
    env: simcord.Env
    app: App
    vendor: FakeVendor
    config: Config
    guild: Any
    channel: Any
    alice: Any
    bob: Any
    _jobs: asyncio.Task[None] = field(repr=False)

    async def final(self, result: Any, timeout: float = 10.0) -> Any:
        """The message of an interaction once it no longer waits."""
        return await self.until(result, lambda message: "Cancel" not in buttons_of(message), timeout)

    async def until(self, result: Any, wanted: Callable[[Any], bool], timeout: float = 10.0) -> Any:
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not wanted(result.response):
            assert loop.time() < end, f"still: {text_of(result.response)}"
            await asyncio.sleep(0.02)
        return result.response

    async def click(self, member: Any, message: Any, label: str) -> Any:
        """Click a button; what is no button of a portrait's card is looked for behind *More*, as members do."""
        found = next((button for name, button in buttons_of(message).items() if label in name), None)
        if found is None:
            return await self.more(member, message, label)
        return await member.click(message.message, custom_id=found["custom_id"])

    async def more(self, member: Any, message: Any, label: str, **answers: str) -> Any:
        """Open *More*, take the entry, and hand the form in."""
        form = await member.click(message.message, custom_id=buttons_of(message)["More"]["custom_id"])
        if form.modal is None:
            return form
        return await member.submit_modal(form, {"what": entries_of(form)[label], **answers})

    async def restart(self) -> None:
        """A fresh bot on the same files, as after an upgrade."""
        await self._close()
        self._exit = open_app(self.config, reader=self.reader)
        self.app = await self._exit.__aenter__()
        await self.env.restart_bot(self.app.bot)
        await self.app.runner.recover()
        self._jobs = asyncio.create_task(self.app.runner.run())

    async def _close(self) -> None:
        await self.app.runner.stop()
        self._jobs.cancel()
        await asyncio.gather(self._jobs, return_exceptions=True)
        await self._exit.__aexit__(None, None, None)

    _exit: Any = None
    # Who looks at faces in the bot's stead.
    reader: FaceReader | None = None


def database_of(simulation: Simulation) -> Any:
    """The bot's own connection to its files."""
    return simulation.app.bot.services.gallery._store._database  # type: ignore[attr-defined]


async def settled(simulation: Simulation) -> None:
    """A card is shown a moment before its portrait is final."""
    database = database_of(simulation)
    while await database.one("SELECT 1 FROM portrait WHERE state = 'open'"):
        await asyncio.sleep(0.01)


def configuration(vendor: FakeVendor, folder: Path, **sections: Any) -> Config:
    return Config(
        discord=sections.get("discord", DiscordConfig(token=SecretStr("a-token-for-tests"))),
        modelslab=sections.get(
            "modelslab",
            ModelsLabConfig(
                api_key=SecretStr(vendor.key), base_url=vendor.base_url, trusted_hosts=(vendor.host,), max_in_flight=5
            ),
        ),
        database=DatabaseConfig(url=f"sqlite:///{folder / 'limner.db'}"),
        quota=sections.get("quota", QuotaConfig()),
        limits=sections.get("limits", LimitsConfig()),
        likeness=sections.get("likeness", LikenessConfig()),
    )


@asynccontextmanager
async def staged(folder: Path, **sections: Any) -> AsyncIterator[Simulation]:
    """A stage opened inside a test; the fixture leaves the choice of clocks to the simulator's own plugin."""
    async with opened(folder, **sections) as simulation:
        with simulation.env.time_context():
            yield simulation


@asynccontextmanager
async def opened(folder: Path, **sections: Any) -> AsyncIterator[Simulation]:
    with FakeVendor.in_thread() as vendor:
        config = configuration(vendor, folder, **sections)
        manager = open_app(config, reader=sections.get("reader"))
        app = await manager.__aenter__()
        env = simcord.Env(app.bot, check_errors=False, shard_count=1, settle_timeout=30.0)
        await env.start()
        await app.runner.recover()
        jobs = asyncio.create_task(app.runner.run())
        guild = env.create_guild()
        channel = guild.create_text_channel("art")
        alice = guild.add_member(env.create_user("alice"))
        bob = guild.add_member(env.create_user("bob"))
        simulation = Simulation(env, app, vendor, config, guild, channel, alice, bob, jobs)
        simulation._exit, simulation.reader = manager, sections.get("reader")
        if sections.get("ticked", True):
            # Most tests are about what comes after a member said whose faces they bring.
            for member in (alice, bob):
                await SqlConsents(database_of(simulation)).give(UserId(member.id), datetime.now(UTC))
        try:
            yield simulation
        finally:
            await simulation._close()
            await env.shutdown()
