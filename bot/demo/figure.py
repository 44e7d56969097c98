"""A person in the picture: head, body and hair in the order in which one lies over the other."""

import math
from contextlib import nullcontext
from dataclasses import replace

from bot.demo.angles import Angle, Shot, View, angle_of, shot_of
from bot.demo.behind import draw_head_from_behind
from bot.demo.bends import lens, nod
from bot.demo.brush import Canvas
from bot.demo.dress import draw_body
from bot.demo.faces import Person
from bot.demo.hair import draw_back_hair, draw_front_hair
from bot.demo.head import draw_ears, draw_face
from bot.demo.moods import Mood, mood_of
from bot.demo.profile import draw_profile
from bot.demo.turned import draw_turned_head
from bot.demo.wardrobe import clothes_of


def draw_figure(canvas: Canvas, person: Person, prompt: str, seed: int, size: tuple[int, int], tilt: float) -> None:
    """The person of the prompt, dressed, in a mood, and seen as it says."""
    angle = angle_of(prompt)
    mood = replace(mood_of(prompt), aside=angle.aside)
    scale, x, y, length = _placed(shot_of(prompt, *size), *size)
    if angle.right:
        marks = replace(person.marks, scar=-person.marks.scar, mole=-person.marks.mole)
        person = replace(person, marks=marks)
    steep = lens(angle.height) if angle.height else None
    canvas.aim(x, y, scale, mirror=angle.right, bend=steep)
    backward = angle.body is View.AWAY
    if not backward and angle.head in {View.FRONT, View.THREE_QUARTER}:
        draw_back_hair(canvas, person)
    draw_body(canvas, person, clothes_of(prompt, seed), length=length, view=angle.body)
    if backward:
        # It falls on the back, which is turned to the right.
        with canvas.bent(lambda point: (point[0] * 0.76 + 0.5, point[1])):
            draw_back_hair(canvas, person)
    lean = math.radians(4 if backward else -1.5) + tilt
    canvas.aim(x, y, scale, turn=lean, pivot=(0.0, 0.9), mirror=angle.right, bend=steep)
    with canvas.bent(nod(angle.height)) if angle.height else nullcontext():
        _draw_head(canvas, person, mood, angle)


def _draw_head(canvas: Canvas, person: Person, mood: Mood, angle: Angle) -> None:
    light = 1 if angle.right else -1
    if angle.head is View.PROFILE:
        draw_profile(canvas, person, mood)
    elif angle.head is View.BACK:
        draw_head_from_behind(canvas, person)
    elif angle.head is View.THREE_QUARTER:
        draw_turned_head(canvas, person, mood, light)
    else:
        draw_ears(canvas, person)
        draw_face(canvas, person, mood, light)
        draw_front_hair(canvas, person, light)


def _placed(shot: Shot, width: int, height: int) -> tuple[float, float, float, float]:
    """Scale and place of the face, and how far down the body goes."""
    middle = width / 2
    if shot is Shot.FACE:
        return min(height / 2.9, width / 2.5), middle, height * 0.5, 5.4
    if shot is Shot.WHOLE:
        return height / 14.4, middle, height * 0.135, 12.4
    if shot is Shot.WAIST:
        return min(height / 6.4, width / 5.0), middle, height * 0.3, 5.4
    if shot is Shot.DISTANT:
        return height / 6.6, width * 0.42, height * 0.36, 5.4
    return min(height / 4.7, width / 4.4), middle, height * 0.41, 5.4
