"""From likenesses that were measured to thresholds: where a face is as saved, and where it is another one."""

import math
from collections.abc import Sequence
from typing import Final

from bot.domain.portraits.faces import Thresholds

# Fewer say nothing about a rate.
LEAST: Final = 20
# One stranger in a hundred may pass for close; of the faces that hold, the better four fifths are as saved.
_STRANGERS, _HELD = 0.99, 0.2
_MARGIN, _APART = 0.02, 0.05


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share (0 .. 1) of at least one value lies, between two of them in proportion."""
    ranked = sorted(values)
    place = share * (len(ranked) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def calibrated(own: Sequence[float], strangers: Sequence[float]) -> Thresholds | None:
    """The thresholds that these likenesses give: of pictures to their own saved face, and to those of others.

    None where they are too few, or where the faces hold too seldom to be told from strangers.
    """
    if len(own) < LEAST or len(strangers) < LEAST:
        return None
    close = _up(max(quantile(strangers, _STRANGERS) + _MARGIN, 0.1))
    held = [alike for alike in own if alike >= close]
    if len(held) < LEAST:
        return None
    same = _up(max(quantile(held, _HELD), close + _APART))
    return Thresholds(same, close) if same <= 1 else None


def _up(value: float) -> float:
    """With two decimals, and not below it."""
    return math.ceil(round(value * 100, 6)) / 100
