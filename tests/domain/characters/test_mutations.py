"""Files of every shape, damaged in every way: the answer is a result that can be saved, or a sentence."""

import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import pytest

from benchmarks.looks import SHAPES
from bot.domain.characters import archives, exports, own
from bot.domain.characters.character import Identity
from bot.domain.errors import DomainError
from tests.domain.characters import cards
from tests.domain.characters.test_formats import assert_sound
from tests.fakes.builders import a_character

TOKENS = [
    b"{{",
    b"}}",
    b"{{char}}",
    b"<",
    b">",
    b"<!--",
    b"[",
    b"]",
    b"](",
    b'"',
    b"\\",
    b"/*",
    b"//",
    b",",
    b":",
    b"\x00",
    b"&a",
    b"*a",
    b"|",
    b"---\n",
    b"\xff\xfe",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"tEXt",
    b"zTXt",
    b"iTXt",
    b"IEND",
    b"chara\x00",
    b"Exif\x00\x00",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    "。".encode(),
    "🧿".encode(),
    b"1e999",
]
# Seconds that no small file may take, however busy the machine is.
LONGEST = 5.0
MUTATIONS = 100_000


@cache
def files() -> dict[str, bytes]:
    """A file of every shape: of our own exports, of every container, and of every kind of description."""
    mia = a_character("Mia", identity=Identity.REFERENCE, credit="Ada", reference="x.png")
    made = {
        "own archive": archives.pack({own.MANIFEST: own.manifest([(mia, "images/1.png")]), "images/1.png": b"bytes"}),
        "own card": exports.card_png(cards.picture(), mia),
        "own system": exports.pluralkit([mia]),
        "own tuppers": exports.tupperbox([mia]),
        "lorebook": json.dumps({"entries": {"0": {"key": ["a"], "content": "x"}}}).encode(),
    }
    described = {
        f"described: {shape}": json.dumps({"name": "Mia", "description": text[-900:], "first_mes": "x"}).encode()
        for shape, (text, _) in SHAPES.items()
    }
    folder = {"Mia.yaml": b"name: Mia\ncontext: red hair", "Mia.png": cards.picture(), "x/Bo.json": b'{"name": "Bo"}'}
    made["a document and its picture"] = cards.zipped(folder)
    return {**made, **in_letters_of_countries(), **cards.containers(), **described}


def in_letters_of_countries() -> dict[str, bytes]:
    return {
        f"in {encoding}": json.dumps({"name": name, "description": words * 9}, ensure_ascii=False).encode(encoding)
        for name, words, encoding in (
            ("小美", "她有一头黑色的长发。", "gbk"),
            ("さくら", "黒い長い髪。", "shift_jis"),
            ("Мария", "Волосы длинные. ", "cp1251"),
            ("Jürgen", "Er hat grüne Augen. ", "cp1252"),
            ("小美", "她有一头黑色的长发。", "utf-8"),
        )
    }


def flipped(data: bytearray, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 8)):
        data[draw.randrange(len(data))] = draw.randrange(256)


def shortened(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data))
    del data[start : start + draw.choice((1, 4, 40, len(data)))]


def repeated(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data))
    piece = bytes(data[start : start + draw.randint(1, 60)])
    data[start:start] = piece * draw.choice((1, 2, 50))


def inserted(data: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(data))
    data[start:start] = draw.choice(TOKENS) * draw.choice((1, 1, 2, 300))


def spliced(data: bytearray, draw: random.Random) -> None:
    other = draw.choice(list(files().values()))
    start = draw.randrange(len(data))
    data[start:] = other[draw.randrange(len(other)) :]


WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (flipped, shortened, repeated, inserted, spliced)


def try_mutations(shape: str, many: int) -> None:
    draw = random.Random(f"{shape} {many}")
    for number in range(many):
        data = bytearray(files()[shape])
        for way in draw.choices(WAYS, k=draw.randint(1, 3)):
            if data:
                way(data, draw)
        began = time.perf_counter()
        with suppress(DomainError):
            assert_sound(archives.parse(bytes(data), "Ada"))
        assert time.perf_counter() - began < LONGEST, f"{shape}, mutation {number}"


@pytest.mark.parametrize("shape", files())
def test_no_damage_makes_an_error_escape(shape: str) -> None:
    try_mutations(shape, 12)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("shape", files())
def test_no_damage_of_many_makes_an_error_escape(shape: str) -> None:
    try_mutations(shape, MUTATIONS // len(files()) + 1)
