"""The forms behind the buttons. What comes back is checked by the use cases, whatever a client sends."""

import re
from typing import Any

import discord

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT
from bot.domain.ids import PortraitId
from bot.domain.portraits.details import Detail
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.styles import DETAIL_LIMIT, NEGATIVE_LIMIT, PROMPT_LIMIT, SCENES_LIMIT
from bot.domain.portraits.variations import needs_words, words_of
from bot.domain.portraits.vendor import painted_spec
from bot.interactions import custom_ids
from bot.interactions.answering import accept
from bot.interactions.cards import character as character_cards
from bot.interactions.cards.choices import examples
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Field, Form, Values, typed_seed

Submit = discord.Interaction[Any]


def face_form(portrait: Portrait, take: int) -> Form:
    features = portrait.spec.features or portrait.spec.subject
    return Form(
        "Save this face",
        custom_ids.for_form("face", portrait.id, take),
        Field("name", "Name", limit=NAME_LIMIT, hint="How you will call this character"),
        Field(
            "features",
            "Features",
            default=features,
            limit=FEATURES_LIMIT,
            long=True,
            hint="Repeated word for word in every picture: hair, eyes, age, marks",
        ),
    )


async def save_face(submit: Submit, match: re.Match[str], values: Values) -> None:
    services, asker = services_of(submit), asker_of(submit, private=True)
    portrait, image = await services.remakes.image(asker, PortraitId(match["id"] or ""), int(match["take"] or 0))
    result = await services.characters.save_face(
        asker, portrait, image.number, values.get("name", ""), values.get("features", "")
    )
    await submit.response.send_message(view=character_cards.saved(result), ephemeral=True)


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
