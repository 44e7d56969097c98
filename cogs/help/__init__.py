from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.help.cog import HelpCog, HelpMenu


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(HelpMenu)
    await limner.add_cog(HelpCog())
