"""Taking characters out and bringing them in: what comes along, and what a file may cost."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.characters import archives, own
from bot.domain.characters.character import Named
from bot.domain.characters.formats import Parsed
from bot.domain.errors import AlreadyImporting, FileRefused, NeedsFeatures
from bot.services.characters.drafts import Change
from tests.fakes.faces import a_face
from tests.services.library_cases import LibraryCases, mia
from tests.services.use_cases import asker


def members(*items: dict[str, Any]) -> bytes:
    return json.dumps({"members": list(items)}).encode()


def archives_manifest(listed: Any) -> bytes:
    return own.manifest(listed)


async def test_avatars_come_through_the_guarded_downloader_a_few_at_once(library_cases: LibraryCases) -> None:
    links = {f"https://cdn.test/{number}.png": a_face(colour=(number, 0, 0)) for number in range(29)}
    library_cases.links.pictures = links
    items = [{"name": f"N{n}", "description": "scar", "avatar_url": link} for n, link in enumerate(links)]
    told: list[tuple[int, int]] = []

    async def tell(done: int, total: int) -> None:
        told.append((done, total))

    report = await library_cases.transfer.bring(asker(1), members(*items), tell=tell)
    assert len(report.saved) == 29
    assert len(library_cases.links.asked) == 29
    assert library_cases.links.most == 4
    assert all(character.reference is not None for character in report.saved)
    assert told == [(number, 29) for number in range(1, 30)]
    assert not report.notes


async def test_a_file_is_read_once_and_nothing_of_faces_is_kept_before_it_is_said_whose_they_are(
    library_cases: LibraryCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[bytes]()

    def parse(data: bytes, user: str) -> Parsed:
        read.append(data)
        return real(data, user)

    real = archives.parse
    monkeypatch.setattr(archives, "parse", parse)
    library_cases.links.pictures = {"https://cdn.test/a.png": a_face()}
    words = {"name": "Ann", "description": "freckles, a scar"}
    faces = members(words, {"name": "Ben", "avatar_url": "https://cdn.test/a.png"})
    asked = await library_cases.transfer.bring(asker(3), faces)
    assert (asked.asks, asked.saved, asked.skipped) == (True, (), ())
    assert (read, library_cases.links.asked) == ([faces], [])
    with pytest.raises(FileRefused):
        await library_cases.transfer.bring(asker(3), b"{}", ticked=True)
    assert not await library_cases.characters.agreed(asker(3))
    report = await library_cases.transfer.bring(asker(3), faces, ticked=True)
    assert [each.name for each in report.saved] == ["Ann", "Ben"]
    for owner, data in ((3, faces), (4, members(words))):
        read.clear()
        await library_cases.transfer.bring(asker(owner), data)
        assert read == [data]


async def test_a_link_that_many_share_is_fetched_once(library_cases: LibraryCases) -> None:
    library_cases.links.pictures = {"https://cdn.test/a.png": a_face()}
    items = [{"name": f"N{n}", "description": "scar", "avatar_url": "https://cdn.test/a.png"} for n in range(12)]
    report = await library_cases.transfer.bring(asker(1), members(*items))
    assert len({character.reference for character in report.saved}) == 1
    assert len(library_cases.links.asked) <= 4


async def test_a_picture_without_words_is_posed_by_the_picture(library_cases: LibraryCases) -> None:
    library_cases.links.pictures = {"https://cdn.test/a.png": a_face()}
    items = [
        {"name": "Ann", "description": None, "avatar_url": "https://cdn.test/a.png"},
        {"name": "Ben", "description": None, "avatar_url": "https://cdn.test/gone.png"},
        {"name": "Cem", "description": None, "avatar_url": None},
    ]
    report = await library_cases.transfer.bring(asker(1), members(*items))
    [ann] = report.saved
    assert (ann.features, ann.identity) == ("", "reference")
    assert [each.name for each in report.skipped] == ["Cem", "Ben"]
    assert all("needs features" in each.text for each in report.skipped)
    # Nothing stands in the way of the same names with words.
    again = [{**each, "description": "freckles, a scar"} for each in items[1:]]
    assert len((await library_cases.transfer.bring(asker(1), members(*again))).saved) == 2
    with pytest.raises(NeedsFeatures):
        await library_cases.characters.edit(asker(1), ann.id, Change(identity="seed"))
    kept = await library_cases.characters.edit(asker(1), ann.id, Change(name="Anna"))
    assert (kept.character.name, kept.character.features) == ("Anna", "")
    described = await library_cases.characters.edit(asker(1), ann.id, Change(features="red hair", identity="seed"))
    assert described.character.identity == "seed"


async def test_avatars_that_fail_or_hang_cost_the_picture_only(
    library_cases: LibraryCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [{"name": "Ann", "description": "scar", "avatar_url": "https://private.test/a.png"}]
    report = await library_cases.transfer.bring(asker(1), members(*items))
    assert [remark.text for remark in report.notes] == ["no picture: its avatar could not be fetched"]
    library_cases.links.stuck = True
    monkeypatch.setattr("bot.services.characters.avatars.AVATAR_SECONDS", 0.05)
    report = await library_cases.transfer.bring(asker(1), members({**items[0], "name": "Ben"}))
    assert [remark.text for remark in report.notes] == ["no picture: its avatar could not be fetched"]
    assert report.saved[0].reference is None


async def test_nothing_is_fetched_for_those_that_cannot_be_saved(library_cases: LibraryCases) -> None:
    await mia(library_cases)
    item = {"name": "MIA", "description": "scar", "avatar_url": "https://cdn.test/a.png"}
    report = await library_cases.transfer.bring(asker(1), members(item, item))
    assert not library_cases.links.asked
    assert [remark.text for remark in report.skipped] == ["you have a character of that name"] * 2


async def test_nothing_is_fetched_where_there_is_no_room(library_cases: LibraryCases) -> None:
    for number in range(29):
        await library_cases.characters.save(asker(1), f"N{number}", "scar, beard")
    links = [f"https://cdn.test/{name}.png" for name in ("a", "b")]
    items = [{"name": link, "description": "scar", "avatar_url": link} for link in links]
    report = await library_cases.transfer.bring(asker(1), members(*items))
    assert (len(report.saved), library_cases.links.asked) == (1, links[:1])


async def test_one_import_of_a_member_at_a_time(library_cases: LibraryCases) -> None:
    library_cases.links.stuck = True
    item = {"name": "Mia", "description": "scar", "avatar_url": "https://cdn.test/a.png"}
    running = asyncio.create_task(library_cases.transfer.bring(asker(1), members(item)))
    while not library_cases.links.open:
        await asyncio.sleep(0.01)
    with pytest.raises(AlreadyImporting):
        await library_cases.transfer.bring(asker(1), members(item))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    library_cases.links.stuck = False
    assert (await library_cases.transfer.bring(asker(1), members(item))).saved


async def test_many_large_pictures_in_small_files_are_not_all_decoded(
    library_cases: LibraryCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.characters.transfer.MAX_PIXELS", 300 * 400 * 2)
    await mia(library_cases, upload=a_face())
    mia_now = await library_cases.lookup.find(asker(1), Named("Mia"))
    listed = [(replace(mia_now, name=f"N{number}"), "images/001.png") for number in range(4)]
    data = archives.pack({own.MANIFEST: archives_manifest(listed), "images/001.png": a_face()})
    report = await library_cases.transfer.bring(asker(2), data)
    assert [character.reference is not None for character in report.saved] == [True, True, False, False]
    assert all("256 million pixels" in remark.text for remark in report.notes)
