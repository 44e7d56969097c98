"""Where somebody is: layered paper landscapes and rooms, chosen by the words of the scene."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bot.demo.brush import Canvas, Colour, Point, darker, lighter, mix, oval, smooth
from bot.demo.wardrobe import without_clothes

Painter = Callable[["Stage"], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """A canvas of `wide` x `high` units (high is always 10) to paint surroundings on."""

    canvas: Canvas
    wide: float
    high: float
    dice: Random
    sky: Colour
    ground: Colour

    def band(self, top: float, bottom: float, colour: Colour) -> None:
        self.canvas.cut([(0, top), (self.wide, top), (self.wide, bottom), (0, bottom)], colour)

    def ridge(self, height: float, rough: float, colour: Colour) -> None:
        """A line of hills from edge to edge, down to the bottom."""
        points: list[Point] = [(-1.0, height)]
        steps = max(5, round(self.wide))
        points += [(self.wide * step / steps, height + (self.dice.random() - 0.5) * rough) for step in range(steps + 1)]
        line = smooth([*points, (self.wide + 1, height)], closed=False)
        self.canvas.cut([*line, (self.wide + 1, self.high + 1), (-1, self.high + 1)], colour)


def _sky(stage: Stage) -> None:
    stage.band(0, stage.high, stage.sky)
    stage.canvas.fade([(0, 0), (stage.wide, 0), (stage.wide, 7), (0, 7)], lighter(stage.sky, 0.55), 0.8)


def _forest(stage: Stage) -> None:
    _sky(stage)
    for layer in range(3):
        colour = mix(stage.ground, stage.sky, 0.55 - layer * 0.24)
        for trunk in range(round(stage.wide) + 2):
            x = trunk * 1.15 + stage.dice.random() - 0.6
            top = 1.0 + layer * 1.5 + stage.dice.random() * 1.6
            canopy = [(x - 0.95 - layer * 0.1, 7.2 + layer), (x, top), (x + 0.95 + layer * 0.1, 7.2 + layer)]
            stage.canvas.cut(canopy, colour)
        stage.ridge(7.6 + layer * 0.8, 0.4, colour)


def _sea(stage: Stage) -> None:
    _sky(stage)
    stage.canvas.cut(oval(stage.wide * 0.76, 3.1, 0.9, 0.9), lighter(stage.sky, 0.75))
    for layer in range(4):
        stage.ridge(5.2 + layer * 0.8, 0.28, mix((46, 104, 128), stage.sky, 0.45 - layer * 0.13))
    stage.ridge(8.7, 0.4, (218, 196, 152))


def _city(stage: Stage) -> None:
    _sky(stage)
    for layer in range(3):
        colour = mix((52, 50, 78), stage.sky, 0.6 - layer * 0.26)
        x = -0.4
        while x < stage.wide:
            width, top = 0.8 + stage.dice.random() * 0.9, 1.4 + layer * 1.5 + stage.dice.random() * 2.4
            stage.canvas.cut([(x, top), (x + width, top), (x + width, 10), (x, 10)], colour)
            if layer:
                _windows(stage, x, top, width)
            x += width + 0.08


def _windows(stage: Stage, x: float, top: float, width: float) -> None:
    for row in range(6):
        for column in range(2):
            if stage.dice.random() < 0.6:
                left, up = x + 0.14 + column * width * 0.45, top + 0.3 + row * 0.62
                stage.canvas.cut(
                    [(left, up), (left + 0.22, up), (left + 0.22, up + 0.3), (left, up + 0.3)], (246, 206, 124)
                )


def _mountains(stage: Stage) -> None:
    _sky(stage)
    for layer in range(3):
        base = mix((92, 108, 138), stage.sky, 0.5 - layer * 0.2)
        for peak in range(4):
            x, top = (
                stage.wide * (peak + stage.dice.random()) / 3.4 - 0.8,
                1.2 + layer * 1.4 + stage.dice.random() * 1.6,
            )
            stage.canvas.cut([(x - 2.6, 10), (x, top), (x + 2.6, 10)], base)
            snow = [
                (x - 0.46, top + 0.9),
                (x, top),
                (x + 0.46, top + 0.9),
                (x + 0.16, top + 0.68),
                (x - 0.14, top + 0.92),
            ]
            stage.canvas.cut(snow, (240, 242, 248))
    stage.ridge(8.0, 0.6, mix(stage.ground, (236, 240, 248), 0.6))


def _desert(stage: Stage) -> None:
    _sky(stage)
    stage.canvas.cut(oval(stage.wide * 0.24, 2.6, 0.8, 0.8), (252, 232, 190))
    for layer in range(4):
        stage.ridge(5.4 + layer * 1.0, 1.0, mix((206, 140, 84), (246, 208, 150), 0.7 - layer * 0.22))


def _room(stage: Stage) -> None:
    wall = mix(stage.ground, (222, 202, 176), 0.75)
    stage.band(0, stage.high, wall)
    left, right = stage.wide * 0.08, stage.wide * 0.42
    stage.canvas.cut([(left, 1.2), (right, 1.2), (right, 6.4), (left, 6.4)], lighter(wall, 0.35))
    stage.canvas.cut([(left + 0.2, 1.4), (right - 0.2, 1.4), (right - 0.2, 6.2), (left + 0.2, 6.2)], stage.sky)
    middle = (left + right) / 2
    stage.canvas.stroke([(middle, 1.4), (middle, 6.2)], 0.14, lighter(wall, 0.35))
    stage.canvas.stroke([(left, 3.7), (right, 3.7)], 0.14, lighter(wall, 0.35))
    for shelf in range(3):
        y = 2.2 + shelf * 1.9
        x = stage.wide * 0.6
        while x < stage.wide * 0.96:
            width, tall = 0.14 + stage.dice.random() * 0.2, 0.9 + stage.dice.random() * 0.5
            colour = stage.dice.choice([(150, 70, 60), (70, 96, 110), (190, 150, 90), (96, 110, 80), (120, 86, 116)])
            stage.canvas.cut([(x, y - tall), (x + width, y - tall), (x + width, y), (x, y)], colour)
            x += width + 0.03
        stage.canvas.cut(
            [(stage.wide * 0.58, y), (stage.wide, y), (stage.wide, y + 0.14), (stage.wide * 0.58, y + 0.14)],
            darker(wall, 0.4),
        )
    stage.band(8.4, 10, darker(wall, 0.35))


def _castle(stage: Stage) -> None:
    _sky(stage)
    stone = mix((120, 116, 128), stage.sky, 0.3)
    for tower, (x, top) in enumerate([(0.12, 1.6), (0.5, 3.2), (0.86, 2.2)]):
        centre, half = stage.wide * x, 0.9 + 0.3 * (tower % 2)
        stage.canvas.cut([(centre - half, top), (centre + half, top), (centre + half, 10), (centre - half, 10)], stone)
        for merlon in range(4):
            left = centre - half + merlon * half * 0.56
            stage.canvas.cut(
                [(left, top - 0.3), (left + half * 0.3, top - 0.3), (left + half * 0.3, top), (left, top)], stone
            )
        stage.canvas.cut(
            smooth([(centre - 0.2, top + 1.8), (centre, top + 1.3), (centre + 0.2, top + 1.8), (centre, top + 2.0)]),
            darker(stone, 0.6),
        )
    stage.ridge(7.6, 0.5, stage.ground)


def _stars(stage: Stage) -> None:
    stage.band(0, stage.high, (26, 24, 54))
    stage.canvas.tint(oval(stage.wide * 0.7, 4, 4.2, 2.4), (126, 70, 150), 0.55, blur=1.2)
    stage.canvas.tint(oval(stage.wide * 0.2, 7, 3.6, 2.2), (50, 96, 160), 0.5, blur=1.2)
    for _ in range(90):
        x, y, size = stage.dice.random() * stage.wide, stage.dice.random() * 10, 0.015 + stage.dice.random() * 0.035
        stage.canvas.cut(oval(x, y, size, size, points=8), (246, 240, 220))
    stage.canvas.cut(oval(stage.wide * 0.8, 2.6, 1.1, 1.1), (196, 150, 110))


def _garden(stage: Stage) -> None:
    _sky(stage)
    stage.ridge(5.6, 0.8, mix(stage.ground, stage.sky, 0.4))
    stage.ridge(7.0, 0.5, stage.ground)
    for _ in range(60):
        x, y = stage.dice.random() * stage.wide, 5.6 + stage.dice.random() * 4.2
        colour = stage.dice.choice([(232, 120, 130), (246, 206, 110), (240, 236, 226), (166, 120, 190)])
        stage.canvas.cut(oval(x, y, 0.13, 0.13, points=10), colour)


def _plain(stage: Stage) -> None:
    """A studio: a backdrop with a soft light in the middle."""
    stage.band(0, stage.high, stage.ground)
    stage.canvas.tint(oval(stage.wide / 2, 4.4, stage.wide * 0.42, 4.2), lighter(stage.ground, 0.6), 0.75, blur=1.6)


_PLACES: tuple[tuple[str, Painter, Colour, Colour], ...] = (
    (r"forest(?![ -]green)|wood(?:s|land)|jungle|trees?\b", _forest, (190, 214, 196), (54, 92, 72)),
    (r"sea\b(?!-)|beach|ocean|pier|ships?\b|harbou?r|coast|lake|island|sail(?!or)|boat", _sea, (164, 206, 220), (70, 110, 120)),
    (r"city|street|neon|market|skyline|alley|town|rooftop|urban", _city, (188, 150, 174), (70, 66, 92)),
    (r"mountain|snow|winter|alps|glacier|peak", _mountains, (176, 204, 228), (120, 138, 150)),
    (r"desert|dune|canyon|sands?\b", _desert, (248, 214, 170), (206, 140, 84)),
    (r"space|stars|galaxy|moon\b|night sky", _stars, (26, 24, 54), (26, 24, 54)),
    (r"castle|throne|fortress|battlement|medieval", _castle, (196, 206, 216), (96, 116, 84)),
    (
        r"caf[eé]|library|room|tavern|kitchen|workshop|book|reading|indoors|home|bar\b|inn\b|window",
        _room,
        (186, 212, 224),
        (146, 112, 88),
    ),
    (r"garden|flower|meadow|(?<!depth of )fields?\b|park\b|spring\b", _garden, (190, 220, 226), (106, 146, 86)),
    (r"outdoor environment|countryside|hill", _mountains, (186, 210, 224), (110, 140, 96)),
    (r"studio white background|white background", _plain, (240, 240, 240), (232, 228, 224)),
    (r"gr[ea]y (?:studio )?back(?:drop|ground)", _plain, (128, 132, 138), (128, 132, 138)),
)  # fmt: skip
_RAIN = r"\brain(?!bow)|\bstorm"
_BACKDROPS = ((120, 140, 150), (168, 140, 120), (134, 128, 152), (126, 148, 128), (160, 124, 124))

_LIGHTS: tuple[tuple[str, Colour, float], ...] = (
    (r"golden hour|sunset|sunrise|dusk|dawn", (255, 160, 70), 0.18),
    (r"neon", (200, 60, 220), 0.12),
    (r"moonlight|night|midnight", (40, 60, 140), 0.24),
    (r"candle|fire|lantern|torch", (255, 130, 40), 0.24),
    (r"storm|rain|fog|mist|overcast", (110, 130, 150), 0.13),
    (r"dramatic directional|dramatic", (30, 20, 50), 0.16),
)


def draw_surroundings(canvas: Canvas, wide: float, prompt: str, seed: int) -> None:
    """Paint the place that the prompt names, or a backdrop; the canvas is aimed so that its height is 10 units.

    Only the seed and the words of the place decide: the pictures of a sheet, which differ in something else, have
    the same surroundings.
    """
    text = without_clothes(prompt)
    found = min(
        ((match.start(), place, match[0]) for place in _PLACES if (match := re.search(rf"\b(?:{place[0]})", text))),
        default=None,
        key=lambda each: each[0],
    )
    if found is None:
        colour = Random(f"{seed}/backdrop").choice(_BACKDROPS)
        _plain(Stage(canvas, wide, 10, Random(seed), colour, colour))
        return
    _, (_, painter, sky, ground), words = found
    dice = Random(f"{seed}/{words}")
    painter(Stage(canvas, wide, 10, dice, sky, ground))
    if re.search(_RAIN, text):
        _rain(canvas, wide, dice)


def _rain(canvas: Canvas, wide: float, dice: Random) -> None:
    for _ in range(70):
        x, y = dice.random() * wide, dice.random() * 10
        canvas.stroke([(x, y), (x - 0.1, y + 0.5 + math.sin(x) * 0.1)], 0.025, (222, 232, 240))


def draw_light(canvas: Canvas, wide: float, prompt: str) -> None:
    """The colour of the light, over everything."""
    text = without_clothes(prompt)
    for pattern, colour, strength in _LIGHTS:
        if re.search(rf"\b(?:{pattern})", text):
            canvas.tint([(0, 0), (wide, 0), (wide, 10), (0, 10)], colour, strength)
            return
