from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.portraits.buttons import PortraitButton, save_face
from cogs.portraits.cog import PortraitsCog


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(PortraitButton)
    limner.forms.add("face", save_face)
    await limner.add_cog(PortraitsCog(limner.services))
