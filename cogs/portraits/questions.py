"""Which image a button under several of them means."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.domain.ids import PortraitId
from bot.interactions.cards import choices
from bot.interactions.context import services_of
from bot.services.asker import Asker

Click = discord.Interaction[Any]
Handler = Callable[[Click, PortraitId, int | None], Awaitable[None]]


async def image_or_question(
    click: Click, asker: Asker, portrait_id: PortraitId, take: int | None, verb: str
) -> int | None:
    """The image that is meant; None when the member was asked first, because there are several."""
    portrait = await services_of(click).remakes.choices(asker, portrait_id)
    if take is not None:
        return take
    first, *others = portrait.ready
    if others:
        await click.response.send_message(view=choices.choose_image(portrait, verb), ephemeral=True)
        return None
    return first.number
