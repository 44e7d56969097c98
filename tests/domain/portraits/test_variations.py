"""What buttons do to a spec: what their name says, and nothing else, however often and in whatever order."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ImageRefused
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.prompts import build_spec, compose, hints, negative
from bot.domain.portraits.sheets import single
from bot.domain.portraits.spec import Image, Kind, Method, PortraitSpec, Source, reroll
from bot.domain.portraits.styles import DETAIL_LIMIT, NEGATIVE_PROMPT, SEED_MAX, STYLES, Framing, Style
from bot.domain.portraits.variations import (
    STRENGTHS,
    change,
    less_processed,
    restated,
    sharper,
    upscale,
    vary,
    with_reference,
    words_of,
)
from bot.domain.portraits.vendor import order_of, painted_spec
from tests.fakes.builders import a_portrait

FEATURES = "woman with short dark hair, freckles, brown eyes"
IMAGE = Image(portrait_id="abcdefghjkmnp", take=2, url="https://cdn.test/limner.png")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SPECS = st.builds(
    build_spec,
    st.just("Mia"),
    features=st.sampled_from(["", FEATURES]),
    scene=TEXT,
    expression=TEXT,
    outfit=TEXT,
    lighting=TEXT,
    angle=TEXT,
    background=TEXT,
    style=st.sampled_from(Style),
    framing=st.sampled_from(Framing),
    negative=TEXT,
    house_negative=TEXT,
    count=st.integers(1, 4),
    model=st.just("fluxgram"),
    seed=st.integers(1, SEED_MAX),
)
Button = Callable[[PortraitSpec], PortraitSpec]
BUTTONS: dict[str, Button] = {
    "reroll": lambda spec: reroll(spec, 5),
    "subtle": lambda spec: vary(spec, IMAGE, 0.35, 6),
    "strong": lambda spec: vary(spec, IMAGE, 0.65, 7),
    "sharper": sharper,
    "natural": less_processed,
    "outfit": lambda spec: change(spec, Detail.OUTFIT, "raincoat"),
    "background": lambda spec: change(spec, Detail.BACKGROUND, "in a library"),
    "reference": lambda spec: with_reference(spec, "face.png", "flux-kontext-dev", headshot=False),
    "upscale": lambda spec: spec if spec.upscale else upscale(spec, IMAGE, "RealESRGAN_x2plus"),
}


def spec_of(**wish: Any) -> PortraitSpec:
    usual: dict[str, Any] = {"features": FEATURES, "scene": "on a pier"}
    return build_spec("Mia", model="m", seed=9, **(usual | wish))


def differences(one: PortraitSpec, other: PortraitSpec) -> set[str]:
    return {name for name in PortraitSpec.model_fields if getattr(one, name) != getattr(other, name)}


@given(SPECS, st.lists(st.sampled_from(sorted(BUTTONS)), max_size=6))
def test_whatever_is_pressed_the_features_stay_and_the_spec_can_be_stored(spec: PortraitSpec, names: list[str]) -> None:
    made = spec
    for name in names:
        made = BUTTONS[name](made)
    assert (made.subject, made.features) == (spec.subject, spec.features)
    assert made.prompt == compose(made)
    front = f"Mia, {FEATURES}, " if spec.features else "Mia, "
    assert made.prompt.startswith(front)
    assert PortraitSpec.model_validate_json(made.model_dump_json()) == made
    assert hints(made) == ()


@pytest.mark.parametrize("name", ["sharper", "natural", "outfit", "background"])
@given(spec=SPECS)
def test_pressing_twice_is_pressing_once(name: str, spec: PortraitSpec) -> None:
    once = BUTTONS[name](spec)
    assert BUTTONS[name](once) == once
    assert once.seed == spec.seed


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("reroll", {"seed"}),
        ("subtle", {"seed", "source"}),
        ("strong", {"seed", "source"}),
        ("sharper", {"quality", "steps", "prompt"}),
        ("natural", {"guidance", "negative_prompt"}),
        ("outfit", {"outfit", "prompt"}),
        ("background", {"background", "scene", "prompt"}),
        ("reference", {"reference"}),
        ("upscale", {"upscale"}),
    ],
)
def test_a_button_changes_what_its_name_says(name: str, changed: set[str]) -> None:
    spec = spec_of()
    assert differences(spec, BUTTONS[name](spec)) == changed


def test_sharper_is_at_least_a_square_of_1024() -> None:
    for framing in Framing:
        made = sharper(spec_of(framing=framing))
        assert (made.width, made.height, made.framing) == (1024, 1024, Framing.PORTRAIT)
        assert made.steps == 35
        assert made.prompt.endswith("sharp focus, high detail, 8k")


@given(st.integers(1, 50), st.floats(1, 20))
def test_remedies_never_take_back_what_was_asked_for(steps: int, guidance: float) -> None:
    spec = spec_of(steps=steps, guidance=guidance)
    assert sharper(spec).steps >= steps
    assert less_processed(spec).guidance <= guidance


def test_less_processed_is_inside_the_vendors_range_and_says_its_words_once() -> None:
    made = less_processed(less_processed(spec_of(negative="hats")))
    assert 6.5 <= made.guidance <= 7.0
    assert made.negative_prompt == f"overprocessed, HDR, digital art, hats, {NEGATIVE_PROMPT}"


def test_strengths_are_data() -> None:
    assert STRENGTHS == {Kind.VARY_SUBTLE: 0.35, Kind.VARY_STRONG: 0.65}


def test_a_variation_starts_from_its_image() -> None:
    made = vary(spec_of(count=3), IMAGE, 0.35, 6)
    assert made.source == Source(portrait_id="abcdefghjkmnp", take=2, url="https://cdn.test/limner.png", strength=0.35)
    assert (made.count, made.method) == (1, Method.VARY)


def test_a_variation_of_an_enlarged_image_starts_from_what_was_painted() -> None:
    larger = IMAGE.model_copy(update={"portrait_id": "larger2larger"})
    twice = upscale(spec_of(), IMAGE, "m")
    four = upscale(twice, larger, "m")
    assert (twice.upscale and twice.upscale.factor, four.upscale and four.upscale.factor) == (2, 4)
    assert four.upscale
    assert four.upscale.portrait_id == "larger2larger"
    assert four.upscale.painted == IMAGE
    made = vary(four, larger, 0.35, 6)
    assert made.source
    assert made.source.portrait_id == IMAGE.portrait_id
    assert made.upscale is None
    with pytest.raises(ImageRefused):
        upscale(four, larger, "m")


@pytest.mark.parametrize("name", [name for name in BUTTONS if name not in {"upscale", "reference"}])
def test_every_other_button_leaves_the_enlargement_behind(name: str) -> None:
    spec = upscale(spec_of(), IMAGE, "m")
    assert BUTTONS[name](spec).upscale is None


def test_one_image_of_several_is_the_one_with_its_seed() -> None:
    made = single(spec_of(count=4), 2, 11)
    assert (made.seed, made.count) == (11, 1)


def test_a_background_takes_the_place_of_scene_and_style() -> None:
    made = change(spec_of(style=Style.EDITORIAL), Detail.BACKGROUND, "in a library")
    assert "on a pier" not in made.prompt
    assert "studio white background" not in made.prompt
    assert "in a library" in made.prompt
    assert "candid expression" not in change(spec_of(style=Style.DOCUMENTARY), Detail.EXPRESSION, "a grin").prompt


@pytest.mark.parametrize("style", Style)
def test_what_gives_way_stands_in_its_style(style: Style) -> None:
    parts = STYLES[style]
    for words in (parts.place, parts.mood):
        assert not words or words in parts.scene.split(", ")


def test_settings_stated_again_unchanged_are_the_same() -> None:
    for spec in (spec_of(negative="hats"), less_processed(spec_of(negative="hats")), spec_of(features="", scene="")):
        assert restated(spec, words_of(spec), spec.negative, "", spec.seed) == spec


def test_settings_stated_again_take_the_words_of_this_server() -> None:
    made = restated(spec_of(negative="hats", house_negative="gore"), "in a train", "rain", "blood", 3)
    assert made.negative_prompt == negative("rain", "blood")
    assert (made.scene, made.seed, made.negative) == ("in a train", 3, "rain")


def test_a_portrait_goes_to_the_headshot_endpoint_where_that_is_wanted() -> None:
    for framing, headshot, method in (
        (Framing.PORTRAIT, True, Method.HEADSHOT),
        (Framing.PORTRAIT, False, Method.EDIT),
        (Framing.LANDSCAPE, True, Method.EDIT),
    ):
        assert with_reference(spec_of(framing=framing), "f.png", "edit", headshot=headshot).method is method
    headshot_spec = sharper(with_reference(spec_of(), "f.png", "edit", headshot=True))
    assert headshot_spec.reference
    assert headshot_spec.reference.steps == 26


def test_without_the_saved_picture_the_spec_is_that_of_the_seed() -> None:
    spec = spec_of()
    portrait = a_portrait(spec=with_reference(spec, "f.png", "edit", headshot=False))
    [take] = portrait.takes
    assert order_of(portrait, take, ("https://a.test/",)).method is Method.EDIT
    fallen = type(take)(take.portrait_id, take.number, take.seed, fallback="model")
    assert painted_spec(portrait.spec, fallen) == spec
    assert order_of(portrait, fallen).prompt == spec.prompt


@pytest.mark.parametrize("detail", Detail)
def test_suggestions_can_be_typed_and_chosen(detail: Detail) -> None:
    words = SUGGESTIONS[detail]
    assert 12 <= len(words) <= 25
    assert len(set(words)) == len(words)
    assert all(1 <= len(each) <= min(100, DETAIL_LIMIT) for each in words)
    assert detail in PortraitSpec.model_fields
