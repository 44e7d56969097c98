"""Hair from the side, over a head that faces left. Units are those of a face."""

import math
from collections.abc import Callable
from typing import Final

from bot.demo.brush import Canvas, Point, Shape, darker, mix, oval, ribbon, smooth
from bot.demo.faces import Person
from bot.demo.falls import cluster, shine_of

_TIE = (200, 92, 84)


def draw_profile_hair(canvas: Canvas, person: Person) -> None:
    """What lies on the head, and what hangs from it over neck and back."""
    style = person.hair_style
    if style == "bald":
        return
    if style in {"buzz", "mohawk"}:
        _buzz(canvas, person)
    before = _BEHIND.get(style)
    if before is not None:
        before(canvas, person)
    if style in {"afro", "curls", "long curls"}:
        _curls(canvas, person)
    elif style == "mohawk":
        _mohawk(canvas, person)
    elif style != "buzz":
        _cap(canvas, person)
    over = _OVER.get(style)
    if over is not None:
        over(canvas, person)


def _crown(room: float) -> list[Point]:
    """The outer edge of the hair from the forehead over the crown to the nape."""
    skull: list[Point] = [
        (-0.66, -0.68), (-0.4, -1.0), (0.05, -1.12), (0.48, -1.07), (0.86, -0.78), (1.01, -0.36), (0.99, 0.02), (0.88, 0.34),
    ]  # fmt: skip
    return [(x + room * (x - 0.1), y + room * (y + 0.1)) for x, y in skull]


def _hairline(person: Person) -> list[Point]:
    """The inner edge from the nape, around the ear, to the forehead."""
    ear: list[Point] = [
        (0.68, 0.62),
        (0.44, 0.46),
        (0.36, 0.1),
        (0.26, -0.12),
        (0.1, -0.06),
        (0.06, 0.18),
        (-0.03, 0.14),
        (-0.06, -0.14),
    ]
    if person.parting == "fringe":
        return [*ear, (-0.22, -0.34), (-0.4, -0.26), (-0.62, -0.27), (-0.79, -0.29), (-0.8, -0.5)]
    if person.parting == "side":
        return [*ear, (-0.24, -0.36), (-0.46, -0.46), (-0.68, -0.5)]
    return [*ear, (-0.22, -0.42), (-0.4, -0.6), (-0.58, -0.76)]


def _cap(canvas: Canvas, person: Person) -> None:
    style = person.hair_style
    outer = _crown(
        {"bun": 0.0, "ponytail": 0.0, "braids": 0.02, "quiff": 0.02, "crop": 0.03, "bob": 0.09}.get(style, 0.06)
    )
    if style == "quiff":
        outer = [(x - 0.06 if y < -0.5 > x else x, y - max(0.0, 0.16 - 0.3 * abs(x + 0.45))) for x, y in outer]
    shape = smooth([*outer, *_hairline(person)])
    canvas.tint(
        [(x - 0.02, y + 0.07) for x, y in shape], (70, 30, 40), 0.28, inside=oval(-0.1, -0.1, 0.66, 0.8), blur=0.09
    )
    canvas.cut(shape, person.hair)
    _sheen(canvas, person, shape)


def _sheen(canvas: Canvas, person: Person, shape: Shape) -> None:
    """Strands that are combed back, a band of light, and a dark nape."""
    dark, bright = darker(person.hair, 0.3), shine_of(person.hair)
    canvas.tint(oval(1.0, 0.1, 0.5, 0.9), dark, 0.6, inside=shape, blur=0.3)
    tied = person.hair_style in {"bun", "ponytail"}
    for i in range(8):
        start: Point = (-0.62 + 0.08 * i, -0.5 - 0.06 * i + 0.01 * i * i)
        end: Point = (0.86, -0.66 + 0.05 * i) if tied else (0.96 - 0.03 * i, -0.5 + 0.14 * i)
        path = [start, (0.1 + 0.05 * i, -1.04 + 0.13 * i), end]
        tone, strength = (bright, 0.34) if i % 2 == 0 else (dark, 0.4)
        canvas.tint(ribbon(path, 0.05), tone, strength, inside=shape)
    canvas.tint(ribbon([(-0.46, -0.7), (-0.16, -0.92), (0.24, -0.96)], 0.16), bright, 0.55, inside=shape, blur=0.07)


def _buzz(canvas: Canvas, person: Person) -> None:
    shape = smooth([*_crown(-0.03), *_hairline(person)])
    canvas.tint(shape, person.hair, 0.82 if person.hair_style == "buzz" else 0.5)
    canvas.tint(oval(-0.1, -0.85, 0.34, 0.2), shine_of(person.hair), 0.4, inside=shape, blur=0.2)


def _mohawk(canvas: Canvas, person: Person) -> None:
    outer: list[Point] = [
        (-0.66, -0.66),
        (-0.74, -1.1),
        (-0.5, -1.5),
        (0.0, -1.72),
        (0.56, -1.62),
        (1.06, -1.2),
        (1.28, -0.6),
        (1.2, 0.1),
    ]
    crest = smooth([*outer, (0.98, 0.2), (0.94, -0.36), (0.74, -0.76), (0.4, -0.96), (0.0, -1.0), (-0.36, -0.9)])
    canvas.cut(crest, person.hair)
    for i in range(9):
        turn = math.pi * (1.1 + 0.1 * i)
        root: Point = (0.15 + 0.8 * math.cos(turn), -0.2 + 0.8 * math.sin(turn))
        tip: Point = (0.25 + 1.2 * math.cos(turn), -0.25 + 1.4 * math.sin(turn))
        canvas.tint(
            ribbon([root, tip], 0.07), shine_of(person.hair) if i % 2 else darker(person.hair, 0.3), 0.5, inside=crest
        )


def _curls(canvas: Canvas, person: Person) -> None:
    big = person.hair_style == "afro"
    reach, size = (0.34, 0.28) if big else (0.08, 0.2)
    base = smooth([*_crown(reach * 0.6), *_hairline(person)[:5], (-0.1, -0.2), *_hairline(person)[8:]])
    canvas.tint([(x, y + 0.1) for x, y in base], (70, 30, 40), 0.3, inside=oval(-0.1, -0.1, 0.66, 0.8), blur=0.12)
    canvas.cut(base, person.hair)
    spots: list[tuple[float, float, float]] = []
    for ring, count in ((1.0, 17), (0.74, 12), (0.46, 7)):
        for i in range(count):
            turn = math.pi * (1.12 + 1.12 * i / (count - 1)) + 0.05 * math.sin(i * 2.7)
            r = (0.88 + reach) * ring
            spots.append((0.18 + r * math.cos(turn), -0.24 + r * math.sin(turn), size * (1 if ring == 1 else 0.92)))
    if big:
        spots += [(x, y, size * 0.9) for x, y in ((0.9, 0.4), (0.66, 0.5), (0.5, 0.24), (0.3, 0.0), (0.08, -0.1))]
    cluster(canvas, spots, person.hair, -1)


def _drape(length: float, wave: float) -> Callable[[Canvas, Person], None]:
    """Hair that hangs over the ear, the neck and the back."""

    def draw(canvas: Canvas, person: Person) -> None:
        front: list[Point] = [
            (-0.16, -0.7),
            (-0.04, -0.2),
            (0.02 + wave, 0.3),
            (-0.02 - wave, 0.9),
            (0.1 + wave, length * 0.72),
        ]
        back: list[Point] = [
            (0.9, length),
            (1.16 + wave, length * 0.7),
            (1.1 - wave, length * 0.4),
            (1.1, -0.1),
            (0.98, -0.7),
            (0.4, -1.0),
        ]
        shape = smooth([*front, (0.5, length - 0.04), *back])
        canvas.cut(shape, person.hair)
        canvas.tint(oval(1.1, 0.8, 0.4, 1.5), darker(person.hair, 0.34), 0.6, inside=shape, blur=0.25)
        for i in range(7):
            x = 0.1 + 0.15 * i
            path: list[Point] = [
                (x * 0.9, -0.6),
                (x + wave, length * 0.3),
                (x - wave, length * 0.65),
                (x + 0.02, length),
            ]
            tone = shine_of(person.hair) if i % 2 else darker(person.hair, 0.3)
            canvas.tint(ribbon(path, 0.06), tone, 0.45, inside=shape)

    return draw


def _tail(canvas: Canvas, person: Person) -> None:
    tail = smooth(
        [
            (0.84, -0.86),
            (1.14, -1.0),
            (1.44, -0.62),
            (1.42, 0.3),
            (1.52, 1.1),
            (1.26, 1.84),
            (1.1, 1.1),
            (1.08, 0.3),
            (1.06, -0.4),
        ]
    )
    canvas.cut(tail, darker(person.hair, 0.14))
    for k in (-0.1, 0.0, 0.1):
        path: list[Point] = [(1.0 + k, -0.76), (1.24 + k, -0.2), (1.24 + k, 0.6), (1.3 + k, 1.5)]
        canvas.tint(ribbon(path, 0.06), shine_of(person.hair), 0.35, inside=tail)
    canvas.cut(oval(0.95, -0.82, 0.11, 0.14, turn=-0.6), _TIE)


def _bun(canvas: Canvas, person: Person) -> None:
    bun = oval(0.62, -1.2, 0.36, 0.32, turn=0.5)
    canvas.cut(bun, darker(person.hair, 0.1))
    for k, tone in ((-0.14, shine_of(person.hair)), (0.02, darker(person.hair, 0.3)), (0.16, darker(person.hair, 0.3))):
        canvas.tint(ribbon([(0.34, -1.14 + k), (0.62, -1.28 + k), (0.92, -1.1 + k)], 0.05), tone, 0.5, inside=bun)


def _braid(canvas: Canvas, person: Person) -> None:
    for i in range(8):
        y, r = 0.5 + i * 0.245, 0.2 - 0.008 * i
        x = 0.44 + 0.06 * math.sin(i * 0.9)
        for half in (-1, 1):
            lobe = oval(x + half * r * 0.42, y, r * 0.66, 0.18, turn=half * 0.62)
            canvas.cut(lobe, mix(person.hair, darker(person.hair, 0.3) if half > 0 else shine_of(person.hair), 0.3))
    canvas.cut(oval(0.44, 2.44, 0.085, 0.06), _TIE)
    canvas.cut(smooth([(0.37, 2.48), (0.51, 2.48), (0.53, 2.68), (0.44, 2.82), (0.36, 2.68)]), darker(person.hair, 0.1))


def _locs(canvas: Canvas, person: Person) -> None:
    for i in range(9):
        x = 0.02 + 0.12 * i
        end = 1.5 + 0.3 * math.sin(i * 1.7)
        path: list[Point] = [(x * 0.8, -0.6), (x + 0.04, 0.3), (x + 0.06, end)]
        canvas.stroke(path, 0.15, mix(person.hair, shine_of(person.hair), 0.28 * (i % 2)), start=0.3, end=0.1)


def _bob(canvas: Canvas, person: Person) -> None:
    shape = smooth(
        [
            (-0.16, -0.7),
            (-0.02, -0.2),
            (-0.06, 0.4),
            (-0.14, 0.84),
            (0.2, 0.98),
            (0.7, 1.0),
            (1.06, 0.86),
            (1.14, 0.3),
            (1.08, -0.4),
            (0.5, -1.0),
        ]
    )
    canvas.cut(shape, person.hair)
    canvas.tint(oval(1.1, 0.3, 0.45, 0.9), darker(person.hair, 0.34), 0.6, inside=shape, blur=0.25)
    for i in range(6):
        x = 0.02 + 0.17 * i
        tone = shine_of(person.hair) if i % 2 else darker(person.hair, 0.3)
        canvas.tint(ribbon([(x * 0.9, -0.6), (x + 0.03, 0.2), (x - 0.04, 0.94)], 0.06), tone, 0.42, inside=shape)


def _long_curls(canvas: Canvas, person: Person) -> None:
    canvas.cut(
        smooth([(0.1, -0.4), (0.2, 0.6), (0.4, 1.5), (1.0, 1.6), (1.16, 0.6), (1.0, -0.4)]), darker(person.hair, 0.3)
    )
    spots = [
        (0.32 + 0.28 * column + 0.1 * math.sin(row * 1.7 + column), -0.2 + 0.25 * row + 0.08 * column, 0.24)
        for row in range(8) for column in range(3)
    ]  # fmt: skip
    cluster(canvas, spots, darker(person.hair, 0.08), -1)


def _tousle(canvas: Canvas, person: Person) -> None:
    """Loose tips that break the outline of short hair."""
    for i in range(6):
        x = -0.46 + i * 0.2
        top = -1.06 + 0.32 * (x - 0.1) ** 2
        tip = smooth([(x - 0.1, top + 0.1), (x + 0.04, top - 0.09), (x + 0.2, top - 0.05), (x + 0.14, top + 0.12)])
        canvas.cut(tip, mix(person.hair, shine_of(person.hair), 0.22 * (i % 2)))


_BEHIND: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "ponytail": _tail, "bun": _bun, "long curls": _long_curls,
}  # fmt: skip
_OVER: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "long": _drape(2.1, 0.0), "wavy": _drape(1.95, 0.07), "bob": _bob, "locs": _locs, "braids": _braid,
    "crop": _tousle, "pixie": _tousle,
}  # fmt: skip
