"""The form of `/character scenes`, where the scenes were not in the command: one a line."""

import re
from typing import Any

import discord

from bot.domain.characters.character import ById, Character, Identity
from bot.domain.ids import CharacterId
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.prompts import check_seed
from bot.domain.portraits.styles import DETAIL_LIMIT, MAX_SCENES, MIN_SCENES, SCENES_LIMIT, Framing, Style
from bot.interactions import custom_ids
from bot.interactions.answering import accept
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Field, Form, Values, typed_seed
from bot.services.portraits.requests import Request, chosen

# Who asks by a form says these there; the others are asked for where the command named them.
_ALWAYS = (Detail.OUTFIT, Detail.EXPRESSION)
_CONSTANT = (Detail.OUTFIT, Detail.EXPRESSION, Detail.LIGHTING, Detail.ANGLE)
# What `private` says, in the form's id: nothing is as the member prefers.
_SEEN = {None: "", True: "private", False: "public"}


def scenes_form(character: Character, request: Request, *, private: bool | None = None) -> Form:
    """Asks for the scenes, and for what stays in all of them. What is chosen from a list travels in the form's id: a
    submission must work after a restart. Raises UnknownChoice or OutOfRange for what can only be forged.
    """
    if request.seed is not None:
        check_seed(request.seed)
    picks = (
        _known("style", request.style, tuple(Style)),
        _known("framing", request.framing, tuple(Framing)),
        _known("identity", request.identity, tuple(Identity)),
        "" if request.seed is None else str(request.seed),
        _SEEN[private],
    )
    return Form(
        f"Scenes of {character.name}",
        custom_ids.for_scenes_form(character.id, picks),
        Field(
            "scenes",
            "Scenes",
            limit=SCENES_LIMIT,
            long=True,
            hint=f"One a line, {MIN_SCENES} to {MAX_SCENES}, an image each: reading by a rainy window",
        ),
        *(_field(detail, request) for detail in _CONSTANT if detail in _ALWAYS or getattr(request, detail)),
    )


def _known(what: str, value: str | None, choices: tuple[str, ...]) -> str:
    return chosen(what, value, choices) if value else ""


def _field(detail: Detail, request: Request) -> Field:
    return Field(
        detail,
        detail.capitalize(),
        default=getattr(request, detail) or "",
        limit=DETAIL_LIMIT,
        hint=f"In all of them: {SUGGESTIONS[detail][1]}",
        required=False,
    )


async def paint_scenes(submit: discord.Interaction[Any], match: re.Match[str], values: Values) -> None:
    style, framing, identity, seed, seen = custom_ids.chosen_in(match["detail"] or "", 5)
    request = Request(
        words=values.get("scenes", ""),
        character=ById(CharacterId(match["id"])),
        style=style or None,
        framing=framing or None,
        identity=identity or None,
        seed=typed_seed(seed),
        outfit=values.get(Detail.OUTFIT),
        expression=values.get(Detail.EXPRESSION),
        lighting=values.get(Detail.LIGHTING),
        angle=values.get(Detail.ANGLE),
        pressed=True,
    )
    private = next((each for each, said in _SEEN.items() if said == seen), None)
    asker = asker_of(submit, private=private)
    await accept(submit, services_of(submit).portraits.scenes(asker, request))
