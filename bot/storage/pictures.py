"""Image files named by their content: `ab/abcdef….png`. The same bytes are kept once."""

import asyncio
import hashlib
import os
import secrets
from pathlib import Path

from bot.domain.errors import ImageGone
from bot.domain.vendor import Picture

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_TYPES = {ending: media_type for media_type, ending in _ENDINGS.items()}


class FilePictures:
    """See `bot.ports.PictureStore`. Names are `<sha256>.<width>x<height>.<ending>`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, picture: Picture) -> str:
        return await asyncio.to_thread(self._write, picture)

    async def load(self, name: str) -> Picture:
        return await asyncio.to_thread(self._read, name)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _write(self, picture: Picture) -> str:
        digest = hashlib.sha256(picture.data).hexdigest()
        name = f"{digest}.{picture.width}x{picture.height}.{_ENDINGS[picture.media_type]}"
        path = self._path(name)
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        # A half-written file must never carry a finished name: a crash may come at any byte.
        part = path.with_name(f".{secrets.token_hex(8)}.part")
        with part.open("wb") as file:
            file.write(picture.data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        return name

    def _read(self, name: str) -> Picture:
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise ImageGone from error
        _, size, ending = name.split(".")
        width, height = (int(side) for side in size.split("x"))
        return Picture(data, _TYPES[ending], width, height)
