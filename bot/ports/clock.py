"""Time, as the use cases and jobs see it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Two scales, both aware and in UTC. Instants of one are never compared with instants of the other."""

    def now(self) -> datetime:
        """The wall clock: for calendars, for what is kept for days, and for what people read. It may be set."""
        ...

    def steady(self) -> datetime:
        """For spans: waits, pauses, leases, deadlines. It starts with the process as the wall clock, and never jumps.

        What is stored of it is bounded at the next start (`QueueJobs.rebase`), where the scale is another.
        """
        ...
