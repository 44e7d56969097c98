"""Characters on their way out: whatever the form, they come back as they were."""

import io
import json
import zipfile
from typing import Any

import pytest
from PIL import Image

from bot.domain.characters import archives
from bot.domain.characters.character import Character, Named
from bot.domain.characters.exports import Format
from bot.domain.errors import UnknownChoice
from bot.services.characters.drafts import Change
from bot.services.characters.exporting import Parcel
from tests.fakes.faces import a_face
from tests.services.library_cases import LibraryCases, mia
from tests.services.use_cases import asker

TRICKY = '{{char}} <b>hair</b>: red; **eyes** {{user}}, \\ "quoted" [x](y) https://a.test'


async def sent(library_cases: LibraryCases, format_: str | None, character: Character | None = None) -> list[Parcel]:
    return [each async for each in library_cases.exporting.export(asker(1), character, format_)]


async def a_library(library_cases: LibraryCases) -> list[Character]:
    mia_id = await mia(library_cases, upload=a_face("JPEG"))
    await library_cases.characters.edit(asker(1), mia_id, Change(identity="reference"))
    await library_cases.characters.save(asker(1), "{{user}} Ünïcode/..\\x", TRICKY, 7)
    return await library_cases.store.page(asker(1).user_id, 0, 9)


@pytest.mark.parametrize("format_", list(Format))
async def test_every_form_comes_back_as_it_was(library_cases: LibraryCases, format_: Format) -> None:
    before = await a_library(library_cases)
    [parcel] = await sent(library_cases, format_)
    assert parcel.characters == 2
    report = await library_cases.transfer.bring(asker(2), parcel.data)
    assert not report.skipped
    assert not report.notes
    after = await library_cases.store.page(asker(2).user_id, 0, 9)
    pictured = format_ in {Format.LIMNER, Format.SILLYTAVERN}
    assert parcel.pictures == (1 if pictured else 0)
    for old, new in zip(before, after, strict=True):
        for name in ("name", "features", "seed", "credit"):
            assert getattr(old, name) == getattr(new, name)
        assert (new.reference is not None) == (pictured and old.reference is not None)
        assert new.identity == (old.identity if pictured else "seed")


async def test_a_card_is_a_picture_with_both_versions_in_it(library_cases: LibraryCases) -> None:
    before = await a_library(library_cases)
    for character in before:
        [parcel] = await sent(library_cases, "sillytavern", character)
        with Image.open(io.BytesIO(parcel.data)) as image:
            image.load()
            assert image.format == "PNG"
            assert set(image.info) >= {"chara", "ccv3"}
        assert parcel.name.endswith(".png")
        assert "/" not in parcel.name
        assert parcel.pictures == int(character.reference is not None)
        [entry] = archives.parse(parcel.data).entries
        assert (entry.image is None) == (character.reference is None)


async def test_a_saved_picture_that_is_gone_is_not_counted(library_cases: LibraryCases) -> None:
    await mia(library_cases, upload=a_face())
    for file in library_cases.files():
        file.unlink()
    for format_ in ("limner", "sillytavern"):
        [parcel] = await sent(library_cases, format_)
        assert (parcel.characters, parcel.pictures) == (1, 0)
        [entry] = archives.parse(parcel.data).entries
        assert entry.image is None


async def test_lists_for_proxy_bots_are_what_those_read(library_cases: LibraryCases) -> None:
    await mia(library_cases)
    [system] = await sent(library_cases, "pluralkit")
    [member] = json.loads(system.data)["members"]
    assert (member["name"], member["avatar_url"]) == ("Mia", None)
    [tuppers] = await sent(library_cases, "tupperbox")
    [tupper] = json.loads(tuppers.data)["tuppers"]
    assert tupper["brackets"] == ["Mia:", ""]


async def test_an_archive_that_was_unpacked_and_packed_again_comes_back(library_cases: LibraryCases) -> None:
    await mia(library_cases, upload=a_face())
    original = await library_cases.lookup.find(asker(1), Named("Mia"))
    [parcel] = await sent(library_cases, None)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(parcel.data)) as old, zipfile.ZipFile(packed, "w") as new:
        new.writestr("limner-characters/", b"")
        for name in old.namelist():
            new.writestr(f"limner-characters/{name}", old.read(name))
            new.writestr(f"__MACOSX/limner-characters/._{name.rpartition('/')[2]}", b"\0\5\x16\7")
        new.writestr("limner-characters/.DS_Store", b"\0\0\0\1Bud1")
    [copied] = (await library_cases.transfer.bring(asker(2), packed.getvalue())).saved
    assert (copied.features, copied.reference) == (original.features, original.reference)


async def test_a_form_that_does_not_exist_is_refused(library_cases: LibraryCases) -> None:
    await mia(library_cases)
    with pytest.raises(UnknownChoice):
        await sent(library_cases, "forged")


async def test_nothing_comes_of_nobody(library_cases: LibraryCases) -> None:
    for format_ in Format:
        result: list[Any] = await sent(library_cases, format_)
        assert result == []


async def test_a_list_tells_where_a_picture_lives(library_cases: LibraryCases) -> None:
    """Until the character has another one."""
    link = "https://cdn.test/mia.png"
    library_cases.links.pictures = {link: a_face()}
    listed = {"tuppers": [{"name": "Mia", "description": None, "avatar_url": link}]}
    [mia_] = (await library_cases.transfer.bring(asker(1), json.dumps(listed).encode())).saved
    for format_ in ("tupperbox", "pluralkit"):
        [parcel] = await sent(library_cases, format_)
        assert (link in parcel.data.decode(), parcel.pictures) == (True, 1)
        [copied] = (await library_cases.transfer.bring(asker(2), parcel.data)).saved
        assert (copied.reference, copied.identity) == (mia_.reference, "reference")
        await library_cases.characters.discard(asker(2), copied.id)
    await library_cases.characters.give_face(asker(1), mia_.id, a_face(colour=(1, 2, 3)))
    [parcel] = await sent(library_cases, "tupperbox")
    assert (link in parcel.data.decode(), parcel.pictures) == (False, 0)
