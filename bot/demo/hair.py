"""Hair in two layers: what falls behind the shoulders, and what frames the face. Units are those of the face."""

import math
from random import Random

from bot.demo.brush import Canvas, Point, darker, lighter, mirrored, oval, smooth
from bot.demo.faces import Person

_LONG = {"long": 2.1, "wavy": 1.9, "long curls": 1.8, "bob": 0.78, "braids": 0.5, "locs": 1.5}
_CLOSE = {"buzz", "bald", "mohawk"}


def draw_back(canvas: Canvas, person: Person) -> None:
    """What is behind the neck: drawn before the shoulders."""
    style, colour, w = person.hair_style, darker(person.hair, 0.16), person.width
    if style == "afro":
        _puffs(canvas, person, radius=w + 0.5, centre=(0.0, -0.42), size=0.3)
    elif style in {"curls", "long curls"}:
        _cloud(canvas, person, bottom=1.75 if style == "long curls" else 0.75)
    elif style == "bun":
        canvas.cut(oval(0, -1.38, 0.36, 0.32), colour)
        canvas.tint(oval(-0.08, -1.46, 0.2, 0.14), lighter(person.hair, 0.3), 0.5, blur=0.06)
    elif style == "ponytail":
        canvas.stroke(
            smooth([(0.3, -1.0), (0.95, -1.0), (1.18, -0.2), (0.98, 0.9)], closed=False), 0.42, colour, end=0.9
        )
    elif style in _LONG:
        _curtain(canvas, person, _LONG[style])


def draw_front(canvas: Canvas, person: Person) -> None:
    """What lies on the head: drawn after the face."""
    style = person.hair_style
    if style == "bald":
        return
    if style == "buzz":
        canvas.tint(_cap(person, 0.02, -0.6), person.hair, 0.72)
        return
    if style == "mohawk":
        canvas.cut(smooth([(-0.2, -0.72), (-0.24, -1.4), (0.0, -1.62), (0.24, -1.4), (0.2, -0.72)]), person.hair)
        return
    canvas.cut(_cap(person, 0.13 if style != "afro" else 0.3, _hairline(style)), person.hair)
    if style in {"curls", "long curls", "afro"}:
        _fringe_of_curls(canvas, person)
    if style in {"quiff", "crop", "pixie"}:
        _tuft(canvas, person)
    if style == "braids":
        _braids(canvas, person)
    if style in {"long", "wavy", "bob", "locs"}:
        _locks(canvas, person, _LONG[style])
    _shine(canvas, person)


def _hairline(style: str) -> float:
    return {"pixie": -0.42, "bob": -0.46, "crop": -0.62, "quiff": -0.68, "bun": -0.66, "ponytail": -0.66}.get(
        style, -0.56
    )


def _cap(person: Person, rise: float, line: float) -> list[Point]:
    """The hair on the skull: outside along the head, inside along the hairline with its parting."""
    w, dip = person.width, {"left": -0.3, "right": 0.3}.get(person.parting, 0.0)
    outer = [(-w - 0.05, 0.02), (-w - 0.1, -0.5), (-w * 0.72, -1.03 - rise), (0.0, -1.12 - rise)]
    outer += [(w * 0.72, -1.03 - rise), (w + 0.1, -0.5), (w + 0.05, 0.02)]
    inner = [(w - 0.06, -0.12), (w * 0.84, line + 0.12), (w * 0.42 + dip * 0.4, line - 0.06), (dip, line - 0.2)]
    inner += [(-w * 0.42 + dip * 0.4, line - 0.04), (-w * 0.84, line + 0.14), (-w + 0.06, -0.12)]
    return smooth([*outer, *inner], steps=7)


def _curtain(canvas: Canvas, person: Person, bottom: float) -> None:
    w = person.width
    wave = 0.14 if person.hair_style == "wavy" else 0.0
    half: list[Point] = [(0.0, -1.24), (w * 0.8, -1.12), (w + 0.2, -0.5), (w + 0.26 + wave, 0.2)]
    half += [
        (w + 0.2 - wave / 2, bottom * 0.62),
        (w + 0.22 + wave, bottom * 0.86),
        (w * 0.62, bottom),
        (0.0, bottom * 0.97),
    ]
    canvas.cut(smooth(mirrored(half)), darker(person.hair, 0.16))


def _locks(canvas: Canvas, person: Person, bottom: float) -> None:
    """The strands beside the face, in front of the ears."""
    w = person.width
    end = min(bottom, 1.35)
    for side in (-1, 1):
        path = [
            (side * w * 0.86, -0.72),
            (side * (w + 0.08), -0.1),
            (side * (w + 0.1), end * 0.55),
            (side * (w + 0.02), end),
        ]
        canvas.stroke(smooth(path, closed=False), 0.26, person.hair, start=0.3, end=0.85)
        inner = [(side * w * 0.92, -0.5), (side * (w + 0.05), 0.1), (side * (w + 0.04), end * 0.8)]
        canvas.stroke(smooth(inner, closed=False), 0.035, darker(person.hair, 0.25), start=0.5, end=0.8)


def _puffs(canvas: Canvas, person: Person, *, radius: float, centre: Point, size: float) -> None:
    canvas.cut(oval(*centre, radius, radius * 0.98), person.hair)
    for step in range(22):
        angle = math.tau * step / 22
        x, y = centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)
        canvas.cut(oval(x, y, size * 0.62, size * 0.62), person.hair)


def _cloud(canvas: Canvas, person: Person, *, bottom: float) -> None:
    """A mass of curls around and behind the head."""
    colour, w = darker(person.hair, 0.14), person.width
    dice = Random(f"{person.width}/{person.jaw}")
    canvas.cut(
        smooth(mirrored([(0, -1.25), (w + 0.12, -0.9), (w + 0.3, 0.0), (w + 0.2, bottom * 0.8), (0, bottom)])), colour
    )
    rows = round((bottom + 1.1) / 0.2)
    for row in range(rows + 1):
        y = -1.05 + row * (bottom + 1.0) / rows
        reach = w + 0.12 + 0.14 * math.sin(math.pi * row / rows)
        for side in (-1, 1):
            radius = 0.19 + dice.random() * 0.06
            canvas.cut(oval(side * reach, y, radius, radius), colour)


def _fringe_of_curls(canvas: Canvas, person: Person) -> None:
    w, line = person.width, -0.64
    for step in range(9):
        angle = math.pi * (step + 0.5) / 9
        x, y = -w * 0.94 * math.cos(angle), line - 0.36 * math.sin(angle)
        colour = person.hair if step % 2 else lighter(person.hair, 0.07)
        canvas.cut(oval(x, y, 0.2, 0.19), colour)
    for side in (-1, 1):
        canvas.cut(oval(side * (w + 0.04), -0.3, 0.16, 0.22), person.hair)


def _tuft(canvas: Canvas, person: Person) -> None:
    """A sweep of hair over the forehead, to one side."""
    w, side = person.width, -1 if person.parting == "left" else 1
    high = 0.3 if person.hair_style == "quiff" else 0.1
    low = -0.44 if person.hair_style == "pixie" else -0.6
    sweep: list[Point] = [(-side * w * 0.8, -0.92), (-side * w * 0.3, -1.14 - high), (side * w * 0.5, -1.16 - high)]
    sweep += [(side * w * 0.96, -0.86), (side * w * 0.86, low), (side * w * 0.3, -0.66), (-side * w * 0.4, -0.72)]
    canvas.cut(smooth(sweep), lighter(person.hair, 0.05))


def _braids(canvas: Canvas, person: Person) -> None:
    w = person.width
    for side in (-1, 1):
        for link in range(7):
            y = 0.1 + link * 0.24
            colour = person.hair if link % 2 else lighter(person.hair, 0.1)
            canvas.cut(oval(side * (w + 0.12), y, 0.15, 0.16), colour)
        canvas.cut(oval(side * (w + 0.12), 1.86, 0.07, 0.1), darker(person.hair, 0.2))


def _shine(canvas: Canvas, person: Person) -> None:
    """A band of light where the skull turns: paper hair is flat without it."""
    w = person.width
    band = smooth([(-w * 0.72, -0.9), (0.0, -1.08), (w * 0.5, -1.0), (0.0, -0.99)], steps=6)
    canvas.tint(band, lighter(person.hair, 0.5), 0.35, blur=0.05)
