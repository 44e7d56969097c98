"""What is read for who watches is what the rows say."""

from datetime import timedelta

from bot.domain.ids import GuildId
from bot.domain.portraits.portrait import PortraitState, TakeState
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Delivery
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from bot.storage.traffic import SqlTraffic
from tests.fakes.builders import LEASE, NOW, accepted


async def test_each_state_is_counted_as_far_as_it_matters(database: Database) -> None:
    jobs, portraits, traffic = SqlJobs(database), SqlPortraits(database), SqlTraffic(database)
    empty = await traffic.now()
    assert (empty.waiting, empty.unfinished, empty.oldest) == (0, 0, None)
    for guild in (100, 100, 200):
        await accepted(portraits, guild=guild)
    [first, second] = (await jobs.take_work(NOW, LEASE, PAINTING, free=2)).claimed
    await jobs.submitted(first.take, "job", None, NOW, NOW + LEASE)
    found = await traffic.now()
    assert (found.waiting, found.held, found.submitting, found.submitted) == (1, 0, 1, 1)
    assert (found.unfinished, found.delivering, found.lanes) == (3, 0, 1)
    assert found.oldest is not None
    assert await traffic.waiting_in(GuildId(100)) + await traffic.waiting_in(GuildId(200)) == 1
    assert await traffic.waiting_in(GuildId(300)) == 0
    await jobs.hold(second.take, NOW + LEASE)
    took = timedelta(seconds=7)
    await jobs.finish(first.take, TakeState.READY, NOW, image="a.png", took=took)
    found = await traffic.now()
    assert (found.held, found.submitting, found.submitted) == (1, 0, 0)
    assert (found.unfinished, found.delivering) == (2, 1)
    assert await traffic.painted(5) == (7.0,)
    await jobs.settle(Delivery(first.portrait.id, PortraitState.FAILED, "timeout"), 0, NOW)
    [ended] = await traffic.ended(5)
    assert (ended.failure, ended.at) == ("timeout", NOW)
    bounded = await SqlTraffic(database, enough=1).now()
    assert (bounded.unfinished, bounded.waiting) == (1, 1)
