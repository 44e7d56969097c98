"""The library as commands use it."""

import pytest

from bot.domain.characters.character import Named
from bot.domain.errors import (
    CharacterGone,
    CharacterNameTaken,
    CharacterUnknown,
    DomainError,
    ImageGone,
    OutOfRange,
    TextMissing,
    TextTooLong,
)
from bot.domain.portraits.portrait import TakeState
from bot.services.portraits.requests import Request
from bot.storage.database import Database
from tests.fakes.builders import LEASE, NOW, a_picture
from tests.fakes.turns import claim
from tests.services.library_cases import LibraryCases
from tests.services.use_cases import UseCases, asker
from tests.storage.row_checks import everything

FEATURES = "woman with short dark hair, freckles, brown eyes"


async def test_a_saved_character_has_clean_words_and_the_seed_that_was_asked_for(use_cases: UseCases) -> None:
    saved = await use_cases.characters.save(asker(1), " Old\u200b  Tom ", f" {FEATURES}\n", 7)
    assert (saved.character.name, saved.character.features, saved.character.seed) == ("Old Tom", FEATURES, 7)
    assert not saved.vague
    assert await use_cases.lookup.find(asker(1), Named("old tom")) == saved.character
    assert (await use_cases.characters.save(asker(1), "Mia", "a pretty woman")).vague
    assert (await use_cases.lookup.find(asker(1), Named("Mia"))).seed == 1001


@pytest.mark.parametrize(
    ("name", "features", "seed", "error"),
    [
        ("", FEATURES, None, TextMissing),
        ("x" * 33, FEATURES, None, TextTooLong),
        ("Tom", " ", None, TextMissing),
        ("Tom", "x" * 601, None, TextTooLong),
        ("Tom", FEATURES, 0, OutOfRange),
        ("Tom", FEATURES, 2**32, OutOfRange),
        ("mIA", FEATURES, None, CharacterNameTaken),
    ],
)
async def test_what_cannot_be_saved_is_refused_and_nothing_is_written(
    database: Database, use_cases: UseCases, name: str, features: str, seed: int | None, error: type[DomainError]
) -> None:
    await use_cases.characters.save(asker(1), "Mia", FEATURES)
    before = await everything(database)
    with pytest.raises(error):
        await use_cases.characters.save(asker(1), name, features, seed)
    assert await everything(database) == before


async def test_an_unknown_name_is_answered_with_the_nearest_of_ones_own(use_cases: UseCases) -> None:
    for name in ("Mia", "Milo", "Zed"):
        await use_cases.characters.save(asker(1), name, FEATURES)
    await use_cases.characters.save(asker(2), "Mya", FEATURES)
    with pytest.raises(CharacterUnknown) as refused:
        await use_cases.lookup.find(asker(1), Named(" MYA\n"))
    assert refused.value.name == "MYA"
    assert refused.value.suggestions == ("Mia",)
    with pytest.raises(CharacterUnknown) as refused:
        await use_cases.lookup.find(asker(1), Named("q" * 3000))
    assert (len(refused.value.name), refused.value.suggestions) == (40, ())


async def test_the_face_of_an_image_is_saved_with_the_seed_that_was_really_used(use_cases: UseCases) -> None:
    portrait = (await use_cases.portraits.paint(asker(), Request("x", count=2, seed=5))).portrait
    image = await use_cases.pictures.keep(a_picture())
    for _ in range(2):
        claimed = await claim(use_cases.jobs, NOW, LEASE)
        assert claimed is not None
        if claimed.take.number == 1:
            await use_cases.jobs.finish(claimed.take, TakeState.READY, NOW, image=image, seed=777)
    portrait = await use_cases.store.get(portrait.id)
    saved = (await use_cases.characters.save_face(asker(1), portrait, 1, "Mia", FEATURES)).character
    assert (saved.seed, saved.reference) == (777, image)
    assert (
        await use_cases.characters.card(asker(1), await use_cases.lookup.find(asker(1), Named("mia")))
    ).face == a_picture()
    for number in (0, 2):
        with pytest.raises(ImageGone):
            await use_cases.characters.save_face(asker(1), portrait, number, "Tom", FEATURES)


async def test_a_card_shows_the_newest_picture_that_is_kept_or_none(use_cases: UseCases) -> None:
    await use_cases.characters.save(asker(1), "Mia", FEATURES)
    assert (await use_cases.characters.card(asker(1), await use_cases.lookup.find(asker(1), Named("Mia")))).face is None
    await use_cases.portraits.pose(asker(), Request("x", character=Named("Mia")))
    claimed = await claim(use_cases.jobs, NOW, LEASE)
    assert claimed is not None
    await use_cases.jobs.finish(
        claimed.take, TakeState.READY, NOW, image=await use_cases.pictures.keep(a_picture("pose"))
    )
    assert (
        await use_cases.characters.card(asker(1), await use_cases.lookup.find(asker(1), Named("Mia")))
    ).face == a_picture("pose")


async def test_pages_are_held_within_the_library(library_cases: LibraryCases) -> None:
    empty = await library_cases.sharing.shelf(asker(1), 3)
    assert (empty.number, empty.pages, empty.total, empty.rows) == (0, 1, 0, ())
    for number in range(21):
        await library_cases.characters.save(asker(1), f"N{number:02}", FEATURES)
    for asked, shown, first in ((0, 0, "N00"), (2, 2, "N20"), (99, 2, "N20"), (-5, 0, "N00")):
        page = await library_cases.sharing.shelf(asker(1), asked)
        assert (page.number, page.pages, page.total, page.rows[0].character.name) == (shown, 3, 21, first)


async def test_autocomplete_takes_anything_and_gives_at_most_25(use_cases: UseCases) -> None:
    for number in range(28):
        await use_cases.characters.save(asker(1), f"N{number:02}", FEATURES)
    assert len(await use_cases.lookup.suggest(asker(1), "")) == 25
    assert await use_cases.lookup.suggest(asker(1), "n07\u200b") == ["N07"]
    assert await use_cases.lookup.suggest(asker(1), "'; DROP TABLE character; --" * 50) == []
    assert await use_cases.lookup.suggest(asker(2), "") == []


async def test_only_ones_own_character_is_deleted(use_cases: UseCases) -> None:
    mia = (await use_cases.characters.save(asker(1), "Mia", FEATURES)).character
    with pytest.raises(CharacterUnknown):
        await use_cases.lookup.own(asker(2), Named("Mia"), "delete")
    with pytest.raises(CharacterGone):
        await use_cases.characters.discard(asker(2), mia.id)
    assert (await use_cases.characters.discard(asker(1), mia.id)).name == "Mia"
    with pytest.raises(CharacterUnknown):
        await use_cases.lookup.find(asker(1), Named("Mia"))
