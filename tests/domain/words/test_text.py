"""Text from people is inert: what `clean` lets in, and what `escaped` lets out."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.errors import TextMissing, TextTooLong
from bot.domain.words.text import bounded, clean, escaped, is_visible, name_key, optional, shortened

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


SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
# Whether a Python knows them depends on its age: people's clients draw them all.
EMOJI = {
    "of 2023": "\U0001fa77",
    "of 2024": "\U0001fae9",
    "of no year yet": "\U0001faff",
    "skin tone": "\U0001f44d\U0001f3fd",
    "keycap": "1\ufe0f\u20e3",
    "drawn as emoji": "\u2764\ufe0f",
    "drawn as text": "\u2764\ufe0e",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "of tones and joiners": "\U0001f9d1\U0001f3ff\u200d\u2764\ufe0f\u200d\U0001f9d1\U0001f3fb",
    "new phoenix": "\U0001f426\u200d\U0001f525",
    "flag of a country": "\U0001f1ea\U0001f1f8",
    "flag of a region": SCOTLAND,
    "rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
}


@pytest.mark.parametrize("emoji", EMOJI.values(), ids=EMOJI)
def test_an_emoji_is_kept_whole_can_be_seen_and_tells_names_apart(emoji: str) -> None:
    assert clean(emoji) == bounded(emoji, "name", 32) == emoji
    assert is_visible(emoji)
    assert name_key(f"Rose{emoji}") != name_key("Rose")
    assert len({name_key(f"Rose{each}") for each in EMOJI.values()}) == len(EMOJI)
    assert len(name_key(emoji).encode()) > 0


def test_flags_of_two_regions_are_two_names() -> None:
    assert name_key(SCOTLAND) != name_key(ENGLAND)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mia\U000e0067\U000e007f", "Mia"),
        ("\U0001f3f4\U000e0067\U000e0062", "\U0001f3f4"),
        ("\U0001f3f4\U000e007f", "\U0001f3f4"),
        ("\U0001f3f4" + "\U000e0061" * 40 + "\U000e007f", "\U0001f3f4"),
        ("\U000e0001Mia", "Mia"),
        ("Mia\ufdd0\uffff\U0001fffe\U0010ffff", "Mia"),
        ("Mia\u2065\ufff0\U000e0fff", "Mia"),
        ("Mia\U000f0000\U00100000", "Mia"),
        ("Mia\ud83e", "Mia"),
        ("\u061cMia\u200e\u200f", "Mia"),
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    "letter", ["\U0002ebf0", "\U00010d4e", "\u1c89", "\ua7dc"], ids=["CJK", "Garay", "Cyrillic", "Latin"]
)
def test_letters_of_younger_scripts_stay(letter: str) -> None:
    assert clean(letter * 2) == letter * 2
    assert is_visible(letter)


@given(st.characters())
def test_every_character_is_kept_dropped_or_a_space_and_cleaning_again_changes_nothing(char: str) -> None:
    once = clean(f"a{char}b")
    assert clean(once) == once
    once.encode()
    if is_visible(char):
        assert len(once) > 2
        assert name_key(f"a{char}") != name_key("a")


def test_a_cut_leaves_no_joiner_behind() -> None:
    assert shortened("ab\u200dcdef", 4) == "ab…"
