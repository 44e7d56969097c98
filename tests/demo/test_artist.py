"""The idea of the demo: the same seed and features are the same person, another scene is another place."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.demo.artist import paint, person_of

FEATURES = "woman with short dark hair, freckles, brown eyes"
SCENES = (
    "in a forest, golden hour",
    "on a stormy pier",
    "reading in a cafe",
    "in space",
    "in a red dress, city street",
)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_the_same_words_and_seed_are_the_same_bytes() -> None:
    assert paint(FEATURES, 42, 512, 512) == paint(FEATURES, 42, 512, 512)


@given(seed=st.integers(1, 2**32 - 1), scene=st.sampled_from(SCENES), other=st.sampled_from(SCENES))
def test_a_scene_does_not_change_the_person(seed: int, scene: str, other: str) -> None:
    assert person_of(f"Mia, {FEATURES}, {scene}", seed) == person_of(f"Mia, {FEATURES}, {other}", seed)


@pytest.mark.parametrize(
    "changed", ["woman with long red hair, green eyes", "old man with a grey beard", "woman with glasses, blonde curls"]
)
def test_features_change_the_person(changed: str) -> None:
    assert person_of(FEATURES, 42) != person_of(changed, 42)


def test_seeds_are_different_people() -> None:
    assert len({str(person_of("a person", seed)) for seed in range(1, 30)}) == 29


@pytest.mark.parametrize("size", [(1024, 1024), (768, 1024), (1024, 768), (256, 256)])
def test_a_picture_has_exactly_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    assert opened(paint("a sailor", 7, *size)).size == size


def test_another_scene_changes_the_surroundings_and_not_the_face() -> None:
    forest = opened(paint(f"{FEATURES}, in a forest", 42, 512, 512))
    castle = opened(paint(f"{FEATURES}, before a castle", 42, 512, 512))
    difference = ImageChops.difference(forest, castle).convert("L")
    face = ImageStat.Stat(difference.crop((226, 190, 286, 250))).mean[0]
    edge = ImageStat.Stat(difference.crop((0, 0, 100, 250))).mean[0]
    assert face < 2 < edge


def test_the_words_of_a_lens_are_no_place() -> None:
    def sky(words: str) -> object:
        return opened(paint(words, 7, 256, 256)).getpixel((4, 4))

    assert sky("in a field") == sky("in a meadow") != sky("shallow depth of field")


@pytest.mark.parametrize("words", ["a sailor", "woman with sea-green eyes and sandy hair", "springy curls"])
def test_words_of_a_person_are_no_place(words: str) -> None:
    def backdrop(prompt: str) -> object:
        return opened(paint(prompt, 7, 256, 256)).getpixel((4, 4))

    places = ("on a sea", "in a desert", "in a garden")
    assert backdrop(words) not in {backdrop(place) for place in places}


@pytest.mark.parametrize("source", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_source_that_cannot_be_read_is_painted_from_the_words(source: bytes) -> None:
    assert paint("a sailor", 7, 256, 256, source=source) == paint("a sailor", 7, 256, 256)


def test_a_picture_takes_less_than_the_answer_it_stands_in_for() -> None:
    started = time.perf_counter()
    paint(f"{FEATURES}, in a forest, golden hour", 42, 1024, 1024)
    assert time.perf_counter() - started < 5


def test_a_variation_keeps_the_person_of_its_source() -> None:
    source = paint(f"{FEATURES}, in a forest", 42, 256, 256)
    varied = paint("anybody, in a forest", 9, 256, 256, source=source, strength=0.3)
    assert varied != source
    again = paint("anybody, in a forest", 9, 256, 256, source=varied, strength=0.3)
    assert again == varied
