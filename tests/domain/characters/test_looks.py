"""Of a long description, what says how a person looks; and the placeholders in it."""

# ruff: noqa: RUF001 - other scripts are meant

import pytest

from benchmarks.looks import SHAPES, kept
from bot.domain.characters.character import FEATURES_LIMIT
from bot.domain.characters.formats import described
from bot.domain.characters.looks import Source, Taken, cut, look_of
from bot.domain.characters.macros import resolved
from tests.domain.characters.cards import STORY


def features(text: str, name: str = "Mia") -> str:
    return described(name, [(Source.MAIN, text)], user="Ada").features


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_description_keeps_its_looks(shape: str) -> None:
    text, words = SHAPES[shape]
    assert kept(features(text), words) == len(words)
    assert len(features(text)) <= FEATURES_LIMIT
    for noise in ("town number", "<", "](", "{{", "**", "Ada:"):
        assert noise not in features(text)


def test_a_short_description_stays_as_it_is() -> None:
    text = "Mia is a cook from Bonn. She has red hair, and laughs a lot."
    look = look_of([(Source.MAIN, text)], "Mia")
    assert (look.text, look.taken) == (text, Taken.ALL)


def test_where_nothing_tells_of_looks_the_beginning_is_kept_up_to_a_sentence() -> None:
    look = look_of([(Source.MAIN, STORY)], "Mia")
    assert look.taken is Taken.BEGINNING
    assert look.text.endswith("met a friend.")
    assert len(look.text) > FEATURES_LIMIT - 80


def test_an_age_is_never_left_out() -> None:
    """Rules on minors read it."""
    text = "Appearance:\n" + "\n".join(f"Mark {n}: a long scar on the left cheek" for n in range(40)) + "\nAge: 16\n"
    assert "Age: 16" in features(text)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("她从小在北京长大，后来去了上海学习。" * 60, "。"),
        ("東京で生まれて、大阪で育った。" * 60, "。"),
        ("She was here. " * 80, "."),
        ("red, green, " * 80, "…"),
        ("word " * 200, "…"),
        ("x" * 900, "…"),
    ],
)
def test_long_texts_are_cut_at_a_sentence_in_every_script(text: str, end: str) -> None:
    short = cut(text)
    assert FEATURES_LIMIT // 2 < len(short) <= FEATURES_LIMIT
    assert short.endswith(end)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{char}} {{CHAR}} {{ Char }} <BOT> <bot> <char> {char}", "Mia Mia Mia Mia Mia Mia Mia"),
        ("{{user}} <USER> < user > {user}", "Ada Ada Ada Ada"),
        ("a{{// {{char}} hides}}b{{comment: x}}c{{hidden_key:y}}d", "abcd"),
        ("{{reverse:Hello}}", "olleH"),
        ("{{random:red}} {{pick::blue}} {{random:a\\,b}}", "red blue a,b"),
        ("{{roll:1}} {{roll:d1}} {{roll:3d1}}", "1 1 3"),
        ("{{random:{{char}}}}", "Mia"),
        ("{{getvar::x}}!", "!"),
        ("}} and {{", "}} and {{"),
    ],
)
def test_placeholders(text: str, said: str) -> None:
    assert resolved(text, "Mia", "Ada") == said


def test_what_is_random_stays_the_same_for_the_same_card() -> None:
    drawn = {resolved("{{random:red,green,blue}} {{roll:20}}", "Mia", "Ada") for _ in range(9)}
    assert len(drawn) == 1
    color, number = drawn.pop().split()
    assert color in {"red", "green", "blue"}
    assert 1 <= int(number) <= 20
