from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.portraits.buttons import PortraitButton, PortraitSelect
from cogs.portraits.cog import PortraitsCog
from cogs.portraits.forms import change_detail, save_face, use_settings
from cogs.portraits.menus import menus
from cogs.portraits.more import do_more
from cogs.portraits.preferences import PreferencesCog


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(PortraitButton, PortraitSelect)
    limner.forms.add("face", save_face)
    limner.forms.add("change", change_detail)
    limner.forms.add("settings", use_settings)
    limner.forms.add("more", do_more)
    await limner.add_cog(PortraitsCog(limner.services))
    await limner.add_cog(PreferencesCog(limner.services))
    for menu in menus():
        limner.tree.add_command(menu, override=True)
