"""Cards of other programs: every container, every name of a field, and what is no card of a person."""

import json
from typing import Any

import pytest

from bot.domain.characters import archives
from bot.domain.characters.formats import Entry
from bot.domain.errors import FileRefused
from tests.domain.characters import cards

CONTAINERS = cards.containers()


def read(value: Any, user: str = "Ada") -> Entry:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    [entry] = archives.parse(data, user).entries
    return entry


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_person_is_read_from_every_container(kind: str) -> None:
    entry = read(CONTAINERS[kind])
    assert entry.name == "Mia"
    assert entry.features == "short red hair, green eyes, freckles."
    assert (entry.image is not None) == (not kind.startswith(("JSON", "YAML")))


def test_a_charx_brings_its_main_icon() -> None:
    assert read(cards.charx()).image == cards.picture(colour=(1, 2, 3))
    card = {**cards.V3, "data": {**cards.V3["data"], "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main"}]}}
    files = {"card.json": json.dumps(card).encode(), "assets/icon/x.png": cards.picture(), "assets/other/y.png": b"no"}
    assert read(archives.pack(files)).image == cards.picture()


@pytest.mark.parametrize(
    "fields",
    [
        {"char_name": "Mia", "char_persona": "red hair", "world_scenario": "", "char_greeting": "hi"},
        {"charName": "Mia", "charPersona": "red hair"},
        {"name": "Mia", "context": "red hair", "greeting": "hi"},
        {"name": "Mia", "desc": "red hair", "firstMessage": "hi"},
        {"character": {"aiDisplayName": "Mia", "aiPersona": "red hair", "firstMessage": "hi"}, "version": 2},
        {"kind": "character", "name": "Mia", "persona": {"kind": "text", "attributes": {"text": ["red hair"]}}},
        {"name": "Mia", "summary": "red hair", "metadata": {"tool": {"name": "x"}}},
        {"card": {"data": {"name": "Mia", "description": "red hair"}}},
        {"node": {"name": "Mia", "definition": {"name": "Mia", "personality": "red hair", "first_message": "hi"}}},
        {"character": {"name": "Mia", "definition": "red hair", "title": "a cook"}},
        {"name": "Mia", "appearance": {"": "red hair"}, "personality": "kind", "first_mes": "x"},
        {"spec": "chara_card_v2", "name": "Mia", "data": {"name": "Mia", "description": ""}, "description": "red hair"},
    ],
)
def test_the_fields_of_other_programs(fields: dict[str, Any]) -> None:
    entry = read(fields)
    assert entry.name == "Mia"
    assert entry.features.casefold().strip(": ") in {"red hair", "red hair; kind"}


def test_attributes_become_labels() -> None:
    persona = {"kind": "wpp", "attributes": {"Hair": ["red", "long"], "Eyes": ["green"], "Likes": ["cats"]}}
    assert read({"kind": "character", "name": "Mia", "persona": persona}).features == "Hair: red, long; Eyes: green"
    own = {"name": "Mia", "hair_color": "red", "eyes": {"color": "green"}, "personality": "kind", "likes": "cats"}
    assert read(own).features == "hair color: red; color: green"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("a lorebook", {"entries": {"0": {"key": ["a"], "content": "red hair"}}}),
        ("a lorebook", {"entries": [], "name": "World", "description": "the world"}),
        ("a lorebook", {"spec": "lorebook_v3", "data": {"name": "World", "entries": []}}),
        ("a lorebook", {"kind": "memory", "name": "World", "description": "x", "entries": []}),
        ("a lorebook", {"lorebookVersion": 5, "settings": {}}),
        ("a lorebook", {"type": "risu", "ver": 1, "data": [{"key": "a"}]}),
        (
            "a lorebook",
            {"spec": "chara_card_v2", "data": {"name": "W", "character_book": {"entries": [{"keys": ["a"]}]}}},
        ),
        ("a preset", {"temperature": 1, "top_p": 0.9}),
        ("a preset", {"name": "x", "prompts": [], "prompt_order": []}),
        ("a preset", {"name": "Alpaca", "input_sequence": "x", "system_prompt": "y"}),
        ("a preset", {"name": "Default", "story_string": "{{description}}"}),
        ("a scenario", {"kind": "scenario", "name": "Castle", "description": "x", "text": "y"}),
        ("a scenario", {"spec": "chara_card_v2", "data": {"name": "Castle", "scenario": "a castle", "first_mes": "x"}}),
        ("a scenario", {"scenarioVersion": 3, "title": "Castle", "description": "red hair", "prompt": "x"}),
        ("a scenario", {"title": "x", "narrative": "A ship.", "firstMessages": [{"text": "hi"}], "temperature": 0.8}),
        ("a settings file", {"power_user": {}, "main_api": "openai"}),
        ("a settings file", {"name": "Dark", "main_text_color": "red"}),
        ("a chat", {"user_name": "a", "character_name": "b", "create_date": "x"}),
        ("a group", {"id": "1", "name": "G", "members": ["a.png"], "allow_self_responses": False}),
    ],
)
def test_what_is_no_person_is_refused_by_its_name(kind: str, value: dict[str, Any]) -> None:
    for data in (json.dumps(value).encode(), cards.png(cards.text(value))):
        with pytest.raises(FileRefused, match=f"that is {kind}, not a character"):
            archives.parse(data)


def test_placeholders_are_those_of_the_member_and_of_the_nickname() -> None:
    words = {"name": "Mia", "nickname": "Mimi", "description": "{{char}} has red hair. <USER> and {{user}} like <bot>."}
    assert read({"spec": "chara_card_v3", "data": words}).features == "Mimi has red hair. Ada and Ada like Mimi."


def test_a_description_that_is_a_placeholder_leaves_it_to_the_others() -> None:
    card = {"name": "Mia", "description": "{{char}}", "personality": "She has red hair.", "first_mes": "hi"}
    assert read(card).features == "She has red hair."


def test_several_cards_come_in_a_list_or_a_folder() -> None:
    tom = {**cards.V1, "name": "Tom"}
    assert [each.name for each in archives.parse(json.dumps([cards.V1, tom]).encode()).entries] == ["Mia", "Tom"]
    files = {"mine/mia.png": cards.png(cards.text(cards.V2)), "mine/tom.json": json.dumps(tom).encode()}
    parsed = archives.parse(
        archives.pack({**files, "mine/x.png": cards.picture(), "mine/lore.json": b'{"entries":{}}'})
    )
    assert [each.name for each in parsed.entries] == ["Mia", "Tom"]
    assert [(each.name, each.text) for each in parsed.skipped] == [("lore.json", "that is a lorebook, not a character")]


def test_personas_of_a_user_come_too() -> None:
    backup = {
        "personas": {"a.png": "Mia"},
        "persona_descriptions": {"a.png": {"description": "red hair", "position": 0}},
    }
    assert read(backup).features == "red hair"


def test_a_folder_that_was_packed_again_is_read() -> None:
    listed = {"format": "limner.characters", "version": 1}
    mia = {"name": "Mia", "features": "{{char}} x", "reference": "images/001.png"}
    manifest = json.dumps({**listed, "characters": [mia]}).encode()
    litter = {"__MACOSX/top/._characters.json": b"x", "top/.DS_Store": b"x", "top/Thumbs.db": b"x"}
    for top in ("top/", "a/b/", "top\\", "./top/", ""):
        files = {f"{top}characters.json": manifest, f"{top}images/001.png": cards.picture(), **litter}
        entry = read(archives.pack(files))
        assert (entry.features, entry.image) == ("{{char}} x", cards.picture())


WORDS = b"name: %s\ncontext: red hair\n"
ANOTHER = cards.png(cards.text(cards.V2))
FACES = [cards.picture(colour=(number, 9, 9)) for number in range(3)]


@pytest.mark.parametrize(
    ("files", "pictures"),
    [
        ({"Mia.yaml": WORDS % b"Mia", "Mia.png": FACES[0]}, [FACES[0]]),
        (
            {"c/Mia.yaml": WORDS % b"Mia", "c/Bo.yaml": WORDS % b"Bo", "c/BO.JPG": FACES[1], "c/Mia.png": FACES[0]},
            [FACES[0], FACES[1]],
        ),
        (
            {
                "manifest.json": b'{"schemaVersion": 1, "characters": ["characters/1/character.json"]}',
                "characters/1/character.json": WORDS % b"Mia",
                "characters/1/images/a.png": FACES[0],
                "characters/2/character.json": WORDS % b"Bo",
                "characters/2/images/b.png": FACES[1],
            },
            [FACES[0], FACES[1]],
        ),
        # Whose face it is cannot be told, or it is that of another card.
        ({"Mia.yaml": WORDS % b"Mia", "Bo.yaml": WORDS % b"Bo", "face.png": FACES[0]}, [None, None]),
        (
            {"Mia.yaml": WORDS % b"Zoe", "Bo.png": cards.png(cards.text(cards.V2))},
            [None, cards.png(cards.text(cards.V2))],
        ),
        ({"Mia.yaml": WORDS % b"Mia", "notes.txt": b"x"}, [None]),
    ],
)
def test_a_document_in_a_folder_has_the_picture_beside_it(
    files: dict[str, bytes], pictures: list[bytes | None]
) -> None:
    assert [entry.image for entry in archives.parse(cards.zipped(files)).entries] == pictures


@pytest.mark.parametrize("keyword", [b"prompt", b"workflow", b"parameters"])
def test_what_programs_that_paint_write_into_pictures_is_no_card(keyword: bytes) -> None:
    painted = cards.png(cards.chunk(b"tEXt", keyword + b'\0{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}'))
    with pytest.raises(FileRefused, match="this PNG holds no character card; to use it as a face"):
        archives.parse(painted)
    folder = archives.parse(cards.zipped({"a.png": painted, "b.json": json.dumps(cards.V2).encode()}))
    assert [remark.name for remark in folder.skipped] == []


def test_an_encrypted_archive_is_called_that() -> None:
    data = bytearray(archives.pack({"characters.json": b"{}"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    with pytest.raises(FileRefused, match="encrypted"):
        archives.parse(bytes(data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"GIF89a", "of such a picture I read no character card"),
        (cards.picture("AVIF"), "of such a picture I read no character card"),
        (cards.picture("BMP"), "it is a BMP$"),
        (b"\x1f\x8b\x08\0", "a gzip archive; a ZIP is what I read"),
        (cards.zipped({"[Content_Types].xml": b"<x/>"}), "it is a document of an office program$"),
        (b"\0\0\0\x18ftypisom" + bytes(99), "a video"),
        (b"SQLite format 3\0", "a database"),
        (b"", "it is empty"),
        (b"Mia is a tall woman.\nShe likes tea.", "neither a ZIP, a picture, JSON nor YAML"),
    ],
)
def test_other_files_are_called_what_they_are(data: bytes, kind: str) -> None:
    with pytest.raises(FileRefused, match=kind):
        archives.parse(data)


def test_ninety_thousand_switches_do_not_count() -> None:
    """Nobody reads them."""
    switch = {"timestamp": "2024-01-01T00:00:00Z", "members": ["abcde", "fghij", "k", "l", "m", "n"]}
    export = {"version": 2, "switches": [switch] * 90_000, "members": [{"name": "Mia", "description": "red hair"}]}
    data = json.dumps(export, separators=(",", ":")).encode()
    assert len(data) < 8 * 2**20
    assert read(data).features == "red hair"


@pytest.mark.parametrize("first", ["BMI", "MZ", "ID3"])
def test_words_that_begin_as_another_file_does_are_read(first: str) -> None:
    assert read(f"{first}: 22\nname: Mia\nappearance: red hair\n".encode()).name == "Mia"
