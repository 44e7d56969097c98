"""Whose faces are looked at, and with whose they are compared: only as far as the operator and their owner allow."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.characters.character import ById, Character, FaceOrigin
from bot.domain.errors import CharacterGone, NoReference, UnknownButton
from bot.domain.portraits.faces import Faces, Flag, Looks
from bot.domain.portraits.portrait import Portrait, Take, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Image, Kind, Method, PortraitSpec
from bot.domain.portraits.uses import Face
from bot.domain.portraits.variations import cut_out, upscale
from bot.services.portraits.likeness import Likeness
from bot.services.portraits.painting import Accepted
from bot.services.portraits.requests import Request
from bot.storage.characters import SqlCharacters
from bot.storage.consents import SqlConsents
from bot.storage.database import Database
from bot.storage.pictures import FilePictures
from tests.fakes.builders import LEASE, a_character, a_once, a_picture, a_portrait
from tests.fakes.readers import A_BOX, THRESHOLDS, ScriptedReader, looks, seen
from tests.fakes.turns import acknowledge, claim
from tests.services.use_cases import UseCases, asker

NOW = datetime(2026, 11, 26, tzinfo=UTC)
TAKE, SAVED = a_picture("the take"), a_picture("the saved face")
VERDICTS = Flag.SAME | Flag.CLOSE | Flag.OTHER


class Studio:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.reader = ScriptedReader()
        self.store = SqlCharacters(database)
        self.pictures = FilePictures(folder / "pictures")

    def likeness(self, faces: str = "painted", *, judged: bool = True) -> Likeness:
        return Likeness(self.reader, self.store, self.pictures, looks(faces, judged=judged))

    async def character(self, origin: FaceOrigin | None = FaceOrigin.PAINTED, **changes: Any) -> Character:
        reference = await self.pictures.keep(SAVED)
        character = replace(a_character(), reference=reference, origin=origin, **changes)
        await self.store.add(character, 50, a_once(), NOW)
        return character

    async def agree(self, *, comparing: bool) -> None:
        await SqlConsents(self.database, comparing=comparing).give(asker().user_id, NOW)


@pytest.fixture
def studio(database: Database, tmp_path: Path) -> Studio:
    return Studio(database, tmp_path)


def spec_of(character: Character | None, **changes: Any) -> PortraitSpec:
    if character is None:
        return build_spec("a woman with freckles", model="fluxgram", seed=1)
    spec = build_spec(character.name, features=character.features, scene="at sea", model="fluxgram", seed=1)
    return spec.model_copy(
        update={"character_id": character.id, "face_of": character.id, "somebody": character.may_be_somebody} | changes
    )


async def test_a_painted_face_is_compared_with_the_saved_one(studio: Studio) -> None:
    character = await studio.character()
    reading = await studio.likeness().look(spec_of(character), TAKE)
    assert reading is not None
    assert (reading.faces, reading.alike) == (1, 0.7)
    assert reading.has(Flag.SAME)
    assert studio.reader.asked == [(TAKE.data, SAVED.data)]


async def test_before_a_calibration_nothing_is_judged(studio: Studio) -> None:
    reading = await studio.likeness(judged=False).look(spec_of(await studio.character()), TAKE)
    assert reading is not None
    assert reading.alike == 0.7
    assert not reading.has(VERDICTS | Flag.JUDGED)


@pytest.mark.parametrize(
    ("faces", "origin", "told", "asked"),
    [
        ("off", FaceOrigin.PAINTED, True, None),
        ("painted", FaceOrigin.UPLOADED, True, None),
        ("painted", FaceOrigin.IMPORTED, True, None),
        ("painted", None, True, None),
        ("all", FaceOrigin.UPLOADED, None, None),
        ("all", FaceOrigin.UPLOADED, False, None),
        ("all", FaceOrigin.UPLOADED, True, "compared"),
        ("all", FaceOrigin.IMPORTED, True, "compared"),
        ("all", FaceOrigin.PAINTED, None, "compared"),
    ],
)
async def test_a_face_that_may_be_somebodys_needs_the_setting_and_the_owners_word(
    studio: Studio, faces: str, origin: FaceOrigin | None, told: bool | None, asked: str | None
) -> None:
    """`told`: what the tick of its owner said: None, they never ticked; False, before faces were compared."""
    character = await studio.character(origin)
    if told is not None:
        await studio.agree(comparing=told)
    reading = await studio.likeness(faces).look(spec_of(character), TAKE)
    assert (reading is not None) is (asked is not None)
    assert [saved for _, saved in studio.reader.asked] == ([SAVED.data] if asked else [])


async def test_a_picture_that_was_replaced_by_an_upload_is_not_compared(studio: Studio) -> None:
    character = await studio.character(FaceOrigin.UPLOADED)
    reading = await studio.likeness().look(spec_of(character, somebody=False), TAKE)
    assert reading is not None
    assert reading.alike is None
    assert studio.reader.asked == [(TAKE.data, None)]


async def test_a_tick_from_before_is_asked_for_again_where_faces_are_compared(database: Database) -> None:
    member, before, now = asker().user_id, SqlConsents(database), SqlConsents(database, comparing=True)
    await before.give(member, NOW)
    assert await before.given(member)
    assert not await now.given(member)
    await now.give(member, NOW)
    assert await now.given(member)
    await before.give(member, NOW)
    assert await now.given(member), "what was said stays said"


async def test_what_shows_what_was_looked_at_before_is_not_looked_at_again(studio: Studio) -> None:
    spec, image = spec_of(await studio.character()), Image(portrait_id="p")
    for made in (upscale(spec, image, "m"), cut_out(spec, image)):
        assert await studio.likeness().look(made, TAKE) is None
    assert studio.reader.asked == []


async def test_a_prompt_without_a_character_is_looked_at_and_not_compared(studio: Studio) -> None:
    reading = await studio.likeness().look(spec_of(None), TAKE)
    assert reading is not None
    assert (reading.faces, reading.alike, reading.flags) == (1, None, Flag(0))
    assert studio.reader.asked == [(TAKE.data, None)]


async def test_a_drawing_is_compared_and_not_judged(studio: Studio) -> None:
    spec = spec_of(await studio.character(), scene="as an anime heroine")
    reading = await studio.likeness().look(spec, TAKE)
    assert reading is not None
    assert reading.alike == 0.7
    assert not reading.has(VERDICTS | Flag.JUDGED)


async def test_a_character_or_picture_that_is_gone_is_not_compared(studio: Studio) -> None:
    character = await studio.character()
    await studio.pictures.remove(character.reference or "")
    reading = await studio.likeness().look(spec_of(character), TAKE)
    assert reading is not None
    assert reading.alike is None
    await studio.store.delete(character.id, character.owner_id, a_once(), NOW)
    assert await studio.likeness().look(spec_of(character), TAKE) is not None
    assert [saved for _, saved in studio.reader.asked] == [None, None]


class Broken:
    async def read(self, picture: bytes, saved: bytes | None = None) -> None:
        raise RuntimeError("out of order")


class Stuck:
    async def read(self, picture: bytes, saved: bytes | None = None) -> None:
        await asyncio.sleep(3600)


async def test_whatever_goes_wrong_there_a_take_loses_nothing(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_of(await studio.character())
    rules = Looks(Faces.PAINTED, THRESHOLDS)
    assert await Likeness(Broken(), studio.store, studio.pictures, rules).look(spec, TAKE) is None
    monkeypatch.setattr("bot.services.portraits.likeness._LONGEST", 0.05)
    async with asyncio.timeout(5):
        assert await Likeness(Stuck(), studio.store, studio.pictures, rules).look(spec, TAKE) is None
    studio.reader.will_see(None)
    assert await studio.likeness().look(spec, TAKE) is None


def painted(portrait: Portrait, image: str) -> tuple[Portrait, Take]:
    take = replace(portrait.takes[0], state=TakeState.READY, image=image)
    return replace(portrait, takes=(take,)), take


async def test_a_crop_is_around_the_face_where_it_may_be_looked_for(studio: Studio, use_cases: UseCases) -> None:

    name = await studio.pictures.keep(TAKE)
    portrait, take = painted(a_portrait(spec=spec_of(None)), name)
    assert await studio.likeness().face_in(asker(), portrait, take) == A_BOX
    assert await studio.likeness("off").face_in(asker(), portrait, take) is None
    studio.reader.will_see(seen(faces=0), None)
    assert await studio.likeness().face_in(asker(), portrait, take) is None
    assert await studio.likeness().face_in(asker(), portrait, take) is None
    of_somebody = replace(portrait, spec=spec_of(await studio.character(FaceOrigin.UPLOADED)))
    assert await studio.likeness().face_in(asker(), of_somebody, take) is None
    await studio.pictures.remove(name)
    assert await studio.likeness().face_in(asker(), portrait, take) is None


async def test_whether_a_saved_picture_can_be_compared_is_told_to_its_owner(studio: Studio) -> None:
    character = await studio.character()
    likeness = studio.likeness()
    assert await likeness.is_comparable(asker(), character) is True
    for bad in (seen(faces=0), seen(faces=3), seen(box=Face(0, 0, 12, 15))):
        studio.reader.will_see(bad)
        assert await likeness.is_comparable(asker(), character) is False
    studio.reader.will_see(None)
    assert await likeness.is_comparable(asker(), character) is None, "nobody can say"
    assert await likeness.is_comparable(asker(2), character) is None
    assert await studio.likeness("off").is_comparable(asker(), character) is None


async def test_an_upload_is_looked_at_only_where_that_was_agreed_to(studio: Studio) -> None:
    character = await studio.character(FaceOrigin.UPLOADED)
    assert await studio.likeness("painted").is_comparable(asker(), character) is None
    assert await studio.likeness("all").is_comparable(asker(), character) is None
    assert studio.reader.asked == []
    await studio.agree(comparing=True)
    assert await studio.likeness("all").is_comparable(asker(), character) is True


async def posed(use_cases: UseCases, character: Character, who: Any = None) -> Portrait:
    """A pose whose image is painted."""

    who = who or asker()
    return await done(
        use_cases, await use_cases.portraits.pose(who, Request("on a pier", character=ById(character.id)))
    )


async def done(use_cases: UseCases, accepted: Accepted) -> Portrait:
    """A portrait whose image is painted."""
    await acknowledge(use_cases.store, accepted.portrait.id, None, use_cases.clock.now())
    claimed = await claim(use_cases.jobs, use_cases.clock.steady(), LEASE)
    assert claimed is not None
    name = await use_cases.pictures.keep(TAKE)
    await use_cases.jobs.finish(claimed.take, TakeState.READY, use_cases.clock.now(), image=name)
    return await use_cases.store.get(accepted.portrait.id)


async def a_mia(use_cases: UseCases, **changes: Any) -> Character:
    reference = await use_cases.pictures.keep(SAVED)
    character = replace(a_character(), origin=FaceOrigin.PAINTED, **({"reference": reference} | changes))
    await use_cases.character_store.add(character, 50, a_once(), NOW)
    return character


async def test_to_match_the_face_is_one_image_by_the_saved_picture(use_cases: UseCases) -> None:
    character = await a_mia(use_cases)
    portrait = await posed(use_cases, character)
    accepted = await use_cases.remakes().match(asker(), portrait.id, None)
    made = accepted.portrait
    assert (made.kind, len(made.takes), made.spec.seed) == (Kind.MATCH, 1, portrait.takes[0].seed)
    assert made.spec.by_reference is not None
    assert made.spec.by_reference.picture == character.reference
    assert made.parent_id == portrait.id


@pytest.mark.parametrize("headshot", [True, False])
async def test_the_endpoint_for_headshots_is_used_where_the_operator_says_so(
    use_cases: UseCases, headshot: bool
) -> None:
    portrait = await posed(use_cases, await a_mia(use_cases))
    remakes, methods = use_cases.remakes(headshot=headshot), list[Method]()
    with suppress(UnknownButton):
        for _ in range(9):
            portrait = await done(use_cases, await remakes.match(asker(), portrait.id, None))
            methods.append(portrait.spec.method)
    assert methods == [Method.EDIT, Method.EDIT, *([Method.HEADSHOT] if headshot else [])]


async def test_without_the_character_or_its_picture_there_is_nothing_to_match(use_cases: UseCases) -> None:
    bare = await a_mia(use_cases, reference=None)
    portrait = await posed(use_cases, bare)
    remakes = use_cases.remakes()
    with pytest.raises(NoReference):
        await remakes.match(asker(), portrait.id, None)
    with pytest.raises(CharacterGone):
        await remakes.match(asker(7), portrait.id, None)
    await use_cases.character_store.delete(bare.id, bare.owner_id, a_once(), NOW)
    with pytest.raises(CharacterGone):
        await remakes.match(asker(), portrait.id, None)
    with pytest.raises(UnknownButton):
        await remakes.match_panels(asker(), portrait.id)


async def test_who_poses_a_shared_character_has_it_compared_and_matched(use_cases: UseCases) -> None:
    character = await a_mia(use_cases)
    where = asker(2)
    assert where.place.guild_id is not None
    await use_cases.character_store.share(character, where.place.guild_id, "Ada", a_once(), NOW)
    portrait = await posed(use_cases, character, where)
    assert (portrait.spec.character_id, portrait.spec.face_of) == (None, character.id)
    accepted = await use_cases.remakes().match(asker(2), portrait.id, 0)
    assert accepted.portrait.spec.by_reference is not None
