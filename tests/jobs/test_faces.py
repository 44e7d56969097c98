"""What is seen of a face is written down with the end of its take, and never in its way."""

from typing import Any

import pytest

from bot.domain import errors
from bot.domain.portraits.faces import Flag, Reading
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.vendor import Picture
from bot.jobs.driver import Driver, Look
from tests.jobs.job_parts import JobParts
from tests.storage.row_checks import rows

SEEN = Reading(1, 0.71, Flag.JUDGED | Flag.SAME)


def driver(job_parts: JobParts, look: Look) -> Driver:
    return Driver(
        jobs=job_parts.lasting,
        generator=job_parts.generator,
        pictures=job_parts.pictures,
        clock=job_parts.clock,
        stopping=job_parts.stopping,
        finder=None,
        look=look,
    )


async def test_three_numbers_stand_with_the_take(job_parts: JobParts) -> None:
    looked: list[tuple[PortraitSpec, Picture]] = []

    async def look(spec: PortraitSpec, picture: Picture) -> Reading:
        looked.append((spec, picture))
        return SEEN

    claimed = await job_parts.claimed()
    await driver(job_parts, look).drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.face) == (TakeState.READY, SEEN)
    [(spec, picture)] = looked
    assert spec == claimed.portrait.spec
    assert picture == await job_parts.pictures.load(take.image or "")
    stored = await rows(job_parts.database, "SELECT faces, alike, face_flags FROM take")
    assert [tuple(row.values()) for row in stored] == [(1, 0.71, int(Flag.JUDGED | Flag.SAME))]


async def test_where_nobody_looks_nothing_is_written(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed()
    await job_parts.driver.drive(claimed)
    assert (await job_parts.take(claimed)).face is None
    stored = await rows(job_parts.database, "SELECT faces, alike, face_flags FROM take")
    assert [tuple(row.values()) for row in stored] == [(None, None, None)]


async def test_what_is_not_painted_is_not_looked_at(job_parts: JobParts) -> None:
    async def look(*_: Any) -> Reading:
        pytest.fail("there is nothing to look at")

    job_parts.generator.submits(errors.Rejected("x"))
    claimed = await job_parts.claimed()
    await driver(job_parts, look).drive(claimed)
    assert (await job_parts.take(claimed)).state is TakeState.FAILED


async def test_a_take_that_was_cancelled_meanwhile_stays_so(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed()

    async def look(*_: Any) -> Reading:
        await job_parts.jobs.cancel(claimed.portrait.id, None, job_parts.clock.now())
        return SEEN

    await driver(job_parts, look).drive(claimed)
    take = await job_parts.take(claimed)
    assert (take.state, take.face) == (TakeState.CANCELLED, None)


async def test_the_time_of_looking_is_not_the_vendors(job_parts: JobParts) -> None:
    """Estimates are made of how long a take was painted."""

    async def look(*_: Any) -> Reading:
        job_parts.clock.advance(seconds=5)
        return SEEN

    await driver(job_parts, look).drive(await job_parts.claimed())
    [row] = await rows(job_parts.database, "SELECT painted_ms FROM take")
    assert row["painted_ms"] < 1000
