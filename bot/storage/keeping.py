"""Housekeeping of the files: nothing stays of what was deleted, and nothing of what was half written."""

import asyncio
import logging
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

from bot.storage.database import Database
from bot.storage.pictures import FilePictures
from bot.storage.sql import load

_log = logging.getLogger(__name__)
_SQL = load("keeping")
_HOUR = 3600.0
# Members wait while the file is rewritten: 30 MB took 0.2 s. A larger one is rewritten at the next start.
_SMALL = 32 * 2**20
_SQLITE = b"SQLite format 3\0"


class Keeping:
    """Called by the process that owns the database."""

    def __init__(self, database: Database, pictures: FilePictures, path: Path) -> None:
        self._database = database
        self._pictures = pictures
        self._path = path
        self._folders: list[str] = []
        self._next_rewrite = time.monotonic() + _HOUR

    async def at_start(self) -> None:
        """Before anything is kept: remove what an earlier process left behind."""
        if self._database.is_shared:
            # What looks left behind may be what another process writes just now: that is for the chores.
            return
        try:
            await self._pictures.drop_parts()
            await self._sweep(await self._pictures.folders(), math.inf)
        except OSError as error:
            _log.warning("the pictures could not be tidied: %s", error.strerror)

    async def chores(self) -> None:
        """A little at a time: the log, once an hour the file, and one folder of pictures."""
        if time.monotonic() >= self._next_rewrite:
            self._next_rewrite = time.monotonic() + _HOUR
            await self._database.rewrite(_SMALL)
        await self._database.scrub()
        try:
            self._folders = self._folders or await self._pictures.folders()
            # What is younger may wait for the row that will name it.
            await self._sweep([self._folders.pop()] if self._folders else [], time.time() - _HOUR)
        except OSError as error:
            _log.warning("the pictures could not be tidied: %s", error.strerror)

    async def _sweep(self, folders: Sequence[str], before: float) -> None:
        if not folders or await asyncio.to_thread(self._shared):
            return
        row = await self._database.background.one(_SQL["pictures_since"])
        since = row["pictures_since"] if row else before
        for folder in folders:
            span = {"first": folder, "after": folder + "\U0010ffff"}
            used = [row["image"] for row in await self._database.background.all(_SQL["images_of_folder"], span)]
            gone = await self._pictures.sweep(folder, used, since, before)
            if gone:
                _log.info("%d files of pictures that nothing shows were removed", gone)

    def _shared(self) -> bool:
        """Whether another database lies in the folder: the pictures may be its."""
        if not self._path.parent.is_dir():
            return False
        real = os.path.realpath(self._path)
        own = {_identity(Path(real + ending)) for ending in ("", "-wal", "-shm", "-journal")}
        for path in self._path.parent.iterdir():
            # Never the own files: to close one of them gives up every lock that SQLite holds on it in this process.
            if path.is_file() and _identity(path) not in own:
                with path.open("rb") as file:
                    if file.read(len(_SQLITE)) == _SQLITE:
                        return True
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    """The same under every name of a file; None when it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
