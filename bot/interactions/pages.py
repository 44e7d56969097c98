"""The pages of a storyboard, as a PDF.

What is written is text, in the font of the contact sheets or in one that is installed. Letters that change by their
neighbours, or run to the left, are drawn as a picture with the text behind it: a PDF holds what is drawn, not what is
to be shaped.
"""

import io
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont
from PIL import Image, ImageDraw

from bot.domain.portraits.vendor import Picture
from bot.interactions.contact import readable
from bot.interactions.fonts import BUNDLED
from bot.interactions.lettering import Run, drawable, length, runs, wrapped, write
from bot.services.portraits.storyboards import Frame, Storyboard

_log = logging.getLogger(__name__)

# Millimetres of an A4 page: two frames beside each other, two below.
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN, _HEAD, _GUTTER = 210.0, 297.0, 14.0, 26.0, 8.0
_COLUMNS, _ROWS = 2, 2
_WIDTH: Final = (_PAGE_WIDTH - 2 * _MARGIN - _GUTTER) / _COLUMNS
_FRAME, _CAPTION, _ROW = 86.0, 34.0, 129.0
# Points, from the size that is read best to the one in which the longest caption in Japanese has room.
_SIZES, _LEADING = (10, 8, 6), 1.35
_MM: Final = 25.4 / 72
# Text is measured, and drawn where it must be, in so many pixels a point.
_PIXELS = 4
_INK, _PALE, _EMPTY = 30, 120, 238


def draw(board: Storyboard, prints: Mapping[int, Picture]) -> tuple[bytes, int]:
    """The PDF, and how many pages it has; `prints` are JPEGs by the numbers of their frames."""
    try:
        return _drawn(board, prints, frozenset())
    except Exception as error:  # noqa: BLE001 - fonts of a system break readers of fonts in ways of their own
        # Drawn by Pillow, which has drawn with them already.
        _log.warning("a font cannot stand in a PDF (%s)", type(error).__name__)
        return _drawn(board, prints, frozenset({BUNDLED}))


def _drawn(board: Storyboard, prints: Mapping[int, Picture], trusted: frozenset[Path]) -> tuple[bytes, int]:
    pages = _Pages(board, trusted)
    try:
        for place, frame in enumerate(board.frames):
            pages.add(place, frame, prints.get(frame.number))
        return pages.written(), pages.count
    finally:
        pages.close()


class _Pages:
    """A PDF while it is drawn. `trusted`: the fonts that may stand in it, all where it is empty."""

    def __init__(self, board: Storyboard, trusted: frozenset[Path]) -> None:
        self._trusted = trusted
        self._board = board
        self.count = -(-len(board.frames) // (_COLUMNS * _ROWS))
        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_title(f"{board.name}: {len(board.frames)} scenes")
        self._pdf.set_creator("Limner")
        self._fonts: dict[Path, str] = {}

    def written(self) -> bytes:
        return bytes(self._pdf.output())

    def close(self) -> None:
        """The library leaves the files of fonts open."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def add(self, place: int, frame: Frame, picture: Picture | None) -> None:
        row, column = divmod(place % (_COLUMNS * _ROWS), _COLUMNS)
        if (row, column) == (0, 0):
            self._begin(place // (_COLUMNS * _ROWS) + 1)
        x, y = _MARGIN + column * (_WIDTH + _GUTTER), _HEAD + row * _ROW
        if picture is None:
            self._empty(x, y, frame)
        else:
            scale = min(_WIDTH / picture.width, _FRAME / picture.height)
            width, height = picture.width * scale, picture.height * scale
            at = (x + (_WIDTH - width) / 2, y + (_FRAME - height) / 2)
            self._pdf.image(io.BytesIO(picture.data), *at, width, height, alt_text=frame.caption)
        size, lines = _fitted(readable(frame.caption))
        for number, line in enumerate(lines):
            self._line(x, y + _FRAME + 3 + (number + 0.8) * size * _MM * _LEADING, line, size, _INK)

    def _begin(self, number: int) -> None:
        self._pdf.add_page()
        heading = " · ".join(part for part in (drawable(self._board.name), "scenes") if part)
        self._line(_MARGIN, 18, heading, 15, _INK)
        page = f"{number} of {self.count}"
        self._line(_PAGE_WIDTH - _MARGIN - _width(page, 9), 18, page, 9, _PALE)

    def _empty(self, x: float, y: float, frame: Frame) -> None:
        self._pdf.set_fill_color(_EMPTY)
        self._pdf.rect(x, y, _WIDTH, _FRAME, style="F")
        why = "no longer kept" if frame.lost else "not painted"
        self._line(x + (_WIDTH - _width(why, 10)) / 2, y + _FRAME / 2, why, 10, _PALE)

    def _line(self, x: float, y: float, words: str, size: int, grey: int) -> None:
        """A drawable text from a point on its base line."""
        found = runs(words)
        self._pdf.set_text_color(grey)
        plain = all(run.plain and self._embeds(run) for run in found)
        if not plain:
            self._pictured(x, y, words, size, grey)
        self._pdf.text_mode = TextMode.FILL if plain else TextMode.INVISIBLE
        for run in filter(self._embeds, found):
            self._pdf.set_font(self._font(run), size=size)
            # Readers of PDFs take what runs to the left as it stands on the page.
            self._pdf.text(x, y, run.words if run.direction == "ltr" else run.words[::-1])
            x += _width(run.words, size)
        self._pdf.text_mode = TextMode.FILL

    def _embeds(self, run: Run) -> bool:
        return not self._trusted or run.font in self._trusted

    def _pictured(self, x: float, y: float, words: str, size: int, grey: int) -> None:
        pixels = size * _PIXELS
        width, height = int(length(words, pixels)) + pixels, 2 * pixels
        canvas = Image.new("L", (width, height), 255)
        write(ImageDraw.Draw(canvas), (0, pixels), words, pixels, fill=f"#{grey:02x}{grey:02x}{grey:02x}")
        scale = _MM / _PIXELS
        # Its base line is a third of the letters' height below its middle.
        self._pdf.image(canvas, x, y - (pixels * 1.35) * scale, width * scale, height * scale)

    def _font(self, run: Run) -> str:
        if run.font not in self._fonts:
            self._fonts[run.font] = f"font{len(self._fonts)}"
            self._pdf.add_font(self._fonts[run.font], fname=run.font)
        return self._fonts[run.font]


def _width(words: str, size: int) -> float:
    return length(words, size * _PIXELS) * _MM / _PIXELS


def _fitted(words: str) -> tuple[int, list[str]]:
    """The largest size in which the whole caption has room, and its lines."""
    lines: list[str] = []
    for size in _SIZES:
        most = int(_CAPTION / (size * _MM * _LEADING))
        lines = wrapped(words, size * _PIXELS, _WIDTH / _MM * _PIXELS, most + 1)
        if len(lines) <= most:
            return size, lines
    return _SIZES[-1], lines[:-1]
