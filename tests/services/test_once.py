"""One interaction, delivered again or at once: one change, one line in the audit, one in the log channel."""

import asyncio
import json
from typing import Any

import pytest

from bot.domain.characters import Character
from bot.domain.errors import AlreadyDone, WordRefused
from bot.domain.ids import ChannelId, UserId, new_id
from bot.services.library import Change
from bot.services.requests import Request
from tests.fakes.faces import a_face
from tests.services.house import asker
from tests.services.office import GUILD, Office, admin
from tests.services.shelf import ADA, FEATURES, Shelf
from tests.storage.looking import rows


def an_export(*names: str) -> bytes:
    return json.dumps({"members": [{"name": name, "description": "scar, grey eyes"} for name in names]}).encode()


async def test_a_gift_ordered_twenty_times_at_once_is_given_once(office: Office) -> None:
    a, boss = office.administration, admin()
    await a.set_log(admin(), ChannelId(5))
    runs = (a.set_member(boss, UserId(1), gift=5) for _ in range(20))
    ended = await asyncio.gather(*runs, return_exceptions=True)
    assert sum(isinstance(each, AlreadyDone) for each in ended) == 19
    await a.drain()
    assert [each["gift"] for each in await rows(office.database, "SELECT gift FROM member_limit")] == [5]
    assert len([each for each in await office.audited() if each["what"] == "quota member"]) == 1
    assert len([line for _, line in office.said if "quota member" in line]) == 1


async def test_what_was_so_already_is_done_too(office: Office) -> None:
    a, first = office.administration, admin()
    await a.set_style(admin(), "studio")
    await a.set_style(first, "studio")
    await a.set_style(admin(), "documentary")
    with pytest.raises(AlreadyDone):
        await a.set_style(first, "studio")
    assert (await a.overview(admin())).settings.style == "documentary"
    assert (await a.overview(admin())).settings.guild_id == GUILD


async def test_a_refused_prompt_is_noted_and_told_once_and_its_sentence_is_still_given(office: Office) -> None:
    await office.administration.set_log(admin(), ChannelId(5))
    await office.administration.set_safety(admin(), "blood")
    who = asker()
    for _ in range(3):
        with pytest.raises(WordRefused):
            await office.house.portraits.paint(who, Request("blood everywhere"))
    await office.policies.drain()
    assert len(await rows(office.database, "SELECT id FROM refusal")) == 1
    assert len([line for _, line in office.said if line.startswith("🚫")]) == 1


async def test_a_form_sent_twice_at_once_keeps_the_picture_that_waited_for_it(shelf: Shelf) -> None:
    for number in range(5):
        upload_id, sender = new_id(), asker(1)
        await shelf.characters.hold_upload(asker(1), upload_id, a_face(colour=(number, 2, 3)))
        runs = (shelf.characters.save(sender, f"N{number}", FEATURES, waiting=upload_id) for _ in range(4))
        ended = await asyncio.gather(*runs, return_exceptions=True)
        assert sum(isinstance(each, AlreadyDone) for each in ended) == 3
        saved = await shelf.characters.named(ADA, f"N{number}")
        assert (await shelf.pictures.load(saved.reference or "")).data == a_face(colour=(number, 2, 3))


async def test_an_import_that_was_cut_short_goes_on_where_it_stopped(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, data, add = asker(1), an_export("Ann", "Ben", "Cyd", "Dee"), shelf.characters.store.add

    async def add_two(character: Character, *given: Any, **options: Any) -> None:
        if character.name == "Cyd":
            raise ConnectionAbortedError("the process ends here")
        await add(character, *given, **options)

    monkeypatch.setattr(shelf.characters.store, "add", add_two)
    with pytest.raises(ConnectionAbortedError):
        await shelf.exchange.bring(who, data)
    monkeypatch.undo()
    ann = await shelf.characters.named(ADA, "Ann")
    await shelf.library.edit(asker(1), ann.id, Change(name="Anna"))
    report = await shelf.exchange.bring(who, data)
    assert [character.name for character in report.saved] == ["Cyd", "Dee"]
    assert [remark.text for remark in report.skipped] == ["it was saved already", "you have a character of that name"]
    assert [each.name for each in await shelf.store.page(ADA, 0, 9)] == ["Anna", "Ben", "Cyd", "Dee"]
    with pytest.raises(AlreadyDone):
        await shelf.exchange.bring(who, data)
    assert len((await shelf.exchange.bring(asker(1), data)).saved) == 1


async def test_an_import_of_nothing_new_is_done_too(shelf: Shelf) -> None:
    who, data = asker(1), an_export("Ann")
    ann = (await shelf.characters.save(asker(1), "Ann", FEATURES)).character
    assert not (await shelf.exchange.bring(who, data)).saved
    await shelf.characters.discard(asker(1), ann.id)
    with pytest.raises(AlreadyDone):
        await shelf.exchange.bring(who, data)
    assert await shelf.store.count(ADA) == 0
