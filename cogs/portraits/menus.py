"""The message menus: the same handlers as the buttons, for messages whose buttons are far away."""

from typing import Any

import discord
from discord import app_commands

from bot.domain.errors import NotAPortrait, PortraitGone
from bot.domain.ids import MessageId, PortraitId
from bot.interactions.context import asker_of, services_of
from cogs.portraits import remakes


async def _portrait_of(interaction: discord.Interaction[Any], message: discord.Message) -> PortraitId:
    try:
        found = await services_of(interaction).portraits.of_message(asker_of(interaction), MessageId(message.id))
    except PortraitGone:
        raise NotAPortrait from None
    return found.id


async def save_this_face(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await remakes.save(interaction, await _portrait_of(interaction, message), None)


async def portrait_details(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await remakes.details(interaction, await _portrait_of(interaction, message), None)


def menus() -> tuple[app_commands.ContextMenu, ...]:
    return (
        app_commands.ContextMenu(name="Save this face", callback=save_this_face),
        app_commands.ContextMenu(name="Portrait details", callback=portrait_details),
    )
