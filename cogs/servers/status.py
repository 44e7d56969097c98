from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.cards import status as cards
from bot.interactions.context import Services, asker_of


class StatusCog(commands.Cog):
    def __init__(self, services: Services) -> None:
        self._standing = services.standing

    @app_commands.command(description="How I am doing: version, queue, the image service's speed, the last trouble")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def status(self, interaction: discord.Interaction[Any]) -> None:
        state = await self._standing.state(asker_of(interaction))
        await interaction.response.send_message(view=cards.card(state), ephemeral=True)
