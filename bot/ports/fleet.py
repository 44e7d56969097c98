"""What several processes on one database need of each other. Alone, every answer is "yours"."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from bot.domain.ids import PortraitId
from bot.domain.portraits.breaker import Heard
from bot.domain.portraits.portrait import Take


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


class Crew(Protocol):
    """The processes that paint, as one of them sees the others."""

    @property
    def is_alone(self) -> bool:
        """Whether nobody else uses the database: then nothing of an earlier process is anybody's."""
        ...

    @property
    def paints(self) -> bool:
        """Whether this one paints, delivers and keeps house; else it only writes down what people see here."""
        ...

    async def beat(self, now: datetime) -> int:
        """Be seen, and give up what is in the hands of processes that are not any more: how many those were."""
        ...

    async def leads(self) -> bool:
        """Whether this one keeps house and the waiting cards; one at a time does."""
        ...

    async def vacate(self, take: Take) -> None:
        """The vendor is done with this take, whatever became of it."""
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

    async def beat(self, now: datetime) -> int:  # noqa: ARG002
        return 0

    async def leads(self) -> bool:
        return True

    async def vacate(self, take: Take) -> None: ...

    async def tell(self) -> None: ...

    async def listen(self, wake: Callable[[], None]) -> None: ...

    async def leave(self) -> None: ...


ALONE = Alone()
