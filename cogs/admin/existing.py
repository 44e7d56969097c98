"""What an option names may be gone by the time it arrives."""

from typing import Any

import discord

from bot.domain.errors import GoneFromServer, NotInServer, RouteClosed
from bot.domain.ids import ChannelId


def guild_of(interaction: discord.Interaction[Any]) -> discord.Guild:
    if interaction.guild is None:
        raise NotInServer
    return interaction.guild


def role(interaction: discord.Interaction[Any], given: discord.abc.Snowflake) -> int:
    """The id of a role that exists; raises GoneFromServer."""
    guild = guild_of(interaction)
    # In the first moments after a start the server's roles are not known yet: Discord's word counts then.
    known = guild.get_role(given.id) is not None or (guild.unavailable and isinstance(given, discord.Role))
    if not known:
        raise GoneFromServer("role")
    return given.id


def channel(interaction: discord.Interaction[Any], given: discord.abc.Snowflake) -> ChannelId:
    """The id of a channel that exists; raises GoneFromServer."""
    if guild_of(interaction).get_channel(given.id) is None:
        raise GoneFromServer("channel")
    return ChannelId(given.id)


def writable(interaction: discord.Interaction[Any], given: discord.TextChannel) -> ChannelId:
    """As `channel`, and the bot may write there; raises RouteClosed."""
    found = channel(interaction, given)
    permissions = given.permissions_for(guild_of(interaction).me)
    if not (permissions.view_channel and permissions.send_messages):
        raise RouteClosed("log channel")
    return found


async def member(interaction: discord.Interaction[Any], given: discord.abc.Snowflake) -> discord.Member:
    """The member; raises GoneFromServer for a person who left, or was never there."""
    if isinstance(given, discord.Member):
        return given
    try:
        return await guild_of(interaction).fetch_member(given.id)
    except discord.NotFound:
        raise GoneFromServer("member") from None
