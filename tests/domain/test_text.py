"""Text from people is inert: what `clean` lets in, and what `escaped` lets out."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import TextMissing, TextTooLong
from bot.domain.text import bounded, clean, escaped, name_key, optional, shortened

NASTY = st.text(st.sampled_from("<@!&#>:/[]()`*_~|\\-+.=1 aA\u200b\u200d\u202e\n\té@everyonhtps"), max_size=60)
ANY = st.one_of(st.text(max_size=60), NASTY)
MARKUP = set("*_`~|>#[]()<@&!\\")


def _live(text: str) -> str:
    """The characters that no backslash switches off."""
    found, rest = [], iter(text)
    for char in rest:
        if char == "\\" and next(rest, None) is not None:
            continue
        found.append(char)
    return "".join(found)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two   words\t\n", "two words"),
        ("line\nbreak\r\nand\u2028more\u2029", "line break and more"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("\u202eevil\u202c\u2066x\u2069", "evilx"),
        ("nul\x00bell\x07esc\x1b[31m", "nulbellesc[31m"),
        ("e\u0301", "é"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\u0646\u200c\u0645", "\u0646\u200c\u0645"),
        ("\ud800lone", "lone"),
        ("\ue000private", "private"),
        ("", ""),
        ("\u200b\u202e\x00", ""),
    ],
)
def test_clean_keeps_what_can_be_read_and_nothing_else(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(ANY)
def test_cleaned_text_is_one_line_without_control_or_direction_characters(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    assert {unicodedata.category(char) for char in cleaned if char not in "\u200c\u200d"}.isdisjoint({"Cc", "Cf", "Cs"})


def test_cleaned_text_is_in_composed_form_also_where_an_invisible_character_stood_between() -> None:
    assert clean("e\u200b\u0301") == "é"


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u200b", "\u200d\u200c", "\u202e\u200d", "\x00"])
def test_text_with_nothing_to_read_is_missing(typed: str) -> None:
    with pytest.raises(TextMissing):
        bounded(typed, "name", 32)
    assert optional(clean(typed.replace("\u200d", "").replace("\u200c", "")), "name", 32) == ""


@pytest.mark.parametrize("blank", ["\u3164", "\u2800", "\ufe0f", "\u115f"])
def test_text_of_blank_letters_is_missing_too(blank: str) -> None:
    with pytest.raises(TextMissing):
        bounded(blank, "name", 32)


def test_the_limit_counts_what_is_kept_and_names_the_option() -> None:
    assert bounded("  " + "x" * 32 + "\u200b ", "name", 32) == "x" * 32
    with pytest.raises(TextTooLong) as refused:
        bounded("x" * 33, "name", 32)
    assert (refused.value.what, refused.value.length, refused.value.limit) == ("name", 33, 32)


def test_an_optional_text_may_be_absent_but_not_too_long() -> None:
    assert optional(None, "outfit", 5) == optional("  \u200b", "outfit", 5) == ""
    assert optional(" red ", "outfit", 5) == "red"
    with pytest.raises(TextTooLong):
        optional("crimson", "outfit", 5)


@given(ANY)
@example("<@123>")
@example("<@&9> <#8> </cmd:7> <:smile:6> <t:1:R>")
@example("@everyone @here")
@example("[click](https://evil.test)")
@example("```py\ncode```")
@example("\\[a\\](b) \\`x\\`")
@example("\\\\@everyone")
@example("# heading\n> quote\n||spoiler||")
def test_escaped_text_holds_no_live_markup(text: str) -> None:
    shown = escaped(clean(text))
    assert MARKUP.isdisjoint(_live(shown))
    assert not any(live in shown for live in ("<@", "<#", "<:", "@everyone", "@here", "](", "://")), shown


@given(ANY)
def test_escaped_text_reads_as_it_was_typed(text: str) -> None:
    cleaned = clean(text)
    rest = iter(escaped(cleaned).replace("\u200b", ""))
    assert "".join(next(rest) if char == "\\" else char for char in rest) == cleaned


@pytest.mark.parametrize("line", ["- item", "+ item", "1. item", "-# small", "> quote", ">>> quote", "=== x"])
def test_a_text_cannot_begin_a_list_a_heading_or_a_quote(line: str) -> None:
    assert not escaped(line).startswith(line[:2])
    assert "." not in _live(escaped(line))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mia", "mIA"),
        ("Straße", "STRASSE"),
        ("ÉLODIE", "e\u0301lodie"),
        ("Mia", "\uff2d\uff49\uff41"),
        ("Old  Tom", " old tom "),
        ("ﬁona", "FIONA"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("Ⅷ", "viii"),
    ],
)
def test_names_are_the_same_whatever_their_case_width_and_composition(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Mia", "Mía"), ("Mia", "Mi a"), ("Анна", "AHHA"), ("O'Neil", "ONeil")])
def test_names_of_other_letters_stay_different(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(st.characters(codec="ascii"), max_size=30))
def test_case_never_tells_ascii_names_apart(name: str) -> None:
    assert name_key(name.upper()) == name_key(name.lower()) == name_key(name)


@given(st.text(max_size=50), st.integers(1, 60))
def test_shortened_text_fits_and_says_that_it_was_cut(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
