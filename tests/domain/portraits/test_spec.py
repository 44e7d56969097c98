"""The spec is complete, immutable and survives being stored; seeds of takes and buttons are pure functions of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import PortraitSpec, Source, reroll, take_seed
from bot.domain.portraits.styles import SEED_MAX, Framing, Style
from bot.domain.portraits.vendor import order_of, track_id
from tests.fakes.builders import a_portrait

SEEDS = st.one_of(st.integers(1, SEED_MAX), st.integers(SEED_MAX - 5, SEED_MAX), st.integers(1, 5))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SPECS = st.builds(
    build_spec,
    TEXT,
    features=TEXT,
    scene=TEXT,
    negative=TEXT,
    character_id=st.one_of(st.none(), TEXT),
    style=st.sampled_from(Style),
    framing=st.sampled_from(Framing),
    count=st.integers(1, 4),
    steps=st.integers(1, 50),
    guidance=st.floats(1, 20),
    model=st.just("fluxgram"),
    seed=SEEDS,
)


@given(SPECS)
def test_a_spec_survives_being_stored(spec: PortraitSpec) -> None:
    assert PortraitSpec.model_validate_json(spec.model_dump_json()) == spec


@given(SPECS)
def test_takes_have_distinct_seeds_that_the_vendor_takes(spec: PortraitSpec) -> None:
    seeds = [take_seed(spec, number) for number in range(20)]
    assert seeds[0] == spec.seed
    assert len(set(seeds)) == 20
    assert all(1 <= seed <= SEED_MAX for seed in seeds)


def test_seeds_wrap_from_the_last_to_the_first() -> None:
    spec = build_spec("x", count=3, model="m", seed=SEED_MAX - 1)
    assert [take_seed(spec, number) for number in range(4)] == [SEED_MAX - 1, SEED_MAX, 1, 2]


@given(SPECS, SEEDS)
def test_reroll_changes_the_seed_and_nothing_else_and_leaves_the_parent_alone(spec: PortraitSpec, seed: int) -> None:
    before = spec.model_dump_json()
    other = reroll(spec, seed)
    assert spec.model_dump_json() == before
    assert other.model_dump(exclude={"seed"}) == spec.model_dump(exclude={"seed"})
    assert other.seed == seed
    assert reroll(other, spec.seed) == spec


def test_a_spec_cannot_be_changed_and_takes_no_unknown_fields() -> None:
    spec = build_spec("x", model="m", seed=1)
    with pytest.raises(ValidationError):
        spec.seed = 2
    with pytest.raises(ValidationError):
        PortraitSpec.model_validate(spec.model_dump() | {"surprise": 1})


@pytest.mark.parametrize(
    "wrong", [{"seed": 0}, {"seed": 2**32}, {"count": 5}, {"steps": 51}, {"width": 1025}, {"width": 250}, {"height": 8}]
)
def test_a_stored_spec_is_checked_when_it_is_read(wrong: dict[str, int]) -> None:
    spec = build_spec("x", model="m", seed=1)
    with pytest.raises(ValidationError):
        PortraitSpec.model_validate(spec.model_dump() | wrong)


@given(st.text(max_size=20), st.integers(0, 20))
def test_track_ids_are_fifteen_digits_and_always_the_same(portrait_id: str, number: int) -> None:
    track = track_id(portrait_id, number)
    assert track.isascii()
    assert track.isdigit()
    assert len(track) == 15
    assert track == track_id(portrait_id, number)


def test_the_order_of_a_take_says_what_the_spec_says_with_the_seed_of_the_take() -> None:
    source = Source(portrait_id="p", take=1, strength=0.5)
    portrait = a_portrait(count=3)
    spec = portrait.spec.model_copy(update={"source": source})
    portrait = a_portrait(count=3, spec=spec)
    orders = [order_of(portrait, take, ("https://a.test/x.png",)) for take in portrait.takes]
    assert [order.seed for order in orders] == [42, 43, 44]
    assert len({order.track_id for order in orders}) == 3
    for order in orders:
        for name in ("model", "prompt", "negative_prompt", "width", "height", "steps", "guidance", "method"):
            assert getattr(order, name) == getattr(spec, name)
        assert (order.image, order.strength) == ("https://a.test/x.png", 0.5)
