"""What an interaction changes is recorded in the transaction of the change: a second delivery changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.characters.character import Character
from bot.domain.errors import AlreadyDone, CharacterNameTaken
from bot.domain.ids import GuildId, MessageId, UserId
from bot.domain.once import Once
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.report import Decision
from bot.domain.servers.quotas import MemberLimit, RoleLimit
from bot.domain.servers.settings import Change, ServerSettings
from bot.storage import done
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.done import KEPT, SqlDone
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlGallery, SqlPortraits
from bot.storage.preferences import SqlPreferences
from bot.storage.privacy import SqlPrivacy
from bot.storage.reports import SqlReports
from bot.storage.servers import SqlPolicies
from bot.storage.units import Transaction
from tests.fakes.builders import NOW, ROOMY, a_character, a_once, a_portrait, a_reply, accepted, legs
from tests.fakes.turns import acknowledge
from tests.storage.row_checks import everything, value

ME, HERE = UserId(1), GuildId(10)
BEFORE, AFTER = ServerSettings(HERE), ServerSettings(HERE, guild_per_day=5)
CHANGE = Change(HERE, ME, "test", *BEFORE.differences(AFTER), AFTER)
Step = Callable[[Database, Once, Character, Portrait], Awaitable[Any]]


def _portrait(once: Once) -> Portrait:
    return a_portrait(reply=a_reply(interaction_id=once.interaction_id))


async def _accept(database: Database, once: Once) -> None:
    portrait = _portrait(once)
    await SqlPortraits(database).accept(portrait, legs(portrait), ROOMY)


async def _decide(database: Database, once: Once, portrait: Portrait) -> None:
    if not await SqlReports(database).is_hidden(portrait.id):
        await SqlReports(database).add(portrait.id, ME, HERE, a_once(), NOW)
    await SqlReports(database).decide(portrait.id, Decision.HIDDEN, once, NOW)


# Every store method that an interaction's change goes through: `tests/meta/test_once.py` sees that none is missing.
STEPS: dict[str, Step] = {
    "SqlPortraits.accept": lambda d, o, _c, _p: _accept(d, o),
    "SqlPortraits.mark_deleted": lambda d, o, _c, p: SqlPortraits(d).mark_deleted(p.id, o, NOW),
    "SqlGallery.mark_favourite": lambda d, o, _c, p: SqlGallery(d).mark_favourite(p.id, True, o, NOW),
    "SqlJobs.cancel": lambda d, o, _c, p: SqlJobs(d).cancel(p.id, o, NOW),
    "SqlPolicies.change": lambda d, o, _c, _p: SqlPolicies(d).change(CHANGE, o, NOW),
    "SqlPolicies.set_role_limit": lambda d, o, _c, _p: SqlPolicies(d).set_role_limit(
        CHANGE, RoleLimit(7, 5), o, NOW, remove=False
    ),
    "SqlPolicies.set_member_limit": lambda d, o, _c, _p: SqlPolicies(d).set_member_limit(
        CHANGE, MemberLimit(ME, False, None, 5), o, NOW
    ),
    "SqlPolicies.reset": lambda d, o, _c, p: SqlPolicies(d).reset(CHANGE, legs(p), o, NOW),
    "SqlPolicies.refused": lambda d, o, _c, _p: SqlPolicies(d).refused(HERE, ME, "pose", "WordRefused", o, NOW),
    "SqlCharacters.add": lambda d, o, _c, _p: SqlCharacters(d).add(a_character("Tom"), 9, o, NOW),
    "SqlCharacters.update": lambda d, o, c, _p: SqlCharacters(d).update(c, o, NOW),
    "SqlCharacters.delete": lambda d, o, c, _p: SqlCharacters(d).delete(c.id, ME, o, NOW),
    "SqlCharacters.share": lambda d, o, c, _p: SqlCharacters(d).share(c, HERE, "Ada", o, NOW),
    "SqlCharacters.unshare": lambda d, o, c, _p: SqlCharacters(d).unshare(c.id, HERE, o, NOW),
    "SqlCharacters.keep_upload": lambda d, o, _c, _p: SqlCharacters(d).keep_upload("u", ME, "face.png", o, NOW),
    "SqlPreferences.change": lambda d, o, _c, _p: SqlPreferences(d).change(
        ME, lambda each: replace(each, private=not each.private), o, NOW
    ),
    "SqlReports.add": lambda d, o, _c, p: SqlReports(d).add(p.id, ME, HERE, o, NOW),
    "SqlReports.decide": lambda d, o, _c, p: _decide(d, o, p),
    "SqlPrivacy.drop_person": lambda d, o, _c, _p: SqlPrivacy(d).drop_person(ME, o, NOW),
    "SqlDone.record": lambda d, o, _c, _p: SqlDone(d).record(o, NOW),
}


async def _furnished(database: Database) -> tuple[Character, Portrait]:
    character = a_character("Mia")
    await SqlCharacters(database).add(character, 9, a_once(), NOW)
    return character, await accepted(SqlPortraits(database))


@pytest.mark.parametrize("name", STEPS)
async def test_the_same_interaction_twice_changes_once(database: Database, name: str) -> None:
    character, portrait = await _furnished(database)
    once = a_once()
    await STEPS[name](database, once, character, portrait)
    assert await SqlDone(database).known(once.interaction_id)
    after = await everything(database)
    with pytest.raises(AlreadyDone):
        await STEPS[name](database, once, character, portrait)
    assert await everything(database) == after


@pytest.mark.parametrize("name", STEPS)
async def test_twenty_deliveries_at_once_change_once(database: Database, name: str) -> None:
    character, portrait = await _furnished(database)
    once = a_once()
    runs = (STEPS[name](database, once, character, portrait) for _ in range(20))
    ended = await asyncio.gather(*runs, return_exceptions=True)
    assert [type(each) for each in ended if isinstance(each, BaseException)] == [AlreadyDone] * 19


async def test_what_is_rolled_back_leaves_no_record(database: Database, characters: SqlCharacters) -> None:
    await characters.add(a_character("Mia"), 9, a_once(), NOW)
    once = a_once()
    with pytest.raises(CharacterNameTaken):
        await characters.add(a_character("Mia"), 9, once, NOW)
    assert not await SqlDone(database).known(once.interaction_id)
    await characters.add(a_character("Tom"), 9, once, NOW)


async def test_a_unit_that_breaks_leaves_no_record_either(database: Database) -> None:
    def broken(_tx: Transaction) -> None:
        raise ZeroDivisionError

    once = a_once()
    with pytest.raises(ZeroDivisionError):
        await done.change(database, once, NOW, broken)
    assert not await SqlDone(database).known(once.interaction_id)


async def test_the_record_is_looked_at_before_anything_else(characters: SqlCharacters) -> None:
    """The first delivery's own change would refuse the second one in words: the name is taken."""
    once = a_once()
    await characters.add(a_character("Mia"), 1, once, NOW)
    with pytest.raises(AlreadyDone):
        await characters.add(a_character("Mia"), 1, once, NOW)


async def test_steps_are_made_once_each_and_the_last_is_the_whole(
    database: Database, characters: SqlCharacters
) -> None:
    once, store = a_once(), SqlDone(database)
    for step in (1, 2):
        await characters.add(a_character(f"N{step}"), 9, once.at_step(step), NOW)
        assert not await store.known(once.interaction_id)
    with pytest.raises(AlreadyDone):
        await characters.add(a_character("N3"), 9, once.at_step(2), NOW)
    await store.record(once, NOW)
    assert await store.known(once.interaction_id)


async def test_records_are_forgotten_after_an_hour_a_piece_at_a_time(
    database: Database, jobs: SqlJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.done._PIECE", 4)
    store, old, young = SqlDone(database), [a_once() for _ in range(10)], a_once()
    for each in old:
        await store.record(each, NOW)
    await store.record(young, NOW + timedelta(minutes=1))
    await jobs.tidy(NOW + KEPT)
    assert await value(database, "SELECT count(*) FROM interaction_done") == 11
    counts: list[int] = []
    for _ in range(3):
        await jobs.tidy(NOW + KEPT + timedelta(milliseconds=1))
        counts.append(await value(database, "SELECT count(*) FROM interaction_done"))
    assert counts == [7, 3, 1]
    assert await store.known(young.interaction_id)
    assert timedelta(hours=1) == KEPT


async def test_an_acknowledgement_is_no_change(database: Database, portraits: SqlPortraits) -> None:
    portrait = await accepted(portraits)
    before = await value(database, "SELECT count(*) FROM interaction_done")
    await acknowledge(portraits, portrait.id, MessageId(77), NOW)
    assert await value(database, "SELECT count(*) FROM interaction_done") == before


async def test_a_part_of_a_larger_change_needs_no_record(database: Database, portraits: SqlPortraits) -> None:
    portrait = await accepted(portraits)
    before = await value(database, "SELECT count(*) FROM interaction_done")
    await SqlJobs(database).cancel(portrait.id, None, NOW)
    assert await value(database, "SELECT count(*) FROM interaction_done") == before
