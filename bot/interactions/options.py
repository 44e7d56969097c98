"""Options that several commands share."""

from typing import Annotated, Any

import discord
from discord import app_commands

from bot.domain.ids import UserId
from bot.domain.styles import SEED_MAX, SEED_MIN, Framing, Style
from bot.interactions.context import services_of

STYLES = [app_commands.Choice(name=style.value, value=style.value) for style in Style]
FRAMINGS = [app_commands.Choice(name=framing.value, value=framing.value) for framing in Framing]

SeedOption = Annotated[int | None, app_commands.Range[int, SEED_MIN, SEED_MAX]]


async def suggest_characters(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """The member's own characters whose names fit what is typed."""
    names = await services_of(interaction).characters.suggest(UserId(interaction.user.id), current)
    return [app_commands.Choice(name=name, value=name) for name in names]
