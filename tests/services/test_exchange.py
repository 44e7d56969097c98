"""Taking characters out and bringing them in: what comes along, and what a file may cost."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import archives, exchange
from bot.domain.library_errors import AlreadyImporting
from bot.services.exchange import MAX_AVATARS
from bot.services.library import Change
from tests.fakes.faces import a_face
from tests.services.house import asker
from tests.services.shelf import ADA, Shelf, mia


def members(*items: dict[str, Any]) -> bytes:
    return json.dumps({"members": list(items)}).encode()


def archives_manifest(listed: Any) -> bytes:
    return exchange.manifest(listed)


async def test_avatars_come_through_the_guarded_downloader_a_few_at_once(shelf: Shelf) -> None:
    links = {f"https://cdn.test/{number}.png": a_face(colour=(number, 0, 0)) for number in range(25)}
    shelf.links.pictures = links
    items = [{"name": f"N{n}", "description": "scar", "avatar_url": link} for n, link in enumerate(links)]
    report = await shelf.exchange.bring(asker(1), members(*items))
    assert len(report.saved) == 25
    assert len(shelf.links.asked) == MAX_AVATARS
    assert shelf.links.most <= 4
    assert sum(character.reference is not None for character in report.saved) == MAX_AVATARS
    assert len(report.notes) == 5


async def test_avatars_that_fail_or_hang_cost_the_picture_only(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"name": "Ann", "description": "scar", "avatar_url": "https://private.test/a.png"}]
    report = await shelf.exchange.bring(asker(1), members(*items))
    assert [remark.text for remark in report.notes] == ["no picture: its avatar could not be fetched"]
    shelf.links.stuck = True
    monkeypatch.setattr("bot.services.exchange.AVATAR_SECONDS", 0.05)
    report = await shelf.exchange.bring(asker(1), members({**items[0], "name": "Ben"}))
    assert [remark.text for remark in report.notes] == ["no picture: its avatar could not be fetched"]
    assert report.saved[0].reference is None


async def test_nothing_is_fetched_for_those_that_cannot_be_saved(shelf: Shelf) -> None:
    await mia(shelf)
    item = {"name": "MIA", "description": "scar", "avatar_url": "https://cdn.test/a.png"}
    report = await shelf.exchange.bring(asker(1), members(item, item))
    assert not shelf.links.asked
    assert [remark.text for remark in report.skipped] == ["you have a character of that name"] * 2


async def test_nothing_is_fetched_where_there_is_no_room(shelf: Shelf) -> None:
    for number in range(29):
        await shelf.characters.save(asker(1), f"N{number}", "scar, beard")
    links = [f"https://cdn.test/{name}.png" for name in ("a", "b")]
    items = [{"name": link, "description": "scar", "avatar_url": link} for link in links]
    report = await shelf.exchange.bring(asker(1), members(*items))
    assert (len(report.saved), shelf.links.asked) == (1, links[:1])


async def test_one_import_of_a_member_at_a_time(shelf: Shelf) -> None:
    shelf.links.stuck = True
    item = {"name": "Mia", "description": "scar", "avatar_url": "https://cdn.test/a.png"}
    running = asyncio.create_task(shelf.exchange.bring(asker(1), members(item)))
    while not shelf.links.open:
        await asyncio.sleep(0.01)
    with pytest.raises(AlreadyImporting):
        await shelf.exchange.bring(asker(1), members(item))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    shelf.links.stuck = False
    assert (await shelf.exchange.bring(asker(1), members(item))).saved


async def test_many_large_pictures_in_small_files_are_not_all_decoded(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.exchange.MAX_PIXELS", 300 * 400 * 2)
    await mia(shelf, upload=a_face())
    mia_now = await shelf.characters.named(ADA, "Mia")
    listed = [(replace(mia_now, name=f"N{number}"), "images/001.png") for number in range(4)]
    data = archives.pack({archives.MANIFEST: archives_manifest(listed), "images/001.png": a_face()})
    report = await shelf.exchange.bring(asker(2), data)
    assert [character.reference is not None for character in report.saved] == [True, True, False, False]
    assert all("too many large ones" in remark.text for remark in report.notes)


async def test_export_and_import_are_inverse(shelf: Shelf) -> None:
    mia_id = await mia(shelf, upload=a_face("JPEG"))
    await shelf.library.edit(asker(1), mia_id, Change(identity="reference"))
    archive = [each async for each in shelf.exchange.export(ADA, None)]
    assert [each.characters for each in archive] == [1]
    report = await shelf.exchange.bring(asker(2), archive[0].data)
    [copied] = report.saved
    original = await shelf.characters.named(ADA, "Mia")
    for name in ("name", "features", "seed", "identity", "reference"):
        assert getattr(copied, name) == getattr(original, name)
    assert not report.notes
