"""Image files named by their content: `ab/abcdef….png`. The same bytes are kept once."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from bot.domain.errors import ImageGone
from bot.domain.vendor import ENDINGS, Picture
from bot.storage import darkroom

_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
# A decoded picture takes up to 64 MiB: so many at once, whoever uploads.
_AT_ONCE = 2
_NAME = re.compile(r"[0-9a-f]{64}\.\d{1,5}x\d{1,5}\.(png|jpg|webp)")


class FilePictures:
    """see `bot.ports_library.PictureStore`. Names are `<sha256>.<width>x<height>.<ending>`.

    The crop of a picture stands beside it as `<sha256>.crop.jpg`. It is made when it is first wanted, and can be
    made again, so it is nobody's loss.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._decoding = asyncio.Semaphore(_AT_ONCE)

    async def keep(self, picture: Picture) -> str:
        return await asyncio.to_thread(self._write, picture)

    async def load(self, name: str) -> Picture:
        return await asyncio.to_thread(self._read, name)

    async def develop(self, data: bytes) -> Picture:
        async with self._decoding:
            return await asyncio.to_thread(darkroom.developed, data)

    async def crop(self, name: str) -> Picture:
        ready = await asyncio.to_thread(self._ready_crop, name)
        if ready is None:
            async with self._decoding:
                ready = await asyncio.to_thread(self._cut, name)
        return Picture(ready, "image/jpeg", darkroom.CROP_SIDE, darkroom.CROP_SIDE)

    async def strip(self, crops: Sequence[Picture], places: int) -> Picture:
        async with self._decoding:
            data = await asyncio.to_thread(darkroom.strip, [crop.data for crop in crops], places)
        return Picture(data, "image/webp", *darkroom.strip_size(places))

    async def light(self, name: str, limit: int) -> Picture:
        picture = await self.load(name)
        async with self._decoding:
            return await asyncio.to_thread(darkroom.light, picture, limit)

    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self._unlink, name)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _crop_path(self, name: str) -> Path:
        return self._path(f"{name.split('.', maxsplit=1)[0]}.crop.jpg")

    def _write(self, picture: Picture) -> str:
        digest = hashlib.sha256(picture.data).hexdigest()
        name = f"{digest}.{picture.width}x{picture.height}.{picture.ending}"
        path = self._path(name)
        if not path.exists():
            _put(path, picture.data)
        return name

    def _read(self, name: str) -> Picture:
        if not _NAME.fullmatch(name):
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

    def _cut(self, name: str) -> bytes:
        """Raises ImageGone also for bytes that no longer are a picture: a list goes on without it."""
        picture = self._read(name)
        try:
            crop = darkroom.cropped(picture.data)
        except Exception as error:
            raise ImageGone from error
        _put(self._crop_path(name), crop)
        return crop

    def _unlink(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)
        self._crop_path(name).unlink(missing_ok=True)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A half-written file must never carry a finished name: a crash may come at any byte.
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
