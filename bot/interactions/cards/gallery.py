"""A member's gallery: a page of nine small portraits, or one at full size with its buttons."""

import io
from typing import Any

import discord

from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.domain.portraits.vendor import Picture
from bot.domain.words.text import escaped, shortened
from bot.interactions import custom_ids
from bot.interactions.cards import faces
from bot.interactions.cards.base import ACCENT, MUTED, CardView, Row, Text, button, file_name
from bot.interactions.cards.portrait import buttons, gallery, known_facts, title
from bot.services.portraits.gallery import PAGE, GalleryPage, Opened, Preview

_LABEL, _ALT_LINE, _ALT = 90, 90, 950
# So many pages are turned by the buttons alone; a menu holds so many; these around a page are among them.
_TURNED, _MOST, _AROUND = 3, 25, range(-2, 3)


def page(shown: GalleryPage, owner_id: int, wall: Picture) -> tuple[CardView, list[discord.File]]:
    """A page and its file: `wall` is the drawn picture of it."""
    name = file_name(f"limner-gallery-{shown.number + 1}", wall)
    alt = _alt_text(shown)
    pictures: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    pictures.add_item(media=f"attachment://{name}", description=alt)
    items: list[discord.ui.Item[Any]] = [Text(_heading(shown)), pictures, Row(_menu(shown, owner_id))]
    if shown.pages > _TURNED:
        items.append(Row(_jumping(shown, owner_id)))
    if shown.pages > 1:
        items.append(_turning(shown, owner_id))
    return CardView(*items), [discord.File(io.BytesIO(wall.data), filename=name, description=alt)]


def _heading(shown: GalleryPage) -> str:
    span = _span(shown.first, shown.first + len(shown.previews) - 1)
    name = next((each.portrait.character_name for each in shown.previews), None)
    what = "Your favourites" if shown.selection.favourites else "Your portraits"
    whose = f" of **{escaped(name)}**" if shown.selection.character_id and name else ""
    lines = [f"### {what}{whose}", f"{span} of {shown.total}, the newest first"]
    if shown.asked != shown.number:
        lines.append(f"-# There is no page {shown.asked + 1}; this is the last.")
    return "\n".join(lines)


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _alt_text(shown: GalleryPage) -> str:
    lines = [f"{shown.first + place}. {_said(each)}" for place, each in enumerate(shown.previews)]
    return shortened("Small portraits: " + "; ".join(shortened(line, _ALT_LINE) for line in lines), _ALT)


def _said(preview: Preview) -> str:
    """What a portrait shows, in the member's words, for what knows no markdown."""
    portrait = preview.portrait
    sheet = f"{portrait.spec.sheet.set}" if portrait.spec.sheet else ""
    named = (
        (portrait.character_name, sheet, portrait.spec.scene) if portrait.character_name else (portrait.spec.subject,)
    )
    return ", ".join(part for part in named if part)


def _menu(shown: GalleryPage, owner_id: int) -> discord.ui.Select[Any]:
    return discord.ui.Select(
        custom_id=custom_ids.for_gallery_menu("open", owner_id, shown.selection),
        placeholder="Open one at full size",
        options=[
            discord.SelectOption(
                label=shortened(f"{shown.first + place}. {_said(each)}", _LABEL),
                value=each.portrait.id,
                description=_about(each.portrait),
            )
            for place, each in enumerate(shown.previews)
        ],
    )


def _about(portrait: Portrait) -> str:
    count = len(portrait.ready)
    parts = [
        f"{portrait.created_at:%d %B %Y}",
        f"{count} images" if count > 1 else "",
        "★" if portrait.favourite else "",
    ]
    return " · ".join(part for part in parts if part)


def _jumping(shown: GalleryPage, owner_id: int) -> discord.ui.Select[Any]:
    """Any page at once; of very many those around this one, and some from the first to the last."""
    return discord.ui.Select(
        custom_id=custom_ids.for_gallery_menu("jump", owner_id, shown.selection),
        placeholder="Jump to a page",
        options=[
            discord.SelectOption(
                label=f"Page {number + 1} of {shown.pages}",
                value=str(number),
                description=_span(number * PAGE + 1, min((number + 1) * PAGE, shown.total)),
                default=number == shown.number,
            )
            for number in pages_offered(shown.number, shown.pages)
        ],
    )


def pages_offered(number: int, pages: int) -> list[int]:
    """The pages of the menu: all, where Discord takes so many, else at most as many as it takes."""
    if pages <= _MOST:
        return list(range(pages))
    spread = _MOST - len(_AROUND)
    near = {number + step for step in _AROUND} & set(range(pages))
    return sorted(near | {round(place * (pages - 1) / (spread - 1)) for place in range(spread)})


def _turning(shown: GalleryPage, owner_id: int) -> Row:
    last = shown.pages - 1

    def turn(verb: str, label: str, to: int) -> Any:
        item = button(label, custom_ids.for_gallery_page(verb, owner_id, min(max(to, 0), last), shown.selection))
        item.disabled = to in {-1, last + 1} or to == shown.number
        return item

    number = shown.number
    return Row(
        turn("first", "First", 0),
        turn("back", "Back", number - 1),
        turn("next", "Next", number + 1),
        turn("last", "Last", last),
    )


def opened(shown: Opened) -> tuple[CardView, list[discord.File]]:
    """One portrait and its files."""
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


def _lines(shown: Opened) -> list[str]:
    portrait, where = shown.portrait, shown.standpoint
    place = [f"{where.place} of {where.total}"] if where.present else []
    made = f"<t:{int(portrait.created_at.timestamp())}:f>"
    lines = [" · ".join([*place, *known_facts(portrait, portrait.ready), made])]
    lines[:0] = faces.lines(portrait, [take for take, _ in shown.pictures]) if shown.pictures else []
    if portrait.state is PortraitState.FAILED:
        lines.append("It could not be delivered at the time, and cost nothing.")
    return lines


def _paging(shown: Opened) -> Row:
    portrait, where = shown.portrait, shown.standpoint
    at = round(shown.mark.created_at.timestamp() * 1000)

    def item(verb: str, label: str, *, possible: bool = True) -> Any:
        key = custom_ids.for_gallery_one(verb, portrait.owner_id, at, portrait.id, shown.selection)
        made = button(label, key)
        made.disabled = not possible
        return made

    # One that is not among the others stands between two of them, or at an end.
    newer = where.place - 1 if where.present else where.place
    star = item("unstar", "★ Favourite") if portrait.favourite else item("star", "☆ Favourite")
    return Row(
        item("newer", "Back", possible=newer > 0),
        item("older", "Next", possible=where.place < where.total),
        star,
        item("all", "All"),
    )
