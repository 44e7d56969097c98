"""Image files named by their content: `ab/abcdef….png`. The same bytes are kept once."""

import asyncio
import errno
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from bot.darkroom import cutting, developing, pixels
from bot.domain.errors import ImageGone, ImageRefused
from bot.domain.portraits.uses import Face, Shape
from bot.domain.portraits.vendor import ENDINGS, Picture
from bot.storage import paper
from bot.storage.room import Room

_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
# A decoded picture takes up to 64 MiB, and one that is larger still waits for others of its size: so many at once.
_AT_ONCE = 2
# What has not come out of the darkroom by then is given up.
DEVELOP_SECONDS = 60.0
# Bytes of what was just kept: whoever kept it is about to show it.
FRESH_BYTES = 16 * 2**20
# Long enough for the row that will name a picture.
_LATELY = 3600.0
PICTURE_NAME = re.compile(r"[0-9a-f]{64}\.\d{1,5}x\d{1,5}\.(png|jpg|webp)")
_CROP = re.compile(r"[0-9a-f]{64}\.crop\.jpg")
_FOLDER = re.compile(r"[0-9a-f]{2}")
# Less room than this holds no picture, whatever sizes were seen so far.
LEAST = 256 * 2**10
FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


def probe(folder: Path, size: int = 5) -> None:
    """Raises OSError where no file can be written; a folder that is not there yet is made later, beside what is."""
    with tempfile.NamedTemporaryFile(dir=_standing(folder), prefix=".", suffix=".part") as file:
        # Zeros may take no room at all.
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())


def _standing(folder: Path) -> Path:
    """The folder, or what of the way to it is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists() or each.is_symlink())


class FilePictures:
    """see `bot.ports.pictures.PictureStore`. Names are `<sha256>.<width>x<height>.<ending>`.

    The crop of a picture stands beside it as `<sha256>.crop.jpg`. It is made when it is first wanted, and can be
    made again, so it is nobody's loss.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decoding = asyncio.Semaphore(_AT_ONCE)
        # A file is either kept or swept: the same bytes may be both wanted again and left behind.
        self._deciding = threading.Lock()
        # What this process kept, and when by a clock that nobody sets: the row that names it may not be there yet.
        self._kept: dict[str, float] = {}
        self.room = Room(folder, "no picture can be kept")
        self._largest = LEAST
        self._fresh: dict[str, Picture] = {}

    async def keep(self, picture: Picture) -> str:
        self._largest = max(self._largest, len(picture.data))
        try:
            name = await asyncio.to_thread(self._write, picture)
        except OSError as error:
            raise self.room.missed(error) from None
        self._hold(name, picture)
        return name

    def _hold(self, name: str, picture: Picture) -> None:
        """The bytes stay at hand until they are asked for once; the oldest go first."""
        self._fresh.pop(name, None)
        self._fresh[name] = picture
        while sum(len(each.data) for each in self._fresh.values()) > FRESH_BYTES:
            del self._fresh[next(iter(self._fresh))]

    async def look(self) -> None:
        """See whether the largest picture of this life could be kept, by trying to where that failed before."""
        try:
            await asyncio.to_thread(self._look, self._largest, by_trying=not self.room.is_there)
        except OSError as error:
            self.room.missed(error)
        else:
            self.room.found()

    async def load(self, name: str) -> Picture:
        fresh = self._fresh.pop(name, None)
        # Not read back from the disk right after it was written, if it is still there: one look, which waits for no
        # disk, since the system knows names that it has just made.
        return fresh if fresh and self._path(name).exists() else await asyncio.to_thread(self._read, name)

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
        ready = await asyncio.to_thread(self._ready_crop, name)
        if ready is None:
            async with self._decoding:
                ready = await asyncio.to_thread(self._cut, name, self._fresh.get(name))
        return Picture(ready, "image/jpeg", developing.CROP_SIDE, developing.CROP_SIDE)

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
        self._fresh.pop(name, None)
        await asyncio.to_thread(self._unlink, name)

    async def folders(self) -> list[str]:
        """The folders that pictures lie in, each named by what their names begin with."""
        return await asyncio.to_thread(self._folders)

    async def sweep(self, folder: str, used: Collection[str], since: float, before: float) -> int:
        """Remove what lies in a folder, is not among the `used`, and was kept in that time; returns how many files."""
        return await asyncio.to_thread(self._sweep, folder, used, since, before)

    async def drop_parts(self) -> None:
        """Remove what was half written when an earlier process died; only while nothing is kept."""
        await asyncio.to_thread(self._drop_parts)

    def _folders(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if _FOLDER.fullmatch(path.name) and path.is_dir())

    def _sweep(self, folder: str, used: Collection[str], since: float, before: float) -> int:
        with self._deciding:
            lately = time.monotonic() - _LATELY
            self._kept = {content: at for content, at in self._kept.items() if at > lately}
        wanted = {_content(name) for name in used}
        gone = 0
        for path in (self._folder / folder).iterdir():
            if not (PICTURE_NAME.fullmatch(path.name) or _CROP.fullmatch(path.name)) or _content(path.name) in wanted:
                continue
            # Gone meanwhile: somebody deleted it.
            with self._deciding, suppress(FileNotFoundError):
                if since <= path.stat().st_mtime <= before and _content(path.name) not in self._kept:
                    path.unlink()
                    gone += 1
        return gone

    def _drop_parts(self) -> None:
        # Of pictures, and in the folder itself of what was written to try whether there is room.
        for pattern in (".*.part", "??/.*.part"):
            for path in self._folder.glob(pattern):
                path.unlink(missing_ok=True)

    def _look(self, size: int, *, by_trying: bool) -> None:
        if by_trying:
            return probe(self._folder, size)
        found = shutil.disk_usage(_standing(self._folder))
        # Some file systems do not say.
        if found.total and found.free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return None

    def _path(self, name: str) -> Path:
        return path_of(self._folder, name)

    def _crop_path(self, name: str) -> Path:
        return self._path(f"{_content(name)}.crop.jpg")

    def _write(self, picture: Picture) -> str:
        digest = hashlib.sha256(picture.data).hexdigest()
        name = f"{digest}.{picture.width}x{picture.height}.{picture.ending}"
        path = self._path(name)
        with self._deciding:
            self._kept[digest] = time.monotonic()
            known = path.exists()
            if known:
                # As if it were new: the sweep looks at what is older than the row that is about to name it.
                os.utime(path)
        if not known:
            _put(path, picture.data)
        return name

    def _read(self, name: str) -> Picture:
        if not PICTURE_NAME.fullmatch(name):
            raise ImageGone
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise ImageGone from error
        _, size, ending = name.split(".")
        width, height = (int(side) for side in size.split("x"))
        return Picture(data, _TYPES[ending], width, height)

    def _ready_crop(self, name: str) -> bytes | None:
        try:
            return self._crop_path(name).read_bytes()
        except FileNotFoundError:
            return None

    def _cut(self, name: str, fresh: Picture | None) -> bytes:
        """Raises ImageGone also for bytes that no longer are a picture: a list goes on without it."""
        picture = fresh or self._read(name)
        try:
            crop = developing.cropped(picture.data)
        except Exception as error:
            raise ImageGone from error
        # On a full disk it is made again each time.
        with suppress(OSError):
            _put(self._crop_path(name), crop)
        return crop

    def _unlink(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)
        self._crop_path(name).unlink(missing_ok=True)


def path_of(folder: Path, name: str) -> Path:
    """Where a picture lies in a folder of pictures."""
    return folder / name[:2] / name


def _heard(work: asyncio.Task[Picture]) -> None:
    """What came of it after nobody waited any more is nobody's business."""
    if not work.cancelled():
        work.exception()


def _content(name: str) -> str:
    return name.split(".", maxsplit=1)[0]


def _put(path: Path, data: bytes) -> None:
    fresh = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A half-written file must never carry a finished name: a crash may come at any byte.
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    # The name is in the folder, not in the file: a power cut could take it back.
    sync_folder(path.parent)
    if fresh:
        sync_folder(path.parent.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk. Windows opens no folder, and writes names by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
