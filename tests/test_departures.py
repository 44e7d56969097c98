"""Servers that removed the bot while nothing told so: found by Discord's list of all that have it, and by no other."""

import asyncio
from collections.abc import AsyncIterator, Collection

import discord
import pytest
from discord.http import Route

from bot.departures import Departures
from tests.fakes.discord_wire import WireDiscord


@pytest.fixture
async def wire(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WireDiscord]:
    async with WireDiscord() as opened:
        monkeypatch.setattr(Route, "BASE", opened.api_base_url)
        yield opened


async def test_only_a_list_that_came_whole_counts(wire: WireDiscord) -> None:
    told: list[Collection[int]] = []
    heard = asyncio.Event()

    async def present(ids: Collection[int]) -> None:
        told.append(ids)
        heard.set()

    # More than one page.
    ids = {wire.home.id} | {wire.guild(f"server {number}").id for number in range(250)}
    wire.guild("elsewhere", installed=False)
    fault = wire.fail("GET", "/users/@me/guilds", status=404)
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(wire.token)
        keeping = asyncio.create_task(Departures(client, present, first=0, every=0.05).keep())
        async with asyncio.timeout(10):
            await heard.wait()
        assert told[0] == ids
        assert fault.hits == 1, "the first list did not come"
        gone = next(each for each in wire.guilds.values() if each.name == "server 7")
        wire.remove_from_guild(gone)
        async with asyncio.timeout(10):
            while told[-1] != ids - {gone.id}:
                await asyncio.sleep(0.01)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    assert wire.violations == []
