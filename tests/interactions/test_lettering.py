"""Words in drawn pictures: in the script they are written in, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, features

from bot.interactions import fonts
from bot.interactions.contact import readable
from bot.interactions.lettering import drawable, fitting, length, runs, wrapped, write

SIZE = 38


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a single font."""
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    fonts._known.cache_clear()
    fonts.font_of.cache_clear()


def drawn(words: str) -> bytes:
    canvas = Image.new("L", (900, 60))
    write(ImageDraw.Draw(canvas), (10, 30), words, SIZE, fill="#ffffff")
    return canvas.tobytes()


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(
    "words",
    [
        "Angry",
        "怒り",
        "笑顔・髪が短い",
        "憤怒的女人",
        "화난 얼굴",
        "Ελληνικά",
        "Сердитый",
        "Ñandú, ở đâu",
        "怒りと мир abc 한국",
    ],
)
def test_the_bundled_font_is_enough_for_these(words: str) -> None:
    assert drawable(words) == words
    assert {run.font for run in runs(words)} == {fonts.BUNDLED}
    assert len({drawn(words[:end]) for end in range(len(words.replace(" ", "")) + 1)}) > len(words) // 2


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("words", ["हिन्दी", "ไทย", "ᏣᎳᎩ", "怒り हिन्दी", "Angry ᚠ"])
def test_where_a_letter_is_in_no_font_the_number_stands_alone(words: str) -> None:
    assert drawable(words) == ""
    assert readable(f"5. {words}") == "5"


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("🦊 fox 👩\u200d🚀", "fox"),
        ("1\ufe0f\u20e3 one", "1 one"),
        ("q\u0307\u0323\u0334 x", "q x"),
        ("〜wave", "\uff5ewave"),
        ("\U0001d400\U0001d401", "AB"),
        ("\u202e\x00evil", "evil"),
    ],
)
def test_signs_and_accents_may_go_letters_may_not(words: str, shown: str) -> None:
    assert drawable(words) == shown


@pytest.mark.usefixtures("nothing_installed")
def test_a_caption_of_signs_alone_is_its_number() -> None:
    assert readable("5. 🦊") == "5"
    assert readable("5. Angry") == "5. Angry"


def test_installed_fonts_fill_what_is_missing_letter_by_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FOLDERS", (str(tmp_path),))
    (tmp_path / "Broken.ttf").write_bytes(b"no font")
    (tmp_path / "Bold-Other.ttf").write_bytes(fonts.BUNDLED.read_bytes())
    other = tmp_path / "deep" / "Other.TTF"
    other.parent.mkdir()
    other.write_bytes(fonts.BUNDLED.read_bytes())
    _forget()
    try:
        assert [path.name for path in fonts.installed()] == ["Broken.ttf", "Other.TTF"]
        monkeypatch.setattr(fonts, "BUNDLED", tmp_path / "Broken.ttf")
        _forget()
        assert fonts.font_of("怒") == other
        assert fonts.font_of("ᏣᎳ") is None
    finally:
        monkeypatch.undo()
        _forget()


ARABIC, HEBREW = "مرحبا", "שלום"
_HAS_RTL = all(fonts.font_of(char) for char in ARABIC + HEBREW)
rtl = pytest.mark.skipif(not (_HAS_RTL and features.check("raqm")), reason="needs a font such as DejaVu, and Raqm")


@rtl
def test_words_to_the_left_begin_at_the_right() -> None:
    def seen(words: str) -> list[tuple[str, str]]:
        """From left to right; the letters of a run stand as they are read."""
        return [(run.words.strip(), run.direction) for run in runs(words) if run.words.strip()]

    assert seen(f"5. {HEBREW}") == [(HEBREW, "rtl"), ("5.", "rtl")]
    assert seen(f"Mia {HEBREW} sings") == [("Mia", "ltr"), (HEBREW, "rtl"), ("sings", "ltr")]
    assert seen(f"{HEBREW} Mia {ARABIC}") == [(ARABIC, "rtl"), ("Mia", "ltr"), (HEBREW, "rtl")]
    assert seen(f"Mia {HEBREW} 5 {HEBREW}") == [("Mia", "ltr"), (f"{HEBREW} 5 {HEBREW}", "rtl")]


@rtl
def test_arabic_letters_are_joined() -> None:
    """As single letters the word is wider."""
    assert drawable(ARABIC) == ARABIC
    assert length(ARABIC, SIZE) < sum(length(char, SIZE) for char in ARABIC) * 0.9


@rtl
def test_without_shaping_such_words_are_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _name: False)
    assert drawable(ARABIC) == drawable(HEBREW) == ""
    assert readable(f"3. {ARABIC}") == "3"
    assert drawable("怒り Angry") == "怒り Angry"
    assert length("Angry", SIZE) > 0


@pytest.mark.parametrize("words", ["W" * 200, "怒" * 200, "a long coat of many colours " * 6, f"{HEBREW} " * 30])
def test_what_is_cut_fits(words: str) -> None:
    shown = fitting(drawable(words), SIZE, 480)
    assert shown.endswith("...") or not drawable(words)
    assert 400 < length(shown, SIZE) <= 480 or not drawable(words)


def test_lines_end_at_spaces_and_between_letters_that_have_none() -> None:
    assert wrapped("a long coat of many colours", SIZE, 400, 2) == ["a long coat of many", "colours"]
    first, second = wrapped("5. 髪が短くて笑顔の若い女の子が立っている", SIZE, 480, 2)
    assert f"{first}{second}" == "5. 髪が短くて笑顔の若い女の子が立っている"
    assert min(length(first, SIZE), 480 - length(second, SIZE)) > 0
    assert wrapped("", SIZE, 480, 2) == [""]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40))
def test_whatever_is_written_is_drawn_or_left_out(words: str) -> None:
    shown = drawable(words)
    assert drawable(shown) == shown
    assert all(len(line) <= len(shown) + 3 for line in wrapped(shown, SIZE, 200, 2))
    drawn(shown)
