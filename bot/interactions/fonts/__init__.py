"""Which font holds a letter: the one that comes with the bot first, then those that are installed.

Pictures look the same on every machine wherever the first one is enough: Latin, Greek, Cyrillic, Chinese, Japanese and
Korean. Further scripts need a font of the system, such as DejaVu for Arabic and Hebrew.
"""

import os
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

# Also for whoever else draws text, into a PDF say.
BUNDLED: Final = Path(__file__).with_name("WenQuanYiMicroHei.ttf")

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_ENDINGS = frozenset({".ttf", ".otf", ".ttc"})
# Other weights and slopes of what stands there upright, and fonts that have a sign for everything, but no letter.
_NO_TEXT = ("bold", "italic", "oblique", "light", "thin", "black", "medium", "condensed", "mono", "serif", "math")
_NO_LETTERS = ("lastresort", "blank", "tofu")
# These are read best, and look most like the bundled one.
_FIRST = ("dejavusans.", "notosans", "liberationsans", "arial", "freesans", "unifont")
# A letter that no font has is looked for in all of them: a tenth of a second, once.
_MOST = 200
_SIZE = 20
# Half of these is missing in the bundled font: they are put together from a letter that it lacks.
_BROKEN = "½¾"


def installed() -> tuple[Path, ...]:
    """The fonts to look into after the bundled one, the best ones first."""
    found = {path.name.casefold(): path for path in _files() if not _skipped(path.name.casefold())}

    def rank(name: str) -> tuple[int, str]:
        return next((place for place, start in enumerate(_FIRST) if name.startswith(start)), len(_FIRST)), name

    return tuple(found[name] for name in sorted(found, key=rank)[:_MOST])


def _files() -> Iterator[Path]:
    for top in _FOLDERS:
        for folder, _, names in os.walk(Path(top).expanduser()):
            yield from (Path(folder) / name for name in names if Path(name).suffix.casefold() in _ENDINGS)


def _skipped(name: str) -> bool:
    return any(part in name for part in _NO_LETTERS) or any(part in name for part in _NO_TEXT)


@cache
def _known() -> tuple[Path, ...]:
    return (BUNDLED, *installed())


@lru_cache(256)
def sized(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A font in pixels."""
    return ImageFont.truetype(str(path), size)


@lru_cache(4000)
def font_of(letters: str) -> Path | None:
    """The first font that has a letter of its own for every character; None where none has."""
    return next((path for path in _known() if all(holds(path, char) for char in letters)), None)


@lru_cache(20_000)
def holds(path: Path, char: str) -> bool:
    """Whether a font draws the character, and not the box that stands for all it does not know."""
    if char.isspace():
        return True
    if path == BUNDLED and char in _BROKEN:
        return False
    unknown = _drawn(path, "\uffff")
    drawn = _drawn(path, char)
    return drawn is not None and drawn != unknown and any(drawn)


@lru_cache(2 * _MOST)
def _probe(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), _SIZE, layout_engine=ImageFont.Layout.BASIC)


def _drawn(path: Path, char: str) -> bytes | None:
    try:
        font = _probe(path)
        canvas = Image.new("L", (2 * _SIZE, 2 * _SIZE))
        # In the middle: a mark that stands on the letter before it would be drawn left of the canvas.
        ImageDraw.Draw(canvas).text((_SIZE, _SIZE // 2), char, font=font, fill=255)
    except OSError:
        # Not a font after all, or one of coloured pictures.
        return None
    return canvas.tobytes()
