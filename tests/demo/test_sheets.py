"""What a character sheet shows: one person from all sides, or dressed otherwise, before one backdrop."""

import io
import itertools
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.demo.angles import Angle, Shot, View, angle_of, shot_of
from bot.demo.artist import paint
from bot.demo.wardrobe import clothes_of
from bot.demo.words import HAIR_STYLES
from bot.domain import sheets
from bot.domain.details import SUGGESTIONS, Detail
from bot.domain.prompts import Wish, compose
from bot.domain.spec import SheetSet
from bot.domain.styles import Style

FEATURES = "woman with short dark hair, freckles, brown eyes"
BEHIND = "seen from behind, facing away from the camera"
TURNAROUND = tuple(panel.words for panel in sheets.planned(SheetSet.TURNAROUND).panels)
ANGLES = (*TURNAROUND, BEHIND)
PEOPLE = (
    "bald man with a full beard",
    "woman with an afro, dark skin, hoop earrings",
    "woman with long wavy red hair, glasses, a scar",
    "old man with grey hair, a moustache and glasses",
    "elf with long curls",
)
SIZES = ((1024, 1024), (768, 1024), (1024, 768), (256, 256))


@cache
def seen(prompt: str, seed: int = 42, size: tuple[int, int] = (256, 256)) -> Image.Image:
    return Image.open(io.BytesIO(paint(prompt, seed, *size))).convert("RGB")


def apart(one: Image.Image, other: Image.Image) -> float:
    """How different two pictures are: 0 is the same, 255 black and white."""
    return ImageStat.Stat(ImageChops.difference(one, other).convert("L")).mean[0]


def panels(detail: Detail, words: tuple[str, ...], style: Style = Style.STUDIO) -> list[str]:
    mia = Wish(subject="Mia", features=FEATURES, style=style)
    return [compose(replace(mia, **{detail.value: each})) for each in words]


def test_every_angle_of_a_turnaround_is_another_drawing() -> None:
    pictures = [seen(prompt) for prompt in panels(Detail.ANGLE, ANGLES)]
    assert min(apart(one, other) for one, other in itertools.combinations(pictures, 2)) > 3


@pytest.mark.parametrize("angle", ANGLES)
def test_an_angle_is_the_same_bytes_each_time(angle: str) -> None:
    assert paint(f"{FEATURES}, {angle}", 7, 256, 256) == paint(f"{FEATURES}, {angle}", 7, 256, 256)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_can_be_seen_from_all_sides(person: str, size: tuple[int, int]) -> None:
    pictures = [seen(f"{person}, {angle}", 9, size) for angle in ANGLES[1:]]
    assert {picture.size for picture in pictures} == {size}
    assert min(apart(one, other) for one, other in itertools.combinations(pictures, 2)) > 1


@pytest.mark.parametrize("style", ["long straight hair", "curly hair", *(style for _, style in HAIR_STYLES)])
def test_every_hair_style_shows_from_all_sides(style: str) -> None:
    words = {"buzz": "buzz cut", "bun": "hair bun"}.get(style, style)
    bald = "bald woman with black hair"
    for angle in ANGLES:
        hair = apart(seen(f"woman with black {words}, {angle}", 9), seen(f"{bald}, {angle}", 9))
        assert hair > 0.4 or style == "bald", angle


def test_a_face_has_no_eyes_from_behind() -> None:
    def eyes(colour: str, angle: str) -> Image.Image:
        return seen(f"woman with long black hair, {colour} eyes, {angle}")

    assert [apart(eyes("blue", angle), eyes("brown", angle)) > 0 for angle in ANGLES] == [True] * len(TURNAROUND) + [
        False
    ]


def test_a_profile_faces_the_side_that_was_asked_for() -> None:
    left, right = (seen(f"bald man, side profile, facing {side}") for side in ("left", "right"))
    flipped = right.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert apart(left, flipped) < apart(left, right) / 4


def test_a_scar_stays_on_its_cheek() -> None:
    def shown(side: str) -> bool:
        words = f"man, side profile, facing {side}"
        return apart(seen(f"{words}, scarred"), seen(words)) > 0

    assert shown("left") != shown("right")


@pytest.mark.parametrize(
    ("words", "angle"),
    [
        ("frontal view, at eye level", Angle()),
        ("three-quarter view", Angle(View.THREE_QUARTER, View.THREE_QUARTER)),
        ("side profile, facing right", Angle(View.PROFILE, View.PROFILE, right=True)),
        ("looking over the shoulder", Angle(View.THREE_QUARTER, View.AWAY)),
        ("seen from behind, looking back over the shoulder", Angle(View.THREE_QUARTER, View.AWAY)),
        ("looking over her shoulder, seen from behind", Angle(View.THREE_QUARTER, View.AWAY)),
        (BEHIND, Angle(View.BACK, View.BACK)),
        ("a bag over the shoulder", Angle()),
        ("seen slightly from below", Angle(height=-1.0)),
        ("rim light from behind", Angle()),
        ("dramatic side lighting", Angle()),
        ("a three-quarter length coat", Angle()),
        ("side profile, rim light from behind", Angle(View.PROFILE, View.PROFILE)),
    ],
)
def test_the_words_of_the_camera_turn_the_person(words: str, angle: Angle) -> None:
    assert angle_of(f"Mia, {words}, 35mm film") == angle


def test_the_words_of_the_camera_come_nearer_than_the_size_says() -> None:
    assert [shot_of("a sailor", *size) for size in SIZES] == [Shot.BUST, Shot.WHOLE, Shot.DISTANT, Shot.BUST]
    assert shot_of("tight close-up of the face", 768, 1024) is Shot.FACE


def test_the_suggested_angles_differ_but_for_those_that_say_what_is_anyway() -> None:
    usual = {"frontal view, at eye level", "head and shoulders", "looking straight into the camera"}
    pictures = [seen(f"{FEATURES}, {words}") for words in SUGGESTIONS[Detail.ANGLE] if words not in usual]
    pictures.append(seen(FEATURES))
    assert min(apart(one, other) for one, other in itertools.combinations(pictures, 2)) > 0.4
    assert all(apart(seen(FEATURES), seen(f"{FEATURES}, {words}")) == 0 for words in usual)


@pytest.mark.parametrize("size", [(256, 256), (384, 512)])
def test_the_suggested_outfits_differ(size: tuple[int, int]) -> None:
    pictures = [seen(prompt, 42, size) for prompt in panels(Detail.OUTFIT, SUGGESTIONS[Detail.OUTFIT])]
    assert min(apart(one, other) for one, other in itertools.combinations(pictures, 2)) > 0.4


@pytest.mark.parametrize("angle", ANGLES)
def test_an_outfit_is_worn_from_all_sides(angle: str) -> None:
    pictures = [seen(f"{FEATURES}, {words}, {angle}", 42, (192, 256)) for words in SUGGESTIONS[Detail.OUTFIT]]
    assert min(apart(one, other) for one, other in itertools.combinations(pictures, 2)) > 0.1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("yellow raincoat, professional headshot", "raincoat"),
        ("wearing a blue coat, freckles, plain white t-shirt", "tee"),
        ("tailored grey suit, white shirt", "suit"),
        ("travel-worn cloak over a very long tunic of grey wool", "cloak"),
        ("knight, on a stormy pier", "armour"),
        ("chef's whites", "chef"),
        ("nothing said", "jumper"),
    ],
)
def test_the_garment_is_the_one_that_was_named(words: str, kind: str) -> None:
    assert clothes_of(words, 1).kind == kind


def test_a_colour_belongs_to_its_garment() -> None:
    assert clothes_of("yellow raincoat", 1).colour == clothes_of("yellow coat", 1).colour
    assert clothes_of("black leather jacket", 1).colour == clothes_of("black suit", 1).colour
    assert clothes_of("woman with red hair in a gown", 1).colour == clothes_of("gown", 1).colour


@pytest.mark.parametrize("style", Style)
@pytest.mark.parametrize("detail", [Detail.EXPRESSION, Detail.OUTFIT, Detail.ANGLE])
def test_a_sheet_has_one_backdrop(detail: Detail, style: Style) -> None:
    corners = {seen(prompt).getpixel((4, 4)) for prompt in panels(detail, SUGGESTIONS[detail], style)}
    assert len(corners) == 1


def test_a_sheet_in_a_place_has_the_same_trees() -> None:
    calm, angry = (seen(f"{FEATURES}, {mood}, in a pine forest") for mood in ("a calm look", "angry, jaw set"))
    assert apart(calm.crop((0, 0, 60, 256)), angry.crop((0, 0, 60, 256))) == 0


def test_another_seed_may_have_another_backdrop() -> None:
    assert len({seen("a sailor", seed).getpixel((4, 4)) for seed in range(1, 20)}) > 2
