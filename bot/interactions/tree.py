"""The command tree: errors of commands go through the same table as those of buttons."""

import logging
from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.domain.errors import GoneFromServer
from bot.interactions.guard import HARMLESS, answer_error, say

_log = logging.getLogger(__name__)

OUTDATED = "That command has changed meanwhile. Nothing was done; please type it once more."
_MISFITS = (app_commands.TransformerError, app_commands.CommandSignatureMismatch, app_commands.CommandNotFound)
_GONE = {
    discord.AppCommandOptionType.role: "role",
    discord.AppCommandOptionType.channel: "channel",
    discord.AppCommandOptionType.user: "member",
}


def _is_trouble(record: logging.LogRecord) -> bool:
    """Suggestions that come too late, or are asked for twice, are nobody's trouble: discord.py logs a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, discord.HTTPException) and error.code in HARMLESS)


class LimnerTree(app_commands.CommandTree[Any]):
    """Slash commands and menus of the bot."""

    def __init__(self, client: discord.Client) -> None:
        super().__init__(client)
        logging.getLogger("discord.app_commands.tree").addFilter(_is_trouble)

    @override
    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        if isinstance(error, app_commands.CommandInvokeError):
            await answer_error(interaction, error.original)
        elif interaction.type is discord.InteractionType.application_command:
            await _answer_misfit(interaction, error)


async def _answer_misfit(interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
    """An option names what is gone, or the member's client knows an older command: neither is a bug."""
    if isinstance(error, app_commands.TransformerError) and error.type in _GONE:
        await answer_error(interaction, GoneFromServer(_GONE[error.type]))
    elif isinstance(error, _MISFITS) or type(error) is app_commands.AppCommandError:
        # The class itself: the payload holds no target for a menu, say.
        _log.warning("interaction %s does not fit its command: %s", interaction.id, error)
        await say(interaction, OUTDATED)
    else:
        await answer_error(interaction, error)
