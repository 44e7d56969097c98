"""The answer to *Storyboard*: its two files, and what of it is missing."""

import io

import discord

from bot.domain.characters.exports import file_name
from bot.domain.words.text import escaped, shortened
from bot.interactions.cards.base import CardView, Text, attached, stopped
from bot.interactions.storyboards import Files
from bot.services.portraits.storyboards import Frame, Storyboard

_CAPTION_SHOWN = 40


def storyboard(board: Storyboard, files: Files) -> tuple[CardView, list[discord.File]]:
    """The card and its files."""
    pages = "1 page" if files.pages == 1 else f"{files.pages} pages"
    lines = [f"**Storyboard of {escaped(board.name)}**: {len(board.frames)} scenes on {pages}, and their pictures."]
    if files.smaller:
        lines.append("-# The pictures are smaller than they were painted, so that Discord takes them.")
    unpainted = [frame for frame in board.frames if frame.picture is None and not frame.lost]
    if unpainted:
        missing = stopped(f"Not painted: {_named(unpainted)}")
        lines.append(f"-# {missing} After **Try again**, use the button under what came then.")
    gone = [frame for frame in board.frames if frame.lost]
    if gone:
        lines.append(f"-# {stopped(f'No longer kept: {_named(gone)}')}")
    flagged = any(frame.flagged for frame in board.frames)
    stem = file_name(board.name)
    named = {f"{stem}-storyboard.pdf": files.pdf, f"{stem}-scenes.zip": files.archive}
    sent = [discord.File(io.BytesIO(data), filename=attached(name)) for name, data in named.items()]
    shown: list[discord.ui.File[CardView]] = [
        discord.ui.File(f"attachment://{attached(name)}", spoiler=flagged) for name in named
    ]
    return CardView(Text("\n".join(lines)), *shown), sent


def _named(frames: list[Frame]) -> str:
    return ", ".join(escaped(shortened(frame.caption, _CAPTION_SHOWN)) for frame in frames)
