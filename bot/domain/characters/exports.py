"""Characters as other programs read them. Each copy carries ours beside theirs, so that it comes back as it was."""

import base64
import json
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from bot.domain.characters.character import Character
from bot.domain.characters.own import OURS, written

# What the pictures of an expression sheet are called where one is put beside a chat.
SPRITES = {
    "Calm": "neutral",
    "Smiling": "joy",
    "Laughing": "amusement",
    "Sad": "sadness",
    "Angry": "anger",
    "Surprised": "surprise",
}
# What Windows makes no file of, whatever its ending.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


class Format(StrEnum):
    """In whose form characters leave."""

    LIMNER = "limner"
    SILLYTAVERN = "sillytavern"
    PLURALKIT = "pluralkit"
    TUPPERBOX = "tupperbox"


def card_png(picture: bytes, character: Character) -> bytes:
    """The picture, a PNG, with the character in it: as a card of the second version and as one of the third."""
    end = picture.rindex(b"IEND") - 4
    chunks = b"".join(
        _chunk(keyword, card)
        for keyword, card in ((b"chara", _card(character, third=False)), (b"ccv3", _card(character, third=True)))
    )
    return picture[:end] + chunks + picture[end:]


def _chunk(keyword: bytes, card: Mapping[str, Any]) -> bytes:
    body = b"tEXt" + keyword + b"\0" + base64.b64encode(json.dumps(card, ensure_ascii=False).encode())
    return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def _card(character: Character, *, third: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": character.name,
        "description": character.features,
        "personality": "",
        "scenario": "",
        "first_mes": "",
        "mes_example": "",
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": [],
        "tags": [],
        "creator": character.credit or "",
        "character_version": "",
        "extensions": {OURS: written(character, "main" if character.reference else None)},
    }
    if third:
        moment = int(character.created_at.timestamp())
        icon = {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}
        data |= {"assets": [icon], "group_only_greetings": [], "creation_date": moment, "modification_date": moment}
    version = "3" if third else "2"
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data}


def pluralkit(characters: Iterable[Character]) -> bytes:
    """A system of PluralKit's. Pictures have an address where they were brought from one."""
    members: list[dict[str, Any]] = [
        {
            "name": each.name,
            "display_name": None,
            "description": each.features or None,
            "avatar_url": each.link,
            "proxy_tags": [],
            OURS: written(each, None),
        }
        for each in characters
    ]
    return _document({"version": 2, "name": None, "members": members, "groups": [], "switches": []})


def tupperbox(characters: Iterable[Character]) -> bytes:
    """Tuppers of Tupperbox: who writes the name and a colon speaks as they do."""
    tuppers: list[dict[str, Any]] = [
        {
            "name": each.name,
            "description": each.features or None,
            "avatar_url": each.link,
            "brackets": [f"{each.name}:", ""],
            "position": position,
            "show_brackets": False,
            OURS: written(each, None),
        }
        for position, each in enumerate(characters)
    ]
    return _document({"tuppers": tuppers, "groups": []})


def _document(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def file_name(name: str, taken: Iterable[str] = ()) -> str:
    """A name that every disk takes, made of a character's; not one that is taken."""
    kept = "".join(char for char in name if _is_kept(char)).strip() or "character"
    # Con is a name, and to Windows a screen.
    kept += "_" if kept.casefold() in _DEVICES else ""
    free = kept
    number = 2
    while free.casefold() in {each.casefold() for each in taken}:
        free, number = f"{kept} {number}", number + 1
    return free


def _is_kept(char: str) -> bool:
    """Letters with all that belongs to them: in many scripts vowels are marks."""
    return char.isalnum() or char in " -_" or unicodedata.category(char)[0] == "M"
