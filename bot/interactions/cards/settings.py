"""`/settings show`: everything that a server decides, with a button beside each part that opens its form."""

from typing import Any

import discord

from bot.domain.servers.quotas import Policy
from bot.domain.servers.settings import Subject
from bot.interactions import custom_ids
from bot.interactions.cards import values
from bot.interactions.cards.base import CardView, Text, button
from bot.services.servers.answers import InForce

TITLES = {
    Subject.CHANNELS: "Channels",
    Subject.DEFAULTS: "Defaults",
    Subject.SAFETY: "Safety",
    Subject.ZONE: "Time zone",
    Subject.LOG: "Log",
}


def panel(found: InForce, change: str = "") -> CardView:
    """The panel; `change` is what was changed just now."""
    items: list[discord.ui.Item[Any]] = [Text("### Settings of this server")]
    if change:
        items += [Text(change), discord.ui.Separator(spacing=discord.SeparatorSpacing.small)]
    said = {
        Subject.CHANNELS: f"I paint in {_bold(values.places(found.policy))}",
        Subject.DEFAULTS: _defaults(found.policy),
        Subject.SAFETY: _safety(found.policy),
        Subject.ZONE: f"Days and months begin by {values.zone(found.settings, found.policy)}",
        Subject.LOG: f"Hears of changes, refused prompts and a month that runs out: {_bold(values.log(found.policy))}",
    }
    for subject, text in said.items():
        title = TITLES[subject]
        change_it = button(f"Change {title.lower()}", custom_ids.for_settings(subject))
        items.append(discord.ui.Section(Text(f"**{title}**\n{text}"), accessory=change_it))
    return CardView(*items)


def _bold(said: str) -> str:
    return f"**{said}**"


def _defaults(policy: Policy) -> str:
    return (
        f"Style **{policy.style}**, framing **{policy.framing}**\n"
        f"Steps **{policy.steps}**, guidance **{policy.guidance:g}**\n"
        f"Negative prompt added: {values.negative(policy)}"
    )


def _safety(policy: Policy) -> str:
    return f"Refused words: {values.words(policy)}\nFlagged pictures: {values.FLAGGED[policy.flagged]}"
