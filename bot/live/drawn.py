"""Pictures of nobody, for what must not depend on whether the vendor paints."""

import io

from PIL import Image, ImageDraw

from bot.domain.portraits.vendor import Picture

_SIDE = 512


def drawn(background: str) -> Picture:
    """A face of a few strokes, as a PNG."""
    image = Image.new("RGB", (_SIDE, _SIDE), background)
    draw = ImageDraw.Draw(image)
    draw.ellipse((146, 96, 366, 396), fill="#e6c3a5")
    for left in (200, 286):
        draw.ellipse((left, 210, left + 26, 226), fill="#3a2c22")
    draw.arc((206, 270, 306, 340), 20, 160, fill="#7a3b32", width=6)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Picture(buffer.getvalue(), "image/png", _SIDE, _SIDE)
