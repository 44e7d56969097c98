from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.domain.errors import NotManager, UnknownButton, UnknownChoice
from bot.domain.words.text import clean, shortened
from bot.interactions import custom_ids
from bot.interactions.cards import help as cards
from bot.interactions.cards.base import CardView
from bot.interactions.context import asker_of, services_of
from bot.interactions.guard import Guarded

if TYPE_CHECKING:
    from bot.client import LimnerBot

# Shown to all by Discord, since one of it is for everybody; the use cases ask for Manage Server.
_MIXED, _FOR_ALL = "quota", "quota mine"
# The chapter says it once for all.
_NEEDS = " (needs Manage Server)"


class HelpCog(commands.Cog):
    @app_commands.command(name="help", description="How to begin, and all that I can do")
    async def help_(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(view=_card(interaction, cards.Chapter.START), ephemeral=True)


class HelpMenu(Guarded, discord.ui.DynamicItem[discord.ui.Select[Any]], template=custom_ids.HELP):
    """Turns to another chapter. Who may read it is asked again: a menu stays where it was sent."""

    @override
    async def press(self, interaction: discord.Interaction[Any]) -> None:
        if self.match["verb"] != "chapter":
            raise UnknownButton
        data = cast("dict[str, Any]", interaction.data or {})
        chosen = str((data.get("values") or [""])[0])
        offered = cards.chapters(manager=asker_of(interaction).is_manager)
        if chosen == cards.Chapter.ADMIN and chosen not in offered:
            raise NotManager
        if chosen not in offered:
            raise UnknownChoice("chapter", shortened(clean(chosen), 40), offered)
        await interaction.response.edit_message(view=_card(interaction, cards.Chapter(chosen)))


def _card(interaction: discord.Interaction[Any], chapter: cards.Chapter) -> CardView:
    bot = cast("LimnerBot", interaction.client)
    listed = _commands(bot.tree, for_managers=chapter is cards.Chapter.ADMIN)
    manager = asker_of(interaction).is_manager
    return cards.card(chapter, listed, bot.directory.mention, services_of(interaction).pages, manager=manager)


def _commands(tree: app_commands.CommandTree[Any], *, for_managers: bool) -> list[cards.Listed]:
    """The commands for everybody, or those for managers, from the commands themselves: never out of date.

    In the order in which they are registered: what is used most comes first.
    """
    return [
        cards.Listed(command.qualified_name, command.description.removesuffix(_NEEDS))
        for command in tree.walk_commands()
        if not isinstance(command, app_commands.Group) and _is_for_managers(command) is for_managers
    ]


def _is_for_managers(command: app_commands.Command[Any, ..., Any]) -> bool:
    root = command.root_parent or command
    if root.name == _MIXED:
        return command.qualified_name != _FOR_ALL
    return bool(root.default_permissions and root.default_permissions.manage_guild)
