"""The form behind *More*: what is wanted less often, each entry with a line that says what it does and costs.

A further entry is a line of the table. One that needs words gets a field of the form.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.errors import UnknownChoice, WordsUnasked
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.styles import EDIT_LIMIT
from bot.domain.words.text import is_visible
from bot.interactions import custom_ids
from bot.interactions.answering import accept
from bot.interactions.cards.choices import label_of
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Choice, Field, Form, Menu, Note, Option, Values, picked
from bot.interactions.guard import say
from bot.interactions.pictures import link_in
from cogs.portraits.questions import Click
from cogs.portraits.remakes import VERBS

Doing = Callable[[Click, PortraitId, int | None, Values], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be done. `does`: what needs the form; None is what a button of that verb does. `favourite`:
    only where the portrait is (or is not) one; None is always.
    """

    verb: str
    label: str
    says: str
    does: Doing | None = None
    favourite: bool | None = None


async def edit(click: Click, portrait_id: PortraitId, take: int | None, values: Values) -> None:
    """Who must still choose the image would lose the words: the form asks for both at once."""
    asker, remakes = asker_of(click), services_of(click).remakes
    portrait = await remakes.choices(asker, portrait_id)
    first, *others = portrait.ready
    if take is None and others:
        raise UnknownChoice("image", "", tuple(label_of(portrait, each) for each in portrait.ready))
    number = first.number if take is None else take
    link = link_in(click.message, portrait_id, number)
    await accept(click, remakes.edit(asker, portrait_id, number, values.get("words", ""), link))


def marking(favourite: bool, answer: str) -> Doing:
    """An entry that puts the star on a portrait, or takes it off."""

    async def mark(click: Click, portrait_id: PortraitId, _take: int | None, _values: Values) -> None:
        services, asker = services_of(click), asker_of(click)
        portrait = await services.portraits.visible(asker, portrait_id)
        await services.gallery.favourite(asker, portrait, favourite)
        await say(click, answer)

    return mark


ENTRIES = (
    Entry("sharper", "Sharper face", "More steps, for a blurred face. 1 image."),
    Entry("natural", "Less processed", "Softer, for an overdone look. 1 image."),
    Entry("upscale", "Upscale", "This picture at twice its size. 1 image."),
    Entry("edit", "Edit in words", "One thing changed, as you say it below. 1 image.", edit),
    Entry("cutout", "Cut out", "The person alone, on a transparent background. 1 image."),
    Entry("useas", "Use as…", "Avatar, token, emoji, sticker, or the file itself. Free."),
    Entry("details", "Details", "Prompt, seed and all settings. Free."),
    Entry(
        "favourite",
        "Favourite",
        "A star, to find it in the gallery. Free.",
        marking(True, "It is one of your favourites now: `/gallery` can show those alone."),
        favourite=False,
    ),
    Entry(
        "unfavourite",
        "Remove from favourites",
        "Takes the star off. Free.",
        marking(False, "It is no favourite any more; the portrait stays."),
        favourite=True,
    ),
    Entry("report", "Report", "Should nobody see this? An admin decides. Free."),
    Entry("delete", "Delete", "Gone for everybody; I ask first. No refund."),
)
_OPTIONS = {entry.verb: Option(entry.verb, entry.label, entry.says) for entry in ENTRIES}
# What paints, and has no use for the words of the form: whoever typed some meant another entry.
_WORDLESS = frozenset({"sharper", "natural", "upscale", "cutout"})
_DOINGS = {entry.verb: entry.does for entry in ENTRIES if entry.does}


def more_form(portrait: Portrait, take: int | None) -> Form:
    """The entries that fit the portrait and, where it has several images and none was chosen, a menu of them."""
    shown = [_OPTIONS[entry.verb] for entry in ENTRIES if entry.favourite in {None, portrait.favourite}]
    fields: list[Field | Choice | Menu | Note] = []
    if take is None and len(portrait.ready) > 1:
        images = [Option(str(each.number), label_of(portrait, each)) for each in portrait.ready]
        hint = "For a sharper face, less processed, upscale, an edit, cut out and use as"
        fields.append(Menu("image", "With which image?", images, hint=hint, required=False))
    fields.append(Choice("what", "What shall I do?", shown))
    hint = "For Edit in words: give her a red scarf"
    fields.append(Field("words", "What shall change?", limit=EDIT_LIMIT, hint=hint, required=False))
    return Form("More", custom_ids.for_form("more", portrait.id, take), *fields)


async def more(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    """The button. A form keeps the message that was clicked, and with it a fresh link to the picture."""
    asker, remakes = asker_of(click), services_of(click).remakes
    portrait = await remakes.choices(asker, portrait_id)
    if take is not None:
        await remakes.image(asker, portrait_id, take)
    await click.response.send_modal(more_form(portrait, take))


async def do_more(submit: discord.Interaction[Any], match: re.Match[str], values: Values) -> None:
    """The form. Without an image, who must know which one asks."""
    verb = picked(values, "what", tuple(_OPTIONS.values()), "entry")
    if verb in _WORDLESS and is_visible(values.get("words", "")):
        raise WordsUnasked("words for a change go with *Edit in words*", f"*{_OPTIONS[verb].label}*")
    take = int(match["take"]) if match["take"] else None
    if take is None and (image := values.get("image", "")):
        portrait = await services_of(submit).remakes.choices(asker_of(submit), PortraitId(match["id"] or ""))
        images = [Option(str(each.number), label_of(portrait, each)) for each in portrait.ready]
        take = int(picked({"image": image}, "image", images, "image"))
    portrait_id = PortraitId(match["id"] or "")
    if verb in _DOINGS:
        await _DOINGS[verb](submit, portrait_id, take, values)
    else:
        await VERBS[verb](submit, portrait_id, take)
