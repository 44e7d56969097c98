"""Whether a prompt is about a person, and what in it is the person and what is not, by words."""

# ruff: noqa: RUF001 - marks of other scripts are meant

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.domain.words.looks import AGES, BODY
from bot.domain.words.scenery import (
    ACTIONS,
    AGED,
    CLOTHES,
    FACES,
    LENSES,
    LIGHT,
    MOODS,
    MOODS_HAD,
    NAMES,
    NOT_DONE,
    PEOPLE,
    PICTURES,
    POINTING,
    SMALL,
    THINGS,
    THINGS_FIRST,
    VERY,
    WHERE,
    WITHOUT,
)

# Linear: one letter or mark at a time.
_PHRASE = re.compile(r"[,;.\n、，。；|]+")
# Linear: cannot fail after its first letter.
_WORD = re.compile(r"[\w'’-]+")
_DOERS = ("er", "or", "ist", "ian", "man", "woman", "ess", "eer")
# So long is a word at least that says what is done, such as `baking`; shorter ones are names.
_DONE = 5


class Apart(StrEnum):
    """What a phrase tells of, where that is not how a person looks."""

    CLOTHES = "clothes"
    MOOD = "a mood"
    ACTION = "what they do"
    PLACE = "a place"
    LIGHT = "a light"
    LENS = "a camera"


# Who is painted is told apart from these first: a phrase may hold words of several.
_KINDS = (
    (Apart.LENS, LENSES),
    (Apart.MOOD, MOODS),
    (Apart.LIGHT, LIGHT),
    (Apart.CLOTHES, CLOTHES),
    (Apart.ACTION, ACTIONS),
    (Apart.PLACE, THINGS),
    (Apart.PLACE, THINGS_FIRST),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A prompt's words on who is painted, and what was left out of it, in its own words."""

    who: str
    rest: tuple[str, ...]


def has_no_person(prompt: str) -> bool:
    """Whether a prompt plainly is about something else: it begins with a thing, and no word of it is of a person.

    What cannot be told is no such prompt; a name that nobody knows may be anybody's.
    """
    words = _words(prompt)
    # `no people` is no person.
    if any(_is_person(word) for before, word in pairwise([" ", *words]) if before not in WITHOUT):
        return False
    head, place = _head(_words(_PHRASE.split(prompt, maxsplit=1)[0]))
    if not head:
        return any(word in THINGS or word in THINGS_FIRST for word in place)
    # `Zeus throwing lightning`: what somebody does is behind them.
    doing = next((at for at, word in enumerate(head) if at and _is_done(word)), len(head))
    head, last = head[:doing], head[doing - 1]
    # `street racer`, `snow leopard`: the last word says what it is, and many say that it is somebody.
    if len(head) == 1 and last in NAMES and prompt.strip()[:1].isupper():
        return False
    if last in THINGS or last in THINGS_FIRST:
        return True
    return not last.endswith(_DOERS) and (any(word in THINGS for word in head) or head[0] in THINGS_FIRST)


def person_of(prompt: str) -> Person:
    """Tell who is painted from the rest. What nobody can judge stays with the person: who asked reads it anyway."""
    who: list[str] = []
    rest: list[str] = []
    for phrase in filter(None, (each.strip() for each in _PHRASE.split(prompt))):
        kept, left = _split(_unframed(phrase))
        who += [kept] if kept else []
        rest += left
    return Person(", ".join(who), tuple(rest))


def apart_in(features: str) -> tuple[Apart, ...]:
    """Whether features hold a place, a mood or a light, which would then stand in every later picture."""
    found = {kind for phrase in person_of(features).rest for kind in _kinds(_words(phrase))}
    return tuple(kind for kind in (Apart.PLACE, Apart.MOOD, Apart.LIGHT) if kind in found)


def _unframed(phrase: str) -> str:
    """Without `portrait of`."""
    before, _, behind = phrase.partition(" of ")
    return behind if behind and before and all(word in PICTURES or word in SMALL for word in _words(before)) else phrase


def _split(phrase: str) -> tuple[str, list[str]]:
    """A phrase's part on the person, and what else it says."""
    spans = list(_WORD.finditer(phrase))
    words = [span[0].casefold() for span in spans]
    kinds = [bool(_kinds([span[0].casefold()])) or _is_unlisted_act(span[0]) for span in spans]
    if not any(kinds):
        return phrase, []
    tells = [_tells(word) for word in words]
    place = _opening(words, kinds, tells)
    if not place and not any(tells):
        return "", [phrase]
    end = spans[place].start() if place else len(phrase)
    who, moods = _without_moods(phrase[:end].strip())
    return who, [*moods, *([phrase[end:].strip()] if place else [])]


def _opening(words: list[str], kinds: list[bool], tells: list[bool]) -> int:
    """The word from which on a phrase is no more about the person; 0 where there is none."""
    # A name that no list knows stands in front of what is known not to be a person.
    named = len(words) if any(tells) else kinds.index(True)
    # Whoever it is stands before that: `a tired nurse` does not end at `tired`.
    first = tells.index(True) if any(tells) else next((at for at, word in enumerate(words) if word not in SMALL), 0)
    place, apart = 0, False
    for at in range(len(words) - 1, first, -1):
        if _is_looks(words[at]):
            break
        apart = apart or kinds[at]
        if at <= named and apart and (_opens(words[at]) or (kinds[at] and _is_act_before(words, at))):
            place = at
    return place


def _without_moods(who: str) -> tuple[str, list[str]]:
    """`a very happy child` as `a child`, and `very happy`; a look that is named stays: `sad eyes`."""
    spans = list(_WORD.finditer(who))
    words = [span[0].casefold() for span in spans]
    last = max((at for at, word in enumerate(words) if _tells(word) and not _is_looks(word)), default=0)
    gone = {at for at in range(last) if words[at] in MOODS and not _is_looks(words[at + 1])}
    gone |= {at - 1 for at in gone if at and words[at - 1] in VERY}
    if not gone:
        return who, []
    ends = [*(span.start() for span in spans[1:]), len(who)]
    parts, moods, following = list[str](), list[str](), ""
    for at in reversed(range(len(spans))):
        part = who[spans[at].start() : ends[at]]
        if at in gone:
            moods.append(part.strip())
            continue
        if words[at] in {"a", "an"} and at + 1 in gone:
            part = part[0] + ("n " if following[:1] in set("aeiou") else " ")
        parts.append(part)
        following = words[at]
    before = who[: spans[0].start()]
    return (before + "".join(reversed(parts))).strip(), [" ".join(reversed(moods))]


def _opens(word: str) -> bool:
    """Whether what follows may be no part of the person: where, in what, doing what."""
    does = word in ACTIONS or (word in MOODS and word not in MOODS_HAD)
    return does or word in WHERE or (word in CLOTHES and word.endswith("ing"))


def _is_unlisted_act(word: str) -> bool:
    """Whether a word, as it is written, says what somebody does, such as `baking`: no list holds all of them."""
    if len(word) < _DONE or not word[0].islower() or word in NOT_DONE:
        return False
    return _is_done(word) and not _is_person(word) and not _is_looks(word) and not _kinds([word])


def _is_act_before(words: list[str], at: int) -> bool:
    """Whether the word is such an act, and not what somebody is: `boxing champion`."""
    return _is_unlisted_act(words[at]) and not (at + 1 < len(words) and _is_person(words[at + 1]))


def _tells(word: str) -> bool:
    """Whether a word says who it is: not one that points to somebody, nor what a face does."""
    return _is_looks(word) or (_is_person(word) and word not in POINTING and word not in MOODS)


def _kinds(words: list[str]) -> set[Apart]:
    return {kind for kind, listed in _KINDS if any(word in listed for word in words)}


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _head(words: list[str]) -> tuple[list[str], list[str]]:
    """The words up to where something is, without articles and `photo of`; and those behind."""
    if "of" in words and any(word in PICTURES for word in words[: words.index("of")]):
        words = words[words.index("of") + 1 :]
    # `an` is an article first, and says where something is in German alone.
    end = next((at for at, word in enumerate(words) if word in WHERE and word not in SMALL), len(words))
    return [word for word in words[:end] if word not in SMALL], words[end:]


def _is_done(word: str) -> bool:
    """Whether it says what somebody does: `throwing`, and not `building` or `living room`."""
    return word.endswith("ing") and word != "living" and word not in THINGS


def _is_person(word: str) -> bool:
    # `an` is French for a year.
    return word in AGED or word in PEOPLE or word in FACES or (word in AGES and word not in SMALL)


def _is_looks(word: str) -> bool:
    return (word in BODY and word not in CLOTHES) or (word in FACES and word not in MOODS)
