import re
from typing import Any

import discord

from bot.domain.characters import NAME_LIMIT
from bot.domain.errors import OutOfRange
from bot.domain.ids import UserId
from bot.domain.styles import SEED_MAX, SEED_MIN
from bot.interactions import custom_ids
from bot.interactions.cards import character as cards
from bot.interactions.context import services_of
from bot.interactions.forms import Field, Form, Values


def describe_form(name: str, seed: int | None) -> Form:
    """Asks for the features. The seed travels in a field: a submission must work after a restart."""
    return Form(
        "Describe your character",
        custom_ids.for_form("character"),
        Field("name", "Name", default=name, limit=NAME_LIMIT),
        Field("who", "Who", limit=200, hint="Age, build, skin: a woman of about forty, broad shoulders"),
        Field("hair_eyes", "Hair and eyes", limit=200, hint="Short dark hair, brown eyes"),
        Field("marks", "What makes the face theirs", limit=180, hint="Freckles, a scar, glasses", required=False),
        Field("seed", "Seed", default=str(seed or ""), limit=10, hint="Empty: I choose one", required=False),
    )


async def save_described(submit: discord.Interaction[Any], _match: re.Match[str], values: Values) -> None:
    features = ", ".join(part.strip() for key in ("who", "hair_eyes", "marks") if (part := values.get(key, "")).strip())
    result = await services_of(submit).characters.save(
        UserId(submit.user.id), values.get("name", ""), features, _seed(values.get("seed", ""))
    )
    await submit.response.send_message(view=cards.saved(result), ephemeral=True)


def _seed(typed: str) -> int | None:
    """The seed as a number; what is no number is outside every range."""
    if not typed.strip():
        return None
    try:
        return int(typed)
    except ValueError:
        raise OutOfRange("seed", 0, SEED_MIN, SEED_MAX) from None
