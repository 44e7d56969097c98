"""One page of a member's gallery: a portrait with its images, its facts, and its buttons."""

import io
from typing import Any

import discord

from bot.domain.portraits import PortraitState
from bot.domain.text import escaped, shortened
from bot.interactions import custom_ids
from bot.interactions.cards.base import MUTED, CardView, Row, Text, button, file_name
from bot.interactions.cards.portrait import buttons, title
from bot.services.gallery import GalleryPage

_ALT_LIMIT = 900


def page(shown: GalleryPage) -> tuple[CardView, list[discord.File]]:
    """A page and its files."""
    portrait = shown.portrait
    files: list[discord.File] = []
    items: list[discord.ui.Item[Any]] = [Text(title(portrait))]
    if shown.pictures:
        gallery: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
        for take, picture in shown.pictures:
            name = file_name(f"limner-{portrait.id}-{take.number + 1}", picture)
            alt = shortened(f"Portrait: {portrait.spec.prompt}", _ALT_LIMIT)
            files.append(discord.File(io.BytesIO(picture.data), filename=name, description=alt))
            gallery.add_item(media=f"attachment://{name}", description=alt, spoiler=take.flagged)
        items.append(gallery)
    else:
        items.append(Text("-# The image of this portrait is no longer kept."))
    items.append(Text("\n".join(f"-# {line}" for line in _lines(shown))))
    rows = (
        buttons(portrait)
        if shown.pictures
        else (Row(button("Reroll", custom_ids.for_portrait("reroll", portrait.id))),)
    )
    items += [*rows, _paging(shown)]
    return CardView(*items, **({} if shown.pictures else {"colour": MUTED})), files


def _lines(shown: GalleryPage) -> list[str]:
    portrait = shown.portrait
    seeds = [str(take.seed) for take in portrait.ready]
    parts = [
        escaped(portrait.character_name) if portrait.character_name else None,
        f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {', '.join(seeds)}",
        f"{portrait.spec.style} style",
        str(portrait.spec.framing),
        f"<t:{int(portrait.created_at.timestamp())}:f>",
    ]
    lines = [" · ".join(part for part in parts if part)]
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
