"""The menu under a contact sheet: one of its pictures at full size, or all of them."""

from typing import Any

import discord

from bot.domain.errors import UnknownChoice
from bot.domain.ids import PortraitId
from bot.domain.words.text import clean, shortened
from bot.interactions.cards import single
from bot.interactions.cards.choices import ALL
from bot.interactions.context import asker_of, services_of
from bot.interactions.showing import show


async def open_picture(click: discord.Interaction[Any], portrait_id: PortraitId, chosen: str) -> None:
    """Answer the menu: `chosen` is the number of a take, or all."""
    showing, asker = services_of(click).showing, asker_of(click)
    if chosen == ALL:
        found = await showing.all(asker, portrait_id)
        await show(click, found, lambda pictures: single.several(found.portrait, pictures, found.lost))
    elif chosen.isdecimal() and len(chosen) <= 2:
        found = await showing.one(asker, portrait_id, int(chosen))
        await show(click, found, lambda pictures: single.one(found.portrait, *pictures[0]))
    else:
        raise UnknownChoice("picture", shortened(clean(chosen), 40), ("those in the menu",))
