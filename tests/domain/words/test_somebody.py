"""What the stricter rule refuses of pictures that may show a real person, and what it leaves alone."""

import time
from pathlib import Path

import pytest

from bot.domain.words.somebody import wrongs_somebody

HERE = Path(__file__).parent
REFUSED = HERE.joinpath("wrongs_of_somebody.txt").read_text().splitlines()
INNOCENT = HERE.joinpath("no_wrongs_of_somebody.txt").read_text().splitlines()


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(set(REFUSED)) == len(REFUSED) >= 300
    assert len(set(INNOCENT)) == len(INNOCENT) >= 300


def told(text: str) -> str:
    """As it stands somewhere in a longer text."""
    return f"the same person, {text}, at a window"


def test_what_bares_sexualises_or_hurts_is_refused() -> None:
    assert [each for each in REFUSED if not wrongs_somebody(told(each.upper()))] == []


def test_what_wrongs_nobody_is_left_alone() -> None:
    assert [each for each in INNOCENT if wrongs_somebody(told(each))] == []


def test_a_word_is_found_in_any_spelling() -> None:
    for text in (
        "n u d e",
        "n.u.d.e",
        "nu\u200bde",
        "\uff4e\uff55\uff44\uff45",
        "NUDÉ",
        "t0pl3ss",
        "b1k1n1",
        "s t r i p t e a s e",
        "lïngerie",
        "\uff42\uff4c\uff4f\uff4f\uff44\uff59",
    ):
        assert wrongs_somebody(text), text


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["remove ", "without a ", "black eye ", "hanging from a ", "血", "n u d ", "\\w*"])
def test_its_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(repeated: int) -> float:
        started = time.perf_counter()
        wrongs_somebody(piece * repeated)
        return time.perf_counter() - started

    short = min(seconds(500) for _ in range(3))
    assert min(seconds(4000) for _ in range(3)) < 8 * short * 4
