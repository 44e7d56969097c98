"""The small questions behind a button: which image, and which detail of it."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.domain.ids import PortraitId
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.likeness import best, is_blurred, ordered
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.sheets import caption
from bot.domain.words.text import shortened
from bot.interactions import custom_ids
from bot.interactions.cards.base import MUTED, CardView, Row, Text, button

# What the menu of pictures says for all of them.
ALL = "all"
_ALONE = "For you alone, with its own buttons"
_TOGETHER = "One by one at full size"
_ROW, _LABEL = 5, 40
_QUESTIONS = {
    "save": "Whose face is it? Choose the image to save.",
    "subtle": "Which image shall I vary subtly?",
    "strong": "Which image shall I vary strongly?",
    "change": "In which image shall one thing change?",
    "sharper": "Which image shall get a sharper face?",
    "natural": "Which image looks too processed?",
    "upscale": "Which image shall I enlarge?",
    "cutout": "Which image shall I cut out?",
    "useas": "Which image do you want to use?",
}
# What is made of the image that came out best.
_OF_THE_BEST = frozenset({"save", "upscale"})
_ABOUT = {
    Detail.EXPRESSION: "The look on the face",
    Detail.OUTFIT: "What they wear",
    Detail.LIGHTING: "The light",
    Detail.ANGLE: "From where we look",
    Detail.BACKGROUND: "Where they are, instead of the scene",
}


def choose_image(portrait: Portrait, verb: str) -> CardView:
    """Ask which of several images a button is meant for."""
    takes, first = _as_offered(portrait, verb)
    choices = [
        button(
            f"{label_of(portrait, take)}{first if take is takes[0] else ''}",
            custom_ids.for_portrait(verb, portrait.id, take.number),
            style=discord.ButtonStyle.primary if first and take is takes[0] else discord.ButtonStyle.secondary,
        )
        for take in takes
    ]
    # A row holds five, six look better in two of three.
    size = 3 if len(choices) > _ROW else _ROW
    rows = [Row(*choices[start : start + size]) for start in range(0, len(choices), size)]
    return CardView(Text(_QUESTIONS[verb]), *rows, colour=MUTED)


def _as_offered(portrait: Portrait, verb: str) -> tuple[Sequence[Take], str]:
    """The images in the order in which they are likely meant, and what is said of the first; nothing where none is
    likelier than others.
    """
    if verb == "sharper" and any(map(is_blurred, portrait.ready)):
        return sorted(portrait.ready, key=lambda take: not is_blurred(take)), " (blurred)"
    closest = best(portrait) if verb in _OF_THE_BEST else None
    if closest is None or closest.face is None or not closest.face.faces:
        return portrait.ready, ""
    return ordered(portrait.ready), " (closest)" if closest.face.is_certain else " (best)"


def ask_delete(portrait: Portrait) -> CardView:
    """Asks once before a portrait is given up."""
    several = f" with its {len(portrait.ready)} images" if len(portrait.ready) > 1 else ""
    question = (
        f"Delete this portrait{several}? It goes for everybody, and nothing can be made from it any more. Characters"
        " that were saved from it stay. What it cost is not refunded."
    )
    yes = button("Delete for good", custom_ids.for_portrait("erase", portrait.id), style=discord.ButtonStyle.danger)
    no = button("Keep", custom_ids.for_portrait("keep", portrait.id))
    return CardView(Text(question), Row(yes, no), colour=MUTED)


def deleted(*, gone: bool) -> CardView:
    """Confirms that a portrait was given up. `gone`: its message was taken down as well."""
    rest = "" if gone else " If you still see its message, delete or dismiss it: it is out of my reach."
    return CardView(Text(f"The portrait is deleted.{rest}"), colour=MUTED)


def kept() -> CardView:
    """Confirms that nothing was deleted."""
    return CardView(Text("The portrait stays."), colour=MUTED)


def choose_picture(portrait: Portrait, takes: Sequence[Take]) -> Row:
    """A menu that opens one of the pictures of a contact sheet, or all of them."""
    options = [
        discord.SelectOption(label=label_of(portrait, take), value=str(take.number), description=_ALONE)
        for take in takes
    ]
    if len(takes) > 1:
        options.append(discord.SelectOption(label=f"All {len(takes)} pictures", value=ALL, description=_TOGETHER))
    menu: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=custom_ids.for_select("open", portrait.id),
        placeholder="Open a picture at full size",
        options=options,
    )
    return Row(menu)


def label_of(portrait: Portrait, take: Take) -> str:
    """What one of several images is called."""
    return shortened(caption(portrait.spec, take.number), _LABEL) or f"Image {take.number + 1}"


def choose_detail(portrait_id: PortraitId, take: int) -> CardView:
    """Ask which one thing shall change."""
    menu: discord.ui.Select[Any] = discord.ui.Select(
        custom_id=custom_ids.for_select("change", portrait_id, take),
        placeholder="What shall change?",
        options=[
            discord.SelectOption(label=detail.capitalize(), value=detail, description=_ABOUT[detail])
            for detail in Detail
        ],
    )
    question = "One thing changes; the person, the rest of the picture and the seed stay."
    return CardView(Text(question), Row(menu), colour=MUTED)


def examples(detail: Detail) -> str:
    """Two suggestions for a form."""
    first, second = SUGGESTIONS[detail][:2]
    return f"For example: {first}; {second}"
