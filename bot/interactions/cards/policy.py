"""Cards of limits and settings: what a member has left, what an admin decided, who used what."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.domain.ids import UserId
from bot.domain.portraits.portrait import Budget, Place
from bot.domain.servers.money import Price
from bot.domain.servers.quotas import Allowance, MemberLimit, Policy, RoleLimit
from bot.domain.words.text import shortened
from bot.interactions import replies
from bot.interactions.cards import values
from bot.interactions.cards.base import ACCENT, MUTED, CardView, Text
from bot.interactions.charts import Bar
from bot.services.servers.answers import Overview
from bot.services.servers.policies import Rules

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
        notes.append(f"I paint only in {values.places(policy)} here" if policy.channels else replies.CLOSED)
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
    if budget.limit == "exception_day" and not budget.maximum:
        # There is nothing that a reset would bring.
        return replies.BLOCKED
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
    if at_once := values.at_once(policy):
        notes.append(f"{at_once} at once for each member")
    if pause := values.pause(policy):
        notes.append(f"{pause} between two portraits")
    return notes


def limits(shown: Overview, roles: frozenset[int] | None, at_limit: int) -> CardView:
    """`/quota show`, by whom a limit is for. `roles`: those that there are, None when Discord did not say; a limit may
    outlive its role.
    """
    items: list[discord.ui.Item[Any]] = [Text("### Limits of this server"), Text(_server(shown)), _line()]
    items.append(Text(_each_member(shown.policy, at_limit)))
    if shown.roles:
        items += [_line(), Text("**Roles**\n" + _listed([_role(each, roles) for each in shown.roles]))]
    if shown.members:
        items += [_line(), Text("**People**\n" + _listed([_member(each) for each in shown.members]))]
    removal = "\n-# `/quota set remove` takes a role or member off, also one that is gone"
    notes = f"-# Days and months by {values.zone(shown.settings, shown.policy)}"
    items += [_line(), Text(notes + (removal if shown.roles or shown.members else ""))]
    return CardView(*items)


def _line() -> discord.ui.Separator[Any]:
    return discord.ui.Separator(spacing=discord.SeparatorSpacing.small)


def _server(shown: Overview) -> str:
    by_name = {budget.limit: budget for budget in shown.budgets}
    lines = ["**Server**"]
    for limit, span in (("server_day", "a day"), ("server_month", "a month")):
        if budget := by_name.get(limit):
            lines.append(f"**{budget.maximum}** {span} · {budget.left} left · resets {replies.when(budget.resets_at)}")
    if shown.price and (month := by_name.get("server_month")):
        used = shown.price.said(month.maximum - month.left)
        lines.append(f"This month about **{used}** of {shown.price.said(month.maximum)}")
    if ceiling := by_name.get("ceiling_month"):
        used = f"{ceiling.maximum - ceiling.left} used"
        lines.append(f"-# The operator allows {values.count(ceiling.maximum, 'image')} a month (UTC) at most, {used}")
    return "\n".join(lines)


def _each_member(policy: Policy, at_limit: int) -> str:
    day = "no limit for a day" if policy.member_per_day is None else f"**{policy.member_per_day}** a day"
    crowd = values.at_once(policy) or "any number of portraits"
    rest = f"{crowd} at once · {values.pause(policy) or 'no pause'} between two"
    nobody = "Nobody is at their limit today"
    some = f"**{values.count(at_limit, 'member')}** {'is' if at_limit == 1 else 'are'} at their limit today"
    return f"**Each member**\n{day} · {rest}\n{some if at_limit else nobody}"


def _role(limit: RoleLimit, known: frozenset[int] | None) -> str:
    gone = known is not None and limit.role_id not in known
    name = f"a deleted role (`{limit.role_id}`)" if gone else f"<@&{limit.role_id}>"
    return f"{name}: {values.own(limit.per_day)}"


def _member(limit: MemberLimit) -> str:
    said = "blocked (0 images a day)" if limit.per_day == 0 else values.own(limit.per_day)
    facts = [said] if limit.has_limit else []
    if limit.gift:
        facts.append(f"{limit.gift} extra given so far")
    return f"<@{limit.user_id}>: {' · '.join(facts)}"


def _listed(lines: Sequence[str]) -> str:
    more = len(lines) - values.MOST_LISTED
    return "\n".join([*lines[: values.MOST_LISTED], *([f"-# and {more} more"] if more > 0 else [])])


def member(user_id: UserId, rules: Rules, budgets: Sequence[Budget]) -> CardView:
    """The answer of `/quota member`: where that person stands now."""
    found = {budget.limit: budget for budget in budgets}
    own, source = found.get(rules.mine.source), _SOURCES.get(rules.mine.source, "")
    lines = [f"### Limits of one member\n<@{user_id}>"]
    if own is None:
        lines.append(f"A day: unlimited within the server's limits{source}")
    elif own.maximum == 0 and rules.mine.source == "exception_day":
        lines.append("Blocked: an admin set their limit to 0. `/quota member clear:True` lifts it.")
    else:
        lines.append(f"A day: **{own.maximum}**{source} · {own.left} left · resets {replies.when(own.resets_at)}")
    if gift := found.get("gift"):
        lines.append(f"Extra images: **{gift.left}** left of {gift.maximum} given so far")
    return CardView(Text("\n".join(lines)))


def report(
    title: str,
    summary: str,
    bars: Sequence[Bar],
    mentions: Sequence[str],
    chart: bytes,
    table: bytes,
    price: Price | None = None,
) -> tuple[CardView, list[discord.File]]:
    """`/quota report`: the chart, the same as text for those who cannot see it, and the table."""
    alt = shortened(f"{title}: " + ("; ".join(_spoken(bar) for bar in bars) or "nothing was asked for"), 1000)
    picture = discord.File(io.BytesIO(chart), filename="usage.png", description=alt)
    sheet = discord.File(io.BytesIO(table), filename="usage.csv")
    gallery: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://usage.png", description=alt)
    numbered = enumerate(zip(mentions, bars, strict=True), 1)
    lines = [f"{number}. {who}: {_tally(bar, price)}" for number, (who, bar) in numbered]
    text = "\n".join(lines) or "Nothing was asked for in this time."
    items: list[discord.ui.Item[Any]] = [Text(f"### {title}\n-# {summary}"), gallery, Text(text)]
    if bars:
        return CardView(*items, discord.ui.File("attachment://usage.csv"), colour=ACCENT), [picture, sheet]
    return CardView(*items, colour=MUTED), [picture]


def _tally(bar: Bar, price: Price | None = None) -> str:
    """`12 images · about 0.0564 USD · 2 failed`."""
    misses: Mapping[str, int] = {"failed": bar.failed, "refused": bar.refused}
    facts = [values.count(bar.total, "image"), *([f"about {price.said(bar.total)}"] if price else [])]
    return " · ".join([*facts, *(f"{count} {what}" for what, count in misses.items() if count)])


def _spoken(bar: Bar) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in bar.images.items() if count)
    return f"{bar.name} {_tally(bar)}" + (f" ({kinds})" if kinds else "")
