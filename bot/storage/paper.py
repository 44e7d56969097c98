"""Kept pictures as files of other programs want them. Every function may take some hundred milliseconds."""

import io
from typing import Final

from PIL import Image, ImageDraw

from bot.domain.portraits.vendor import Picture

_PAPER: Final = (236, 233, 226)
_INK: Final = (168, 160, 146)


def as_png(picture: Picture, side: int) -> Picture:
    """The picture as a PNG of at most so many pixels a side; the same bytes where it is one."""
    if picture.media_type == "image/png" and max(picture.width, picture.height) <= side:
        return picture
    with Image.open(io.BytesIO(picture.data)) as image:
        plain = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    plain.thumbnail((side, side), Image.Resampling.LANCZOS)
    return _saved(plain)


def nobody(side: int) -> Picture:
    """A plain figure, for who has no picture: so many pixels wide, and half as much again high."""
    image = Image.new("RGB", (side, side * 3 // 2), _PAPER)
    draw = ImageDraw.Draw(image)
    width, height = image.size
    draw.ellipse((width * 3 // 10, height * 2 // 10, width * 7 // 10, height * 5 // 10), fill=_INK)
    draw.ellipse((width // 10, height * 11 // 20, width * 9 // 10, height * 29 // 20), fill=_INK)
    return _saved(image)


def _saved(image: Image.Image) -> Picture:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=False, compress_level=6)
    return Picture(out.getvalue(), "image/png", *image.size)
