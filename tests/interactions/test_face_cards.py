"""What cards say of faces, the order in which they show pictures, and the buttons that help."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.domain.portraits.faces import Reading, reading_of
from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.sheets import planned
from bot.domain.portraits.spec import Panel, PortraitSpec, Sheet, SheetSet
from bot.domain.portraits.uses import Face
from bot.interactions import contact
from bot.interactions.cards import character as character_cards
from bot.interactions.cards import choices, details, faces, single
from bot.interactions.cards import portrait as cards
from bot.ports.messenger import Outcome
from bot.services.characters.saving import Card, Saved
from bot.services.characters.transfer import Report
from tests.fakes.builders import a_character, a_picture, a_portrait
from tests.fakes.faces import a_face
from tests.fakes.readers import BLURRED, THRESHOLDS, seen
from tests.interactions.card_checks import BUTTON, GALLERY, checked, labels_of, painted, text_of, walk


def read(alike: float | None = None, faces: int = 1, *, judged: bool = True, **more: Any) -> Reading:
    return reading_of(seen(alike, faces, **more), THRESHOLDS if judged else None)


def text_of_import(view: Any) -> str:
    """With its sections, which other cards do not have."""
    return "\n".join(str(each["content"]) for each in walk(view.to_components()) if "content" in each)


def a_spec(count: int = 1, **told: Any) -> PortraitSpec:
    spec = build_spec("Mia", features="woman with freckles", model="m", seed=42, count=count, **told)
    return spec.model_copy(update={"face_of": "mia"})


def of(*readings: Reading | None, spec: PortraitSpec | None = None) -> tuple[Portrait, Outcome]:
    portrait = a_portrait(spec=spec or a_spec(len(readings)), character_name="Mia", state=PortraitState.DELIVERED)
    takes = zip(portrait.takes, readings, strict=True)
    portrait = replace(portrait, takes=tuple(replace(t, state=TakeState.READY, image="x", face=r) for t, r in takes))
    return portrait, painted(portrait)


def line(*readings: Reading | None, spec: PortraitSpec | None = None) -> str:
    portrait, _ = of(*readings, spec=spec)
    return "\n".join(faces.lines(portrait, portrait.takes))


def plain(count: int = 1) -> PortraitSpec:
    return build_spec("a lighthouse", model="m", seed=1, count=count)


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (read(0.71), "Face: as saved (0.71)"),
        (read(0.44), "Face: close to the saved one (0.44)"),
        (read(0.18), "Face: another face (0.18)"),
        (read(-0.05), "Face: another face (-0.05)"),
        (read(None, 0), "Face: no face found"),
        (read(0.6, 3), "Face: 3 faces, not compared"),
        (read(0.71, **BLURRED), "Face: as saved (0.71) · the face is blurred"),
        (read(0.71, turned=0.6), "Face: turned away, not compared"),
        (read(0.71, box=Face(0, 0, 20, 25)), "Face: too small to compare"),
        # Nothing certain: nothing said.
        (read(0.71, outside=0.3), ""),
        (read(0.71, flat=0.9), ""),
        (read(None, paired=False), ""),
        (read(0.3, 25), ""),
        (None, ""),
    ],
)
def test_one_image_has_one_line(reading: Reading | None, said: str) -> None:
    assert line(reading) == said
    assert "%" not in said


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (read(0.71, judged=False), ""),
        (read(0.18, judged=False), ""),
        (read(None, 0, judged=False), "Face: no face found"),
        (read(0.6, 3, judged=False), "Face: 3 faces"),
        (read(0.7, judged=False, **BLURRED), "The face is blurred"),
        (read(0.7, judged=False, turned=0.6), ""),
        (read(0.7, judged=False, box=Face(0, 0, 20, 25)), ""),
    ],
)
def test_before_a_calibration_only_what_is_certain_is_said(reading: Reading, said: str) -> None:
    assert line(reading) == said
    assert labels_of(cards.ended(*of(reading))[0]).count("Match the face") == 0


def test_of_a_prompt_without_a_character_only_a_blur_is_said() -> None:
    assert line(read(None, 0), spec=plain()) == ""
    assert line(read(None, 4), spec=plain()) == ""
    assert line(read(None, **BLURRED), spec=plain()) == "The face is blurred"


def test_a_drawing_has_no_line() -> None:
    assert line(read(None, 0, judged=False), spec=a_spec(scene="as an anime heroine")) == ""


def test_of_several_the_closest_is_named_and_shown_first() -> None:
    portrait, outcome = of(read(0.2), read(0.44), read(0.71), read(None, 0))
    view, files = cards.ended(portrait, outcome)
    said = text_of(view, files)
    assert (
        "-# Image 3 is closest to the saved face (0.71); image 1 shows another face; image 4 shows no face; shown in"
        " the order 3, 2, 1, 4" in said
    )
    [gallery] = [each for each in walk(view.to_components()) if each["type"] == GALLERY]
    names = [item["media"]["url"].rpartition("-")[2].partition(".")[0] for item in gallery["items"]]
    assert names == ["3", "2", "1", "4"], "the file of an image keeps its number"
    assert "seeds 42 to 45" in said


def test_before_a_calibration_they_are_ordered_without_numbers() -> None:
    said = line(*(read(alike, judged=False) for alike in (0.2, 0.6, 0.4)))
    assert said == "Image 2 is closest to the saved face; shown in the order 2, 3, 1"


def test_without_a_reader_a_card_is_as_it_was() -> None:
    portrait, outcome = of(None, None, None)
    view, files = cards.ended(portrait, outcome)
    assert "face" not in text_of(view, files).lower().replace("mia", "")
    assert labels_of(view) == list(cards.LABELS.values())


def primary(view: Any) -> list[str]:
    style = discord.ButtonStyle.primary.value
    return [each["label"] for each in walk(view.to_components()) if each["type"] == BUTTON and each["style"] == style]


@pytest.mark.parametrize(
    ("reading", "helps", "leads"),
    [
        (read(0.71), [], "Save this face"),
        (read(0.44), ["Match the face"], "Save this face"),
        (read(0.18), ["Match the face"], "Save this face"),
        (read(0.71, **BLURRED), ["Sharper face"], "Sharper face"),
        (read(0.18, **BLURRED), ["Sharper face", "Match the face"], "Sharper face"),
        (read(None, 0), [], "Save this face"),
    ],
)
def test_the_buttons_follow_what_was_seen(reading: Reading, helps: list[str], leads: str) -> None:
    portrait, outcome = of(reading)
    for view in (cards.ended(portrait, outcome)[0], single.one(portrait, portrait.takes[0], a_picture())[0]):
        assert labels_of(view) == [*helps, *cards.LABELS.values()]
        assert primary(view) == [leads]


def test_of_several_the_remedy_is_for_the_best() -> None:
    portrait, outcome = of(read(0.1), read(0.4))
    view, _ = cards.ended(portrait, outcome)
    [match] = [each for each in walk(view.to_components()) if each.get("label") == "Match the face"]
    assert match["custom_id"] == f"p1:match:{portrait.id}:1"
    assert "Match the face" not in labels_of(cards.ended(*of(read(0.1), read(0.9)))[0])


@pytest.mark.parametrize("verb", ["save", "upscale"])
def test_the_question_which_image_offers_the_best_first(verb: str) -> None:
    portrait, _ = of(read(0.2), read(0.71), read(None, 0))
    view = choices.choose_image(portrait, verb)
    assert labels_of(view) == ["Image 2 (closest)", "Image 1", "Image 3"]
    assert primary(view) == ["Image 2 (closest)"]
    ids = [each["custom_id"] for each in checked(view, []) if each["type"] == BUTTON]
    assert ids == [f"p1:{verb}:{portrait.id}:{number}" for number in (1, 0, 2)]


def test_other_questions_keep_their_order_and_a_blurred_one_is_to_be_sharpened() -> None:
    portrait, _ = of(read(0.2), read(0.71, **BLURRED))
    assert labels_of(choices.choose_image(portrait, "subtle")) == ["Image 1", "Image 2"]
    assert labels_of(choices.choose_image(portrait, "sharper")) == ["Image 2 (blurred)", "Image 1"]
    unread, _ = of(None, None)
    assert labels_of(choices.choose_image(unread, "save")) == ["Image 1", "Image 2"]


def a_sheet(wanted: SheetSet = SheetSet.EXPRESSIONS) -> PortraitSpec:
    return a_spec().model_copy(update={"sheet": planned(wanted)})


def test_a_sheet_names_panels_with_another_face_and_paints_them_anew() -> None:
    readings = [read(0.7), read(0.1), read(0.7), read(None, 0), read(0.7, **BLURRED), read(0.2)]
    portrait, outcome = of(*readings, spec=a_sheet())
    outcome = replace(outcome, contact=a_picture("all"))
    view, files = cards.ended(portrait, outcome)
    said = text_of(view, files).replace("\\", "")
    assert "-# Another face: 2. Smiling, 6. Surprised; no face found: 4. Sad; the face is blurred: 5. Angry" in said
    [again] = [each for each in walk(view.to_components()) if str(each.get("label", "")).startswith("Try again")]
    assert (again["label"], again["custom_id"]) == ("Try again: 2 do not match", f"p1:rematch:{portrait.id}")
    assert primary(view) == ["Save this face"]
    one = of(*(read(0.1 if number == 3 else 0.7) for number in range(6)), spec=a_sheet())
    assert "Try again: 1 does not match" in labels_of(cards.ended(*one)[0])


def test_panels_that_turn_the_head_are_not_missed() -> None:
    readings = [read(0.7), read(0.6), read(None, 0, judged=False), read(None, 0, judged=False)]
    assert line(*readings, spec=a_sheet(SheetSet.TURNAROUND)) == ""


async def test_a_mark_stands_under_such_a_panel() -> None:
    readings = [read(0.7), read(0.1), read(0.7), read(0.7), read(0.7), read(0.7)]
    marked, outcome = of(*readings, spec=a_sheet())
    picture = replace(a_picture(), data=a_face(), width=300, height=400)
    outcome = replace(outcome, pictures=tuple((take, picture) for take in marked.takes))
    clean, _ = of(*[None] * 6, spec=a_sheet())
    with_mark, without = (
        await contact.sheet_of(marked, outcome),
        await contact.sheet_of(clean, replace(outcome, pictures=tuple((take, picture) for take in clean.takes))),
    )
    assert with_mark.contact is not None
    assert without.contact is not None
    assert with_mark.contact.height > without.contact.height, "a line more under its caption"
    assert [faces.mark(marked, take) for take in marked.takes] == ["", "another face", "", "", "", ""]


def test_the_numbers_are_in_the_details() -> None:
    portrait, _ = of(read(0.71, judged=False))
    assert "**Faces** 1 found, likeness 0.71" in text_of(details.details(portrait))
    assert "Faces" not in text_of(details.details(of(None)[0]))


def test_who_saves_a_picture_without_a_single_face_is_told() -> None:
    result = Saved(a_character(), vague=False)
    for view in (
        character_cards.saved(result, comparable=False),
        character_cards.card(Card(result.character, None), result, comparable=False)[0],
    ):
        assert faces.NOT_COMPARABLE in text_of(view)
    brought = Report("a card", (a_character("Ann"), a_character("B*b")), (), ())
    shown, _ = character_cards.report(brought, brought.saved)
    assert f"**Ann** and **B\\*b**: {faces.NOT_COMPARABLE}" in text_of_import(shown)
    assert faces.NOT_COMPARABLE not in text_of_import(character_cards.report(brought)[0])
    for known in (True, None):
        assert faces.NOT_COMPARABLE not in text_of(character_cards.saved(result, comparable=known))


def test_the_worst_card_with_faces_is_one_that_discord_takes() -> None:
    spec = build_spec("@" * 32, features="*" * 600, scene="x" * 1000, count=4, model="m", seed=2**32 - 1)
    spec = spec.model_copy(update={"face_of": "mia"})
    view, files = cards.ended(*of(*[read(0.1, **BLURRED)] * 3, read(None, 0), spec=spec), greet=True)
    checked(view, files)
    scenes = [Panel(caption=f"{number}{'*_`~|>#@' * 40}"[:200], words=f"{number}" + "*" * 340) for number in range(10)]
    told: dict[str, Any] = {"outfit": "`" * 200, "expression": "|" * 200, "lighting": "*" * 200, "angle": "_" * 200}
    spec = a_spec(background="~" * 200, **told)
    spec = spec.model_copy(update={"sheet": Sheet(set=SheetSet.SCENES, panels=tuple(scenes))})
    portrait, outcome = of(*[read(0.1, **BLURRED)] * 9, read(None, 0), spec=spec)
    view, files = cards.ended(portrait, replace(outcome, contact=a_picture("all")), greet=True)
    checked(view, files)
