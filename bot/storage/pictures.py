"""Image files named by their content: `ab/abcdef….png`, in a folder or a bucket."""

import asyncio
import hashlib
import logging
import re
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.darkroom import cutting, developing, pixels
from bot.domain.errors import ImageGone, ImageRefused, StoreBusy
from bot.domain.portraits.uses import Face, Shape
from bot.domain.portraits.vendor import ENDINGS, Picture
from bot.storage import paper
from bot.storage.folder import Folder
from bot.storage.place import MARK, NotOurs, Place
from bot.storage.room import Room

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)

_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
# A decoded picture takes up to 64 MiB, and one that is larger still waits for others of its size: so many at once.
_AT_ONCE = 2
# What has not come out of the darkroom by then is given up.
DEVELOP_SECONDS = 60.0
# Bytes of what was just kept: whoever kept it is about to show it.
FRESH_BYTES = 16 * 2**20
# Long enough for the row that will name a picture.
LATELY = 3600.0
# A place may be far away: nobody waits longer for a file to go, and after a wait in vain nobody does for a while.
_PATIENCE, _CALM = 5.0, 30.0
PICTURE_NAME = re.compile(r"[0-9a-f]{64}(?:-[0-9a-f]{16})?\.\d{1,5}x\d{1,5}\.(png|jpg|webp)")
_CROP = re.compile(r"[0-9a-f]{64}(?:-[0-9a-f]{16})?\.crop\.jpg")
# Less room than this holds no picture, whatever sizes were seen so far.
LEAST = 256 * 2**10


class FilePictures:
    """see `bot.ports.pictures.PictureStore`. Names are `<sha256>.<width>x<height>.<ending>`, so the same bytes are kept
    once. In a place that lies apart nobody can hold a name while it goes: there they are `<sha256>-<by chance>.…`, and
    no picture ever gets the name of another.

    The crop of a picture stands beside it as `<sha256>.crop.jpg`. It is made when it is first wanted, and can be made
    again, so it is nobody's loss.
    """

    def __init__(self, place: Place | Path, *, shared: bool = False) -> None:
        """A path is a folder. `shared`: other processes of this database keep and remove pictures there too."""
        self._place = Folder(place) if isinstance(place, Path) else place
        self._decoding = asyncio.Semaphore(_AT_ONCE)
        # A file is either kept or swept: the same bytes may be both wanted again and left behind.
        self._deciding = asyncio.Lock()
        # What this process kept, and when by a clock that nobody sets: the row that names it may not be there yet.
        self._kept: dict[str, float] = {}
        # So many were to go so far.
        self._dropping = 0
        self.room = Room(str(self._place), "no picture can be kept")
        self._largest = LEAST
        self._fresh: dict[str, Picture] = {}
        self._looking: asyncio.Task[None] | None = None
        # What was to go, and from when on it may be tried again.
        self._late: dict[str, float] = {}
        self._calm_until = 0.0

        self.shared = shared

    @property
    def apart(self) -> bool:
        """Whether they lie apart from the database."""
        return self._place.apart

    async def _beside(self, work: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Run what may wait for the place beside the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._place.threads, lambda: work(*args, **named))

    async def keep(self, picture: Picture) -> str:
        self._largest = max(self._largest, len(picture.data))
        try:
            before = self._dropping
            name = await self._beside(self._put, picture)
            # From now on no sweep takes it, and one that is about to is waited for.
            self._kept[_content(name)] = time.monotonic()
            async with self._deciding:
                pass
            if before != self._dropping:
                # Perhaps this one, just after it was seen to be there already.
                await self._beside(self._place.put, name, picture.data)
        except OSError as error:
            raise self.room.missed(error) from None
        self._hold(name, picture)
        return name

    def _put(self, picture: Picture) -> str:
        name = _name_of(picture, f"-{secrets.token_hex(8)}" if self.apart else "")
        self._place.put(name, picture.data)
        return name

    def _hold(self, name: str, picture: Picture) -> None:
        """The bytes stay at hand until they are asked for once; the oldest go first."""
        self._fresh.pop(name, None)
        self._fresh[name] = picture
        while sum(len(each.data) for each in self._fresh.values()) > FRESH_BYTES:
            del self._fresh[next(iter(self._fresh))]

    async def look(self) -> None:
        """See whether the largest picture of this life could be kept, by trying to where that failed before."""
        # One that is far away may take its time, and the queue goes on meanwhile.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.wait({self._looking}, timeout=0.5 if self.apart else _PATIENCE)

    async def _look(self) -> None:
        try:
            await self._beside(self._place.look, self._largest, by_trying=not self.room.is_there)
        except OSError as error:
            self.room.missed(error)
        else:
            self.room.found()

    async def load(self, name: str) -> Picture:
        fresh = self._fresh.pop(name, None)
        # Not read back right after it was written, if it is still there.
        return fresh if fresh and self._place.stands(name) else await self._read(name)

    async def develop(self, data: bytes) -> Picture:
        work = asyncio.create_task(self._developed(data))
        work.add_done_callback(_heard)
        try:
            # A thread cannot be stopped: it keeps its turn until it is done, and only who waits is told.
            async with asyncio.timeout(DEVELOP_SECONDS):
                return await asyncio.shield(work)
        except TimeoutError:
            pass
        raise ImageRefused("it takes too long to open; please send it smaller")

    async def _developed(self, data: bytes) -> Picture:
        async with self._decoding:
            return await asyncio.to_thread(developing.developed, data)

    async def is_clear(self, picture: Picture) -> bool:
        async with self._decoding:
            return await asyncio.to_thread(lambda: pixels.is_clear(pixels.clear(picture.data)))

    async def crop(self, name: str) -> Picture:
        ready = await self._got(_crop_of(name))
        if ready is None:
            async with self._decoding:
                ready = await self._cut(name, self._fresh.get(name))
        return Picture(ready, "image/jpeg", developing.CROP_SIDE, developing.CROP_SIDE)

    async def _cut(self, name: str, fresh: Picture | None) -> bytes:
        """Raises ImageGone also for bytes that no longer are a picture: a list goes on without it."""
        picture = fresh or await self._read(name)
        try:
            crop = await asyncio.to_thread(developing.cropped, picture.data)
        except Exception as error:
            raise ImageGone from error
        # On a full disk it is made again each time.
        with suppress(OSError):
            await self._beside(self._place.put, _crop_of(name), crop)
        return crop

    async def strip(self, crops: Sequence[Picture], places: int) -> Picture:
        async with self._decoding:
            data = await asyncio.to_thread(developing.strip, [crop.data for crop in crops], places)
        return Picture(data, "image/webp", *developing.strip_size(places))

    async def light(self, name: str, limit: int) -> Picture:
        picture = await self.load(name)
        async with self._decoding:
            return await asyncio.to_thread(developing.light, picture, limit)

    async def png(self, name: str | None, side: int) -> Picture:
        picture = await self.load(name) if name else None
        async with self._decoding:
            return await asyncio.to_thread(paper.as_png, picture, side) if picture else paper.nobody(side)

    async def cut(self, name: str, shape: Shape, face: Face | None = None) -> Picture:
        picture = await self.load(name)
        async with self._decoding:
            return await asyncio.to_thread(cutting.cut, picture, shape, face)

    async def remove(self, name: str) -> None:
        """Where others keep pictures too, what is younger than an hour stays until then: its row may be on its way."""
        self._fresh.pop(name, None)
        async with self._deciding:
            if not await self._gone(name, time.time() - LATELY if self.shared else None):
                self._late[name] = time.monotonic() + (_CALM if time.monotonic() < self._calm_until else LATELY)
            self._dropping += 1

    async def _gone(self, name: str, before: float | None) -> bool:
        """Whether a picture and its crop are gone now. A place that does not answer is tried again later."""
        if not self.apart:
            return await self._beside(self._dropped, name, before)
        if time.monotonic() < self._calm_until:
            return False
        try:
            return await asyncio.wait_for(self._beside(self._dropped, name, before), _PATIENCE)
        except OSError as error:
            # TimeoutError is one of them.
            _log.warning("%s: a picture could not be removed (%s); later", self._place, error.strerror or "no answer")
            self._calm_until = time.monotonic() + _CALM
            return False

    def _dropped(self, name: str, before: float | None) -> bool:
        if not self._place.drop(name, before):
            return False
        return self._place.drop(_crop_of(name))

    def due(self) -> list[str]:
        """What was to be removed and could not, and may be tried again now; whoever asks looks whether it is used."""
        now = time.monotonic()
        due = [name for name, at in self._late.items() if at <= now]
        for name in due:
            del self._late[name]
        return due

    async def claim(self, mark: str) -> None:
        """Say whose pictures these are, where they lie apart. Raises NotOurs if another database did; OSError."""
        held = await self._beside(self._place.get, MARK)
        if held is None:
            await self._beside(self._place.put, MARK, mark.encode())
        elif held != mark.encode():
            raise NotOurs(
                f"{self._place} holds the pictures of another database (as its {MARK} says): name another place"
            )

    async def folders(self) -> list[str]:
        """The folders that pictures lie in, each named by what their names begin with. Raises OSError."""
        return await self._beside(self._place.folders)

    async def sweep(self, folder: str, used: Collection[str], since: float, before: float) -> int:
        """Remove what lies in a folder, is not among the `used`, and was kept in that time; returns how many files.

        Raises OSError.
        """
        lately = time.monotonic() - LATELY
        self._kept = {content: at for content, at in self._kept.items() if at > lately}
        wanted = {_content(name) for name in used}
        gone = 0
        for file in await self._beside(lambda: list(self._place.kept(folder))):
            ours = PICTURE_NAME.fullmatch(file.name) or _CROP.fullmatch(file.name)
            if not ours or _content(file.name) in wanted or not since <= file.at <= before:
                continue
            async with self._deciding:
                if _content(file.name) not in self._kept:
                    # Looked at once more: another process may have kept it again meanwhile.
                    gone += await self._beside(self._place.drop, file.name, before)
                    self._dropping += 1
        return gone

    async def drop_parts(self, before: float) -> None:
        """Remove what was half written before that time, when a process died. Raises OSError."""
        await self._beside(self._place.tidy, before)

    async def _got(self, name: str) -> bytes | None:
        try:
            return await self._beside(self._place.get, name)
        except OSError as error:
            if self.apart:
                raise self.room.missed(error) from None
            _log.warning("%s: a picture cannot be read (%s)", self._place, error.strerror)
            raise StoreBusy from None

    async def _read(self, name: str) -> Picture:
        data = await self._got(name) if PICTURE_NAME.fullmatch(name) else None
        if data is None:
            raise ImageGone
        if not await self._beside(is_whole, name, data):
            # Half of one would be shown, exported and paid for as if it were whole.
            _log.warning("%s: %s is damaged, and taken for gone; `db restore` puts back a whole one", self._place, name)
            raise ImageGone
        _, size, ending = name.split(".")
        width, height = (int(side) for side in size.split("x"))
        return Picture(data, _TYPES[ending], width, height)


def _name_of(picture: Picture, more: str) -> str:
    return f"{hashlib.sha256(picture.data).hexdigest()}{more}.{picture.width}x{picture.height}.{picture.ending}"


def is_whole(name: str, data: bytes) -> bool:
    """Whether these are the bytes that got the name."""
    return name.startswith(hashlib.sha256(data).hexdigest())


def _crop_of(name: str) -> str:
    return f"{_content(name)}.crop.jpg"


def _content(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def _heard(work: asyncio.Task[Picture]) -> None:
    """What came of it after nobody waited any more is nobody's business."""
    if not work.cancelled():
        work.exception()
