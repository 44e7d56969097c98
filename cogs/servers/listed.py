"""What stands in an admin's lists, offered by its id: an option of Discord's cannot name what was deleted."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.domain.errors import UnknownChoice
from bot.domain.ids import ChannelId, UserId
from bot.domain.servers.quotas import MemberLimit, RoleLimit
from bot.domain.words.text import clean, shortened
from bot.interactions.context import asker_of, services_of
from bot.services.asker import Asker
from bot.services.servers.administration import Administration
from bot.services.servers.answers import AnyChange

T = TypeVar("T")

_MOST = 25
_LONGEST = 100
_ROLE, _MEMBER = "role", "member"


async def suggest_limits(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """The roles and members that have a limit of their own."""
    shown = await services_of(interaction).administration.overview(asker_of(interaction))
    found = [(f"{_ROLE}:{each.role_id}", _role(interaction, each)) for each in shown.roles]
    found += [(f"{_MEMBER}:{each.user_id}", _member(each)) for each in shown.members]
    return _choices(found, current)


async def suggest_channels(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """The channels and threads of the list."""
    shown = await services_of(interaction).administration.overview(asker_of(interaction))
    return _choices(
        ((str(each), _channel(interaction, each)) for each in shown.settings.channels or ()),
        current,
    )


def _choices(found: Iterable[tuple[str, str]], current: str) -> list[app_commands.Choice[str]]:
    typed = clean(current[:_LONGEST]).casefold()
    matching = [(value, shortened(name, _LONGEST)) for value, name in found if typed in f"{name} {value}".casefold()]
    return [app_commands.Choice(name=name, value=value) for value, name in matching[:_MOST]]


def _role(interaction: discord.Interaction[Any], limit: RoleLimit) -> str:
    # For the eye alone: an empty cache costs a name, nothing else.
    known = interaction.guild.get_role(limit.role_id) if interaction.guild else None
    return f"role {f'@{known.name}' if known else limit.role_id}: {_own(limit.per_day)}"


def _member(limit: MemberLimit) -> str:
    facts = [_own(limit.per_day)] if limit.has_limit else []
    facts += [f"{limit.gift} extra given"] if limit.gift else []
    return f"member {limit.user_id}: {', '.join(facts)}"


def _own(per_day: int | None) -> str:
    return "unlimited" if per_day is None else f"{per_day} a day"


def _channel(interaction: discord.Interaction[Any], channel_id: ChannelId) -> str:
    known = interaction.guild.get_channel_or_thread(channel_id) if interaction.guild else None
    return f"#{known.name}" if known else f"channel or thread {channel_id}"


async def remove_limit(administration: Administration, asker: Asker, entry: str) -> AnyChange:
    """Take a role's or member's own limit away; raises UnknownChoice for what is no entry of the list."""
    kind, _, number = entry.partition(":")
    if kind not in {_ROLE, _MEMBER}:
        raise _unknown(entry)
    if kind == _ROLE:
        return await administration.set_role(asker, number_of(number, int), None, remove=True)
    return await administration.set_member(asker, number_of(number, UserId), clear=True)


def number_of(entry: str, kind: Callable[[int], T]) -> T:
    """The id of an entry; raises UnknownChoice, for an entry can be typed."""
    if not (entry.isascii() and entry.isdigit() and 0 < int(entry[:20]) < 2**63):
        raise _unknown(entry)
    return kind(int(entry[:20]))


def _unknown(entry: str) -> UnknownChoice:
    return UnknownChoice("entry", shortened(clean(entry[:_LONGEST]), 40), ("those that appear while you type",))
