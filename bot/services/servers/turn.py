"""Changes of rules read, decide and write: one after another, whichever process makes them."""

import asyncio
from types import TracebackType
from typing import Self

from bot.domain.errors import StoreBusy
from bot.ports.fleet import ALONE, Hold, Holds

_NAME = "rules"
# So often it is looked whether another process is done, in seconds; and an admin waits for so many looks.
_LOOK, _LOOKS = 0.05, 20


class Turn:
    """`async with` it: nobody else changes rules meanwhile. Raises StoreBusy where another process is not done soon."""

    def __init__(self, holds: Holds = ALONE) -> None:
        self._holds = holds
        self._here = asyncio.Lock()
        self._hold: Hold | None = None

    async def __aenter__(self) -> Self:
        await self._here.acquire()
        try:
            self._hold = await self._taken()
        except BaseException:
            self._here.release()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._hold is not None:
                await self._hold.release()
        finally:
            self._hold = None
            self._here.release()

    async def _taken(self) -> Hold:
        for _ in range(_LOOKS):
            hold = await self._holds.take(_NAME)
            if hold is not None:
                return hold
            await asyncio.sleep(_LOOK)
        raise StoreBusy
