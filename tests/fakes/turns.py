"""One step at a time of what `SqlJobs.turn` does at once."""

from datetime import datetime, timedelta

from bot.domain.ids import MessageId, PortraitId
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Claimed, Seen
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits


async def claim(jobs: SqlJobs, now: datetime, lease: timedelta, painting: timedelta = PAINTING) -> Claimed | None:
    """The fairest take that waits; None when none does, or when the queue is paused."""
    turn = await jobs.take_work(now, lease, painting, free=1)
    return next(iter(turn.claimed), None)


async def deliverable(jobs: SqlJobs, now: datetime) -> list[PortraitId]:
    """What is to be delivered."""
    return list((await jobs.take_work(now, timedelta(0), PAINTING)).deliverable)


async def acknowledge(
    portraits: SqlPortraits, portrait_id: PortraitId, message_id: MessageId | None, now: datetime
) -> None:
    """The member sees the card."""
    seen = [Seen(portrait_id, message_id, now)]
    await SqlJobs(portraits._database).take_work(now, timedelta(0), PAINTING, seen=seen)
