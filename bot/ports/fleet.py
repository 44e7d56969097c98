"""What several processes on one database need of each other. Alone, every answer is "yours"."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import Heard


class Hold(Protocol):
    """A name that is ours, and of nobody else."""

    async def lasts(self) -> bool:
        """Whether it is ours still: it goes with the connection that it came by."""
        ...

    async def release(self) -> None: ...


class Holds(Protocol):
    """What processes on one database are to each other: names that one of them holds at a time, and a bell."""

    async def take(self, name: str) -> Hold | None:
        """None where another process has it, or where nobody can say."""
        ...

    async def instant(self) -> datetime | None:
        """What time it is, for all of them; None where each is alone."""
        ...

    async def tell(self) -> None:
        """Wake those who listen; raises StoreBusy or StoreFull where that is impossible."""
        ...

    async def listen(self, wake: Callable[[], None]) -> None:
        """Be woken, for ever."""
        ...


class BreakerStore(Protocol):
    """What became of orders, whoever sent them."""

    async def heard(self) -> Heard: ...

    async def change(self, rule: Callable[[Heard], Heard]) -> Heard:
        """What `rule` makes of it, once. `rule` may run several times."""
        ...


class CardLeases(Protocol):
    """A waiting card is changed by one process at a time, and not once its answer is on its way."""

    async def begin_edit(self, portrait_id: PortraitId, now: datetime, until: datetime) -> bool:
        """Whether the card may be changed until then: its answer waits for that."""
        ...

    async def end_edit(self, portrait_id: PortraitId, until: datetime) -> bool:
        """Whether its answer may follow now."""
        ...


class Turns(Protocol):
    """Who carries turns from those who accept portraits to those who paint."""

    async def take_turns(self, carry: Callable[[int], Awaitable[bool]]) -> None:
        """Have turns carried, by their numbers, at most so many at once by all processes together as the vendor allows;
        until `take_no_more`. What is not over when `carry` returns False, or with its process, is carried again.
        """
        ...

    def take_no_more(self) -> None:
        """Those that were taken are carried on."""
        ...


class Crew(Turns, Protocol):
    """The processes that paint, as one of them sees the others."""

    @property
    def is_alone(self) -> bool:
        """Whether nobody else uses the database: then nothing of an earlier process is anybody's."""
        ...

    @property
    def paints(self) -> bool:
        """Whether this one paints, delivers and keeps house; else it only writes down what people see here."""
        ...

    async def leads(self) -> bool:
        """Whether this one keeps house and the waiting cards; one at a time does."""
        ...

    async def tell(self) -> None:
        """Wake those who wait for something to do."""
        ...

    async def listen(self, wake: Callable[[], None]) -> None:
        """Be woken, for ever."""
        ...

    async def leave(self) -> None:
        """Nothing here is in our hands any more, and others may go on with it at once."""
        ...


class _Ours:
    async def lasts(self) -> bool:
        return True

    async def release(self) -> None: ...


class Alone:
    """One process that owns its database: see `Holds` and `Crew`."""

    is_alone = paints = True

    async def take(self, name: str) -> Hold | None:  # noqa: ARG002 - whatever it is
        return _Ours()

    async def instant(self) -> datetime | None:
        return None

    async def leads(self) -> bool:
        return True

    async def take_turns(self, carry: Callable[[int], Awaitable[bool]]) -> None: ...

    def take_no_more(self) -> None: ...

    async def tell(self) -> None: ...

    async def listen(self, wake: Callable[[], None]) -> None: ...

    async def leave(self) -> None: ...


ALONE = Alone()
