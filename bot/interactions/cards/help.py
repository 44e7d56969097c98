"""`/help`: how to begin on one screen of a phone, and behind a menu all the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import discord

from bot.domain.words.text import shortened
from bot.interactions import custom_ids
from bot.interactions.cards.base import CardView, Row, Text

Mention = Callable[[str], str]
# Of the 4000 that Discord takes, for the list alone; shorter descriptions for a longer list.
_ROOM, _DESCRIPTIONS = 3600, (100, 60, 40, 25)


class Chapter(StrEnum):
    """What the menu offers."""

    START = "start"
    COMMANDS = "commands"
    CHARACTERS = "characters"
    ADMIN = "admin"


_NAMES = {
    Chapter.START: ("How to begin", "Three lines, and what is good to know"),
    Chapter.COMMANDS: ("All commands", "Each in a line"),
    Chapter.CHARACTERS: ("Characters", "The same person again: save, pose, sheet, share"),
    Chapter.ADMIN: ("For admins", "Limits, channels, style, safety"),
}


@dataclass(frozen=True, slots=True)
class Pages:
    """The operator's own pages, as addresses; those that are empty are not shown."""

    terms: str = ""
    privacy: str = ""
    support: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as the list shows it."""

    name: str
    description: str


def chapters(*, manager: bool) -> tuple[Chapter, ...]:
    """What this person may read."""
    return tuple(each for each in Chapter if manager or each is not Chapter.ADMIN)


def card(chapter: Chapter, commands: Sequence[Listed], mention: Mention, pages: Pages, *, manager: bool) -> CardView:
    """One chapter, with the menu of those that this person may read. `commands` are those that it lists."""
    match chapter:
        case Chapter.START:
            said = _start(mention)
        case Chapter.CHARACTERS:
            said = _characters(mention)
        case Chapter.COMMANDS:
            said = f"### All commands\n{_list(commands, mention)}"
        case Chapter.ADMIN:
            said = f"### For members with Manage Server\n{_list(commands, mention)}"
    links = [
        discord.ui.Button[Any](label=label, url=url)
        for label, url in (("Terms", pages.terms), ("Privacy", pages.privacy), ("Support", pages.support))
        if url
    ]
    rows = [Row(_menu(chapter, chapters(manager=manager))), *([Row(*links)] if links else [])]
    return CardView(Text(said), *rows)


def _menu(chapter: Chapter, offered: Sequence[Chapter]) -> discord.ui.Select[Any]:
    return discord.ui.Select(
        custom_id=custom_ids.for_help("chapter"),
        options=[
            discord.SelectOption(label=label, value=each, description=about, default=each is chapter)
            for each in offered
            for label, about in [_NAMES[each]]
        ],
    )


def _start(mention: Mention) -> str:
    clicked = " · ".join(map(mention, ("portrait", "character pose", "gallery", "preferences", "quota mine")))
    return (
        "### I paint people, not landscapes\n"
        "Three lines to copy:\n"
        "1. `/portrait prompt: woman of thirty, short red hair, freckles, in a rainy café`\n"
        "2. Press **Save this face** under the picture, and call her Mia.\n"
        "3. `/character pose character: Mia scene: on a stormy pier`\n\n"
        "**Good features** name age, hair, eyes and marks; clothes, place and mood belong to the scene.\n"
        "**A seed** is the number that a picture grows from: the same seed and words give the same picture.\n"
        "**Each picture costs one image**; what does not arrive costs nothing.\n"
        f"**To click**: {clicked}\n"
        "-# Nothing sexual with minors is painted. Ask real people before you paint them."
    )


def _characters(mention: Mention) -> str:
    return (
        "### The same person again\n"
        "A character is a name, its features, which stand word for word in every picture, and a seed.\n"
        f"**Save** one by **Save this face** under a picture (also in the menu of the message, Apps), or from words by "
        f"{mention('character save')}.\n"
        f"**Pose** it anywhere with {mention('character pose')}; {mention('character sheet')} paints six moods, four "
        "angles or your list of outfits in one go.\n"
        "**Identity** says how the face is kept. *seed*: by features and seed, somebody who looks alike each time. "
        "*reference*: the saved picture goes along, which comes closest. You choose your own for new ones in "
        f"{mention('preferences')}.\n"
        f"**Share** it here with {mention('character share')}: others pose and copy it, on their own images; "
        f"{mention('character unshare')} takes it back.\n"
        f"**Find** it by {mention('character list')} and {mention('character show')}, bring it along with "
        f"{mention('character import')}.\n"
        "-# Every button keeps working, next month too. Anybody may press one; it costs who presses."
    )


def _list(commands: Sequence[Listed], mention: Mention) -> str:
    """A line for each, with as much of the descriptions as there is room for."""
    text = ""
    for longest in _DESCRIPTIONS:
        lines = [f"{mention(each.name)} {shortened(each.description, longest)}" for each in commands]
        text = "\n".join(lines)
        if len(text) <= _ROOM:
            return text
    return "\n".join(text[:_ROOM].splitlines()[:-1])
