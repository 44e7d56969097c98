import re

import pytest

from bot.domain.characters.character import is_vague, valid_features, valid_name
from bot.domain.errors import TextMissing, TextTooLong
from bot.domain.ids import ID_PATTERN, new_id
from bot.domain.portraits.portrait import FINAL_TAKES, Take, TakeState
from tests.fakes.builders import a_portrait


@pytest.mark.parametrize(
    ("features", "vague"),
    [
        ("a pretty woman", True),
        ("very handsome young man", True),
        ("", True),
        ("blonde girl", True),
        ("woman with blonde hair", True),
        ("woman with short dark hair, freckles, brown eyes", False),
        ("a man of seventy, white beard", False),
        ("WOMAN WITH SHORT RED HAIR", False),
        ("短い黒髪そばかす茶色の瞳の女性", False),
        ("Mädchen mit Sommersprossen", False),
    ],
)
def test_features_are_vague_when_they_say_nothing_that_could_hold_a_face(features: str, vague: bool) -> None:
    assert is_vague(features) is vague


def test_names_and_features_are_cleaned_and_bounded() -> None:
    assert valid_name("  Mia\u200b\n Lopez ") == "Mia Lopez"
    assert valid_features(" freckles ") == "freckles"
    assert len(valid_name("x" * 32)) == 32
    assert len(valid_features("x" * 600)) == 600
    for check, text in ((valid_name, "x" * 33), (valid_features, "x" * 601)):
        with pytest.raises(TextTooLong):
            check(text)
    for check in (valid_name, valid_features):
        with pytest.raises(TextMissing):
            check(" \u200b ")


def test_ids_are_unguessable_and_fit_a_custom_id() -> None:
    ids = {new_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert all(re.fullmatch(ID_PATTERN, each) for each in ids)


def test_a_portrait_is_done_when_all_its_takes_are_final() -> None:
    for states in (
        [TakeState.READY, TakeState.QUEUED],
        [TakeState.SUBMITTED],
        [TakeState.SUBMITTING, TakeState.FAILED],
    ):
        takes = tuple(Take(a_portrait().id, number, 1, state) for number, state in enumerate(states))
        assert not a_portrait(takes=takes).all_final
    takes = tuple(Take(a_portrait().id, number, 1, state) for number, state in enumerate(sorted(FINAL_TAKES)))
    assert a_portrait(takes=takes).all_final
    assert [take.state for take in a_portrait(takes=takes).ready] == [TakeState.READY]
