"""Characters that travel: what is read of a file, whatever its kind.

A file to import is hostile until it is read: every size, count, depth and type is bounded, nothing is written, and no
name in an archive is used as a path.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT, Identity
from bot.domain.characters.looks import SOURCE_READ, Source, Taken, look_of, without_speech
from bot.domain.characters.macros import resolved
from bot.domain.words.text import clean, is_visible, shortened

IMPORT_BYTES = 8 * 2**20
MAX_CHARACTERS = 200
_LINK_LIMIT = 2048


@dataclass(frozen=True, slots=True)
class Entry:
    """One character of a file, its words already cleaned and within their limits.

    `taken` says how much of its description the features are; None where nothing was chosen. Features may be empty
    where there is a picture.
    """

    name: str
    features: str
    seed: int | None = None
    identity: Identity = Identity.SEED
    image: bytes | None = None
    link: str | None = None
    credit: str | None = None
    notes: tuple[str, ...] = ()
    taken: Taken | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What the report says of one character: why it was skipped, or what of it was left out."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds. `source` names its kind."""

    source: str
    entries: tuple[Entry, ...]
    skipped: tuple[Remark, ...] = ()


class Useless(Exception):
    """Nothing can be made of an item; says why."""


def collected(source: str, listed: Sequence[Any], read: Callable[[Mapping[str, Any]], Entry]) -> Parsed:
    """The entries of a list, with a remark for each item of which nothing can be made."""
    entries: list[Entry] = []
    skipped: list[Remark] = []
    for number, raw in enumerate(listed[:MAX_CHARACTERS], 1):
        item: Mapping[str, Any] = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        try:
            entry = read(item)
        except Useless as error:
            skipped.append(Remark(f"number {number}", str(error)))
            continue
        if entry.features or entry.image or entry.link:
            entries.append(entry)
        else:
            skipped.append(Remark(entry.name, NEEDS_FEATURES))
    if len(listed) > MAX_CHARACTERS:
        rest = len(listed) - MAX_CHARACTERS
        skipped.append(Remark(f"{rest} more", f"one file may bring {MAX_CHARACTERS} characters"))
    return Parsed(source, tuple(entries), tuple(skipped))


NEEDS_FEATURES = "needs features: it has neither a description nor a picture"


def named(name: Any) -> tuple[str, tuple[str, ...]]:
    """The name within its limit, and what is to be said about that; raises Useless without one."""
    called = clean(name[:SOURCE_READ]) if isinstance(name, str) else ""
    if not is_visible(called):
        raise Useless("it has no name")
    short = shortened(called, NAME_LIMIT)
    return short, () if short == called else (f"its name was cut to {NAME_LIMIT} characters",)


def described(name: Any, texts: Sequence[tuple[Source, str]], *, user: str = "you", nickname: Any = None) -> Entry:
    """A character of another program: of its texts, what tells of looks. Raises Useless without a name."""
    short, notes = named(name)
    called = clean(nickname[:NAME_LIMIT]) if isinstance(nickname, str) else ""

    def filled(text: str) -> str:
        return resolved(without_speech(text[:SOURCE_READ]), called or short, user)

    look = look_of([(source, filled(text)) for source, text in texts], short)
    if look.taken is Taken.BEGINNING:
        notes += (f"its description was cut to {FEATURES_LIMIT} characters",)
    if look.taken is Taken.LOOKS:
        notes += ("of its description I took what tells of looks",)
    return Entry(short, look.text if is_visible(look.text) else "", notes=notes, taken=look.taken)


def linked(entry: Entry, link: Any) -> Entry:
    """The entry with the link of its picture, if that is one that is followed."""
    if not isinstance(link, str) or not link.strip():
        return entry
    link = link.strip()
    if not link.startswith("https://") or len(link) > _LINK_LIMIT:
        return replace(entry, notes=(*entry.notes, "its avatar's link is not one that I follow"))
    return replace(entry, link=link)


def person(value: Any) -> str | None:
    """A creator's name as it is kept."""
    return shortened(clean(value[:SOURCE_READ]), NAME_LIMIT) or None if isinstance(value, str) else None
