"""Draws the pictures of the demo: the same seed and features are the same person, another scene is another place.

It stands in for a model on a graphics card, so that the idea of the bot is visible without one.
"""

import io
from typing import Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.demo.brush import Canvas
from bot.demo.faces import Person, person_of
from bot.demo.figure import draw_figure
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
    draw_figure(canvas, person, prompt, seed, size, tilt)
    canvas.aim(0, 0, unit)
    draw_light(canvas, width / unit, prompt)
    return canvas.finished().convert("RGB")
