"""What is drawn from the front, turned: points on a face or a chest move as they would on something round.

So freckles, glasses, beards and lapels need no second drawing for a head that is turned half aside.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from bot.demo.brush import Bend, Point
from bot.demo.faces import Person

HEAD_YAW: Final = math.radians(27)
BODY_YAW: Final = math.radians(30)
SIDE_YAW: Final = math.radians(76)
FLAT: Final = 0.56
"""How deep a chest is, to its width."""
_DEEP: Final = 0.86
"""How far a face stands out from the middle of the head."""


def around(x: float, radius: float, depth: float, yaw: float) -> float:
    """Where `x` on a rounded front goes when that turns to the left by `yaw`.

    What the turn hides stays on the edge, and what stands out beyond the front keeps its distance from it.
    """
    inside = max(-radius, min(radius, x))
    turn = math.asin(inside / radius)
    turn = max(turn, -math.atan2(radius * math.cos(yaw), depth * math.sin(yaw)))
    return radius * math.sin(turn) * math.cos(yaw) - depth * math.cos(turn) * math.sin(yaw) + x - inside


def _at(y: float, rows: Sequence[Point]) -> float:
    """What a measure is at the height `y`, between the heights where it is given."""
    at = bisect_right(rows, (y, math.inf))
    if at == 0 or at == len(rows):
        return rows[max(at - 1, 0)][1]
    (y0, low), (y1, high) = rows[at - 1], rows[at]
    return low + (high - low) * (y - y0) / (y1 - y0)


def face_bend(person: Person, yaw: float) -> Bend:
    """For all that lies on a face, which is widest at the eyes and flat down to the chin."""
    w, jaw = person.width, person.jaw
    rows = [
        (-1.1, w * 0.4), (-0.92, w * 0.66), (-0.5, w * 0.95), (0.0, w), (0.3, w * 0.97),
        (0.56, (jaw + w) / 2), (0.76, jaw * 0.94), (0.97, 0.44), (1.2, 0.42),
    ]  # fmt: skip

    def bend(point: Point) -> Point:
        x, y = point
        depth = _DEEP * math.sqrt(max(0.1, 1 - (min(y, 0.0) / 1.1) ** 2))
        return (around(x, _at(y, rows), depth, yaw), y)

    return bend


def hair_bend(person: Person, yaw: float) -> Bend:
    """For hair: its outline stays, because a head is as deep as it is wide, and what is between moves aside.

    The crown is the axis of the turn and stays; what hangs below the ears follows only a little.
    """
    reach, shift = person.width + 0.05, _DEEP * math.sin(yaw)

    def bend(point: Point) -> Point:
        x, y = point
        part = max(1 - (y / 1.25) ** 2, 0.0) if y < 0 else max(1 - 0.5 * y, 0.3)
        return (x - shift * part * math.cos(min(abs(x) / reach, 1.0) * math.pi / 2), y)

    return bend


def chest_bend(broad: float, yaw: float) -> Bend:
    """For what lies on the front of the clothes: a chest, and above it a neck, which stands in the middle."""
    radii = [(1.3, 0.6), (1.66, broad * 0.74), (2.0, broad)]
    shares = ((1.7, 0.72), (2.1, 0.86), (2.9, 0.76), (4.1, 0.58), (5.4, 0.7))
    depths = [(1.3, 0.46 * math.sin(yaw) ** 2), *((y, broad * FLAT * share) for y, share in shares)]

    def bend(point: Point) -> Point:
        x, y = point
        return (around(x, _at(y, radii), _at(y, depths), yaw), y)

    return bend


def breadth(yaw: float, flat: float = FLAT) -> float:
    """How wide a turned body looks, to its width from the front."""
    return math.hypot(math.cos(yaw), flat * math.sin(yaw))


def nod(height: float) -> Bend:
    """For a head seen from above (1) or below (-1): the features sink or rise between crown and chin."""

    def bend(point: Point) -> Point:
        x, y = point
        share = min(abs(y) / 1.3, 1.0)
        return (x, y + height * 0.16 * math.cos(share * math.pi / 2))

    return bend


def lens(height: float) -> Bend:
    """For a figure seen from above (1) or below (-1): what is nearer to the camera is larger."""

    def bend(point: Point) -> Point:
        x, y = point
        return (x * (1 - height * 0.055 * max(-1.5, min(y - 0.6, 6.0))), y)

    return bend
