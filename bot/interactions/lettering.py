"""Words in the pictures that the bot draws: the colours of Discord's dark theme, and letters that the font has."""

import unicodedata
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

from bot.domain.words import text

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
BACK, TRACK = "#2B2D31", "#313338"
TEXT, MUTED = "#F2F3F5", "#949BA4"

# Any of these knows the accents, Greek and Cyrillic; Pillow's own font knows ASCII alone.
_FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "Arial Unicode.ttf")


@cache
def font(size: int) -> Font:
    """The best font that is installed, in pixels."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


@lru_cache(2000)
def _glyph(char: str) -> bytes:
    canvas = Image.new("L", (40, 40))
    ImageDraw.Draw(canvas).text((4, 4), char, font=font(20), fill=255)
    return canvas.tobytes()


def _has(char: str) -> bool:
    """Whether the font has a letter of its own for it, not the box that stands for all it does not know."""
    return char == " " or _glyph(char) != _glyph("\uffff")


def drawable(words: str) -> str:
    """The text in the letters that the font has: an accent may go, a box for an unknown letter never shows."""
    kept: list[str] = []
    for char in text.clean(words):
        plain = char if _has(char) else unicodedata.normalize("NFKD", char)
        kept += [part for part in plain if unicodedata.category(part) not in {"Mn", "Cf"} and _has(part)]
    return text.clean("".join(kept))


def fitting(words: str, letters: Font, width: float) -> str:
    """As much of the words as fits into so many pixels."""
    shown = words
    while letters.getlength(shown) > width and len(words) > 1:
        words = words[:-1].rstrip()
        shown = f"{words}..."
    return shown


def wrapped(words: str, letters: Font, width: float, lines: int) -> list[str]:
    """The words in at most so many lines of so many pixels; the last one is cut where they do not fit."""
    found = [""]
    for word in words.split(" "):
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and len(found) < lines and letters.getlength(longer) > width:
            found.append(word)
        else:
            found[-1] = longer
    return [fitting(line, letters, width) for line in found]
