"""Characters that travel: our own archive, and what is understood of other bots' exports.

A file to import is hostile until it is read: every size, count, depth and type is bounded here, nothing is written,
and no name in an archive is used as a path.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT, Character, Identity
from bot.domain.errors import FileRefused
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.domain.words.text import clean, is_visible, shortened

IMPORT_BYTES = 8 * 2**20
MAX_CHARACTERS = 200
MAX_DEPTH = 40
MAX_VALUES = 400_000
FORMAT, VERSION = "limner.characters", 1
UNDESCRIBED = "a person"
_TEXT_READ = 20_000
_LINK_LIMIT = 2048
# Linear: spaces are bounded on both sides.
_PLACEHOLDER = re.compile(r"\{\{\s{0,9}(char|user)\s{0,9}\}\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One character of a file, its words already cleaned and within their limits."""

    name: str
    features: str
    seed: int | None = None
    identity: Identity = Identity.SEED
    image: bytes | None = None
    link: str | None = None
    credit: str | None = None
    notes: tuple[str, ...] = ()


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


def read_json(data: bytes) -> Any:
    """The JSON value of hostile bytes: of bounded depth and size. Raises FileRefused."""
    # Before they are made, for nothing else runs meanwhile. Texts hold such marks too, but not as many.
    if sum(data.count(mark) for mark in b",[{") > 2 * MAX_VALUES:
        raise FileRefused("it holds too many values")
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        raise FileRefused("it is nested too deeply") from None
    except ValueError:
        raise FileRefused("it is neither a ZIP, a PNG nor JSON that I can read") from None
    _check_shape(value)
    return value


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_shape(value: Any) -> None:
    level: list[Any] = [value]
    seen = 0
    for _ in range(MAX_DEPTH):
        seen += len(level)
        if seen > MAX_VALUES:
            raise FileRefused("it holds too many values")
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise FileRefused("it is nested too deeply")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()


def parse_json(value: Any) -> Parsed:
    """The characters of another bot's export. Raises FileRefused for a file of no known kind."""
    if not isinstance(value, dict):
        raise FileRefused("it is JSON, but no export that I know")
    document = cast("dict[str, Any]", value)
    if document.get("format") == FORMAT:
        return parse_manifest(document, lambda _: None)
    if isinstance(document.get("tuppers"), list):
        return _collected("Tupperbox", document["tuppers"], _proxied)
    if isinstance(document.get("members"), list):
        return _collected("PluralKit", document["members"], _proxied)
    if str(document.get("spec", "")).startswith("chara_card") or {"name", "description"} <= set(document):
        return parse_card(document, None)
    raise FileRefused("it is JSON, but no export of Limner, SillyTavern, PluralKit or Tupperbox")


def parse_manifest(document: Mapping[str, Any], image_of: Callable[[str], bytes | None]) -> Parsed:
    """Our own `characters.json`. `image_of` finds an image by the name that the document gives it."""
    if document.get("version") != VERSION:
        raise FileRefused("it was written by a newer version of Limner")
    listed = document.get("characters")
    if not isinstance(listed, list):
        raise FileRefused("its list of characters is missing")

    def own(raw: Mapping[str, Any]) -> Entry:
        entry = _entry(raw.get("name"), raw.get("features"))
        name = raw.get("reference")
        image = image_of(name) if isinstance(name, str) and name else None
        lost = ("its image is missing or too large",) if name and image is None else ()
        identity = Identity.REFERENCE if raw.get("identity") == Identity.REFERENCE and image else Identity.SEED
        return replace(
            entry,
            seed=_seed(raw.get("seed")),
            identity=identity,
            image=image,
            credit=_person(raw.get("credit")),
            notes=entry.notes + lost,
        )

    return _collected("Limner", cast("list[Any]", listed), own)


def parse_card(document: Mapping[str, Any], image: bytes | None) -> Parsed:
    """A SillyTavern character card: version 1 at the top level, versions 2 and 3 inside `data`."""
    inner = document.get("data")
    card = cast("Mapping[str, Any]", inner) if isinstance(inner, dict) else document

    def read(raw: Mapping[str, Any]) -> Entry:
        described = next((raw[key] for key in ("description", "personality") if _filled(raw.get(key))), None)
        return replace(_entry(raw.get("name"), described), image=image, credit=_person(raw.get("creator")))

    return _collected("SillyTavern", [card], read)


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _proxied(raw: Mapping[str, Any]) -> Entry:
    """A member of PluralKit's or a tupper: the displayed name if it fits, else the plain one."""
    shown = raw.get("display_name")
    fits = isinstance(shown, str) and 1 <= len(clean(shown[:_TEXT_READ])) <= NAME_LIMIT
    entry = _entry(shown if fits else raw.get("name"), raw.get("description"))
    link = raw.get("avatar_url")
    if not isinstance(link, str) or not link:
        return entry
    if not link.startswith("https://") or len(link) > _LINK_LIMIT:
        return replace(entry, notes=(*entry.notes, "its avatar's link is not one that I follow"))
    return replace(entry, link=link)


class _Useless(Exception):
    """Nothing can be made of an item; says why."""


def _collected(source: str, listed: Sequence[Any], read: Callable[[Mapping[str, Any]], Entry]) -> Parsed:
    entries: list[Entry] = []
    skipped: list[Remark] = []
    for number, raw in enumerate(listed[:MAX_CHARACTERS], 1):
        item: Mapping[str, Any] = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        try:
            entry = read(item)
        except _Useless as error:
            skipped.append(Remark(f"number {number}", str(error)))
            continue
        if not entry.features and not entry.image and not entry.link:
            skipped.append(Remark(entry.name, "it has neither a description nor a picture"))
            continue
        if not entry.features:
            note = f"it had no description, so I wrote “{UNDESCRIBED}”; `/character edit` changes that"
            entry = replace(entry, features=UNDESCRIBED, notes=(*entry.notes, note))
        entries.append(entry)
    if len(listed) > MAX_CHARACTERS:
        rest = len(listed) - MAX_CHARACTERS
        skipped.append(Remark(f"{rest} more", f"one file may bring {MAX_CHARACTERS} characters"))
    return Parsed(source, tuple(entries), tuple(skipped))


def _entry(name: Any, features: Any) -> Entry:
    """Name and features within their limits; raises _Useless without a name."""
    called = clean(name[:_TEXT_READ]) if isinstance(name, str) else ""
    if not is_visible(called):
        raise _Useless("it has no name")
    notes: list[str] = []
    short = shortened(called, NAME_LIMIT)
    if short != called:
        notes.append(f"its name was cut to {NAME_LIMIT} characters")
    described = features[:_TEXT_READ] if isinstance(features, str) else ""
    described = clean(_PLACEHOLDER.sub(lambda match: short if match[1].lower() == "char" else "you", described))
    if len(described) > FEATURES_LIMIT:
        notes.append(f"its description was cut to {FEATURES_LIMIT} characters")
        described = shortened(described[:FEATURES_LIMIT].rpartition(" ")[0] or described, FEATURES_LIMIT)
    return Entry(short, described, notes=tuple(notes))


def _seed(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and SEED_MIN <= value <= SEED_MAX:
        return value
    return None


def _person(value: Any) -> str | None:
    return shortened(clean(value[:_TEXT_READ]), NAME_LIMIT) or None if isinstance(value, str) else None


def manifest(characters: Iterable[tuple[Character, str | None]]) -> bytes:
    """Our `characters.json`: each character with the name of its image in the archive."""
    listed = [
        {
            "name": character.name,
            "features": character.features,
            "seed": character.seed,
            "identity": str(character.identity),
            "reference": image,
            "credit": character.credit,
            "created_at": character.created_at.isoformat(),
        }
        for character, image in characters
    ]
    document = {"format": FORMAT, "version": VERSION, "characters": listed}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
