"""Files to import are hostile: whatever they hold, the answer is a result or a failure with a sentence."""

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.characters import archives, exports, formats, own, texts
from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT, Identity
from bot.domain.characters.formats import Parsed
from bot.domain.errors import DomainError, FileRefused
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.domain.words.text import clean, is_visible, shortened
from tests.fakes.builders import a_character

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=25,
)
KEYS = ("name", "display_name", "description", "personality", "features", "seed", "identity", "reference", "credit")
ITEM = st.dictionaries(st.sampled_from((*KEYS, "avatar_url", "creator", "data", "spec")), JSON, max_size=8)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        "format": st.just("limner.characters") | JSON,
        "version": st.just(1) | JSON,
        "characters": st.lists(ITEM | JSON, max_size=6) | JSON,
        "members": st.lists(ITEM | JSON, max_size=6) | JSON,
        "tuppers": st.lists(ITEM | JSON, max_size=6) | JSON,
        "spec": st.just("chara_card_v2") | JSON,
        "data": ITEM | JSON,
        "name": JSON,
        "description": JSON,
    },
)


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def document(value: Any) -> Parsed:
    return archives.parse(json.dumps(value).encode())


def assert_sound(parsed: Parsed) -> None:
    """What comes out can be saved as it is."""
    assert len(parsed.entries) <= formats.MAX_CHARACTERS
    for entry in parsed.entries:
        assert 1 <= len(entry.name) <= NAME_LIMIT
        assert 1 <= len(entry.features) <= FEATURES_LIMIT or (not entry.features and (entry.image or entry.link))
        assert entry.seed is None or SEED_MIN <= entry.seed <= SEED_MAX
        assert isinstance(entry.identity, Identity)
        assert entry.link is None or entry.link.startswith("https://")


def parsed_or_refused(data: bytes) -> None:
    with suppress(DomainError):
        assert_sound(archives.parse(data))


# Making such documents takes longer than reading them: the fast run looks at some, the slow one at many.
EXAMPLES = pytest.mark.parametrize("examples", [25, pytest.param(300, marks=pytest.mark.slow)])


def for_any(examples: int, check: Callable[..., None], *values: st.SearchStrategy[Any]) -> None:
    settings(deadline=None, max_examples=examples)(given(*values)(check))()


@EXAMPLES
def test_any_bytes(examples: int) -> None:
    start = st.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data)
    for_any(4 * examples, parsed_or_refused, st.binary(max_size=2000) | start)


@EXAMPLES
def test_any_json(examples: int) -> None:
    def check(value: Any) -> None:
        parsed_or_refused(json.dumps(value).encode())

    for_any(examples, check, DOCUMENT | JSON)


@EXAMPLES
def test_any_archive_whole_or_damaged(examples: int) -> None:
    def check(document: Any, files: dict[str, bytes], noise: bytes) -> None:
        named = {name.replace("\0", "") or "x": data for name, data in files.items()}
        with suppress(UnicodeEncodeError):
            data = archives.pack({own.MANIFEST: json.dumps(document).encode(), **named})
            parsed_or_refused(data)
            middle = len(data) // 2
            parsed_or_refused(data[:middle] + noise + data[middle + len(noise) :])
            parsed_or_refused(data[: -len(noise) - 1])
            parsed_or_refused(data + noise)

    packed = st.dictionaries(st.text(max_size=20), st.binary(max_size=50), max_size=4)
    for_any(examples, check, DOCUMENT, packed, st.binary(max_size=60))


@EXAMPLES
def test_any_png(examples: int) -> None:
    def check(value: Any, keyword: bytes, noise: bytes) -> None:
        text = keyword + b"\0" + base64.b64encode(json.dumps(value).encode())
        parsed_or_refused(png_with((b"IHDR", noise), (b"tEXt", text), (b"IEND", b"")))
        parsed_or_refused(png_with((b"tEXt", keyword + b"\0" + noise)))
        parsed_or_refused(png_with() + noise)

    keywords = st.sampled_from([b"chara", b"ccv3", b"Chara", b""])
    for_any(examples, check, DOCUMENT | JSON, keywords, st.binary(max_size=80))


def test_what_is_packed_is_read_again() -> None:
    mia = a_character("Mia", seed=2**32 - 1, identity=Identity.REFERENCE, credit="Ada")
    tom = a_character("Tom")
    listed = own.manifest([(mia, "images/001.png"), (tom, None)])
    parsed = archives.parse(archives.pack({own.MANIFEST: listed, "images/001.png": b"bytes"}))
    first, second = parsed.entries
    assert (first.name, first.features, first.seed) == ("Mia", mia.features, 2**32 - 1)
    assert (first.identity, first.image, first.credit) == (Identity.REFERENCE, b"bytes", "Ada")
    assert (second.identity, second.image, second.credit) == (Identity.SEED, None, None)
    assert parsed.skipped == ()


def test_more_than_the_limit_is_skipped_in_one_line() -> None:
    members = [{"name": f"N{number}", "description": "freckles"} for number in range(formats.MAX_CHARACTERS + 7)]
    parsed = document({"members": members})
    assert len(parsed.entries) == formats.MAX_CHARACTERS
    assert [remark.name for remark in parsed.skipped] == ["7 more"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[" * 41 + b"]" * 41, "more than 40 levels deep"),
        (json.dumps([0] * (texts.MAX_VALUES + 1)).encode(), "more than 400,000 values"),
    ],
)
def test_absurd_json_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        texts.document_of(data)


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(archives.pack({own.MANIFEST: b'{"characters": []}'}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (2**20).to_bytes(4, "little")
    with pytest.raises(FileRefused):
        archives.parse(bytes(data))


def test_all_files_together_are_bounded() -> None:
    images = {f"images/{number}.png": bytes([number]) * (7 * 2**20) for number in range(5)}
    document = {
        "format": "limner.characters",
        "version": 1,
        "characters": [{"name": name, "features": "x y z", "reference": name} for name in images],
    }
    files = {own.MANIFEST: json.dumps(document).encode(), **images}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=0) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(FileRefused, match="unpacks to more than 24 MiB"):
        archives._archive(out.getvalue(), "you", archives._Room())


def test_members_whose_shown_name_does_not_fit_keep_their_plain_one() -> None:
    members = [
        {"name": "mia", "display_name": "M" * 40, "description": "freckles"},
        {"name": "n" * 50, "description": "scar"},
        {"name": "tom", "display_name": "  ", "description": ""},
    ]
    parsed = document({"members": members})
    assert [entry.name for entry in parsed.entries] == ["mia", "n" * 31 + "…"]
    assert parsed.entries[1].notes == ("its name was cut to 32 characters",)
    assert [remark.name for remark in parsed.skipped] == ["tom"]


def test_a_picture_without_words_keeps_no_words() -> None:
    parsed = document({"tuppers": [{"name": "Mia", "avatar_url": "https://cdn.test/mia.png"}, {"name": "Tom"}]})
    [entry] = parsed.entries
    assert (entry.features, entry.link) == ("", "https://cdn.test/mia.png")
    assert [(each.name, "needs features" in each.text) for each in parsed.skipped] == [("Tom", True)]


def test_members_of_simply_plural_come_too() -> None:
    parsed = document({"members": [{"name": "Mia", "desc": "red hair", "avatarUrl": "https://cdn.test/mia.png"}]})
    [entry] = parsed.entries
    assert (entry.name, entry.features, entry.link) == ("Mia", "red hair", "https://cdn.test/mia.png")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Mia", "Mia"),
        ("../Mia: a/b", "Mia ab"),
        ("Con", "Con_"),
        ("LPT1", "LPT1_"),
        ("Conny", "Conny"),
        ("नीला", "नीला"),
        ("มาลี", "มาลี"),
        ("★", "character"),
        ("mia", "mia 2"),
    ],
)
def test_a_file_is_named_by_its_character_on_every_disk(name: str, file: str) -> None:
    assert exports.file_name(name, ["MIA"] if file == "mia 2" else []) == file


SAID = st.text(max_size=FEATURES_LIMIT).map(clean)
NAMES = SAID.map(lambda text: text[:NAME_LIMIT].strip()).filter(is_visible)


@EXAMPLES
def test_each_of_our_exports_comes_back_equal(examples: int) -> None:
    """Whatever is written in it: nothing is filled in or chosen."""

    def check(name: str, features: str, seed: int, credit: str) -> None:
        mia = a_character(clean(name), features=features, seed=seed, credit=shortened(credit, NAME_LIMIT) or None)
        files = [
            archives.pack({own.MANIFEST: own.manifest([(mia, None)])}),
            exports.card_png(png_with((b"IEND", b"")), mia),
            exports.pluralkit([mia]),
            exports.tupperbox([mia]),
        ]
        for file in files:
            [entry] = archives.parse(file, "Ada").entries
            assert (entry.name, entry.features, entry.seed, entry.credit) == (
                mia.name,
                mia.features,
                mia.seed,
                mia.credit,
            )

    visible = SAID.filter(is_visible) | st.sampled_from(["{{char}} <b>x</b>", "Hair: red\\n", "<START> {{user}}: a"])
    seeds = st.integers(SEED_MIN, SEED_MAX)
    for_any(examples, check, NAMES.filter(lambda name: clean(name) == name), visible, seeds, SAID)
