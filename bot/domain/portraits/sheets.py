"""Character sheets: the same person several times, with one seed and one detail different in each picture."""

import re
from collections.abc import Collection, Iterable

from bot.domain.errors import OutfitsMissing, SceneCount, TooManyOutfits, WordsUnasked
from bot.domain.portraits import styles
from bot.domain.portraits.details import Detail
from bot.domain.portraits.spec import Panel, PortraitSpec, Sheet, SheetSet
from bot.domain.portraits.styles import MAX_PANELS, MAX_SCENES, MIN_SCENES, Framing
from bot.domain.portraits.variations import change
from bot.domain.words import text

# Which field of a spec makes the panels of a set, the framing that shows it where the member chooses none, and what
# says so.
DETAILS: dict[SheetSet, str] = {
    SheetSet.EXPRESSIONS: Detail.EXPRESSION,
    SheetSet.TURNAROUND: Detail.ANGLE,
    SheetSet.OUTFITS: Detail.OUTFIT,
    SheetSet.SCENES: "scene",
}
FRAMINGS = {
    SheetSet.EXPRESSIONS: Framing.PORTRAIT,
    SheetSet.TURNAROUND: Framing.PORTRAIT,
    SheetSet.OUTFITS: Framing.FULL_BODY,
}
WHOLE_FIGURE = "whole figure, from head to toe"

_EXPRESSIONS = (
    ("Calm", "a calm, neutral look"),
    ("Smiling", "a soft smile"),
    ("Laughing", "laughing out loud"),
    ("Sad", "sad, eyes lowered"),
    ("Angry", "angry, jaw set"),
    ("Surprised", "surprised, eyes wide"),
)
_TURNAROUND = (
    ("Front", "frontal view, facing the camera"),
    ("Three-quarter", "three-quarter view, face turned half aside"),
    ("Profile", "side profile, facing left"),
    # Not the mere back: every style asks for the eyes, and a picture without a face is nobody's.
    ("Over the shoulder", "seen from behind, looking back over the shoulder"),
)
# The panels of the sets that nobody has to list.
GIVEN = {
    SheetSet.EXPRESSIONS: tuple(Panel(caption=caption, words=words) for caption, words in _EXPRESSIONS),
    SheetSet.TURNAROUND: tuple(Panel(caption=caption, words=words) for caption, words in _TURNAROUND),
}
# How many pictures a set of `/character sheet` has, as members read it.
SIZES = {
    SheetSet.EXPRESSIONS: f"{len(_EXPRESSIONS)}",
    SheetSet.TURNAROUND: f"{len(_TURNAROUND)}",
    SheetSet.OUTFITS: f"up to {MAX_PANELS}",
}
# Also as they are written in Chinese, Japanese and Arabic.
_LINES, _BARS, _SEMICOLONS, _COMMAS = "\n", "|｜", ";；؛", ",，、،"  # noqa: RUF001 - on purpose
# Linear: at the beginning only, and nothing follows what is unbounded.
_MARK = re.compile(r"^(?:[-–—•·] *|\* +|\d{1,2}[.)] +)")  # noqa: RUF001 - on purpose


def planned(wanted: SheetSet, outfits: str | None = None) -> Sheet:
    """The panels of a set. `outfits` is the member's list, which only that set needs.

    Raises OutfitsMissing for an empty list, WordsUnasked for one with another set, TooManyOutfits for more than six
    entries, TextTooLong for one of over 200 characters.
    """
    if wanted is not SheetSet.OUTFITS:
        if outfits is not None:
            raise WordsUnasked("a list of outfits goes with the set outfits", wanted)
        return Sheet(set=wanted, panels=GIVEN[wanted])
    found = listed(outfits or "")
    if not found:
        raise OutfitsMissing
    if len(found) > MAX_PANELS:
        raise TooManyOutfits(len(found), MAX_PANELS)
    checked = [text.bounded(each, "outfit", styles.DETAIL_LIMIT) for each in found]
    return Sheet(set=wanted, panels=tuple(Panel(caption=each, words=each) for each in checked))


def listed(words: str) -> tuple[str, ...]:
    """The entries of a list as people type one: a line each, else between semicolons, else between commas.

    What is written twice counts once: nobody wants to pay for the same picture again.
    """
    typed = words.strip(f" {_LINES}{_SEMICOLONS}{_COMMAS}")
    separators = next((each for each in (_LINES, _SEMICOLONS) if any(char in typed for char in each)), _COMMAS)
    return _entries(typed, separators)


def scenes(words: str, fewest: int = MIN_SCENES) -> Sheet:
    """A sheet of the scenes in a text: one a line, else between bars. Commas belong to a scene, empty lines to nobody.

    Raises SceneCount for fewer than `fewest` or more than ten, TextTooLong for one of over 350 characters.
    """
    typed = words.strip()
    found = _entries(typed, _LINES if _LINES in typed else _BARS)
    if not fewest <= len(found) <= MAX_SCENES:
        raise SceneCount(len(found), fewest, MAX_SCENES)
    checked = [
        text.bounded(each, f"scene number {number}", styles.SCENE_LIMIT) for number, each in enumerate(found, start=1)
    ]
    return Sheet(set=SheetSet.SCENES, panels=tuple(Panel(caption=each, words=each) for each in checked))


def _entries(typed: str, separators: str) -> tuple[str, ...]:
    found: dict[str, str] = {}
    # Linear: each separator is one letter.
    for part in re.split(f"[{separators}]", typed):
        entry = _MARK.sub("", text.clean(part)).strip(f" {_BARS}{_SEMICOLONS}{_COMMAS}")
        if text.is_visible(entry):
            found.setdefault(text.name_key(entry), entry)
    return tuple(found.values())


def picture(spec: PortraitSpec, number: int) -> PortraitSpec:
    """What take `number` alone is painted by: of a sheet its panel, else the spec as it is."""
    if spec.sheet is None:
        return spec
    panel = spec.sheet.panels[number]
    return change(spec.model_copy(update={"sheet": None}), DETAILS[spec.sheet.set], panel.words)


def single(spec: PortraitSpec, number: int, seed: int) -> PortraitSpec:
    """One image of a portrait of several as a request of its own: what was painted with this seed."""
    return picture(spec, number).model_copy(update={"seed": seed, "count": 1})


def pictures(spec: PortraitSpec) -> tuple[PortraitSpec, ...]:
    """The different pictures that a spec stands for: one, or those of its panels."""
    return (spec,) if spec.sheet is None else tuple(picture(spec, number) for number in range(spec.images))


def wordings(spec: PortraitSpec) -> tuple[PortraitSpec, ...]:
    """The different wordings that people wrote: the panels of a given set are in nobody's words."""
    return pictures(spec) if spec.sheet and spec.sheet.set not in GIVEN else (spec,)


def remaining(spec: PortraitSpec, painted: Collection[int]) -> PortraitSpec:
    """A sheet of the panels that are not painted yet; any other spec, and a sheet that is finished, as it is."""
    return chosen(spec, [number for number in range(spec.images) if number not in painted])


def chosen(spec: PortraitSpec, numbers: Collection[int]) -> PortraitSpec:
    """A sheet of these panels alone."""
    panels = [panel for number, panel in enumerate(spec.sheet.panels) if number in numbers] if spec.sheet else []
    if spec.sheet is None or not panels:
        return spec
    return spec.model_copy(update={"sheet": spec.sheet.model_copy(update={"panels": tuple(panels)})})


# What may differ between a sheet and panels of it that were painted anew: whose book they are in, and the way to the
# face.
_ASIDE: dict[str, None] = dict.fromkeys(("sheet", "character_id", "face_of", "reference", "unpictured", "somebody"))


def completes(spec: PortraitSpec, before: PortraitSpec) -> bool:
    """Whether a sheet was made of some panels of the one before it."""
    if spec.sheet is None or before.sheet is None or not set(spec.sheet.panels) <= set(before.sheet.panels):
        return False
    now, then = (each.model_copy(update={**_ASIDE, "unpictured": False}) for each in (spec, before))
    return now == then


def caption(spec: PortraitSpec, number: int) -> str:
    """What stands under take `number` of a sheet, such as "5. Angry"; nothing elsewhere.

    The number tells panels apart whose words begin alike, or are in letters that a font lacks.
    """
    return f"{number + 1}. {spec.sheet.panels[number].caption}" if spec.sheet else ""


def captions(spec: PortraitSpec, numbers: Iterable[int], longest: int = 200) -> list[str]:
    """The captions of some takes of a sheet, each with at most so many characters."""
    return [text.shortened(caption(spec, number), longest) for number in numbers]
