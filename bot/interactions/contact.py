"""A contact sheet: the pictures of a sheet side by side, each with its caption, in one picture to keep or pass on."""

import asyncio
import io
import logging
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageDraw

from bot.darkroom import pixels
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.sheets import caption
from bot.domain.portraits.vendor import Picture
from bot.interactions.cards import faces
from bot.interactions.lettering import BACK, MUTED, TEXT, TRACK, drawable, fitting, wrapped, write
from bot.ports.messenger import Outcome

_log = logging.getLogger(__name__)

# Two beside each other are read on a phone; four would be stamps.
_COLUMNS = {1: 1, 2: 2, 4: 2}
_MOST_COLUMNS = 3
_CELL, _GAP, _HEAD = 480, 18, 76
# A card shows it at about a third of its size.
_HEADING_SIZE, _CAPTION_SIZE, _CAPTION_LINE, _CAPTION_LINES, _QUALITY = 32, 38, 46, 2, 92


async def sheet_of(portrait: Portrait, outcome: Outcome) -> Outcome:
    """The outcome of a sheet with its contact sheet; any other as it is."""
    spec = portrait.spec
    if spec.sheet is None or not outcome.pictures:
        return outcome
    name, wanted = portrait.character_name or "", spec.sheet.set
    panels = [(caption(spec, take.number), picture) for take, picture in outcome.pictures]
    marks = [faces.mark(portrait, take) for take, _ in outcome.pictures]
    try:
        return replace(
            outcome, contact=await asyncio.to_thread(_drawn, name, wanted, panels, (spec.width, spec.height), marks)
        )
    except Exception as error:  # noqa: BLE001 - decoders answer broken bytes with whatever error they run into
        # The single pictures are what was paid for: they arrive without it.
        _log.warning("portrait %s: no contact sheet (%s)", portrait.id, type(error).__name__)
        return outcome


def _drawn(
    name: str, wanted: str, panels: Sequence[tuple[str, Picture]], shape: tuple[int, int], marks: Sequence[str]
) -> Picture:
    return draw(" · ".join(part for part in (drawable(name), wanted) if part), panels, shape, marks)


def draw(
    heading: str, panels: Sequence[tuple[str, Picture]], shape: tuple[int, int], marks: Sequence[str] = ()
) -> Picture:
    """The contact sheet of one to ten panels as a JPEG; `shape` is the width and height that were asked for. `marks`
    are words under each caption, or nothing.

    Not that of the pictures: theirs may be anything. Takes some tenths of a second: use a thread.
    """
    columns = _COLUMNS.get(len(panels), _MOST_COLUMNS)
    rows = -(-len(panels) // columns)
    cell = (_CELL, _CELL * shape[1] // shape[0])
    captions = [wrapped(readable(words), _CAPTION_SIZE, _CELL, _CAPTION_LINES) for words, _ in panels]
    for number, mark in enumerate(marks):
        captions[number] += [f"({mark})"] if mark else []
    row_height = cell[1] + 26 + _CAPTION_LINE * max(len(lines) for lines in captions)
    width, height = _GAP + columns * (_CELL + _GAP), _HEAD + rows * row_height
    canvas = Image.new("RGB", (width, height), BACK)
    shown = fitting(drawable(heading), _HEADING_SIZE, width - 2 * _GAP)
    write(ImageDraw.Draw(canvas), (_GAP + 2, _HEAD / 2), shown, _HEADING_SIZE, fill=MUTED)
    for number, (_, picture) in enumerate(panels):
        row, column = divmod(number, columns)
        # A last row that is not full stands in the middle.
        missing = columns * rows - len(panels) if row == rows - 1 else 0
        x = _GAP + column * (_CELL + _GAP) + missing * (_CELL + _GAP) // 2
        _draw_panel(canvas, (x, _HEAD + row * row_height), cell, captions[number], picture)
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY)
    return Picture(out.getvalue(), "image/jpeg", width, height)


def readable(caption: str) -> str:
    """The caption, such as "5. Angry"; its number alone where the words cannot be drawn."""
    number = caption.partition(" ")[0]
    shown = drawable(caption)
    return shown if shown not in {"", number} else drawable(number).rstrip(".")


def _draw_panel(
    canvas: Image.Image, corner: tuple[int, int], cell: tuple[int, int], lines: Sequence[str], picture: Picture
) -> None:
    x, y = corner
    width, height = cell
    brush = ImageDraw.Draw(canvas)
    brush.rectangle((x, y, x + width - 1, y + height - 1), fill=TRACK)
    whole = pixels.drawn(picture.data, 2 * max(cell))
    scale = min(width / whole.width, height / whole.height)
    small = pixels.resized(whole, max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
    canvas.paste(small, (x + (width - small.width) // 2, y + (height - small.height) // 2))
    for number, line in enumerate(lines):
        middle = (x + width / 2, y + height + 34 + number * _CAPTION_LINE)
        write(brush, middle, line, _CAPTION_SIZE, fill=TEXT, anchor="m")
