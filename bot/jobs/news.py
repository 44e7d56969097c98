"""What a waiting card says, and how much it matters that it says something else.

A card names the time when it is done, and the member's own client counts down to that: there is no news while it holds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.portraits.queue import Outlook

# One card is edited no more often, unless its news is of those that are told at once.
GAP = timedelta(seconds=15)
# Weights. Painting has begun; nothing can be written down, or can again: those are told at once. Then who is next, who
# waits or is painted longer than promised, who waits again, and what is ready; below them an estimate counts by the
# seconds that it moved.
PAINTING, STUCK = 9e9, 8e9
AT_ONCE = STUCK
_NEXT, _LATE, _BACK, _READY = 7e6, 6e6, 5e6, 4e6
_UNKNOWN, _PLACE = 60.0, 0.5
# An estimate has moved noticeably by so many seconds, or by such a share of the time that is left.
_MOVED_SECONDS, _MOVED_SHARE = 10.0, 0.2
_DOUBLINGS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What a card says: `ends` of the steady clock, and how often that was put off because it had passed."""

    position: int | None
    ends: datetime
    ready: int
    late: int = 0
    stuck: bool = False


def said(outlook: Outlook, now: datetime, before: Said | None = None, *, stuck: bool = False) -> Said:
    """What is to be said of an outlook, after what was said `before`. Each time a promise was not kept, the next one is
    for longer: nobody can tell how long it really takes, and a card is not edited for ever.
    """
    begins = before is not None and before.position is not None and outlook.position is None
    late = 0 if before is None or begins else before.late + (1 if now >= before.ends else 0)
    seconds = max(5.0, outlook.seconds) * 2 ** min(late, _DOUBLINGS)
    if before is not None and outlook.ordered and not begins and now < before.ends:
        seconds = (before.ends - now).total_seconds()
    return Said(outlook.position, now + timedelta(seconds=seconds), outlook.ready, late, stuck)


def weight(before: Said | None, outlook: Outlook, now: datetime, *, stuck: bool = False) -> float | None:
    """How much it matters to tell this; None where there is nothing to tell."""
    if stuck or (before is not None and before.stuck):
        return STUCK if before is None or before.stuck is not stuck else None
    if before is None:
        return _UNKNOWN
    turned = (before.position is None, outlook.position is None)
    told = [
        (turned == (False, True), PAINTING),
        (outlook.position == 1 and before.position not in {None, 1}, _NEXT),
        (now >= before.ends, _LATE),
        (turned == (True, False), _BACK),
        (outlook.ready != before.ready, _READY),
    ]
    most = next((worth for is_so, worth in told if is_so), None)
    return most if most is not None or outlook.ordered else _moved(before, outlook, now)


def _moved(before: Said, outlook: Outlook, now: datetime) -> float | None:
    left = (before.ends - now).total_seconds()
    moved = abs(outlook.seconds * 2 ** min(before.late, _DOUBLINGS) - left)
    # The estimate counts whole rounds of slots, so it stands still for as long as one takes.
    if moved >= max(_MOVED_SECONDS, outlook.each, _MOVED_SHARE * left):
        return moved
    if before.position is not None and outlook.position is not None:
        # A place that many are before changes all the time.
        passed = abs(before.position - outlook.position)
        return _PLACE if passed > before.position // 10 else None
    return None
