"""A body in its clothes, from the front, turned aside, or from behind. The garments' fronts and backs are elsewhere."""

import math
from dataclasses import dataclass
from typing import Final

from bot.demo.angles import View
from bot.demo.bends import BODY_YAW, FLAT, SIDE_YAW, breadth, chest_bend
from bot.demo.brush import Bend, Canvas, Colour, Point, darker, lighter, mirrored, oval, ribbon, smooth
from bot.demo.faces import Person
from bot.demo.garments import BACKS, COLLARS, FRONTS, SLEEVES
from bot.demo.marks import shade_of
from bot.demo.wardrobe import Clothes

_YAWS = {View.FRONT: 0.0, View.THREE_QUARTER: BODY_YAW, View.PROFILE: SIDE_YAW, View.BACK: 0.0, View.AWAY: BODY_YAW}
# Where the middle of the body is to that of the head.
_CENTRES = {View.PROFILE: 0.26, View.AWAY: 0.2}
_LEATHER = (104, 70, 48)
_WHOLE = 6.0
"""Longer than this, a body has legs."""


@dataclass(frozen=True, slots=True)
class _Stance:
    """How a body is turned: by `yaw` to the left, about `centre`, with shoulders of `broad` to each side.

    One that is seen from `behind` turns its back to the right when it turns to the left.
    """

    yaw: float
    centre: float
    broad: float
    behind: bool

    @property
    def aside(self) -> float:
        """0 from the front, 1 from the side."""
        return self.yaw / SIDE_YAW

    def arm(self, side: int) -> float:
        """The middle of an arm."""
        return self.centre + side * self.broad * 0.95 * math.cos(self.yaw)

    def trunk(self, point: Point) -> Point:
        """For outlines, which only grow narrower."""
        return self._upright((point[0] * breadth(self.yaw, FLAT + 0.06), point[1]))

    def front(self) -> Bend:
        """For what lies on the front, or on the back, which moves aside."""
        chest, hand = chest_bend(self.broad, self.yaw), -1 if self.behind else 1

        def bend(point: Point) -> Point:
            x, y = chest((hand * point[0], point[1]))
            return self._upright((hand * x, y))

        return bend

    def collar(self, point: Point) -> Point:
        """For what goes round the neck."""
        return (point[0] + self.centre * 0.9, point[1])

    def _upright(self, point: Point) -> Point:
        # From the side, a chest is before the hips and the neck; who looks back lifts the shoulder to the chin.
        x, y = point
        chest = -0.12 * self.aside * max(0.0, 1 - abs(y - 2.7) / 1.3)
        return (x + self.centre + chest, y - self.lift(x, y))

    def lift(self, x: float, y: float) -> float:
        """How much higher the near shoulder is."""
        if not (self.behind and self.yaw):
            return 0.0
        return 0.42 * max(0.0, min(1.0, -x / self.broad)) * max(0.0, min(1.0, (5.0 - y) / 3.0))


def draw_body(canvas: Canvas, person: Person, clothes: Clothes, *, length: float, view: View) -> None:
    """Neck and body down to `length` (in face units: 3 is a bust, 11 a standing figure)."""
    behind = view in {View.BACK, View.AWAY}
    stance = _Stance(_YAWS[view], _CENTRES.get(view, 0.0), person.shoulders, behind)
    _neck(canvas, person, view)
    if length > _WHOLE:
        _legs(canvas, clothes, length, stance)
    near = -1 if view is View.AWAY else 1
    if view in {View.THREE_QUARTER, View.AWAY}:
        _arm(canvas, person, clothes, -near, stance)
    with canvas.bent(stance.trunk):
        _trunk(canvas, person, clothes, length)
    if view is View.PROFILE and clothes.kind != "gown":
        _nape(canvas, clothes, stance)
    # From the side, the near arm lies over the front of the garment; a cloak lies over both arms.
    over = stance.yaw > 0 and clothes.kind != "cloak"
    if stance.yaw == 0:
        _arm(canvas, person, clothes, -1, stance)
    if not over:
        _arm(canvas, person, clothes, near, stance)
    with canvas.bent(stance.front()):
        (BACKS if behind else FRONTS)[clothes.kind](canvas, person, clothes.colour)
    if clothes.kind in COLLARS:
        with canvas.bent(stance.collar):
            COLLARS[clothes.kind](canvas, person, clothes.colour)
    if over:
        _arm(canvas, person, clothes, near, stance)


def _nape(canvas: Canvas, clothes: Clothes, stance: _Stance) -> None:
    """From the side, cloth climbs from the shoulder to the nape."""
    rise: list[Point] = [(-0.2, 1.7), (0.16, 1.6), (0.5, 1.36), (0.68, 1.5), (0.86, 2.1), (0.0, 2.4)]
    shape = smooth([(stance.centre + x * stance.broad / 1.7, y) for x, y in rise])
    canvas.cut(shape, darker(clothes.colour, 0.1))


def _neck(canvas: Canvas, person: Person, view: View) -> None:
    thick = 0.42 if person.woman else 0.52
    neck = smooth(mirrored([(0.0, 0.5), (thick, 0.6), (thick * 0.96, 1.2), (thick * 1.5, 1.62), (0.0, 1.9)]))
    under = smooth(mirrored([(0.0, 0.9), (thick, 0.86), (thick, 1.12), (0.0, 1.36)]))
    if view is View.PROFILE:
        front, back = 0.22 - thick, 0.24 + thick
        neck = smooth(
            [
                (front, 0.6),
                (front + 0.02, 1.15),
                (front - 0.2, 1.7),
                (back + 0.14, 1.66),
                (back - 0.02, 1.1),
                (back - 0.14, 0.3),
            ]
        )
        under = smooth([(front - 0.1, 0.8), (0.3, 0.6), (0.8, 0.56), (0.6, 0.76), (0.24, 1.1), (front, 1.24)])
    elif view in {View.BACK, View.AWAY}:
        under = smooth(mirrored([(0.0, 0.6), (thick, 0.56), (thick, 0.9), (0.0, 1.08)]))
    canvas.cut(neck, person.skin)
    canvas.tint(under, shade_of(person.skin), 0.85, inside=neck, blur=0.1)
    if view is View.PROFILE:
        canvas.tint(oval(0.24 + thick, 0.9, 0.4, 0.9), shade_of(person.skin), 0.6, inside=neck, blur=0.2)


def _trunk(canvas: Canvas, person: Person, clothes: Clothes, length: float) -> None:
    """The body of the garment, and what hangs from the hips."""
    broad, colour = person.shoulders, clothes.colour
    torso = _torso(person, 5.4)
    side = smooth([(0.7, 1.0), (3.4, 1.4), (3.4, 6.0), (1.2, 6.0)])
    if clothes.kind == "gown":
        canvas.cut(torso, person.skin)
        canvas.tint(side, shade_of(person.skin), 0.6, inside=torso, blur=0.35)
        torso = [(x, max(y, 2.54)) for x, y in torso]
    canvas.cut(torso, colour)
    canvas.tint(side, darker(colour, 0.5), 0.32, inside=torso, blur=0.35)
    hem = min(clothes.cut.hem, length - 0.4)
    if length > _WHOLE and hem > 6:
        _skirt(canvas, broad, clothes, hem)
    if clothes.cut.belt:
        belt = [
            (-3, 4.14),
            (0, 4.24),
            (3, 4.14),
            (3, 4.14 - clothes.cut.belt),
            (0, 4.24 - clothes.cut.belt),
            (-3, 4.14 - clothes.cut.belt),
        ]
        canvas.tint(belt, _LEATHER if clothes.kind == "armour" else darker(colour, 0.34), 1, inside=_torso(person, 5.4))


def _torso(person: Person, bottom: float) -> list[Point]:
    broad = person.shoulders
    waist = 0.56 if person.woman else 0.68
    half: list[Point] = [(0.0, 1.52), (0.52, 1.44), (broad * 0.72, 1.66), (broad * 0.92, 2.0), (broad * 0.8, 2.9)]
    half += [(broad * waist, 4.1), (broad * 0.74, bottom), (0.0, bottom)]
    return smooth(mirrored(half))


def _skirt(canvas: Canvas, broad: float, clothes: Clothes, hem: float) -> None:
    flare = {"gown": 1.5, "dress": 1.16, "robe": 0.95}.get(clothes.kind, 0.98)
    side = smooth(
        [(broad * 0.5, 4.0), (broad * 0.58, 4.2), (broad * 0.78, 5.3), (broad * flare, hem - 0.06)], closed=False
    )
    shape = mirrored([(0.0, 4.0), *side, (0.0, hem)])
    canvas.cut(shape, clothes.colour)
    shade = darker(clothes.colour, 0.5)
    canvas.tint(smooth([(0.5, 4.4), (3.4, 4.4), (3.4, hem + 1), (0.9, hem + 1)]), shade, 0.34, inside=shape, blur=0.35)
    for fold in (-0.62, -0.3, 0.06, 0.4, 0.7):
        path: list[Point] = [
            (broad * fold * 0.6, 5.0),
            (broad * fold * flare * 0.8, hem * 0.6 + 2),
            (broad * fold * flare, hem),
        ]
        canvas.tint(ribbon(path, 0.16, end=1), shade, 0.3, inside=shape)


# In shares of the shoulders' width: 0.95 is the middle of an arm.
_HAND: Final = ((0.86, 4.85), (0.84, 5.25), (0.95, 5.55), (1.07, 5.2), (1.06, 4.85))
_BARE: Final = (
    (0.66, 1.74),
    (0.94, 1.86),
    (1.08, 2.3),
    (1.1, 3.5),
    (1.05, 4.95),
    (0.88, 4.98),
    (0.85, 3.5),
    (0.76, 2.5),
)
_LONG: Final = ((0.6, 1.72), (0.94, 1.86), (1.1, 2.3), (1.16, 3.5), (1.12, 4.9), (0.84, 4.94), (0.82, 3.5), (0.76, 2.5))
_SHORT: Final = ((0.6, 1.72), (0.94, 1.86), (1.12, 2.3), (1.22, 3.02), (0.98, 3.16), (0.74, 3.1), (0.76, 2.5))


def _arm(canvas: Canvas, person: Person, clothes: Clothes, side: int, stance: _Stance) -> None:
    """A sleeve at rest, and a hand: the right one in the light, the left one in the shade."""
    at, sleeves = stance.arm(side), clothes.cut.sleeves
    skin = person.skin if side < 0 else shade_of(person.skin)
    cloth = lighter(clothes.colour, 0.05) if side < 0 else darker(clothes.colour, 0.16)

    def placed(point: Point) -> Point:
        x, y = at + side * stance.broad * (point[0] - 0.95), point[1]
        return (x, y - stance.lift(x - stance.centre, y))

    with canvas.bent(placed):
        canvas.cut(smooth(_HAND), skin)
        if sleeves != "long":
            canvas.cut(smooth(_BARE), skin)
        if sleeves == "none":
            return
        canvas.cut(smooth(_LONG if sleeves == "long" else _SHORT), cloth)
        crease = (
            [(0.77, 2.35), (0.8, 3.2), (0.83, 4.5)] if sleeves == "long" else [(0.77, 2.35), (0.8, 2.7), (0.8, 3.05)]
        )
        canvas.tint(ribbon(crease, 0.05), darker(clothes.colour, 0.34), 1)
        trim = SLEEVES.get(clothes.kind)
        if trim is not None:
            trim(canvas, cloth)


def _legs(canvas: Canvas, clothes: Clothes, length: float, stance: _Stance) -> None:
    metal = clothes.kind == "armour"
    for side in (-1, 1):
        at = stance.centre + side * 0.66 * (1 - 0.8 * stance.aside)
        colour = darker(clothes.legs, 0.12) if side > 0 else clothes.legs
        thigh = 0.56 - 0.04 * stance.aside
        half: list[Point] = [
            (0.0, 4.7),
            (0.34, 4.7),
            (thigh, 5.7),
            (0.46, 7.6),
            (0.34, length - 0.5),
            (0.0, length - 0.5),
        ]
        canvas.cut([(at + x, y) for x, y in smooth(mirrored(half))], colour)
        if metal:
            knee = smooth([(at - 0.42, 7.7), (at, 7.4), (at + 0.42, 7.7), (at, 8.3)])
            canvas.cut(knee, lighter(clothes.colour, 0.2))
            canvas.stroke([(at, 8.4), (at, length - 0.9)], 0.08, lighter(clothes.colour, 0.3), start=0.4)
        way = -1 if stance.yaw else side
        _boot(canvas, darker(clothes.legs, 0.5), at, way, length, 0.3 + 0.36 * stance.aside)


def _boot(canvas: Canvas, colour: Colour, at: float, way: int, length: float, toe: float) -> None:
    boot: list[Point] = [
        (-0.42, length - 0.72),
        (0.36, length - 0.72),
        (0.38 + toe, length - 0.3),
        (0.36 + toe, length - 0.12),
        (-0.42, length - 0.12),
    ]
    canvas.cut(smooth([(at + way * x, y) for x, y in boot]), colour)
