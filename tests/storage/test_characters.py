"""The library: one name per owner whatever its case, never more than the limit, found by what is typed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.characters.character import Identity
from bot.domain.errors import CharacterGone, CharacterNameTaken, TooManyCharacters
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.ports.jobs import Delivery
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.sql import load
from tests.fakes.builders import NOW, a_character, a_once, a_portrait, a_reply, accepted

ME, YOU = UserId(1), UserId(2)
HERE = GuildId(10)


async def _add(characters: SqlCharacters, *names: str, owner: int = 1, limit: int = 100) -> None:
    for name in names:
        await characters.add(a_character(name, owner=owner), limit, a_once(), NOW)


async def _painted(database: Database, portrait: Portrait, image: str) -> None:
    sql = "UPDATE take SET state = 'ready', image = :image WHERE portrait_id = :id"
    await database.write(lambda tx: tx.run(sql, {"image": image, "id": portrait.id}))


async def test_what_was_saved_is_found_by_name_and_by_id(characters: SqlCharacters) -> None:
    mia = a_character("Mia", seed=2**32 - 1, identity=Identity.REFERENCE, reference="face.png")
    await characters.add(mia, 5, a_once(), NOW)
    assert await characters.find(ME, "mIA") == mia
    assert await characters.get(mia.id) == mia
    assert await characters.find(YOU, "Mia") is None
    assert await characters.get(CharacterId("nobody")) is None


@pytest.mark.parametrize(("first", "second"), [("Mia", "MIA"), ("Élodie", "e\u0301LODIE"), ("Straße", "STRASSE")])
async def test_a_name_is_taken_whatever_its_case(characters: SqlCharacters, first: str, second: str) -> None:
    await _add(characters, first)
    with pytest.raises(CharacterNameTaken) as refused:
        await _add(characters, second)
    assert refused.value.name == first
    await _add(characters, second, owner=2)
    assert await characters.count(ME) == await characters.count(YOU) == 1


async def test_fifty_at_once_never_pass_the_limit(characters: SqlCharacters) -> None:
    adds = (characters.add(a_character(f"N{number}"), 10, a_once(), NOW) for number in range(50))
    ended = await asyncio.gather(*adds, return_exceptions=True)
    refused = [error for error in ended if isinstance(error, TooManyCharacters)]
    assert (len(refused), refused[0].limit) == (40, 10)
    assert await characters.count(ME) == 10
    await _add(characters, "N0", owner=2, limit=10)


async def test_fifty_at_once_of_one_name_are_one(characters: SqlCharacters) -> None:
    adds = (characters.add(a_character("Mia" if number % 2 else "MIA"), 100, a_once(), NOW) for number in range(50))
    ended = await asyncio.gather(*adds, return_exceptions=True)
    assert sum(isinstance(error, CharacterNameTaken) for error in ended) == 49
    assert await characters.count(ME) == 1


async def test_pages_are_in_the_order_of_names_whatever_their_case(characters: SqlCharacters) -> None:
    await _add(characters, "tom", "Anna", "mia", "Ben", "MILO")
    await _add(characters, "Zed", owner=2)
    pages = [await characters.page(ME, offset, 2) for offset in (0, 2, 4, 6)]
    assert [[each.name for each in page] for page in pages] == [["Anna", "Ben"], ["mia", "MILO"], ["tom"], []]


async def test_names_that_begin_with_what_is_typed_come_before_those_that_contain_it(
    characters: SqlCharacters,
) -> None:
    await _add(characters, "Amia", "Mia", "MILO", "Tom", "jeremiah", "m_i", "m%i")
    await _add(characters, "Mi of another", owner=2)
    assert await characters.names_like(ME, "mi", 25) == ["Mia", "MILO", "Amia", "jeremiah"]
    assert await characters.names_like(ME, "MIA", 25) == ["Mia", "Amia", "jeremiah"]
    assert await characters.names_like(ME, "mi", 3) == ["Mia", "MILO", "Amia"]
    assert await characters.names_like(ME, "mi", 1) == ["Mia"]
    assert await characters.names_like(ME, "%", 25) == ["m%i"]
    assert await characters.names_like(ME, "_", 25) == ["m_i"]
    assert await characters.names_like(ME, "zzz", 25) == []
    assert len(await characters.names_like(ME, "", 25)) == 7
    assert len(await characters.names_like(ME, "", 4)) == 4


async def test_names_beyond_the_basic_plane_are_found(characters: SqlCharacters) -> None:
    await _add(characters, "🦊 Fox", "Mia 🦊")
    assert await characters.names_like(ME, "🦊", 25) == ["🦊 Fox", "Mia 🦊"]


async def test_only_the_owner_deletes_and_the_name_is_free_again(characters: SqlCharacters) -> None:
    mia = a_character("Mia")
    await characters.add(mia, 1, a_once(), NOW)
    assert not await characters.delete(mia.id, YOU, a_once(), NOW)
    assert await characters.delete(mia.id, ME, a_once(), NOW)
    assert not await characters.delete(mia.id, ME, a_once(), NOW)
    await _add(characters, "mia", limit=1)


async def test_poses_are_counted_when_they_were_delivered(
    characters: SqlCharacters, portraits: SqlPortraits, jobs: SqlJobs
) -> None:
    mia = a_character("Mia")
    await characters.add(mia, 5, a_once(), NOW)
    spec = a_portrait().spec.model_copy(update={"character_id": mia.id})
    first = await accepted(portraits, spec=spec)
    await accepted(portraits, spec=spec)
    await jobs.settle(Delivery(first.id, PortraitState.DELIVERED), 1, NOW + timedelta(seconds=9))
    found = await characters.find(ME, "Mia")
    assert found == replace(mia, poses=1)
    assert await characters.page(ME, 0, 5) == [found]


async def test_a_change_is_the_owners_and_moves_the_name_of_its_shares(characters: SqlCharacters) -> None:
    mia = a_character("Mia")
    await characters.add(mia, 5, a_once(), NOW)
    await characters.share(mia, HERE, "Ada", a_once(), NOW)
    await characters.update(replace(mia, name="Nora", seed=7, reference="face.png"), a_once(), NOW)
    found = await characters.get(mia.id)
    assert found is not None
    assert (found.name, found.seed, found.reference) == ("Nora", 7, "face.png")
    assert [each.character.name for each in await characters.shared_like(HERE, "no", YOU, 5)] == ["Nora"]
    assert await characters.shared_like(HERE, "mi", YOU, 5) == []
    with pytest.raises(CharacterGone):
        await characters.update(replace(mia, owner_id=YOU), a_once(), NOW)


async def test_shares_are_found_as_names_are_and_never_ones_own(characters: SqlCharacters) -> None:
    for number, name in enumerate(("Amia", "Mia", "MILO", "Tom")):
        character = a_character(name, owner=3 + number)
        await characters.add(character, 5, a_once(), NOW)
        await characters.share(character, HERE, "Ada", a_once(), NOW)
    found = await characters.shared_like(HERE, "mi", YOU, 25)
    assert [each.character.name for each in found] == ["Mia", "MILO", "Amia"]
    assert [each.character.name for each in await characters.shared_like(HERE, "mi", UserId(4), 25)] == ["MILO", "Amia"]
    assert len(await characters.shared_like(HERE, "", YOU, 2)) == 2
    assert await characters.shared_count(HERE) == 4
    assert [each.character.name for each in await characters.shared_page(HERE, 2, 2)] == ["MILO", "Tom"]


async def test_an_image_is_used_as_long_as_anything_shows_it(characters: SqlCharacters) -> None:
    mia, tom = a_character("Mia", reference="face.png"), a_character("Tom", reference="face.png")
    assert not await characters.image_used("face.png")
    for each in (mia, tom):
        await characters.add(each, 5, a_once(), NOW)
    await characters.keep_upload("upload", ME, "face.png", a_once(), NOW)
    for step in (characters.delete(mia.id, ME, a_once(), NOW), characters.delete(tom.id, ME, a_once(), NOW)):
        assert await characters.image_used("face.png")
        await step
    assert await characters.image_used("face.png")
    assert await characters.upload("upload", YOU) is None
    assert await characters.upload("upload", ME) == "face.png"
    await characters.add(a_character("Zoe"), 5, a_once(), NOW, upload_id="upload")
    assert await characters.upload("upload", ME) is None
    assert not await characters.image_used("face.png")


async def test_a_card_shows_others_nothing_private_and_nothing_of_other_people(
    characters: SqlCharacters, portraits: SqlPortraits, database: Database
) -> None:
    mia = a_character("Mia")
    await characters.add(mia, 5, a_once(), NOW)
    spec = a_portrait().spec.model_copy(update={"character_id": mia.id})
    shown = {
        "here": await accepted(portraits, spec=spec, guild=10),
        "there": await accepted(portraits, spec=spec, guild=11),
        "direct": await accepted(portraits, spec=spec, guild=None),
        "private": await accepted(portraits, spec=spec, reply=a_reply(private=True)),
        "borrowed": await accepted(portraits, spec=spec, owner=2),
    }
    for name, portrait in shown.items():
        await _painted(database, portrait, name)
    assert set(await characters.poses(mia, HERE, 9, everywhere=True)) == {"here", "there"}
    assert set(await characters.poses(mia, HERE, 9, everywhere=False)) == {"here"}
    assert set(await characters.poses(mia, None, 9, everywhere=True)) == {"here", "there", "direct"}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("older", "portrait_gallery (owner_id=? AND (created_at,id)<"),
        ("newer", "portrait_gallery (owner_id=? AND (created_at,id)>"),
        ("listed", "portrait_gallery (owner_id=?"),
        ("counted", "(owner_id=?"),
        ("listed_favourites", "portrait_favourite (owner_id=?"),
        ("counted_favourites", "portrait_favourite (owner_id=?"),
    ],
)
async def test_a_gallery_reads_its_own_part_of_an_index(database: Database, name: str, index: str) -> None:
    """Whoever else has how many portraits: they are not looked at, and nothing is sorted."""
    params = {"owner_id": 1, "character_id": "x", "favourites": 1, "created_at": 1, "id": "x", "limit": 9, "offset": 9}
    plan = await database.all(f"EXPLAIN QUERY PLAN {load('portraits')[name]}", params)
    details = [row["detail"] for row in plan]
    assert any(index in detail for detail in details), details
    assert not [detail for detail in details if "TEMP B-TREE" in detail], details
