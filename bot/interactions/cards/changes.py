"""What a change of an admin answers: old and new, and nothing else."""

from collections.abc import Callable
from typing import Any

from bot.domain.servers.quotas import MemberLimit, RoleLimit
from bot.interactions.cards import values
from bot.interactions.cards.base import CardView, Text
from bot.services.servers.answers import AnyChange, InForce, MemberChanged, Recounted, RoleChanged, SettingsChanged

_ZONE = "Time zone"
SAME = "Nothing was changed: it is so already."

# Which settings a line is about, what it is called, and how it is said.
_LINES: tuple[tuple[tuple[str, ...], str, Callable[[InForce], str]], ...] = (
    (("guild_per_day",), "Server, a day", lambda f: _number(f.policy.server_per_day, f.settings.guild_per_day)),
    (("guild_per_month",), "Server, a month", lambda f: _number(f.policy.server_per_month, f.settings.guild_per_month)),
    (("member_per_day",), "Member, a day", lambda f: _number(f.policy.member_per_day, f.settings.member_per_day)),
    (("running_per_member",), "Member, at once", lambda f: values.at_once(f.policy) or "no limit"),
    (
        ("cooldown_seconds",),
        "Member, between two portraits",
        lambda f: _chosen(values.pause(f.policy) or "no pause", f.settings.cooldown_seconds),
    ),
    (("channels",), "Channels", lambda f: values.places(f.policy)),
    (("style",), "Style", lambda f: _chosen(f.policy.style, f.settings.style)),
    (("framing",), "Framing", lambda f: _chosen(f.policy.framing, f.settings.framing)),
    (("steps",), "Steps", lambda f: _chosen(f.policy.steps, f.settings.steps)),
    (("guidance",), "Guidance", lambda f: _chosen(f"{f.policy.guidance:g}", f.settings.guidance)),
    (("negative",), "Negative prompt added", lambda f: values.negative(f.policy)),
    (("words",), "Refused words", lambda f: values.words(f.policy)),
    (("flagged",), "Flagged pictures", lambda f: values.FLAGGED[f.policy.flagged]),
    (
        ("timezone", "next_timezone", "timezone_from"),
        _ZONE,
        lambda f: values.coming_zone(f.settings, f.policy),
    ),
    (("log_channel_id",), "Log", lambda f: values.log(f.policy)),
)


def changed(change: AnyChange) -> CardView:
    """The answer of a command."""
    return CardView(Text(told(change)))


def told(change: AnyChange) -> str:
    """`Time zone: **UTC → Europe/Madrid**`, a line for each thing that was changed."""
    match change:
        case SettingsChanged():
            lines = _of_settings(change)
        case RoleChanged():
            lines = _unless_same(f"<@&{change.role_id}>", _role(change.before), _role(change.after))
        case MemberChanged():
            whom = f"<@{change.after.user_id}>"
            lines = _unless_same(whom, _member(change.before), _member(change.after))
            lines += _unless_same(f"{whom}, extra images", f"{change.gift_before}", f"{change.gift_after}")
        case Recounted():
            lines = _of_counters(change)
    return "\n".join(lines) or SAME


def _arrow(what: str, old: str, new: str) -> str:
    return f"{what}: **{old} → {new}**"


def _unless_same(what: str, old: str, new: str) -> list[str]:
    return [_arrow(what, old, new)] if old != new else []


def _of_settings(change: SettingsChanged) -> list[str]:
    before, after = change.before, change.after

    def differs(name: str) -> bool:
        return getattr(before.settings, name) != getattr(after.settings, name)

    changed = [(what, said(before), said(after)) for names, what, said in _LINES if any(map(differs, names))]
    # A time zone that came into force is written down in another way, and is the same.
    lines = [_arrow(what, old, new) for what, old, new in changed if what != _ZONE or old != new]
    # What was chosen holds from midnight on.
    begins = values.since(after.settings, after.policy) if differs("next_timezone") else ""
    return [line + begins for line in lines] if begins else lines


def _number(holds: int | None, chosen: int | None) -> str:
    return _chosen("no limit" if holds is None else f"{holds}", chosen)


def _chosen(holds: Any, chosen: object) -> str:
    return f"{holds}" if chosen is not None else f"{holds} (default)"


def _role(limit: RoleLimit | None) -> str:
    return "no limit of its own" if limit is None else values.own(limit.per_day)


def _member(limit: MemberLimit) -> str:
    return values.own(limit.per_day) if limit.has_limit else "no exception"


def _of_counters(change: Recounted) -> list[str]:
    whose = f"<@{change.user_id}>" if change.user_id else "Server"
    lines = [_counted(f"{whose}, images of today", *change.day)]
    return [*lines, _counted("Server, images of this month", *change.month)] if change.month else lines


def _counted(what: str, old: int, new: int) -> str:
    return _arrow(what, f"{old}", f"{new} (being painted)" if new else "0")
