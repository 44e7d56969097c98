import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes.discord_wire import WireDiscord
from tests.fakes.tests_of_fakes.raw import Raw
from tests.fakes.tests_of_fakes.sample_bot import SampleBot


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    """A Discord without any bot."""
    async with WireDiscord() as wire:
        yield wire


@asynccontextmanager
async def running(wire: WireDiscord) -> AsyncIterator[SampleBot]:
    bot = SampleBot()
    task = asyncio.create_task(bot.start(wire.token))
    try:
        await wire.until_connected()
        yield bot
    finally:
        await bot.close()
        await asyncio.wait([task])


@pytest.fixture
async def bot(wire: WireDiscord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SampleBot]:
    """The sample bot, connected to the wire."""
    monkeypatch.setattr(Route, "BASE", wire.api_base_url)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(wire.gateway_url))
    async with running(wire) as bot:
        yield bot


@pytest.fixture
async def raw(wire: WireDiscord) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(wire, session)
