"""Where a waiting image stands, and how long it will take: arithmetic over the lanes of the queue."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

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
    """One image's place: its lane, how many are before it there, and all waiting lanes."""

    lane: str
    ahead: int
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a portrait enters the queue: the places of its first and its last image (see `position`), `running` images
    before all of them, for how many seconds nothing is ordered, and what one image takes.
    """

    first: int
    last: int
    running: int = 0
    pause: float = 0.0
    each: float = FIRST_GUESS_SECONDS


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next seconds of a portrait look like. `position` is None once painting has begun; `seconds` until it is
    done, `each` of them for one image. `ordered`: none of its images waits.
    """

    position: int | None
    seconds: float
    ready: int
    total: int
    each: float = FIRST_GUESS_SECONDS
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """What the card of an unfinished portrait says. `ends_at`, of the wall clock: people's own clocks count down to it.
    `late`: it was promised earlier. `stuck`: nothing can be written down, so it neither goes on nor ends.
    """

    position: int | None
    ends_at: datetime
    ready: int
    total: int
    stuck: bool = False
    late: bool = False


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


def places(waiting: Iterable[tuple[str, int, T]]) -> dict[T, tuple[int, int]]:
    """The places of the first and the last image of everybody who waits, in one pass over all images.

    They come as (lane, its virtual time, whose), lane by lane in the order of the names, each lane in its own order.
    """
    turns: dict[int, list[T]] = {}
    lane, at = None, 0
    for name, vft, whose in waiting:
        lane, at = name, (at + 1 if name == lane else vft)
        turns.setdefault(at, []).append(whose)
    found: dict[T, tuple[int, int]] = {}
    place = 0
    for turn in sorted(turns):
        for whose in turns[turn]:
            place += 1
            first, _ = found.get(whose, (place, place))
            found[whose] = (first, place)
    return found


def furthest(longest: timedelta, entry: Entry, slots: int) -> int:
    """About how many images may be served before one that waits for `longest` at most; a round of `slots` too many."""
    rounds = (longest.total_seconds() - entry.pause) / max(entry.each, 0.001) + 2
    return max(1, int(rounds) * max(1, slots) - entry.running)


def outlook(entry: Entry, slots: int, total: int, ready: int = 0, *, begun: bool = False) -> Outlook:
    """Of a portrait with images that wait; `begun` where others do not. Where a slot is free, painting begins now."""
    seconds = entry.pause + eta_seconds(entry.last, entry.running, slots, entry.each)
    begins = begun or (entry.pause <= 0 and entry.first + entry.running <= slots)
    return Outlook(None if begins else entry.first, seconds, ready, total, entry.each)


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
