"""The files of a storyboard: every caption as text, every picture, and never more bytes than may be sent."""

import io
import zipfile
from typing import Any

import pytest
from fpdf import FPDF
from PIL import Image, features

from bot.domain.portraits.vendor import Picture
from bot.interactions import pages
from bot.interactions.cards.storyboard import storyboard
from bot.interactions.fitting import LIMIT
from bot.interactions.fonts import BUNDLED, font_of
from bot.interactions.storyboards import Files, files_of
from bot.services.portraits.storyboards import Frame, Storyboard
from tests.fakes.pdfs import pages_of, pictures_of, words_of
from tests.interactions.card_checks import checked, text_of

pytestmark = pytest.mark.slow

HOSTILE = "@everyone [x](https://evil) ||s|| `c` <@1> "


def a_face(side: int = 256, kind: str = "PNG", shape: tuple[int, int] | None = None) -> Picture:
    """Noise, of which nothing can be saved."""
    size = shape or (side, side)
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind)
    return Picture(out.getvalue(), f"image/{kind.lower()}", *size)


def board(*words: str, picture: Picture | None = None, name: str = "Mia") -> Storyboard:
    face = picture or a_face()
    return Storyboard(name, tuple(Frame(number, each, face) for number, each in enumerate(words, start=1)))


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (2, 1), (4, 1), (5, 2), (10, 3)])
def test_four_scenes_a_page(count: int, pages: int) -> None:
    words = [f"scene {chr(97 + number) * 3}" for number in range(count)]
    made = files_of(board(*words), LIMIT)
    assert (pages_of(made.pdf), made.pages, made.smaller) == (pages, pages, False)
    assert all(f"{number}. {each}" in words_of(made.pdf) for number, each in enumerate(words, start=1))
    assert f"{pages} of {pages}" in words_of(made.pdf)
    archive = zipfile.ZipFile(io.BytesIO(made.archive))
    assert len(archive.namelist()) == count
    assert archive.testzip() is None


@pytest.mark.parametrize(
    "caption",
    [
        "雨の駅のホームで、遅れた最終列車を待ちながら古い手紙を読み返している",
        "비 오는 창가에서 책을 읽는다",
        "στην προκυμαία, την αυγή",
        "во дворе, под дождём",
        "bên cửa sổ mưa, đọc sách",
    ],
)
def test_captions_are_text_in_the_scripts_of_the_bundled_font(caption: str) -> None:
    assert caption.replace(" ", "") in words_of(files_of(board(caption, "b"), LIMIT).pdf).replace(" ", "")


def test_the_longest_captions_have_room() -> None:
    for caption in ("haggling over oranges " * 16, "駅" * 350, "W" * 350):
        found = words_of(files_of(board(caption[:350].strip(), "b"), LIMIT).pdf)
        assert "…" not in found
        assert "..." not in found
        assert found.replace(" ", "").count(caption[0]) >= caption[:350].count(caption[0])


def test_letters_that_are_shaped_are_drawn_and_found_all_the_same() -> None:
    if not (features.check("raqm") and font_of("ع")):
        pytest.skip("no font or no shaping for Arabic here")
    plain, made = (files_of(board(each, "b"), LIMIT).pdf for each in ("window", "عند النافذة"))
    assert pictures_of(made) > pictures_of(plain)
    assert "النافذة" in words_of(made)


def test_what_no_font_has_leaves_its_number() -> None:
    found = words_of(files_of(board("\U00012000\U00012001", "b"), LIMIT).pdf)
    assert " 1 " in f" {found} "
    assert "2. b" in found


def test_pictures_of_any_kind_and_shape() -> None:
    for kind, shape in (("PNG", (300, 40)), ("JPEG", (40, 300)), ("WEBP", (64, 64)), ("PNG", (1, 1))):
        made = files_of(board("a", "b", picture=a_face(kind=kind, shape=shape)), LIMIT)
        assert pictures_of(made.pdf) >= 1


def test_what_is_too_large_is_made_smaller_and_fits() -> None:
    heavy = a_face(1024)
    for limit in (LIMIT, LIMIT // 4, LIMIT // 16):
        made = files_of(board(*"abcdefghij", picture=heavy), limit)
        assert len(made.pdf) + len(made.archive) <= limit
        assert made.smaller
        archive = zipfile.ZipFile(io.BytesIO(made.archive))
        for name in archive.namelist():
            with Image.open(io.BytesIO(archive.read(name))) as image:
                image.load()


def test_scenes_of_one_name_are_files_of_their_own() -> None:
    made = files_of(board("../../etc/passwd", "...", "🎉", "a" * 350), LIMIT)
    names = zipfile.ZipFile(io.BytesIO(made.archive)).namelist()
    assert len(set(names)) == 4
    assert all("/" not in name and not name.startswith(".") and len(name) < 90 for name in names)


@pytest.mark.parametrize("name", ["Mia", "美亜", "@everyone", "../x", "🎉"])
def test_the_worst_card_is_one_that_discord_takes(name: str) -> None:
    frames = [
        Frame(number, HOSTILE * 7, a_face(8) if number < 3 else None, lost=number > 2 and number % 2 == 0)
        for number in range(1, 11)
    ]
    view, files = storyboard(Storyboard(name, tuple(frames)), Files(b"%PDF", 3, b"PK", smaller=True))
    checked(view, files)
    text = text_of(view, files)
    assert "Not painted: 3\\. " in text
    assert "No longer kept: 4\\. " in text
    assert not any(live in text for live in ("@everyone", "<@", "](", "||s||"))


def test_a_flagged_picture_hides_the_files() -> None:
    frame = Frame(1, "a", a_face(8), flagged=True)
    view, files = storyboard(Storyboard("Mia", (frame,)), Files(b"%PDF", 1, b"PK", smaller=False))
    assert [each["spoiler"] for each in checked(view, files) if each["type"] == 13] == [True, True]


def test_a_font_that_cannot_stand_in_a_pdf_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    caption = "ქართული"
    if font_of(caption) in {None, BUNDLED}:
        pytest.skip("no font for Georgian here")
    assert caption in words_of(files_of(board(caption, "b"), LIMIT).pdf)

    class Choosy(FPDF):
        """Takes the font that comes with the bot alone."""

        def add_font(self, family: str | None = None, style: str = "", fname: Any = None, **rest: Any) -> None:
            if fname != BUNDLED:
                raise KeyError("glyf")
            super().add_font(family, style, fname, **rest)

    monkeypatch.setattr(pages, "FPDF", Choosy)
    made = files_of(board(caption, "b"), LIMIT).pdf
    assert pictures_of(made) == 3
    assert "2. b" in words_of(made)
    assert caption not in words_of(made)
