from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.privacy.buttons import PrivacyButton
from cogs.privacy.cog import PrivacyCog
from cogs.privacy.servers import ServersCog


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(PrivacyButton)
    await limner.add_cog(PrivacyCog(limner.services))
    await limner.add_cog(ServersCog(limner, limner.services))
