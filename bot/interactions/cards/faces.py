"""What a card says of the faces in its pictures: words first, the number for who looks, and never a percentage."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.domain.portraits import likeness
from bot.domain.portraits.faces import MEASURES, Flag, Reading
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.sheets import captions
from bot.domain.portraits.vendor import painted_spec
from bot.domain.words.text import escaped
from bot.interactions import custom_ids
from bot.interactions.cards.base import Button, Row, button

NOT_COMPARABLE: Final = (
    "I find no single face, whole and from the front, in this picture, so I cannot compare later ones with it."
)
ANOTHER: Final = "another face"
_VERDICTS: Final = {Flag.SAME: "as saved", Flag.CLOSE: "close to the saved one", Flag.OTHER: ANOTHER}
_BLURRED: Final = "the face is blurred"
_NONE: Final = "no face found"
_CAPTION: Final = 40


def lines(portrait: Portrait, takes: Sequence[Take]) -> list[str]:
    """One line about the faces of these takes, or none."""
    if portrait.spec.sheet is not None and len(portrait.takes) > 1:
        said = _of_panels(portrait, takes)
    elif len(takes) == 1:
        said = _of_one(portrait, takes[0])
    else:
        said = _of_several(portrait, takes)
    return [said] if said else []


def in_order(portrait: Portrait, takes: Sequence[Take]) -> list[Take]:
    """The takes as a card shows them: the closest first, but panels in their own order."""
    return likeness.ordered(takes) if portrait.spec.sheet is None else list(takes)


def _of_one(portrait: Portrait, take: Take) -> str:
    face = take.face
    if face is None:
        return ""
    said = _compared(portrait, take, face)
    if not face.has(Flag.BLURRED):
        return f"Face: {said}" if said else ""
    return f"Face: {said} · {_BLURRED}" if said else _BLURRED.capitalize()


def _compared(portrait: Portrait, take: Take, face: Reading) -> str:
    """What is known of the face itself; of what is uncertain, nothing."""
    spec = painted_spec(portrait.spec, take)
    if likeness.whose(spec) is None or not likeness.is_judged(spec):
        return ""
    judged = face.has(Flag.JUDGED)
    if not face.faces:
        return _NONE
    if face.faces > 1:
        more = ", not compared" if judged else ""
        return f"{face.faces} faces{more}" if face.faces < MEASURES.crowd else ""
    verdict = next((words for flag, words in _VERDICTS.items() if face.has(flag)), None)
    if verdict is not None:
        return f"{verdict} ({face.alike or 0:.2f})"
    unsure = {Flag.CUT | Flag.DRAWN | Flag.UNPAIRED: "", Flag.TURNED: "turned away, not compared"}
    unsure[Flag.SMALL] = "too small to compare"
    return next((words for flag, words in unsure.items() if judged and face.has(flag)), "")


def _of_several(portrait: Portrait, takes: Sequence[Take]) -> str:
    """The closest is named, and whatever is certain of the others."""
    shown = in_order(portrait, takes)
    parts: list[str] = []
    first = shown[0].face
    if first is not None and first.is_certain and first.alike is not None and likeness.is_ordered(portrait):
        number = f" ({first.alike:.2f})" if first.has(Flag.JUDGED) else ""
        parts.append(f"image {shown[0].number + 1} is closest to the saved face{number}")
    mine = likeness.whose(portrait.spec) is not None and likeness.is_judged(portrait.spec)
    others = [take for take in takes if mine and take.face and take.face.has(Flag.OTHER)]
    without = [take for take in takes if mine and take.face and not take.face.faces]
    blurred = [take for take in takes if likeness.is_blurred(take)]
    for found, one, many in (
        (others, f"shows {ANOTHER}", f"show {ANOTHER}"),
        (blurred, "is blurred", "are blurred"),
        (without, "shows no face", "show no face"),
    ):
        if found:
            parts.append(f"{_images(found)} {one if len(found) == 1 else many}")
    if [take.number for take in shown] != [take.number for take in takes]:
        parts.append(f"shown in the order {', '.join(str(take.number + 1) for take in shown)}")
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def _images(takes: Sequence[Take]) -> str:
    *numbers, last = (str(take.number + 1) for take in takes)
    return f"images {', '.join(numbers)} and {last}" if numbers else f"image {last}"


def _of_panels(portrait: Portrait, takes: Sequence[Take]) -> str:
    if len(takes) == 1:
        return _of_one(portrait, takes[0])
    blurred = [take for take in takes if likeness.is_blurred(take)]
    without = [take for take in takes if _compared_to_none(portrait, take)]
    parts = [
        f"{what}: {', '.join(map(escaped, captions(portrait.spec, [take.number for take in found], _CAPTION)))}"
        for what, found in (
            (ANOTHER, likeness.strangers(portrait, takes)),
            (_NONE, without),
            (_BLURRED, blurred),
        )
        if found
    ]
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def _compared_to_none(portrait: Portrait, take: Take) -> bool:
    return take.face is not None and _compared(portrait, take, take.face) == _NONE


def mark(portrait: Portrait, take: Take) -> str:
    """What stands under a panel that shows another face; nothing under any other."""
    return ANOTHER if likeness.strangers(portrait, [take]) else ""


def remedies(portrait: Portrait, number: int | None) -> tuple[list[Row], bool]:
    """The buttons that help against what was seen, in a row, and whether one of them leads the card."""
    take = likeness.leading(portrait, number)
    if take is None:
        return [], False
    blurred, found = likeness.is_blurred(take), list[Button]()
    if blurred:
        key = custom_ids.for_portrait("sharper", portrait.id, take.number)
        found.append(button("Sharper face", key, style=discord.ButtonStyle.primary))
    if likeness.wants_match(portrait, take):
        found.append(button("Match the face", custom_ids.for_portrait("match", portrait.id, take.number)))
    return ([Row(*found)] if found else []), blurred


def again(portrait: Portrait, takes: Sequence[Take]) -> list[Button]:
    """Paints the panels anew that show another face, where that can be done."""
    wanted = [take for take in likeness.strangers(portrait, takes) if likeness.wants_match(portrait, take)]
    if not wanted:
        return []
    verb = "does" if len(wanted) == 1 else "do"
    return [button(f"Try again: {len(wanted)} {verb} not match", custom_ids.for_portrait("rematch", portrait.id))]


def facts(take: Take | None) -> str:
    """The numbers that are kept, for who asks for the details."""
    face = take.face if take else None
    if face is None:
        return ""
    alike = "" if face.alike is None else f", likeness {face.alike:.2f}"
    return f"{face.faces} found{alike}"
