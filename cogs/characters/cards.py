from typing import Any

import discord

from bot.domain.characters.character import Character
from bot.domain.ids import CharacterId, UserId
from bot.interactions.cards import character as cards
from bot.interactions.context import place_of, services_of


async def edit_card(interaction: discord.Interaction[Any], character: Character) -> None:
    """Put the character's card into the answer, which was deferred: its pictures are read and uploaded."""
    guild_id = place_of(interaction).guild_id
    shown = await services_of(interaction).characters.card_of(UserId(interaction.user.id), character, guild_id)
    view, files = cards.card(shown)
    await interaction.edit_original_response(view=view, attachments=files)


async def refresh(interaction: discord.Interaction[Any], character_id: CharacterId) -> None:
    """Show a card again after a change."""
    guild_id = place_of(interaction).guild_id
    characters = services_of(interaction).characters
    await edit_card(interaction, await characters.reachable(UserId(interaction.user.id), character_id, guild_id))


async def edit_shelf(interaction: discord.Interaction[Any], number: int, *, shared: bool) -> None:
    """Put a page of a list into the answer, which was deferred."""
    library = services_of(interaction).library
    if shared:
        shelf = await library.shared_shelf(place_of(interaction), number)
    else:
        shelf = await library.shelf(UserId(interaction.user.id), number)
    view, files = cards.library(shelf, interaction.user.id)
    await interaction.edit_original_response(view=view, attachments=files)
