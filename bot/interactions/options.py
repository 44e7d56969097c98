"""Options that several commands share."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import discord
from discord import app_commands

from bot.domain.characters.character import Identity
from bot.domain.ids import UserId
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.sheets import SIZES
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN, Framing, Style
from bot.domain.words.text import clean
from bot.interactions.context import place_of, services_of

Autocomplete = Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]

STYLES = [app_commands.Choice(name=style.value, value=style.value) for style in Style]
FRAMINGS = [app_commands.Choice(name=framing.value, value=framing.value) for framing in Framing]
SETS = [app_commands.Choice(name=f"{wanted} ({count})", value=wanted.value) for wanted, count in SIZES.items()]
IDENTITIES = [
    app_commands.Choice(name="seed: features and seed, similar each time", value=Identity.SEED.value),
    app_commands.Choice(name="reference: the saved picture goes along", value=Identity.REFERENCE.value),
]

SeedOption = Annotated[int | None, app_commands.Range[int, SEED_MIN, SEED_MAX]]


async def suggest_characters(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """Characters that the member may pose here: their own first, then those that others share in this server."""
    guild_id = place_of(interaction).guild_id
    found = await services_of(interaction).characters.choices(UserId(interaction.user.id), current, guild_id)
    return [app_commands.Choice(name=each.label, value=each.value) for each in found]


async def suggest_own(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """The member's own characters whose names fit what is typed."""
    names = await services_of(interaction).characters.suggest(UserId(interaction.user.id), current)
    return [app_commands.Choice(name=name, value=name) for name in names]


def suggesting(detail: Detail) -> Autocomplete:
    """Autocomplete for one detail: those of its suggestions that hold what is typed; anything else may be typed too."""

    async def suggest(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        del interaction
        typed = clean(current).casefold()
        found = [words for words in SUGGESTIONS[detail] if typed in words.casefold()]
        return [app_commands.Choice(name=words, value=words) for words in found]

    return suggest


DETAILS: dict[str, Autocomplete] = {detail.value: suggesting(detail) for detail in Detail}
