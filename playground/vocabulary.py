"""The tables of `vocabulary.toml`, turned around: from each word to what it draws."""

import hashlib
import tomllib
from importlib.resources import files
from typing import Final

Values = tuple[str, ...]

_TABLES: Final[dict[str, dict[str, str]]] = tomllib.loads(
    files("playground").joinpath("vocabulary.toml").read_text("utf-8")
)


def _by_word(table: str) -> dict[str, str]:
    return {word: drawn for drawn, words in _TABLES[table].items() for word in words.split()}


def _lists(table: str) -> dict[str, Values]:
    return {name: tuple(words.split()) for name, words in _TABLES[table].items()}


COLOURS: Final = _by_word("colours")
HAIR: Final = COLOURS | _by_word("hair")
EYES: Final = COLOURS | _by_word("eyes")
SKIN: Final = _by_word("skin")
SHAPES: Final = _by_word("shapes")
LENGTHS: Final = _lists("lengths")
HEADWEAR: Final = _by_word("headwear")
MOODS: Final = _by_word("moods")
CLOTHES: Final = _by_word("clothes")
WORN: Final = _by_word("worn")
OUTDOORS: Final = frozenset(_TABLES["outdoors"])
PLACES: Final = _by_word("outdoors") | _by_word("indoors")
WEATHER: Final = _by_word("weather")
HOURS: Final = _by_word("hours")
LIGHTS: Final = _by_word("lights")
PEOPLE: Final = _by_word("people")
USUAL: Final = _lists("usual")
NOUNS: Final = _lists("nouns")
SAYS: Final = _lists("says")
GRAMMAR: Final = _lists("grammar")
SPELLINGS: Final = _by_word("spellings")
JOINED: Final = {words: one.strip() for one, words in _TABLES["joined"].items()}
DESCRIBED: Final = frozenset(
    {"eyes", "skin", "eyepatch", *CLOTHES, *HEADWEAR, *(noun for nouns in NOUNS.values() for noun in nouns)}
)


def pick(seed: int, what: str, values: Values) -> str:
    """One of the values, by the seed: the same on every machine."""
    return values[int(hashlib.sha256(f"{seed}:{what}".encode()).hexdigest(), 16) % len(values)]
