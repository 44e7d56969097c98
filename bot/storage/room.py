"""A place that may stop taking what is written to it: its disk is full, read-only, or broken."""

import asyncio
import logging
import time
from pathlib import Path

from bot.domain.errors import DomainError, PicturesAway, StoreFull
from bot.storage.place import PlaceError

_log = logging.getLogger(__name__)

# While there is no room the operator is told so often; and after it came back, not sooner than that again.
REMINDER, CALM = 600.0, 60.0
_FULL = (
    "%s cannot be written (%s): %s. Nothing new is painted; make room there, or let the bot write there."
    " It is tried again every few seconds"
)
_AWAY = (
    "%s cannot be used (%s): %s. Nothing new is painted, and what was painted waits for it: look at that place, and at"
    " [pictures]. It is tried again every few seconds"
)


class Room:
    """Whoever could not write there says so here, and whoever must write waits here until somebody could."""

    def __init__(self, place: Path | str, what: str) -> None:
        """`what` lies there, in words for the operator."""
        self._place = place
        self._what = what
        self._there = asyncio.Event()
        self._there.set()
        self._given_up = False
        self._why: type[StoreFull | PicturesAway] = StoreFull
        self._told = False
        self._silent_until = 0.0

    @property
    def is_there(self) -> bool:
        return self._there.is_set()

    def refusal(self) -> DomainError | None:
        """What writing would fail with now. A new one each time: a traceback would grow with everybody who meets it."""
        return None if self.is_there else self._why()

    def missed(self, error: Exception) -> DomainError:
        """Something could not be written, or not be read from afar; returns what to raise. One line for the operator,
        however often it is so.
        """
        self._there.clear()
        # A place that is far away has no disk of ours that could be full.
        away = isinstance(error, PlaceError | TimeoutError)
        self._why = PicturesAway if away else StoreFull
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + REMINDER
            self._told = True
            why = (error.strerror if isinstance(error, OSError) else None) or str(error) or "no answer in time"
            _log.error(_AWAY if away else _FULL, self._place, why, self._what)
        return self._why()

    def found(self) -> None:
        """Something of a fair size could be written."""
        if self._told:
            self._told = False
            self._silent_until = time.monotonic() + CALM
            _log.info("%s can be written again", self._place)
        self._there.set()

    async def comes(self) -> bool:
        """Wait for room; False when we are going down, and wait for nothing."""
        await self._there.wait()
        return not self._given_up

    def give_up(self) -> None:
        """Nobody waits here any more."""
        self._given_up = True
        self._there.set()
