"""The button under scenes: a PDF with their captions, and a ZIP of their pictures, for whoever asks."""

import asyncio
from typing import Any

import discord

from bot.domain.ids import PortraitId
from bot.interactions import fitting
from bot.interactions.cards import storyboard as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.storyboards import files_of


async def storyboard(click: discord.Interaction[Any], portrait_id: PortraitId, _take: int | None) -> None:
    """Make both files, and smaller ones where the channel takes no larger."""
    await click.response.defer(ephemeral=True, thinking=True)
    storyboards, limit = services_of(click).storyboards, fitting.LIMIT
    board = await storyboards.of(asker_of(click), portrait_id)
    while True:
        async with storyboards.one:
            made = await asyncio.to_thread(files_of, board, limit)
        view, files = cards.storyboard(board, made)
        try:
            await click.edit_original_response(view=view, attachments=files)
        except discord.HTTPException as error:
            if not fitting.is_too_large(error) or limit // 2 < fitting.SMALLEST:
                raise
            limit //= 2
        else:
            return
