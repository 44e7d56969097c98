"""A face that nobody has, drawn softly enough to be found: for measuring how long it takes to look at one."""

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

_SIDE: Final = 1024
_SOFT: Final = 6
_BACK, _HAIR, _SKIN, _NECK, _COAT, _WHITE = "#5a6a78", "#2c1d14", "#e0b89a", "#d0a88a", "#333a55", "#f4f0ec"
_IRIS, _BROW, _NOSE, _LIPS = "#4a3020", "#3a2418", "#cf9f80", "#b06058"


def a_face() -> bytes:
    """A PNG of 1024 x 1024."""
    image = Image.new("RGB", (_SIDE, _SIDE), _BACK)
    draw = ImageDraw.Draw(image)
    draw.ellipse((290, 160, 734, 560), fill=_HAIR)
    draw.ellipse((320, 200, 704, 760), fill=_SKIN)
    draw.rectangle((440, 700, 584, 900), fill=_NECK)
    draw.ellipse((200, 830, 824, 1300), fill=_COAT)
    for left in (400, 560):
        draw.ellipse((left - 2, 420, left + 66, 462), fill=_WHITE)
        draw.ellipse((left + 17, 422, left + 49, 460), fill=_IRIS)
        draw.arc((left - 12, 380, left + 80, 440), 200, 340, fill=_BROW, width=12)
    draw.polygon([(512, 440), (480, 570), (544, 570)], fill=_NOSE)
    draw.ellipse((445, 620, 579, 664), fill=_LIPS)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(_SOFT)).save(out, "PNG")
    return out.getvalue()
