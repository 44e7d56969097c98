"""What the log channel of a server hears, and that it is in nobody's way."""

import asyncio

import pytest

from bot.domain.errors import QuotaExceeded, WordRefused
from bot.domain.ids import ChannelId, UserId
from bot.services.servers.limits import Limits
from bot.services.servers.log_channel import Journal
from bot.storage.database import Database
from bot.storage.servers import SqlPolicies
from tests.fakes.builders import StoppedClock
from tests.services.admin_cases import GUILD, ROLE, AdminCases, admin, an_administration
from tests.services.use_cases import asker
from tests.storage.row_checks import rows


async def test_the_log_channel_hears_of_changes_and_refused_prompts_and_of_no_word(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_limits(admin(), Limits(server_day=50))
    await a.set_log(admin(), ChannelId(5))
    await a.set_safety(admin(), "blood")
    await a.set_limits(admin(), Limits(server_day=4))
    await a.set_role(admin(), ROLE, None)
    await a.set_member(admin(), UserId(1), gift=2)
    await a.reset(admin(), UserId(1))
    with pytest.raises(WordRefused):
        await admin_cases.paint(asker(), words="blood everywhere")
    await admin_cases.paint(asker(), 4)
    with pytest.raises(QuotaExceeded):
        await admin_cases.paint(asker())
    await a.set_log(admin(), None)
    await admin_cases.policies.drain()
    await admin_cases.journal.drain()
    assert {channel for channel, _ in admin_cases.said} == {5}
    lines = [line for _, line in admin_cases.said]
    assert len(lines) == 8
    assert lines[1] == "⚙️ <@99> changed `settings safety`: refused words 0 → 1"
    assert lines[2] == "⚙️ <@99> changed `quota set`: server, images a day 50 → 4"
    assert lines[3] == f"⚙️ <@99> changed `quota role` for <@&{ROLE}>: images a day none → unlimited"
    assert lines[4] == "⚙️ <@99> changed `quota member` for <@1>: extra images given none → 2"
    assert "🚫 A prompt of <@1> in <#20> held a refused word. It was not painted." in lines
    assert "blood" not in "".join(lines)
    refusals = await rows(admin_cases.database, "SELECT kind, reason FROM refusal ORDER BY id")
    assert [row["reason"] for row in refusals] == ["WordRefused", "QuotaExceeded"]


async def test_a_log_channel_that_hangs_or_breaks_is_in_nobodys_way(
    database: Database, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    release = asyncio.Event()

    async def hang(_channel: ChannelId, _line: str, _reported: object = None) -> None:
        await release.wait()
        raise RuntimeError("the channel is on fire")

    store, journal = SqlPolicies(database), Journal(hang)
    a = an_administration(database, clock, journal)
    async with asyncio.timeout(5):
        await a.set_log(admin(), ChannelId(5))
        for number in range(120):
            await a.set_limits(admin(), Limits(server_day=number))
    assert "too many lines wait" in caplog.text
    release.set()
    await journal.drain()
    assert "on fire" in caplog.text
    assert (await store.settings(GUILD)).guild_per_day == 119


async def test_the_bound_holds_for_the_lines_of_all_together(
    admin_cases: AdminCases, caplog: pytest.LogCaptureFixture
) -> None:
    a = admin_cases.administration
    await a.set_log(admin(), ChannelId(5))
    await a.set_safety(admin(), "blood")
    await admin_cases.journal.drain()
    admin_cases.held.clear()
    for _ in range(60):
        with pytest.raises(WordRefused):
            await admin_cases.paint(asker(), words="blood")
    await admin_cases.policies.drain()
    for number in range(60):
        await a.set_limits(admin(), Limits(server_day=number))
    assert caplog.text.count("too many lines wait") == 20
    admin_cases.held.set()
    await admin_cases.journal.drain()
    assert len(admin_cases.said) == 2 + 100
