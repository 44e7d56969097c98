"""Cards of limits and settings: what a member has left, what an admin decided, who used what."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import discord

from bot.domain.ids import UserId
from bot.domain.portraits.portrait import Budget, Place
from bot.domain.servers.quotas import Allowance, Flagged, MemberLimit, Policy, RoleLimit
from bot.domain.words.text import escaped, shortened
from bot.interactions import replies
from bot.interactions.cards.base import ACCENT, MUTED, CardView, Text
from bot.interactions.charts import Bar
from bot.services.servers.administration import Overview
from bot.services.servers.policies import Rules

# A text holds 4000 characters in a whole message; the rest of a long list is counted only.
_MOST_LISTED, _SHOWN = 20, 300
_SOURCES = {"member_day": "", "role_day": " (the limit of a role)", "exception_day": " (a limit of their own)"}
_SQUARES = 10


def mine(rules: Rules, budgets: Sequence[Budget], place: Place) -> CardView:
    """`/quota mine`: what is left of each limit here, where it comes from, when it resets."""
    policy = rules.policy
    head = "### Your images here" if place.guild_id is not None else "### Your images outside of servers"
    lines = [_budget(budget) for budget in _shown(budgets, rules.mine)]
    if rules.mine.per_day is None:
        lines.insert(0, f"You have no limit of your own for a day{_from(rules.mine, 'your role')}.")
    notes = _notes(policy)
    if not policy.paints_in(place):
        notes.append(f"I paint only in {_channels(policy)} here" if policy.channels else replies.CLOSED)
    items: list[discord.ui.Item[Any]] = [Text(head), Text("\n".join(lines))]
    if notes:
        items.append(Text("\n".join(f"-# {note}" for note in notes)))
    return CardView(*items)


def _from(allowance: Allowance, role: str) -> str:
    return {"role_day": f": {role} has none", "exception_day": ": an admin lifted it"}.get(allowance.source, "")


def _shown(budgets: Sequence[Budget], allowance: Allowance) -> list[Budget]:
    """Without an unused gift, and with the operator's ceiling only where it is what runs out first."""
    left = min((budget.left for budget in budgets if budget.limit == "server_month"), default=0)
    hidden = {"gift"} if not allowance.gift else set[str]()
    kept = [budget for budget in budgets if budget.limit not in hidden]
    return [budget for budget in kept if budget.limit != "ceiling_month" or budget.left < left]


def _budget(budget: Budget) -> str:
    names = {
        "member_day": "left today",
        "role_day": "left today, by the limit of your role",
        "exception_day": "left today, by a limit that an admin set for you",
        "gift": "extra images from an admin, for when the day is used up",
        "server_day": "left today for the whole server",
        "server_month": "left this month for the whole server",
        "ceiling_month": "left this month, by the operator's limit for this server",
    }
    # On a line of its own: with the bar before it, it would break in the middle on a phone.
    resets = "" if budget.limit == "gift" else f"\n-# resets {replies.when(budget.resets_at)}"
    used = f"{budget.left} of {budget.maximum}" if budget.limit != "gift" else f"{budget.left}"
    bar = "" if budget.limit == "gift" else f"`{_bar(budget)}` "
    return f"{bar}**{used}** {names.get(budget.limit, budget.limit)}{resets}"


def _bar(budget: Budget) -> str:
    """What is left, as ten squares; the first goes with the first image, the last with the last."""
    full = round(budget.left * _SQUARES / budget.maximum) if budget.maximum else 0
    if 0 < budget.left < budget.maximum:
        full = min(max(full, 1), _SQUARES - 1)
    return "▰" * full + "▱" * (_SQUARES - full)


def _notes(policy: Policy) -> list[str]:
    notes: list[str] = []
    if at_once := _at_once(policy):
        notes.append(f"{at_once} at once for each member")
    if pause := _pause(policy):
        notes.append(f"{pause} between two portraits")
    return notes


def _at_once(policy: Policy) -> str:
    return "" if policy.running_per_member is None else _count(policy.running_per_member, "portrait")


def _pause(policy: Policy) -> str:
    seconds = round(policy.cooldown.total_seconds())
    if seconds < 120:
        return _count(seconds, "second") if seconds else ""
    return _count(round(seconds / 60), "minute") if seconds < 7200 else _count(round(seconds / 3600), "hour")


def limits(shown: Overview, roles: frozenset[int] | None, head: str = "### Limits of this server") -> CardView:
    """`/quota show`. `roles`: those that there are, None when Discord did not say; a limit may outlive its role."""
    policy = shown.policy
    by_name = {budget.limit: budget for budget in shown.budgets}
    lines = [
        f"Server, a day: {_limit(policy.server_per_day, by_name.get('server_day'))}",
        f"Server, a month: {_limit(policy.server_per_month, by_name.get('server_month'))}",
        f"Member, a day: {_limit(policy.member_per_day, None)}",
        f"Member, at once: {_at_once(policy) or 'no limit'}",
        f"Member, between two portraits: {_pause(policy) or 'no pause'}",
    ]
    items: list[discord.ui.Item[Any]] = [Text(head), Text("\n".join(lines))]
    if shown.roles:
        items += [_line(), Text("**Roles, a day**\n" + _listed([_role(each, roles) for each in shown.roles]))]
    if shown.members:
        items += [_line(), Text("**Members**\n" + _listed([_member(each) for each in shown.members]))]
    items.append(_line())
    if ceiling := by_name.get("ceiling_month"):
        used = f"{ceiling.maximum - ceiling.left} used"
        items.append(Text(f"-# The operator allows {_count(ceiling.maximum, 'image')} a month (UTC) at most, {used}"))
    removal = " · `/quota set remove` takes a role or member off, also one that is gone"
    items.append(Text(f"-# Days and months by {_zone(shown)}{removal if shown.roles or shown.members else ''}"))
    return CardView(*items)


def _line() -> discord.ui.Separator[Any]:
    return discord.ui.Separator(spacing=discord.SeparatorSpacing.small)


def _limit(maximum: int | None, budget: Budget | None) -> str:
    if maximum is None:
        return "no limit"
    if budget is None:
        return f"**{maximum}**"
    return f"**{maximum}** · {budget.left} left · resets {replies.when(budget.resets_at)}"


def _role(limit: RoleLimit, known: frozenset[int] | None) -> str:
    gone = known is not None and limit.role_id not in known
    name = f"a role that was deleted (`{limit.role_id}`)" if gone else f"<@&{limit.role_id}>"
    return f"{name}: {_own(limit.per_day)}"


def _own(per_day: int | None) -> str:
    if per_day is None:
        return "unlimited within the server's limits"
    return "may not paint" if per_day == 0 else f"{per_day}"


def _member(limit: MemberLimit) -> str:
    facts = [f"{_own(limit.per_day)} a day" if limit.per_day else _own(limit.per_day)] if limit.has_limit else []
    if limit.gift:
        facts.append(f"{limit.gift} extra given so far")
    return f"<@{limit.user_id}>: {' · '.join(facts)}"


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST_LISTED
    return "\n".join([*lines[:_MOST_LISTED], *([f"-# and {more} more"] if more > 0 else [])])


def member(user_id: UserId, rules: Rules, budgets: Sequence[Budget]) -> CardView:
    """The answer of `/quota member`: where that person stands now."""
    found = {budget.limit: budget for budget in budgets}
    own, source = found.get(rules.mine.source), _SOURCES.get(rules.mine.source, "")
    lines = [f"### Limits of one member\n<@{user_id}>"]
    if own is None:
        lines.append(f"A day: unlimited within the server's limits{source}")
    else:
        lines.append(f"A day: **{own.maximum}**{source} · {own.left} left · resets {replies.when(own.resets_at)}")
    if gift := found.get("gift"):
        lines.append(f"Extra images: **{gift.left}** left of {gift.maximum} given so far")
    return CardView(Text("\n".join(lines)))


def settings(shown: Overview, head: str = "### Settings of this server") -> CardView:
    """`/settings show`, and the answer of each change."""
    policy = shown.policy
    flagged = {
        Flagged.DROP: "dropped, and not charged",
        Flagged.SPOILER: "spoilers in age-restricted channels, dropped elsewhere",
    }
    words = ", ".join(escaped(word) for word in policy.words)
    negative = escaped(shortened(policy.negative, _SHOWN))
    lines = [
        f"Channels: {_channels(policy)}",
        f"Style: **{policy.style}**, framing: **{policy.framing}**",
        f"Steps: **{policy.steps}**, guidance: **{policy.guidance:g}**",
        f"Negative prompt added: {negative or 'none'}",
        f"Refused words: {f'||{shortened(words, _SHOWN)}||' if words else 'none'}",
        f"Flagged pictures: {flagged[policy.flagged]}",
        f"Time zone: {_zone(shown)}",
        f"Log: {f'<#{policy.log_channel}>' if policy.log_channel else 'none'}",
    ]
    return CardView(Text(head), Text("\n".join(lines)))


def _channels(policy: Policy) -> str:
    if policy.channels is None:
        return "every channel"
    if not policy.channels:
        return "**none**: those that were chosen were deleted. `/settings channels` chooses others"
    named = [f"<#{each}>" for each in sorted(policy.channels)]
    more = len(named) - _MOST_LISTED
    return ", ".join(named[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _zone(shown: Overview) -> str:
    chosen = shown.settings
    if chosen.next_timezone and chosen.timezone_from and chosen.next_timezone != shown.policy.timezone:
        later = f"**{chosen.next_timezone}** from {_at(chosen.timezone_from)} on"
        return f"**{shown.policy.timezone}** ({later})"
    return f"**{shown.policy.timezone}**"


def _at(instant: datetime) -> str:
    return f"<t:{int(instant.timestamp())}:f>"


def told(sentence: str) -> CardView:
    """A short confirmation."""
    return CardView(Text(sentence), colour=MUTED)


def report(
    title: str, summary: str, bars: Sequence[Bar], mentions: Sequence[str], chart: bytes, table: bytes
) -> tuple[CardView, list[discord.File]]:
    """`/quota report`: the chart, the same as text for those who cannot see it, and the table."""
    alt = shortened(f"{title}: " + ("; ".join(_spoken(bar) for bar in bars) or "nothing was asked for"), 1000)
    picture = discord.File(io.BytesIO(chart), filename="usage.png", description=alt)
    sheet = discord.File(io.BytesIO(table), filename="usage.csv")
    gallery: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://usage.png", description=alt)
    lines = [f"{number}. {who}: {_tally(bar)}" for number, (who, bar) in enumerate(zip(mentions, bars, strict=True), 1)]
    text = "\n".join(lines) or "Nothing was asked for in this time."
    items: list[discord.ui.Item[Any]] = [Text(f"### {title}\n-# {summary}"), gallery, Text(text)]
    if bars:
        return CardView(*items, discord.ui.File("attachment://usage.csv"), colour=ACCENT), [picture, sheet]
    return CardView(*items, colour=MUTED), [picture]


def _tally(bar: Bar) -> str:
    """`12 images · 2 failed`."""
    misses: Mapping[str, int] = {"failed": bar.failed, "refused": bar.refused}
    return " · ".join([_count(bar.total, "image"), *(f"{count} {what}" for what, count in misses.items() if count)])


def _spoken(bar: Bar) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in bar.images.items() if count)
    return f"{bar.name} {_tally(bar)}" + (f" ({kinds})" if kinds else "")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
