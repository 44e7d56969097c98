"""What of a long description says how a person looks: features are short, and stories are long."""

# ruff: noqa: RUF001 - marks of other scripts are meant

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

from bot.domain.characters.character import FEATURES_LIMIT
from bot.domain.characters.prose import lines_of, sentences
from bot.domain.words.looks import AGE_TITLES, AGES, BODY, NAME_TITLES, OTHER_TITLES, PLAIN_TITLES, TITLES
from bot.domain.words.text import clean, is_visible, shortened

SOURCE_READ = 20_000
# Sentences and labelled lines of one text: more than that many characters hold, unless they are no text.
PIECES_READ = 600
_ENOUGH = 40
# Linear: a bounded number, and a bounded word behind it.
_AGED = re.compile(r"\d{1,4}+[\s-]{0,2}+(\w{1,12}+)")
_SPEECH = ("<start>", "{{user}}:", "{user}:", "<user>:")
_OWN_SPEECH = ("{{char}}:", "{char}:", "<bot>:", "<char>:")
_YOU = "\ufffc"


class Source(Enum):
    """What a text of a card is about, by the field that it stands in."""

    LOOK = auto()
    MAIN = auto()
    MIND = auto()
    ASIDE = auto()


class Taken(Enum):
    """How much of what was written became the features."""

    ALL = auto()
    LOOKS = auto()
    BEGINNING = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """The features made of a description, at most 600 characters, and how much of it they are."""

    text: str
    taken: Taken


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence or a labelled list. `rank`: 4 an age, 3 said to be looks, 2 and 1 by its words, 0 open, -1 a story."""

    text: str
    rank: int
    words: int


def look_of(texts: Sequence[tuple[Source, str]], name: str) -> Look:
    """What of these texts describes the person, cut at sentences."""
    pieces = list(_unique(_pieces([each for each in texts if each[0] is not Source.ASIDE], name), name))
    if not any(piece.rank > 0 for piece in pieces):
        asides = _unique(_pieces([each for each in texts if each[0] is Source.ASIDE], name), name)
        pieces += [piece for piece in asides if piece.rank > 1]
    headed = sum(len(piece.text) for piece in pieces if piece.rank > 2)
    # Where looks are headed, what is neither headed nor about a body is a story.
    telling = [piece for piece in pieces if piece.rank >= (1 if headed >= _ENOUGH else 0)] or pieces
    if len(_joined(telling)) <= FEATURES_LIMIT:
        return Look(_joined(telling), Taken.ALL if len(telling) == len(pieces) else Taken.LOOKS)
    looks = [piece for piece in telling if piece.rank > 0]
    if not looks:
        return Look(cut(_joined(telling)), Taken.BEGINNING)
    return Look(_joined(_best(looks)), Taken.LOOKS)


def without_speech(text: str) -> str:
    """The text without examples of dialogue: it is looked at before its placeholders are filled in."""
    folded = text.casefold()
    if not any(mark in folded for mark in _SPEECH):
        return text
    kept: list[str] = []
    spoken = False
    for line in text.splitlines():
        start = line.strip().casefold()
        if start.startswith("<start>"):
            spoken = True
        elif not start or start.startswith(("#", "**", "[", "==")):
            spoken = False
        if not spoken and not start.startswith((*_SPEECH, *_OWN_SPEECH)):
            kept.append(line)
    return "\n".join(kept)


def cut(text: str, limit: int = FEATURES_LIMIT) -> str:
    """At most `limit` characters: up to the end of a sentence if there is one, else of a part, else of a word."""
    if len(text) <= limit:
        return text
    whole, size = list[str](), 0
    for sentence in sentences(text):
        # Where the sentence ends in the text, with the spaces in front of it.
        size = text.index(sentence, size) + len(sentence)
        if size > limit:
            break
        whole.append(text[:size])
    if whole and len(whole[-1]) * 3 >= limit:
        return whole[-1]
    start = text[: limit - 1]
    for marks in (",;、，；", " \u3000"):
        place = max(start.rfind(mark) for mark in marks)
        if place * 2 >= limit:
            return start[:place].rstrip(" ,;、，；") + "…"
    return shortened(text, limit)


def _pieces(texts: Iterable[tuple[Source, str]], name: str) -> Iterator[_Piece]:
    for source, text in texts:
        yield from islice(_pieces_of(source, text, name), PIECES_READ)


def _pieces_of(source: Source, text: str, name: str) -> Iterator[_Piece]:
    title = {Source.LOOK: 3, Source.MIND: -1}.get(source, 0)
    first_part, begun = title > 0, False
    for line in lines_of(text[:SOURCE_READ]):
        if line.is_heading:
            title = _kind(line.label) if line.label else 0
            first_part, begun = title > 0, False
        elif line.is_blank:
            # A story may follow what is headed; after an empty line its words decide.
            first_part = first_part and (not begun or source is Source.LOOK)
        else:
            begun = True
            label = "" if line.label.casefold() == name.casefold() else line.label
            yield from _said(label, line.text, title if title < 0 or first_part else 0)


def _said(label: str, text: str, title: int) -> Iterator[_Piece]:
    kind = _kind(label) if label else 0
    words = set(label.casefold().split())
    if words and words <= NAME_TITLES.whole:
        return
    listed = [each.strip() for each in text.split(" + ")]
    if kind > 0 or (label and not kind and title > 0):
        text = ", ".join(listed)
        aged = words & AGE_TITLES.whole
        shown = text if words <= PLAIN_TITLES.whole else f"{label}: {text}"
        if len(shown) <= FEATURES_LIMIT // 2:
            yield _Piece(clean(shown), 4 if aged else 3, 9)
            return
        yield from (_Piece(clean(each), 3, BODY.count(each)) for each in sentences(shown))
        return
    rank = kind or title
    said = listed if len(listed) > 2 else sentences(f"{label}: {text}" if label and not kind else text)
    for each in said:
        count = BODY.count(each) + _ages(each)
        by_words = min(count, 2) - (1 if _YOU in each else 0)
        if rank < 0:
            yield _Piece(clean(each), 1 if by_words > 1 and rank == title else -1, count)
        else:
            yield _Piece(clean(each), max(rank, by_words, 0), count)


def _ages(text: str) -> int:
    return min(1, sum(AGES.count(found[1]) for found in _AGED.finditer(text)))


def _kind(label: str) -> int:
    """3 for a title of looks, -1 for one of anything else that is known, else 0."""
    looks, others = TITLES.count(label), OTHER_TITLES.count(label)
    return 3 if looks and looks >= others else -1 if others else 0


def _unique(pieces: Iterable[_Piece], name: str) -> Iterator[_Piece]:
    """Each piece once, and none that says nothing or the name alone."""
    seen = {name.casefold()}
    for piece in pieces:
        key = piece.text.casefold().strip(" .,;:!。、")
        if key and key not in seen and is_visible(piece.text):
            seen.add(key)
            yield piece


def _best(looks: Sequence[_Piece]) -> list[_Piece]:
    """As many pieces as there is room for, the most telling first, in the order in which they were written."""
    order = sorted(range(len(looks)), key=lambda place: (-looks[place].rank, -min(looks[place].words, 4), place))
    chosen: list[int] = []
    room = FEATURES_LIMIT
    for place in order:
        size = len(looks[place].text) + 2
        if size <= room:
            chosen.append(place)
            room -= size
    if not chosen:
        return [_Piece(cut(looks[order[0]].text), 3, 0)]
    return [looks[place] for place in sorted(chosen)]


def _joined(pieces: Sequence[_Piece]) -> str:
    text = ""
    for piece in pieces:
        mark = (
            "" if not text or text.endswith((".", "!", "?", "。", "！", "？", "…", ",", ";", "，", "；", '"')) else ";"
        )
        text += f"{mark} {piece.text}" if text else piece.text
    return text.replace(_YOU, "you")
