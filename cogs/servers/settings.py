from typing import Annotated, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.ids import ChannelId
from bot.domain.portraits.styles import NEGATIVE_LIMIT
from bot.interactions.cards import changes
from bot.interactions.cards import settings as cards
from bot.interactions.context import Services, asker_of
from bot.interactions.guard import say
from bot.interactions.options import FRAMINGS, GUIDANCE_SAID, STEPS_SAID, STYLES, GuidanceOption, StepsOption
from bot.services.servers import timezones
from bot.services.servers.administration import managed
from bot.services.servers.answers import AnyChange
from cogs.servers import options
from cogs.servers.listed import number_of, suggest_channels

ACTIONS = [
    app_commands.Choice(name="add: paint in this channel", value="add"),
    app_commands.Choice(name="remove: not in this channel any more", value="remove"),
    app_commands.Choice(name="all: paint in every channel", value="all"),
]
FLAGGED = [
    app_commands.Choice(name="drop them", value="drop"),
    app_commands.Choice(name="spoilers, in age-restricted channels only", value="spoiler"),
]
Channel = Annotated[options.Given, options.ChannelOption()]
Log = Annotated[options.Given, options.ChannelOption(*options.LOG_KINDS.values())]
TWO_CHANNELS = "Choose one of `channel` and `listed`; `listed` is for remove. Nothing was changed."


async def suggest_timezones(_interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=name, value=name) for name in await timezones.like(current[:100], 25)]


@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
class SettingsCog(commands.GroupCog, group_name="settings", group_description="How I behave in this server"):
    def __init__(self, services: Services) -> None:
        self._administration = services.administration

    @app_commands.command(description="The settings of this server, and a button to change each")
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        found = await self._administration.settings(asker_of(interaction))
        await interaction.response.send_message(view=cards.panel(found), ephemeral=True)

    @app_commands.command(description="Where I may be used: in every channel, or in those you list")
    @app_commands.describe(
        action="What to do",
        channel="Which channel, a forum with all its posts; leave it out for this one, in a post for its forum",
        listed="To remove one of the list that no longer exists",
    )
    @app_commands.choices(action=ACTIONS)
    @app_commands.autocomplete(listed=suggest_channels)
    async def channels(
        self,
        interaction: discord.Interaction[Any],
        action: str,
        channel: Channel | None = None,
        listed: str | None = None,
    ) -> None:
        asker = asker_of(interaction)
        managed(asker)
        if listed is not None and (channel or action != "remove"):
            await say(interaction, TWO_CHANNELS)
            return
        if listed is not None:
            chosen = number_of(listed, ChannelId)
        else:
            chosen = await options.paintable(interaction, channel)
        await _answer(interaction, await self._administration.set_channels(asker, action, chosen))

    @app_commands.command(
        description="What holds when a member names no style, framing, steps or guidance; a negative prompt for all"
    )
    @app_commands.describe(
        style="The look when a member names none",
        framing="The framing when a member names none",
        steps=STEPS_SAID,
        guidance=GUIDANCE_SAID,
        negative="Added to every negative prompt of this server; a dash (-) for nothing",
        defaults="A style, framing, steps or guidance that you do not name goes back to the default",
    )
    @app_commands.choices(style=STYLES, framing=FRAMINGS)
    async def style(
        self,
        interaction: discord.Interaction[Any],
        style: str | None = None,
        framing: str | None = None,
        steps: StepsOption = None,
        guidance: GuidanceOption = None,
        negative: app_commands.Range[str, 1, NEGATIVE_LIMIT] | None = None,
        defaults: bool = False,
    ) -> None:
        asker = asker_of(interaction)
        done = await self._administration.set_style(
            asker, style, framing, negative, steps=steps, guidance=guidance, defaults=defaults
        )
        await _answer(interaction, done)

    @app_commands.command(description="Words that are refused here, and what happens to flagged pictures")
    @app_commands.describe(
        words="Separated by commas, in place of the present ones; a dash (-) for none",
        flagged="Pictures that the image service flags",
    )
    @app_commands.choices(flagged=FLAGGED)
    async def safety(
        self,
        interaction: discord.Interaction[Any],
        words: app_commands.Range[str, 1, 4000] | None = None,
        flagged: str | None = None,
    ) -> None:
        await _answer(interaction, await self._administration.set_safety(asker_of(interaction), words, flagged))

    @app_commands.command(description="The time zone in which your days and months begin")
    @app_commands.describe(zone="Such as Europe/Madrid; it holds from the next midnight on")
    @app_commands.autocomplete(zone=suggest_timezones)
    async def timezone(self, interaction: discord.Interaction[Any], zone: str) -> None:
        await _answer(interaction, await self._administration.set_timezone(asker_of(interaction), zone))

    @app_commands.command(description="A channel that gets one line for each change and each refused prompt")
    @app_commands.describe(channel="Which channel; leave it out to stop")
    async def log(self, interaction: discord.Interaction[Any], channel: Log | None = None) -> None:
        asker = asker_of(interaction)
        managed(asker)
        chosen = await options.writable(interaction, channel) if channel else None
        await _answer(interaction, await self._administration.set_log(asker, chosen))


async def _answer(interaction: discord.Interaction[Any], done: AnyChange) -> None:
    """Old and new, to the admin alone."""
    await interaction.response.send_message(view=changes.changed(done), ephemeral=True)
