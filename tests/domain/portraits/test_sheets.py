"""Sheets: one person, one seed, one detail different in each picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import OutfitsMissing, SceneCount, TextTooLong, TooManyOutfits, WordsUnasked
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.sheets import (
    DETAILS,
    caption,
    listed,
    picture,
    pictures,
    planned,
    remaining,
    scenes,
    single,
    wordings,
)
from bot.domain.portraits.spec import PortraitSpec, Sheet, SheetSet, reroll, take_seed
from bot.domain.portraits.styles import MAX_PANELS, MAX_SCENES, SCENE_LIMIT, SCENES_LIMIT, Style
from bot.domain.portraits.variations import change, with_reference
from bot.domain.portraits.vendor import order_of, painted_spec
from bot.domain.words.text import clean, is_visible
from tests.fakes.builders import a_portrait

FEATURES = "woman with short dark hair, freckles, brown eyes"
SETS = {
    SheetSet.EXPRESSIONS: planned(SheetSet.EXPRESSIONS),
    SheetSet.TURNAROUND: planned(SheetSet.TURNAROUND),
    SheetSet.OUTFITS: planned(SheetSet.OUTFITS, "raincoat, ball gown, chef's whites"),
    SheetSet.SCENES: scenes("reading, by a window | asleep | on a train, at dusk"),
}


def spec_of(sheet: Sheet | None, style: Style = Style.STUDIO, scene: str = "on a pier") -> PortraitSpec:
    spec = build_spec("Mia", features=FEATURES, scene=scene, style=style, model="m", seed=99)
    return spec.model_copy(update={"sheet": sheet})


def test_the_sets_have_the_pictures_they_promise() -> None:
    assert {wanted: len(sheet.panels) for wanted, sheet in SETS.items()} == {
        SheetSet.EXPRESSIONS: 6,
        SheetSet.TURNAROUND: 4,
        SheetSet.OUTFITS: 3,
        SheetSet.SCENES: 3,
    }
    for sheet in SETS.values():
        assert len({panel.words for panel in sheet.panels}) == len(sheet.panels)
        assert len({panel.caption for panel in sheet.panels}) == len(sheet.panels)


@pytest.mark.parametrize("wanted", SheetSet)
@pytest.mark.parametrize("style", Style)
def test_each_panel_changes_one_detail_and_keeps_seed_and_features(wanted: SheetSet, style: Style) -> None:
    spec = spec_of(SETS[wanted], style)
    plain = spec_of(None, style)
    assert spec.images == len(SETS[wanted].panels)
    for number, panel in enumerate(SETS[wanted].panels):
        own = picture(spec, number)
        assert own == change(plain, DETAILS[wanted], panel.words)
        assert own.prompt.startswith(f"Mia, {FEATURES}, ")
        assert panel.words in own.prompt
        assert take_seed(spec, number) == 99
        assert caption(spec, number) == f"{number + 1}. {panel.caption}"
    assert len({each.prompt for each in pictures(spec)}) == spec.images


def test_without_a_sheet_nothing_is_different() -> None:
    spec = spec_of(None)
    assert (picture(spec, 0), pictures(spec), caption(spec, 0), spec.images) == (spec, (spec,), "", 1)


def test_orders_are_those_of_the_panels_with_one_seed_and_a_track_of_their_own() -> None:
    spec = with_reference(spec_of(SETS[SheetSet.OUTFITS]), "f.png", "edit", headshot=False)
    portrait = a_portrait(spec=spec)
    orders = [order_of(portrait, take, ("https://a.test/",)) for take in portrait.takes]
    assert [order.seed for order in orders] == [99] * 3
    assert len({order.track_id for order in orders}) == 3
    for order, panel in zip(orders, SETS[SheetSet.OUTFITS].panels, strict=True):
        assert f"{FEATURES}, {panel.words}, on a pier" in order.prompt
        assert order.prompt.startswith("The same person")


def test_a_panel_whose_picture_could_not_go_along_is_still_that_panel() -> None:
    spec = with_reference(spec_of(SETS[SheetSet.EXPRESSIONS]), "f.png", "edit", headshot=False)
    portrait = a_portrait(spec=spec)
    take = portrait.takes[4]
    fallen = type(take)(take.portrait_id, take.number, take.seed, fallback="model")
    own = painted_spec(spec, fallen)
    assert own.expression == "angry, jaw set"
    assert own.reference is None


def test_an_image_of_a_sheet_is_a_request_of_its_own() -> None:
    spec = spec_of(SETS[SheetSet.TURNAROUND])
    own = single(spec, 2, 1234)
    assert (own.sheet, own.seed, own.images, own.angle) == (None, 1234, 1, SETS[SheetSet.TURNAROUND].panels[2].words)
    assert reroll(spec, 5).sheet == spec.sheet


@given(st.sampled_from(list(SETS)), st.sampled_from(Style))
def test_a_sheet_survives_being_stored(wanted: SheetSet, style: Style) -> None:
    spec = spec_of(SETS[wanted], style)
    assert PortraitSpec.model_validate_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("raincoat, ball gown", ("raincoat", "ball gown")),
        ("white shirt, black tie; ball gown", ("white shirt, black tie", "ball gown")),
        ("- white shirt, black tie\n• a gown; red\n", ("white shirt, black tie", "a gown; red")),
        ("raincoat\n", ("raincoat",)),
        ("Raincoat,, raincoat , RAINCOAT,gown", ("Raincoat", "gown")),
        (" , ;\u200b\u3164", ()),
        ("", ()),
        ("@everyone\x00, **b**", ("@everyone", "**b**")),
        ("raincoat, ball gown, chef's whites;", ("raincoat", "ball gown", "chef's whites")),
        ("外套、帽子，靴", ("外套", "帽子", "靴")),  # noqa: RUF001 - on purpose
        ("معطف، قبعة", ("معطف", "قبعة")),
        (
            "1. raincoat\n2) ball gown\n– boots\n-hat\n1920s suit",  # noqa: RUF001 - on purpose
            ("raincoat", "ball gown", "boots", "hat", "1920s suit"),
        ),
    ],
)
def test_lists_are_read_as_people_type_them(typed: str, found: tuple[str, ...]) -> None:
    assert listed(typed) == found


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_list_of_clean_distinct_entries(typed: str) -> None:
    found = listed(typed)
    assert len(set(found)) == len(found)
    assert all(is_visible(entry) and entry == clean(entry) for entry in found)


@pytest.mark.parametrize("typed", [None, "", " , ,", ";;"])
def test_outfits_need_a_list(typed: str | None) -> None:
    with pytest.raises(OutfitsMissing):
        planned(SheetSet.OUTFITS, typed)


def test_a_list_of_outfits_is_bounded() -> None:
    assert len(planned(SheetSet.OUTFITS, "a,b,c,d,e,f").panels) == MAX_PANELS
    with pytest.raises(TooManyOutfits, match="7"):
        planned(SheetSet.OUTFITS, "a,b,c,d,e,f,g")
    with pytest.raises(TextTooLong):
        planned(SheetSet.OUTFITS, "a, " + "b" * 201)


@pytest.mark.parametrize("wanted", [SheetSet.EXPRESSIONS, SheetSet.TURNAROUND])
def test_a_list_of_outfits_goes_with_no_other_set(wanted: SheetSet) -> None:
    with pytest.raises(WordsUnasked):
        planned(wanted, "a raincoat")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("on a pier, at dawn | in a tent", ("on a pier, at dawn", "in a tent")),
        ("1. on a pier\n\n  \n2) in a tent; asleep\n", ("on a pier", "in a tent; asleep")),
        ("a | b\nc", ("a | b", "c")),
        ("海辺で、夕暮れ\uff5c雨の駅", ("海辺で、夕暮れ", "雨の駅")),
        ("|| a || b || A ||", ("a", "b")),
        ("a\r\nb\r\n", ("a", "b")),
    ],
)
def test_scenes_are_read_as_people_type_them(typed: str, found: tuple[str, ...]) -> None:
    sheet = scenes(typed)
    assert tuple(panel.words for panel in sheet.panels) == found
    assert sheet.set is SheetSet.SCENES


@pytest.mark.parametrize(
    ("typed", "count"), [("", 0), (" | \n", 0), ("a", 1), ("a\nA\n", 1), ("|".join("abcdefghijk"), 11)]
)
def test_too_few_and_too_many_scenes(typed: str, count: int) -> None:
    with pytest.raises(SceneCount) as refused:
        scenes(typed)
    assert (refused.value.count, refused.value.least, refused.value.most) == (count, 2, 10)


def test_a_scene_is_bounded_and_the_longest_ten_fit_into_a_text_field() -> None:
    longest = [f"{number}" + "b" * (SCENE_LIMIT - 1) for number in range(10)]
    assert len(scenes("\n".join(longest)).panels) == MAX_SCENES
    assert len(" \n ".join(longest)) <= SCENES_LIMIT
    with pytest.raises(TextTooLong, match="number 2"):
        scenes("a|" + "b" * (SCENE_LIMIT + 1))


def test_what_remains_of_a_sheet_are_its_missing_panels() -> None:
    spec = spec_of(SETS[SheetSet.EXPRESSIONS])
    left = remaining(spec, {0, 1, 3, 5})
    assert [each.expression for each in pictures(left)] == ["laughing out loud", "angry, jaw set"]
    assert left.seed == spec.seed
    assert remaining(spec, set()) == remaining(spec, set(range(6))) == spec
    assert remaining(spec_of(None), {0}) == spec_of(None)


def test_only_a_members_own_words_are_wordings() -> None:
    for own in (SheetSet.OUTFITS, SheetSet.SCENES):
        assert len(wordings(spec_of(SETS[own]))) == 3
    for wanted in (SheetSet.EXPRESSIONS, SheetSet.TURNAROUND):
        assert wordings(spec_of(SETS[wanted])) == (spec_of(SETS[wanted]),)
