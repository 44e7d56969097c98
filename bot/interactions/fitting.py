"""Pictures that a channel does not take for their size: written anew as WebP, smaller and smaller until they fit."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import discord
from PIL import Image

from bot.darkroom import pixels
from bot.domain.portraits.portrait import Take
from bot.domain.portraits.vendor import Picture
from bot.ports.messenger import Outcome

# What Discord takes everywhere, per file.
LIMIT: Final = 10 * 2**20
SMALLEST: Final = 128 * 2**10
_ENTITY_TOO_LARGE: Final = 40005
# Files in a message, and pictures in a gallery.
_TOGETHER: Final = 10
_QUALITIES: Final = (92, 80, 65)


async def fitted(outcome: Outcome, limit: int) -> Outcome:
    """The outcome with every picture that is uploaded in at most `limit` bytes; itself when all of them are."""
    if all(len(picture.data) <= limit for picture in all_of(outcome)):
        return outcome
    if outcome.contact:
        return replace(outcome, contact=await asyncio.to_thread(shrunk, outcome.contact, limit))
    smaller = [(take, await asyncio.to_thread(shrunk, picture, limit)) for take, picture in outcome.pictures]
    return replace(outcome, pictures=tuple(smaller))


def all_of(outcome: Outcome) -> tuple[Picture, ...]:
    """Every picture that goes into the message: of a contact sheet no others."""
    return (outcome.contact,) if outcome.contact else tuple(picture for _, picture in outcome.pictures)


def parcel(pictures: Sequence[tuple[Take, Picture]], limit: int) -> list[tuple[Take, Picture]]:
    """As many of the pictures, from the first on, as one message takes: ten at most, and `limit` bytes of all.

    The first always goes, made smaller if it must be, which takes a while: use a thread.
    """
    (take, picture), *others = pictures
    found = [(take, shrunk(picture, limit))]
    room = limit - len(found[0][1].data)
    for take, picture in others[: _TOGETHER - 1]:
        room -= len(picture.data)
        if room < 0:
            break
        found.append((take, picture))
    return found


def is_too_large(error: discord.HTTPException) -> bool:
    """Whether a channel takes only smaller files."""
    return error.status == 413 or error.code == _ENTITY_TOO_LARGE


def shrunk(picture: Picture, limit: int) -> Picture:
    """The picture in at most `limit` bytes: less exact first, then with fewer pixels. Takes a while: use a thread."""
    if len(picture.data) <= limit:
        return picture
    # What is transparent stays so.
    canvas = pixels.clear(picture.data)
    while True:
        for quality in _QUALITIES:
            data = _webp(canvas, quality)
            if len(data) <= limit or max(canvas.size) <= 64:
                return Picture(data, "image/webp", *canvas.size)
        canvas.thumbnail((canvas.width * 3 // 4 or 1, canvas.height * 3 // 4 or 1), Image.Resampling.LANCZOS)


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
