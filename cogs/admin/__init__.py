from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.admin.quota import QuotaCog
from cogs.admin.settings import SettingsCog


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    await limner.add_cog(QuotaCog(limner.services))
    await limner.add_cog(SettingsCog(limner.services))
