"""Keeping and changing characters: who may, and what stays whole in haste."""

import asyncio

import pytest

from bot.domain.characters.character import Identity, Named
from bot.domain.errors import (
    AlreadyDone,
    CharacterGone,
    CharacterNameTaken,
    DomainError,
    ImageRefused,
    NoReference,
    NotYourCharacter,
    OutOfRange,
    TextMissing,
)
from bot.domain.ids import new_id
from bot.services.characters.drafts import Change
from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.fakes.faces import a_face
from tests.services.library_cases import FEATURES, LibraryCases, mia
from tests.services.use_cases import asker
from tests.storage.row_checks import everything


@pytest.mark.parametrize(
    "change", [Change(name="Mine"), Change(features="x y z"), Change(seed=1), Change(identity="reference")]
)
async def test_only_the_owner_changes_shares_or_deletes(
    database: Database, library_cases: LibraryCases, change: Change
) -> None:
    mia_id = await mia(library_cases)
    for kind in (CharacterGone, NotYourCharacter):
        before = await everything(database)
        with pytest.raises((CharacterGone, NotYourCharacter)):
            await library_cases.characters.edit(asker(2), mia_id, change)
        with pytest.raises((CharacterGone, NotYourCharacter)):
            await library_cases.characters.give_face(asker(2), mia_id, a_face())
        with pytest.raises((CharacterGone, NotYourCharacter)):
            await library_cases.characters.discard(asker(2), mia_id)
        with pytest.raises(kind):
            await library_cases.sharing.share(asker(2), mia_id, "Bob")
        with pytest.raises(kind):
            await library_cases.sharing.unshare(asker(2), mia_id)
        assert await everything(database) == before
        assert not library_cases.files()
        await library_cases.sharing.share(asker(1), mia_id, "Ada")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change(name=""), TextMissing),
        (Change(features="\u200b"), TextMissing),
        (Change(seed=0), OutOfRange),
        (Change(seed=2**32), OutOfRange),
        (Change(name="tOM"), CharacterNameTaken),
        (Change(identity="reference"), NoReference),
    ],
)
async def test_a_bad_change_writes_nothing(
    database: Database, library_cases: LibraryCases, change: Change, error: type[DomainError]
) -> None:
    mia_id = await mia(library_cases)
    await library_cases.characters.save(asker(1), "Tom", FEATURES)
    before = await everything(database)
    with pytest.raises(error):
        await library_cases.characters.edit(asker(1), mia_id, change)
    assert await everything(database) == before


async def test_a_change_keeps_what_was_not_given(library_cases: LibraryCases) -> None:
    mia_id = await mia(library_cases, upload=a_face())
    first = (await library_cases.lookup.find(asker(1), Named("Mia"))).reference
    result = await library_cases.characters.edit(asker(1), mia_id, Change(name="MIA", identity="reference"))
    assert (result.character.name, result.character.seed, result.character.features) == ("MIA", 99, FEATURES)
    assert (result.character.identity, result.character.reference) == (Identity.REFERENCE, first)
    assert (await library_cases.characters.edit(asker(1), mia_id, Change(features="a woman"))).vague
    assert (
        await library_cases.characters.edit(asker(1), mia_id, Change(identity="forged"))
    ).character.identity is Identity.REFERENCE


async def test_twins_saved_and_deleted_at_once_never_lose_a_picture(library_cases: LibraryCases) -> None:
    async def come_and_go(number: int) -> None:
        saved = await library_cases.characters.save(asker(1), f"N{number}", FEATURES, upload=a_face())
        if number % 2:
            await library_cases.characters.discard(asker(1), saved.character.id)

    await asyncio.gather(*(come_and_go(number) for number in range(20)))
    kept = await library_cases.sharing.shelf(asker(1), 0)
    assert kept.total == 10
    for character in [row.character for row in kept.rows]:
        assert (await library_cases.pictures.load(character.reference or "")).data == a_face()
    for character in [row.character for row in kept.rows]:
        await library_cases.characters.discard(asker(1), character.id)
    assert not library_cases.files()


async def test_a_refused_name_leaves_no_picture(library_cases: LibraryCases) -> None:
    await mia(library_cases)
    with pytest.raises(CharacterNameTaken):
        await mia(library_cases, upload=a_face())
    with pytest.raises(ImageRefused):
        await library_cases.characters.save(asker(1), "Tom", FEATURES, upload=b"nothing")
    assert not library_cases.files()


async def test_a_refused_edit_leaves_no_picture_and_loses_none(library_cases: LibraryCases) -> None:
    mia_id, first = await mia(library_cases), asker(1)
    await library_cases.characters.give_face(first, mia_id, a_face(colour=(1, 2, 3)))
    await library_cases.characters.give_face(asker(1), mia_id, a_face(colour=(4, 5, 6)))
    before = sorted(library_cases.files())
    for late in (a_face(colour=(1, 2, 3)), a_face(colour=(4, 5, 6))):
        with pytest.raises(AlreadyDone):
            await library_cases.characters.give_face(first, mia_id, late)
        assert sorted(library_cases.files()) == before


async def test_an_upload_serves_its_owner_once_and_is_forgotten_after_an_hour(
    library_cases: LibraryCases, clock: StoppedClock
) -> None:
    first, second = new_id(), new_id()
    await library_cases.characters.hold_upload(asker(1), first, a_face())
    stolen = await library_cases.characters.save(asker(2), "Mia", FEATURES, waiting=first)
    assert stolen.picture_lost
    assert (await library_cases.characters.save(asker(1), "Mia", FEATURES, waiting=first)).character.reference
    assert (await library_cases.characters.save(asker(1), "Again", FEATURES, waiting=first)).picture_lost
    await library_cases.characters.hold_upload(asker(1), first, a_face(colour=(1, 2, 3)))
    clock.advance(hours=2)
    await library_cases.characters.hold_upload(asker(1), second, a_face(colour=(4, 5, 6)))
    assert (await library_cases.characters.save(asker(1), "Late", FEATURES, waiting=first)).picture_lost
    assert len([path for path in library_cases.files() if "crop" not in path.name]) == 2
