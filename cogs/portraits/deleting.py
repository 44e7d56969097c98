"""*Delete* under a portrait: it asks first, as a character's does, and the use case decides both times who may."""

from typing import Any

import discord

from bot.domain.ids import PortraitId
from bot.interactions.cards import choices
from bot.interactions.context import asker_of, services_of
from bot.interactions.removal import take_down

Click = discord.Interaction[Any]


async def delete(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    portraits, asker = services_of(click).portraits, asker_of(click)
    portrait = await portraits.to_delete(asker, portrait_id)
    question = choices.ask_delete(portrait)
    on_card = click.message is not None and click.message.id == portrait.message_id
    if on_card and (portrait.reply.private or portrait.place.guild_id is None):
        # Nothing but a click on the message itself reaches it: this one's token is kept until the answer comes.
        await portraits.reach(asker, portrait)
        await click.response.defer()
        await click.followup.send(view=question, ephemeral=True)
        return
    await click.response.send_message(view=question, ephemeral=True)


async def erase(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    portrait = await services_of(click).portraits.delete(asker_of(click), portrait_id)
    await click.response.defer()
    gone = await take_down(click.client, portrait)
    await click.edit_original_response(view=choices.deleted(gone=gone))


async def keep(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    await services_of(click).portraits.to_delete(asker_of(click), portrait_id)
    await click.response.edit_message(view=choices.kept())
