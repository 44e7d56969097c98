"""How the bot is doing, told to those who manage a server and to nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import DomainError, NotInServer, NotManager, VendorDown
from bot.domain.portraits.portrait import PortraitState, TakeState
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Delivery
from bot.services.servers.standing import Standing
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.traffic import SqlTraffic
from tests.fakes.builders import LEASE, NOW, StoppedClock, accepted
from tests.services.admin_cases import GUILD, admin
from tests.services.use_cases import asker


@pytest.fixture
def trouble() -> list[DomainError]:
    return []


@pytest.fixture
def standing(database: Database, clock: StoppedClock, trouble: list[DomainError]) -> Standing:
    return Standing(traffic=SqlTraffic(database), clock=clock, slots=5, trouble=lambda: trouble[0] if trouble else None)


async def test_only_those_with_manage_server_in_a_server(standing: Standing) -> None:
    with pytest.raises(NotManager):
        await standing.state(asker())
    with pytest.raises(NotInServer):
        await standing.state(replace(asker(guild=None), is_manager=True))


async def test_a_bot_that_did_nothing_yet_says_so(standing: Standing) -> None:
    state = await standing.state(admin())
    assert (state.each, state.measured, state.last, state.ended, state.paused, state.stopped) == (
        *(None, 0, None, 0, None, None),
    )


async def test_queue_speed_and_the_last_trouble(
    standing: Standing, database: Database, clock: StoppedClock, trouble: list[DomainError]
) -> None:
    jobs, portraits = SqlJobs(database), SqlPortraits(database)
    for guild in (int(GUILD), int(GUILD), 999, 999, 999):
        await accepted(portraits, guild=guild)
    # The three fail or succeed one after the other; the vendor's own refusal of one request is nobody's trouble.
    for seconds, failure in ((4, "timeout"), (9, "rejected"), (5, None)):
        await accepted(portraits, guild=int(GUILD))
        [claimed] = (await jobs.take_work(clock.steady(), LEASE, PAINTING, free=1)).claimed
        state = TakeState.READY if failure is None else TakeState.FAILED
        took = timedelta(seconds=seconds)
        await jobs.finish(claimed.take, state, clock.now(), image="a.png" if failure is None else None, took=took)
        end = PortraitState.FAILED if failure else PortraitState.DELIVERED
        await jobs.settle(Delivery(claimed.portrait.id, end, failure), 0, clock.now())
        clock.advance(seconds=10)
    state = await standing.state(admin())
    ours = [row["lane"] == f"g{GUILD}" for row in await database.all("SELECT lane FROM take WHERE in_lane = 1")]
    assert state.traffic.waiting == len(ours) == 5
    assert 0 < state.here == sum(ours) < 5
    assert (state.each, state.measured) == (5.0, 1)
    assert state.last is not None
    assert (state.last.failure, state.last.at) == ("timeout", NOW)
    assert (state.troubled, state.ended) == (1, 3)
    # Asked for a pause, and away.
    await jobs.pause(clock.steady(), clock.steady() + timedelta(seconds=40))
    trouble.append(VendorDown("x", ""))
    state = await standing.state(admin())
    assert state.paused == clock.now() + timedelta(seconds=40)
    assert isinstance(state.stopped, VendorDown)
