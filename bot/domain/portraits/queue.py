"""Where a waiting image stands, and how long it will take: arithmetic over the lanes of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

# Before anything was measured: the vendor's own figures, 4-8 s a picture and 1-3 s in its queue.
FIRST_GUESS_SECONDS = 8.0
# So many of the last images count.
MEASURED = 20


# The defaults of `Spans`.
WAITING, PAINTING = timedelta(minutes=10), timedelta(minutes=4)
# The longest pause that a vendor is granted.
LONGEST_PAUSE = timedelta(minutes=5)
# After a start, whatever the clock says, an open portrait is tried for so long before it is too late: a picture that
# was paid may be there, and the clock may have been set.
SECOND_CHANCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Spans:
    """How long a take may wait before it is ordered, and how long it may be painted after that.

    Together they stay below the life of an interaction's token, so that the answer lands on the waiting card.
    """

    waiting: timedelta = WAITING
    painting: timedelta = PAINTING


@dataclass(frozen=True, slots=True)
class Lane:
    """A server's lane: the virtual time of its next image, and how many wait in it."""

    name: str
    vft: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One image's place: its lane, how many are before it there, all waiting lanes, and how many are being painted."""

    lane: str
    ahead: int
    lanes: tuple[Lane, ...]
    running: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """The state of an unfinished portrait. `position` is None once painting has begun; `eta` is in seconds. `stuck`:
    nothing can be written down, so it neither goes on nor ends.
    """

    position: int | None
    eta: float
    ready: int
    total: int
    stuck: bool = False


def position(standing: Standing) -> int:
    """How many images are served before this one, plus one.

    Lanes are served by (virtual time, name), each step adding one: before the image at place `ahead` of
    our lane, another lane is served once for every virtual time it has up to ours.
    """
    ours = next((lane for lane in standing.lanes if lane.name == standing.lane), None)
    if ours is None:
        return standing.ahead + 1
    mine = ours.vft + standing.ahead
    before = standing.ahead
    for lane in standing.lanes:
        if lane.name != ours.name:
            turns = mine - lane.vft + (1 if lane.name < ours.name else 0)
            before += min(lane.waiting, max(0, turns))
    return before + 1


def seconds_each(measured: Sequence[float]) -> float:
    """The time one image takes: the median of what was measured, or the vendor's figure before that."""
    return median(measured) if measured else FIRST_GUESS_SECONDS


def eta_seconds(place: int, running: int, slots: int, each: float) -> float:
    """Seconds until the image at `place` of the queue is done, with `running` of `slots` taken now.

    Place 0 means that it is being painted itself.
    """
    rounds = -(-(place + running) // max(1, slots)) if place else 1
    return rounds * each


def wait_seconds(place: int, running: int, slots: int, each: float) -> float:
    """Seconds until the image at `place` of the queue is ordered: it is done one image's time later."""
    return eta_seconds(place, running, slots, each) - each
