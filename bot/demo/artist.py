"""Draws the pictures of the demo: the same seed and features are the same person, another scene is another place.

It stands in for a model on a graphics card, so that the idea of the bot is visible without one.
"""

import io
import math
from typing import Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.demo.brush import Canvas
from bot.demo.dress import clothes_of, draw_body
from bot.demo.faces import Person, person_of
from bot.demo.hair import draw_back_hair, draw_front_hair
from bot.demo.head import draw_face
from bot.demo.moods import mood_of
from bot.demo.surroundings import draw_light, draw_surroundings

_SEED: Final = "limner-seed"
_WORDS: Final = "limner-words"

__all__ = ["paint", "person_of"]


def paint(
    prompt: str, seed: int, width: int, height: int, *, source: bytes | None = None, strength: float = 0.0
) -> bytes:
    """A PNG of exactly that size, the same bytes for the same arguments.

    With a `source` that was painted here, the person is taken from it, changed a little more the greater
    `strength` (0 .. 1) is.
    """
    person, tilt = person_of(prompt, seed), 0.0
    known = _remembered(source)
    if known is not None:
        person = person_of(known[1], known[0])
        tilt = (seed % 7 - 3) / 3 * 0.12 * strength
    image = _scene(prompt, seed, person, (width, height), tilt)
    notes = PngInfo()
    remembered_seed, remembered_words = known or (seed, prompt)
    notes.add_text(_SEED, str(remembered_seed))
    notes.add_itxt(_WORDS, remembered_words)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=notes, compress_level=4)
    return buffer.getvalue()


def _remembered(source: bytes | None) -> tuple[int, str] | None:
    """Seed and words of a picture that was painted here."""
    if source is None:
        return None
    try:
        with Image.open(io.BytesIO(source)) as image:
            seed, words = str(image.info.get(_SEED, "")), image.info.get(_WORDS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # A member's own photo, or a broken file: the words alone then say who it is.
        return None
    return (int(seed), str(words)) if seed.isascii() and seed.isdigit() and words is not None else None


def _scene(prompt: str, seed: int, person: Person, size: tuple[int, int], tilt: float) -> Image.Image:
    width, height = size
    canvas = Canvas(width, height, background=(200, 200, 200))
    unit = height / 10
    canvas.aim(0, 0, unit)
    draw_surroundings(canvas, width / unit, prompt, seed)
    _figure(canvas, person, prompt, seed, size, tilt)
    canvas.aim(0, 0, unit)
    draw_light(canvas, width / unit, prompt)
    return canvas.finished().convert("RGB")


def _figure(canvas: Canvas, person: Person, prompt: str, seed: int, size: tuple[int, int], tilt: float) -> None:
    """Head and shoulders in a square, the whole figure in a tall picture, small in a wide one."""
    width, height = size
    if height > width:
        scale, x, y, length = height / 14.4, width / 2, height * 0.135, 12.4
    elif width > height:
        scale, x, y, length = height / 6.6, width * 0.42, height * 0.36, 5.4
    else:
        scale, x, y, length = height / 4.7, width / 2, height * 0.41, 5.4
    lean = math.radians(-1.5) + tilt
    canvas.aim(x, y, scale)
    draw_back_hair(canvas, person)
    draw_body(canvas, person, clothes_of(prompt, seed), length=length)
    canvas.aim(x, y, scale, turn=lean, pivot=(0.0, 0.9))
    draw_face(canvas, person, mood_of(prompt), -1)
    draw_front_hair(canvas, person, -1)
