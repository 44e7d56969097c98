"""Hair, in two layers: what hangs behind the neck, and what lies on the head."""

import math
from collections.abc import Callable
from typing import Final

from bot.demo.brush import Canvas, Colour, Point, Shape, darker, flipped, mirrored, mix, oval, ribbon, smooth
from bot.demo.faces import Person

_LONG: Final = frozenset({"long", "wavy", "long curls", "braids", "ponytail", "locs"})


def draw_back_hair(canvas: Canvas, person: Person) -> None:
    """What hangs behind neck and shoulders: drawn before the body."""
    back = _BACK.get(person.hair_style)
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
    front = _FRONT.get(style)
    if front is not None:
        front(canvas, person)


def _shine(hair: Colour) -> Colour:
    """The light on hair: paler for dark hair than a plain mix would be."""
    return mix(hair, (255, 226, 186), 0.2 if sum(hair) < 260 else 0.3)


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
        outer = [(x * 1.02, y - (0.22 * math.exp(-((x - 0.12) ** 2) * 3) if y < -0.6 else 0)) for x, y in outer]
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
    dark, bright = darker(person.hair, 0.3), _shine(person.hair)
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
    flat = [(x, max(y, -1.15)) for x, y in shape]
    canvas.tint(flat, person.hair, 0.82, blur=0.05)
    canvas.tint(oval(-0.2, -0.85, 0.34, 0.2), _shine(person.hair), 0.4, inside=flat, blur=0.2)


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
        tone = _shine(person.hair) if x < 0 else darker(person.hair, 0.3)
        canvas.tint(ribbon([(x * 0.8, -0.7), (x * 1.2, -1.2), (x * 0.9, -1.66)], 0.05), tone, 0.55, inside=crest)


def _cluster(canvas: Canvas, spots: list[tuple[float, float, float]], hair: Colour, light: int) -> None:
    """Curls as overlapping discs: a dark underlayer, the hair, and a lit crescent on each."""
    for x, y, r in spots:
        canvas.cut(oval(x, y, r, r, points=22), hair)
    dark, bright = darker(hair, 0.32), _shine(hair)
    for n, (x, y, r) in enumerate(spots):
        turn = n * 2.4
        arc = [(x + r * 0.62 * math.cos(turn + a), y + r * 0.62 * math.sin(turn + a)) for a in (0.0, 0.9, 1.8, 2.7)]
        lit = (x * light) > -0.15 and y < 0.2
        canvas.tint(ribbon(arc, r * 0.2), bright if lit else dark, 0.45)


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
    _cluster(canvas, spots, person.hair, light)


def _curtain(person: Person, length: float, spread: float, wave: float) -> list[Point]:
    """A fall of hair behind the shoulders, its edge waving."""
    w = person.width + 0.1
    half: list[Point] = [(0.0, -1.2), (w * 0.8, -0.9), (w + 0.04, -0.3)]
    rows = 6
    for i in range(1, rows + 1):
        y = -0.3 + (length + 0.3) * i / rows
        half.append((w + spread * (i / rows) ** 0.8 + wave * math.sin(i * 1.9), y))
    half += [(w * 0.5, length + 0.12), (0.0, length + 0.02)]
    return smooth(mirrored(half))


def _fall(length: float, spread: float, wave: float) -> Callable[[Canvas, Person], None]:
    def draw(canvas: Canvas, person: Person) -> None:
        shape = _curtain(person, length, spread, wave)
        canvas.cut(shape, darker(person.hair, 0.22))
        canvas.fade(shape, darker(person.hair, 0.4), 0.45, upward=True)
        for i in range(-4, 5):
            x = i * 0.24
            path = [
                (x * 0.8, -0.4),
                (x * 1.05 + wave, length * 0.35),
                (x * 1.1 - wave, length * 0.7),
                (x * 1.15, length),
            ]
            canvas.tint(ribbon(path, 0.07), person.hair, 0.6, inside=shape)

    return draw


def _curly_fall(canvas: Canvas, person: Person) -> None:
    spots = [
        (side * (person.width + 0.06 + 0.1 * math.sin(i * 1.7) + 0.03 * i), -0.35 + 0.24 * i, 0.25)
        for i in range(9) for side in (-1, 1)
    ]  # fmt: skip
    canvas.cut(oval(0, 0.5, person.width + 0.1, 1.3), darker(person.hair, 0.4))
    _cluster(canvas, spots, darker(person.hair, 0.12), 1)


def _tail(canvas: Canvas, person: Person) -> None:
    tail = smooth(
        [
            (0.35, -1.0),
            (0.95, -1.15),
            (1.18, -0.5),
            (1.1, 0.4),
            (1.28, 1.2),
            (0.98, 1.85),
            (0.8, 1.1),
            (0.74, 0.2),
            (0.66, -0.5),
        ]
    )
    canvas.cut(tail, darker(person.hair, 0.14))
    for k in (-0.1, 0.0, 0.1):
        canvas.tint(
            ribbon([(0.7 + k, -0.8), (0.95 + k, -0.2), (0.92 + k, 0.6), (1.02 + k, 1.5)], 0.06),
            _shine(person.hair),
            0.35,
            inside=tail,
        )
    canvas.cut(oval(0.5, -1.06, 0.13, 0.1, turn=0.5), (200, 92, 84))


def _top_bun(canvas: Canvas, person: Person) -> None:
    bun = oval(0.02, -1.4, 0.36, 0.31)
    canvas.cut(bun, darker(person.hair, 0.1))
    for k, tone in ((-0.14, _shine(person.hair)), (0.02, darker(person.hair, 0.3)), (0.16, darker(person.hair, 0.3))):
        canvas.tint(ribbon([(-0.26, -1.3 + k), (0.02, -1.46 + k), (0.3, -1.32 + k)], 0.05), tone, 0.5, inside=bun)


def _braids(canvas: Canvas, person: Person) -> None:
    for side in (-1, 1):
        for i in range(8):
            y = 0.42 + i * 0.245
            x = side * (person.width + 0.1 + 0.05 * math.sin(i * 0.9))
            r = 0.155 - 0.006 * i
            for half in (-1, 1):
                lobe = oval(x + half * r * 0.42, y, r * 0.62, 0.165, turn=half * 0.62)
                canvas.cut(lobe, mix(person.hair, darker(person.hair, 0.3) if half > 0 else _shine(person.hair), 0.3))
        x = side * (person.width + 0.1)
        canvas.cut(oval(x, 2.36, 0.085, 0.06), (200, 92, 84))
        canvas.cut(
            smooth([(x - 0.07, 2.4), (x + 0.07, 2.4), (x + 0.09, 2.6), (x, 2.74), (x - 0.08, 2.6)]),
            darker(person.hair, 0.1),
        )


def _side_locks(wave: float, length: float) -> Callable[[Canvas, Person], None]:
    def draw(canvas: Canvas, person: Person) -> None:
        w = person.width
        for side in (-1, 1):
            lock = smooth(
                [
                    (side * (w - 0.06), -0.3), (side * (w + 0.12), -0.2), (side * (w + 0.17 + wave), length * 0.35),
                    (side * (w + 0.14 - wave), length * 0.7), (side * (w + 0.12), length), (side * (w - 0.04 - wave), length * 0.72),
                    (side * (w - 0.02 + wave), length * 0.36),
                ]
            )  # fmt: skip
            canvas.cut(lock, mix(person.hair, darker(person.hair, 0.3), 0.0 if side < 0 else 0.35))
            path = [
                (side * (w + 0.04), -0.2),
                (side * (w + 0.08 + wave), length * 0.4),
                (side * (w + 0.08), length * 0.85),
            ]
            canvas.tint(ribbon(path, 0.05), _shine(person.hair), 0.4, inside=lock)

    return draw


def _locs(canvas: Canvas, person: Person) -> None:
    for side in (-1, 1):
        for i in range(4):
            x = person.width - 0.02 + 0.09 * i
            end = 1.9 - 0.16 * i
            path = [(side * (x - 0.12), -0.5), (side * (x + 0.05), 0.3), (side * (x + 0.02), end)]
            canvas.stroke(path, 0.12, mix(person.hair, _shine(person.hair), 0.28 * (i % 2)), start=0.7, end=0.55)


def _bob_back(canvas: Canvas, person: Person) -> None:
    w = person.width + 0.16
    half = [
        (0.0, -1.2),
        (w * 0.85, -0.8),
        (w + 0.06, 0.1),
        (w + 0.08, 0.7),
        (w - 0.06, 1.0),
        (w * 0.4, 1.02),
        (0.0, 1.0),
    ]
    shape = smooth(mirrored(half))
    canvas.cut(shape, darker(person.hair, 0.26))
    canvas.fade(shape, darker(person.hair, 0.45), 0.5)


def _bob_front(canvas: Canvas, person: Person) -> None:
    w = person.width
    for side in (-1, 1):
        lock = smooth(
            [
                (side * (w - 0.1), -0.42),
                (side * (w + 0.13), -0.3),
                (side * (w + 0.2), 0.4),
                (side * (w + 0.12), 0.93),
                (side * (w - 0.16), 0.86),
                (side * (w - 0.02), 0.3),
            ]
        )
        canvas.cut(lock, mix(person.hair, darker(person.hair, 0.3), 0.0 if side < 0 else 0.35))
        canvas.tint(
            ribbon([(side * w, -0.3), (side * (w + 0.1), 0.3), (side * w, 0.85)], 0.06),
            _shine(person.hair),
            0.4,
            inside=lock,
        )


def _tousle(canvas: Canvas, person: Person) -> None:
    """Loose tips that break the outline of short hair."""
    w = person.width
    for i in range(7):
        x = -w * 0.7 + i * w * 0.23
        top = -1.18 + 0.3 * (x / w) ** 2
        tip = smooth([(x - 0.1, top + 0.1), (x + 0.04, top - 0.09), (x + 0.2, top - 0.07), (x + 0.14, top + 0.12)])
        canvas.cut(tip, mix(person.hair, _shine(person.hair), 0.22 * (i % 2)))


_BACK: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "long": _fall(2.15, 0.12, 0.0),
    "wavy": _fall(2.0, 0.24, 0.07),
    "locs": _fall(1.6, 0.1, 0.03),
    "long curls": _curly_fall,
    "ponytail": _tail,
    "bun": _top_bun,
    "bob": _bob_back,
}
_FRONT: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "long": _side_locks(0.0, 1.75),
    "wavy": _side_locks(0.07, 1.6),
    "locs": _locs,
    "braids": _braids,
    "bob": _bob_front,
    "crop": _tousle,
    "pixie": _tousle,
}
