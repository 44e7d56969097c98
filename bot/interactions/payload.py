"""What Discord said along with an interaction: read from its payload, never looked up in a cache.

A cache is empty after a start and in an outage, and always where another process, or an HTTP request, brings the
interaction. discord.py keeps most of a payload, but it prefers the cached channel to the one that was sent, and knows
a thread's age restriction by its cached parent only. So the payload itself is at hand while an interaction is handled.
This is the one place that reaches below discord.py's surface for it; `tests/interactions/test_payload.py` pins that.
"""

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.ids import ChannelId, InteractionId
from bot.interactions.shape import lacking
from bot.logs import about
from bot.ports.measures import UNMEASURED, Kind, Measures

_THREADS = frozenset(
    {discord.ChannelType.news_thread, discord.ChannelType.public_thread, discord.ChannelType.private_thread}
)
_NOTHING: Mapping[str, Any] = {}
_current: ContextVar[Mapping[str, Any]] = ContextVar("payload", default=_NOTHING)
_KINDS = {2: Kind.COMMAND, 3: Kind.COMPONENT, 4: Kind.SUGGESTION, 5: Kind.FORM}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An interaction that is being handled: what kind it is, and when it came, by `time.monotonic`."""

    kind: Kind
    at: float


_arrival: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


@dataclass(frozen=True, slots=True)
class Spot:
    """The channel of an interaction. `parent_id`: what a thread or post belongs to. What is not said is not so."""

    channel_id: ChannelId
    parent_id: ChannelId | None = None
    age_restricted: bool = False


def keep_payloads(
    client: discord.Client,
    measures: Measures = UNMEASURED,
    begins: Callable[[Mapping[str, Any]], bool] = lambda _: True,
) -> None:
    """Let the payload of an interaction be at hand in whatever handles it, and its ids in whatever is logged there.

    `begins`: whether it is handled here at all, whatever kind it is.
    """
    parsers: dict[str, Any] = client._connection.parsers  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - see above
    parse = parsers["INTERACTION_CREATE"]

    def parsed(data: Mapping[str, Any]) -> None:
        # What handles the interaction runs in tasks that are made while it is parsed: they inherit all of this.
        arrival = Arrival(_KINDS.get(data.get("type", 0), Kind.OTHER), time.monotonic())
        measures.arrived(arrival.kind)
        token, at = _current.set(data), _arrival.set(arrival)
        try:
            with about(interaction=data.get("id"), server=data.get("guild_id")):
                if begins(data):
                    parse(data)
        finally:
            _current.reset(token)
            _arrival.reset(at)

    parsers["INTERACTION_CREATE"] = parsed


def hand_over(client: discord.Client, payload: Mapping[str, Any]) -> str:
    """Have an interaction handled that came otherwise than by the gateway; returns what is wrong with its payload.

    From here on nobody can tell the difference: commands, buttons, forms and suggestions are dispatched by the library.
    """
    wrong = lacking(payload)
    if wrong:
        return wrong
    parsers: dict[str, Any] = client._connection.parsers  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - see above
    try:
        parsers["INTERACTION_CREATE"](payload)
    except Exception as error:  # noqa: BLE001 - whatever is missing deeper in it, the next request is another one
        return f"{type(error).__name__} in interaction {payload['id']}"
    return ""


def interaction_id() -> InteractionId:
    """Of the interaction that is being handled; 0 where none is."""
    return InteractionId(int(_current.get().get("id", 0)))


def arrival() -> Arrival | None:
    """Of the interaction that is being handled."""
    return _arrival.get()


def spot_of(interaction: discord.Interaction[Any]) -> Spot:
    """Where an interaction happens."""
    payload = _current.get()
    if str(payload.get("id")) != str(interaction.id):
        # Another interaction's, or none: then nothing is known that would open anything.
        return Spot(ChannelId(interaction.channel_id or 0))
    channel: Mapping[str, Any] = payload.get("channel") or _NOTHING
    channel_id = payload.get("channel_id") or channel.get("id") or 0
    is_thread = channel.get("type") in {each.value for each in _THREADS}
    parent_id = channel.get("parent_id") if is_thread else None
    return Spot(ChannelId(int(channel_id)), ChannelId(int(parent_id)) if parent_id else None, bool(channel.get("nsfw")))


def roles_of(person: discord.Member | discord.User) -> tuple[int, ...]:
    """The ids of the roles that Discord named with this person, and of the one that everybody has."""
    if not isinstance(person, discord.Member):
        return ()
    # Its public `roles` leaves out what the cache does not know.
    held = person._roles  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - see above
    return (person.guild.id, *held)


def allows(permissions: discord.Permissions, **wanted: bool) -> bool:
    """Whether all of these are granted; an administrator has them all."""
    return permissions.administrator or permissions >= discord.Permissions(**wanted)
