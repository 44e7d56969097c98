import re
from typing import Any

import discord

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT, ById, Character
from bot.domain.ids import CharacterId
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.styles import DETAIL_LIMIT, MAX_PANELS, OUTFITS_LIMIT, PROMPT_LIMIT
from bot.interactions import custom_ids
from bot.interactions.answering import accept, acknowledged
from bot.interactions.cards import character as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Choice, Field, Form, Tick, Values, typed_seed
from bot.interactions.options import IDENTITY_ANSWERS
from bot.services.characters.drafts import Change
from bot.services.characters.saving import Saved
from bot.services.portraits.requests import Request
from cogs.characters.cards import refresh

Submit = discord.Interaction[Any]
_OUTFITS = ", ".join(SUGGESTIONS[Detail.OUTFIT][2:5])


_ASKED = "Or nobody who exists, such as a drawing. Asked once; that you ticked, and when, is kept"
# Where later pictures are compared with it. As long as Discord shows.
_ASKED_COMPARED = "Or nobody real. I compare faces on my own machine, and keep how alike they are and when you ticked"


def _whose_face(*, compared: bool) -> Tick:
    hint = _ASKED_COMPARED if compared else _ASKED
    return Tick("tick", "It is me, or somebody who agreed", hint=hint)


def tick_form(name: str, features: str, seed: int | None, upload_id: str, *, compared: bool) -> Form:
    """Asks whose face an upload is; what was typed stands there to be sent on. `compared`: as later pictures are."""
    return Form(
        "Whose face is it?",
        f"{custom_ids.for_form('character')}:{upload_id}",
        Field("name", "Name", default=name, limit=NAME_LIMIT),
        Field("features", "Features", default=features, limit=FEATURES_LIMIT, long=True),
        Field("seed", "Seed", default=str(seed or ""), limit=10, hint="Empty: I choose one", required=False),
        _whose_face(compared=compared),
    )


def face_form(character: Character, upload_id: str, *, compared: bool) -> Form:
    """Asks whose face it is that a character is to have."""
    key = custom_ids.for_face_form(upload_id, character.id)
    return Form("Whose face is it?", key, _whose_face(compared=compared))


async def give_face(submit: Submit, match: re.Match[str], values: Values) -> None:
    character_id = CharacterId(match["detail"] or "")
    ticked = bool(values.get("tick"))
    services, asker = services_of(submit), asker_of(submit)
    changed = await services.characters.give_waiting_face(asker, character_id, match["id"] or "", ticked=ticked)
    # Its face is looked at after the acknowledgement.
    await acknowledged(submit.response.defer(ephemeral=True, thinking=True))
    comparable = await services.likeness.is_comparable(asker, changed)
    view = cards.saved(Saved(changed, vague=False), "changed", comparable=comparable)
    await submit.edit_original_response(view=view)


def describe_form(
    name: str, seed: int | None, upload_id: str | None = None, *, ask: bool = False, compared: bool = False
) -> Form:
    """Asks for the features, and with `ask` whose face it is. The seed travels in a field, or where there is no room
    for one in the id: a submission must work after a restart.
    """
    verb = custom_ids.for_form("character")
    if upload_id is not None and ask:
        return Form(
            "Describe your character",
            custom_ids.for_ticked_form(upload_id, seed),
            *_description(name),
            _whose_face(compared=compared),
        )
    return Form(
        "Describe your character",
        f"{verb}:{upload_id}" if upload_id else verb,
        *_description(name),
        Field("seed", "Seed", default=str(seed or ""), limit=10, hint="Empty: I choose one", required=False),
    )


def _description(name: str) -> tuple[Field, ...]:
    return (
        Field("name", "Name", default=name, limit=NAME_LIMIT),
        Field("who", "Who", limit=200, hint="Age, build, skin: a woman of about forty, broad shoulders"),
        Field("hair_eyes", "Hair and eyes", limit=200, hint="Short dark hair, brown eyes"),
        Field("marks", "What makes the face theirs", limit=180, hint="Freckles, a scar, glasses", required=False),
    )


async def save_described(submit: Submit, match: re.Match[str], values: Values) -> None:
    parts = [part.strip() for key in ("who", "hair_eyes", "marks") if (part := values.get(key, "")).strip()]
    services, asker, waiting = services_of(submit), asker_of(submit), match["id"]
    result = await services.characters.save(
        asker,
        values.get("name", ""),
        values.get("features") or ", ".join(parts),
        typed_seed(values.get("seed") or (match["detail"] or "").removeprefix("seed ")),
        waiting=waiting,
        ticked=bool(values.get("tick")),
    )
    if waiting is None:
        await submit.response.send_message(view=cards.saved(result), ephemeral=True)
        return
    await acknowledged(submit.response.defer(ephemeral=True, thinking=True))
    comparable = await services.likeness.is_comparable(asker, result.character)
    await submit.edit_original_response(view=cards.saved(result, comparable=comparable))


def edit_form(character: Character) -> Form:
    """The character as it is, to be changed."""
    fields: list[Field | Choice] = [
        Field("name", "Name", default=character.name, limit=NAME_LIMIT),
        Field(
            "features",
            "Features",
            default=character.features,
            limit=FEATURES_LIMIT,
            long=True,
            hint="Repeated word for word in every picture: hair, eyes, age, marks",
            required=bool(character.features),
        ),
        Field("seed", "Seed", default=str(character.seed), limit=10, hint="Empty: as it is", required=False),
    ]
    if character.reference is not None:
        fields.append(Choice("identity", "Identity", IDENTITY_ANSWERS, default=character.identity))
    return Form(f"Edit {character.name}", custom_ids.for_character_form("charedit", character.id), *fields)


async def save_edited(submit: Submit, match: re.Match[str], values: Values) -> None:
    """From a card, the card itself shows the change; from the command, a confirmation."""
    change = Change(
        name=values.get("name", ""),
        features=values.get("features") or None,
        seed=typed_seed(values.get("seed", "")),
        identity=values.get("identity"),
    )
    asker = asker_of(submit)
    result = await services_of(submit).characters.edit(asker, CharacterId(match["id"]), change)
    confirmation = cards.saved(result, "changed")
    if submit.message is None:
        await submit.response.send_message(view=confirmation, ephemeral=True)
        return
    await submit.response.defer()
    await refresh(submit, asker, ById(result.character.id))
    if result.vague or result.apart:
        await submit.followup.send(view=confirmation, ephemeral=True)


def pose_form(character: Character) -> Form:
    """Asks for the new situation. Style and framing are the server's; `/character pose` has every option."""
    return Form(
        f"Pose {character.name}",
        custom_ids.for_character_form("charpose", character.id),
        Field("scene", "Scene", limit=PROMPT_LIMIT, long=True, hint="Where they are and what they do"),
        Field("outfit", "Outfit", limit=DETAIL_LIMIT, hint="What they wear: a green raincoat", required=False),
        Field("expression", "Expression", limit=DETAIL_LIMIT, hint="A tired smile", required=False),
    )


async def paint_posed(submit: Submit, match: re.Match[str], values: Values) -> None:
    request = Request(
        words=values.get("scene", ""),
        character=ById(CharacterId(match["id"])),
        outfit=values.get("outfit"),
        expression=values.get("expression"),
        pressed=True,
    )
    await accept(submit, services_of(submit).portraits.pose(asker_of(submit), request))


def outfits_form(character: Character) -> Form:
    """Asks for the outfits of a sheet."""
    return Form(
        f"Outfits of {character.name}",
        custom_ids.for_character_form("charsheet", character.id),
        Field("outfits", "Outfits", limit=OUTFITS_LIMIT, long=True, hint=f"One a line, up to {MAX_PANELS}: {_OUTFITS}"),
    )


async def paint_outfits(submit: Submit, match: re.Match[str], values: Values) -> None:
    outfits = values.get("outfits", "")
    request = Request(
        words="", character=ById(CharacterId(match["id"])), set=SheetSet.OUTFITS, outfits=outfits, pressed=True
    )
    await accept(submit, services_of(submit).portraits.sheet(asker_of(submit), request))
