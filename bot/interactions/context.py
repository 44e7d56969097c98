"""From Discord's interaction to the words of the house: who asks, from where, and the use cases to call."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import discord

from bot.domain.ids import ChannelId, GuildId, InteractionId, UserId
from bot.domain.portraits import Place, Reply
from bot.services.administration import Administration
from bot.services.asking import Asker
from bot.services.characters import Characters
from bot.services.exchange import Exchange
from bot.services.gallery import Gallery
from bot.services.library import Library
from bot.services.policies import Policies
from bot.services.portraits import Portraits
from bot.services.privacy import Privacy
from bot.services.remakes import Remakes
from bot.services.waiting import Waiting

TOKEN_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that commands and buttons call."""

    portraits: Portraits
    remakes: Remakes
    characters: Characters
    waiting: Waiting
    policies: Policies
    administration: Administration
    library: Library
    exchange: Exchange
    gallery: Gallery
    privacy: Privacy


class HasServices(Protocol):
    services: Services


def services_of(interaction: discord.Interaction[Any]) -> Services:
    """The use cases of the running bot."""
    return cast("HasServices", interaction.client).services


def place_of(interaction: discord.Interaction[Any]) -> Place:
    """The server counts only where the bot itself was installed there, not where only the member brought it."""
    guild_id = interaction.guild_id if interaction.guild_id and interaction.is_guild_integration() else None
    # Older payloads, and simulators, carry no installation owners at all: then the server is the place.
    if guild_id is None and interaction.guild_id and not interaction.is_user_integration():
        guild_id = interaction.guild_id
    parent = interaction.channel.parent_id if isinstance(interaction.channel, discord.Thread) else None
    return Place(
        ChannelId(interaction.channel_id or 0),
        GuildId(guild_id) if guild_id else None,
        ChannelId(parent) if parent else None,
    )


def _age_restricted(channel: object) -> bool:
    """Whether Discord lets only adults in; a thread is as its channel."""
    asked = getattr(channel, "is_nsfw", None)
    return bool(asked()) if asked is not None else False


def asker_of(interaction: discord.Interaction[Any], *, private: bool = False) -> Asker:
    """The member behind an interaction, with the way to answer."""
    return Asker(
        user_id=UserId(interaction.user.id),
        place=place_of(interaction),
        reply=Reply(
            application_id=interaction.application_id,
            interaction_id=InteractionId(interaction.id),
            token=interaction.token,
            # By our own clock: the snowflake's is Discord's, and the two may differ by more than the margin.
            expires_at=datetime.now(UTC) + TOKEN_LIFE,
            private=private,
        ),
        roles=tuple(role.id for role in interaction.user.roles) if isinstance(interaction.user, discord.Member) else (),
        is_manager=interaction.guild_id is not None and interaction.permissions.manage_guild,
        in_age_restricted=_age_restricted(interaction.channel),
        can_moderate=interaction.guild_id is not None and interaction.permissions.manage_messages,
    )
