"""Paper-cut drawing on Pillow: smooth shapes, tapered strokes, soft shadows, all in units of the thing drawn.

Shapes are drawn at twice the final size and reduced, which is the antialiasing; whatever is soft is made
small and enlarged, because a blur at full size would cost more than the whole rest of a picture.
"""

import math
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Shape = Sequence[Point]
Bend = Callable[[Point], Point]

OVERSIZE: Final = 2
_SOFTNESS: Final = 8
"""Blurred masks are drawn this many times smaller."""


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one`, with `share` (0 .. 1) of `other` stirred in."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def lighter(colour: Colour, share: float) -> Colour:
    """Towards a warm white: pure white looks like chalk beside skin and cloth."""
    return mix(colour, (255, 246, 230), share)


def darker(colour: Colour, share: float) -> Colour:
    """Towards a deep violet: shadows that turn black look dirty."""
    return mix(colour, (32, 18, 44), share)


def smooth(points: Shape, *, closed: bool = True, steps: int = 8) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    if count < 3:
        return list(points)
    around = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    curve: list[Point] = []
    for p0, p1, p2, p3 in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(steps):
            t = step / steps
            a, b, c, d = _weights(t)
            curve.append((a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]))
    return curve if closed else [*curve, points[-1]]


def _weights(t: float) -> tuple[float, float, float, float]:
    return (
        (-t + 2 * t * t - t**3) / 2,
        (2 - 5 * t * t + 3 * t**3) / 2,
        (t + 4 * t * t - 3 * t**3) / 2,
        (t**3 - t * t) / 2,
    )


def oval(x: float, y: float, rx: float, ry: float, *, turn: float = 0.0, points: int = 36) -> list[Point]:
    """An ellipse as a shape, turned by `turn` radians."""
    cos, sin = math.cos(turn), math.sin(turn)
    ring = [(rx * math.cos(a), ry * math.sin(a)) for a in (math.tau * i / points for i in range(points))]
    return [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in ring]


def mirrored(half: Shape) -> list[Point]:
    """A whole outline from its right half, given from top to bottom."""
    return [*half, *((-x, y) for x, y in reversed(half) if abs(x) > 1e-6)]


def flipped(shape: Iterable[Point]) -> list[Point]:
    """The shape on the other side of the middle."""
    return [(-x, y) for x, y in shape]


def ribbon(path: Shape, width: float, *, start: float = 0.0, end: float = 0.0) -> list[Point]:
    """A stroke along the path as a shape, `width` at its middle, `start` and `end` times that at its ends."""
    spine = smooth(path, closed=False)
    last = max(len(spine) - 1, 1)
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(spine):
        before, after = spine[max(i - 1, 0)], spine[min(i + 1, last)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        t = i / last
        ends = start * (1 - t) + end * t
        half = width / 2 * (ends + (1 - ends) * math.sin(math.pi * t) ** 0.7)
        left.append((x - dy / length * half, y + dx / length * half))
        right.append((x + dy / length * half, y - dx / length * half))
    return [*left, *reversed(right)]


def _finer(shape: Shape) -> Shape:
    """The shape with points along its edges: of few points, straight edges would stay straight when it is bent."""
    if len(shape) > 12:
        return shape
    return [
        (x + (u - x) * step / 6, y + (v - y) * step / 6)
        for (x, y), (u, v) in zip(shape, [*shape[1:], shape[0]], strict=True)
        for step in range(6)
    ]


class Canvas:
    """An image and a way from the units of what is drawn to its pixels."""

    def __init__(self, width: int, height: int, *, background: Colour | None = None) -> None:
        size = (width * OVERSIZE, height * OVERSIZE)
        self.image = Image.new("RGBA", size, (*background, 255) if background else (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)
        self.aim(0, 0, 1)

    def aim(
        self,
        x: float,
        y: float,
        scale: float,
        *,
        turn: float = 0.0,
        pivot: Point = (0.0, 0.0),
        mirror: bool = False,
        bend: Bend | None = None,
    ) -> None:
        """The unit origin stands at pixel (x, y) of the finished picture; shapes are turned about `pivot`.

        `bend` moves every point before that, and `mirror` shows the other side of all that follows.
        """
        self._origin = (x * OVERSIZE, y * OVERSIZE)
        self._scale = scale * OVERSIZE
        self._turn = (math.cos(turn), math.sin(turn))
        self._pivot = pivot
        self._hand = -1 if mirror else 1
        self._bend: Bend | None = bend

    @contextmanager
    def bent(self, bend: Bend) -> Generator[None, None, None]:
        """For a while, what is drawn lies on something round: each point is moved first."""
        before = self._bend

        def both(point: Point) -> Point:
            return before(bend(point)) if before is not None else bend(point)

        self._bend = both
        try:
            yield
        finally:
            self._bend = before

    def _pixels(self, shape: Shape) -> list[Point]:
        (cos, sin), (px, py), (ox, oy), s = self._turn, self._pivot, self._origin, self._scale
        hand = self._hand
        points = shape if self._bend is None else map(self._bend, _finer(shape))
        return [
            (
                ox + hand * s * (px + (x - px) * cos - (y - py) * sin),
                oy + s * (py + (x - px) * sin + (y - py) * cos),
            )
            for x, y in points
        ]

    def cut(self, shape: Shape, colour: Colour) -> None:
        """Lay a piece of coloured paper."""
        if len(shape) > 2:
            self._draw.polygon(self._pixels(shape), fill=(*colour, 255))

    def stroke(self, path: Shape, width: float, colour: Colour, *, start: float = 0.0, end: float = 0.0) -> None:
        """A brush stroke that swells and tapers."""
        self.cut(ribbon(path, width, start=start, end=end), colour)

    def tint(
        self, shape: Shape, colour: Colour, opacity: float, *, inside: Shape | None = None, blur: float = 0.0
    ) -> None:
        """Translucent, softened by `blur` units, and kept `inside` another shape."""
        pixels = self._pixels(shape)
        stencil = self._pixels(inside) if inside is not None else None
        spread = blur * self._scale
        box = self._bounds(pixels, spread * 2.5)
        if stencil is not None and box is not None:
            box = _overlap(box, self._bounds(stencil, 0))
        if box is None:
            return
        mask = _soft(pixels, box, opacity, spread) if spread >= 1 else _hard(pixels, box, round(255 * opacity))
        if stencil is not None:
            mask = ImageChops.multiply(mask, _hard(stencil, box, 255))
        self.image.paste((*colour, 255), box, mask)

    def fade(self, shape: Shape, colour: Colour, opacity: float, *, upward: bool = False) -> None:
        """A colour that grows from nothing to `opacity` down (or up) the shape."""
        pixels = self._pixels(shape)
        box = self._bounds(pixels, 0)
        if box is None:
            return
        low, high = min(y for _, y in pixels), max(y for _, y in pixels)
        height = max(round(high - low), 1)
        ramp = Image.linear_gradient("L").transpose(Image.Transpose.FLIP_TOP_BOTTOM) if upward else None
        ramp = (ramp or Image.linear_gradient("L")).point(lambda v: v * opacity)  # pyright: ignore[reportUnknownMemberType] - Pillow's hints name numpy
        ramp = ramp.resize((1, height), Image.Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType] - Pillow's hints name numpy
        top = box[1] - round(low)
        ramp = ramp.crop((0, top, 1, top + box[3] - box[1])).resize((box[2] - box[0], box[3] - box[1]))  # pyright: ignore[reportUnknownMemberType] - Pillow's hints name numpy
        self.image.paste((*colour, 255), box, ImageChops.multiply(ramp, _hard(pixels, box, 255)))

    def _bounds(self, pixels: Shape, margin: float) -> tuple[int, int, int, int] | None:
        xs, ys = [x for x, _ in pixels], [y for _, y in pixels]
        box = (
            max(math.floor(min(xs) - margin), 0),
            max(math.floor(min(ys) - margin), 0),
            min(math.ceil(max(xs) + margin) + 1, self.image.width),
            min(math.ceil(max(ys) + margin) + 1, self.image.height),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def finished(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.reduce(OVERSIZE)


Box = tuple[int, int, int, int]


def _overlap(one: Box, other: Box | None) -> Box | None:
    if other is None:
        return None
    box = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _hard(pixels: Shape, box: Box, value: int) -> Image.Image:
    mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    ImageDraw.Draw(mask).polygon([(x - box[0], y - box[1]) for x, y in pixels], fill=value)
    return mask


def _soft(pixels: Shape, box: Box, opacity: float, spread: float) -> Image.Image:
    small = max(1.0, min(float(_SOFTNESS), spread / 3))
    width, height = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (math.ceil(width / small) + 1, math.ceil(height / small) + 1))
    shape = [((x - box[0]) / small, (y - box[1]) / small) for x, y in pixels]
    ImageDraw.Draw(mask).polygon(shape, fill=round(255 * opacity))
    mask = mask.filter(ImageFilter.GaussianBlur(spread / small / 2))
    region = (0.0, 0.0, width / small, height / small)
    return mask.resize((width, height), Image.Resampling.BILINEAR, box=region)  # pyright: ignore[reportUnknownMemberType] - Pillow's hints name numpy
