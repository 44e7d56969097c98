"""The contact sheet: every picture in its place with its caption, whatever the pictures and the words are like."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.domain.portraits.portrait import Cost, Portrait, PortraitState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.sheets import planned
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.vendor import Picture
from bot.interactions import fitting
from bot.interactions.contact import draw, sheet_of
from bot.ports.messenger import Outcome
from tests.fakes.builders import a_picture, a_portrait

COLOURS = (
    *("#c83232", "#32c832", "#3232c8", "#c8c832", "#32c8c8", "#c832c8"),
    *("#c88232", "#8232c8", "#501450", "#82c832"),
)
SQUARE = (1024, 1024)


def plain(colour: str, size: tuple[int, int] = (64, 64), kind: str = "PNG") -> Picture:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return Picture(out.getvalue(), f"image/{kind.lower()}", *size)


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    assert (image.format, image.size) == ("JPEG", (picture.width, picture.height))
    return image


def shown(image: Image.Image) -> list[str]:
    """The colours of the test in reading order of their middles."""
    found: dict[str, list[tuple[int, int]]] = {}
    small = image.resize((image.width // 16, image.height // 16), Image.Resampling.NEAREST)
    for y in range(small.height):
        for x in range(small.width):
            pixel = small.getpixel((x, y))
            for colour in COLOURS:
                wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
                if isinstance(pixel, tuple) and all(abs(a - b) < 12 for a, b in zip(pixel, wanted, strict=True)):
                    found.setdefault(colour, []).append((y, x))
    middles = {colour: places[len(places) // 2] for colour, places in found.items()}
    return sorted(middles, key=lambda colour: (middles[colour][0] // 10, middles[colour][1]))


@pytest.mark.parametrize(
    "count", [1, 2, 5, *(pytest.param(each, marks=pytest.mark.slow) for each in (3, 4, 6, 7, 8, 9, 10))]
)
@pytest.mark.parametrize("size", [(64, 64), (48, 64), (64, 48)])
def test_every_picture_is_there_in_order(count: int, size: tuple[int, int]) -> None:
    panels = [(f"panel {number}", plain(COLOURS[number], size)) for number in range(count)]
    assert shown(opened(draw("Mia", panels, size))) == list(COLOURS[:count])


def test_a_last_row_that_is_not_full_stands_in_the_middle() -> None:
    image = opened(draw("Mia", [(f"{number}", plain("#ffffff")) for number in range(5)], SQUARE))
    row = [image.getpixel((x, image.height - 200)) for x in range(image.width)]
    white = [x for x, pixel in enumerate(row) if pixel == (255, 255, 255)]
    assert abs(white[0] - (image.width - 1 - white[-1])) <= 4
    assert white[0] > 200


def test_pictures_of_other_shapes_and_kinds_are_shown_whole() -> None:
    panels = [
        ("a", plain(COLOURS[0])),
        ("b", plain(COLOURS[1], (640, 80), "JPEG")),
        ("c", plain(COLOURS[2], (80, 640), "WEBP")),
    ]
    assert shown(opened(draw("Mia", panels, SQUARE))) == list(COLOURS[:3])


@pytest.mark.parametrize(
    "size", [(1, 4096), (4096, 1), (16, 4096), (300, 900), pytest.param((4096, 4096), marks=pytest.mark.slow)]
)
def test_no_picture_decides_how_large_a_sheet_is(size: tuple[int, int]) -> None:
    usual = draw("Mia", [("a", plain(COLOURS[0])), ("b", plain(COLOURS[1]))], SQUARE)
    odd = draw("Mia", [("a", plain(COLOURS[0], size)), ("b", plain(COLOURS[1]))], SQUARE)
    assert (odd.width, odd.height) == (usual.width, usual.height)


def test_captions_make_a_difference_and_long_ones_take_a_second_line() -> None:
    short, other, long = (
        draw("Mia", [(words, plain(COLOURS[0]))], SQUARE) for words in ("Calm", "Angry", "a long coat " * 6)
    )
    assert short.data != other.data
    assert long.height > short.height
    assert long.width == short.width


@pytest.mark.parametrize("words", ["", "外套", "\u202e\x00", "@everyone", "W" * 200, "👗", "a " * 100])
def test_any_words_can_be_drawn(words: str) -> None:
    opened(draw(words, [(words, plain(COLOURS[0])), (words, plain(COLOURS[1]))], SQUARE))


def a_sheet() -> Portrait:
    spec = build_spec("Mia", features="freckles", model="m", seed=9)
    return a_portrait(spec=spec.model_copy(update={"sheet": planned(SheetSet.EXPRESSIONS)}), character_name="Mia")


def outcome_of(portrait: Portrait, *pictures: Picture) -> Outcome:
    took = tuple(zip(portrait.takes, pictures, strict=False))
    return Outcome(PortraitState.DELIVERED, took, Cost(len(took)))


async def test_only_a_sheet_with_pictures_has_one() -> None:
    sheet, other = a_sheet(), a_portrait()
    made = await sheet_of(sheet, outcome_of(sheet, plain(COLOURS[0]), plain(COLOURS[1])))
    assert made.contact is not None
    assert len(made.pictures) == 2
    for portrait, pictures in ((sheet, ()), (other, (plain(COLOURS[0]),))):
        outcome = outcome_of(portrait, *pictures)
        assert await sheet_of(portrait, outcome) is outcome


async def test_a_picture_that_cannot_be_read_costs_only_the_contact_sheet() -> None:
    sheet = a_sheet()
    outcome = outcome_of(sheet, plain(COLOURS[0]), a_picture())
    assert await sheet_of(sheet, outcome) is outcome


def noisy(side: int) -> Picture:
    """A picture that no format makes much smaller."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "PNG")
    return Picture(out.getvalue(), "image/png", side, side)


@pytest.mark.slow
async def test_a_channel_that_takes_small_files_gets_a_small_one() -> None:
    sheet = a_sheet()
    made = await sheet_of(sheet, outcome_of(sheet, *[noisy(512)] * 6))
    assert made.contact is not None
    limit = len(made.contact.data) // 3
    smaller = await fitting.fitted(made, limit)
    assert all(len(picture.data) <= limit for picture in fitting.all_of(smaller))
    assert len(fitting.all_of(smaller)) == 1, "no other picture is uploaded"
    assert smaller.contact is not None
    assert replace(smaller, pictures=made.pictures, contact=made.contact) == made


def test_a_parcel_never_weighs_more_than_it_may() -> None:
    """Also where a single picture is larger than all that may go."""
    picture = noisy(256)
    pictures = [(take, picture) for take in a_portrait(count=4).takes * 3]
    size = len(picture.data)
    for limit, count in ((size * 20, 10), (size * 3, 3), (size * 2 - 1, 1), (size // 2, 1)):
        parcel = fitting.parcel(pictures, limit)
        assert len(parcel) == count
        assert sum(len(each.data) for _, each in parcel) <= limit
