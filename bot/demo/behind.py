"""A head from behind: ears, a nape, and hair that covers the rest."""

import math
from collections.abc import Callable
from typing import Final

from bot.demo.brush import Canvas, Point, Shape, darker, mirrored, mix, oval, ribbon, smooth
from bot.demo.faces import Person
from bot.demo.falls import cluster, shine_of
from bot.demo.head import draw_ears
from bot.demo.marks import shade_of

_TIE = (200, 92, 84)
_BARE: Final = frozenset({"bald", "buzz", "mohawk"})


def draw_head_from_behind(canvas: Canvas, person: Person) -> None:
    """The back of a head, in front of the neck and of the back of the clothes."""
    w, style = person.width, person.hair_style
    if person.marks.beard == "full":
        for side in (-1, 1):
            tuft: list[Point] = [(w * 0.8, 0.34), (w * 0.98, 0.4), (w * 0.9, 0.86), (0.62, 1.16), (0.44, 0.9)]
            canvas.cut(smooth([(side * x, y) for x, y in tuft]), darker(person.hair, 0.2))
    draw_ears(canvas, person)
    _skull(canvas, person)
    if person.marks.glasses:
        for side in (-1, 1):
            canvas.stroke(
                [(side * (w + 0.06), -0.06), (side * (w - 0.02), 0.0), (side * (w - 0.03), 0.14)], 0.034, (58, 44, 48)
            )
    if style in _BARE:
        _shaven(canvas, person)
    elif style in {"afro", "curls", "long curls"}:
        _curls(canvas, person)
    else:
        _combed(canvas, person)
    over = _OVER.get(style)
    if over is not None:
        over(canvas, person)


def _skull(canvas: Canvas, person: Person) -> None:
    w, shade = person.width, shade_of(person.skin)
    head = smooth(
        mirrored(
            [
                (0.0, -1.06),
                (w * 0.4, -1.01),
                (w * 0.74, -0.84),
                (w * 0.97, -0.46),
                (w, 0.0),
                (w * 0.9, 0.4),
                (w * 0.62, 0.7),
                (0.0, 0.84),
            ]
        )
    )
    canvas.cut(head, person.skin)
    canvas.tint(
        smooth([(0.3, -1.2), (0.5, -0.2), (0.36, 0.6), (1.3, 1.2), (1.3, -1.2)]), shade, 0.5, inside=head, blur=0.3
    )
    canvas.tint(oval(-0.3, -0.5, 0.3, 0.3), (255, 250, 240), 0.25, inside=head, blur=0.25)
    canvas.tint(oval(0.0, 0.86, 0.6, 0.3), shade, 0.6, inside=head, blur=0.16)


def _shaven(canvas: Canvas, person: Person) -> None:
    if person.hair_style == "bald":
        return
    shape = _scalp(person, 0.02, 0.58)
    canvas.tint(shape, person.hair, 0.82 if person.hair_style == "buzz" else 0.5)
    canvas.tint(oval(-0.25, -0.75, 0.34, 0.24), shine_of(person.hair), 0.4, inside=shape, blur=0.2)


def _scalp(person: Person, room: float, low: float) -> list[Point]:
    """Hair down to the nape, between the ears."""
    w = person.width + room
    half: list[Point] = [
        (0.0, -1.12 - room), (w * 0.38, -1.07 - room), (w * 0.72, -0.88), (w * 0.96, -0.5), (w, -0.1), (w * 0.9, 0.28),
        (w * 0.64, low), (0.0, low + 0.12),
    ]  # fmt: skip
    return smooth(mirrored(half))


def _combed(canvas: Canvas, person: Person) -> None:
    room = {"bun": 0.03, "ponytail": 0.03, "braids": 0.05, "crop": 0.06, "quiff": 0.04, "pixie": 0.08}.get(
        person.hair_style, 0.1
    )
    shape = _scalp(person, room, 0.72 if person.hair_style in {"crop", "quiff"} else 0.84)
    canvas.cut(shape, person.hair)
    _strands(canvas, person, shape)


def _strands(canvas: Canvas, person: Person, shape: Shape) -> None:
    """From the crown outwards, or up to where the hair is tied."""
    dark, bright = darker(person.hair, 0.3), shine_of(person.hair)
    tied = {"bun": (0.0, -1.1), "ponytail": (0.1, -0.5)}.get(person.hair_style)
    crown = tied or (-0.06, -0.66)
    canvas.tint(oval(person.width, -0.1, person.width * 0.7, 1.2), dark, 0.6, inside=shape, blur=0.3)
    for i in range(15):
        turn = math.pi * (-0.16 + 1.32 * i / 14)
        reach = 0.9 + 0.6 * abs(math.sin(turn))
        end: Point = (crown[0] + person.width * 1.1 * math.cos(turn), crown[1] + reach * math.sin(turn))
        bow: Point = ((crown[0] + end[0]) / 2 + 0.12 * math.cos(turn), (crown[1] + end[1]) / 2 - 0.05)
        tone, strength = (bright, 0.36) if i % 2 else (dark, 0.4)
        canvas.tint(ribbon([crown, bow, end], 0.05), tone, strength, inside=shape)
    light = ribbon([(-person.width * 0.86, -0.36), (-person.width * 0.5, -0.74), (0.0, -0.92)], 0.18)
    canvas.tint(light, bright, 0.5, inside=shape, blur=0.08)


def _curls(canvas: Canvas, person: Person) -> None:
    big = person.hair_style == "afro"
    reach, size = (0.34, 0.28) if big else (0.08, 0.2)
    w = person.width + reach
    canvas.cut(
        smooth(mirrored([(0.0, -1.1 - reach), (w * 0.7, -0.86 - reach * 0.6), (w, -0.1), (w * 0.7, 0.5), (0.0, 0.7)])),
        person.hair,
    )
    spots: list[tuple[float, float, float]] = []
    for ring, count in ((1.0, 22), (0.74, 15), (0.46, 9), (0.15, 3)):
        for i in range(count):
            turn = math.tau * i / count + ring
            wobble = 1 + 0.04 * math.sin(i * 2.7)
            spots.append(
                (w * ring * wobble * math.cos(turn), -0.24 + (0.88 + reach) * ring * wobble * math.sin(turn), size)
            )
    if not big:
        spots = [(x, min(y, 0.5), r) for x, y, r in spots]
    cluster(canvas, spots, person.hair, -1)


def _curtain(length: float, spread: float, wave: float) -> Callable[[Canvas, Person], None]:
    """Hair that covers neck and back."""

    def draw(canvas: Canvas, person: Person) -> None:
        w = person.width + 0.1
        half: list[Point] = [(0.0, -1.2), (w * 0.38, -1.13), (w * 0.74, -0.9), (w + 0.02, -0.3)]
        half += [
            (w + spread * (i / 5) ** 0.8 + wave * math.sin(i * 1.9), -0.3 + (length + 0.3) * i / 5) for i in range(1, 6)
        ]
        shape = smooth(mirrored([*half, (w * 0.5, length + 0.14), (0.0, length + 0.02)]))
        canvas.cut(shape, person.hair)
        dark, bright = darker(person.hair, 0.3), shine_of(person.hair)
        canvas.tint(oval(w + 0.1, length * 0.4, w * 0.7, length + 0.4), dark, 0.6, inside=shape, blur=0.3)
        for i in range(-6, 7):
            x = i * (w + spread) / 6.5
            path: list[Point] = [
                (x * 0.2, -0.8),
                (x * 0.8, -0.3),
                (x + wave, length * 0.35),
                (x - wave, length * 0.7),
                (x * 1.02, length + 0.1),
            ]
            canvas.tint(ribbon(path, 0.06), bright if i % 2 else dark, 0.42, inside=shape)
        canvas.tint(
            ribbon([(-w * 0.86, -0.36), (-w * 0.5, -0.74), (0.0, -0.92)], 0.18), bright, 0.5, inside=shape, blur=0.08
        )

    return draw


def _tail(canvas: Canvas, person: Person) -> None:
    tail = smooth(
        [
            (-0.16, -0.6),
            (0.16, -0.64),
            (0.42, -0.3),
            (0.36, 0.6),
            (0.44, 1.4),
            (0.16, 2.1),
            (-0.12, 1.5),
            (-0.16, 0.6),
            (-0.24, -0.2),
        ]
    )
    canvas.tint([(x + 0.06, y + 0.06) for x, y in tail], (50, 24, 40), 0.3, blur=0.08)
    canvas.cut(tail, mix(person.hair, shine_of(person.hair), 0.12))
    for k in (-0.14, 0.0, 0.14):
        path: list[Point] = [(0.02 + k, -0.5), (0.12 + k, 0.2), (0.1 + k, 1.0), (0.14 + k * 0.6, 1.9)]
        canvas.tint(ribbon(path, 0.06), darker(person.hair, 0.34), 0.45, inside=tail)
    canvas.cut(oval(0.02, -0.56, 0.17, 0.1), _TIE)


def _bun(canvas: Canvas, person: Person) -> None:
    bun = oval(0.0, -1.22, 0.4, 0.36)
    canvas.cut(bun, darker(person.hair, 0.1))
    for k, tone in ((-0.16, shine_of(person.hair)), (0.02, darker(person.hair, 0.3)), (0.18, darker(person.hair, 0.3))):
        canvas.tint(ribbon([(-0.3, -1.16 + k), (0.0, -1.3 + k), (0.32, -1.14 + k)], 0.05), tone, 0.5, inside=bun)


def _braids(canvas: Canvas, person: Person) -> None:
    canvas.stroke(
        [(0.0, -1.1), (0.01, -0.3), (0.0, 0.8)],
        0.03,
        mix(person.skin, darker(person.hair, 0.3), 0.4),
        start=0.6,
        end=0.6,
    )
    for side in (-1, 1):
        for i in range(8):
            y, r = 0.62 + i * 0.245, 0.2 - 0.008 * i
            x = side * (0.5 + 0.05 * math.sin(i * 0.9))
            for half in (-1, 1):
                lobe = oval(x + half * r * 0.42, y, r * 0.66, 0.18, turn=half * 0.62)
                canvas.cut(lobe, mix(person.hair, darker(person.hair, 0.3) if half > 0 else shine_of(person.hair), 0.3))
        x = side * 0.5
        canvas.cut(oval(x, 2.56, 0.085, 0.06), _TIE)
        canvas.cut(
            smooth([(x - 0.07, 2.6), (x + 0.07, 2.6), (x + 0.09, 2.8), (x, 2.94), (x - 0.08, 2.8)]),
            darker(person.hair, 0.1),
        )


def _locs(canvas: Canvas, person: Person) -> None:
    w = person.width
    for row, count in ((0, 9), (1, 8)):
        for i in range(count):
            x = (i - (count - 1) / 2) * w * 2.3 / count
            end = 1.7 + 0.22 * math.sin(i * 1.7 + row)
            path: list[Point] = [(x * 0.3, -0.9 + 0.2 * row), (x * 0.96, -0.1), (x, 0.7), (x * 1.04, end)]
            canvas.stroke(
                path, 0.16, mix(person.hair, shine_of(person.hair), 0.28 * ((i + row) % 2)), start=0.4, end=0.1
            )


def _mohawk(canvas: Canvas, person: Person) -> None:
    crest = smooth(
        [
            (-0.2, 0.6),
            (-0.26, -0.4),
            (-0.3, -1.2),
            (-0.18, -1.66),
            (0.02, -1.84),
            (0.22, -1.62),
            (0.3, -1.2),
            (0.26, -0.4),
            (0.2, 0.6),
            (0.0, 0.78),
        ]
    )
    canvas.cut(crest, person.hair)
    for x in (-0.16, -0.06, 0.06, 0.16):
        tone = shine_of(person.hair) if x < 0 else darker(person.hair, 0.3)
        canvas.tint(ribbon([(x * 0.8, 0.5), (x * 1.2, -0.6), (x * 0.9, -1.66)], 0.05), tone, 0.55, inside=crest)


def _long_curls(canvas: Canvas, person: Person) -> None:
    w = person.width
    canvas.cut(
        smooth(mirrored([(0.0, -0.2), (w, 0.0), (w + 0.2, 1.2), (0.6, 1.8), (0.0, 1.9)])), darker(person.hair, 0.2)
    )
    spots = [
        ((column - 2) * w * 0.54 + 0.06 * math.sin(row * 2.1 + column), -0.2 + 0.26 * row + 0.07 * (column % 2), 0.25)
        for row in range(9) for column in range(5)
    ]  # fmt: skip
    cluster(canvas, spots, person.hair, -1)


_OVER: Final[dict[str, Callable[[Canvas, Person], None]]] = {
    "long": _curtain(2.15, 0.12, 0.0), "wavy": _curtain(2.0, 0.24, 0.07), "bob": _curtain(0.98, 0.06, 0.0),
    "locs": _locs, "ponytail": _tail, "bun": _bun, "braids": _braids, "mohawk": _mohawk, "long curls": _long_curls,
}  # fmt: skip
