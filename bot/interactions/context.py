"""From Discord's interaction to the words of the house: who asks, from where, and the use cases to call."""

from dataclasses import dataclass
from typing import Any, Protocol, cast

import discord

from bot.domain.ids import GuildId, InteractionId, UserId
from bot.domain.portraits.portrait import Place, Reply
from bot.interactions.cards.help import Pages
from bot.interactions.payload import allows, roles_of, spot_of
from bot.ports.done import DoneStore
from bot.ports.measures import Measures
from bot.services.asker import Asker
from bot.services.characters.exporting import Exporting
from bot.services.characters.lookup import Lookup
from bot.services.characters.saving import Characters
from bot.services.characters.sharing import Sharing
from bot.services.characters.transfer import Transfer
from bot.services.portraits.gallery import Gallery
from bot.services.portraits.likeness import Likeness
from bot.services.portraits.painting import Portraits
from bot.services.portraits.preferences import Preferring
from bot.services.portraits.remakes import Remakes
from bot.services.portraits.reporting import Reporting
from bot.services.portraits.showing import Showing
from bot.services.portraits.storyboards import Storyboards
from bot.services.privacy import Privacy
from bot.services.servers.administration import Administration
from bot.services.servers.policies import Policies
from bot.services.servers.standing import Standing
from bot.services.servers.tidying import Tidying


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that commands and buttons call, what tells a second delivery from the first, and the operator's
    pages.
    """

    portraits: Portraits
    remakes: Remakes
    showing: Showing
    likeness: Likeness
    reporting: Reporting
    storyboards: Storyboards
    lookup: Lookup
    characters: Characters
    policies: Policies
    administration: Administration
    standing: Standing
    sharing: Sharing
    transfer: Transfer
    exporting: Exporting
    gallery: Gallery
    privacy: Privacy
    tidying: Tidying
    done: DoneStore
    preferring: Preferring
    pages: Pages


class HasServices(Protocol):
    services: Services
    measures: Measures


def services_of(interaction: discord.Interaction[Any]) -> Services:
    """The use cases of the running bot."""
    return cast("HasServices", interaction.client).services


def measures_of(interaction: discord.Interaction[Any]) -> Measures:
    """Who counts what happens to members."""
    return cast("HasServices", interaction.client).measures


def _place_of(interaction: discord.Interaction[Any]) -> Place:
    """The server counts only where the bot itself was installed there, not where only the member brought it."""
    guild_id = interaction.guild_id if interaction.guild_id and interaction.is_guild_integration() else None
    # Older payloads, and simulators, carry no installation owners at all: then the server is the place.
    if guild_id is None and interaction.guild_id and not interaction.is_user_integration():
        guild_id = interaction.guild_id
    spot = spot_of(interaction)
    return Place(spot.channel_id, GuildId(guild_id) if guild_id else None, spot.parent_id)


def user_id_of(person: discord.abc.Snowflake) -> UserId:
    """Who is meant by an option, or by Discord."""
    return UserId(person.id)


def asker_of(interaction: discord.Interaction[Any], *, private: bool | None = None) -> Asker:
    """The member behind an interaction, with the way to answer; `private` None: as they prefer."""
    return Asker(
        user_id=user_id_of(interaction.user),
        place=_place_of(interaction),
        reply=Reply(
            application_id=interaction.application_id,
            interaction_id=InteractionId(interaction.id),
            token=interaction.token,
            private=bool(private),
        ),
        roles=roles_of(interaction.user),
        is_manager=interaction.guild_id is not None and allows(interaction.permissions, manage_guild=True),
        in_age_restricted=spot_of(interaction).age_restricted,
        can_moderate=interaction.guild_id is not None and allows(interaction.permissions, manage_messages=True),
        is_public=private is False,
    )
