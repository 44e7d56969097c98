from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.domain.ids import CharacterId, PortraitId
from bot.interactions import custom_ids
from bot.interactions.cards import gallery as cards
from bot.interactions.context import Services, asker_of, services_of
from bot.interactions.guard import Guarded
from bot.interactions.options import AnyCharacter
from bot.ports.portraits import Mark
from bot.services.portraits.gallery import GalleryPage


class GalleryCog(commands.Cog):
    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(description="Look through your portraits, newest first; only you see them")
    @app_commands.describe(character="Only portraits of this character")
    async def gallery(self, interaction: discord.Interaction[Any], character: AnyCharacter | None = None) -> None:
        asker = asker_of(interaction)
        found = await self._services.lookup.find(asker, character) if character else None
        await interaction.response.defer(ephemeral=True)
        await _show(interaction, await self._services.gallery.newest(asker, found))


class GalleryButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.GALLERY):
    """Turns to the portrait before or after. Whoever clicks sees their own: the id names a time, not a person."""

    @override
    async def press(self, interaction: discord.Interaction[Any]) -> None:
        gallery = services_of(interaction).gallery
        turn = gallery.newer if self.match["verb"] == "newer" else gallery.older
        mark = Mark(datetime.fromtimestamp(int(self.match["at"]) / 1000, UTC), PortraitId(self.match["id"]))
        character_id = CharacterId(self.match["character"]) if self.match["character"] else None
        await interaction.response.defer()
        await _show(interaction, await turn(asker_of(interaction), mark, character_id))


async def _show(interaction: discord.Interaction[Any], page: GalleryPage) -> None:
    view, files = cards.page(page)
    await interaction.edit_original_response(view=view, attachments=files)
