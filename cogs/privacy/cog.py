import io
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.cards import privacy as cards
from bot.interactions.context import Services, asker_of
from bot.services.privacy import Part


class PrivacyCog(commands.GroupCog, group_name="privacy", group_description="What I keep about you"):
    def __init__(self, services: Services) -> None:
        self._privacy = services.privacy

    @app_commands.command(description="Get everything that I keep about you, as a ZIP that only you see")
    async def export(self, interaction: discord.Interaction[Any]) -> None:
        asker = asker_of(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        first = True
        async for part in self._privacy.export(asker, interaction.filesize_limit):
            file = discord.File(io.BytesIO(part.data), filename=part.name)
            if first:
                await interaction.edit_original_response(content=_said(part), attachments=[file])
            else:
                await interaction.followup.send(_said(part), file=file, ephemeral=True)
            first = False

    @app_commands.command(description="Delete everything that I keep about you; I ask once before I do")
    async def delete(self, interaction: discord.Interaction[Any]) -> None:
        held = await self._privacy.holdings(asker_of(interaction))
        await interaction.response.send_message(view=cards.ask(held, interaction.user.id), ephemeral=True)


def _said(part: Part) -> str:
    text = "Everything that I keep about you: `limner.json` holds the words, `images` the pictures."
    if part.left_out:
        text += f" {part.left_out} older images are too many to send; they are in the messages where they were posted."
    return text
