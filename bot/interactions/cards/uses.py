"""What a picture can be used as, and the file that was made of it."""

import io

import discord

from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.uses import Use
from bot.domain.portraits.vendor import Picture
from bot.domain.words.text import escaped
from bot.interactions import custom_ids
from bot.interactions.cards.base import MUTED, CardView, Row, Text, button, file_name
from bot.interactions.cards.choices import label_of
from bot.interactions.cards.single import Shown
from bot.interactions.pictures import picture_stem

_SAYS = {
    Use.AVATAR: "square, for a profile or a proxy bot such as PluralKit or Tupperbox",
    Use.TOKEN: "round with a ring, for a virtual tabletop",
    Use.EMOJI: "128 pixels, for Server Settings → Emoji",
    Use.STICKER: "320 pixels, for Server Settings → Stickers",
    Use.ORIGINAL: "the file as it was painted",
}
_SQUARE = "-# All but the original are square, with the head in them. It costs nothing."
_ROWS = ((Use.AVATAR, Use.TOKEN, Use.EMOJI), (Use.STICKER, Use.ORIGINAL))


def choose_use(portrait: Portrait, take: Take) -> CardView:
    """Asks what an image is to be used as."""
    lines = [f"**{use.capitalize()}**: {_SAYS[use]}" for use in Use]
    what = f"\n-# {escaped(label_of(portrait, take))}" if len(portrait.takes) > 1 else ""
    told = "\n".join(["### Use as…", *lines, _SQUARE])
    return CardView(Text(told + what), *_rows(portrait, take), colour=MUTED)


def used(portrait: Portrait, take: Take, picture: Picture, use: Use, whole: int) -> Shown:
    """The file, to be saved. `whole`: how many bytes it has, where the channel takes no so large ones."""
    name = file_name(f"{picture_stem(portrait.id, take.number)}-{use}", picture)
    shown: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    alt = f"{use.capitalize()} of the portrait"
    shown.add_item(media=f"attachment://{name}", description=alt, spoiler=take.flagged)
    size = f"{picture.width} x {picture.height}, {max(1, len(picture.data) // 1024):,} KiB"
    lines = [f"**{use.capitalize()}**: {_SAYS[use]}", f"-# {size}. Open it and save it; it is for you alone."]
    if len(picture.data) != whole:
        lines.append("-# Made smaller: this place takes no file as large as it was.")
    files = [discord.File(io.BytesIO(picture.data), filename=name)]
    return CardView(Text("\n".join(lines)), shown, *_rows(portrait, take)), files


def _rows(portrait: Portrait, take: Take) -> list[Row]:
    return [
        Row(*(button(use.capitalize(), custom_ids.for_portrait(use, portrait.id, take.number)) for use in row))
        for row in _ROWS
    ]
