"""What an option's text means: one of the characters that were offered, or a name."""

import pytest

from bot.domain.characters.character import ById, Named
from bot.domain.ids import CharacterId
from bot.interactions.options import which, written

AN_ID = CharacterId("abcdefghijkmn")


@pytest.mark.parametrize("character", [Named("Mia"), Named(""), Named("id:mia"), ById(AN_ID)])
def test_what_is_offered_is_read_as_the_same(character: Named | ById) -> None:
    found = which(written(character))
    assert found == (ById(AN_ID, f"id:{AN_ID}") if isinstance(character, ById) else character)


@pytest.mark.parametrize("typed", [f" id:{AN_ID}\n", f"id:{AN_ID}\u200b"])
def test_an_id_is_read_as_a_name_would_be(typed: str) -> None:
    assert which(typed) == ById(AN_ID, typed)


@pytest.mark.parametrize("typed", [f"id:{AN_ID}x", f"id:{AN_ID[:-1]}", f"ID {AN_ID}", "id:", " ", "Mia (by Ada)"])
def test_everything_else_is_a_name_as_it_was_typed(typed: str) -> None:
    assert which(typed) == Named(typed)
