"""What is forgotten, by itself or because a person says so: all of it, nothing else, and no limit with it."""

import asyncio
import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import AlreadyDone
from bot.domain.ids import GuildId, MessageId, PortraitId, UserId
from bot.domain.portraits.faces import Flag, Reading
from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.ports.jobs import Delivery
from bot.services import privacy
from bot.services.portraits.requests import Request
from bot.services.privacy import Keep, Part, Privacy
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.done import SqlDone
from bot.storage.privacy import SqlPrivacy
from tests.fakes.builders import LEASE, NOW, StoppedClock, a_character, a_once, a_picture, accepted
from tests.fakes.turns import claim
from tests.services.use_cases import UseCases, asker
from tests.storage.row_checks import rows, used, value

ADA, BOB, HERE = UserId(1), UserId(2), GuildId(10)


@dataclass
class Ending:
    """A dispatcher that tells at once what was cancelled."""

    use_cases: UseCases

    def __post_init__(self) -> None:
        self._telling: set[asyncio.Task[bool]] = set()

    def notify(self, portrait_id: PortraitId) -> None:
        if portrait_id:
            told = Delivery(portrait_id, PortraitState.CANCELLED)
            self._telling.add(asyncio.create_task(self.use_cases.jobs.settle(told, 0, self.use_cases.clock.now())))


def _privacy(database: Database, use_cases: UseCases, **keep: timedelta) -> Privacy:
    return Privacy(
        store=SqlPrivacy(database),
        done=SqlDone(database),
        jobs=use_cases.jobs,
        pictures=use_cases.pictures,
        use=SqlCharacters(database),
        dispatcher=Ending(use_cases),
        clock=use_cases.clock,
        keep=Keep(**keep),
    )


async def _delivered(use_cases: UseCases, picture: str = "a face", *, owner: int = 1, guild: int = 10) -> Portrait:
    """A portrait that was shown and paid for."""
    portrait = await accepted(use_cases.store, owner=owner, guild=guild, now=use_cases.clock.now())
    claimed = await claim(use_cases.jobs, use_cases.clock.now(), LEASE)
    assert claimed is not None
    image = await use_cases.pictures.keep(a_picture(picture))
    seen = Reading(1, 0.71, Flag.SAME)
    await use_cases.jobs.finish(claimed.take, TakeState.READY, use_cases.clock.now(), image=image, face=seen)
    told = Delivery(portrait.id, PortraitState.DELIVERED, message_id=MessageId(5))
    await use_cases.jobs.settle(told, 1, use_cases.clock.now())
    return await use_cases.store.get(portrait.id)


def _kept(folder: Path) -> int:
    return len([path for path in (folder / "p").rglob("*.png") if "crop" not in path.name])


async def _of_the_server(database: Database) -> dict[tuple[str, str], int]:
    return {key: number for key, number in (await used(database)).items() if number and key[0] != "member_day"}


async def test_counters_of_days_that_are_over_go_and_none_that_may_still_count(
    database: Database, use_cases: UseCases, clock: StoppedClock
) -> None:
    for days in (40, 3, 1, 0):
        await accepted(use_cases.store, now=NOW - timedelta(days=days), owner=1)
    before = await used(database)
    await _privacy(database, use_cases).chores()
    gone = {("member_day", "2026-10-13"), ("member_day", "2026-11-19")}
    assert await used(database) == {key: count for key, count in before.items() if key not in gone}


async def test_a_person_is_forgotten_and_nobody_else_and_no_limit_is_fresh(
    database: Database, use_cases: UseCases, tmp_path: Path
) -> None:
    for _ in range(privacy.BATCH + 1):
        await _delivered(use_cases, "hers")
    await _delivered(use_cases, "of both")
    await _delivered(use_cases, "of both", owner=2)
    await SqlCharacters(database).add(a_character(owner=1), 30, a_once(), NOW)
    await SqlCharacters(database).add(a_character(owner=2), 30, a_once(), NOW)
    paid = await _of_the_server(database)
    await accepted(use_cases.store, owner=1, now=NOW - timedelta(days=3))
    running = await accepted(use_cases.store, owner=1, count=3)
    removed = await _privacy(database, use_cases).delete(asker(1))
    assert (removed.characters, removed.portraits, removed.images) == (1, privacy.BATCH + 4, 1)
    assert removed.counters == 1, "of the day that is over"
    assert await rows(database, "SELECT id FROM portrait WHERE owner_id = 1 OR id = :id", id=running.id) == []
    assert await value(database, "SELECT count(*) FROM portrait WHERE owner_id = 2") == 1
    assert await rows(database, "SELECT owner_id FROM character") == [{"owner_id": 2}]
    assert _kept(tmp_path) == 1, "what Bob's shows"
    assert await _of_the_server(database) == paid
    assert await value(database, "SELECT used FROM quota_counter WHERE subject_id = 1") == privacy.BATCH + 2


async def test_two_deliveries_of_one_deletion_are_one_and_what_was_made_since_stays(
    database: Database, use_cases: UseCases
) -> None:
    await _delivered(use_cases)
    keeper, pressed = _privacy(database, use_cases), asker(1)
    answers = await asyncio.gather(keeper.delete(pressed), keeper.delete(pressed), return_exceptions=True)
    assert [type(answer) for answer in answers[1:]] == [AlreadyDone]
    assert getattr(answers[0], "portraits", None) == 1
    since = await _delivered(use_cases)
    with pytest.raises(AlreadyDone):
        await keeper.delete(pressed)
    assert (await use_cases.store.get(since.id)).state is PortraitState.DELIVERED


async def test_what_is_old_is_forgotten_on_its_day_but_not_the_face_of_a_character(
    database: Database, use_cases: UseCases, clock: StoppedClock, tmp_path: Path
) -> None:
    old = await _delivered(use_cases, "old")
    saved = await _delivered(use_cases, "saved")
    await SqlCharacters(database).add(a_character(reference=saved.takes[0].image), 30, a_once(), NOW)
    keeper = _privacy(database, use_cases, images=timedelta(days=10), portraits=timedelta(days=40))
    clock.advance(days=10)
    young = await _delivered(use_cases, "young")
    waiting = await accepted(use_cases.store)
    await keeper.chores()
    assert _kept(tmp_path) == 3
    clock.advance(seconds=1)
    await keeper.chores()
    assert _kept(tmp_path) == 2
    gone, there = [(await use_cases.store.get(each.id)).takes[0] for each in (old, young)]
    assert (gone.image, gone.face) == (None, None), "what was seen of a face goes with its picture"
    assert (there.image is not None, there.face) == (True, Reading(1, 0.71, Flag.SAME))
    clock.advance(days=30)
    await keeper.chores()
    assert {row["id"] for row in await rows(database, "SELECT id FROM portrait")} == {waiting.id, young.id}
    assert (await use_cases.pictures.load(saved.takes[0].image or "")).data == a_picture("saved").data


async def test_a_server_is_forgotten_a_time_of_grace_after_it_left_and_its_ceiling_is_not(
    database: Database, use_cases: UseCases, clock: StoppedClock
) -> None:
    await use_cases.portraits.paint(asker(1), Request("x"))
    here, there = await _delivered(use_cases), await _delivered(use_cases, guild=11)
    keeper = _privacy(database, use_cases, left_servers=timedelta(days=30))
    await keeper.left(HERE)
    clock.advance(days=20)
    await keeper.present([11])
    clock.advance(days=10)
    await keeper.chores()
    assert (await use_cases.store.get(here.id)).id == here.id, "the first time counts, and it is not over"
    clock.advance(seconds=1)
    await keeper.chores()
    left = await rows(database, "SELECT id FROM portrait WHERE state <> 'open'")
    assert [row["id"] for row in left] == [there.id]
    assert await rows(database, "SELECT DISTINCT scope FROM quota_counter WHERE guild_id = 10") == [
        {"scope": "ceiling"}
    ]


async def test_nothing_follows_for_servers_that_others_would_be_told_of(
    database: Database, use_cases: UseCases, clock: StoppedClock
) -> None:
    await _delivered(use_cases)
    await _delivered(use_cases, guild=11)
    keeper = _privacy(database, use_cases, left_servers=timedelta(days=30))
    await keeper.present([], lambda guild_id: guild_id == 11)
    assert await rows(database, "SELECT guild_id FROM departure") == [{"guild_id": 11}]


async def test_a_server_that_comes_back_in_time_loses_nothing(
    database: Database, use_cases: UseCases, clock: StoppedClock
) -> None:
    here = await _delivered(use_cases)
    keeper = _privacy(database, use_cases, left_servers=timedelta(days=30))
    for back in (keeper.joined(HERE), keeper.present([10])):
        await keeper.left(HERE)
        clock.advance(days=29)
        await back
        clock.advance(days=29)
        await keeper.chores()
    assert (await use_cases.store.get(here.id)).takes[0].image is not None


async def test_an_export_comes_in_parts_that_fit_and_says_what_found_no_room(
    database: Database, use_cases: UseCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        await _delivered(use_cases, f"{number}" * 50_000)
    keeper, limit = _privacy(database, use_cases), 200_000

    async def parts() -> list[Part]:
        return [part async for part in keeper.export(asker(1), limit)]

    whole = await parts()
    assert len(whole) > 2
    assert all(len(part.data) <= limit for part in whole)
    found = [name for part in whole for name in zipfile.ZipFile(io.BytesIO(part.data)).namelist()]
    assert len(found) == len(set(found)) == 1 + 7
    assert [part.left_out for part in whole] == [0] * len(whole)
    monkeypatch.setattr(privacy, "PARTS_MOST", 2)
    some = await parts()
    within = [name for part in some for name in zipfile.ZipFile(io.BytesIO(part.data)).namelist()]
    assert (len(some), some[-1].left_out) == (2, 8 - len(within))
