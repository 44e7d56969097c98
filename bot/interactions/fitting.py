"""Pictures that a channel does not take for their size: written anew as WebP, smaller and smaller until they fit."""

import asyncio
import io
from dataclasses import replace
from typing import Final

from PIL import Image

from bot.darkroom import pixels
from bot.domain.portraits.vendor import Picture
from bot.ports.messenger import Outcome

# What Discord takes everywhere, per file.
LIMIT: Final = 10 * 2**20
SMALLEST: Final = 128 * 2**10
_QUALITIES: Final = (92, 80, 65)


async def fitted(outcome: Outcome, limit: int) -> Outcome:
    """The outcome with every picture in at most `limit` bytes; itself when all of them are."""
    if all(len(picture.data) <= limit for picture in all_of(outcome)):
        return outcome
    smaller = [(take, await asyncio.to_thread(shrunk, picture, limit)) for take, picture in outcome.pictures]
    contact = await asyncio.to_thread(shrunk, outcome.contact, limit) if outcome.contact else None
    return replace(outcome, pictures=tuple(smaller), contact=contact)


def all_of(outcome: Outcome) -> tuple[Picture, ...]:
    """Every picture that goes into the message."""
    contact = (outcome.contact,) if outcome.contact else ()
    return (*contact, *(picture for _, picture in outcome.pictures))


def shrunk(picture: Picture, limit: int) -> Picture:
    """The picture in at most `limit` bytes: less exact first, then with fewer pixels. Takes a while: use a thread."""
    if len(picture.data) <= limit:
        return picture
    canvas = pixels.drawn(picture.data, max(picture.width, picture.height))
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
