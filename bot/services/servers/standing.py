"""How the bot is doing, for those who manage a server: its queue, the vendor's speed, what went wrong last."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot import __version__
from bot.domain.errors import DomainError
from bot.ports.clock import Clock
from bot.ports.traffic import Ended, Traffic, TrafficStore
from bot.services.asker import Asker
from bot.services.servers.administration import managed

# So many of the last portraits are looked at for trouble, and so many of the last images for the speed.
LOOKED_AT, MEASURED = 100, 20
# Nothing was wrong with the image service or here: the request itself was refused, or its member is out of reach.
NO_TROUBLE = frozenset({None, "rejected", "filtered", "source_gone", "not_cut_out", "undeliverable"})


@dataclass(frozen=True, slots=True)
class State:
    """The whole bot at this moment. `here`: images of this server that wait. `each`: seconds from order to picture, in
    the middle of the last `measured`; None where nothing was painted. `stopped`: why nothing is ordered now. `paused`:
    until when the vendor asked for a pause, of the wall clock. `last`: the last trouble of the `ended` portraits that
    were looked at, of which `troubled` had some.
    """

    version: str
    traffic: Traffic
    here: int
    slots: int
    each: float | None
    measured: int
    stopped: DomainError | None
    paused: datetime | None
    last: Ended | None
    troubled: int
    ended: int


class Standing:
    """The use case of `/status`."""

    def __init__(
        self, *, traffic: TrafficStore, clock: Clock, slots: int, trouble: Callable[[], DomainError | None]
    ) -> None:
        self._traffic = traffic
        self._clock = clock
        self._slots = slots
        self._trouble = trouble

    async def state(self, asker: Asker) -> State:
        """Raises NotInServer or NotManager."""
        guild_id = managed(asker)
        traffic = await self._traffic.now()
        painted = await self._traffic.painted(MEASURED)
        ended = await self._traffic.ended(LOOKED_AT)
        troubled = [each for each in ended if each.failure not in NO_TROUBLE]
        left = traffic.paused_until - self._clock.steady()
        return State(
            version=__version__,
            traffic=traffic,
            here=await self._traffic.waiting_in(guild_id),
            slots=self._slots,
            each=median(painted) if painted else None,
            measured=len(painted),
            stopped=self._trouble(),
            paused=self._clock.now() + left if left > timedelta() else None,
            last=troubled[0] if troubled else None,
            troubled=len(troubled),
            ended=len(ended),
        )
