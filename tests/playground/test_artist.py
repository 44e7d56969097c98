"""The idea of the playground: the same seed and features are the same person, another scene is another place."""

import io
import json
import time
from importlib.resources import files

import pytest
from dicebear import Avatar
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.domain.portraits import sheets
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.styles import STYLES
from playground import vocabulary
from playground.artist import _style, drawn, enlarged, options, paint, remembered
from playground.places import backdrop
from playground.sitting import sit

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"
SCENES = (
    "in a forest, golden hour",
    "on a stormy pier",
    "reading in a cafe",
    "in space",
    "in a red dress, city street",
)
SMALL = (128, 128)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def apart(one: Image.Image, other: Image.Image) -> float:
    """How different two pictures are: 0 is the same, 255 black and white."""
    return ImageStat.Stat(ImageChops.difference(one, other).convert("L")).mean[0]


def test_the_same_words_and_seed_are_the_same_bytes() -> None:
    assert paint(FEATURES, 42, *SMALL) == paint(FEATURES, 42, *SMALL)


@given(seed=st.integers(1, 2**32 - 1), scene=st.sampled_from(SCENES), other=st.sampled_from(SCENES))
def test_a_scene_does_not_change_the_person(seed: int, scene: str, other: str) -> None:
    assert sit(f"Mia, {FEATURES}, {scene}", seed).person == sit(f"Mia, {FEATURES}, {other}", seed).person


@pytest.mark.parametrize(
    "changed", ["woman with long red hair, green eyes", "old man with a grey beard", "woman with glasses, blonde curls"]
)
def test_features_change_the_person(changed: str) -> None:
    assert sit(FEATURES, 42).person != sit(changed, 42).person


def test_seeds_are_different_people() -> None:
    assert len({str(sit("a person", seed).person) for seed in range(1, 30)}) > 25


@pytest.mark.parametrize("size", [(1024, 1024), (768, 1024), (1024, 768), (256, 256)])
def test_a_picture_has_exactly_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    assert opened(paint("a sailor", 7, *size)).size == size


def test_another_scene_changes_the_surroundings_and_not_the_face() -> None:
    forest = opened(paint(f"{FEATURES}, in a forest", 42, 256, 256))
    hall = opened(paint(f"{FEATURES}, in a castle", 42, 256, 256))
    difference = ImageChops.difference(forest, hall).convert("L")
    face = ImageStat.Stat(difference.crop((100, 90, 156, 150))).mean[0]
    edge = ImageStat.Stat(difference.crop((0, 0, 40, 200))).mean[0]
    assert face < 2 < edge


@pytest.mark.parametrize("source", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_source_that_cannot_be_read_is_painted_from_the_words(source: bytes) -> None:
    assert paint("a sailor", 7, *SMALL, source=source) == paint("a sailor", 7, *SMALL)


def test_a_picture_that_was_not_painted_here_is_painted_from_the_words_and_enlarged_as_it_is() -> None:
    photo = io.BytesIO()
    Image.effect_noise((64, 48), 40).save(photo, "PNG")
    assert paint("a sailor", 7, *SMALL, source=photo.getvalue()) == paint("a sailor", 7, *SMALL)
    assert opened(enlarged(photo.getvalue(), 2)).size == (128, 96)


@pytest.mark.parametrize("scene", ["", "in a forest", "in a city at night", "on a stormy pier", "in a library"])
def test_a_large_picture_takes_a_fraction_of_a_second(scene: str) -> None:
    words = f"{FEATURES}, {scene}"
    paint(words, 42, *SMALL)  # what is read once
    started = time.process_time()
    paint(words, 42, 1024, 1024)
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize("strength", [0.35, 0.65])
def test_a_variation_is_the_person_of_its_source_whatever_its_own_words_leave_open(strength: float) -> None:
    words = "man with a beard and glasses, in a forest"
    source = paint(words, 42, *SMALL)
    for seed in range(50, 60):
        varied = remembered(paint(words, seed, *SMALL, source=source, strength=strength))
        assert varied is not None
        assert varied.person == sit(words, 42).person
        assert varied.place == "forest"
    assert paint(words, 9, *SMALL, source=source, strength=strength) != source


def test_a_subtle_variation_keeps_the_clothes_and_a_strong_one_may_change_them() -> None:
    source = sit("a woman", 42)
    subtle = [sit("a woman", seed, source, 0.35) for seed in range(50, 60)]
    strong = [sit("a woman", seed, source, 0.65) for seed in range(50, 60)]
    assert {str(each.look) for each in subtle} == {str(source.look)}
    assert len({str(each.look) for each in strong}) > 3


def test_what_the_words_ask_for_anew_changes_on_the_person_of_a_source() -> None:
    source = sit("woman with long red hair and green eyes", 42)
    changed = sit("woman with long black hair, in a forest", 9, source)
    assert changed.person == source.person | {"hair": changed.person["hair"], "beard colour": changed.person["hair"]}
    assert changed.person["hair"] == vocabulary.HAIR["black"]


def test_an_enlarged_picture_is_the_same_one_with_more_to_see() -> None:
    source = paint(f"{FEATURES}, in a forest, laughing", 42, 256, 192)
    large = enlarged(source, 2)
    assert opened(large).size == (512, 384)
    assert remembered(large) == remembered(source)
    assert apart(opened(large).resize((256, 192)), opened(source)) < 3


def test_everything_that_the_vocabulary_names_is_there() -> None:
    """A part that Avataaars does not have would be chosen by its own dice, and a backdrop would be empty."""
    has = {name: set(part["variants"]) for name, part in _definition()["components"].items()}
    tops = {*vocabulary.SHAPES.values(), *vocabulary.HEADWEAR.values()}
    usual = vocabulary.USUAL
    lengths = {top for choice in vocabulary.LENGTHS.values() for top in choice}
    assert {*tops, *lengths, *usual["woman"], *usual["man"], *usual["woolly"]} <= has["top"]
    assert {*vocabulary.CLOTHES.values(), *usual["clothes"]} <= has["clothes"]
    moods = [mood.split() for mood in vocabulary.MOODS.values()]
    assert {mood[0] for mood in moods} <= has["eyes"]
    assert {mood[1] for mood in moods} <= has["eyebrows"]
    assert {mood[2] for mood in moods} <= has["mouth"]
    drawings = backdrop(sit("a sailor", 1), 280)
    assert {place for place in vocabulary.PLACES.values() if f'id="{place}"' not in drawings} == {"studio"}


def _definition() -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    return json.loads(files("dicebear_styles").joinpath("avataaars.json").read_text("utf-8"))


def test_nothing_is_left_to_the_librarys_own_dice() -> None:
    def face(seed: str) -> dict[str, object]:
        told = options(sit("old man with a beard and glasses, in a hat", 3))
        return Avatar(_style(), told | {"seed": seed}).to_json()["options"]

    assert face("one") == face("another")


def test_every_style_leaves_the_person_alone() -> None:
    """A style's own words, such as "professional headshot", are neither a suit nor glasses nor a place."""
    for style in STYLES.values():
        words = f"{FEATURES}, {style.scene}, {style.lighting}, {style.camera}, {style.quality}"
        styled, plain = sit(words, 42), sit(FEATURES, 42)
        assert (styled.person, styled.look) == (plain.person, plain.look)
        assert styled.missing == ()


@pytest.mark.parametrize("detail", [Detail.EXPRESSION, Detail.OUTFIT])
def test_the_panels_of_a_sheet_are_one_person_and_differ(detail: Detail) -> None:
    panels = [sit(f"Mia, {FEATURES}, {words}", 42) for words in SUGGESTIONS[detail]]
    assert len({str(each.person) for each in panels}) == 1
    assert len({backdrop(each, 280) for each in panels}) == 1
    assert len({str(each.look) for each in panels}) > len(panels) / 2


def test_the_six_expressions_are_six_faces_and_the_angles_say_that_they_are_not_drawn() -> None:
    faces = [sit(f"{FEATURES}, {panel.words}", 42) for panel in sheets.planned(sheets.SheetSet.EXPRESSIONS).panels]
    assert len({str(each.look) for each in faces}) == 6
    turned = [sit(f"{FEATURES}, {panel.words}", 42) for panel in sheets.planned(sheets.SheetSet.TURNAROUND).panels]
    assert [bool(each.missing) for each in turned] == [False, True, True, True]
    captioned = opened(drawn(turned[2], 256, 256)).crop((0, 244, 256, 256))
    assert apart(captioned, opened(drawn(turned[0], 256, 256)).crop((0, 244, 256, 256))) > 30
