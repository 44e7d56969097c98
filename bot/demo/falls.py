"""What hangs and falls from a head: the hair behind the shoulders, and the locks in front of them."""

import math
from collections.abc import Callable
from typing import Final

from bot.demo.brush import Canvas, Colour, Point, darker, mirrored, mix, oval, ribbon, smooth
from bot.demo.faces import Person


def shine_of(hair: Colour) -> Colour:
    """The light on hair: paler for dark hair than a plain mix would be."""
    return mix(hair, (255, 226, 186), 0.2 if sum(hair) < 260 else 0.3)


def cluster(canvas: Canvas, spots: list[tuple[float, float, float]], hair: Colour, light: int) -> None:
    """Curls as overlapping discs: a dark underlayer, the hair, and a lit crescent on each."""
    for x, y, r in spots:
        canvas.cut(oval(x, y, r, r, points=22), hair)
    dark, bright = darker(hair, 0.32), shine_of(hair)
    for n, (x, y, r) in enumerate(spots):
        turn = n * 2.4
        arc = [(x + r * 0.62 * math.cos(turn + a), y + r * 0.62 * math.sin(turn + a)) for a in (0.0, 0.9, 1.8, 2.7)]
        lit = (x * light) > -0.15 and y < 0.2
        canvas.tint(ribbon(arc, r * 0.2), bright if lit else dark, 0.45)


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
    cluster(canvas, spots, darker(person.hair, 0.12), 1)


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
            shine_of(person.hair),
            0.35,
            inside=tail,
        )
    canvas.cut(oval(0.5, -1.06, 0.13, 0.1, turn=0.5), (200, 92, 84))


def _top_bun(canvas: Canvas, person: Person) -> None:
    bun = oval(0.02, -1.4, 0.36, 0.31)
    canvas.cut(bun, darker(person.hair, 0.1))
    for k, tone in ((-0.14, shine_of(person.hair)), (0.02, darker(person.hair, 0.3)), (0.16, darker(person.hair, 0.3))):
        canvas.tint(ribbon([(-0.26, -1.3 + k), (0.02, -1.46 + k), (0.3, -1.32 + k)], 0.05), tone, 0.5, inside=bun)


def _braids(canvas: Canvas, person: Person) -> None:
    for side in (-1, 1):
        for i in range(8):
            y = 0.42 + i * 0.245
            x = side * (person.width + 0.1 + 0.05 * math.sin(i * 0.9))
            r = 0.2 - 0.008 * i
            for half in (-1, 1):
                lobe = oval(x + half * r * 0.42, y, r * 0.66, 0.18, turn=half * 0.62)
                canvas.cut(lobe, mix(person.hair, darker(person.hair, 0.3) if half > 0 else shine_of(person.hair), 0.3))
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
            canvas.tint(ribbon(path, 0.05), shine_of(person.hair), 0.4, inside=lock)

    return draw


def _locs(canvas: Canvas, person: Person) -> None:
    for side in (-1, 1):
        for i in range(4):
            x = person.width - 0.02 + 0.09 * i
            end = 1.9 - 0.16 * i
            path = [(side * (x - 0.12), -0.5), (side * (x + 0.05), 0.3), (side * (x + 0.02), end)]
            canvas.stroke(path, 0.12, mix(person.hair, shine_of(person.hair), 0.28 * (i % 2)), start=0.2, end=0.15)


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
            shine_of(person.hair),
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
        canvas.cut(tip, mix(person.hair, shine_of(person.hair), 0.22 * (i % 2)))


BACK: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "long": _fall(2.15, 0.12, 0.0),
    "wavy": _fall(2.0, 0.24, 0.07),
    "locs": _fall(1.6, 0.1, 0.03),
    "long curls": _curly_fall,
    "ponytail": _tail,
    "bun": _top_bun,
    "bob": _bob_back,
}
FRONT: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "long": _side_locks(0.0, 1.75),
    "wavy": _side_locks(0.07, 1.6),
    "locs": _locs,
    "braids": _braids,
    "bob": _bob_front,
    "crop": _tousle,
    "pixie": _tousle,
}
