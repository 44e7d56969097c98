"""What the vendor gets: every word in its place, numbers within what the API takes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import OutOfRange
from bot.domain.portraits.prompts import Told, build_spec, check_seed, compose, hints, negative
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.styles import NEGATIVE_PROMPT, SIZES, STYLES, Framing, Style

WORDS = st.text(min_size=1, max_size=40)
SOME = st.one_of(st.just(""), WORDS)
SPECS = st.builds(
    build_spec,
    WORDS,
    features=SOME,
    scene=SOME,
    expression=SOME,
    outfit=SOME,
    lighting=SOME,
    angle=SOME,
    style=st.sampled_from(Style),
    framing=st.sampled_from(Framing),
    count=st.integers(1, 4),
    model=st.just("m"),
    seed=st.just(7),
)


def a_spec(subject: str, *, seed: int = 7, **told: Any) -> PortraitSpec:
    return build_spec(subject, model="m", seed=seed, **told)


def test_the_order_is_subject_features_scene_lighting_camera_quality() -> None:
    spec = a_spec("S", features="F", scene="scene", expression="expr", outfit="outfit", lighting="light", angle="angle")
    studio = STYLES[Style.STUDIO]
    assert spec.prompt == (
        f"S, F, expr, outfit, scene, {studio.scene}, light, angle, {studio.camera}, {studio.quality}"
    )


@pytest.mark.parametrize("style", list(Style))
def test_a_bare_prompt_gets_all_parts_of_its_style(style: Style) -> None:
    parts = STYLES[style]
    expected = f"a sailor, {parts.scene}, {parts.lighting}, {parts.camera}, {parts.quality}"
    assert a_spec("a sailor", style=style).prompt == expected


@given(SPECS)
def test_name_and_features_stand_word_for_word_at_the_front(spec: PortraitSpec) -> None:
    front = f"{spec.subject}, {spec.features}, " if spec.features else f"{spec.subject}, "
    assert compose(spec).startswith(front)
    assert spec.prompt.startswith(front)


@given(SPECS)
def test_every_wish_is_in_the_prompt_in_order(spec: PortraitSpec) -> None:
    rest = spec.prompt
    for part in (spec.subject, spec.features, spec.expression, spec.outfit, spec.scene, spec.lighting, spec.angle):
        assert part in rest
        rest = rest[rest.index(part) + len(part) :]


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("features", "scene", "expression", "outfit", "lighting", "angle", "background"), WORDS)
    ),
    st.fixed_dictionaries(
        {
            "style": st.sampled_from(Style),
            "framing": st.sampled_from(Framing),
            "negative": WORDS,
            "character_id": WORDS,
            "count": st.integers(1, 4),
            "steps": st.integers(1, 50),
            "guidance": st.floats(1, 20),
        }
    ),
)
def test_nothing_of_a_wish_is_lost_in_the_spec(words: dict[str, Any], choices: dict[str, Any]) -> None:
    told = words | choices
    assert set(told) == set(Told.__annotations__)
    spec = a_spec("S", **told)
    assert spec.subject == "S"
    for name, said in told.items():
        assert getattr(spec, name) == said
    assert (spec.width, spec.height) == SIZES[told["framing"]]
    assert (spec.seed, spec.model) == (7, "m")


@given(SPECS, SPECS)
def test_the_same_features_give_the_same_words_in_every_situation(one: PortraitSpec, other: PortraitSpec) -> None:
    other = other.model_copy(update={"subject": one.subject, "features": one.features})
    front = len(f"{one.subject}, {one.features}")
    assert compose(one)[:front] == compose(other)[:front]


def test_the_light_that_was_asked_for_replaces_the_one_of_the_style() -> None:
    prompt = a_spec("a sailor", lighting="candle light").prompt
    assert "candle light" in prompt
    assert STYLES[Style.STUDIO].lighting not in prompt


def test_the_negative_words_of_the_member_come_before_the_defaults() -> None:
    assert negative("") == NEGATIVE_PROMPT
    assert negative("hats") == f"hats, {NEGATIVE_PROMPT}"
    assert "plastic skin" in NEGATIVE_PROMPT
    assert build_spec("x", negative="hats", model="m", seed=1).negative_prompt.startswith("hats, ")


@pytest.mark.parametrize("seed", [0, -1, 2**32, 2**40])
def test_a_seed_that_the_vendor_would_take_for_random_is_refused(seed: int) -> None:
    with pytest.raises(OutOfRange):
        check_seed(seed)
    with pytest.raises(OutOfRange) as refused:
        build_spec("x", model="m", seed=seed)
    assert (refused.value.what, refused.value.low, refused.value.high) == ("seed", 1, 2**32 - 1)


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("count", {"count": 0}),
        ("count", {"count": 5}),
        ("count", {"count": -1}),
        ("steps", {"steps": 0}),
        ("steps", {"steps": 51}),
        ("guidance", {"guidance": 0.9}),
        ("guidance", {"guidance": 20.1}),
        ("guidance", {"guidance": float("nan")}),
        ("guidance", {"guidance": float("inf")}),
    ],
)
def test_numbers_outside_of_what_the_vendor_takes_are_refused(what: str, changes: dict[str, Any]) -> None:
    with pytest.raises(OutOfRange) as refused:
        a_spec("x", **changes)
    assert refused.value.what == what


@pytest.mark.parametrize(
    "changes", [{"count": 1}, {"count": 4}, {"steps": 1}, {"steps": 50}, {"guidance": 1.0}, {"guidance": 20.0}]
)
@pytest.mark.parametrize("seed", [1, 2**32 - 1])
def test_the_ends_of_every_range_are_allowed(changes: dict[str, Any], seed: int) -> None:
    spec = a_spec("x", **changes, seed=seed)
    assert all(getattr(spec, name) == value for name, value in changes.items())


@pytest.mark.parametrize(
    ("steps", "guidance", "words"),
    [
        (30, 7.5, []),
        (20, 6.0, []),
        (40, 8.9, []),
        (19, 7.5, ["Under 20 steps"]),
        (41, 7.5, ["More than 40 steps"]),
        (30, 9.0, ["From guidance 9 on"]),
        (30, 5.9, ["Under guidance 6"]),
        (10, 12.0, ["Under 20 steps", "From guidance 9 on"]),
    ],
)
def test_advice_is_given_outside_of_the_good_range_only(steps: int, guidance: float, words: list[str]) -> None:
    spec = build_spec("x", steps=steps, guidance=guidance, model="m", seed=1)
    found = hints(spec)
    assert len(found) == len(words)
    assert all(hint.startswith(begin) for hint, begin in zip(found, words, strict=True))
