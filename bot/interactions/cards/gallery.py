"""One page of a member's gallery: a portrait with its images, its facts, and its buttons."""

from typing import Any

import discord

from bot.domain.portraits.portrait import PortraitState
from bot.interactions import custom_ids
from bot.interactions.cards.base import ACCENT, MUTED, CardView, Row, Text, button
from bot.interactions.cards.portrait import buttons, gallery, known_facts, title
from bot.services.portraits.gallery import GalleryPage


def page(shown: GalleryPage) -> tuple[CardView, list[discord.File]]:
    """A page and its files."""
    portrait = shown.portrait
    files: list[discord.File] = []
    items: list[discord.ui.Item[Any]] = [Text(title(portrait))]
    if shown.pictures:
        items.append(gallery(portrait, shown.pictures, files))
    else:
        items.append(Text("-# The image of this portrait is no longer kept."))
    items.append(Text("\n".join(f"-# {line}" for line in _lines(shown))))
    rows = (
        buttons(portrait)
        if shown.pictures
        else (Row(button("Reroll", custom_ids.for_portrait("reroll", portrait.id))),)
    )
    items += [*rows, _paging(shown)]
    return CardView(*items, colour=ACCENT if shown.pictures else MUTED), files


def _lines(shown: GalleryPage) -> list[str]:
    portrait = shown.portrait
    lines = [" · ".join([*known_facts(portrait, portrait.ready), f"<t:{int(portrait.created_at.timestamp())}:f>"])]
    if portrait.state is PortraitState.FAILED:
        lines.append("It could not be delivered at the time, and cost nothing.")
    return lines


def _paging(shown: GalleryPage) -> Row:
    at = round(shown.mark.created_at.timestamp() * 1000)

    def turn(verb: str, label: str, *, possible: bool) -> Any:
        item = button(label, custom_ids.for_gallery(verb, at, shown.portrait.id, shown.character_id))
        item.disabled = not possible
        return item

    return Row(turn("newer", "Back", possible=shown.has_newer), turn("older", "Next", possible=shown.has_older))
