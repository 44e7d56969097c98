"""Our own `characters.json`: written by an export, and read again unchanged."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from bot.domain.characters.character import FEATURES_LIMIT, Character, Identity
from bot.domain.characters.formats import Entry, Parsed, collected, named, person
from bot.domain.characters.looks import SOURCE_READ, cut
from bot.domain.errors import FileRefused
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.domain.words.text import clean

MANIFEST = "characters.json"
FORMAT, VERSION = "limner.characters", 1
# Under which an export to another program keeps what only we read.
OURS = "limner"


def is_own(document: Mapping[str, Any]) -> bool:
    """Whether the document says that it is ours."""
    return document.get("format") == FORMAT


def parse_manifest(document: Mapping[str, Any], image_of: Callable[[str], bytes | None]) -> Parsed:
    """Our own `characters.json`. `image_of` finds an image by the name that the document gives it."""
    if document.get("version") != VERSION:
        raise FileRefused("it was written by a newer version of Limner")
    listed = document.get("characters")
    if not isinstance(listed, list):
        raise FileRefused("its list of characters is missing")

    def read(raw: Mapping[str, Any]) -> Entry:
        name = raw.get("reference")
        image = image_of(name) if isinstance(name, str) and name else None
        entry = own_entry(raw, image)
        return (
            replace(entry, notes=(*entry.notes, "its image is missing, broken or too large"))
            if name and not image
            else entry
        )

    return collected("Limner", cast("list[Any]", listed), read)


def own_entry(raw: Mapping[str, Any], image: bytes | None, *, pictured: bool = False) -> Entry:
    """A character as we wrote it: nothing of it is filled in or chosen. Raises Useless without a name.

    `pictured`: its picture is to be fetched.
    """
    name, notes = named(raw.get("name"))
    features = raw.get("features")
    said = clean(features[:SOURCE_READ]) if isinstance(features, str) else ""
    if len(said) > FEATURES_LIMIT:
        said, notes = cut(said), (*notes, f"its description was cut to {FEATURES_LIMIT} characters")
    by_image = (image or pictured) and (raw.get("identity") == Identity.REFERENCE or not said)
    return Entry(
        name,
        said,
        seed=_seed(raw.get("seed")),
        identity=Identity.REFERENCE if by_image else Identity.SEED,
        image=image,
        credit=person(raw.get("credit")),
        notes=notes,
    )


def _seed(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and SEED_MIN <= value <= SEED_MAX:
        return value
    return None


def written(character: Character, image: str | None) -> dict[str, Any]:
    """A character as our files hold it; `image` is the name of its picture there."""
    return {
        "name": character.name,
        "features": character.features,
        "seed": character.seed,
        "identity": str(character.identity),
        "reference": image,
        "credit": character.credit,
        # For who reads it: a file that comes back may be anybody's, so an import never believes it.
        "origin": character.origin,
        "created_at": character.created_at.isoformat(),
    }


def manifest(characters: Iterable[tuple[Character, str | None]]) -> bytes:
    """Our `characters.json`: each character with the name of its image in the archive."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "characters": [written(character, image) for character, image in characters],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()
