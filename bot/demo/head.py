"""A face cut from paper. Units: the chin is about 1 below the middle of the face, the brow 0.2 above it."""

from collections.abc import Callable
from typing import Final

from bot.demo.brush import Canvas, Colour, Point, Shape, darker, flipped, lighter, mirrored, mix, oval, smooth
from bot.demo.faces import Person
from bot.demo.marks import (
    EYE_LINE,
    MOUTH_LINE,
    draw_beard,
    draw_glasses,
    draw_marks,
    draw_moustache,
    draw_scar,
    draw_wrinkles,
    shade_of,
)
from bot.demo.moods import Mood

_WHITE: Final[Colour] = (248, 242, 236)
_LASH: Final[Colour] = (52, 34, 38)


def outline(person: Person) -> list[Point]:
    """The edge of the face."""
    w, jaw, chin = person.width, person.jaw, person.chin
    return smooth(
        mirrored(
            [
                (0.0, -1.04), (w * 0.62, -0.92), (w * 0.95, -0.5), (w, 0.0), (w * 0.97, 0.3),
                ((jaw + w) / 2, 0.56), (jaw * 0.92, 0.76), (chin * 1.18, 0.97), (0.0, 1.04),
            ]
        )
    )  # fmt: skip


Nose = Callable[[Canvas, Person, int], None]


def draw_face(canvas: Canvas, person: Person, mood: Mood, light: int, nose: Nose | None = None) -> None:
    """The face without ears and hair. `light` is the side that the light comes from: -1 left, 1 right.

    `nose` is one to draw instead of the nose from the front: it is the one thing that a turn lifts off the face.
    """
    face = outline(person)
    canvas.cut(face, person.skin)
    _modelling(canvas, person, face, light)
    draw_marks(canvas, person, face)
    for side in (-1, 1):
        _eye(canvas, person, mood, side)
        _brow(canvas, person, mood, side)
    (nose or _nose)(canvas, person, light)
    if person.marks.beard:
        draw_beard(canvas, person, face)
    _mouth(canvas, person, mood)
    if person.marks.beard in {"full", "short", "moustache", "goatee"}:
        draw_moustache(canvas, person)
    if person.age >= 55:
        draw_wrinkles(canvas, person)
    if person.marks.scar:
        draw_scar(canvas, person)
    if person.marks.glasses:
        draw_glasses(canvas, person)


def draw_ears(canvas: Canvas, person: Person) -> None:
    """Both ears, which a face from the front lies over."""
    for side in (-1, 1):
        draw_ear(canvas, person, side * (person.width + 0.02), side)


def draw_ear(canvas: Canvas, person: Person, x: float, side: int) -> None:
    """An ear that is attached at `x`, on that side of a head, with what hangs from it."""
    shade = shade_of(person.skin)
    ear = oval(x, 0.12, 0.105, 0.2, turn=side * 0.12)
    if person.pointed_ears:
        ear = smooth(
            [(x - side * 0.07, -0.05), (x + side * 0.32, -0.36), (x + side * 0.12, 0.12), (x - side * 0.02, 0.32)]
        )
    canvas.cut(ear, mix(person.skin, shade, 0.25))
    fold: list[Point] = [(x + side * 0.03, 0.0), (x + side * 0.055, 0.1), (x + side * 0.01, 0.22)]
    canvas.stroke(fold, 0.03, shade, start=0.3)
    draw_earring(canvas, person.marks.earrings, x + side * 0.025, 0.31)


def draw_earring(canvas: Canvas, kind: str, x: float, y: float) -> None:
    """Gold or a stone, from the lobe at that point."""
    gold: Colour = (226, 182, 92)
    if kind == "stud":
        canvas.cut(oval(x, y, 0.035, 0.035), gold)
    elif kind == "hoop":
        ring = oval(x, y + 0.14, 0.1, 0.13)
        for start in range(0, 36, 6):
            canvas.stroke([*ring, *ring][start : start + 8 : 1], 0.028, gold, start=1, end=1)
    elif kind == "drop":
        canvas.cut(smooth([(x, y), (x + 0.045, y + 0.16), (x, y + 0.22), (x - 0.045, y + 0.16)]), (74, 142, 150))
        canvas.cut(oval(x, y, 0.025, 0.025), gold)


def _modelling(canvas: Canvas, person: Person, face: Shape, light: int) -> None:
    """Soft light and shadow: what makes a flat shape a head."""
    shade = shade_of(person.skin)
    away = -light
    canvas.tint(
        smooth([(away * 0.34, -1.2), (away * 0.56, -0.2), (away * 0.42, 0.5), (away * 0.1, 1.2), (away * 1.3, 1.2), (away * 1.3, -1.2)]),
        shade, 0.5, inside=face, blur=0.3,
    )  # fmt: skip
    canvas.tint(oval(light * 0.36, -0.05, 0.3, 0.62), lighter(person.skin, 0.5), 0.4, inside=face, blur=0.4)
    canvas.tint(oval(0, -1.02, 1.0, 0.42), shade, 0.55, inside=face, blur=0.25)
    canvas.tint(oval(0, 1.02, 0.6, 0.16), shade, 0.45, inside=face, blur=0.2)
    blush = mix(person.skin, (222, 84, 84), 0.5)
    for side in (-1, 1):
        canvas.tint(oval(side * 0.45, 0.36, 0.2, 0.14), blush, 0.5 if person.woman else 0.34, inside=face, blur=0.2)
        canvas.tint(oval(side * person.eye_gap, -0.02, 0.23, 0.13), shade, 0.45, inside=face, blur=0.14)


def _eye(canvas: Canvas, person: Person, mood: Mood, side: int) -> None:
    x, y, s = side * person.eye_gap, EYE_LINE, person.eye_size
    half = 0.165 * s
    inner, outer = (x - side * half, y + 0.02), (x + side * half, y - person.eye_tilt)
    if mood.asleep or mood.squint >= 0.9:
        bow = 0.07 if mood.asleep else -0.085
        canvas.stroke([inner, (x, y + bow * s + 0.02), outer], 0.042, _LASH, start=0.3, end=0.5)
        return
    _open_eye(canvas, person, mood, side)


def _open_eye(canvas: Canvas, person: Person, mood: Mood, side: int) -> None:
    x, y, s = side * person.eye_gap, EYE_LINE, person.eye_size
    half = 0.165 * s
    inner, outer = (x - side * half, y + 0.02), (x + side * half, y - person.eye_tilt)
    top = 0.098 * s * (1 - 0.42 * mood.squint)
    low = 0.072 * s * (1 - 0.5 * max(mood.squint, 0))
    lid = [
        inner,
        (x - side * half * 0.45, y - top * 0.82),
        (x + side * half * 0.15, y - top),
        (x + side * half * 0.68, y - top * 0.68),
        outer,
    ]
    under = [(x + side * half * 0.55, y + low * 0.75), (x, y + low), (x - side * half * 0.55, y + low * 0.8)]
    almond = smooth([*lid, *under], steps=6)
    canvas.cut(almond, _WHITE)
    canvas.tint(
        [(px, py - top * 0.55) for px, py in oval(x, y - top, half * 1.2, top)],
        (120, 90, 110),
        0.3,
        inside=almond,
        blur=0.05,
    )
    _iris(canvas, person, x - 0.055 * s * mood.aside, y, almond)
    canvas.stroke(lid, 0.036 if person.woman else 0.03, _LASH, start=0.35, end=0.75)
    if person.woman:
        canvas.stroke(
            [(x + side * half * 0.75, y - top * 0.6), outer, (outer[0] + side * 0.055, outer[1] - 0.055)],
            0.034,
            _LASH,
            start=0.3,
            end=0.05,
        )
    shade = shade_of(person.skin)
    canvas.stroke([(px, py - 0.055 * s) for px, py in lid[:-1]], 0.018, darker(shade, 0.18), start=0.1, end=0.2)
    canvas.stroke([outer, *under], 0.012, darker(shade, 0.1), start=0.4, end=0.1)


def _iris(canvas: Canvas, person: Person, x: float, y: float, almond: Shape) -> None:
    radius = 0.092 * person.eye_size
    canvas.tint(oval(x, y - 0.012, radius, radius), darker(person.eyes, 0.45), 1, inside=almond)
    canvas.tint(oval(x, y - 0.006, radius * 0.84, radius * 0.84), person.eyes, 1, inside=almond)
    canvas.tint(
        oval(x, y + radius * 0.35, radius * 0.6, radius * 0.42),
        lighter(person.eyes, 0.45),
        0.75,
        inside=almond,
        blur=0.03,
    )
    canvas.tint(oval(x, y - 0.012, radius * 0.45, radius * 0.45), (26, 18, 26), 1, inside=almond)
    canvas.tint(
        oval(x - radius * 0.36, y - radius * 0.5, radius * 0.25, radius * 0.25), (255, 255, 255), 1, inside=almond
    )


def _brow(canvas: Canvas, person: Person, mood: Mood, side: int) -> None:
    x = side * person.eye_gap
    y = -0.175 - 0.11 * mood.raised
    colour = mix(darker(person.hair, 0.3), (60, 42, 40), 0.25 if sum(person.hair) < 560 else 0.4)
    inner = (x - side * 0.17, y + 0.03 + 0.085 * mood.slant)
    middle = (x + side * 0.06, y - person.arch * 0.8 - 0.01 * mood.slant)
    outer = (x + side * 0.235, y + 0.035 - 0.05 * mood.slant)
    canvas.stroke([inner, middle, outer], person.brow * 1.15, colour, start=0.62, end=0.12)


def _nose(canvas: Canvas, person: Person, light: int) -> None:
    shade = shade_of(person.skin)
    tip, n = person.nose_length, person.nose
    away = -light
    side = smooth(
        [
            (away * 0.035, -0.12),
            (away * 0.06, 0.12),
            (away * n * 0.95, tip - 0.05),
            (away * n * 0.6, tip + 0.035),
            (0, tip - 0.02),
            (away * 0.0, 0.1),
        ]
    )
    canvas.tint(side, shade, 0.62, blur=0.035)
    canvas.tint(oval(0, tip + 0.03, n * 0.9, 0.05), shade, 0.6, blur=0.06)
    canvas.tint(oval(light * 0.02, tip - 0.075, 0.05, 0.06), lighter(person.skin, 0.75), 0.55, blur=0.05)
    dark = darker(shade, 0.3)
    for edge in (-1, 1):
        canvas.stroke(
            [(edge * n * 0.98, tip - 0.075), (edge * n * 1.02, tip - 0.01), (edge * n * 0.62, tip + 0.012)],
            0.024,
            dark,
            start=0.1,
            end=0.3,
        )
        canvas.stroke(
            [(edge * n * 0.66, tip + 0.018), (edge * n * 0.4, tip + 0.002), (edge * n * 0.2, tip + 0.028)],
            0.03,
            dark,
            start=0.2,
            end=0.2,
        )


def _mouth(canvas: Canvas, person: Person, mood: Mood) -> None:
    lip = mix(person.skin, (176, 52, 62) if person.woman else (150, 72, 66), 0.52 if person.woman else 0.4)
    lift = 0.09 * mood.smile
    half = person.mouth * (1 + 0.22 * max(mood.smile, 0)) * (0.72 if mood.open > 0.6 and mood.smile < 0.3 else 1)
    y, full = MOUTH_LINE + 0.03 * mood.smile, person.lips
    gap = 0.17 * mood.open
    corner = (half, y - lift)
    top = [(half * 0.5, y - 0.04 * full - lift * 0.25), (half * 0.16, y - 0.062 * full), (0.0, y - 0.045 * full)]
    inner_top = [(0.0, y + 0.006), (half * 0.5, y - lift * 0.3 + 0.004)]
    bottom_y = y + gap
    low = [(half * 0.55, bottom_y + 0.055 * full - lift * 0.25), (0.0, bottom_y + 0.09 * full)]
    whole = smooth(
        [corner, *top, *flipped(reversed(top[:-1])), (-corner[0], corner[1]), *flipped(low[:1]), low[1], low[0]],
        steps=6,
    )
    canvas.tint(oval(0, bottom_y + 0.14, half * 0.6, 0.035), shade_of(person.skin), 0.6, blur=0.06)
    canvas.cut(whole, lip)
    middle = [(-corner[0], corner[1]), *flipped(reversed(inner_top[1:])), *inner_top, corner]
    below = smooth([*middle, low[0], low[1], *flipped(low[:1])], steps=6)
    canvas.cut(below, lighter(lip, 0.16))
    if mood.open > 0.05:
        _open_mouth(canvas, middle, (half, y, gap, lift))
    else:
        canvas.stroke(middle, 0.026, darker(lip, 0.5), start=0.25, end=0.25)
        for side in (-1, 1):
            canvas.stroke(
                [(side * half * 0.9, y - lift * 0.9), (side * (half + 0.03), y - lift * 1.15 + 0.004)],
                0.026,
                darker(lip, 0.4),
                start=0.8,
                end=0.1,
            )
    canvas.tint(oval(0.03, bottom_y + 0.052 * full, half * 0.34, 0.016), lighter(lip, 0.7), 0.55, blur=0.03)


def _open_mouth(canvas: Canvas, middle: list[Point], size: tuple[float, float, float, float]) -> None:
    half, y, gap, lift = size
    hole = smooth(
        [*middle, (half * 0.6, y + gap - lift * 0.3), (0, y + gap + 0.01), (-half * 0.6, y + gap - lift * 0.3)], steps=6
    )
    canvas.cut(hole, (92, 30, 40))
    canvas.tint(oval(0, y + gap + 0.01, half * 0.55, gap * 0.42), (206, 96, 98), 1, inside=hole)
    canvas.tint(
        [
            (-half, y - 0.2),
            (half, y - 0.2),
            (half * 0.8, y + gap * 0.30),
            (0, y + gap * 0.42),
            (-half * 0.8, y + gap * 0.30),
        ],
        _WHITE,
        1,
        inside=hole,
    )
