"""What is worn over other clothes: suits, coats, a cloak, armour. See `bot.demo.garments`."""

from typing import Final

from bot.demo.brush import Canvas, Colour, Point, darker, lighter, mirrored, oval, ribbon, smooth
from bot.demo.faces import Person

_SHIRT: Final[Colour] = (240, 236, 228)
_BRASS: Final[Colour] = (206, 170, 96)


def _collar(canvas: Canvas, person: Person, colour: Colour) -> None:
    """An open shirt under a jacket."""
    canvas.cut([(-0.36, 1.4), (0.36, 1.4), (0.0, 2.15)], person.skin)
    for side in (-1, 1):
        canvas.cut([(side * 0.3, 1.34), (side * 0.66, 1.6), (side * 0.4, 2.16), (0.0, 1.82)], lighter(colour, 0.2))


def _lapels(canvas: Canvas, colour: Colour, low: float) -> None:
    for side in (-1, 1):
        lapel: list[Point] = [(side * 0.46, 1.4), (side * 0.98, 1.7), (side * 0.86, 2.5), (side * 0.04, low)]
        canvas.cut(lapel, darker(colour, 0.22))
        canvas.stroke([(side * 0.95, 2.02), (side * 0.76, 1.98)], 0.04, darker(colour, 0.5), start=1, end=1)


def suit(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Over a white shirt, for men with a tie."""
    canvas.cut([(-0.5, 1.44), (0.5, 1.44), (0.0, 3.5)], _SHIRT)
    _collar(canvas, person, (232, 228, 220))
    if not person.woman:
        canvas.cut([(-0.12, 1.86), (0.12, 1.86), (0.2, 3.0), (0.0, 3.3), (-0.2, 3.0)], (126, 48, 54))
    _lapels(canvas, colour, 3.6)
    canvas.stroke([(0.02, 3.6), (0.05, 5.35)], 0.04, darker(colour, 0.5), start=1, end=1)
    canvas.cut(oval(0.1, 3.86, 0.06, 0.06, points=12), darker(colour, 0.6))
    canvas.stroke([(0.62, 2.92), (1.0, 2.86)], 0.06, darker(colour, 0.4), start=1, end=1)


def three_piece(canvas: Canvas, person: Person, colour: Colour) -> None:
    """A waistcoat with a watch chain, and a bow tie."""
    del person
    canvas.cut([(-0.6, 1.42), (0.6, 1.42), (0.8, 5.2), (0.0, 5.5), (-0.8, 5.2)], lighter(colour, 0.2))
    canvas.cut([(-0.5, 1.44), (0.5, 1.44), (0.0, 2.86)], _SHIRT)
    for side in (-1, 1):
        canvas.cut([(side * 0.3, 1.34), (side * 0.62, 1.56), (side * 0.36, 1.96), (0.0, 1.7)], (250, 246, 238))
        canvas.cut([(0.0, 1.8), (side * 0.3, 1.66), (side * 0.3, 1.98)], (104, 34, 44))
        lapel: list[Point] = [(side * 0.52, 1.38), (side * 1.1, 1.72), (side * 0.98, 2.7), (side * 0.5, 4.1)]
        canvas.cut(lapel, darker(colour, 0.26))
        canvas.stroke([(side * 0.52, 4.0), (side * 0.84, 5.3)], 0.05, darker(colour, 0.5), start=1, end=1)
    canvas.cut(oval(0, 1.82, 0.08, 0.08, points=12), (80, 26, 36))
    canvas.stroke([(0.0, 2.9), (0.0, 5.3)], 0.03, darker(colour, 0.3), start=1, end=1)
    for button in range(4):
        canvas.cut(oval(0.07, 3.1 + button * 0.46, 0.045, 0.045, points=10), darker(colour, 0.6))
    canvas.stroke([(-0.5, 3.9), (-0.24, 4.2), (0.06, 4.02)], 0.045, _BRASS, start=1, end=1)
    canvas.cut([(0.66, 2.5), (0.74, 2.28), (0.82, 2.44), (0.92, 2.26), (0.96, 2.48)], _SHIRT)


def jacket(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Leather: open over a light shirt, with zips."""
    canvas.cut([(-0.46, 1.5), (0.46, 1.5), (0.3, 5.2), (-0.3, 5.2)], (226, 220, 210))
    canvas.cut(smooth(mirrored([(0.0, 1.38), (0.42, 1.34), (0.42, 1.5), (0.0, 1.8)])), person.skin)
    for side in (-1, 1):
        canvas.cut(
            [(side * 0.42, 1.36), (side * 1.12, 1.66), (side * 0.86, 2.5), (side * 0.3, 2.3)], lighter(colour, 0.12)
        )
        canvas.stroke([(side * 0.36, 2.3), (side * 0.3, 5.2)], 0.05, (196, 190, 176), start=1, end=1)
        canvas.stroke([(side * 0.62, 3.7), (side * 0.96, 4.5)], 0.045, (196, 190, 176), start=1, end=1)
    canvas.tint(ribbon([(-1.0, 2.2), (-0.86, 3.0), (-0.8, 3.8)], 0.2), lighter(colour, 0.5), 0.35, blur=0.08)


def denim(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Pockets on the chest, and ochre seams."""
    seam: Colour = (206, 158, 92)
    canvas.cut([(-0.4, 1.5), (0.4, 1.5), (0.16, 3.0), (-0.16, 3.0)], (226, 220, 210))
    canvas.cut(smooth(mirrored([(0.0, 1.38), (0.42, 1.34), (0.42, 1.5), (0.0, 1.8)])), person.skin)
    canvas.stroke([(0.0, 2.9), (0.0, 5.3)], 0.18, lighter(colour, 0.12), start=1, end=1)
    for side in (-1, 1):
        canvas.cut(
            [(side * 0.34, 1.34), (side * 0.96, 1.6), (side * 0.66, 2.2), (side * 0.18, 1.98)], lighter(colour, 0.24)
        )
        pocket: list[Point] = [
            (side * 0.42, 2.56),
            (side * 1.02, 2.56),
            (side * 1.02, 2.78),
            (side * 0.72, 2.92),
            (side * 0.42, 2.78),
        ]
        canvas.cut(pocket, lighter(colour, 0.1))
        canvas.stroke([pocket[0], pocket[1]], 0.025, seam, start=1, end=1)
        canvas.cut(oval(side * 0.72, 2.8, 0.035, 0.035, points=8), _BRASS)
        canvas.stroke([(side * 0.5, 2.94), (side * 0.3, 5.1)], 0.025, seam, start=1, end=1)
        canvas.stroke([(side * 0.2, 2.0), (side * 0.1, 2.95)], 0.025, seam, start=1, end=1)
    for button in range(4):
        canvas.cut(oval(0.0, 3.1 + button * 0.52, 0.05, 0.05, points=10), _BRASS)


def chef(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Double-breasted, with a neckerchief."""
    del person
    fold = darker(colour, 0.28)
    canvas.stroke([(0.56, 1.62), (0.7, 2.4), (0.6, 4.0), (0.62, 5.3)], 0.04, fold, start=1, end=1)
    for side in (-1, 1):
        for row in range(5):
            y = 2.24 + row * 0.62
            canvas.tint(oval(side * 0.4 + 0.02, y + 0.03, 0.085, 0.085, points=14), fold, 0.6)
            canvas.cut(oval(side * 0.4, y, 0.08, 0.08, points=14), (72, 78, 94))
        canvas.cut([(0.0, 1.72), (side * 0.5, 1.16), (side * 0.66, 1.44), (side * 0.12, 1.94)], lighter(colour, 0.4))
        canvas.stroke([(side * 0.64, 1.46), (side * 0.12, 1.94)], 0.035, fold, start=1, end=1)
    scarf: Colour = (172, 52, 50)
    canvas.cut(smooth(mirrored([(0.0, 1.46), (0.46, 1.2), (0.4, 1.48), (0.0, 1.8)])), scarf)
    for side in (-1, 1):
        canvas.cut([(0.0, 1.66), (side * 0.1, 1.74), (side * 0.26, 2.14), (side * 0.04, 2.02)], darker(scarf, 0.16))
    canvas.cut(oval(0.0, 1.7, 0.11, 0.1, points=14), lighter(scarf, 0.12))


def armour(canvas: Canvas, person: Person, colour: Colour) -> None:
    """A breastplate with a ridge, and plates that hang from a belt."""
    broad = person.shoulders
    plate = smooth(mirrored([(0.0, 1.7), (broad * 0.6, 1.8), (broad * 0.7, 2.6), (broad * 0.5, 3.9), (0.0, 4.2)]))
    canvas.cut(plate, lighter(colour, 0.1))
    canvas.tint(oval(0.9, 3.0, 0.8, 1.6), darker(colour, 0.5), 0.4, inside=plate, blur=0.3)
    canvas.tint(oval(-0.5, 2.5, 0.22, 0.6, turn=0.2), (255, 255, 255), 0.5, inside=plate, blur=0.16)
    canvas.stroke([(0.0, 1.95), (0.0, 4.15)], 0.06, lighter(colour, 0.5))
    canvas.cut(oval(0.0, 4.34, 0.15, 0.14, points=14), _BRASS)
    for row in range(3):
        y, reach = 4.52 + row * 0.36, 1.04 + row * 0.1
        lame = [
            (-reach, y),
            (0.0, y + 0.1),
            (reach, y),
            (reach + 0.06, y + 0.42),
            (0.0, y + 0.54),
            (-reach - 0.06, y + 0.42),
        ]
        canvas.cut(lame, lighter(colour, 0.16 - row * 0.09))
        canvas.stroke(
            [(-reach - 0.06, y + 0.42), (0.0, y + 0.54), (reach + 0.06, y + 0.42)],
            0.03,
            darker(colour, 0.4),
            start=1,
            end=1,
        )


def gorget(canvas: Canvas, person: Person, colour: Colour) -> None:
    """The collar of an armour."""
    del person
    canvas.cut(smooth(mirrored([(0.0, 1.42), (0.5, 1.14), (0.72, 1.5), (0.0, 1.98)])), darker(colour, 0.16))
    canvas.stroke([(-0.62, 1.42), (0.0, 1.78), (0.62, 1.42)], 0.06, lighter(colour, 0.4), start=0.6, end=0.6)


def pauldron(canvas: Canvas, colour: Colour) -> None:
    """Plates on the shoulder, and the joints of the arm."""
    dome = smooth(
        [(0.56, 1.96), (0.66, 1.62), (0.92, 1.52), (1.18, 1.78), (1.28, 2.3), (1.2, 2.66), (0.92, 2.6), (0.66, 2.42)]
    )
    canvas.cut(dome, lighter(colour, 0.14))
    canvas.tint(oval(0.84, 1.86, 0.14, 0.2), (255, 255, 255), 0.5, inside=dome, blur=0.1)
    for y in (2.06, 2.34):
        canvas.stroke(
            [(0.6, y - 0.06), (0.92, y + 0.12), (1.26, y + 0.06)], 0.05, darker(colour, 0.36), start=0.6, end=0.6
        )
    canvas.cut(smooth([(0.78, 3.5), (0.98, 3.3), (1.2, 3.5), (0.98, 3.8)]), lighter(colour, 0.24))
    canvas.cut([(0.8, 4.7), (1.15, 4.68), (1.1, 5.3), (0.84, 5.3)], darker(colour, 0.2))


def raincoat(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Closed to the chin, with a hood, a flap over the zip, and a wet shine."""
    del person
    canvas.cut(
        smooth(mirrored([(0.0, 1.78), (0.56, 1.12), (1.1, 1.46), (0.72, 1.96), (0.0, 2.2)])), lighter(colour, 0.14)
    )
    canvas.cut(smooth(mirrored([(0.0, 1.7), (0.44, 1.2), (0.6, 1.36), (0.0, 1.94)])), darker(colour, 0.3))
    canvas.cut([(-0.14, 1.9), (0.22, 1.9), (0.22, 7.6), (-0.14, 7.6)], lighter(colour, 0.1))
    canvas.stroke([(0.23, 1.9), (0.23, 7.6)], 0.04, darker(colour, 0.36), start=1, end=1)
    for row in range(5):
        canvas.cut(oval(0.04, 2.3 + row * 0.72, 0.07, 0.07, points=12), darker(colour, 0.5))
    for side in (-1, 1):
        canvas.cut(
            [(side * 0.44, 4.3), (side * 1.0, 4.16), (side * 1.02, 4.5), (side * 0.46, 4.64)], darker(colour, 0.16)
        )
    canvas.tint(ribbon([(-0.7, 2.1), (-0.64, 2.9), (-0.56, 3.7)], 0.14), (255, 255, 255), 0.5, blur=0.05)
    canvas.tint(ribbon([(-0.6, 5.2), (-0.74, 6.2), (-0.8, 7.2)], 0.14), (255, 255, 255), 0.35, blur=0.06)


def coat(canvas: Canvas, person: Person, colour: Colour) -> None:
    """Double-breasted, with a scarf."""
    del person
    _lapels(canvas, colour, 3.4)
    scarf: Colour = (148, 60, 58)
    canvas.cut(smooth(mirrored([(0.0, 1.2), (0.56, 1.12), (0.7, 1.46), (0.0, 1.86)])), scarf)
    canvas.cut([(-0.3, 1.5), (0.1, 1.6), (0.06, 2.9), (-0.34, 2.84)], darker(scarf, 0.14))
    canvas.stroke([(0.3, 3.0), (0.3, 8.1)], 0.04, darker(colour, 0.4), start=1, end=1)
    for side in (-1, 1):
        for row in range(3):
            canvas.cut(oval(side * 0.34, 3.4 + row * 0.95, 0.08, 0.08, points=12), darker(colour, 0.6))


def cloak(canvas: Canvas, person: Person, colour: Colour) -> None:
    """It hangs over both arms, and opens on a tunic."""
    broad = person.shoulders
    _hanging(canvas, broad, colour, 11.4)
    canvas.cut(
        [(0.0, 1.7), (0.26, 2.6), (0.46, 4.8), (0.76, 11.16), (-0.76, 11.16), (-0.42, 4.8), (-0.24, 2.6)],
        (134, 116, 92),
    )
    canvas.stroke([(-0.4, 4.5), (0.0, 4.58), (0.42, 4.5)], 0.2, (92, 62, 44), start=1, end=1)
    for side in (-1, 1):
        edge: list[Point] = [
            (side * 0.08, 1.9),
            (side * 0.3, 2.8),
            (side * 0.5, 4.8),
            (side * 0.72, 9.0),
            (side * 0.8, 11.2),
        ]
        canvas.stroke(edge, 0.14, lighter(colour, 0.16), start=1, end=1)
    hood = smooth(mirrored([(0.0, 1.8), (0.58, 1.1), (1.2, 1.42), (0.86, 2.1), (0.0, 2.24)]))
    canvas.tint([(x, y + 0.1) for x, y in hood], darker(colour, 0.6), 0.5, blur=0.08)
    canvas.cut(hood, lighter(colour, 0.1))
    canvas.cut(smooth(mirrored([(0.0, 1.76), (0.48, 1.22), (0.56, 1.4), (0.0, 2.0)])), darker(colour, 0.4))
    canvas.cut(oval(0.0, 2.06, 0.15, 0.15, points=16), _BRASS)
    canvas.cut(oval(0.0, 2.06, 0.07, 0.07, points=12), (120, 50, 50))


def cloak_back(canvas: Canvas, person: Person, colour: Colour) -> None:
    """A cloak from behind, its hood down."""
    _hanging(canvas, person.shoulders, colour, 11.4)
    hood = smooth(mirrored([(0.0, 1.2), (0.66, 1.2), (1.1, 1.6), (0.74, 2.7), (0.0, 3.3)]))
    canvas.tint([(x, y + 0.14) for x, y in hood], darker(colour, 0.6), 0.5, blur=0.1)
    canvas.cut(hood, lighter(colour, 0.1))
    canvas.stroke([(-0.7, 1.5), (0.0, 2.0), (0.7, 1.5)], 0.1, darker(colour, 0.3), start=0.2, end=0.2)


def _hanging(canvas: Canvas, broad: float, colour: Colour, hem: float) -> None:
    half: list[Point] = [(0.0, 1.5), (0.6, 1.42), (broad * 0.84, 1.64), (broad * 1.16, 2.2), (broad * 1.26, 4.6)]
    half += [(broad * 1.34, 8.0), (broad * 1.4, hem - 0.2), (broad * 0.7, hem), (0.0, hem - 0.14)]
    shape = smooth(mirrored(half))
    canvas.cut(shape, colour)
    shade = darker(colour, 0.5)
    canvas.tint(smooth([(0.8, 1.4), (4.0, 1.4), (4.0, 12.0), (1.1, 12.0)]), shade, 0.4, inside=shape, blur=0.35)
    for fold in (-0.98, -0.66, -0.38, 0.42, 0.7, 1.0):
        path: list[Point] = [(broad * fold * 0.7, 2.2), (broad * fold, 5.0), (broad * fold * 1.12, hem)]
        canvas.tint(ribbon(path, 0.15, end=1), shade, 0.36, inside=shape)


def vented_back(canvas: Canvas, person: Person, colour: Colour) -> None:
    """A suit from behind: a collar, a seam, a vent."""
    del person
    canvas.cut(smooth(mirrored([(0.0, 1.26), (0.46, 1.2), (0.52, 1.42), (0.0, 1.5)])), _SHIRT)
    canvas.cut(smooth(mirrored([(0.0, 1.4), (0.54, 1.3), (0.82, 1.6), (0.0, 1.76)])), darker(colour, 0.2))
    canvas.stroke([(0.0, 1.76), (0.0, 5.35)], 0.035, darker(colour, 0.4), start=1, end=1)
    canvas.cut([(0.0, 4.5), (0.1, 5.4), (-0.06, 5.4)], darker(colour, 0.6))
    for side in (-1, 1):
        canvas.stroke(
            [(side * 0.98, 2.2), (side * 0.7, 3.6), (side * 0.64, 5.3)], 0.03, darker(colour, 0.34), start=0.4, end=1
        )


def yoked_back(canvas: Canvas, person: Person, colour: Colour) -> None:
    """A jacket from behind: a collar, and a seam across the shoulders."""
    del person
    canvas.cut(smooth(mirrored([(0.0, 1.3), (0.54, 1.22), (0.8, 1.58), (0.0, 1.72)])), lighter(colour, 0.14))
    seam = lighter(colour, 0.3)
    canvas.stroke([(-1.3, 2.3), (0.0, 2.5), (1.3, 2.3)], 0.035, seam, start=1, end=1)
    for side in (-1, 1):
        canvas.stroke([(side * 0.6, 2.42), (side * 0.4, 5.1)], 0.03, seam, start=1, end=1)
    canvas.stroke([(-1.1, 5.1), (0.0, 5.16), (1.1, 5.1)], 0.05, darker(colour, 0.4), start=1, end=1)


def cuff(canvas: Canvas, colour: Colour) -> None:
    """A white edge at the wrist."""
    del colour
    canvas.cut([(0.85, 4.86), (1.11, 4.84), (1.1, 4.98), (0.86, 5.0)], _SHIRT)


def rib(canvas: Canvas, colour: Colour) -> None:
    """A knitted or sewn band at the wrist."""
    canvas.cut([(0.82, 4.62), (1.15, 4.6), (1.12, 4.94), (0.84, 4.96)], darker(colour, 0.14))
