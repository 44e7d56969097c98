from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.servers.panel import FORMS, SettingsButton
from cogs.servers.quota import QuotaCog
from cogs.servers.settings import SettingsCog
from cogs.servers.status import StatusCog
from cogs.servers.tidying import TidyingCog


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(SettingsButton)
    for verb, handler in FORMS.items():
        limner.forms.add(verb, handler)
    await limner.add_cog(QuotaCog(limner.services))
    await limner.add_cog(SettingsCog(limner.services))
    await limner.add_cog(StatusCog(limner.services))
    await limner.add_cog(TidyingCog(limner, limner.services))
