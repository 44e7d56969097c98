"""What tells one garment from another: its front, its back, and its sleeves, laid over a plain body.

Fronts and backs are drawn as from the front; sleeves in shares of the shoulders' width, 0.95 the middle of an arm.
"""

from collections.abc import Callable
from typing import Final

from bot.demo import outerwear as outer
from bot.demo.brush import Canvas, Colour, Point, darker, lighter, mirrored, oval, ribbon, smooth
from bot.demo.faces import Person

Detail = Callable[[Canvas, Person, Colour], None]


def _jumper(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    collar = smooth(mirrored([(0.0, 1.66), (0.5, 1.34), (0.62, 1.5), (0.0, 1.9)]))
    canvas.cut(collar, lighter(colour, 0.14))


def _tee(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut(smooth(mirrored([(0.0, 1.4), (0.5, 1.34), (0.56, 1.5), (0.0, 1.94)])), person.skin)
    canvas.stroke(
        [(-0.6, 1.42), (-0.4, 1.76), (0.0, 1.95), (0.4, 1.76), (0.6, 1.42)], 0.1, darker(colour, 0.12), start=1, end=1
    )


def _shirt(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut([(-0.36, 1.4), (0.36, 1.4), (0.0, 2.15)], person.skin)
    canvas.stroke([(0.0, 2.1), (0.0, 5.3)], 0.2, lighter(colour, 0.3), start=1, end=1)
    canvas.stroke([(0.11, 2.1), (0.11, 5.3)], 0.025, darker(colour, 0.25), start=1, end=1)
    for button in range(5):
        canvas.cut(oval(0.0, 2.38 + button * 0.62, 0.04, 0.04, points=10), darker(colour, 0.4))
    for side in (-1, 1):
        shape: list[Point] = [(side * 0.3, 1.34), (side * 0.66, 1.6), (side * 0.4, 2.16), (0.0, 1.82)]
        canvas.tint([(x, y + 0.07) for x, y in shape], darker(colour, 0.5), 0.35)
        canvas.cut(shape, lighter(colour, 0.2))


def _sweater(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Cables down the front, and a collar as thick as they are."""
    del person
    dark, light = darker(colour, 0.2), lighter(colour, 0.22)
    for column in (-0.72, 0.0, 0.72):
        for edge in (-0.2, 0.2):
            canvas.stroke([(column + edge, 1.95), (column + edge, 5.3)], 0.035, dark, start=1, end=1)
        for row in range(10):
            y = 2.1 + row * 0.33
            for side in (-1, 1):
                canvas.cut(
                    oval(column + side * 0.065, y, 0.075, 0.17, turn=side * 0.55, points=14),
                    light if side < 0 else dark,
                )


def _thick_collar(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    dark = darker(colour, 0.2)
    collar = smooth(mirrored([(0.0, 1.42), (0.46, 1.2), (0.66, 1.36), (0.6, 1.66), (0.0, 1.96)]))
    canvas.cut(collar, lighter(colour, 0.1))
    for x in (-0.45, -0.3, -0.15, 0.0, 0.15, 0.3, 0.45):
        canvas.tint(ribbon([(x, 1.2), (x, 2.0)], 0.04, start=1, end=1), dark, 0.7, inside=collar)


def _roll_neck(canvas: Canvas, person: Person, colour: Colour) -> None:
    thick = 0.48 if person.woman else 0.58
    collar = smooth(mirrored([(0.0, 1.14), (thick, 1.02), (thick + 0.03, 1.4), (thick + 0.22, 1.64), (0.0, 1.86)]))
    canvas.cut(collar, lighter(colour, 0.1))
    canvas.stroke([(-thick, 1.34), (0.0, 1.5), (thick, 1.34)], 0.05, darker(colour, 0.3), start=0.6, end=0.6)
    canvas.stroke(
        [(-thick - 0.2, 1.66), (0.0, 1.88), (thick + 0.2, 1.66)], 0.05, darker(colour, 0.36), start=0.4, end=0.4
    )


def _smooth_knit(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    canvas.stroke([(-1.1, 5.1), (0.0, 5.2), (1.1, 5.1)], 0.05, darker(colour, 0.3), start=1, end=1)


def _hoodie(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    canvas.cut(smooth(mirrored([(0.0, 1.9), (0.66, 1.26), (1.14, 1.5), (0.7, 2.1), (0.0, 2.36)])), darker(colour, 0.18))
    for side in (-1, 1):
        canvas.stroke([(side * 0.2, 2.2), (side * 0.24, 3.1)], 0.07, (238, 234, 226))
    canvas.cut([(-0.6, 4.0), (0.6, 4.0), (0.86, 5.0), (-0.86, 5.0)], darker(colour, 0.12))


def _dress(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut(smooth(mirrored([(0.0, 1.4), (0.78, 1.5), (1.1, 1.76), (0.62, 2.3), (0.0, 2.62)])), person.skin)
    canvas.tint(smooth(mirrored([(0.0, 2.5), (0.6, 2.26), (0.9, 2.6), (0.0, 2.9)])), darker(colour, 0.4), 0.4, blur=0.1)
    _necklace(canvas)


def _gown(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Bare shoulders, and a heart-shaped neckline."""
    broad = person.shoulders
    edge: list[Point] = [(broad * 0.84, 2.56), (broad * 0.66, 2.4), (0.5, 2.16), (0.2, 2.3), (0.0, 2.54)]
    canvas.cut([*edge, *((-x, y) for x, y in reversed(edge)), (-broad * 0.84, 2.6), (broad * 0.84, 2.6)], colour)
    line = [*edge, *((-x, y) for x, y in reversed(edge[:-1]))]
    canvas.stroke(line, 0.09, lighter(colour, 0.35), start=1, end=1)
    for spark in range(14):
        x, y = (spark * 0.618 % 1 - 0.5) * 1.5, 2.8 + (spark * 0.414 % 1) * 1.0
        canvas.cut(oval(x, y, 0.022, 0.022, points=8), lighter(colour, 0.7))
    _necklace(canvas)


def _necklace(canvas: Canvas) -> None:
    for number in range(9):
        x = (number - 4) * 0.13
        y = 1.72 - 0.012 * (number - 4) ** 2
        canvas.cut(oval(x, y, 0.052, 0.056, points=12), (244, 232, 204))


def _robe(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut([(-0.42, 1.4), (0.42, 1.4), (0.0, 2.5)], person.skin)
    for side in (1, -1):
        canvas.stroke([(side * 0.52, 1.36), (-side * 0.5, 3.4)], 0.26, (240, 228, 206))
        canvas.stroke([(side * 0.66, 1.4), (-side * 0.4, 3.6)], 0.2, lighter(colour, 0.18))


def _back(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Most garments from behind: a collar, and the blades under the cloth."""
    del person
    canvas.cut(smooth(mirrored([(0.0, 1.4), (0.5, 1.32), (0.62, 1.5), (0.0, 1.62)])), lighter(colour, 0.14))
    for side in (-1, 1):
        blade: list[Point] = [(side * 0.86, 2.3), (side * 0.66, 2.9), (side * 0.4, 3.3)]
        canvas.tint(ribbon(blade, 0.16), darker(colour, 0.5), 0.35, blur=0.06)
    canvas.tint(ribbon([(0.0, 1.9), (0.02, 3.4), (0.0, 5.2)], 0.1), darker(colour, 0.5), 0.3, blur=0.05)


def _bare_back(canvas: Canvas, person: Person, colour: Colour) -> None:
    del colour
    canvas.cut(
        smooth(mirrored([(0.0, 1.36), (0.52, 1.42), (1.1, 1.62), (0.96, 2.3), (0.4, 3.1), (0.0, 3.3)])), person.skin
    )
    canvas.tint(ribbon([(0.0, 1.7), (0.01, 2.5), (0.0, 3.2)], 0.08), darker(person.skin, 0.4), 0.4, blur=0.04)


def _hood_back(canvas: Canvas, person: Person, colour: Colour) -> None:
    _back(canvas, person, colour)
    hood = smooth(mirrored([(0.0, 1.3), (0.62, 1.26), (0.98, 1.6), (0.72, 2.4), (0.0, 2.76)]))
    canvas.tint([(x, y + 0.12) for x, y in hood], darker(colour, 0.6), 0.4, blur=0.1)
    canvas.cut(hood, lighter(colour, 0.08))
    canvas.stroke([(-0.6, 1.5), (0.0, 1.86), (0.6, 1.5)], 0.08, darker(colour, 0.3), start=0.2, end=0.2)


FRONTS: Final[dict[str, Detail]] = {
    "jumper": _jumper, "tee": _tee, "shirt": _shirt, "sweater": _sweater, "turtleneck": _smooth_knit, "hoodie": _hoodie,
    "dress": _dress, "gown": _gown, "robe": _robe, "jacket": outer.jacket, "denim": outer.denim, "suit": outer.suit,
    "three-piece": outer.three_piece, "chef": outer.chef, "armour": outer.armour, "raincoat": outer.raincoat,
    "coat": outer.coat, "cloak": outer.cloak,
}  # fmt: skip
BACKS: Final[dict[str, Detail]] = dict.fromkeys(FRONTS, _back) | {
    "turtleneck": _smooth_knit, "sweater": _sweater, "hoodie": _hood_back, "raincoat": _hood_back, "dress": _bare_back,
    "gown": _bare_back, "suit": outer.vented_back, "three-piece": outer.vented_back, "coat": outer.vented_back,
    "jacket": outer.yoked_back, "denim": outer.yoked_back, "armour": outer.armour, "cloak": outer.cloak_back,
}  # fmt: skip
# What goes round a neck looks the same from every side.
COLLARS: Final[dict[str, Detail]] = {"turtleneck": _roll_neck, "sweater": _thick_collar, "armour": outer.gorget}
SLEEVES: Final[dict[str, Callable[[Canvas, Colour], None]]] = {
    "armour": outer.pauldron, "suit": outer.cuff, "three-piece": outer.cuff, "chef": outer.cuff, "sweater": outer.rib,
    "jumper": outer.rib, "denim": outer.rib,
}  # fmt: skip
