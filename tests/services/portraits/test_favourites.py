"""The star on a portrait: its owner's alone, and kept with the portrait."""

import pytest

from bot.domain.errors import AlreadyDone, NotYours
from bot.services.portraits.gallery import Gallery
from bot.storage.database import Database
from bot.storage.portraits import SqlGallery, SqlPortraits
from bot.storage.reports import SqlReports
from tests.fakes.builders import a_portrait, accepted
from tests.services.use_cases import UseCases, asker


def gallery_of(database: Database, use_cases: UseCases) -> Gallery:
    return Gallery(
        store=SqlGallery(database),
        reports=SqlReports(database),
        pictures=use_cases.pictures,
        clock=use_cases.clock,
    )


async def test_the_owner_puts_a_star_on_and_takes_it_off(database: Database, use_cases: UseCases) -> None:
    gallery = gallery_of(database, use_cases)
    portrait = await accepted(SqlPortraits(database))
    for wanted in (True, True, False, False):
        await gallery.favourite(asker(portrait.owner_id), portrait, wanted)
        assert (await use_cases.store.get(portrait.id)).favourite is wanted


async def test_nobody_else_does_and_a_second_delivery_changes_nothing(database: Database, use_cases: UseCases) -> None:
    gallery = gallery_of(database, use_cases)
    portrait, mine = await accepted(SqlPortraits(database)), asker(a_portrait().owner_id)
    with pytest.raises(NotYours):
        await gallery.favourite(asker(portrait.owner_id + 1), portrait, True)
    await gallery.favourite(mine, portrait, True)
    await gallery.favourite(asker(portrait.owner_id), portrait, False)
    with pytest.raises(AlreadyDone):
        await gallery.favourite(mine, portrait, True)
    assert not (await use_cases.store.get(portrait.id)).favourite
