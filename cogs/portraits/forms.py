"""The forms behind the buttons. What comes back is checked by the use cases, whatever a client sends."""

import re
from typing import Any

import discord

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT, UNDESCRIBED, Identity
from bot.domain.ids import PortraitId
from bot.domain.portraits.details import Detail
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.styles import DETAIL_LIMIT, NEGATIVE_LIMIT, PROMPT_LIMIT, SCENES_LIMIT
from bot.domain.portraits.variations import needs_words, words_of
from bot.domain.portraits.vendor import painted_spec
from bot.domain.words.people import Person, person_of
from bot.domain.words.text import escaped, shortened
from bot.interactions import custom_ids
from bot.interactions.answering import accept
from bot.interactions.cards import character as character_cards
from bot.interactions.cards.choices import examples
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Choice, Field, Form, Note, Values, picked, typed_seed
from bot.interactions.options import IDENTITY_ANSWERS

Submit = discord.Interaction[Any]
_LEFT_SHOWN = 300
_IDENTITY_SAID = "How the face is kept in later pictures"


def face_form(portrait: Portrait, take: int, usual: Identity) -> Form:
    """Asks for the name, who it is, and how the face is kept: `usual` is chosen beforehand. Of a prompt only the person
    is filled in: a laugh or a ship would stand in every later picture.
    """
    known = portrait.spec.features
    person = person_of(portrait.spec.subject) if not known else Person("" if known == UNDESCRIBED else known, ())
    left, edited = (escaped(shortened("; ".join(each), _LEFT_SHOWN)) for each in (person.rest, portrait.spec.edits))
    told = [f"-# Left out, as it would stand in every later picture: {left}"] if left else []
    if edited:
        told.append(f"-# The picture was edited: {edited}. What of it is the person belongs above.")
    if portrait.spec.partner is not None:
        told.append("-# Two people are in this picture: kept as a face it shows both. One alone is better.")
    return Form(
        "Save this face",
        custom_ids.for_form("face", portrait.id, take),
        Field("name", "Name", limit=NAME_LIMIT, hint="How you will call this character"),
        Field(
            "features",
            "Who it is",
            default=person.who,
            limit=FEATURES_LIMIT,
            long=True,
            hint="In every picture, word for word: age, hair, eyes, skin, marks, build. No place, no mood",
        ),
        # A form holds five parts.
        *([Note("\n".join(told))] if told else []),
        Choice("identity", "Identity", IDENTITY_ANSWERS, default=usual, hint=_IDENTITY_SAID, required=False),
    )


async def save_face(submit: Submit, match: re.Match[str], values: Values) -> None:
    """The answer is the character's card: what to do next is under it."""
    services, asker = services_of(submit), asker_of(submit, private=True)
    # Where nothing is chosen, or a form of an earlier version did not ask, the operator's default holds.
    asked = values.get("identity")
    identity = Identity(picked(values, "identity", IDENTITY_ANSWERS, "identity")) if asked else None
    portrait, image = await services.remakes.image(asker, PortraitId(match["id"] or ""), int(match["take"] or 0))
    name, features = values.get("name", ""), values.get("features", "")
    result = await services.characters.save_face(asker, portrait, image.number, name, features, identity)
    # The picture is uploaded after the acknowledgement.
    await submit.response.defer(ephemeral=True, thinking=True)
    comparable = await services.likeness.is_comparable(asker, result.character)
    card = await services.characters.card(asker, result.character)
    view, files = character_cards.card(card, result, comparable=comparable)
    await submit.edit_original_response(view=view, attachments=files)


def change_form(portrait: Portrait, take: Take, detail: Detail) -> Form:
    """Asks for one detail, with its present words."""
    return Form(
        f"Change the {detail}",
        custom_ids.for_detail_form("change", portrait.id, take.number, detail),
        Field(
            "words",
            detail.capitalize(),
            default=str(getattr(painted_spec(portrait.spec, take), detail)),
            limit=DETAIL_LIMIT,
            hint=examples(detail),
        ),
    )


async def change_detail(submit: Submit, match: re.Match[str], values: Values) -> None:
    remakes = services_of(submit).remakes
    take, detail = int(match["take"] or 0), match["detail"] or ""
    portrait_id, words = PortraitId(match["id"] or ""), values.get("words", "")
    await accept(submit, remakes.change(asker_of(submit), portrait_id, take, detail, words))


def settings_form(portrait: Portrait) -> Form:
    """A new request with the settings of a portrait: what a member wrote of it, to be changed or not."""
    spec = portrait.spec
    images = f", {spec.images} images" if spec.images > 1 else ""
    what, limit = "Scene" if spec.features else "Prompt", PROMPT_LIMIT
    if spec.sheet and spec.sheet.set is SheetSet.SCENES:
        what, limit, images = "Scenes", SCENES_LIMIT, ""
    kept = f"The rest stays: {spec.style} style, {spec.framing}, {spec.steps} steps{images}"
    return Form(
        "Use these settings",
        custom_ids.for_form("settings", portrait.id),
        Field(
            "prompt",
            what,
            default=words_of(spec),
            limit=limit,
            long=True,
            hint=kept,
            required=needs_words(spec),
        ),
        Field("seed", "Seed", default=str(spec.seed), limit=10, hint="Empty: I choose one", required=False),
        Field("negative", "Negative prompt", default=spec.negative, limit=NEGATIVE_LIMIT, long=True, required=False),
    )


async def use_settings(submit: Submit, match: re.Match[str], values: Values) -> None:
    remakes = services_of(submit).remakes
    seed = typed_seed(values.get("seed", ""))
    words, negative = values.get("prompt", ""), values.get("negative", "")
    portrait_id = PortraitId(match["id"] or "")
    await accept(submit, remakes.restate(asker_of(submit), portrait_id, words, negative, seed))
