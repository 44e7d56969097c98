"""Which interactions made their change already."""

from datetime import datetime
from typing import Protocol

from bot.domain.ids import InteractionId
from bot.domain.once import Once


class DoneStore(Protocol):
    """Which interactions made their change already: Discord delivers one twice now and then.

    Every store method that takes a `Once` records it in the transaction of its change, or raises AlreadyDone and
    changes nothing.
    """

    async def known(self, interaction_id: InteractionId) -> bool:
        """Whether all of its change was made."""
        ...

    async def record(self, once: Once, now: datetime) -> None:
        """In a transaction of its own: where nothing was left to change, or the steps of a change are all made."""
        ...
