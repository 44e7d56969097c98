"""A member's own defaults: forged choices are refused, and one delivery changes once."""

from typing import Any

import discord
import pytest

from bot.domain.characters.character import Identity
from bot.domain.errors import AlreadyDone, UnknownChoice
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.styles import Framing, Style
from bot.interactions.cards.preferences import card
from bot.services.portraits.preferences import DEFAULT, Overview, Preferring, Wish
from bot.storage.database import Database
from bot.storage.preferences import SqlPreferences
from tests.services.use_cases import UseCases, asker
from tests.storage.row_checks import everything


@pytest.fixture
def preferring(database: Database, use_cases: UseCases) -> Preferring:
    store = SqlPreferences(database)
    return Preferring(store=store, policies=use_cases.policies, clock=use_cases.clock, usual=Identity.REFERENCE)


def _texts(shown: Overview) -> list[str]:
    return [each.content for each in card(shown).walk_children() if isinstance(each, discord.ui.TextDisplay)]


@pytest.mark.parametrize("option", ["style", "framing", "identity"])
@pytest.mark.parametrize("value", ["", " ", "STUDIO", "moon", "default ", "x" * 5000, "\ud800", "studio\x00"])
async def test_what_is_not_offered_changes_nothing(
    preferring: Preferring, database: Database, option: str, value: str
) -> None:
    await preferring.change(asker(), Wish(style="editorial", private=True))
    before = await everything(database)
    wish: dict[str, Any] = {"framing": "wide", option: value}
    with pytest.raises(UnknownChoice):
        await preferring.change(asker(), Wish(**wish))
    assert await everything(database) == before


async def test_each_is_changed_alone_and_taken_back_alone(preferring: Preferring) -> None:
    await preferring.change(asker(), Wish(style="editorial", framing="wide", private=True))
    await preferring.change(asker(), Wish(framing="tall"))
    shown = await preferring.change(asker(), Wish(style=DEFAULT))
    assert shown.before == Preferences(Style.EDITORIAL, Framing.TALL, None, private=True)
    assert shown.after == Preferences(None, Framing.TALL, None, private=True)
    assert await preferring.of(asker(2)) == Preferences()


async def test_new_characters_are_as_the_operator_chose_where_nothing_is_preferred(preferring: Preferring) -> None:
    said = "\n".join(_texts(await preferring.change(asker(), Wish())))
    assert "New characters: **reference (default)**: the saved picture goes along" in said
    said = "\n".join(_texts(await preferring.change(asker(), Wish(identity="seed"))))
    assert "New characters: reference (default) → **seed**: features and seed" in said


async def test_a_second_delivery_does_not_undo_what_came_between(preferring: Preferring) -> None:
    first = asker()
    await preferring.change(first, Wish(framing="wide"))
    await preferring.change(asker(), Wish(framing="tall"))
    with pytest.raises(AlreadyDone):
        await preferring.change(first, Wish(framing="wide"))
    assert (await preferring.of(first)).framing is Framing.TALL
