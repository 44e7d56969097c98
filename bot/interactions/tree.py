"""The command tree: errors of commands go through the same table as those of buttons."""

from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.interactions import replies
from bot.interactions.guard import answer_error, say


class LimnerTree(app_commands.CommandTree[Any]):
    """Slash commands and menus of the bot."""

    @override
    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        closing = bool(getattr(self.client, "closing", False))
        if closing and interaction.type is discord.InteractionType.application_command:
            await say(interaction, replies.RESTARTING)
        return not closing

    @override
    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        if isinstance(error, app_commands.CommandInvokeError):
            await answer_error(interaction, error.original)
        elif interaction.type is discord.InteractionType.application_command:
            await answer_error(interaction, error)
