"""A head turned half aside: the drawing from the front, bent, with a nose, an ear and a back of its own."""

from bot.demo.bends import HEAD_YAW, face_bend, hair_bend
from bot.demo.brush import Canvas, Point, darker, lighter, oval, smooth
from bot.demo.faces import Person
from bot.demo.hair import draw_front_hair
from bot.demo.head import draw_ear, draw_face
from bot.demo.marks import shade_of
from bot.demo.moods import Mood

_EAR = 0.86
"""Where the near ear is, to half the width of the face."""
_BARE_EARS = frozenset({"bald", "buzz", "mohawk", "crop", "quiff", "bun", "ponytail", "braids", "curls", "pixie"})


def draw_turned_head(canvas: Canvas, person: Person, mood: Mood, light: int) -> None:
    """A head that faces half to the left."""
    _back_of_head(canvas, person)
    with canvas.bent(face_bend(person, HEAD_YAW)):
        draw_face(canvas, person, mood, light, _nose)
    bare = person.hair_style in _BARE_EARS or person.pointed_ears
    with canvas.bent(hair_bend(person, HEAD_YAW)):
        draw_front_hair(canvas, person, light)
    if bare:
        draw_ear(canvas, person, person.width * _EAR, 1)


def _back_of_head(canvas: Canvas, person: Person) -> None:
    """What the turn brings into view behind the ear."""
    w = person.width
    skull: list[Point] = [
        (-w * 0.3, -1.04), (w * 0.4, -0.98), (w * 0.95, -0.62), (w * 1.08, -0.2), (w * 1.03, 0.2), (w * 0.84, 0.55),
        (w * 0.5, 0.8), (0.0, 0.7), (-w * 0.2, 0.0),
    ]  # fmt: skip
    shape = smooth(skull)
    if person.hair_style not in _BARE_EARS:
        canvas.cut([(x, min(y, 0.4)) for x, y in shape], darker(person.hair, 0.3))
        return
    canvas.cut(shape, person.skin)
    canvas.tint(oval(w * 0.95, 0.0, w * 0.42, 1.1), shade_of(person.skin), 0.6, inside=shape, blur=0.2)
    canvas.tint(oval(w * 0.2, -1.02, 1.1, 0.42), shade_of(person.skin), 0.55, inside=shape, blur=0.25)
    if person.hair_style != "bald":
        grown = smooth(
            [
                (w * 0.4, -0.8),
                (w, -0.62),
                (w * 1.12, -0.2),
                (w * 1.08, 0.2),
                (w * 0.94, 0.56),
                (w * 0.72, 0.3),
                (w * 0.6, -0.2),
            ]
        )
        shaven = person.hair_style in {"buzz", "mohawk"}
        canvas.tint(grown, person.hair if shaven else darker(person.hair, 0.24), 0.7 if shaven else 1)


def _nose(canvas: Canvas, person: Person, light: int) -> None:
    """Its bridge stands over the far cheek, its tip beyond the middle of the face."""
    del light
    shade, tip, n = shade_of(person.skin), person.nose_length, person.nose
    out = 0.1 + n * 0.5
    ridge: list[Point] = [(-0.02, -0.14), (-0.035, 0.04), (-out * 0.62, tip - 0.16), (-out, tip - 0.05)]
    under: list[Point] = [
        (-out * 0.86, tip + 0.015),
        (-0.03, tip + 0.035),
        (n * 0.8, tip + 0.02),
        (n * 0.98, tip - 0.05),
    ]
    shape = smooth([*ridge, *under, (n * 0.5, tip - 0.13), (0.04, 0.08)])
    canvas.cut(shape, person.skin)
    canvas.tint(
        smooth([(0.03, -0.1), (0.0, 0.12), (n * 0.1, tip - 0.06), (n * 0.9, tip), (n * 0.75, tip - 0.14), (0.08, 0.1)]),
        shade,
        0.6,
        blur=0.04,
    )
    canvas.tint(oval(0.0, tip + 0.035, n * 0.9, 0.045), shade, 0.6, blur=0.06)
    canvas.tint(oval(-out * 0.62, tip - 0.08, 0.045, 0.06), lighter(person.skin, 0.75), 0.55, blur=0.05)
    dark = darker(shade, 0.3)
    canvas.stroke([*ridge[1:], under[0]], 0.018, darker(shade, 0.12), start=0.1, end=0.6)
    canvas.stroke(
        [(n * 0.72, tip - 0.09), (n * 0.98, tip - 0.03), (n * 0.62, tip + 0.012)], 0.024, dark, start=0.1, end=0.3
    )
    canvas.stroke([(-out * 0.7, tip + 0.018), (-out * 0.4, tip), (-0.01, tip + 0.028)], 0.03, dark, start=0.2, end=0.2)
