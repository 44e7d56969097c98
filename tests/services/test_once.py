"""One interaction, delivered again or at once: one change, one line in the audit, one in the log channel."""

import asyncio
import json
from typing import Any

import pytest

from bot.domain.characters.character import Character, Named
from bot.domain.errors import AlreadyDone, WordRefused
from bot.domain.ids import ChannelId, UserId, new_id
from bot.services.characters.drafts import Change
from bot.services.portraits.requests import Request
from tests.fakes.faces import a_face
from tests.services.admin_cases import GUILD, AdminCases, admin
from tests.services.library_cases import ADA, FEATURES, LibraryCases
from tests.services.use_cases import asker
from tests.storage.row_checks import rows


def an_export(*names: str) -> bytes:
    return json.dumps({"members": [{"name": name, "description": "scar, grey eyes"} for name in names]}).encode()


async def test_a_gift_ordered_twenty_times_at_once_is_given_once(admin_cases: AdminCases) -> None:
    a, boss = admin_cases.administration, admin()
    await a.set_log(admin(), ChannelId(5))
    runs = (a.set_member(boss, UserId(1), gift=5) for _ in range(20))
    ended = await asyncio.gather(*runs, return_exceptions=True)
    assert sum(isinstance(each, AlreadyDone) for each in ended) == 19
    await admin_cases.journal.drain()
    assert [each["gift"] for each in await rows(admin_cases.database, "SELECT gift FROM member_limit")] == [5]
    assert len([each for each in await admin_cases.audited() if each["what"] == "quota member"]) == 1
    assert len([line for _, line in admin_cases.said if "quota member" in line]) == 1


async def test_what_was_so_already_is_done_too(admin_cases: AdminCases) -> None:
    a, first = admin_cases.administration, admin()
    await a.set_style(admin(), "studio")
    await a.set_style(first, "studio")
    await a.set_style(admin(), "documentary")
    with pytest.raises(AlreadyDone):
        await a.set_style(first, "studio")
    assert (await a.overview(admin())).settings.style == "documentary"
    assert (await a.overview(admin())).settings.guild_id == GUILD


async def test_a_refused_prompt_is_noted_and_told_once_and_its_sentence_is_still_given(admin_cases: AdminCases) -> None:
    await admin_cases.administration.set_log(admin(), ChannelId(5))
    await admin_cases.administration.set_safety(admin(), "blood")
    who = asker()
    for _ in range(3):
        with pytest.raises(WordRefused):
            await admin_cases.use_cases.portraits.paint(who, Request("blood everywhere"))
    await admin_cases.policies.drain()
    assert len(await rows(admin_cases.database, "SELECT id FROM refusal")) == 1
    assert len([line for _, line in admin_cases.said if line.startswith("🚫")]) == 1


async def test_a_form_sent_twice_at_once_keeps_the_picture_that_waited_for_it(library_cases: LibraryCases) -> None:
    for number in range(5):
        upload_id, sender = new_id(), asker(1)
        await library_cases.characters.hold_upload(asker(1), upload_id, a_face(colour=(number, 2, 3)))
        runs = (library_cases.characters.save(sender, f"N{number}", FEATURES, waiting=upload_id) for _ in range(4))
        ended = await asyncio.gather(*runs, return_exceptions=True)
        assert sum(isinstance(each, AlreadyDone) for each in ended) == 3
        saved = await library_cases.lookup.find(asker(1), Named(f"N{number}"))
        assert (await library_cases.pictures.load(saved.reference or "")).data == a_face(colour=(number, 2, 3))


async def test_an_import_that_was_cut_short_goes_on_where_it_stopped(
    library_cases: LibraryCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, data, add = asker(1), an_export("Ann", "Ben", "Cyd", "Dee"), library_cases.store.add

    async def add_two(character: Character, *given: Any, **options: Any) -> None:
        if character.name == "Cyd":
            raise ConnectionAbortedError("the process ends here")
        await add(character, *given, **options)

    monkeypatch.setattr(library_cases.store, "add", add_two)
    with pytest.raises(ConnectionAbortedError):
        await library_cases.transfer.bring(who, data)
    monkeypatch.undo()
    ann = await library_cases.lookup.find(asker(1), Named("Ann"))
    await library_cases.characters.edit(asker(1), ann.id, Change(name="Anna"))
    report = await library_cases.transfer.bring(who, data)
    assert [character.name for character in report.saved] == ["Cyd", "Dee"]
    assert [remark.text for remark in report.skipped] == ["it was saved already", "you have a character of that name"]
    assert [each.name for each in await library_cases.store.page(ADA, 0, 9)] == ["Anna", "Ben", "Cyd", "Dee"]
    with pytest.raises(AlreadyDone):
        await library_cases.transfer.bring(who, data)
    assert len((await library_cases.transfer.bring(asker(1), data)).saved) == 1


async def test_an_import_of_nothing_new_is_done_too(library_cases: LibraryCases) -> None:
    who, data = asker(1), an_export("Ann")
    ann = (await library_cases.characters.save(asker(1), "Ann", FEATURES)).character
    assert not (await library_cases.transfer.bring(who, data)).saved
    await library_cases.characters.discard(asker(1), ann.id)
    with pytest.raises(AlreadyDone):
        await library_cases.transfer.bring(who, data)
    assert await library_cases.store.count(ADA) == 0
