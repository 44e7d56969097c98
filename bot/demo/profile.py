"""A head from the side, facing left: an outline of its own, one eye, one ear. Units are those of a face."""

from typing import Final

from bot.demo.brush import Canvas, Colour, Point, Shape, darker, lighter, mix, oval, smooth
from bot.demo.faces import Person
from bot.demo.head import draw_ear
from bot.demo.marks import shade_of
from bot.demo.moods import Mood
from bot.demo.profile_hair import draw_profile_hair
from bot.demo.profile_marks import draw_profile_beard, draw_profile_glasses, draw_profile_marks

_WHITE: Final[Colour] = (248, 242, 236)
_LASH: Final[Colour] = (52, 34, 38)
EAR: Final = 0.2
_COVERED: Final = frozenset({"long", "wavy", "bob", "locs", "long curls", "afro"})


def draw_profile(canvas: Canvas, person: Person, mood: Mood) -> None:
    """A whole head with its hair, in front of the neck."""
    face = outline(person, mood)
    canvas.cut(face, person.skin)
    _modelling(canvas, person, face)
    draw_profile_marks(canvas, person, face)
    _eye(canvas, person, mood)
    _brow(canvas, person, mood)
    _nostril(canvas, person)
    draw_profile_beard(canvas, person, face)
    _mouth(canvas, person, mood)
    covered = person.hair_style in _COVERED and not person.pointed_ears
    if covered:
        draw_ear(canvas, person, EAR, 1)
    draw_profile_hair(canvas, person)
    if not covered:
        draw_ear(canvas, person, EAR, 1)
    if person.marks.glasses:
        draw_profile_glasses(canvas, person, EAR)


def outline(person: Person, mood: Mood) -> list[Point]:
    """Forehead, nose, lips, chin, jaw, nape and crown."""
    tip, full = person.nose_length, person.lips
    out = 0.11 + person.nose * 0.62
    brow = 0.0 if person.woman else 0.035
    chin = 0.02 if person.woman else -0.03
    drop = 0.13 * mood.open
    face: list[Point] = [
        (0.05, -1.06), (-0.36, -0.97), (-0.62, -0.7), (-0.72 - brow * 0.5, -0.4), (-0.74 - brow, -0.2), (-0.69, -0.03),
        (-0.725, 0.08), (-0.72 - out * 0.66, tip - 0.14), (-0.725 - out, tip - 0.035), (-0.72 - out * 0.86, tip + 0.045),
        (-0.75, tip + 0.1), (-0.745, 0.54), (-0.765 - 0.045 * full, 0.615), (-0.735, 0.665 + drop * 0.5),
    ]  # fmt: skip
    low: list[Point] = [
        (-0.745 - 0.035 * full, 0.715), (-0.69, 0.8), (-0.7 + chin, 0.9), (-0.63 + chin, 1.02), (-0.46, 1.06), (-0.16, 0.95),
    ]  # fmt: skip
    jaw: list[Point] = [(0.12, 0.72 + (0.0 if person.woman else 0.06)), (0.3, 0.62), (0.68, 0.62)]
    skull: list[Point] = [(0.84, 0.36), (0.97, 0.0), (0.99, -0.36), (0.84, -0.76), (0.46, -1.03)]
    return smooth([*face, *((x + drop * 0.25, y + drop) for x, y in low), *jaw, *skull])


def _modelling(canvas: Canvas, person: Person, face: Shape) -> None:
    shade = shade_of(person.skin)
    canvas.tint(
        smooth([(0.2, -1.3), (0.34, -0.2), (0.2, 0.5), (-0.1, 1.2), (1.4, 1.2), (1.4, -1.3)]),
        shade,
        0.5,
        inside=face,
        blur=0.32,
    )
    canvas.tint(oval(0.1, -1.02, 1.0, 0.4), shade, 0.5, inside=face, blur=0.25)
    canvas.tint(
        smooth([(-0.7, 1.1), (-0.2, 0.94), (0.2, 0.66), (0.6, 0.7), (0.2, 1.3)]), shade, 0.7, inside=face, blur=0.16
    )
    canvas.tint(oval(-0.42, 0.0, 0.2, 0.5), lighter(person.skin, 0.5), 0.32, inside=face, blur=0.3)
    canvas.tint(oval(-0.56, 0.0, 0.15, 0.13), shade, 0.5, inside=face, blur=0.12)
    blush = mix(person.skin, (222, 84, 84), 0.5)
    canvas.tint(oval(-0.36, 0.37, 0.22, 0.14), blush, 0.5 if person.woman else 0.34, inside=face, blur=0.2)


def _eye(canvas: Canvas, person: Person, mood: Mood) -> None:
    """A wedge, open to the front."""
    s, x, y = person.eye_size, -0.585, 0.06
    outer = (x + 0.2 * s, y - person.eye_tilt)
    if mood.asleep or mood.squint >= 0.9:
        bow = 0.07 if mood.asleep else -0.07
        canvas.stroke([(x - 0.02, y + 0.01), (x + 0.09, y + bow * s + 0.02), outer], 0.042, _LASH, start=0.3, end=0.5)
        return
    top = 0.105 * s * (1 - 0.42 * mood.squint)
    low = 0.075 * s * (1 - 0.5 * max(mood.squint, 0))
    lid: list[Point] = [(x + 0.015, y - top), (x + 0.1 * s, y - top * 0.72), outer]
    wedge = smooth([(x - 0.015, y), *lid, (x + 0.1 * s, y + low * 0.7), (x + 0.02, y + low)], steps=6)
    canvas.cut(wedge, _WHITE)
    radius = 0.092 * s
    for colour, size in ((darker(person.eyes, 0.45), 1.0), (person.eyes, 0.82), ((26, 18, 26), 0.45)):
        canvas.tint(oval(x + 0.035, y - 0.012, radius * 0.5 * size, radius * size), colour, 1, inside=wedge)
    canvas.tint(oval(x + 0.02, y - 0.05, 0.014, 0.022), (255, 255, 255), 1, inside=wedge)
    canvas.stroke([(x - 0.03, y - top * 0.9), *lid], 0.036 if person.woman else 0.03, _LASH, start=0.5, end=0.6)
    if person.woman:
        canvas.stroke(
            [(x + 0.02, y - top), (x - 0.06, y - top - 0.02), (x - 0.11, y - top - 0.07)],
            0.034,
            _LASH,
            start=0.5,
            end=0.05,
        )
    shade = shade_of(person.skin)
    canvas.stroke([(px, py - 0.055 * s) for px, py in lid], 0.018, darker(shade, 0.18), start=0.1, end=0.2)


def _brow(canvas: Canvas, person: Person, mood: Mood) -> None:
    y = -0.175 - 0.11 * mood.raised
    colour = mix(darker(person.hair, 0.3), (60, 42, 40), 0.25 if sum(person.hair) < 560 else 0.4)
    path: list[Point] = [
        (-0.69, y + 0.03 + 0.085 * mood.slant),
        (-0.55, y - person.arch * 0.8),
        (-0.34, y + 0.04 - 0.05 * mood.slant),
    ]
    canvas.stroke(path, person.brow * 1.15, colour, start=0.62, end=0.12)


def _nostril(canvas: Canvas, person: Person) -> None:
    shade, tip = shade_of(person.skin), person.nose_length
    dark = darker(shade, 0.3)
    canvas.tint(oval(-0.72, tip + 0.01, 0.09, 0.08), shade, 0.6, blur=0.05)
    canvas.stroke([(-0.7, tip - 0.09), (-0.635, tip - 0.02), (-0.7, tip + 0.05)], 0.024, dark, start=0.1, end=0.3)
    canvas.stroke([(-0.83, tip + 0.03), (-0.78, tip + 0.01), (-0.74, tip + 0.05)], 0.03, dark, start=0.2, end=0.2)


def _mouth(canvas: Canvas, person: Person, mood: Mood) -> None:
    lip = mix(person.skin, (176, 52, 62) if person.woman else (150, 72, 66), 0.52 if person.woman else 0.4)
    full, drop = person.lips, 0.13 * mood.open
    corner: Point = (-0.53 + 0.04 * max(mood.smile, 0), 0.675 - 0.09 * mood.smile + drop * 0.3)
    part: Point = (-0.74, 0.665)
    upper = smooth(
        [part, (-0.765 - 0.045 * full, 0.62), (-0.75, 0.585), (-0.65, 0.615 - 0.03 * mood.smile), corner], steps=6
    )
    lower = smooth(
        [
            (part[0], part[1] + drop),
            corner,
            (-0.62, 0.74 + drop - 0.02 * mood.smile),
            (-0.72, 0.77 + drop),
            (-0.745 - 0.035 * full, 0.715 + drop),
        ],
        steps=6,
    )
    if drop > 0.02:
        canvas.cut([(-0.72, 0.63), corner, (-0.7, 0.72 + drop)], (92, 30, 40))
        canvas.cut([(-0.735, 0.64), (-0.6, 0.655), (-0.6, 0.69), (-0.72, 0.7)], _WHITE)
    canvas.cut(lower, lighter(lip, 0.16))
    canvas.cut(upper, lip)
    if drop <= 0.02:
        canvas.stroke([(-0.745, 0.665), (-0.65, 0.675), corner], 0.026, darker(lip, 0.5), start=0.4, end=0.25)
    dimple: Point = (corner[0] + 0.03, corner[1] - 0.03 * mood.smile)
    canvas.stroke([(corner[0] - 0.03, corner[1]), dimple], 0.026, darker(lip, 0.4), start=0.8, end=0.1)
