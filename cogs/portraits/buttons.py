import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from typing_extensions import override

from bot.domain.characters import FEATURES_LIMIT, NAME_LIMIT
from bot.domain.errors import ImageGone
from bot.domain.ids import PortraitId, UserId
from bot.domain.portraits import Portrait
from bot.interactions import custom_ids
from bot.interactions.answering import accept
from bot.interactions.cards import character as character_cards
from bot.interactions.cards import portrait as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Field, Form, Values
from bot.interactions.guard import Guarded

Click = discord.Interaction[Any]


async def reroll(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    await accept(click, services_of(click).portraits.reroll(asker_of(click), portrait_id))


async def try_again(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    await accept(click, services_of(click).portraits.try_again(asker_of(click), portrait_id))


async def cancel(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    # The card itself says that it was cancelled: the click is only acknowledged.
    await services_of(click).portraits.cancel(asker_of(click), portrait_id)
    await click.response.defer()


async def save(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    portrait = await services_of(click).portraits.visible(asker_of(click), portrait_id)
    ready = portrait.ready
    if len(ready) == 0:
        raise ImageGone
    if take is None and len(ready) > 1:
        view = cards.choose_image(portrait, "save", "Whose face is it? Choose the image to save.")
        await click.response.send_message(view=view, ephemeral=True)
        return
    await click.response.send_modal(face_form(portrait, ready[0].number if take is None else take))


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


async def save_face(submit: Click, match: re.Match[str], values: Values) -> None:
    services, asker = services_of(submit), asker_of(submit, private=True)
    portrait = await services.portraits.visible(asker, PortraitId(match["id"]))
    result = await services.characters.save_face(
        UserId(submit.user.id), portrait, int(match["take"]), values.get("name", ""), values.get("features", "")
    )
    await submit.response.send_message(view=character_cards.saved(result), ephemeral=True)


_VERBS: dict[str, Callable[[Click, PortraitId, int | None], Awaitable[None]]] = {
    "reroll": reroll,
    "again": try_again,
    "cancel": cancel,
    "save": save,
}


class PortraitButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.PORTRAIT):
    """Every button on a portrait: the verb chooses the use case, the key the portrait."""

    def __init__(self, match: re.Match[str], item: discord.ui.Button[Any]) -> None:
        super().__init__(item)
        self._verb = match["verb"]
        self._portrait_id = PortraitId(match["id"])
        self._take = int(match["take"]) if match["take"] else None

    @override
    @classmethod
    async def from_custom_id(cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match, item)  # pyright: ignore[reportArgumentType] - the template is on buttons only

    @override
    async def press(self, interaction: Click) -> None:
        handler = _VERBS.get(self._verb)
        if handler is None:
            raise ImageGone
        await handler(interaction, self._portrait_id, self._take)
