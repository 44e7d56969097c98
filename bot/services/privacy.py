"""What members may do with what is kept about them, and what is forgotten by itself."""

import asyncio
import io
import json
import logging
import zipfile
from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.errors import AlreadyDone, ImageGone, NothingToCancel
from bot.domain.ids import GuildId, InteractionId, PortraitId, UserId
from bot.domain.portraits.portrait import PortraitState
from bot.domain.privacy import Holdings
from bot.ports.clock import Clock
from bot.ports.done import DoneStore
from bot.ports.jobs import DeletingJobs, Delivery, Dispatcher
from bot.ports.pictures import PictureStore
from bot.ports.privacy import ImageUse, PrivacyStore
from bot.services.asker import Asker

_log = logging.getLogger(__name__)

# Small enough that nobody waits for the database while old things are forgotten.
BATCH = 50
# Cards of open portraits say "cancelled" before their rows go; Discord gets so long for it.
CANCEL_SECONDS, CANCEL_STEP = 8.0, 0.25
PARTS_MOST = 10
PRUNE = timedelta(hours=1)
_ZIP_ROOM = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One archive of an export. `left_out`: images that found no room in the last part."""

    name: str
    data: bytes
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Keep:
    """How long things are kept; None is for ever."""

    portraits: timedelta | None = None
    images: timedelta | None = None
    left_servers: timedelta | None = None


class Privacy:
    """The use cases around private data."""

    def __init__(
        self,
        *,
        store: PrivacyStore,
        done: DoneStore,
        jobs: DeletingJobs,
        pictures: PictureStore,
        use: ImageUse,
        dispatcher: Dispatcher,
        clock: Clock,
        keep: Keep,
    ) -> None:
        self._store = store
        self._done = done
        self._jobs = jobs
        self._pictures = pictures
        self._use = use
        self._dispatcher = dispatcher
        self._clock = clock
        self._keep = keep
        self._next_prune = clock.steady()
        self._deleting: set[InteractionId] = set()

    async def holdings(self, asker: Asker) -> Holdings:
        """What a deletion would remove."""
        return await self._store.holdings(asker.user_id)

    async def export(self, asker: Asker, limit: int) -> AsyncGenerator[Part]:
        """Everything about the person as archives of at most `limit` bytes: the words first, then the images."""
        rows = await self._store.export(asker.user_id)
        named = [row["reference"] for row in rows["characters"]]
        named += [row["image"] for row in (*rows["images"], *rows["uploads"])]
        names = list(dict.fromkeys(name for name in named if name))
        about = {"exported_at": self._clock.now().isoformat(), "discord_user_id": asker.user_id, **rows}
        archive = await asyncio.to_thread(_Archive, about)
        number = 1
        for index, name in enumerate(names):
            try:
                picture = await self._pictures.load(name)
            except ImageGone:
                continue
            if archive.size + len(picture.data) + _ZIP_ROOM > limit:
                if number == PARTS_MOST:
                    yield Part(f"limner-{number}.zip", archive.closed(), len(names) - index)
                    return
                yield Part(f"limner-{number}.zip", archive.closed())
                archive, number = _Archive(), number + 1
            archive.add(f"images/{name}", picture.data)
        yield Part(f"limner-{number}.zip", archive.closed())

    async def delete(self, asker: Asker) -> Holdings:
        """Forget a person; returns what was removed. Open portraits are cancelled and refunded first.

        What was cut short and is delivered again goes on where it stopped: the last step records that all is done.
        """
        interaction_id = asker.once.interaction_id
        # What two deliveries at once remove is told by one: nothing may be awaited between look and mark.
        if interaction_id in self._deleting:
            raise AlreadyDone
        self._deleting.add(interaction_id)
        try:
            # What they made since is not meant.
            if await self._done.known(interaction_id):
                raise AlreadyDone
            return await self._delete(asker)
        finally:
            self._deleting.discard(interaction_id)

    async def _delete(self, asker: Asker) -> Holdings:
        user_id = asker.user_id
        before = await self._store.holdings(user_id)
        await self._end_open(user_id)
        portraits = 0
        images: set[str] = set()
        while (batch := await self._store.drop_some_of(user_id, BATCH)).count:
            portraits += batch.count
            images |= set(batch.images)
        rest = await self._store.drop_person(user_id, asker.once, self._clock.now())
        images |= set(rest.images)
        removed = await self._remove(images)
        await self._store.scrub()
        left = await self._store.holdings(user_id)
        _log.info("a member's data was deleted: %d portraits, %d characters", portraits, rest.count)
        return Holdings(rest.count, portraits, removed, before.counters - left.counters)

    async def _end_open(self, user_id: UserId) -> None:
        for portrait_id in await self._store.open_of(user_id):
            try:
                await self._jobs.cancel(portrait_id, None, self._clock.now())
            except NothingToCancel:
                continue
            self._dispatcher.notify(portrait_id)
        for _ in range(int(CANCEL_SECONDS / CANCEL_STEP)):
            if not await self._store.open_of(user_id):
                return
            await asyncio.sleep(CANCEL_STEP)
            self._dispatcher.notify(PortraitId(""))
        for portrait_id in await self._store.open_of(user_id):
            await self._jobs.settle(Delivery(portrait_id, PortraitState.CANCELLED), 0, self._clock.now())

    async def _remove(self, images: Iterable[str]) -> int:
        """Remove the files that nothing shows any more; returns how many."""
        removed = 0
        for image in images:
            if not await self._use.image_used(image):
                await self._pictures.remove(image)
                removed += 1
        return removed

    async def left(self, guild_id: GuildId) -> None:
        """A server removed the bot: the time of grace begins."""
        await self._store.depart(guild_id, self._clock.now())
        _log.info("server %s removed the bot", guild_id)

    async def joined(self, guild_id: GuildId) -> None:
        """A server has the bot (again): what was kept stays."""
        if await self._store.come_back(guild_id):
            _log.info("server %s came back within the time of grace", guild_id)

    async def present(self, guild_ids: Collection[int], told: Callable[[int], bool] = lambda _: True) -> None:
        """All servers that there are, after connecting: some may have come or gone while nobody listened.

        `told`: whether we would know of a server. Nothing follows for the others, which another process hears of.
        """
        for guild_id in filter(told, await self._store.known_servers()):
            await (self.joined(guild_id) if guild_id in guild_ids else self._store.depart(guild_id, self._clock.now()))

    async def chores(self) -> None:
        """Forget a little of what is old; called every few seconds."""
        now, keep = self._clock.now(), self._keep
        images: list[str] = []
        if keep.portraits is not None:
            images += (await self._store.drop_some_finished(now - keep.portraits, BATCH)).images
        if keep.images is not None:
            images += (await self._store.drop_some_images(now - keep.images, BATCH)).images
        if keep.left_servers is not None:
            images += await self._drop_departed(now - keep.left_servers)
        await self._remove(set(images))
        if self._clock.steady() >= self._next_prune:
            self._next_prune = self._clock.steady() + PRUNE
            await self._store.drop_old_counters(now)

    async def _drop_departed(self, before: datetime) -> tuple[str, ...]:
        guild_id = await self._store.departed(before)
        if guild_id is None:
            return ()
        batch = await self._store.drop_some_of_server(guild_id, BATCH)
        if batch.count < BATCH:
            await self._store.drop_server(guild_id)
            _log.info("server %s: its data was deleted, the time of grace is over", guild_id)
        return batch.images


class _Archive:
    """A ZIP in memory; pictures are stored as they are, for they do not shrink."""

    def __init__(self, about: dict[str, Any] | None = None) -> None:
        self._file = io.BytesIO()
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)
        if about is not None:
            text = json.dumps(about, ensure_ascii=False, indent=2)
            self._zip.writestr(_entry("limner.json", zipfile.ZIP_DEFLATED), text)

    @property
    def size(self) -> int:
        return self._file.tell()

    def add(self, name: str, data: bytes) -> None:
        self._zip.writestr(_entry(name, zipfile.ZIP_STORED), data)

    def closed(self) -> bytes:
        self._zip.close()
        return self._file.getvalue()


def _entry(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    entry.compress_type = kind
    return entry
