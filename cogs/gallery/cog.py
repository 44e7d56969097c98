from datetime import UTC, datetime
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.domain.errors import NotYours, UnknownButton, UnknownChoice
from bot.domain.ids import PortraitId
from bot.domain.words.text import clean, shortened
from bot.interactions import custom_ids
from bot.interactions.answering import acknowledged
from bot.interactions.cards import gallery as cards
from bot.interactions.context import Services, asker_of, services_of
from bot.interactions.guard import Guarded
from bot.interactions.options import AnyCharacter
from bot.interactions.wall import wall_of
from bot.ports.portraits import Mark
from bot.services.portraits.gallery import GalleryPage, Opened

Click = discord.Interaction[Any]


class GalleryCog(commands.Cog):
    def __init__(self, services: Services) -> None:
        self._services = services

    @app_commands.command(description="Look through your portraits, newest first; only you see them")
    @app_commands.describe(character="Only portraits of this character", favourites="Only those that you put a star on")
    async def gallery(
        self, interaction: Click, character: AnyCharacter | None = None, favourites: bool = False
    ) -> None:
        asker = asker_of(interaction)
        found = await self._services.lookup.find(asker, character) if character else None
        await interaction.response.defer(ephemeral=True)
        await _show(interaction, await self._services.gallery.begin(asker, found, favourites=favourites))


class GalleryPageButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.GALLERY_PAGE):
    """Turns the pages; the key is the number of the page, from 0."""

    @override
    async def press(self, interaction: Click) -> None:
        _own(interaction, self.match["owner"])
        selection = custom_ids.selection_of(self.match)
        await interaction.response.defer()
        page = await services_of(interaction).gallery.page(asker_of(interaction), selection, int(self.match["page"]))
        await _show(interaction, page)


class GalleryMenu(Guarded, discord.ui.DynamicItem[discord.ui.Select[Any]], template=custom_ids.GALLERY_MENU):
    """Opens one of a page, or jumps to another page."""

    @override
    async def press(self, interaction: Click) -> None:
        _own(interaction, self.match["owner"])
        data = cast("dict[str, Any]", interaction.data or {})
        chosen = str((data.get("values") or [""])[0])
        gallery, asker = services_of(interaction).gallery, asker_of(interaction)
        selection, verb = custom_ids.selection_of(self.match), self.match["verb"]
        # Pictures may be megabytes: they are uploaded after the acknowledgement.
        if verb == "jump":
            number = _page_of(chosen)
            await interaction.response.defer()
            await _show(interaction, await gallery.page(asker, selection, number))
        elif verb == "open":
            opened = await gallery.open(asker, selection, PortraitId(chosen))
            await interaction.response.defer()
            await _open(interaction, opened)
        else:
            raise UnknownButton


class GalleryOneButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.GALLERY_ONE):
    """What is done from one opened portrait: to the next ones, back to the page, the star on and off."""

    @override
    async def press(self, interaction: Click) -> None:
        _own(interaction, self.match["owner"])
        gallery, asker = services_of(interaction).gallery, asker_of(interaction)
        selection, mark = custom_ids.selection_of(self.match), _mark(self.match)
        verb = self.match["verb"]
        if verb in {"star", "unstar"}:
            before = await gallery.open(asker, selection, mark.portrait_id)
            await acknowledged(interaction.response.defer())
            await gallery.favourite(asker, before.portrait, verb == "star")
            await _open(interaction, await gallery.open(asker, selection, mark.portrait_id))
            return
        if verb == "all":
            await interaction.response.defer()
            await _show(interaction, await gallery.around(asker, selection, mark))
        elif verb in {"newer", "older"}:
            shown = await (gallery.newer if verb == "newer" else gallery.older)(asker, selection, mark)
            await interaction.response.defer()
            await _open(interaction, shown)
        else:
            raise UnknownButton


class GalleryButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.GALLERY):
    """Under a gallery as it was: turns to the portrait before or after. Whoever clicks sees their own: the id names a
    time, not a person.
    """

    @override
    async def press(self, interaction: Click) -> None:
        gallery = services_of(interaction).gallery
        turn = gallery.newer if self.match["verb"] == "newer" else gallery.older
        shown = await turn(asker_of(interaction), custom_ids.selection_of(self.match), _mark(self.match))
        await interaction.response.defer()
        await _open(interaction, shown)


def _own(interaction: Click, owner: str) -> None:
    if interaction.user.id != int(owner):
        raise NotYours("look through")


def _page_of(chosen: str) -> int:
    # As many digits as the buttons take.
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= 6):
        raise UnknownChoice("page", shortened(clean(chosen), 40), ("those in the menu",))
    return int(chosen)


def _mark(match: Any) -> Mark:
    return Mark(datetime.fromtimestamp(int(match["at"]) / 1000, UTC), PortraitId(match["id"]))


async def _show(interaction: Click, page: GalleryPage) -> None:
    view, files = cards.page(page, interaction.user.id, await wall_of(page))
    await interaction.edit_original_response(view=view, attachments=files)


async def _open(interaction: Click, opened: Opened) -> None:
    view, files = cards.opened(opened)
    await interaction.edit_original_response(view=view, attachments=files)
