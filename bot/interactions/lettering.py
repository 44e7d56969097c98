"""Words in the pictures that the bot draws, in any script: each letter in a font that has it.

Half a text is worse than none: where a letter is in no font, or cannot be shaped, nothing of it is drawn (`drawable` is
empty), and the caller shows the number that stands beside it. Emoji and other signs are no letters: they may go.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Literal

from PIL import ImageDraw, features

from bot.domain.words import text
from bot.interactions.fonts import BUNDLED, font_of, holds, sized

BACK, TRACK = "#2B2D31", "#313338"
TEXT, MUTED = "#F2F3F5", "#949BA4"

# Scripts whose letters change by their neighbours, or run to the left: without Raqm they come out as a heap of letters.
_SHAPED = (
    (0x0590, 0x1AFF),
    (0xA800, 0xABFF),
    (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFF),
    (0x10800, 0x11FFF),
    (0x1E800, 0x1EFFF),
)
# ... of which these lie among the letters of other scripts: Georgian, Hangul jamo, Ethiopic, Cherokee, Canadian.
_PLAIN = ((0x10A0, 0x16FF),)
# What a word is read without: accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, frames of digits.
_ACCENTS = (
    (0x0300, 0x036F),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
)
# Signs that a font may lack and another sign stands for.
_LIKE = {"\u301c": "\uff5e"}
_JOINERS = "\u200c\u200d"
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that are drawn in one go. `plain`: one after the other to the right, as they stand in their font."""

    words: str
    font: Path
    direction: Direction

    @property
    def plain(self) -> bool:
        return self.direction == "ltr" and not any(map(_needs_shaping, self.words))


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)


def _needs_shaping(char: str) -> bool:
    return _within(char, _SHAPED) and not _within(char, _PLAIN)


def _clusters(words: str) -> Iterator[str]:
    """Letters with the marks that belong to them."""
    cluster = ""
    for char in words:
        if cluster and (unicodedata.category(char).startswith("M") or char in _JOINERS):
            cluster += char
            continue
        if cluster:
            yield cluster
        cluster = char
    if cluster:
        yield cluster


def drawable(words: str) -> str:
    """The text as it can be drawn, without accents and signs that no font has; empty where a letter cannot be drawn."""
    kept: list[str] = []
    for cluster in _clusters(text.clean(words)):
        found = _drawable(cluster)
        if found is None:
            return ""
        kept.append(found)
    return text.clean("".join(kept))


def _drawable(cluster: str) -> str | None:
    """None where a letter would be missing."""
    shaped = any(_needs_shaping(char) for char in cluster)
    if shaped and not features.check("raqm"):
        return None
    # A joiner between emoji, or at the end, joins nothing that is drawn.
    whole = cluster if shaped else "".join(char for char in cluster if char not in _JOINERS)
    letters = "".join(_LIKE.get(char, char) for char in whole if not _is_selector(char))
    bare = "".join(char for char in letters if not _within(char, _ACCENTS))
    apart = "".join(char for char in unicodedata.normalize("NFKD", letters) if not _within(char, _ACCENTS))
    for tried in (letters, bare, apart):
        if tried and font_of(tried.translate(_NO_JOINERS)) is not None:
            return tried
    return None if any(unicodedata.category(char)[0] in "LN" or _is_vowel(char) for char in bare) else ""


_NO_JOINERS = dict.fromkeys(map(ord, _JOINERS))


def _is_selector(char: str) -> bool:
    return 0xFE00 <= ord(char) <= 0xFE0F


def _is_vowel(char: str) -> bool:
    """Marks that are letters in all but name: the vowels of Thai, Hindi and their kind."""
    return unicodedata.category(char).startswith("M") and _needs_shaping(char)


def _direction(cluster: str) -> Direction | None:
    """None for what has no direction of its own. Digits have that of the word before them."""
    kinds = {unicodedata.bidirectional(char) for char in cluster}
    if kinds & {"R", "AL"}:
        return "rtl"
    return "ltr" if "L" in kinds else None


def runs(words: str) -> list[Run]:
    """The runs of a drawable text, from left to right.

    Two levels of direction, which captions do with: words to the left within a line to the right, and the other way.
    """
    clusters = list(_clusters(words))
    told: list[Direction | None] = [_direction(each) for each in clusters]
    base = _first(told, "ltr")
    found: list[Run] = []
    font = BUNDLED
    for place, cluster in enumerate(clusters):
        bare = cluster.translate(_NO_JOINERS)
        # Spaces and signs stay in the font of the word, if it has them: a change is seen.
        if not all(holds(font, char) for char in bare) or (told[place] and holds(BUNDLED, bare[0])):
            font = font_of(bare) or BUNDLED
        found.append(Run(cluster, font, _resolved(cluster, told, place, base)))
    segments = [list(segment) for _, segment in groupby(found, key=lambda each: each.direction)]
    ordered = segments if base == "ltr" else segments[::-1]
    return [run for segment in ordered for run in _joined(segment)]


def _joined(letters: Sequence[Run]) -> list[Run]:
    """Letters of one direction as runs of one font, from left to right."""
    found = [
        replace(same[0], words="".join(each.words for each in same))
        for same in (list(group) for _, group in groupby(letters, key=lambda each: each.font))
    ]
    return found if found[0].direction == "ltr" else found[::-1]


def _resolved(cluster: str, told: Sequence[Direction | None], place: int, base: Direction) -> Direction:
    """The direction of what has none: that of both sides where they agree, else that of the line."""
    before = _first(told[place::-1], base)
    # What has one finds it there.
    if told[place] is not None or cluster.isdecimal():
        return before
    return before if before == _first(told[place:], base) else base


def _first(told: Iterable[Direction | None], otherwise: Direction) -> Direction:
    for each in told:
        if each is not None:
            return each
    return otherwise


def _towards(run: Run) -> Direction | None:
    """What Raqm is told; without it Pillow takes no direction."""
    return run.direction if features.check("raqm") else None


def length(words: str, size: int) -> float:
    """How many pixels wide a drawable text is."""
    return sum(sized(run.font, size).getlength(run.words, direction=_towards(run)) for run in runs(words))


def write(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    words: str,
    size: int,
    *,
    fill: str,
    anchor: Literal["l", "m"] = "l",
) -> None:
    """Draw a text with its left end, or its middle, at a point of the line's middle height."""
    x, middle = at
    if anchor == "m":
        x -= length(words, size) / 2
    ascent, descent = sized(BUNDLED, size).getmetrics()
    # One base line for all fonts, whatever their heights.
    baseline = middle + (ascent - descent) / 2
    for run in runs(words):
        font = sized(run.font, size)
        canvas.text((x, baseline), run.words, font=font, fill=fill, anchor="ls", direction=_towards(run))
        x += font.getlength(run.words, direction=_towards(run))


def fitting(words: str, size: int, width: float) -> str:
    """As much of the words as fits into so many pixels."""
    if length(words, size) <= width:
        return words
    shown = [f"{words[:end].rstrip()}..." for end in range(1, len(words) + 1)]
    fits = bisect_right(shown, width, key=lambda each: length(each, size))
    return shown[max(0, fits - 1)]


def wrapped(words: str, size: int, width: float, lines: int) -> list[str]:
    """The words in at most so many lines of so many pixels; the last one is cut where they do not fit."""
    found = [""]
    for piece in (part for whole in _pieces(words) for part in _broken(whole, size, width)):
        longer = f"{found[-1]}{piece}"
        if found[-1].strip() and len(found) < lines and length(longer.strip(), size) > width:
            found.append(piece)
        else:
            found[-1] = longer
    return [fitting(line.strip(), size, width) for line in found]


def _broken(piece: str, size: int, width: float) -> Iterator[str]:
    """A word that is longer than a line, in parts that are not: some scripts have no spaces at all."""
    part = ""
    for cluster in _clusters(piece) if length(piece.strip(), size) > width else (piece,):
        if part and length(part + cluster, size) > width:
            yield part
            part = ""
        part += cluster
    yield part


def _pieces(words: str) -> Iterator[str]:
    """Where a line may end: after a space, and before any letter of Chinese and Japanese, which have none."""
    piece = ""
    for char in words:
        if piece and (piece.endswith(" ") or _ends_anywhere(char)):
            yield piece
            piece = ""
        piece += char
    yield piece


def _ends_anywhere(char: str) -> bool:
    return unicodedata.category(char) == "Lo" and unicodedata.east_asian_width(char) == "W" and not _is_hangul(char)


def _is_hangul(char: str) -> bool:
    return 0xAC00 <= ord(char) <= 0xD7A3
