"""Cards in the encodings of their countries: read, and said; what none makes letters of is refused."""

# ruff: noqa: RUF001 - letters of other scripts are meant

import base64
import json

import pytest

from bot.domain.characters import archives
from bot.domain.characters.encodings import decoded
from bot.domain.characters.formats import Entry
from bot.domain.errors import FileRefused
from tests.domain.characters.cards import chunk, png, zipped

CHINESE = ("小美", "她有一头黑色的长发，棕色的眼睛，穿着白色连衣裙。")
TAIWANESE = ("美玲", "她有一頭黑色的長髮，棕色的眼睛，穿著白色洋裝。")
JAPANESE = ("さくら", "黒い長い髪と茶色の目をした女性。")
KOREAN = ("미나", "그녀는 검은 긴 머리와 갈색 눈을 가지고 있다.")
RUSSIAN = ("Мария", "У неё длинные чёрные волосы и карие глаза.")
GREEK = ("Ελένη", "Έχει μακριά μαύρα μαλλιά και καστανά μάτια.")
HEBREW = ("שרה", "יש לה שיער שחור ארוך ועיניים חומות. היא לובשת שמלה לבנה.")
ARABIC = ("ليلى", "لديها شعر أسود طويل وعيون بنية. ترتدي فستانا أبيض.")
THAI = ("มาลี", "เธอมีผมสีดำยาวและตาสีน้ำตาล")
GERMAN = ("Jürgen", "Er hat blonde Haare und grüne Augen – „schön“.")
ENGLISH = ("Zoë", "She’s tall — with brown eyes.")
SPANISH = ("Íñigo", "Un niño.")
PEOPLE = [
    (CHINESE, "gbk", "GBK"),
    (CHINESE, "gb18030", "GBK"),
    (TAIWANESE, "big5", "Big5"),
    (JAPANESE, "shift_jis", "Shift-JIS"),
    (KOREAN, "euc_kr", "EUC-KR"),
    (RUSSIAN, "cp1251", "Windows-1251"),
    (GREEK, "cp1253", "Windows-1253"),
    (HEBREW, "cp1255", "Windows-1255"),
    (ARABIC, "cp1256", "Windows-1256"),
    (THAI, "cp874", "Windows-874"),
    (GERMAN, "cp1252", "Windows-1252"),
    (ENGLISH, "cp1252", "Windows-1252"),
    (SPANISH, "cp1252", "Windows-1252"),
]
UNICODE = [
    (person, encoding, None)
    for person in (CHINESE, GERMAN, RUSSIAN)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
]


def containers(name: str, description: str, encoding: str) -> dict[str, bytes]:
    text = json.dumps({"name": name, "description": description}, ensure_ascii=False).encode(encoding)
    packed = base64.b64encode(text)
    return {
        "JSON": text,
        "YAML": f"name: {name}\ndescription: {description}\n".encode(encoding),
        "PNG": png(chunk(b"tEXt", b"chara\0" + packed)),
        "a folder": zipped({"a.json": text}),
        "charx": zipped({"card.json": text}),
    }


def note_on(guessed: str) -> str:
    return f"its letters are not in UTF-8: I took them for {guessed}; where they are wrong, save it as UTF-8"


@pytest.mark.parametrize(("person", "encoding", "guessed"), PEOPLE + UNICODE)
def test_a_card_is_read_in_the_encoding_of_its_country_and_that_is_said(
    person: tuple[str, str], encoding: str, guessed: str | None
) -> None:
    notes = (note_on(guessed),) if guessed else ()
    for kind, data in containers(*person, encoding).items():
        [entry] = archives.parse(data).entries
        features = entry.features.replace(" ", "")
        assert (entry.name, features, entry.notes) == (person[0], person[1].replace(" ", ""), notes), kind


@pytest.mark.parametrize(
    "words",
    [
        "«\xa0Été\xa0»\xa0: «\xa0c’est là\xa0», dit-elle… «\xa0À bientôt\xa0!\xa0»",
        "¿Qué? ¡Ándale! «Sí»",
        "Größe: 1,70 m – süß",
        "Çà et là, çaïé",
        "une fée à Paris",
        "She said “Hi” — 100 € • 20 °C",
        "Høj mand med blå øjne",
        "Älskling åt öl",
        "coração, não",
    ],
)
def test_accents_marks_and_quotes_of_western_europe_are_no_other_script(words: str) -> None:
    data = json.dumps({"name": "Mia", "description": words}, ensure_ascii=False).encode("cp1252")
    found = decoded(data)
    assert found is not None
    assert (found.guessed, found.text) == ("Windows-1252", data.decode("cp1252"))


@pytest.mark.parametrize("name", [RUSSIAN[0], GREEK[0], JAPANESE[0]])
def test_one_name_among_english_words_is_enough(name: str) -> None:
    encoding = {RUSSIAN[0]: "cp1251", GREEK[0]: "cp1253", JAPANESE[0]: "shift_jis"}[name]
    data = json.dumps({"name": name, "description": "Tall girl, silver hair."}, ensure_ascii=False).encode(encoding)
    assert read(data).name == name


def read(data: bytes) -> Entry:
    [entry] = archives.parse(data).entries
    return entry


def test_our_own_list_that_an_editor_saved_in_its_own_way_comes_back() -> None:
    own = {
        "format": "limner.characters",
        "version": 1,
        "characters": [{"name": CHINESE[0], "features": CHINESE[1], "seed": 7}],
    }
    text = json.dumps(own, ensure_ascii=False)
    assert read(zipped({"characters.json": text.encode("gbk")})).notes == (note_on("GBK"),)
    assert read(zipped({"characters.json": text.encode()})).notes == ()


def test_a_copy_that_is_not_taken_is_not_spoken_of() -> None:
    def packed(words: str, encoding: str) -> bytes:
        text = json.dumps({"name": CHINESE[0], "description": words}, ensure_ascii=False)
        return base64.b64encode(text.encode(encoding))

    both = png(chunk(b"tEXt", b"ccv3\0" + packed("", "gbk")), chunk(b"tEXt", b"chara\0" + packed(CHINESE[1], "utf-8")))
    assert read(both).notes == ()


@pytest.mark.parametrize("person", [CHINESE, GERMAN, RUSSIAN])
def test_a_letter_that_was_cut_in_two_spoils_no_other(person: tuple[str, str]) -> None:
    text = json.dumps({"name": person[0], "description": person[1]}, ensure_ascii=False).encode()
    letter = next(char for char in reversed(person[1]) if char.isalpha() and not char.isascii()).encode()
    before, _, behind = text.rpartition(letter)
    entry = read(before + letter[:-1] + behind)
    assert entry.name == person[0]
    assert entry.notes == ()
    assert "\ufffd" not in entry.features


@pytest.mark.parametrize("name", [b"a\x81b\x8dc\x8fd\x9d", CHINESE[1].encode("gbk") + b"\xff\xff"])
def test_what_no_encoding_makes_letters_of_is_refused(name: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        archives.parse(b'{"name": "Mia", "description": "' + name + b'"}')
    assert (
        refused.value.reason == "its letters are not in UTF-8, and I cannot tell in what else; please save it as UTF-8"
    )


@pytest.mark.parametrize(("person", "encoding"), [(CHINESE, "gbk"), (JAPANESE, "shift_jis"), (RUSSIAN, "cp1251")])
@pytest.mark.parametrize("before", [10, 2**15 - 7, 2**15, 2**17])
def test_the_encoding_is_told_wherever_the_letters_are(person: tuple[str, str], encoding: str, before: int) -> None:
    text = "a" * before + person[1] * 5000
    for start in ("", "b"):  # so that the piece that is looked at ends in the midst of a letter, too
        found = decoded((start + text).encode(encoding))
        assert found is not None
        assert found.text == start + text


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Жанна.json", "utf-8"),
        ("Jürgen.json", "utf-8"),
        ("黑色的长发的小美.json", "gbk"),
        ("さくらさん.json", "shift_jis"),
    ],
)
def test_a_file_in_a_folder_that_finder_or_explorer_packed_is_called_by_its_name(name: str, encoding: str) -> None:
    coded = name.encode(encoding)
    place = "x" * len(coded)
    data = zipped({"a.json": b'{"name": "Mia", "description": "red hair"}', place: b'{"spec": "lorebook"}'})
    parsed = archives.parse(data.replace(place.encode(), coded))
    assert [remark.name for remark in parsed.skipped] == [name]


def test_names_of_files_tell_each_other_in_which_letters_they_are() -> None:
    names = ["小美.json", "李雷.json", "黑色的长发的她.json", "棕色的眼睛.json"]
    coded = [name.encode("gbk") for name in names]
    places = [(str(number) * len(name)).encode() for number, name in enumerate(coded)]
    data = zipped({"a.json": b'{"name": "Mia", "description": "red hair"}'} | {each.decode(): b"[" for each in places})
    for place, name in zip(places, coded, strict=True):
        data = data.replace(place, name)
    assert [remark.name for remark in archives.parse(data).skipped] == names
