"""What Discord holds of our commands is compared by what it means, at the start and again and again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import discord
import pytest
from discord import app_commands
from discord.ext import commands
from discord.http import Route

from bot.interactions.directory import Directory
from bot.outages import growing
from bot.registration import HOUR, Registration, same
from tests.fakes.discord_wire import WireDiscord

Change = Callable[[list[dict[str, Any]]], Any]


class Kinds(commands.Cog):
    """One of each kind of thing that a command can say."""

    @app_commands.command(description="paint")
    @app_commands.choices(size=[app_commands.Choice(name="Small", value=0), app_commands.Choice(name="Large", value=1)])
    async def paint(
        self,
        interaction: discord.Interaction[Any],
        prompt: app_commands.Range[str, 1, 200],
        size: int = 0,
        seed: app_commands.Range[int, 0, 9] = 0,
        style: Literal["ink", "oil"] = "ink",
        where: discord.TextChannel | discord.VoiceChannel | None = None,
    ) -> None: ...

    @paint.autocomplete("prompt")
    async def hint(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return []

    staff = app_commands.Group(
        name="staff",
        description="for staff",
        guild_only=True,
        default_permissions=discord.Permissions(manage_guild=True),
    )

    @staff.command(description="show")
    async def show(self, interaction: discord.Interaction[Any]) -> None: ...


async def look(interaction: discord.Interaction[Any], message: discord.Message) -> None: ...


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    async with WireDiscord() as opened:
        yield opened


@pytest.fixture
async def bot(wire: WireDiscord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[commands.AutoShardedBot]:
    monkeypatch.setattr(Route, "BASE", wire.api_base_url)
    client = commands.AutoShardedBot(
        command_prefix="!",
        intents=discord.Intents.none(),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )
    async with client:
        await client.add_cog(Kinds())
        client.tree.add_command(app_commands.ContextMenu(name="Look", callback=look))
        await client.login(wire.token)
        yield client


@pytest.fixture
async def kept(wire: WireDiscord, bot: commands.AutoShardedBot) -> AsyncIterator[WireDiscord]:
    """Commands that are compared every quarter of a second instead of every hour."""
    task = asyncio.create_task(Registration(bot, Directory(), every=0.25).keep())
    assert await wire.changes.until(lambda: wire.command_syncs == 1, 10)
    yield wire
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert wire.violations == []


def looks(wire: WireDiscord) -> int:
    return sum(each.method == "GET" and each.path.endswith("/commands") for each in wire.requests)


async def test_what_did_not_change_is_not_registered_again(kept: WireDiscord) -> None:
    seen = looks(kept)
    kept.commands[None].reverse()
    assert await kept.changes.until(lambda: looks(kept) >= seen + 4, 20)
    assert kept.command_syncs == 1


async def test_commands_are_named_by_the_numbers_that_discord_gave_them(
    wire: WireDiscord, bot: commands.AutoShardedBot
) -> None:
    directory = Directory()
    assert directory.mention("paint") == "`/paint`"
    task = asyncio.create_task(Registration(bot, directory, every=0.25).keep())
    assert await wire.changes.until(lambda: wire.command_syncs == 1, 10)
    held = wire.commands[None]
    assert await wire.changes.until(
        lambda: directory.mention("staff show") == f"</staff show:{id_of(held, 'staff')}>", 10
    )
    assert directory.mention("Look") == "`/Look`", "a menu of a message is no command to be typed"
    before = directory.mention("paint")
    paint(held).update(id="4711")
    assert await wire.changes.until(lambda: directory.mention("paint") == "</paint:4711>" != before, 10)
    held.clear()
    assert await wire.changes.until(lambda: wire.command_syncs == 2, 10)
    assert await wire.changes.until(
        lambda: directory.mention("paint") == f"</paint:{id_of(wire.commands[None], 'paint')}>", 10
    )
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def id_of(held: list[dict[str, Any]], name: str) -> str:
    return next(str(each["id"]) for each in held if each["name"] == name)


@pytest.mark.parametrize("held", [[{}], [{"name": "x"}], [{"name": "x", "id": None}], [{"name": "x", "id": "y"}]])
def test_what_discord_says_without_a_number_is_named_in_plain_words(held: list[dict[str, Any]]) -> None:
    directory = Directory()
    directory.learn(held)
    assert directory.mention("x y") == "`/x y`"


async def test_the_entry_point_of_an_activity_stays(kept: WireDiscord) -> None:
    held, seen = kept.commands[None], looks(kept)
    held.append(
        {**paint(held), "id": "77", "type": 4, "name": "launch", "description": "", "options": [], "handler": 2}
    )
    assert await kept.changes.until(lambda: looks(kept) >= seen + 3, 20)
    assert kept.command_syncs == 1
    paint(held).update(description="other")
    assert await kept.changes.until(lambda: kept.command_syncs == 2, 10)
    assert [each["name"] for each in kept.commands[None] if each["type"] == 4] == ["launch"]


def paint(held: list[dict[str, Any]]) -> dict[str, Any]:
    return next(each for each in held if each["name"] == "paint")


CHANGES: dict[str, Change] = {
    "wiped": lambda held: held.clear(),
    "one missing": lambda held: held.pop(),
    "one more": lambda held: held.append({**paint(held), "name": "play"}),
    "other words": lambda held: paint(held).update(description="other"),
    "another option": lambda held: paint(held)["options"].pop(),
    "no longer required": lambda held: paint(held)["options"][0].pop("required"),
    "no autocomplete": lambda held: paint(held)["options"][0].pop("autocomplete"),
    "longer": lambda held: paint(held)["options"][0].update(max_length=300),
    "a choice of value 0": lambda held: paint(held)["options"][1]["choices"].pop(0),
    "no least value": lambda held: paint(held)["options"][2].pop("min_value"),
    "other channels": lambda held: paint(held)["options"][4].update(channel_types=[0]),
    "for everybody": lambda held: [each.update(default_member_permissions=None) for each in held],
    "for nobody": lambda held: paint(held).update(default_member_permissions="0"),
    "elsewhere": lambda held: paint(held).update(contexts=[0]),
    "for users only": lambda held: paint(held).update(integration_types=[1]),
    "for adults": lambda held: paint(held).update(nsfw=True),
    "translated": lambda held: paint(held).update(name_localizations={"de": "malen"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_somebody_changed_comes_back_while_the_bot_runs(kept: WireDiscord, change: Change) -> None:
    change(kept.commands[None])
    assert await kept.changes.until(lambda: kept.command_syncs == 2, 10)
    assert {each["name"] for each in kept.commands[None]} == {"paint", "staff", "Look"}


async def test_what_discord_may_write_differently_is_the_same(wire: WireDiscord, bot: commands.AutoShardedBot) -> None:
    ours: list[dict[str, Any]] = [each.to_dict(bot.tree) for each in bot.tree.get_commands()]
    await bot.http.bulk_upsert_global_commands(bot.application_id or 0, ours)
    held: Any = await bot.http.get_global_commands(bot.application_id or 0)
    assert held != ours
    assert same(ours, held)
    for each in held:
        each |= {
            "handler": None,
            "description_localized": "x",
            "a_field_of_tomorrow": 1,
            "options": each.get("options"),
        }
        each["contexts"] = each["contexts"][::-1]
        for option in each["options"] or ():
            option |= {"required": option.get("required", False), "choices": option.get("choices")}
    assert same(ours, held)
    assert not same(ours, None)
    assert same([], None)


def test_waits_double_up_to_a_minute_and_never_end() -> None:
    waits = growing()
    assert [next(waits) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert {next(waits) for _ in range(5000)} == {60}
    assert HOUR == 3600
