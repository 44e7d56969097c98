"""A member's own portraits, newest first: a page of small ones, or one at full size."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.characters.character import Character
from bot.domain.errors import GalleryEmpty, HiddenByReport, ImageGone, NotYours, PortraitGone
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.vendor import Picture
from bot.ports.clock import Clock
from bot.ports.pictures import PictureStore
from bot.ports.portraits import GalleryStore, Mark, ReportStore, Selection, Standpoint
from bot.services.asker import Asker

# Discord shows ten pictures in one gallery.
SHOWN = 10
# Three by three: on a phone each is still a face.
PAGE = 9
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Preview:
    """A portrait on a page. No picture: its file is gone, or (`hidden`) the image service flagged all of it."""

    portrait: Portrait
    picture: Picture | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """Up to nine portraits; `number` counts from 0, `asked` is the page that was asked for."""

    previews: tuple[Preview, ...]
    number: int
    asked: int
    total: int
    selection: Selection

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)

    @property
    def first(self) -> int:
        """As the how-manieth of all the first of the page comes."""
        return self.number * PAGE + 1


@dataclass(frozen=True, slots=True)
class Opened:
    """One portrait with its kept images, and where it stands among the others."""

    portrait: Portrait
    pictures: tuple[tuple[Take, Picture], ...]
    standpoint: Standpoint
    selection: Selection

    @property
    def mark(self) -> Mark:
        return mark_of(self.portrait)


class Gallery:
    """Pages and single portraits are counted among one's own alone; everything is looked up anew at each click."""

    def __init__(self, *, store: GalleryStore, reports: ReportStore, pictures: PictureStore, clock: Clock) -> None:
        self._store = store
        self._reports = reports
        self._pictures = pictures
        self._clock = clock

    async def begin(self, asker: Asker, character: Character | None = None, *, favourites: bool = False) -> GalleryPage:
        """The first page (of that character, of favourites). Raises GalleryEmpty with the name."""
        selection = Selection(character.id if character else None, favourites)
        try:
            return await self.page(asker, selection, 0)
        except GalleryEmpty:
            raise GalleryEmpty(character.name if character else None, favourites) from None

    async def page(self, asker: Asker, selection: Selection, number: int) -> GalleryPage:
        """A page of small pictures; the last one where there is no page of that number. Raises GalleryEmpty."""
        total, portraits = await self._store.page(asker.user_id, selection, number, PAGE)
        if not portraits:
            raise GalleryEmpty(favourites=selection.favourites)
        previews = await asyncio.gather(*map(self._preview, portraits))
        return GalleryPage(tuple(previews), min(number, (total - 1) // PAGE), number, total, selection)

    async def around(self, asker: Asker, selection: Selection, mark: Mark) -> GalleryPage:
        """The page on which a portrait stands, or would stand."""
        standpoint = await self._store.place(asker.user_id, selection, mark)
        return await self.page(asker, selection, max(0, standpoint.place - 1) // PAGE)

    async def open(self, asker: Asker, selection: Selection, portrait_id: PortraitId) -> Opened:
        """One's own portrait at full size; raises HiddenByReport; PortraitGone also for another's, or a deleted one."""
        portrait = await self._store.get(portrait_id)
        if portrait.owner_id != asker.user_id or portrait.deleted_at is not None:
            raise PortraitGone
        if await self._reports.is_hidden(portrait_id):
            raise HiddenByReport
        return await self._opened(asker, selection, portrait)

    async def older(self, asker: Asker, selection: Selection, than: Mark) -> Opened:
        """The next portrait into the past, or the oldest. Raises GalleryEmpty when nothing is kept any more."""
        found = await self._store.older(asker.user_id, selection, than)
        return await self._opened(asker, selection, found or await self._any(asker, selection))

    async def newer(self, asker: Asker, selection: Selection, than: Mark) -> Opened:
        """The next portrait towards now, or the newest."""
        found = await self._store.newer(asker.user_id, selection, than)
        return await self._opened(asker, selection, found or await self._any(asker, selection))

    async def favourite(self, asker: Asker, portrait: Portrait, favourite: bool) -> None:
        """Put the star on one's own portrait, or take it off; either may be so already. Raises NotYours."""
        if portrait.owner_id != asker.user_id:
            raise NotYours("make a favourite of")
        await self._store.mark_favourite(portrait.id, favourite, asker.once, self._clock.now())

    async def _any(self, asker: Asker, selection: Selection) -> Portrait:
        # Portraits carry the clock of the process that accepted them, which may be a little ahead.
        newest = await self._store.older(asker.user_id, selection, Mark(self._clock.now() + _AHEAD, PortraitId("")))
        if newest is None:
            raise GalleryEmpty(favourites=selection.favourites)
        return newest

    async def _opened(self, asker: Asker, selection: Selection, portrait: Portrait) -> Opened:
        standpoint = await self._store.place(asker.user_id, selection, mark_of(portrait))
        pictures: list[tuple[Take, Picture]] = []
        for take in portrait.ready[:SHOWN]:
            try:
                pictures.append((take, await self._pictures.load(take.image or "")))
            except ImageGone:
                continue
        return Opened(portrait, tuple(pictures), standpoint, selection)

    async def _preview(self, portrait: Portrait) -> Preview:
        """The small form of the first image that may be looked at unasked."""
        shown = [take for take in portrait.ready if take.image and not take.flagged]
        for take in shown:
            try:
                return Preview(portrait, await self._pictures.crop(take.image or ""))
            except ImageGone:
                continue
        return Preview(portrait, hidden=not shown)


def mark_of(portrait: Portrait) -> Mark:
    """The place of a portrait in its owner's history."""
    return Mark(portrait.created_at, portrait.id)
