"""Housekeeping of the files: nothing stays of what was deleted, and nothing of what was half written."""

import asyncio
import logging
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

from bot.storage.database import Database
from bot.storage.pictures import LATELY, FilePictures
from bot.storage.place import NotOurs
from bot.storage.sql import load

_log = logging.getLogger(__name__)
_SQL = load("keeping")
_HOUR = 3600.0
# Seconds between two folders of a place that lies apart: there a look may cost money, and takes its time.
_PACE = 60.0
_PATIENCE = 10.0
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
        self._claimed = False
        self._tidying: asyncio.Task[None] | None = None
        self._next_folder = 0.0

    async def at_start(self) -> None:
        """Before anything is kept: remove what an earlier process left behind, where no other process keeps anything.

        Raises NotOurs where another database has its pictures.
        """
        alone = not self._pictures.shared
        try:
            if self._pictures.apart:
                # A place that is far away holds up no start.
                async with asyncio.timeout(_PATIENCE):
                    await self._claim()
            await self._pictures.drop_parts(math.inf if alone else time.time() - LATELY)
            if alone and not self._pictures.apart:
                await self._sweep(await self._pictures.folders(), math.inf)
        except OSError as error:
            if self._pictures.apart:
                self._pictures.room.missed(error)
            else:
                _log.warning("the pictures could not be tidied: %s", error.strerror)

    async def chores(self) -> None:
        """A little at a time: the log, once an hour the file, and one folder of pictures."""
        if time.monotonic() >= self._next_rewrite:
            self._next_rewrite = time.monotonic() + _HOUR
            await self._database.rewrite(_SMALL)
        await self._database.scrub()
        if not self._pictures.apart:
            await self._tidy()
        elif time.monotonic() >= self._next_folder and (self._tidying is None or self._tidying.done()):
            # Beside the queue, which a place that is far away must not hold up.
            self._next_folder = time.monotonic() + _PACE
            self._tidying = asyncio.create_task(self._tidy(), name="tidying")

    async def _tidy(self) -> None:
        try:
            if self._pictures.apart:
                await self._claim()
            await self._remove_late()
            self._folders = self._folders or await self._pictures.folders()
            # What is younger may wait for the row that will name it.
            await self._sweep([self._folders.pop()] if self._folders else [], time.time() - LATELY)
        except (OSError, NotOurs) as error:
            _log.warning("the pictures could not be tidied: %s", getattr(error, "strerror", None) or error)
        except Exception:  # noqa: BLE001 - nobody waits for this task
            _log.exception("the pictures could not be tidied")

    async def _claim(self) -> None:
        """Nothing is removed for being unknown before it is known to be this database's to remove."""
        if not self._claimed:
            row = await self._database.background.one(_SQL["pictures_since"])
            await self._pictures.claim(f"limner {row['pictures_since']}\n" if row else "limner\n")
            self._claimed = True

    async def _remove_late(self) -> None:
        """What was to go and could not yet, unless something shows it again."""
        for name in self._pictures.due():
            span = {"first": name, "after": name + "\U0010ffff"}
            if not await self._database.background.all(_SQL["images_of_folder"], span):
                await self._pictures.remove(name)

    async def _sweep(self, folders: Sequence[str], before: float) -> None:
        if not folders or (not self._pictures.apart and await asyncio.to_thread(self._beside_another)):
            return
        row = await self._database.background.one(_SQL["pictures_since"])
        since = row["pictures_since"] if row else before
        for folder in folders:
            span = {"first": folder, "after": folder + "\U0010ffff"}
            used = [row["image"] for row in await self._database.background.all(_SQL["images_of_folder"], span)]
            gone = await self._pictures.sweep(folder, used, since, before)
            if gone:
                _log.info("%d files of pictures that nothing shows were removed", gone)

    def _beside_another(self) -> bool:
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
