"""Whether a picture shows the saved face: what is certain, what is judged, which image comes first, what helps."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.portraits import likeness, variations
from bot.domain.portraits.calibration import LEAST, calibrated, quantile
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.faces import Faces, Flag, Reading, Thresholds, is_single, reading_of
from bot.domain.portraits.portrait import Portrait, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.sheets import GIVEN, completes, picture, planned
from bot.domain.portraits.spec import Method, Partner, PortraitSpec, SheetSet, Source
from bot.domain.portraits.styles import Framing
from bot.domain.portraits.uses import Face
from tests.fakes.builders import a_portrait
from tests.fakes.readers import BLURRED, THRESHOLDS, seen


def a_spec(**told: Any) -> PortraitSpec:
    usual = {"features": "woman with freckles", "scene": "on a pier", "count": told.pop("count", 1)}
    spec = build_spec("Mia", model="fluxgram", seed=42, **(usual | told))
    return spec.model_copy(update={"face_of": "mia"})


def shown(*readings: Reading | None, spec: PortraitSpec | None = None) -> Portrait:
    """A portrait whose takes are painted and read."""
    portrait = a_portrait(spec=spec or a_spec(count=len(readings)))
    takes = zip(portrait.takes, readings, strict=True)
    return replace(portrait, takes=tuple(replace(t, state=TakeState.READY, image="x", face=r) for t, r in takes))


def read(alike: float | None = None, faces: int = 1, *, judged: bool = True, **more: Any) -> Reading:
    return reading_of(seen(alike, faces, **more), THRESHOLDS if judged else None)


@pytest.mark.parametrize(
    ("alike", "verdict"),
    [
        (0.71, Flag.SAME),
        (0.5, Flag.SAME),
        (0.49, Flag.CLOSE),
        (0.363, Flag.CLOSE),
        (0.36, Flag.OTHER),
        (-0.2, Flag.OTHER),
    ],
)
def test_a_verdict_needs_thresholds(alike: float, verdict: Flag) -> None:
    reading = read(alike)
    assert reading.flags & (Flag.SAME | Flag.CLOSE | Flag.OTHER) == verdict
    assert reading.has(Flag.JUDGED)
    assert read(alike, judged=False).flags == Flag(0)
    assert read(alike, judged=False).alike == alike, "the takes can be ordered all the same"


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"turned": 0.36}, Flag.TURNED),
        ({"tilt": 50.0}, Flag.TURNED),
        ({"box": Face(0, 0, 29, 40)}, Flag.SMALL),
        ({"outside": 0.2}, Flag.CUT),
        ({"flat": 0.8}, Flag.DRAWN),
        ({"paired": False}, Flag.UNPAIRED),
    ],
)
def test_what_is_unsure_is_not_judged(changed: dict[str, Any], flag: Flag) -> None:
    reading = read(0.9, **changed)
    assert reading.has(flag)
    assert not reading.has(Flag.SAME | Flag.CLOSE | Flag.OTHER)
    assert not read(0.9).has(flag)


def test_several_faces_and_none_are_not_judged() -> None:
    verdicts = Flag.SAME | Flag.CLOSE | Flag.OTHER
    assert not read(0.9, 2).has(verdicts)
    assert not read(None, 0).has(verdicts)
    assert not read(None, 1).has(verdicts)


def test_a_blurred_face_is_blurred_by_both_measures_alone() -> None:
    assert read(0.9, **BLURRED).has(Flag.BLURRED)
    assert not read(0.9, contrast=20.0, smear=0.4).has(Flag.BLURRED), "dark or flat"
    assert not read(0.9, contrast=400.0, smear=0.7).has(Flag.BLURRED)
    assert not read(0.9, contrast=None, smear=None).has(Flag.BLURRED), "too small to say"
    assert read(0.9, **BLURRED).has(Flag.SAME), "and compared all the same"


def test_a_saved_picture_needs_one_face() -> None:
    assert is_single(seen())
    for bad in (seen(faces=0), seen(faces=2), seen(box=Face(0, 0, 20, 20)), seen(turned=0.5), seen(outside=0.3)):
        assert not is_single(bad)


@pytest.mark.parametrize(
    ("faces", "somebody", "agreed", "may"),
    [
        (Faces.OFF, False, True, False),
        (Faces.PAINTED, False, False, True),
        (Faces.PAINTED, True, True, False),
        (Faces.ALL, False, False, True),
        (Faces.ALL, True, False, False),
        (Faces.ALL, True, True, True),
    ],
)
def test_whose_face_may_be_looked_at(faces: Faces, somebody: bool, agreed: bool, may: bool) -> None:
    assert likeness.may_look(faces, somebody=somebody, agreed=agreed) is may


@pytest.mark.parametrize(
    "changed",
    [
        {"scene": "as an anime heroine"},
        {"scene": "a pencil sketch"},
        {"features": "a cartoon fox"},
        {"outfit": "a knight's Helmet"},
        {"angle": "side profile"},
        {"scene": "seen from behind, on a hill"},
        {"scene": "she looks over her shoulder"},
        {"angle": "looking away from the camera"},
    ],
)
def test_what_is_no_photograph_of_a_face_is_not_judged(changed: dict[str, Any]) -> None:
    assert likeness.is_judged(a_spec())
    assert not likeness.is_judged(a_spec(**changed))


def test_of_the_given_panels_those_that_turn_the_head_are_not_judged() -> None:
    for wanted in GIVEN:
        spec = a_spec().model_copy(update={"sheet": planned(wanted)})
        panels = GIVEN[wanted]
        judged = [panel.caption for number, panel in enumerate(panels) if likeness.is_judged(picture(spec, number))]
        expected = [panel.caption for panel in panels if panel.caption not in {"Profile", "Over the shoulder"}]
        assert judged == expected
    for each in SUGGESTIONS[Detail.EXPRESSION]:
        assert likeness.is_judged(a_spec(expression=each)), each


def test_two_people_are_not_compared() -> None:
    both = variations.together(a_spec(), Partner(name="Ada", features="old woman"))
    assert likeness.whose(both) is None
    assert not likeness.is_judged(both)
    assert not variations.can_match(both)


def test_a_name_is_no_drawing() -> None:
    assert likeness.is_judged(build_spec("Sketch", model="m", seed=1, features="man with a beard", scene="at sea"))
    assert not likeness.is_judged(build_spec("a sketch of a man", model="m", seed=1))


def test_the_closest_comes_first_and_what_is_bad_last() -> None:
    portrait = shown(read(0.2), read(0.6, **BLURRED), None, read(0.71), read(None, 0), read(0.55), spec=a_sheetless(6))
    order = [take.number + 1 for take in likeness.ordered(portrait.takes)]
    assert order == [4, 6, 3, 2, 1, 5]
    first = likeness.best(portrait)
    assert first is not None
    assert first.number == 3


def a_sheetless(images: int) -> PortraitSpec:
    """More images than a member may ask for, to order them all at once."""
    return a_spec().model_copy(update={"count": images})


def test_without_readings_the_order_stays_and_nothing_leads() -> None:
    portrait = shown(None, None, None)
    assert [take.number for take in likeness.ordered(portrait.takes)] == [0, 1, 2]
    assert not likeness.is_ordered(portrait)
    assert likeness.best(portrait) is likeness.leading(portrait) is None


def test_a_remedy_is_for_the_image_that_is_meant() -> None:
    portrait = shown(read(0.2), read(0.4))
    assert likeness.leading(portrait) is portrait.takes[1]
    assert likeness.leading(portrait, 0) is portrait.takes[0]
    assert likeness.wants_match(portrait, portrait.takes[0])
    assert likeness.wants_match(portrait, portrait.takes[1])
    assert not likeness.wants_match(shown(read(0.9)), shown(read(0.9)).takes[0])


@pytest.mark.parametrize("framing", [Framing.PORTRAIT, Framing.FULL_BODY])
@pytest.mark.parametrize("headshot", [True, False])
def test_the_ways_to_match_the_face_come_to_an_end(framing: Framing, headshot: bool) -> None:
    spec = a_spec(framing=framing)
    found: list[tuple[Method, float]] = []
    while variations.can_match(spec):
        spec = variations.matched(spec, "saved.png", "flux-kontext-dev", headshot=headshot)
        assert spec.reference is not None
        assert (spec.reference.picture, spec.seed, spec.features) == ("saved.png", 42, "woman with freckles")
        found.append((spec.method, spec.reference.strength))
    last = [(Method.HEADSHOT, 0.0)] if headshot and framing is Framing.PORTRAIT else []
    assert found == [(Method.EDIT, 0.45), (Method.EDIT, 0.3), *last]


def test_a_variation_is_painted_anew_from_the_saved_picture() -> None:
    varied = a_spec().model_copy(update={"source": Source(portrait_id="p", strength=0.35), "seed": 9})
    made = variations.matched(varied, "saved.png", "m", headshot=True)
    assert (made.method, made.source, made.seed) == (Method.EDIT, None, 9)


def test_panels_that_were_matched_complete_their_sheet() -> None:
    spec = a_spec().model_copy(update={"sheet": planned(SheetSet.EXPRESSIONS)})
    sheet = spec.sheet
    assert sheet is not None
    some = spec.model_copy(update={"sheet": sheet.model_copy(update={"panels": sheet.panels[1:3]})})
    assert completes(variations.matched(some, "saved.png", "m", headshot=True), spec)
    assert not completes(some.model_copy(update={"scene": "elsewhere"}), spec)


def test_thresholds_come_from_what_was_measured() -> None:
    own = [0.3 + 0.02 * number for number in range(30)]
    strangers = [-0.1 + 0.01 * number for number in range(40)]
    found = calibrated(own, strangers)
    assert found is not None
    assert sum(alike >= found.close for alike in strangers) == 0
    assert found.close < found.same < max(own)
    assert calibrated(own[: LEAST - 1], strangers) is None
    assert calibrated(own, strangers[: LEAST - 1]) is None
    assert calibrated(strangers, own) is None, "faces that do not hold give none"
    assert quantile([3, 1, 2], 0.5) == 2
    assert quantile([1.0], 0.99) == 1.0


def test_thresholds_are_never_below_chance() -> None:
    found = calibrated([0.9] * LEAST, [-0.3] * LEAST)
    assert found == Thresholds(same=0.9, close=0.1)
