"""Pictures in answer to a click, in as many messages as they need."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import discord

from bot.domain.portraits.portrait import Take
from bot.domain.portraits.vendor import Picture
from bot.interactions import fitting
from bot.interactions.cards.single import Shown
from bot.services.portraits.showing import Pictures

Render = Callable[[Sequence[tuple[Take, Picture]]], Shown]
_SILENT = discord.AllowedMentions.none()


async def show(click: discord.Interaction[Any], found: Pictures, render: Render) -> None:
    """Send them all, smaller where the channel takes no larger files."""
    if not click.response.is_done():
        await click.response.defer(ephemeral=not found.openly, thinking=True)
    left, limit = list(found.pictures), fitting.LIMIT
    while left:
        parcel = await asyncio.to_thread(fitting.parcel, left, limit)
        view, files = render(parcel)
        try:
            if len(left) == len(found.pictures):
                await click.edit_original_response(view=view, attachments=files, allowed_mentions=_SILENT)
            else:
                await click.followup.send(view=view, files=files, ephemeral=not found.openly, allowed_mentions=_SILENT)
        except discord.HTTPException as error:
            if not fitting.is_too_large(error) or limit // 2 < fitting.SMALLEST:
                raise
            limit //= 2
        else:
            del left[: len(parcel)]
