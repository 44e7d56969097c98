"""A plot of likenesses: a row for each way to a face, a dot for each picture, and where the thresholds are."""

import io
from collections.abc import Mapping, Sequence
from typing import Final

from PIL import Image, ImageDraw

from bot.domain.portraits.faces import Thresholds
from bot.interactions.lettering import BACK, MUTED, TEXT, TRACK, length, write

_LOW, _HIGH = -0.2, 1.0
_LEFT, _RIGHT, _TOP, _ROW, _WIDTH = 240, 40, 70, 90, 1200
_DOT: Final = (201, 164, 92, 150)
_STRANGER: Final = (140, 144, 156, 90)
_SIZE: Final = 24
# Rows of dots, so that those with the same value stand beside each other.
_LANES: Final = 7


def plotted(own: Mapping[str, Sequence[float]], strangers: Sequence[float], thresholds: Thresholds | None) -> bytes:
    """A PNG, 1200 pixels wide."""
    rows = [(name, values, _DOT) for name, values in own.items()] + [("strangers", strangers, _STRANGER)]
    height = _TOP + _ROW * len(rows) + 60
    image = Image.new("RGB", (_WIDTH, height), BACK)
    brush = ImageDraw.Draw(image, "RGBA")
    for tenth in range(-2, 11, 2):
        x = _x(tenth / 10)
        brush.line((x, _TOP - 10, x, height - 50), fill=TRACK)
        write(brush, (x, height - 28), f"{tenth / 10:.1f}", _SIZE, fill=MUTED, anchor="m")
    if thresholds is not None:
        for name, value, before in (("close", thresholds.close, True), ("same", thresholds.same, False)):
            x, said = _x(value), f"{name} {value:.2f}"
            brush.line((x, _TOP - 50, x, height - 50), fill=TEXT, width=3)
            # One on the left of its line, one on the right: they may be near each other.
            write(brush, (x - length(said, _SIZE) - 10 if before else x + 10, _TOP - 36), said, _SIZE, fill=TEXT)
    for number, (name, values, colour) in enumerate(rows):
        middle = _TOP + _ROW * number + _ROW // 2
        write(brush, (20, middle), f"{name} ({len(values)})", _SIZE, fill=TEXT)
        for place, value in enumerate(values):
            x, y = _x(value), middle + (place % _LANES - _LANES // 2) * 9
            brush.ellipse((x - 5, y - 5, x + 5, y + 5), fill=colour)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _x(value: float) -> float:
    return _LEFT + (min(max(value, _LOW), _HIGH) - _LOW) / (_HIGH - _LOW) * (_WIDTH - _LEFT - _RIGHT)
