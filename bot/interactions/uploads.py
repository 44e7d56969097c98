"""Files that members attach to a command, read from Discord's own link under limits."""

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any

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


async def read_shown_file(click: discord.Interaction[Any]) -> bytes:
    """The bytes of the file in the message that was clicked. Raises FileRefused.

    Discord lists no attachment that a component shows: its link, signed anew with each click, is in the component.
    """
    links = [each.media.url for each in _components(click) if isinstance(each, discord.FileComponent)]
    data = await _patiently(click.client.http.get_from_cdn(links[0])) if links else None
    if data is None:
        raise FileRefused(_LOST)
    return data


def _components(click: discord.Interaction[Any]) -> Iterator[object]:
    for each in click.message.components if click.message else ():
        yield each
        yield from getattr(each, "children", ())


async def _read(attachment: discord.Attachment) -> bytes | None:
    return await _patiently(attachment.read())


async def _patiently(reading: Awaitable[bytes]) -> bytes | None:
    try:
        async with asyncio.timeout(_SECONDS):
            return await reading
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
        return None
