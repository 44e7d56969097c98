"""Where a shared character is found, by which name, and how long."""

import pytest

from bot.domain.errors import CharacterUnknown, NotInServer
from bot.domain.ids import new_id
from bot.domain.library_errors import CharacterGone
from tests.services.house import asker
from tests.services.shelf import BOB, FEATURES, HERE, THERE, Shelf, mia


async def test_a_share_is_found_in_its_server_only(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    with pytest.raises(NotInServer):
        await shelf.library.share(asker(1, guild=None), mia_id, "Ada")
    await shelf.library.share(asker(1), mia_id, "Ada\u202e")
    for named in ("mia", "MIA (BY ADA)", f"id:{mia_id}"):
        assert (await shelf.characters.named(BOB, named, HERE)).id == mia_id
        for guild in (THERE, None):
            with pytest.raises((CharacterGone, CharacterUnknown)):
                await shelf.characters.named(BOB, named, guild)
    with pytest.raises(CharacterGone):
        await shelf.characters.named(BOB, f"id:{new_id()}", HERE)


async def test_a_name_that_two_members_share_is_asked_back(shelf: Shelf) -> None:
    await shelf.library.share(asker(1), await mia(shelf), "Ada")
    other = (await shelf.characters.save(asker(3), "mia", FEATURES)).character
    await shelf.library.share(asker(3), other.id, "Cyd")
    with pytest.raises(CharacterUnknown) as refused:
        await shelf.characters.named(BOB, "Mia", HERE)
    assert set(refused.value.suggestions) == {"Mia (by Ada)", "mia (by Cyd)"}
    assert (await shelf.characters.named(BOB, "Mia (by Cyd)", HERE)).id == other.id


async def test_unshare_in_a_direct_message_takes_all_back(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    for guild in (10, 11, 12):
        await shelf.library.share(asker(1, guild=guild), mia_id, "Ada")
    one = await shelf.library.unshare(asker(1), mia_id)
    assert (one.taken, one.left) == (1, 2)
    rest = await shelf.library.unshare(asker(1, guild=None), mia_id)
    assert (rest.taken, rest.left) == (2, 0)


async def test_a_copy_is_credited_to_whom_it_came_from_and_one_of_ones_own_to_nobody(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    await shelf.library.share(asker(1), mia_id, "Ada")
    shared = await shelf.characters.named(BOB, "Mia", HERE)
    assert (await shelf.library.copy(asker(2), shared)).character.credit == "Ada"
    assert (await shelf.library.copy(asker(1), shared, "Twin")).character.credit is None
    await shelf.library.unshare(asker(1), mia_id)
    second = (await shelf.library.copy(asker(2), await shelf.characters.named(BOB, "Mia"), "Again")).character
    assert second.credit == "Ada"


async def test_deleting_ends_the_shares(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    await shelf.library.share(asker(1), mia_id, "Ada")
    await shelf.characters.discard(asker(1), mia_id)
    assert await shelf.store.shared_count(HERE) == 0
