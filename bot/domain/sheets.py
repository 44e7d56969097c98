"""Character sheets: the same person several times, with one seed and one detail different in each picture."""

import re

from bot.domain import styles, text
from bot.domain.details import Detail
from bot.domain.errors import OutOfRange
from bot.domain.library_errors import OutfitsMissing, OutfitsUnasked
from bot.domain.spec import Panel, PortraitSpec, Sheet, SheetSet
from bot.domain.styles import MAX_PANELS, Framing
from bot.domain.variations import change

# Which detail makes the panels of a set, and the framing that shows it where the member chooses none.
DETAILS = {
    SheetSet.EXPRESSIONS: Detail.EXPRESSION,
    SheetSet.TURNAROUND: Detail.ANGLE,
    SheetSet.OUTFITS: Detail.OUTFIT,
}
FRAMINGS = {
    SheetSet.EXPRESSIONS: Framing.PORTRAIT,
    SheetSet.TURNAROUND: Framing.PORTRAIT,
    SheetSet.OUTFITS: Framing.FULL_BODY,
}

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
    ("Back", "seen from behind, facing away from the camera"),
)
_GIVEN = {
    SheetSet.EXPRESSIONS: tuple(Panel(caption=caption, words=words) for caption, words in _EXPRESSIONS),
    SheetSet.TURNAROUND: tuple(Panel(caption=caption, words=words) for caption, words in _TURNAROUND),
}
# How many pictures a set has, as members read it.
SIZES = {
    SheetSet.EXPRESSIONS: f"{len(_EXPRESSIONS)}",
    SheetSet.TURNAROUND: f"{len(_TURNAROUND)}",
    SheetSet.OUTFITS: f"up to {MAX_PANELS}",
}
_BULLET = re.compile(r"^[-•*] ")


def planned(wanted: SheetSet, outfits: str | None = None) -> Sheet:
    """The panels of a set. `outfits` is the member's list, which only that set needs.

    Raises OutfitsMissing for an empty list, OutfitsUnasked for one with another set, OutOfRange for more than six
    entries, TextTooLong for one of over 200 characters.
    """
    if wanted is not SheetSet.OUTFITS:
        if outfits is not None:
            raise OutfitsUnasked(wanted)
        return Sheet(set=wanted, panels=_GIVEN[wanted])
    found = listed(outfits or "")
    if not found:
        raise OutfitsMissing
    if len(found) > MAX_PANELS:
        raise OutOfRange("number of outfits", len(found), 1, MAX_PANELS)
    checked = [text.bounded(each, "outfit", styles.DETAIL_LIMIT) for each in found]
    return Sheet(set=wanted, panels=tuple(Panel(caption=each, words=each) for each in checked))


def listed(words: str) -> tuple[str, ...]:
    """The entries of a list as people type one: a line each, else between semicolons, else between commas.

    What is written twice counts once: nobody wants to pay for the same picture again.
    """
    separator = next((each for each in ("\n", ";") if each in words.strip()), ",")
    found: dict[str, str] = {}
    for part in words.split(separator):
        entry = _BULLET.sub("", text.clean(part)).strip(" ,;")
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


def caption(spec: PortraitSpec, number: int) -> str:
    """What stands under take `number` of a sheet; nothing elsewhere."""
    return spec.sheet.panels[number].caption if spec.sheet else ""
