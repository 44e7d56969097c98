"""Hair, in two layers: what hangs behind the neck, and what lies on the head."""

import math

from bot.demo.brush import Canvas, Point, Shape, darker, flipped, oval, ribbon, smooth
from bot.demo.faces import Person
from bot.demo.falls import BACK, FRONT, cluster, shine_of


def draw_back_hair(canvas: Canvas, person: Person) -> None:
    """What hangs behind neck and shoulders: drawn before the body."""
    back = BACK.get(person.hair_style)
    if back is not None:
        back(canvas, person)


def draw_front_hair(canvas: Canvas, person: Person, light: int) -> None:
    """What lies on the head and falls in front of the shoulders: drawn last."""
    style = person.hair_style
    if style == "bald":
        return
    if style in {"buzz", "mohawk"}:
        _buzz(canvas, person)
    if style in {"afro", "curls", "long curls"}:
        _crown_of_curls(canvas, person, light)
    elif style == "mohawk":
        _mohawk(canvas, person)
    elif style != "buzz":
        _cap(canvas, person, light)
    front = FRONT.get(style)
    if front is not None:
        front(canvas, person)


def _skull(person: Person, *, room: float, low: float) -> list[Point]:
    """The outer edge of the hair from the right side, over the top, to the left."""
    w = person.width + room
    half = [(w, low), (w + 0.03, -0.25), (w * 0.94, -0.7), (w * 0.62, -1.08), (w * 0.2, -1.24)]
    return [*half, *flipped(reversed(half))]


def _hairline(person: Person) -> list[Point]:
    """The inner edge from the left side to the right, by the parting."""
    w = person.width
    left: list[Point] = [(-w + 0.02, 0.06), (-w + 0.06, -0.22)]
    right: list[Point] = [(w - 0.06, -0.22), (w - 0.02, 0.06)]
    if person.parting == "middle":
        inner = [(-w * 0.66, -0.48), (-w * 0.26, -0.78), (0.0, -0.94), (w * 0.26, -0.78), (w * 0.66, -0.48)]
    elif person.parting == "fringe":
        inner = [(-w * 0.72, -0.26), (-w * 0.36, -0.31), (0.0, -0.29), (w * 0.36, -0.32), (w * 0.72, -0.26)]
    elif person.parting == "side":
        inner = [
            (-w * 0.76, -0.46),
            (-w * 0.58, -0.72),
            (-w * 0.46, -0.88),
            (-w * 0.1, -0.66),
            (w * 0.4, -0.5),
            (w * 0.78, -0.36),
        ]
    else:
        inner = [(-w * 0.7, -0.52), (-w * 0.36, -0.68), (0.0, -0.71), (w * 0.36, -0.68), (w * 0.7, -0.52)]
    return [*left, *inner, *right]


def _cap(canvas: Canvas, person: Person, light: int) -> None:
    """The hair on the head, for every style that is combed."""
    room, low = {
        "bun": (0.05, 0.08), "ponytail": (0.05, 0.08), "braids": (0.06, 0.1), "crop": (0.06, 0.04), "quiff": (0.04, 0.0),
        "pixie": (0.09, 0.22), "bob": (0.13, 0.62), "locs": (0.1, 0.4),
    }.get(person.hair_style, (0.11, 0.45))  # fmt: skip
    outer = _skull(person, room=room, low=low)
    if person.hair_style == "quiff":
        # Swept up and to one side, flat on top: a peak in the middle would be a hat.
        outer = [(x, y - (0.15 - 0.13 * x if y < -1.0 else 0.05 if y < -0.6 else 0)) for x, y in outer]
    inner = _hairline(person)
    if low > 0.1:
        # Locks in front of the ears, ending in points.
        w = person.width
        inner = [(-w - 0.02, low * 0.5), *inner, (w + 0.02, low * 0.5)]
    shape = smooth([*outer, *inner])
    canvas.tint([(x, y + 0.07) for x, y in shape], (70, 30, 40), 0.28, inside=oval(0, 0, person.width, 1.0), blur=0.09)
    canvas.cut(shape, person.hair)
    _sheen(canvas, person, shape, light)


def _sheen(canvas: Canvas, person: Person, shape: Shape, light: int) -> None:
    """Strands from the parting outwards, a band of light, and a dark far side."""
    w = person.width
    start = {"side": -w * 0.46, "middle": 0.0}.get(person.parting, 0.0)
    dark, bright = darker(person.hair, 0.3), shine_of(person.hair)
    canvas.tint(oval(-light * w * 1.15, -0.4, w * 0.7, 1.1), dark, 0.6, inside=shape, blur=0.3)
    for i in range(7):
        for side in (-1, 1):
            reach = (i + 0.6) / 7
            end = side * (w + 0.12) * (0.25 + 0.8 * reach)
            path = [
                (start + side * 0.02, -1.2 + 0.05 * i),
                (start + (end - start) * 0.62, -1.1 + 0.62 * reach * reach),
                (end, -0.62 + 0.85 * reach * reach),
            ]
            tone, strength = (bright, 0.34) if (i % 2 == 0) == (side == light) else (dark, 0.4)
            canvas.tint(ribbon(path, 0.05), tone, strength, inside=shape)
    arc = [(light * w * 0.1, -1.02), (light * w * 0.55, -0.84), (light * w * 0.88, -0.5)]
    canvas.tint(ribbon(arc, 0.17), bright, 0.62, inside=shape, blur=0.07)


def _buzz(canvas: Canvas, person: Person) -> None:
    shape = smooth([*_skull(person, room=0.015, low=0.0), *_hairline(person)[1:-1]])
    flat = [(x, y * 0.9) for x, y in shape]
    canvas.tint(flat, person.hair, 0.82)
    canvas.tint(oval(-0.2, -0.85, 0.34, 0.2), shine_of(person.hair), 0.4, inside=flat, blur=0.2)


def _mohawk(canvas: Canvas, person: Person) -> None:
    crest = smooth(
        [
            (-0.24, -0.72),
            (-0.34, -1.2),
            (-0.2, -1.66),
            (0.02, -1.84),
            (0.26, -1.62),
            (0.34, -1.2),
            (0.22, -0.72),
            (0.0, -0.62),
        ]
    )
    canvas.cut(crest, person.hair)
    for x in (-0.16, -0.06, 0.06, 0.16):
        tone = shine_of(person.hair) if x < 0 else darker(person.hair, 0.3)
        canvas.tint(ribbon([(x * 0.8, -0.7), (x * 1.2, -1.2), (x * 0.9, -1.66)], 0.05), tone, 0.55, inside=crest)


def _crown_of_curls(canvas: Canvas, person: Person, light: int) -> None:
    w = person.width
    big = person.hair_style == "afro"
    reach, size = (0.34, 0.27) if big else (0.1, 0.19)
    spots: list[tuple[float, float, float]] = []
    count = 15 if big else 19
    for i in range(count):
        angle = math.pi * (-0.06 - 0.88 * (i / (count - 1)))
        wobble = 0.035 * math.sin(i * 2.7)
        spots.append(((w + reach + wobble) * math.cos(angle), -0.18 + (0.98 + reach + wobble) * math.sin(angle), size))
    for ring, points in ((0.82, 13), (0.6, 9)):
        for i in range(points):
            angle = math.pi * (-0.16 - 0.68 * (i / (points - 1)))
            spots.append(
                (
                    (w + reach * 0.5) * ring * math.cos(angle) * 1.08,
                    -0.3 + 0.95 * ring * math.sin(angle) - (0.1 if ring < 0.7 else 0),
                    size * 0.92,
                )
            )
    if big:
        spots += [(side * (w + 0.22), y, size * 0.9) for side in (-1, 1) for y in (0.0, 0.2)]
    base = smooth(
        [*_skull(person, room=reach * 0.6, low=-0.1), *[(x, min(y, -0.5)) for x, y in _hairline(person)[1:-1]]]
    )
    canvas.tint([(x, y + 0.1) for x, y in base], (70, 30, 40), 0.3, inside=oval(0, 0, w, 1.0), blur=0.12)
    canvas.cut(base, person.hair)
    cluster(canvas, spots, person.hair, light)
