"""The clocks of this machine; see `bot.ports.clock.Clock`."""

from datetime import UTC, datetime, timedelta

# Bound here: the simulator of the demo sets another clock in the module's place.
from time import monotonic


class SystemClock:
    """See `bot.ports.clock.Clock`."""

    def __init__(self, began: datetime | None = None) -> None:
        """`began`: what time it is now, where another clock than this machine's says that."""
        self._began, self._origin = began or datetime.now(UTC), monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def steady(self) -> datetime:
        return self._began + timedelta(seconds=monotonic() - self._origin)
