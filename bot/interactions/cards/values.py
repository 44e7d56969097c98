"""How limits and settings are written: the same words in the panel, in lists, and in what a change answers."""

from datetime import datetime

from bot.domain.servers.quotas import Flagged, Policy
from bot.domain.servers.settings import ServerSettings
from bot.domain.words.text import escaped, shortened

# A text holds 4000 characters in a whole message; the rest of a long list is counted only.
MOST_LISTED = 20
_SHOWN = 300

FLAGGED = {
    Flagged.DROP: "dropped, and not charged",
    Flagged.SPOILER: "spoilers in age-restricted channels, dropped elsewhere",
}


def count(number: int, noun: str) -> str:
    """`1 image`, `12 images`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def at_once(policy: Policy) -> str:
    """How many portraits at once a member may have; empty for any number."""
    return "" if policy.running_per_member is None else count(policy.running_per_member, "portrait")


def pause(policy: Policy) -> str:
    """The pause between two portraits, to the second; empty for none."""
    minutes, seconds = divmod(round(policy.cooldown.total_seconds()), 60)
    if minutes < 2:
        minutes, seconds = 0, minutes * 60 + seconds
    hours, minutes = divmod(minutes, 60) if minutes >= 120 else (0, minutes)
    parts = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    return " ".join(count(number, noun) for number, noun in parts if number)


def own(per_day: int | None) -> str:
    """A limit for a day of a role or a person."""
    if per_day is None:
        return "unlimited within the server's limits"
    return "may not paint" if per_day == 0 else f"{per_day} a day"


def places(policy: Policy) -> str:
    """Where the bot paints."""
    if policy.channels is None:
        return "every channel"
    if not policy.channels:
        return "none: those that were chosen were deleted"
    named = [f"<#{each}>" for each in sorted(policy.channels)]
    more = len(named) - MOST_LISTED
    return ", ".join(named[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def words(policy: Policy) -> str:
    """The refused words, hidden until they are clicked."""
    listed = ", ".join(escaped(word) for word in policy.words)
    return f"||{shortened(listed, _SHOWN)}|| ({len(policy.words)})" if listed else "none"


def negative(policy: Policy) -> str:
    """What is added to every negative prompt."""
    return escaped(shortened(policy.negative, _SHOWN)) or "none"


def log(policy: Policy) -> str:
    """The channel that hears of changes."""
    return f"<#{policy.log_channel}>" if policy.log_channel else "none"


def coming_zone(settings: ServerSettings, policy: Policy) -> str:
    """The time zone that was chosen, whether it holds already or from the next midnight on."""
    return settings.next_timezone if _is_coming(settings, policy) and settings.next_timezone else policy.timezone


def zone(settings: ServerSettings, policy: Policy) -> str:
    """The time zone in force, and the one that follows."""
    said = f"**{policy.timezone}**"
    return f"{said} (**{settings.next_timezone}**{since(settings, policy)})" if _is_coming(settings, policy) else said


def since(settings: ServerSettings, policy: Policy) -> str:
    """From when on a chosen time zone holds; empty for one that holds already."""
    begins = settings.timezone_from
    return f" from {_at(begins)} on" if begins and _is_coming(settings, policy) else ""


def _is_coming(settings: ServerSettings, policy: Policy) -> bool:
    return bool(settings.next_timezone and settings.timezone_from) and settings.next_timezone != policy.timezone


def _at(instant: datetime) -> str:
    return f"<t:{int(instant.timestamp())}:f>"
