"""Lines for a server's log channel: sent in the background, in order, and never in anybody's way."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.ids import ChannelId, PortraitId, UserId
from bot.domain.portraits.portrait import Budget, Portrait
from bot.domain.servers.money import Price
from bot.domain.servers.settings import Change
from bot.domain.words import text

_log = logging.getLogger(__name__)

# Tells a channel one line, about a reported portrait with buttons to decide; given by the composition root.
Announce = Callable[[ChannelId, str, PortraitId | None], Awaitable[None]]

_MOST_WAITING = 100
_VALUE_LIMIT = 100
_NAMES = {
    "guild_per_day": "server, images a day",
    "guild_per_month": "server, images a month",
    "member_per_day": "member, images a day",
    "running_per_member": "portraits at once",
    "cooldown_seconds": "pause in seconds",
    "next_timezone": "time zone",
    "log_channel_id": "log channel",
    "per_day": "images a day",
    "gift": "extra images given",
    "words": "refused words",
    "flagged": "flagged pictures",
    "negative": "negative prompt",
}
# Facts that explain themselves beside the others, or that say who is meant.
_UNSAID = {"timezone", "timezone_from", "has_limit", "role_id", "user_id"}


class Journal:
    """Announces without being waited for. A channel that is gone or slow changes nothing for anybody.

    There is one for the whole bot: the order of a channel's lines, and how many may wait, hold whoever wrote them.
    """

    def __init__(self, announce: Announce) -> None:
        self._announce = announce
        self._turns: dict[ChannelId, asyncio.Lock] = {}
        self._waiting: set[asyncio.Task[None]] = set()

    def tell(self, channel: ChannelId | None, line: str, reported: PortraitId | None = None) -> None:
        """Send the line when the channel's earlier ones are through. It is dropped when too many wait."""
        if channel is None:
            return
        if len(self._waiting) >= _MOST_WAITING:
            _log.warning("log channel %s: too many lines wait, one was dropped", channel)
            return
        task = asyncio.create_task(self._send(channel, line, reported), name="journal")
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _send(self, channel: ChannelId, line: str, reported: PortraitId | None) -> None:
        async with self._turns.setdefault(channel, asyncio.Lock()):
            try:
                await self._announce(channel, line, reported)
            except Exception:  # noqa: BLE001 - whatever it was, nobody waits for this line
                _log.exception("log channel %s: a line did not arrive", channel)

    async def drain(self) -> None:
        """Wait for the lines that are on their way."""
        if self._waiting:
            await asyncio.gather(*self._waiting, return_exceptions=True)


def of_change(change: Change) -> str:
    """The line of a change: who, what, before and after."""
    before, after = json.loads(change.before), json.loads(change.after)
    target = after.get("role_id") or before.get("role_id")
    whom = f" for <@&{target}>" if target else ""
    person = after.get("user_id") or before.get("user_id")
    whom = f" for <@{person}>" if person else whom
    listed = _facts(before, after)
    who = f"<@{change.actor_id}>" if change.actor_id else "The operator"
    return f"⚙️ {who} changed `{change.what}`{whom}{listed}"


def of_tidying(change: Change) -> str:
    """The line of what went because Discord deleted a role or a channel."""
    before, after = json.loads(change.before), json.loads(change.after)
    role = f" (`{before['role_id']}`)" if "role_id" in before else ""
    closed = " I paint nowhere until an admin chooses channels." if after.get("channels") == [] else ""
    return f"🧹 {change.what.capitalize()}{role}{_facts(before, after)}.{closed}"


def _facts(before: dict[str, Any], after: dict[str, Any]) -> str:
    said = {name: (_said(name, before), _said(name, after)) for name in {**before, **after} if name not in _UNSAID}
    facts = [f"{_NAMES.get(name, name)} {old} → {new}" for name, (old, new) in said.items() if old != new]
    return f": {', '.join(facts)}" if facts else ""


def of_reset(actor: UserId, member: UserId | None) -> str:
    """The line of a reset."""
    whose = f"<@{member}>'s images of today" if member else "the server's images of today and this month"
    return f"⚙️ <@{actor}> reset what was counted: {whose}"


def of_month(month: Budget, price: Price | None) -> str:
    """The line of a month that runs out."""
    used = month.maximum - month.left
    cost = f", about {price.said(used)}" if price else ""
    return (
        f"📈 {used} of this server's {month.maximum} images of the month are used{cost}."
        f" Counting begins again <t:{int(month.resets_at.timestamp())}:R>; `/quota set` changes the limit."
    )


def of_refusal(member: UserId, channel: ChannelId) -> str:
    """The line of a refused prompt, without a word of it."""
    return f"🚫 A prompt of <@{member}> in <#{channel}> held a refused word. It was not painted."


def of_report(portrait: Portrait) -> str:
    """The line of a reported picture. Not who reported it: the channel may be read by everybody."""
    place = f"{portrait.place.guild_id}/{portrait.place.channel_id}/{portrait.message_id}"
    link = f"https://discord.com/channels/{place}" if portrait.message_id and not portrait.reply.private else ""
    what = f"[A portrait]({link})" if link else "A portrait"
    return (
        f"🚩 {what} by <@{portrait.owner_id}> in <#{portrait.place.channel_id}> was reported. It is hidden from the"
        " gallery until somebody with Manage Server decides. `/quota member limit:0` blocks a member. Its number:"
        f" `{portrait.id}`"
    )


def _said(name: str, side: dict[str, Any]) -> str:
    value = side.get(name)
    match name:
        case _ if name not in side:
            said = "none"
        case "per_day" if value is None:
            said = "unlimited" if side.get("has_limit", True) else "none"
        case "words":
            # How many, not which: the channel may be read by everybody.
            said = str(len(value or ()))
        case "gift" if not value:
            said = "none"
        case "log_channel_id":
            said = f"<#{value}>" if value else "none"
        case "channels":
            said = (
                "every channel"
                if value is None
                else text.shortened(" ".join(f"<#{each}>" for each in value) or "none", 500)
            )
        case _ if value is None:
            said = "default"
        case _ if isinstance(value, float):
            said = f"{value:g}"
        case _:
            said = text.escaped(text.shortened(str(value), _VALUE_LIMIT)) or "none"
    return said
