"""Neck, shoulders and clothes. The words of the scene choose them: another scene, other clothes."""

import re
from dataclasses import dataclass
from random import Random

from bot.demo.brush import Canvas, Colour, Point, darker, lighter, mirrored, smooth
from bot.demo.faces import Person
from bot.demo.marks import shade_of

_CLOTH_COLOURS: dict[str, Colour] = {
    "red": (176, 52, 48), "crimson": (150, 34, 44), "blue": (58, 92, 156), "navy": (38, 50, 92), "green": (62, 112, 82),
    "black": (46, 44, 54), "white": (238, 232, 222), "grey": (128, 132, 142), "gray": (128, 132, 142),
    "yellow": (232, 190, 84), "gold": (206, 160, 70), "orange": (220, 126, 60), "purple": (104, 70, 140),
    "pink": (222, 140, 160), "brown": (112, 78, 56), "teal": (46, 122, 126), "silver": (182, 188, 198),
}  # fmt: skip
_KINDS = (
    ("armou?r|knight|plate mail", "armour", (150, 158, 172)),
    ("leather jacket|biker", "jacket", (78, 54, 44)),
    ("suit|tuxedo|business|headshot|office", "suit", (58, 64, 86)),
    ("cloak|hood(?!ie)|cape|wizard|witch|ranger", "cloak", (70, 84, 66)),
    ("hoodie|sweatshirt|streetwear", "hoodie", (98, 112, 138)),
    ("kimono|robe", "robe", (150, 66, 72)),
    ("dress|gown|evening|fashion|editorial", "dress", (164, 56, 74)),
    ("coat|raincoat|winter|snow|rain|storm", "coat", (196, 154, 72)),
    ("shirt|t-shirt|tee", "shirt", (226, 220, 208)),
)
_PLAIN = ((98, 124, 138), (168, 104, 84), (110, 122, 88), (134, 98, 126), (206, 178, 136))


@dataclass(frozen=True, slots=True)
class Clothes:
    kind: str
    colour: Colour


def clothes_of(prompt: str, seed: int) -> Clothes:
    """What the prompt dresses somebody in; a plain jumper where it says nothing."""
    text = prompt.lower()
    for pattern, kind, colour in _KINDS:
        found = re.search(rf"(\w+ )?\b(?:{pattern})", text)
        if found:
            return Clothes(kind, _CLOTH_COLOURS.get((found[1] or "").strip(), colour))
    return Clothes("jumper", Random(f"{seed}/jumper").choice(_PLAIN))


def draw_body(canvas: Canvas, person: Person, clothes: Clothes, *, length: float) -> None:
    """Neck and body down to `length` (in face units: 3 is a bust, 11 a standing figure)."""
    _neck(canvas, person)
    torso = _torso(person, min(length, 5.4))
    if length > 6:
        _legs(canvas, clothes, length)
    canvas.cut(torso, clothes.colour)
    _arms(canvas, person, clothes.colour)
    side = smooth([(0.7, 1.0), (3.4, 1.4), (3.4, 6.0), (1.2, 6.0)])
    canvas.tint(side, darker(clothes.colour, 0.5), 0.32, inside=torso, blur=0.35)
    _DETAILS.get(clothes.kind, _jumper)(canvas, person, clothes.colour)


def _neck(canvas: Canvas, person: Person) -> None:
    thick = 0.42 if person.woman else 0.52
    neck = smooth(mirrored([(0.0, 0.5), (thick, 0.6), (thick * 0.96, 1.2), (thick * 1.5, 1.62), (0.0, 1.9)]))
    canvas.cut(neck, person.skin)
    under = smooth(mirrored([(0.0, 0.9), (thick, 0.86), (thick, 1.12), (0.0, 1.36)]))
    canvas.tint(under, shade_of(person.skin), 0.85, inside=neck, blur=0.1)


def _torso(person: Person, bottom: float) -> list[Point]:
    broad = (1.62 if person.woman else 1.9) * person.build
    waist = 0.56 if person.woman else 0.68
    half: list[Point] = [(0.0, 1.52), (0.52, 1.44), (broad * 0.72, 1.66), (broad * 0.92, 2.0), (broad * 0.8, 2.9)]
    half += [(broad * waist, 4.1), (broad * 0.74, bottom), (0.0, bottom)]
    return smooth(mirrored(half))


def _arms(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Sleeves at rest, and hands: the right one in the light, the left one in the shade."""
    broad = (1.62 if person.woman else 1.9) * person.build
    for side, sleeve in ((-1, lighter(colour, 0.05)), (1, darker(colour, 0.16))):
        hand = smooth(
            [(side * broad * x, y) for x, y in ((0.86, 4.85), (0.84, 5.25), (0.95, 5.55), (1.07, 5.2), (1.06, 4.85))]
        )
        canvas.cut(hand, person.skin if side < 0 else shade_of(person.skin))
        half: list[Point] = [(0.6, 1.72), (0.94, 1.86), (1.1, 2.3), (1.16, 3.5), (1.12, 4.9), (0.84, 4.94), (0.82, 3.5)]
        shape = smooth([*((side * broad * x, y) for x, y in half), (side * broad * 0.76, 2.5)])
        canvas.cut(shape, sleeve)
        crease: list[Point] = [(side * broad * 0.77, 2.35), (side * broad * 0.8, 3.2), (side * broad * 0.83, 4.5)]
        canvas.stroke(crease, 0.06, darker(colour, 0.34), start=0.2, end=0.2)


def _legs(canvas: Canvas, clothes: Clothes, length: float) -> None:
    dark = darker(clothes.colour, 0.45)
    if clothes.kind in {"dress", "robe", "cloak"}:
        skirt = smooth(mirrored([(0.0, 4.4), (1.2, 4.6), (1.9, 8.0), (2.1, length - 0.6), (0.0, length - 0.4)]))
        canvas.cut(skirt, darker(clothes.colour, 0.12))
        return
    for side in (-1, 1):
        leg: list[Point] = [(side * 0.05, 4.6), (side * 1.3, 4.6), (side * 1.1, 7.6), (side * 0.98, length - 0.5)]
        leg += [(side * 0.28, length - 0.5), (side * 0.22, 7.6)]
        canvas.cut(smooth(leg), dark)
        boot: list[Point] = [
            (side * 0.2, length - 0.7),
            (side * 1.05, length - 0.7),
            (side * 1.35, length - 0.12),
            (side * 0.2, length - 0.12),
        ]
        canvas.cut(smooth(boot), darker(dark, 0.5))


def _jumper(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    collar = smooth(mirrored([(0.0, 1.66), (0.5, 1.34), (0.62, 1.5), (0.0, 1.9)]))
    canvas.cut(collar, lighter(colour, 0.14))


def _shirt(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut([(-0.34, 1.5), (0.34, 1.5), (0.0, 2.15)], person.skin)
    for side in (-1, 1):
        canvas.cut([(side * 0.3, 1.34), (side * 0.66, 1.6), (side * 0.4, 2.16), (0.0, 1.82)], lighter(colour, 0.2))


def _suit(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut([(-0.5, 1.44), (0.5, 1.44), (0.0, 3.5)], (240, 236, 228))
    _shirt(canvas, person, (232, 228, 220))
    if not person.woman:
        canvas.cut([(-0.12, 1.86), (0.12, 1.86), (0.2, 3.0), (0.0, 3.3), (-0.2, 3.0)], (126, 48, 54))
    for side in (-1, 1):
        canvas.cut([(side * 0.46, 1.4), (side * 0.98, 1.7), (side * 0.8, 2.6), (0.0, 3.6)], darker(colour, 0.22))


def _jacket(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    canvas.cut([(-0.46, 1.5), (0.46, 1.5), (0.3, 5.0), (-0.3, 5.0)], (226, 220, 210))
    for side in (-1, 1):
        canvas.cut(
            [(side * 0.42, 1.36), (side * 1.12, 1.66), (side * 0.86, 2.5), (side * 0.3, 2.3)], lighter(colour, 0.12)
        )
        canvas.stroke([(side * 0.36, 2.3), (side * 0.3, 5.0)], 0.05, (196, 190, 176))


def _dress(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut(smooth(mirrored([(0.0, 1.4), (0.78, 1.5), (1.1, 1.76), (0.62, 2.3), (0.0, 2.62)])), person.skin)
    canvas.tint(smooth(mirrored([(0.0, 2.5), (0.6, 2.26), (0.9, 2.6), (0.0, 2.9)])), darker(colour, 0.4), 0.4, blur=0.1)
    for number in range(9):
        x = (number - 4) * 0.13
        canvas.cut(
            smooth([(x - 0.05, 1.72), (x, 1.67 + 0.02 * abs(number - 4)), (x + 0.05, 1.72), (x, 1.78)]), (244, 232, 204)
        )


def _armour(canvas: Canvas, person: Person, colour: Colour) -> None:
    broad = (1.5 if person.woman else 1.75) * person.build
    canvas.cut(smooth(mirrored([(0.0, 1.5), (0.5, 1.28), (0.66, 1.5), (0.0, 1.92)])), darker(colour, 0.2))
    for side in (-1, 1):
        for plate in range(3):
            y = 1.86 + plate * 0.28
            shape: list[Point] = [
                (side * (broad - 0.62), y - 0.2),
                (side * broad, y - 0.34),
                (side * (broad + 0.34), y + 0.1),
            ]
            canvas.cut(smooth([*shape, (side * (broad - 0.5), y + 0.24)]), lighter(colour, 0.16 - plate * 0.07))
    canvas.stroke([(0.0, 1.95), (0.0, 5.0)], 0.06, lighter(colour, 0.5))


def _cloak(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    for side in (-1, 1):
        fold: list[Point] = [(0.0, 1.72), (side * 0.6, 1.3), (side * 1.5, 1.66), (side * 1.0, 2.5), (side * 0.2, 2.1)]
        canvas.cut(smooth(fold), lighter(colour, 0.1))
        canvas.stroke([(side * 0.7, 2.2), (side * 0.9, 5.2)], 0.1, darker(colour, 0.3), end=0.9)
    canvas.cut(smooth([(-0.16, 1.86), (0.0, 1.74), (0.16, 1.86), (0.0, 2.04)]), (214, 176, 92))


def _hoodie(canvas: Canvas, person: Person, colour: Colour) -> None:
    del person
    canvas.cut(smooth(mirrored([(0.0, 1.9), (0.66, 1.26), (1.14, 1.5), (0.7, 2.1), (0.0, 2.36)])), darker(colour, 0.18))
    for side in (-1, 1):
        canvas.stroke([(side * 0.2, 2.2), (side * 0.24, 3.1)], 0.07, (238, 234, 226))


def _robe(canvas: Canvas, person: Person, colour: Colour) -> None:
    canvas.cut([(-0.4, 1.5), (0.4, 1.5), (0.0, 2.5)], person.skin)
    for side in (1, -1):
        canvas.stroke([(side * 0.52, 1.36), (-side * 0.5, 3.4)], 0.26, (240, 228, 206))
        canvas.stroke([(side * 0.66, 1.4), (-side * 0.4, 3.6)], 0.2, lighter(colour, 0.18))


_DETAILS = {
    "shirt": _shirt, "suit": _suit, "jacket": _jacket, "dress": _dress, "armour": _armour, "cloak": _cloak,
    "hoodie": _hoodie, "robe": _robe, "coat": _jacket,
}  # fmt: skip
