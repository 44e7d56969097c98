"""Where a shared character is found, by which name, and how long."""

import pytest

from bot.domain.characters.character import ById, Named
from bot.domain.errors import CharacterGone, CharacterUnknown, NotInServer
from bot.domain.ids import CharacterId, new_id
from bot.interactions.options import which
from tests.services.library_cases import FEATURES, HERE, THERE, LibraryCases, mia
from tests.services.use_cases import asker


async def test_a_share_is_found_in_its_server_only(library_cases: LibraryCases) -> None:
    mia_id = await mia(library_cases)
    with pytest.raises(NotInServer):
        await library_cases.sharing.share(asker(1, guild=None), mia_id, "Ada")
    await library_cases.sharing.share(asker(1), mia_id, "Ada\u202e")
    for named in (Named("mia"), Named("MIA (BY ADA)"), ById(mia_id)):
        assert (await library_cases.lookup.find(asker(2), named)).id == mia_id
        for guild in (THERE, None):
            with pytest.raises((CharacterGone, CharacterUnknown)):
                await library_cases.lookup.find(asker(2, guild=guild), named)
    with pytest.raises(CharacterGone):
        await library_cases.lookup.find(asker(2), ById(CharacterId(new_id())))


async def test_a_name_that_two_members_share_is_asked_back(library_cases: LibraryCases) -> None:
    await library_cases.sharing.share(asker(1), await mia(library_cases), "Ada")
    other = (await library_cases.characters.save(asker(3), "mia", FEATURES)).character
    await library_cases.sharing.share(asker(3), other.id, "Cyd")
    with pytest.raises(CharacterUnknown) as refused:
        await library_cases.lookup.find(asker(2), Named("Mia"))
    assert set(refused.value.suggestions) == {"Mia (by Ada)", "mia (by Cyd)"}
    assert (await library_cases.lookup.find(asker(2), Named("Mia (by Cyd)"))).id == other.id


async def test_unshare_in_a_direct_message_takes_all_back(library_cases: LibraryCases) -> None:
    mia_id = await mia(library_cases)
    for guild in (10, 11, 12):
        await library_cases.sharing.share(asker(1, guild=guild), mia_id, "Ada")
    one = await library_cases.sharing.unshare(asker(1), mia_id)
    assert (one.taken, one.left) == (1, 2)
    rest = await library_cases.sharing.unshare(asker(1, guild=None), mia_id)
    assert (rest.taken, rest.left) == (2, 0)


async def test_a_copy_is_credited_to_whom_it_came_from_and_one_of_ones_own_to_nobody(
    library_cases: LibraryCases,
) -> None:
    mia_id = await mia(library_cases)
    await library_cases.sharing.share(asker(1), mia_id, "Ada")
    shared = await library_cases.lookup.find(asker(2), Named("Mia"))
    assert (await library_cases.sharing.copy(asker(2), shared)).character.credit == "Ada"
    assert (await library_cases.sharing.copy(asker(1), shared, "Twin")).character.credit is None
    await library_cases.sharing.unshare(asker(1), mia_id)
    second = (
        await library_cases.sharing.copy(
            asker(2), await library_cases.lookup.find(asker(2, guild=None), Named("Mia")), "Again"
        )
    ).character
    assert second.credit == "Ada"


async def test_deleting_ends_the_shares(library_cases: LibraryCases) -> None:
    mia_id = await mia(library_cases)
    await library_cases.sharing.share(asker(1), mia_id, "Ada")
    await library_cases.characters.discard(asker(1), mia_id)
    assert await library_cases.store.shared_count(HERE) == 0


async def test_a_character_of_ones_own_may_be_called_like_the_id_of_anothers(library_cases: LibraryCases) -> None:
    mia_id = await mia(library_cases)
    await library_cases.sharing.share(asker(1), mia_id, "Ada")
    typed = which(f"id:{mia_id}")
    assert (await library_cases.lookup.find(asker(2), typed)).id == mia_id
    own = (await library_cases.characters.save(asker(2), f"id:{mia_id}", FEATURES)).character
    assert (await library_cases.lookup.find(asker(2), typed)).id == own.id
    assert (await library_cases.lookup.find(asker(2), ById(mia_id))).id == mia_id, "a button means what it is on"
