"""Every limit of a file to import, at the limit and one above it; a refusal says which one it was."""

import base64
import io
import json
import random
import struct
import time
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest

from bot.domain.characters import archives, formats, images, looks, own, texts
from bot.domain.characters import cards as persons
from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT, REFERENCE_BYTES
from bot.domain.characters.formats import Parsed
from bot.domain.errors import FileRefused
from tests.domain.characters import cards

CARD = {"name": "Mia", "description": "red hair", "first_mes": "hi"}


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        archives.parse(data)
    return caught.value.reason


def read(data: bytes) -> Parsed:
    return archives.parse(data)


def padded(size: int) -> bytes:
    """A card of exactly so many bytes."""
    start = json.dumps({**CARD, "pad": ""}).encode()
    return start[:-2] + b"x" * (size - len(start)) + start[-2:]


def test_bytes_of_a_file() -> None:
    assert read(padded(formats.IMPORT_BYTES)).entries
    assert refusal(padded(formats.IMPORT_BYTES + 1)) == "it is larger than 8 MiB"


def test_files_of_an_archive() -> None:
    files = {"card.json": json.dumps(CARD).encode()} | {f"{n}": b"" for n in range(archives.MAX_ENTRIES - 1)}
    assert read(archives.pack(files)).entries
    assert refusal(archives.pack({**files, "one more": b""})) == "it holds more than 600 files"


def test_bytes_that_an_archive_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{n}.json": padded(1000) for n in range(5)}
    monkeypatch.setattr(archives, "MAX_UNPACKED", 5000)
    assert len(read(archives.pack(files)).entries) == 5
    assert refusal(archives.pack({**files, "x.json": b"{}"})).startswith("it unpacks to more than")


def nested(levels: int, files: int) -> bytes:
    """A ZIP of pictures with a ZIP behind each, which hold such pictures, which hold nothing but spaces."""
    packed = {f"{n}.json": b" " * (2**20 - 1) for n in range(files)}
    for _ in range(levels):
        inner = cards.png() + cards.zipped(packed)
        packed = {f"{n}.png": inner for n in range(files)}
    return cards.zipped(packed)


def test_bytes_that_the_archives_in_an_archive_unpack_to_together() -> None:
    assert "neither" in refusal(nested(1, 4))
    for levels in (2, 3):
        data = nested(levels, 4)
        assert len(data) < 2**20
        assert refusal(data) == "it unpacks to more than 24 MiB"


def damaged(name: str, files: dict[str, bytes]) -> bytes:
    """A ZIP in which the sum of one file is wrong."""
    data = bytearray(archives.pack(files))
    at = data.rindex(name.encode()) - 46
    data[at + 16] ^= 1
    return bytes(data)


def test_a_broken_file_of_an_archive_is_named_and_costs_no_other() -> None:
    files = {f"{n}.json": json.dumps({**CARD, "name": n}).encode() for n in ("Ann", "Ben", "Cem")}
    parsed = read(damaged("Ben.json", files))
    assert [each.name for each in parsed.entries] == ["Ann", "Cem"]
    assert [(each.name, each.text) for each in parsed.skipped] == [("Ben.json", "it is broken, or larger than 20 MiB")]
    assert refusal(damaged("card.json", {"card.json": files["Ann.json"]})) == "its card.json is broken"
    assert refusal(damaged(own.MANIFEST, {own.MANIFEST: b"{}"})) == "its characters.json is broken"
    listed = [{"name": "M", "features": "x", "reference": "a.png"}]
    manifest = {"format": own.FORMAT, "version": 1, "characters": listed}
    parsed = read(damaged("a.png", {own.MANIFEST: json.dumps(manifest).encode(), "a.png": cards.png()}))
    assert parsed.entries[0].notes == ("its image is missing, broken or too large",)


def test_broken_files_of_an_archive_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 3000)
    data = archives.pack({f"{n}.json": padded(1000) for n in range(4)})
    data = data.replace(zlib.crc32(padded(1000)).to_bytes(4, "little"), bytes(4))
    assert refusal(data) == f"it unpacks to more than {3000 // 2**20} MiB"


def test_cards_of_an_archive() -> None:
    files = {f"{n}.json": json.dumps({**CARD, "name": f"N{n}"}).encode() for n in range(formats.MAX_CHARACTERS)}
    assert not read(archives.pack(files)).skipped
    [remark] = read(archives.pack({**files, "z.json": b"{}"})).skipped
    assert (remark.name, remark.text) == ("1 more files", "of one ZIP I look at 200")


def test_folders_around_an_archive() -> None:
    def deep(levels: int) -> Parsed:
        return read(archives.pack({f"{'a/' * levels}{archives.CARD}": json.dumps(CARD).encode()}))

    # Deeper it is a file among others.
    assert len(deep(texts.MAX_DEPTH).entries) == len(deep(texts.MAX_DEPTH + 1).entries) == 1
    start = time.process_time()
    for _ in range(3):
        refusal(archives.pack({f"{'a/' * 30_000}{n}.json": b"1" for n in range(60)}))
    assert time.process_time() - start < 2


def test_texts_of_exif_that_all_point_to_the_same_bytes() -> None:
    """Linear in the file: a directory may name a text hundreds of times, each as long as the file."""

    def directory(first: int, size: int) -> bytes:
        tags = [(0x8769, 4, 1, first), *[(tag, 7, size, 3000) for tag in (0x9286, 0x010E) * 99]]
        return struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *each) for each in tags)

    size = 2**20
    body = (b"II*\0" + struct.pack("<I", 8) + directory(8, size)).ljust(3000, b"\0") + b"ASCII\0\0\0" + b" " * size
    tracemalloc.start()
    try:
        assert "holds no character card" in refusal(cards.png(cards.chunk(b"eXIf", body)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * 2**20


def test_fields_of_a_card() -> None:
    def card(fields: int) -> bytes:
        return json.dumps({"name": "Mia", **{f"x{n}": n for n in range(fields)}, "hair": "red"}).encode()

    assert read(card(persons.MAX_FIELDS - 2)).entries[0].features
    assert "needs features" in read(card(persons.MAX_FIELDS - 1)).skipped[0].text


def test_directives_of_yaml() -> None:
    """The parser compares each with all before it, and holds the interpreter meanwhile."""

    def tagged(number: int) -> bytes:
        return b"".join(b"%%TAG !%d! x\n" % n for n in range(number)) + b"---\nname: Mia\ndescription: red hair\n"

    assert read(tagged(20)).entries
    assert refusal(tagged(21)) == "it is neither a ZIP, a picture, JSON nor YAML that I can read"


@pytest.mark.parametrize(
    "text",
    [b'{"' * 2**21, b"{" + b'"' * 2**22, b"[" * 2**22, b'{"a":' * 2**19],
    ids=["open", "short strings", "brackets", "braces"],
)
def test_many_small_pieces_of_a_text_are_read_in_time(text: bytes) -> None:
    start = time.process_time()
    refusal(text)
    assert time.process_time() - start < 3


def test_how_far_a_file_of_an_archive_is_packed() -> None:
    def packed(zeros: int, noise: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.writestr("card.json", json.dumps(CARD).encode()[:-1] + b" " * zeros + noise + b"}")
        return out.getvalue()

    assert read(packed(2**20 - 200, b"")).entries, "small ones may be packed as far as they like"
    assert refusal(packed(2**20, b"")) == "it unpacks to more than 200 times its size"


def test_bytes_of_a_document_in_an_archive() -> None:
    for name in (archives.CARD, own.MANIFEST):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, padded(images.TEXT_BYTES + 1))
        assert refusal(out.getvalue()) == f"its {name} is larger than 4 MiB"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(archives.CARD, padded(images.TEXT_BYTES))
    assert read(out.getvalue()).entries


def test_bytes_of_a_card_in_a_picture() -> None:
    def carried(size: int) -> bytes:
        return cards.png(cards.chunk(b"tEXt", b"chara\0" + base64.b64encode(padded(size))))

    assert read(carried(images.TEXT_BYTES - 4)).entries
    assert refusal(carried(images.TEXT_BYTES + 4)) == "its character card is larger than 4 MiB"


def test_depth_and_number_of_values() -> None:
    def deep(levels: int) -> bytes:
        return json.dumps({**CARD, "x": 0}).encode().replace(b"0}", b"[" * levels + b"]" * levels + b"}")

    assert read(deep(texts.MAX_DEPTH - 1)).entries
    assert refusal(deep(texts.MAX_DEPTH)) == "it is nested more than 40 levels deep"

    def many(values: int) -> bytes:
        return json.dumps({**CARD, "x": [0] * values}).encode()

    # The document itself, its four fields, and what they hold.
    assert read(many(texts.MAX_VALUES - 5)).entries
    assert refusal(many(texts.MAX_VALUES - 4)) == "it holds more than 400,000 values"


def test_bytes_of_yaml() -> None:
    def yaml(size: int) -> bytes:
        start = b"name: Mia\ndescription: red hair\npad: "
        return start + b"x" * (size - len(start))

    assert read(yaml(texts.YAML_BYTES)).entries
    assert refusal(yaml(texts.YAML_BYTES + 1)) == "it is no JSON, and of YAML I read up to 1 MiB"


def test_characters_of_a_file() -> None:
    listed: list[dict[str, Any]] = [{**CARD, "name": f"N{n}"} for n in range(formats.MAX_CHARACTERS)]
    assert not read(json.dumps(listed).encode()).skipped
    [remark] = read(json.dumps([*listed, CARD]).encode()).skipped
    assert (remark.name, remark.text) == ("1 more", "one file may bring 200 characters")


def test_letters_of_a_name_and_of_features() -> None:
    def brought(name: int, features: int) -> tuple[str, ...]:
        own_ = {"name": "n" * name, "features": "f" * features}
        document = {"format": own.FORMAT, "version": own.VERSION, "characters": [own_]}
        [entry] = read(json.dumps(document).encode()).entries
        assert len(entry.name) <= NAME_LIMIT
        assert len(entry.features) <= FEATURES_LIMIT
        return entry.notes

    assert brought(NAME_LIMIT, FEATURES_LIMIT) == ()
    assert brought(NAME_LIMIT + 1, FEATURES_LIMIT) == ("its name was cut to 32 characters",)
    assert brought(NAME_LIMIT, FEATURES_LIMIT + 1) == ("its description was cut to 600 characters",)


def test_letters_of_a_description_that_are_read() -> None:
    look = "\nHair: red"
    near = "x. " * ((looks.SOURCE_READ - len(look)) // 3 - 1) + look

    def features(text: str) -> str:
        card = {**CARD, "description": text.replace("x. ", "xyz", 6000)}
        return read(json.dumps(card).encode()).entries[0].features

    assert features(near) == "Hair: red"
    assert "red" not in features("x" * looks.SOURCE_READ + look)


def test_bytes_of_a_picture_in_an_archive() -> None:
    def entry(size: int) -> Any:
        manifest = {
            "format": own.FORMAT,
            "version": 1,
            "characters": [{"name": "M", "features": "x", "reference": "a"}],
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(own.MANIFEST, json.dumps(manifest))
            # Noise that repeats within what a ZIP looks back: small, and not too small.
            noise = random.Random(1).randbytes(2**14)
            archive.writestr("a", (noise * (size // 2**14 + 1))[:size])
        return read(out.getvalue()).entries[0]

    if REFERENCE_BYTES < archives.MAX_UNPACKED:
        assert len(entry(REFERENCE_BYTES).image) == REFERENCE_BYTES
        above = entry(REFERENCE_BYTES + 1)
        assert above.image is None
        assert above.notes == ("its image is missing, broken or too large",)
