"""What an option names may be gone by the time it arrives.

Discord's payload is believed. The full lists of a server that is known may say that something is gone, and only that:
before they came, in an outage, or in another process nothing is missing from a list.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread
from discord.enums import try_enum
from discord.http import HTTPClient
from typing_extensions import override

from bot.domain.errors import GoneFromServer, NotInServer, RouteClosed, UnknownChoice
from bot.domain.ids import ChannelId
from bot.interactions.patience import Trouble
from bot.interactions.payload import allows, spot_of

T = TypeVar("T")

# A command must be acknowledged within three seconds.
ASK_SECONDS = 1.5
LOG_KINDS = {"text": discord.ChannelType.text, "announcements": discord.ChannelType.news}
_THREADS = {discord.ChannelType.news_thread, discord.ChannelType.public_thread, discord.ChannelType.private_thread}
_POSTS = {discord.ChannelType.forum, discord.ChannelType.media}
_PAINTED_IN = {
    "text": discord.ChannelType.text,
    "announcements": discord.ChannelType.news,
    "forum": discord.ChannelType.forum,
    "media": discord.ChannelType.media,
    "voice": discord.ChannelType.voice,
    "stage": discord.ChannelType.stage_voice,
}


@dataclass(frozen=True, slots=True)
class Given:
    """A channel or thread as a payload names it; `parent_id` is a thread's."""

    id: int
    type: discord.ChannelType
    parent_id: int | None = None


class ChannelOption(app_commands.Transformer):
    """A channel or thread as the payload names it: discord.py's own looks it up in the cache.

    Without kinds all are offered, and looked at later: Discord describes no way to offer media channels by kind.
    """

    def __init__(self, *kinds: discord.ChannelType) -> None:
        self._kinds = list(kinds)

    @property
    @override
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    @override
    def channel_types(self) -> list[discord.ChannelType]:
        return self._kinds

    @override
    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> Given:
        known = isinstance(value, AppCommandChannel | AppCommandThread)
        if not known or (self._kinds and value.type not in self._kinds):
            raise app_commands.TransformerError(value, self.type, self)
        return Given(value.id, value.type, value.parent_id if isinstance(value, AppCommandThread) else None)


def chosen(interaction: discord.Interaction[Any], ids: str) -> list[Given]:
    """The channels of a form's list, by what Discord says of them; raises GoneFromServer for one it says nothing of."""
    said = cast("Mapping[str, Any]", interaction.data or {}).get("resolved", {}).get("channels", {})
    return [_resolved(said.get(each)) for each in ids.split()]


def _resolved(channel: Mapping[str, Any] | None) -> Given:
    if channel is None:
        raise GoneFromServer("channel")
    parent = channel.get("parent_id") if channel["type"] in {kind.value for kind in _THREADS} else None
    return Given(int(channel["id"]), try_enum(discord.ChannelType, channel["type"]), int(parent) if parent else None)


def role(interaction: discord.Interaction[Any], given: discord.abc.Snowflake) -> int:
    """The id of a role that exists; raises GoneFromServer."""
    known = roles(interaction)
    if not isinstance(given, discord.Role) or (known is not None and given.id not in known):
        raise GoneFromServer("role")
    return given.id


def roles(interaction: discord.Interaction[Any]) -> frozenset[int] | None:
    """The ids of the server's roles; None where they are not known."""
    guild = _server(interaction)
    return frozenset(each.id for each in guild.roles) if complete(guild) else None


def channel(interaction: discord.Interaction[Any], given: Given) -> ChannelId:
    """The id of a channel that exists; raises GoneFromServer."""
    guild = _server(interaction)
    # Threads are in no full list.
    if given.type not in _THREADS and complete(guild) and guild.get_channel(given.id) is None:
        raise GoneFromServer("channel")
    return ChannelId(given.id)


def complete(guild: discord.Guild) -> bool:
    """Whether all roles and channels of a server are known: no server is without the role that everybody has."""
    return not guild.unavailable and bool(guild.roles)


async def paintable(interaction: discord.Interaction[Any], given: Given | None) -> ChannelId:
    """The channel that a rule of places is for: the one given, else that of the command; raises UnknownChoice.

    In a post it is the forum or media channel that holds it, for posts come and go.
    """
    if given is None:
        spot = spot_of(interaction)
        return await _holding(interaction, spot.channel_id, spot.parent_id)
    found = channel(interaction, given)
    if given.parent_id is not None:
        return await _holding(interaction, found, ChannelId(given.parent_id))
    if given.type not in _PAINTED_IN.values():
        raise UnknownChoice("kind of channel", given.type.name, tuple(_PAINTED_IN))
    return found


async def _holding(
    interaction: discord.Interaction[Any], channel_id: ChannelId, parent_id: ChannelId | None
) -> ChannelId:
    if parent_id is None:
        return channel_id
    known = _server(interaction).get_channel(parent_id)
    if known is not None:
        # No forum becomes another kind of channel: what is known of it is never out of date.
        return parent_id if known.type in _POSTS else channel_id
    parent = await _asked(interaction.client.http.get_channel(parent_id))
    return parent_id if parent and parent["type"] in {kind.value for kind in _POSTS} else channel_id


async def missing(http: HTTPClient, channel_id: int) -> bool:
    """Whether Discord says that there is no such channel or thread; one that I may not see is there."""
    try:
        await asyncio.wait_for(http.get_channel(channel_id), ASK_SECONDS)
    except discord.NotFound:
        return True
    except (*Trouble, TimeoutError):
        return False
    return False


async def log_channel(interaction: discord.Interaction[Any], given: Given) -> ChannelId:
    """As `writable`, of a kind that can be a log; raises UnknownChoice."""
    if given.type not in LOG_KINDS.values():
        raise UnknownChoice("kind of channel", given.type.name, tuple(LOG_KINDS))
    return await writable(interaction, given)


async def writable(interaction: discord.Interaction[Any], given: Given) -> ChannelId:
    """As `channel`, and the bot may write there as far as Discord says; raises RouteClosed."""
    found = channel(interaction, given)
    granted = await _asked(_granted(interaction, given))
    if granted is not None and not allows(granted, view_channel=True, send_messages=True):
        raise RouteClosed("log channel")
    return found


async def _granted(interaction: discord.Interaction[Any], given: Given) -> discord.Permissions:
    guild = await interaction.client.fetch_guild(_server(interaction).id, with_counts=False)
    try:
        there = await guild.fetch_channel(given.id)
    except discord.Forbidden:
        return discord.Permissions.none()
    me = interaction.client.user
    return there.permissions_for(await guild.fetch_member(me.id if me else interaction.application_id))


async def member(interaction: discord.Interaction[Any], given: discord.User | discord.Member) -> discord.Member:
    """The member; raises GoneFromServer for a person who left, or was never there."""
    if isinstance(given, discord.Member):
        return given
    try:
        return await person(interaction, given.id)
    except discord.NotFound:
        raise GoneFromServer("member") from None


async def person(interaction: discord.Interaction[Any], user_id: int) -> discord.Member:
    """The member of that id, from Discord itself."""
    return await _server(interaction).fetch_member(user_id)


def _server(interaction: discord.Interaction[Any]) -> discord.Guild:
    if interaction.guild is None:
        raise NotInServer
    return interaction.guild


async def _asked(question: Awaitable[T]) -> T | None:
    """What Discord answers while the command can wait; None where it does not."""
    try:
        return await asyncio.wait_for(question, ASK_SECONDS)
    except (*Trouble, TimeoutError, discord.InvalidData):
        return None
