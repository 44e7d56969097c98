"""Pictures cut to the shape of what they are used as: square or round, of an exact size, in few enough bytes.

Every function here may take a second: call it in a thread.
"""

import io
from typing import Final

from PIL import Image, ImageChops, ImageDraw

from bot.darkroom import pixels
from bot.domain.portraits.uses import Face, Shape, crop
from bot.domain.portraits.vendor import Picture

# Drawn so many times as large, and made small: a circle of pixels has steps.
_FINER: Final = 4
# The ring of a token, as a share of its side, and its colours from outside inwards.
_RING: Final = 0.035
_OUTER, _INNER = (74, 56, 32, 255), (212, 175, 106, 255)
_QUALITIES: Final = (93, 85, 75, 60)
# With fewer colours a PNG is lighter; after that it gets smaller.
_COLOURS: Final = (0, 256)
_SMALLEST: Final = 64


def cut(picture: Picture, shape: Shape, face: Face | None = None) -> Picture:
    """The head of the picture in that shape; what is transparent stays so."""
    whole = pixels.clear(picture.data)
    box = crop(whole.width, whole.height, face)
    square = whole.crop(box.edges)
    side = shape.side if shape.exact else min(shape.side, box.side)
    made = pixels.resized(square, side, side)
    if shape.round:
        made = _ringed(made)
    while True:
        data = _encoded(made, shape)
        if data is not None:
            return Picture(data, "image/png" if data.startswith(b"\x89PNG") else "image/jpeg", *made.size)
        if shape.exact or made.width <= _SMALLEST:
            # Cannot be: so few pixels are lighter than the limit, whatever they show.
            raise AssertionError(made.size)
        smaller = made.width * 3 // 4
        made = pixels.resized(made, smaller, smaller)


def _encoded(image: Image.Image, shape: Shape) -> bytes | None:
    """The bytes that look best within the limit; None where none do."""
    opaque = not pixels.is_clear(image)
    if opaque and not shape.lossless:
        tries = (pixels.saved(image.convert("RGB"), "JPEG", quality) for quality in _QUALITIES)
    else:
        tries = (_png(image.convert("RGB") if opaque else image, colours) for colours in _COLOURS)
    return next((data for data in tries if len(data) <= shape.limit), None)


def _png(image: Image.Image, colours: int) -> bytes:
    made = image.quantize(colours, method=Image.Quantize.FASTOCTREE) if colours else image
    out = io.BytesIO()
    made.save(out, "PNG", optimize=True)
    return out.getvalue()


def _ringed(square: Image.Image) -> Image.Image:
    """Round, with a ring, and nothing outside of it."""
    side, large = square.width, square.width * _FINER
    width = max(_FINER, round(large * _RING))
    ring = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    brush = ImageDraw.Draw(ring)
    brush.ellipse((0, 0, large - 1, large - 1), fill=_OUTER)
    brush.ellipse((width // 4, width // 4, large - 1 - width // 4, large - 1 - width // 4), fill=_INNER)
    brush.ellipse((width, width, large - 1 - width, large - 1 - width), fill=_OUTER)
    hole = Image.new("L", (large, large), 0)
    edge = width + width // 4
    ImageDraw.Draw(hole).ellipse((edge, edge, large - 1 - edge, large - 1 - edge), fill=255)
    ring.putalpha(ImageChops.subtract(ring.getchannel("A"), hole))
    inside = pixels.resized(hole, side, side)
    framed = square.convert("RGBA")
    framed.putalpha(ImageChops.multiply(framed.getchannel("A"), inside))
    framed.alpha_composite(pixels.resized(ring, side, side))
    return framed
