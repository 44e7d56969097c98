"""Pictures of a contact sheet at full size: one with its own buttons, or several one by one."""

from collections.abc import Sequence

import discord

from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.sheets import caption
from bot.domain.portraits.vendor import Picture
from bot.domain.words.text import escaped
from bot.interactions.cards import faces
from bot.interactions.cards.base import CardView, Text
from bot.interactions.cards.choices import label_of
from bot.interactions.cards.portrait import buttons, gallery, headline, known_facts

Shown = tuple[CardView, list[discord.File]]


def one(portrait: Portrait, take: Take, picture: Picture) -> Shown:
    """One of several pictures, and what can be made of it alone."""
    files: list[discord.File] = []
    # Whole: there is room for it, and nowhere else is a long one read.
    said = caption(portrait.spec, take.number) or label_of(portrait, take)
    what = Text(f"{headline(portrait)}\n> -# {escaped(said)}")
    shown = gallery(portrait, [(take, picture)], files)
    lines = [*faces.lines(portrait, [take]), " · ".join(known_facts(portrait, [take]))]
    facts = Text("\n".join(f"-# {line}" for line in lines))
    return CardView(what, shown, facts, *buttons(portrait, take.number)), files


def several(portrait: Portrait, pictures: Sequence[tuple[Take, Picture]], lost: int = 0) -> Shown:
    """One to ten pictures with what each is called; `lost` are no longer kept."""
    files: list[discord.File] = []
    names = " · ".join(escaped(label_of(portrait, take)) for take, _ in pictures)
    gone = f"\n-# {lost} of them {'is' if lost == 1 else 'are'} no longer kept." if lost else ""
    what = Text(f"{headline(portrait)}\n> -# {names}{gone}")
    return CardView(what, gallery(portrait, pictures, files)), files
