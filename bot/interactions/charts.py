"""The picture of a server's report: one bar for each member, in the colours of Discord's dark theme.

Drawn with Pillow alone, in a thread of the caller's choice: it takes tens of milliseconds.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.domain.ids import UserId
from bot.interactions.lettering import BACK, MUTED, TEXT, TRACK, drawable, fitting, length, write
from bot.interactions.reports import MemberUse

MOST_BARS = 12

_LINE = "#3F4147"
# In this order, so that a kind keeps its colour from report to report.
_COLOURS = {
    "portrait": "#C9A45C",
    "pose": "#5B8DEF",
    "reroll": "#57B894",
    "vary": "#B57EDC",
    "upscale": "#45B5C4",
    "sheet": "#E5735C",
    "other": "#8A93A6",
}
# Several buttons make a variation: one colour for all of them; the table tells them apart.
_FAMILIES: dict[str, str] = dict.fromkeys(
    ("vary subtle", "vary strong", "change", "sharper face", "less processed", "edit in words"), "vary"
)
# A card shows it at about 520 points, so letters are drawn half as large again as they are read.
_WIDTH, _MARGIN, _NAME_WIDTH, _COUNT_WIDTH = 840, 28, 180, 205
_HEAD, _ROW, _BAR, _FOOT = 98, 48, 28, 52


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart: images by the kinds that have a colour."""

    name: str
    images: Mapping[str, int]
    failed: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """Images of every kind."""
        return sum(self.images.values())


def bars_of(uses: Sequence[MemberUse], names: Mapping[UserId, str]) -> list[Bar]:
    """The members with the most images, and all others together."""
    shown, rest = uses[:MOST_BARS], uses[MOST_BARS:]
    bars = [_bar_of(names.get(use.user_id, str(use.user_id)), [use]) for use in shown]
    if rest:
        bars.append(_bar_of("1 other" if len(rest) == 1 else f"{len(rest)} others", rest))
    return bars


def _bar_of(name: str, uses: Sequence[MemberUse]) -> Bar:
    images: dict[str, int] = {}
    for use in uses:
        for kind, count in use.images.items():
            family = _FAMILIES.get(kind, kind if kind in _COLOURS else "other")
            images[family] = images.get(family, 0) + count
    return Bar(name, images, sum(use.failed for use in uses), sum(use.refused for use in uses))


def draw(heading: str, bars: Sequence[Bar]) -> bytes:
    """The chart as PNG."""
    height = _HEAD + _ROW * max(2, len(bars)) + _FOOT
    image = Image.new("RGB", (_WIDTH, height), BACK)
    canvas = ImageDraw.Draw(image)
    write(canvas, (_MARGIN, 28), drawable(heading), 18, fill=MUTED)
    if not bars:
        middle = (_WIDTH / 2, _HEAD + _ROW)
        write(canvas, middle, "Nothing was asked for in this time.", 24, fill=MUTED, anchor="m")
    else:
        step, top = _scale(max(bar.total for bar in bars))
        _draw_grid(canvas, step, top, height)
        for number, bar in enumerate(bars):
            # A name in letters that the font lacks is found in the list beside the chart.
            name = drawable(bar.name) or f"(number {number + 1})"
            _draw_bar(canvas, _HEAD + number * _ROW, name, bar, top)
        _draw_legend(canvas, bars)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_grid(canvas: ImageDraw.ImageDraw, step: int, top: int, height: int) -> None:
    for value in range(0, top + 1, step):
        x = _x(value, top)
        canvas.line((x, _HEAD - 8, x, height - _FOOT + 4), fill=_LINE, width=1)
        write(canvas, (x, height - _FOOT + 22), f"{value}", 17, fill=MUTED, anchor="m")


def _draw_bar(canvas: ImageDraw.ImageDraw, y: int, name: str, bar: Bar, top: int) -> None:
    middle = y + _ROW / 2
    shown = fitting(name, 21, _NAME_WIDTH - 20)
    write(canvas, (_MARGIN, middle), shown, 21, fill=TEXT)
    upper, lower = middle - _BAR / 2, middle + _BAR / 2
    canvas.rounded_rectangle((_x(0, top), upper, _x(top, top), lower), 5, fill=TRACK)
    counted = 0
    kinds = [kind for kind in _kinds([bar]) if bar.images[kind]]
    for kind in kinds:
        left, right = _x(counted, top), _x(counted + bar.images[kind], top)
        ends = (kind == kinds[0], kind == kinds[-1], kind == kinds[-1], kind == kinds[0])
        # A hair of the background between two kinds; one image is seen at any scale.
        gap = 0 if kind == kinds[-1] else 2
        box = (left, upper, max(left + 1, right - gap), lower)
        canvas.rounded_rectangle(box, min(5, (box[2] - box[0]) / 2), fill=_COLOURS[kind], corners=ends)
        counted += bar.images[kind]
    x = _x(top, top) + 18
    count = f"{bar.total:,}"
    write(canvas, (x, middle), count, 21, fill=TEXT)
    if missed := _missed(bar):
        after = x + length(count, 21) + 12
        missed = fitting(missed, 17, _WIDTH - after - 8)
        write(canvas, (after, middle), missed, 17, fill=MUTED)


def _missed(bar: Bar) -> str:
    parts = [(bar.failed, "failed"), (bar.refused, "refused")]
    return " · ".join(f"{count} {what}" for count, what in parts if count)


def _draw_legend(canvas: ImageDraw.ImageDraw, bars: Sequence[Bar]) -> None:
    """The kinds and their colours, under the heading."""
    x = _MARGIN
    for kind in _kinds(bars):
        canvas.rounded_rectangle((x, 55, x + 14, 69), 4, fill=_COLOURS[kind])
        write(canvas, (x + 22, 62), kind, 18, fill=TEXT)
        x += 22 + round(length(kind, 18)) + 24


def _kinds(bars: Sequence[Bar]) -> list[str]:
    found = {kind for bar in bars for kind, count in bar.images.items() if count}
    return [kind for kind in _COLOURS if kind in found]


def _x(value: int, top: int) -> float:
    left, right = _MARGIN + _NAME_WIDTH, _WIDTH - _MARGIN - _COUNT_WIDTH
    return left + (right - left) * value / top


def _scale(most: int) -> tuple[int, int]:
    """Whole steps of 1, 2 or 5 tens, at most six of them, and the end of the axis."""
    step = 1
    while most / step > 6:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step, max(step, -(-most // step) * step)
