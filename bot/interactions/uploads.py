"""Files that members attach to a command, read from Discord's own link under limits."""

import asyncio

import aiohttp
import discord

from bot.domain.characters.character import REFERENCE_BYTES
from bot.domain.characters.formats import IMPORT_BYTES
from bot.domain.errors import FileRefused, ImageRefused

_SECONDS = 20.0
_LOST = "Discord did not hand it over; please try again"


def check_size(attachment: discord.Attachment, limit: int) -> str | None:
    """What is wrong with its declared size, before anything is downloaded."""
    return f"it is larger than {limit // 2**20} MiB" if attachment.size > limit else None


def check_image(attachment: discord.Attachment | None) -> None:
    """Raises ImageRefused for an image that is not worth downloading."""
    if attachment is not None and (reason := check_size(attachment, REFERENCE_BYTES)):
        raise ImageRefused(reason)


def check_file(attachment: discord.Attachment) -> None:
    """Raises FileRefused for a file that is not worth downloading."""
    if reason := check_size(attachment, IMPORT_BYTES):
        raise FileRefused(reason)


async def read_image(attachment: discord.Attachment) -> bytes:
    """The bytes of an attached image. Raises ImageRefused."""
    data = await _read(attachment)
    if data is None:
        raise ImageRefused(_LOST)
    return data


async def read_file(attachment: discord.Attachment) -> bytes:
    """The bytes of an attached file. Raises FileRefused."""
    data = await _read(attachment)
    if data is None:
        raise FileRefused(_LOST)
    return data


async def _read(attachment: discord.Attachment) -> bytes | None:
    try:
        async with asyncio.timeout(_SECONDS):
            return await attachment.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
        return None
