"""A member's own portraits, one at a time, newest first."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.characters.character import Character
from bot.domain.errors import GalleryEmpty, ImageGone, NotYours
from bot.domain.ids import CharacterId, PortraitId
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.vendor import Picture
from bot.ports.clock import Clock
from bot.ports.pictures import PictureStore
from bot.ports.portraits import GalleryStore, Mark
from bot.services.asker import Asker

# Discord shows ten pictures in one gallery.
SHOWN = 10
# Portraits carry the clock of the process that accepted them, which may be a little ahead.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """One portrait with its kept images, and whether there are others on either side."""

    portrait: Portrait
    pictures: tuple[tuple[Take, Picture], ...]
    has_newer: bool
    has_older: bool
    character_id: CharacterId | None = None

    @property
    def mark(self) -> Mark:
        return _mark(self.portrait)


class Gallery:
    """Every page is found beside the last one: its cost does not grow with the history."""

    def __init__(self, *, store: GalleryStore, pictures: PictureStore, clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock

    async def newest(self, asker: Asker, character: Character | None = None) -> GalleryPage:
        """The newest portrait (of that character). Raises GalleryEmpty."""
        page = await self._newest(asker, character.id if character else None)
        if page is None:
            raise GalleryEmpty(character.name if character else None)
        return page

    async def older(self, asker: Asker, than: Mark, character_id: CharacterId | None) -> GalleryPage:
        """The next portrait into the past. Raises GalleryEmpty when nothing is kept any more."""
        found = await self._store.older(asker.user_id, than, character_id, 2)
        if not found:
            return await self._any(asker, character_id)
        return await self._page(asker, found[0], character_id, has_older=len(found) > 1)

    async def newer(self, asker: Asker, than: Mark, character_id: CharacterId | None) -> GalleryPage:
        """The next portrait towards now."""
        found = await self._store.newer(asker.user_id, than, character_id, 2)
        if not found:
            return await self._any(asker, character_id)
        return await self._page(asker, found[0], character_id, has_newer=len(found) > 1)

    async def favourite(self, asker: Asker, portrait: Portrait, favourite: bool) -> None:
        """Put the star on one's own portrait, or take it off; either may be so already. Raises NotYours."""
        if portrait.owner_id != asker.user_id:
            raise NotYours("make a favourite of")
        await self._store.mark_favourite(portrait.id, favourite, asker.once, self._clock.now())

    async def _any(self, asker: Asker, character_id: CharacterId | None) -> GalleryPage:
        page = await self._newest(asker, character_id)
        if page is None:
            raise GalleryEmpty
        return page

    async def _newest(self, asker: Asker, character_id: CharacterId | None) -> GalleryPage | None:
        start = Mark(self._clock.now() + _AHEAD, PortraitId(""))
        found = await self._store.older(asker.user_id, start, character_id, 2)
        if not found:
            return None
        return await self._page(asker, found[0], character_id, has_newer=False, has_older=len(found) > 1)

    async def _page(
        self,
        asker: Asker,
        portrait: Portrait,
        character_id: CharacterId | None,
        *,
        has_newer: bool | None = None,
        has_older: bool | None = None,
    ) -> GalleryPage:
        if has_newer is None:
            has_newer = bool(await self._store.newer(asker.user_id, _mark(portrait), character_id, 1))
        if has_older is None:
            has_older = bool(await self._store.older(asker.user_id, _mark(portrait), character_id, 1))
        pictures: list[tuple[Take, Picture]] = []
        for take in portrait.ready[:SHOWN]:
            try:
                pictures.append((take, await self._pictures.load(take.image or "")))
            except ImageGone:
                continue
        return GalleryPage(portrait, tuple(pictures), has_newer, has_older, character_id)


def _mark(portrait: Portrait) -> Mark:
    return Mark(portrait.created_at, portrait.id)
