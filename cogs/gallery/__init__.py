from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.gallery.cog import GalleryButton, GalleryCog, GalleryMenu, GalleryOneButton, GalleryPageButton


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(GalleryButton, GalleryPageButton, GalleryMenu, GalleryOneButton)
    await limner.add_cog(GalleryCog(limner.services))
