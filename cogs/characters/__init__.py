from typing import cast

from discord.ext import commands

from bot.client import LimnerBot
from cogs.characters.buttons import CharacterButton, ImportButton, LibraryButton
from cogs.characters.cog import CharactersCog
from cogs.characters.forms import give_face, paint_outfits, paint_posed, save_described, save_edited
from cogs.characters.scenes import paint_scenes


async def setup(bot: commands.Bot) -> None:
    limner = cast("LimnerBot", bot)
    limner.add_dynamic_items(LibraryButton, CharacterButton, ImportButton)
    limner.forms.add("character", save_described)
    limner.forms.add("charface", give_face)
    limner.forms.add("charedit", save_edited)
    limner.forms.add("charpose", paint_posed)
    limner.forms.add("charsheet", paint_outfits)
    limner.forms.add("charscenes", paint_scenes)
    await limner.add_cog(CharactersCog(limner.services))
