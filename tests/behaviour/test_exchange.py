"""Taking characters out and bringing them in, as members do: attach a file, read the report."""

import base64
import io
import json
import random
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import LimitsConfig
from tests.behaviour.members import execute, kept_files
from tests.behaviour.simulation import Simulation, gallery_of, settled, staged, text_of
from tests.domain.characters.cards import zipped
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"


async def save(simulation: Simulation, name: str, **options: Any) -> None:
    await simulation.alice.slash(simulation.channel, "character save", name=name, **{"features": FEATURES, **options})


async def bring(simulation: Simulation, name: str, data: bytes, member: Any = None) -> Any:
    answer = await (member or simulation.bob).slash(simulation.channel, "character import", file=(name, data))
    assert answer.ephemeral
    return answer.response


async def export(simulation: Simulation, **options: Any) -> list[bytes]:
    answer = await simulation.alice.slash(simulation.channel, "character export", **options)
    assert answer.ephemeral
    messages = [answer.response, *answer.followups]
    return [await attachment.read() for message in messages for attachment in message.attachments]


def with_text(png: bytes, keyword: bytes, value: object) -> bytes:
    """The PNG with a tEXt chunk in front of its end, as character cards have it."""
    body = b"tEXt" + keyword + b"\0" + base64.b64encode(json.dumps(value).encode())
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:-12] + chunk + png[-12:]


async def test_all_travel_in_a_zip_and_arrive_as_they_were(simulation: Simulation) -> None:
    await save(simulation, "Mia", seed=99, reference=("mia.png", a_face()))
    await save(simulation, "Tom", seed=5)
    [data] = await export(simulation)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert set(archive.namelist()) == {"characters.json", "images/001.png", "avatars/001.jpg"}
        document = json.loads(archive.read("characters.json"))
        assert archive.read("images/001.png") == a_face()
    assert (document["format"], document["version"]) == ("limner.characters", 1)
    assert [each["name"] for each in document["characters"]] == ["Mia", "Tom"]
    report = await bring(simulation, "mine.zip", data)
    assert "2 characters saved from Limner" in text_of(report)
    assert "Nothing was left out" in text_of(report)
    shown = await simulation.bob.slash(simulation.channel, "character show", character="Mia")
    assert "seed 99" in text_of(shown.response)
    assert len(gallery_of(shown.response)) == 1
    again = await bring(simulation, "mine.zip", data)
    assert "0 characters saved" in text_of(again)
    assert "you have a character of that name" in text_of(again)


async def test_one_travels_alone_and_only_to_its_owner(simulation: Simulation) -> None:
    await save(simulation, "Mia")
    await save(simulation, "Tom")
    [data] = await export(simulation, character="tom")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [each["name"] for each in json.loads(archive.read("characters.json"))["characters"]] == ["Tom"]
    await simulation.alice.slash(simulation.channel, "character share", character="Mia")
    refused = await simulation.bob.slash(simulation.channel, "character export", character="Mia")
    assert "Only the member whose character this is can export it" in text_of(refused.response)
    nothing = await simulation.bob.slash(simulation.channel, "character export")
    assert "You have no characters yet" in text_of(nothing.response)


async def test_large_libraries_travel_in_parts_that_can_be_imported(simulation: Simulation) -> None:
    for number in range(6):
        noise = random.Random(number).randbytes(760 * 760 * 3)
        picture = io.BytesIO()
        Image.frombytes("RGB", (760, 760), noise).save(picture, "PNG")
        await save(simulation, f"N{number}", reference=("n.png", picture.getvalue()))
    parts = await export(simulation)
    assert len(parts) > 1
    for part in parts:
        assert "Nothing was left out" in text_of(await bring(simulation, "part.zip", part))
    listed = await simulation.bob.slash(simulation.channel, "character list")
    assert "Your characters (6)" in text_of(listed.response)


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        (b"chara", {"name": "Mia", "description": "{{char}} has freckles", "first_mes": "hi"}),
        (b"chara", {"spec": "chara_card_v2", "data": {"name": "Mia", "description": "{{char}} has freckles"}}),
        (b"ccv3", {"spec": "chara_card_v3", "data": {"name": "Mia", "description": "{{char}} has freckles"}}),
    ],
)
async def test_a_card_of_sillytavern_brings_name_words_and_face(
    simulation: Simulation, keyword: bytes, value: object
) -> None:
    report = await bring(simulation, "mia.png", with_text(a_face(), keyword, value))
    assert "1 character saved from SillyTavern" in text_of(report)
    shown = await simulation.bob.slash(simulation.channel, "character show", character="Mia")
    assert "Mia has freckles" in text_of(shown.response)
    assert len(gallery_of(shown.response)) == 1
    kept = b"".join(path.read_bytes() for path in simulation.config.database.pictures.rglob("*.*"))
    assert b"chara" not in kept
    assert b"tEXt" not in kept


async def test_the_third_version_of_a_card_wins(simulation: Simulation) -> None:
    png = with_text(a_face(), b"chara", {"name": "Old", "description": "old words"})
    png = with_text(png, b"ccv3", {"spec": "chara_card_v3", "data": {"name": "New", "description": "new words"}})
    assert "New" in text_of(await bring(simulation, "mia.png", png))


async def test_proxied_members_come_with_a_word_on_avatars_that_cannot_be_fetched(simulation: Simulation) -> None:
    members = [
        {"name": "mia", "display_name": "Mia ✨", "description": "freckles, **bold**", "avatar_url": None},
        {"name": "tom", "description": "x" * 900, "avatar_url": "https://127.0.0.1/secret.png"},
        {"name": "ann", "description": "scar", "avatar_url": "http://169.254.169.254/latest"},
        {"name": "bare", "description": None, "avatar_url": None},
        {"name": 7, "description": "words"},
        "nonsense",
    ]
    report = text_of(await bring(simulation, "pk.json", json.dumps({"version": 2, "members": members}).encode()))
    assert "3 characters saved from PluralKit" in report
    assert "**Mia ✨**" in report
    assert "no picture: its avatar could not be fetched" in report
    assert "its avatar's link is not one that I follow" in report
    assert "its description was cut to 600 characters" in report
    assert "bare: needs features: it has neither a description nor a picture" in report
    assert "number 5: it has no name" in report
    assert not simulation.config.database.pictures.exists()


async def test_tuppers_come_too(simulation: Simulation) -> None:
    tuppers = [{"name": "Mia", "description": "freckles", "brackets": ["m:", ""], "avatar_url": ""}]
    report = text_of(await bring(simulation, "t.json", json.dumps({"tuppers": tuppers, "groups": []}).encode()))
    assert "1 character saved from Tupperbox" in report


async def test_the_limit_of_the_library_holds(tmp_path: Path) -> None:
    async with staged(tmp_path, limits=LimitsConfig(characters_per_member=3)) as simulation:
        members = [{"name": f"N{number}", "description": "freckles"} for number in range(30)]
        report = await bring(simulation, "pk.json", json.dumps({"members": members}).encode())
        assert "3 characters saved" in text_of(report)
        assert "Skipped 27" in text_of(report)
        assert "your library is full" in text_of(report)
        [attached] = report.attachments
        complete = (await attached.read()).decode()
        assert complete.count("your library is full (3 characters)") == 27


BOMB = zipped({"characters.json": b" " * 20 * 2**20})
DEEP = b'{"members":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.zip", b"PK\x03\x04 and no more", "this ZIP is broken"),
        (
            "a.zip",
            zipped({"readme.txt": b"hello"}),
            "there is neither a characters.json of Limner nor a character card in this ZIP",
        ),
        ("a.zip", zipped({"characters.json": b"[]"}), "its characters.json is not one of Limner"),
        ("a.zip", zipped({"characters.json": b'{"version": 9, "characters": []}'}), "a newer version of Limner"),
        ("a.zip", zipped({f"{n}": b"" for n in range(700)}), "it holds more than 600 files"),
        ("a.zip", BOMB, "it unpacks to more than 200 times its size"),
        ("a.png", a_face(), "this PNG holds no character card"),
        ("a.png", with_text(a_face(), b"chara", [1, 2]), "its character card is broken"),
        ("a.json", DEEP, "it is nested more than 40 levels deep"),
        (
            "a.json",
            b'{"hello": "world"}',
            "no character of Limner, SillyTavern, PluralKit, Tupperbox or another program",
        ),
        ("a.json", b"[1, 2, 3]", "no character of Limner, SillyTavern, PluralKit, Tupperbox or another program"),
        ("a.json", b"NaN", "it is neither a ZIP, a picture, JSON nor YAML that I can read"),
        ("a.json", b"\xff\xfe\x00", "it is neither a ZIP, a picture, JSON nor YAML that I can read"),
        ("a.json", b"", "it is empty"),
        ("a.json", b" " * (8 * 2**20 + 1), "it is larger than 8 MiB"),
    ],
)
async def test_other_files_are_refused_with_the_reason(
    simulation: Simulation, name: str, data: bytes, reason: str
) -> None:
    report = await bring(simulation, name, data)
    assert f"I cannot import that file: {reason}" in text_of(report) or reason in text_of(report)
    assert "Traceback" not in text_of(report)


async def test_paths_in_an_archive_lead_nowhere(simulation: Simulation) -> None:
    document = {
        "format": "limner.characters",
        "version": 1,
        "characters": [
            {"name": "Mia", "features": "freckles", "reference": "../../../etc/passwd"},
            {"name": "Tom", "features": "scar", "reference": "/etc/passwd", "seed": "many", "identity": "reference"},
            {"name": "Ann", "features": "tall", "reference": {"a": 1}, "seed": True, "credit": ["x"]},
        ],
    }
    files = {"characters.json": json.dumps(document).encode(), "../../../etc/passwd": b"root", "/tmp/x": b"y"}
    report = text_of(await bring(simulation, "a.zip", zipped(files)))
    assert "3 characters saved" in report
    assert "its picture was left out: it is a text" in report
    assert "its image is missing, broken or too large" in report


async def test_a_report_shows_what_was_taken_and_edits_it(simulation: Simulation) -> None:
    story = " ".join(f"In the year {n} she moved to town number {n}." for n in range(40))
    card = {"name": "Mia", "description": f"{story}\n\nAppearance: red hair, freckles, a scar.", "first_mes": "hi"}
    report = await bring(simulation, "mia.json", json.dumps(card).encode())
    assert "> red hair, freckles, a scar" in text_of(report)
    assert "town number" not in text_of(report)
    assert "of its description I took what tells of looks" in text_of(report)
    form = await simulation.bob.click(report, label="Edit")
    assert form.modal is not None


async def test_a_report_says_what_letters_were_taken_for(simulation: Simulation) -> None:
    card = {"name": "小美", "description": "她有一头黑色的长发，棕色的眼睛，穿着白色连衣裙。"}  # noqa: RUF001 - Chinese
    report = text_of(await bring(simulation, "a.json", json.dumps(card, ensure_ascii=False).encode("gbk")))
    assert "小美" in report
    assert "its letters are not in UTF-8: I took them for GBK; where they are wrong, save it as UTF-8" in report


async def test_a_tupper_is_known_by_its_picture(simulation: Simulation) -> None:
    listed = [{"name": "Tom", "avatar_url": "https://127.0.0.1/x.png", "description": None}]
    report = text_of(await bring(simulation, "tuppers.json", json.dumps({"tuppers": listed}).encode()))
    assert "0 characters saved from Tupperbox" in report
    assert "Tom: needs features: it has no description, and no picture: its avatar could not be fetched" in report


async def test_seven_remarks_come_as_a_file(simulation: Simulation) -> None:
    listed = [{"name": f"N{number}", "description": None} for number in range(7)]
    report = await bring(simulation, "tuppers.json", json.dumps({"tuppers": listed}).encode())
    assert "and 1 more, in the file" in text_of(report)
    [attached] = report.attachments
    complete = (await attached.read()).decode()
    assert all(f"N{number}: needs features" in complete for number in range(7))


async def test_a_card_for_sillytavern_brings_its_expressions(simulation: Simulation) -> None:
    await save(simulation, "Mia", seed=99, reference=("mia.png", a_face()))
    await simulation.final(
        await simulation.alice.slash(simulation.channel, "character sheet", character="Mia", set="expressions")
    )
    await settled(simulation)
    answer = await simulation.alice.slash(simulation.channel, "character export", character="Mia", format="sillytavern")
    assert "1 character, 1 picture inside" in text_of(answer.response)
    [card] = answer.response.attachments
    assert card.filename == "Mia.png"
    report = await bring(simulation, card.filename, await card.read())
    assert "Nothing was left out" in text_of(report)
    [sprites] = answer.followups
    assert "6 expressions" in text_of(sprites)
    with zipfile.ZipFile(io.BytesIO(await sprites.attachments[0].read())) as archive:
        names = {name.partition(".")[0] for name in archive.namelist()}
    assert names == {"neutral", "joy", "amusement", "sadness", "anger", "surprise"}


async def test_an_export_says_how_many_pictures_are_inside(simulation: Simulation) -> None:
    await save(simulation, "Mia", reference=("mia.png", a_face()))
    await save(simulation, "Tom")
    for name, said in (("limner", "1 picture"), ("sillytavern", "1 picture"), ("pluralkit", "where 0 pictures live")):
        answer = await simulation.alice.slash(simulation.channel, "character export", format=name)
        assert f"2 characters, {said} inside" in text_of(answer.response)


def forged(name: str, data: bytes) -> bytes:
    """A ZIP whose only file has another sum than it says."""
    packed = bytearray(zipped({name: data}))
    packed[packed.rindex(name.encode()) - 30] ^= 1
    return bytes(packed)


def folded(levels: int) -> bytes:
    """ZIPs behind pictures in ZIPs, and spaces in the innermost."""
    packed = zipped({f"{number}.json": b" " * (2**20 - 1) for number in range(8)})
    for _ in range(levels):
        packed = zipped({f"{number}.png": a_face() + packed for number in range(8)})
    return packed


CARD = {"name": "Mia", "description": FEATURES, "first_mes": "hi"}
HOSTILE = {
    "a broken sum": (forged("card.json", json.dumps(CARD).encode()), "its card.json is broken"),
    "folded ZIPs": (folded(2), "it unpacks to more than 24 MiB"),
    "half a ZIP": (zipped({"card.json": json.dumps(CARD).encode()})[:-30], "this ZIP is broken"),
    "brackets": (b"[" * 2**22, "it is nested more than 40 levels deep"),
    "strings": (b"{" + b'"' * 2**22, "it is no JSON, and of YAML I read up to 1 MiB"),
    "directives": (b"".join(b"%%TAG !%d! x\n" % n for n in range(50_000)) + b"---\na: b", "neither a ZIP"),
    "a list of lists": (json.dumps([[CARD]] * 3).encode(), "it holds no character of"),
    "wrong types": (json.dumps({"name": [1], "description": {"a": 3}, "spec": 7}).encode(), "it holds no character"),
    "no text": (random.Random(3).randbytes(2**16), "neither a ZIP"),
    "half a UTF-16": ('{"name": "Mia'.encode("utf-16-le")[:-1], "neither a ZIP"),
}


async def test_hostile_files_are_refused_in_one_sentence_and_nothing_of_them_is_kept(simulation: Simulation) -> None:
    for name, (data, sentence) in HOSTILE.items():
        said = text_of(await bring(simulation, "card", data))
        assert sentence in said, f"{name}: {said}"
        assert len(said) < 300, name
    for table in ("character", "upload", "quota_hold"):
        assert await execute(simulation, f"SELECT count(*) FROM {table}") == [(0,)]
    assert kept_files(simulation) == []
    # The keys that come twice, and the bytes in another encoding, are no reason to refuse what can be read.
    odd = json.dumps(CARD)[:-1] + ', "name": "", "description": null}'
    report = text_of(await bring(simulation, "card", odd.encode("utf-16")))
    assert "1 character saved" in report
