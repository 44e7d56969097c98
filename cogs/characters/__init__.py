from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.characters.buttons import LibraryButton
from cogs.characters.cog import CharactersCog
from cogs.characters.forms import save_described


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(LibraryButton)
    limner.forms.add("character", save_described)
    await limner.add_cog(CharactersCog(limner.services))
