"""A page of a gallery as one picture: up to nine small portraits, each with its number."""

import asyncio
import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.darkroom import pixels
from bot.domain.portraits.vendor import Picture
from bot.interactions.lettering import BACK, MUTED, TEXT, TRACK, length, write
from bot.services.portraits.gallery import GalleryPage, Preview

_COLUMNS, _TILE, _GAP = 3, 256, 8
# A phone shows it at about half its size.
_NUMBER, _WORD, _QUALITY = 34, 30, 88
_STAR = "#F0B232"


async def wall_of(page: GalleryPage) -> Picture:
    """The picture of a page, drawn in a thread."""
    return await asyncio.to_thread(draw, page.previews, page.first)


def draw(previews: Sequence[Preview], first: int) -> Picture:
    """Three beside each other; a picture that is gone keeps its place. Takes some hundredths of a second."""
    columns, rows = min(_COLUMNS, len(previews)), -(-len(previews) // _COLUMNS)
    size = tuple(number * (_TILE + _GAP) - _GAP for number in (columns, rows))
    canvas = Image.new("RGB", (size[0], size[1]), BACK)
    brush = ImageDraw.Draw(canvas)
    for place, preview in enumerate(previews):
        row, column = divmod(place, _COLUMNS)
        x, y = column * (_TILE + _GAP), row * (_TILE + _GAP)
        if preview.picture is not None:
            with Image.open(io.BytesIO(preview.picture.data), formats=("JPEG",)) as image:
                canvas.paste(pixels.resized(image.convert("RGB"), _TILE, _TILE), (x, y))
        else:
            brush.rectangle((x, y, x + _TILE - 1, y + _TILE - 1), fill=TRACK)
            middle = (x + _TILE / 2, y + _TILE / 2)
            write(brush, middle, "hidden" if preview.hidden else "gone", _WORD, fill=MUTED, anchor="m")
        _draw_number(brush, (x, y + _TILE), str(first + place), starred=preview.portrait.favourite)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY)
    return Picture(out.getvalue(), "image/jpeg", size[0], size[1])


def _draw_number(brush: ImageDraw.ImageDraw, corner: tuple[int, int], number: str, *, starred: bool) -> None:
    """In the lower left corner, on a ground of its own: faces are in the upper half."""
    x, y = corner
    wide = length(number, _NUMBER)
    right = x + 24 + wide + (36 if starred else 0)
    brush.rectangle((x, y - 46, right - 1, y - 1), fill=BACK)
    write(brush, (x + 12, y - 23), number, _NUMBER, fill=TEXT)
    if starred:
        brush.polygon(_star(x + 34 + wide, y - 23, 16), fill=_STAR)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Drawn, not written: few fonts have one."""
    corners = [(radius if corner % 2 == 0 else radius * 0.42, corner * math.pi / 5) for corner in range(10)]
    return [(x + length * math.sin(angle), y - length * math.cos(angle)) for length, angle in corners]
