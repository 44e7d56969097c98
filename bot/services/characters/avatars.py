"""Pictures behind the links of an export, fetched a few ahead of the character that is being saved."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.domain.errors import VendorError
from bot.ports.vendor import Downloader

# What the avatars of one file may cost, whatever it says.
AVATAR_SECONDS: Final = 10.0
AVATARS_SECONDS: Final = 300.0
AVATARS_AT_ONCE: Final = 4
_KEPT_BYTES: Final = 32 * 2**20
Fetched = tuple[bytes | None, str]


class Avatars:
    """The avatars of one import. `links` are in the order in which they will be asked for; None where none is."""

    def __init__(self, downloader: Downloader, links: Sequence[str | None]) -> None:
        self._downloader = downloader
        self._links = links
        self._uses = Counter(link for link in links if link)
        self._kept: dict[str, bytes] = {}
        self._running: dict[int, asyncio.Task[Fetched]] = {}
        self._next = 0
        self._end = asyncio.get_running_loop().time() + AVATARS_SECONDS

    async def get(self, place: int) -> Fetched:
        """The bytes behind the link at this place, or None and why it has none."""
        while self._next < len(self._links) and (len(self._running) < AVATARS_AT_ONCE or self._next <= place):
            link = self._links[self._next]
            if link and self._next >= place:
                self._running[self._next] = asyncio.create_task(self._fetched(link))
            self._next += 1
        task = self._running.pop(place, None)
        return await task if task else (None, "its avatar was not fetched")

    async def close(self) -> None:
        """Give up what is still under way."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _fetched(self, link: str) -> Fetched:
        self._uses[link] -= 1
        if link in self._kept:
            return self._kept[link] if self._uses[link] else self._kept.pop(link), ""
        left = self._end - asyncio.get_running_loop().time()
        if left <= 0:
            return None, f"all avatars of one file have {AVATARS_SECONDS / 60:.0f} minutes"
        try:
            async with asyncio.timeout(min(AVATAR_SECONDS, left)):
                data = await self._downloader.fetch(link)
        except (VendorError, TimeoutError):
            return None, "its avatar could not be fetched"
        if self._uses[link] and sum(map(len, self._kept.values())) + len(data) <= _KEPT_BYTES:
            self._kept[link] = data
        return data, ""
