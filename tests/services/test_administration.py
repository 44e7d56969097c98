"""What admins may do, what holds from then on, and that nobody else can do it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import (
    AboveCeiling,
    ChannelClosed,
    CoolingDown,
    DomainError,
    NotInServer,
    NotManager,
    OutOfRange,
    QuotaExceeded,
    TextTooLong,
    TooManyRunning,
    UnknownChoice,
    UnknownTimezone,
    WordRefused,
)
from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.portraits import Portrait, PortraitState
from bot.ports_jobs import Delivery
from bot.services.administration import Administration
from bot.services.asking import Asker
from bot.services.managing import Limits
from bot.services.policies import Policies
from bot.services.portraits import Request
from bot.storage.database import Database
from bot.storage.policies import SqlPolicies
from tests.fakes.builders import StoppedClock
from tests.services.house import DEFAULTS, House, asker, build
from tests.storage.looking import rows

GUILD = GuildId(10)
ADMIN = replace(asker(99), is_manager=True)
ROLE = 77


@dataclass
class Office:
    """The use cases of admins over the same files as those of members."""

    administration: Administration
    policies: Policies
    house: House
    clock: StoppedClock
    database: Database
    said: list[tuple[int, str]] = field(default_factory=list)

    async def paint(self, who: Asker, count: int = 1, words: str = "a sailor") -> Portrait:
        again = asker(int(who.user_id))
        who = replace(who, reply=again.reply)
        return (await self.house.portraits.paint(who, Request(words, count=count))).portrait

    async def settle(self, portrait: Portrait, charged: int) -> None:
        state = PortraitState.DELIVERED if charged else PortraitState.FAILED
        await self.house.jobs.settle(Delivery(portrait.id, state), charged, self.clock.now())

    async def painted(self, who: Asker, count: int = 1) -> None:
        await self.settle(await self.paint(who, count), count)

    async def left(self, who: Asker) -> dict[str, int]:
        _, budgets = await self.policies.budgets(who)
        return {budget.limit: budget.left for budget in budgets}

    async def audited(self) -> list[dict[str, Any]]:
        return await rows(self.database, "SELECT * FROM audit ORDER BY id")

    async def decided(self) -> list[Any]:
        tables = ("server_policy", "role_limit", "member_limit", "audit", "quota_counter")
        return [await rows(self.database, f"SELECT * FROM {table}") for table in tables]


@pytest.fixture
def office(database: Database, clock: StoppedClock, tmp_path: Path) -> Office:
    said: list[tuple[int, str]] = []

    async def announce(channel: ChannelId, line: str) -> None:
        said.append((channel, line))

    store = SqlPolicies(database)
    administration = Administration(store=store, defaults=DEFAULTS, clock=clock, announce=announce)
    house = build(database, clock, tmp_path)
    policies = Policies(store=store, defaults=DEFAULTS, clock=clock, announce=announce)
    house.portraits._policies = policies
    return Office(administration, policies, house, clock, database, said)


Use = Callable[[Administration, Asker], Awaitable[Any]]
USES: dict[str, Use] = {
    "quota show": lambda a, who: a.overview(who),
    "quota set": lambda a, who: a.set_limits(who, Limits(server_day=1)),
    "quota set, absurd": lambda a, who: a.set_limits(who, Limits(server_day=-1)),
    "quota role": lambda a, who: a.set_role(who, ROLE, 3),
    "quota role remove": lambda a, who: a.set_role(who, ROLE, None, remove=True),
    "quota member": lambda a, who: a.set_member(who, UserId(1), gift=5),
    "quota member clear": lambda a, who: a.set_member(who, UserId(1), clear=True),
    "quota reset": lambda a, who: a.reset(who),
    "quota reset member": lambda a, who: a.reset(who, UserId(1)),
    "quota report": lambda a, who: a.report(who, "day"),
    "quota report, begin": lambda a, who: a.since(who, "day"),
    "settings channels": lambda a, who: a.set_channels(who, "add", ChannelId(1)),
    "settings style": lambda a, who: a.set_style(who, "studio"),
    "settings style, forged": lambda a, who: a.set_style(who, "anime"),
    "settings safety": lambda a, who: a.set_safety(who, "x"),
    "settings timezone": lambda a, who: a.set_timezone(who, "UTC"),
    "settings timezone, unknown": lambda a, who: a.set_timezone(who, "Mars/Base"),
    "settings log": lambda a, who: a.set_log(who, ChannelId(1)),
}


@pytest.mark.parametrize("use", USES)
async def test_only_those_with_manage_server_in_a_server(office: Office, use: str) -> None:
    before = await office.decided()
    with pytest.raises(NotManager):
        await USES[use](office.administration, asker())
    with pytest.raises(NotInServer):
        await USES[use](office.administration, replace(asker(guild=None), is_manager=True))
    assert await office.decided() == before


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (lambda a: a.set_limits(ADMIN, Limits(server_day=-1)), OutOfRange),
        (lambda a: a.set_limits(ADMIN, Limits(server_day=5, server_month=5001)), AboveCeiling),
        (lambda a: a.set_limits(ADMIN, Limits(member_day=10**30)), AboveCeiling),
        (lambda a: a.set_limits(ADMIN, Limits(at_once=-1)), OutOfRange),
        (lambda a: a.set_limits(ADMIN, Limits(at_once=101)), OutOfRange),
        (lambda a: a.set_limits(ADMIN, Limits(cooldown=86_401)), OutOfRange),
        (lambda a: a.set_role(ADMIN, ROLE, -1), OutOfRange),
        (lambda a: a.set_role(ADMIN, ROLE, 5001), AboveCeiling),
        (lambda a: a.set_member(ADMIN, UserId(1), per_day=-1), OutOfRange),
        (lambda a: a.set_member(ADMIN, UserId(1), gift=-1), OutOfRange),
        (lambda a: a.set_member(ADMIN, UserId(1), gift=5001), AboveCeiling),
        (lambda a: a.report(ADMIN, "year"), UnknownChoice),
        (lambda a: a.set_channels(ADMIN, "burn", ChannelId(1)), UnknownChoice),
        (lambda a: a.set_style(ADMIN, "anime"), UnknownChoice),
        (lambda a: a.set_style(ADMIN, None, "wide"), UnknownChoice),
        (lambda a: a.set_style(ADMIN, None, None, "x" * 501), TextTooLong),
        (lambda a: a.set_safety(ADMIN, "x" * 51), TextTooLong),
        (lambda a: a.set_safety(ADMIN, ",".join("ab" for _ in range(201))), OutOfRange),
        (lambda a: a.set_safety(ADMIN, None, "show"), UnknownChoice),
        (lambda a: a.set_timezone(ADMIN, "Mars/Base"), UnknownTimezone),
        (lambda a: a.set_timezone(ADMIN, "../../etc/passwd"), UnknownTimezone),
        (lambda a: a.set_timezone(ADMIN, ""), UnknownTimezone),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changes(
    office: Office, use: Any, error: type[DomainError]
) -> None:
    before = await office.decided()
    with pytest.raises(error) as refused:
        await use(office.administration)
    if error is AboveCeiling:
        assert getattr(refused.value, "ceiling") == 5000  # noqa: B009 - the field of one class of many
    assert await office.decided() == before


async def test_every_change_is_audited_with_who_when_before_and_after(office: Office) -> None:
    a = office.administration
    await a.set_limits(ADMIN, Limits(server_day=50))
    await a.set_limits(ADMIN, Limits(server_day=50))
    await a.set_limits(ADMIN, Limits(server_day=40, at_once=2))
    await a.set_role(ADMIN, ROLE, 3)
    await a.set_role(ADMIN, ROLE, None)
    await a.set_role(ADMIN, ROLE, None, remove=True)
    await a.set_member(ADMIN, UserId(1), per_day=3, gift=2)
    await a.set_timezone(ADMIN, "europe/madrid")
    found = [(row["what"], json.loads(row["before"]), json.loads(row["after"])) for row in await office.audited()]
    assert found[:2] == [
        ("quota set", {"guild_per_day": None}, {"guild_per_day": 50}),
        (
            "quota set",
            {"guild_per_day": 50, "running_per_member": None},
            {"guild_per_day": 40, "running_per_member": 2},
        ),
    ]
    assert [row[1:] for row in found[2:5]] == [
        ({}, {"role_id": ROLE, "per_day": 3}),
        ({"role_id": ROLE, "per_day": 3}, {"role_id": ROLE, "per_day": None}),
        ({"role_id": ROLE, "per_day": None}, {}),
    ]
    assert found[5][2] == {"user_id": 1, "has_limit": True, "per_day": 3, "gift": 2}
    assert found[6][2]["next_timezone"] == "Europe/Madrid"
    assert {(row["actor_id"], row["at"]) for row in await office.audited()} == {
        (99, office.clock.now().timestamp() * 1000)
    }


async def test_defaults_come_back_for_what_is_not_named(office: Office) -> None:
    await office.administration.set_limits(ADMIN, Limits(5, 6, 7, 2, 30))
    await office.administration.set_limits(ADMIN, Limits(member_day=8, defaults=True))
    policy = (await office.administration.overview(ADMIN)).policy
    assert (policy.server_per_day, policy.server_per_month, policy.member_per_day) == (100, 1000, 8)
    assert (policy.running_per_member, policy.cooldown) == (None, timedelta(0))


async def test_ten_gifts_at_once_are_ten_gifts(office: Office) -> None:
    await asyncio.gather(*(office.administration.set_member(ADMIN, UserId(1), gift=1) for _ in range(10)))
    assert (await office.left(asker()))["gift"] == 10


async def test_a_limit_below_what_is_used_blocks_until_the_reset(office: Office) -> None:
    await office.painted(asker(), 4)
    await office.administration.set_limits(ADMIN, Limits(member_day=2))
    with pytest.raises(QuotaExceeded) as refused:
        await office.paint(asker())
    error = refused.value
    assert (error.limit, error.maximum, error.used) == ("member_day", 2, 4)
    assert error.resets_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert (await office.left(asker()))["member_day"] == 0
    office.clock.instant = error.resets_at
    await office.painted(asker(), 2)


async def test_a_limit_changed_while_portraits_run_holds_for_the_next(office: Office) -> None:
    running = await office.paint(asker(), 4)
    await office.administration.set_limits(ADMIN, Limits(server_day=4))
    with pytest.raises(QuotaExceeded) as refused:
        await office.paint(asker(2))
    assert refused.value.limit == "server_day"
    await office.settle(running, 3)
    await office.painted(asker(2))
    assert (await office.left(asker()))["server_day"] == 0


async def test_the_best_role_wins_and_zero_blocks_who_has_no_better(office: Office) -> None:
    blocked, better = replace(asker(), roles=(1,)), replace(asker(2), roles=(1, 2))
    free = replace(asker(3), roles=(1, 2, 3))
    for role, limit in ((1, 0), (2, 12), (3, None)):
        await office.administration.set_role(ADMIN, role, limit)
    with pytest.raises(QuotaExceeded) as refused:
        await office.paint(blocked)
    assert (refused.value.limit, refused.value.maximum) == ("role_day", 0)
    for _ in range(3):
        await office.painted(better, 4)
    with pytest.raises(QuotaExceeded):
        await office.paint(better)
    await office.administration.set_limits(ADMIN, Limits(server_day=14))
    with pytest.raises(QuotaExceeded) as refused:
        await office.paint(free, 3)
    assert refused.value.limit == "server_day"
    await office.painted(free, 2)


async def test_a_role_taken_away_while_one_runs_changes_the_next_request_only(office: Office) -> None:
    await office.administration.set_role(ADMIN, ROLE, 20)
    with_role = replace(asker(), roles=(ROLE,))
    running = [await office.paint(with_role, 4) for _ in range(4)]
    with pytest.raises(QuotaExceeded) as refused:
        await office.paint(asker())
    assert (refused.value.limit, refused.value.used) == ("member_day", 16)
    for each in running:
        await office.settle(each, 1)
    assert (await office.left(asker()))["member_day"] == 6


async def test_a_gift_is_used_after_the_day_and_refunded_first(office: Office) -> None:
    await office.administration.set_limits(ADMIN, Limits(member_day=2))
    await office.administration.set_member(ADMIN, UserId(1), gift=3)
    await office.painted(asker())
    assert await office.left(asker()) == {
        "member_day": 1, "gift": 3, "server_day": 99, "server_month": 999, "ceiling_month": 4999
    }  # fmt: skip
    portrait = await office.paint(asker(), 4)
    left = await office.left(asker())
    assert (left["member_day"], left["gift"]) == (0, 0)
    with pytest.raises(QuotaExceeded) as refused:
        await office.paint(asker())
    assert refused.value.limit == "member_day"
    await office.settle(portrait, 2)
    left = await office.left(asker())
    assert (left["member_day"], left["gift"], left["server_day"]) == (0, 2, 97)


async def test_clear_takes_back_the_exception_and_unused_gifts_only(office: Office) -> None:
    a = office.administration
    await a.set_member(ADMIN, UserId(1), per_day=1, gift=5)
    await office.painted(asker(), 3)
    await a.set_member(ADMIN, UserId(1), gift=1)
    assert (await office.left(asker()))["exception_day"] == 0
    await a.set_member(ADMIN, UserId(1), clear=True)
    left = await office.left(asker())
    assert (left["member_day"], left["gift"]) == (9, 0)
    await a.set_member(ADMIN, UserId(1), gift=2)
    assert (await office.left(asker()))["gift"] == 2
    await a.set_member(ADMIN, UserId(1), unlimited=True)
    assert "member_day" not in await office.left(asker())


async def test_a_pause_and_portraits_at_once(office: Office) -> None:
    await office.administration.set_limits(ADMIN, Limits(at_once=1, cooldown=30))
    first = await office.paint(asker())
    with pytest.raises(TooManyRunning) as busy:
        await office.paint(asker())
    assert busy.value.limit == 1
    await office.settle(first, 1)
    with pytest.raises(CoolingDown) as early:
        await office.paint(asker())
    assert early.value.again_at == office.clock.now() + timedelta(seconds=30)
    await office.paint(asker(2))
    office.clock.advance(seconds=30)
    await office.paint(asker())
    await office.administration.set_limits(ADMIN, Limits(at_once=0, cooldown=0))
    await office.paint(asker())


async def test_channels_are_added_removed_and_all_opened(office: Office) -> None:
    a = office.administration
    for channel in (8, 9, 9):
        await a.set_channels(ADMIN, "add", ChannelId(channel))
    with pytest.raises(ChannelClosed) as closed:
        await office.paint(asker())
    assert closed.value.channels == (8, 9)
    await a.set_channels(ADMIN, "remove", ChannelId(8))
    await a.set_channels(ADMIN, "remove", ChannelId(8))
    with pytest.raises(OutOfRange):
        await a.set_channels(ADMIN, "remove", ChannelId(9))
    await a.set_channels(ADMIN, "all", ChannelId(1))
    assert (await a.set_channels(ADMIN, "remove", ChannelId(1))).channels is None
    await office.paint(asker())
    for number in range(50):
        await a.set_channels(ADMIN, "add", ChannelId(number + 1))
    with pytest.raises(OutOfRange):
        await a.set_channels(ADMIN, "add", ChannelId(1000))


@pytest.mark.parametrize(
    ("zone", "day", "hours"), [("Europe/Madrid", (2027, 3, 28), 23), ("Europe/Madrid", (2026, 10, 25), 25)]
)
async def test_a_day_with_a_clock_change_is_one_window(
    office: Office, zone: str, day: tuple[int, int, int], hours: int
) -> None:
    office.clock.instant = datetime(*day, tzinfo=UTC) - timedelta(days=3)
    await office.administration.set_timezone(ADMIN, zone)
    await office.administration.set_limits(ADMIN, Limits(member_day=1))
    begins = next_midnight = datetime(*day, tzinfo=UTC) - timedelta(hours=1 if hours == 23 else 2)
    office.clock.instant = begins
    await office.painted(asker())
    for late in range(hours):
        office.clock.instant = begins + timedelta(hours=late, minutes=59)
        with pytest.raises(QuotaExceeded) as refused:
            await office.paint(asker())
        next_midnight = refused.value.resets_at
    assert next_midnight == begins + timedelta(hours=hours)
    office.clock.instant = next_midnight
    await office.painted(asker())


async def test_midnight_between_reserve_and_settle_counts_for_the_first_day(office: Office) -> None:
    office.clock.instant = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    portrait = await office.paint(asker(), 4)
    office.clock.advance(minutes=2)
    await office.settle(portrait, 3)
    assert await office.left(asker()) == {
        "member_day": 10, "server_day": 100, "server_month": 1000, "ceiling_month": 5000
    }  # fmt: skip
    office.clock.advance(minutes=-2)
    assert (await office.left(asker()))["member_day"] == 7
    assert (await office.left(asker()))["server_month"] == 997


async def test_the_ceiling_goes_on_through_resets_and_time_zones(office: Office) -> None:
    await office.painted(asker(), 4)
    await office.administration.reset(ADMIN)
    await office.administration.reset(ADMIN, UserId(1))
    assert await office.left(asker()) == {
        "member_day": 10, "server_day": 100, "server_month": 1000, "ceiling_month": 4996
    }  # fmt: skip
    [server, member] = [json.loads(row["before"]) for row in await office.audited()]
    assert server == {"server 10 day 2026-11-22": 4, "server 10 month 2026-11": 4}
    assert member == {"member 1 day 2026-11-22": 4}
    office.clock.instant = datetime(2026, 11, 30, 12, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Kiritimati"):
        _, begins = await office.administration.set_timezone(ADMIN, zone)
        assert office.clock.now() < begins <= office.clock.now() + timedelta(days=2)
        assert (await office.left(asker()))["ceiling_month"] == 4996
        office.clock.instant = min(begins, datetime(2026, 11, 30, 23, tzinfo=UTC))


async def test_a_time_zone_holds_from_the_next_window_and_never_opens_one_twice(office: Office) -> None:
    office.clock.instant = datetime(2026, 11, 22, 22, tzinfo=UTC)
    await office.administration.set_limits(ADMIN, Limits(member_day=4))
    await office.painted(asker(), 4)
    settings, begins = await office.administration.set_timezone(ADMIN, "america/NEW YORK")
    assert begins == datetime(2026, 11, 23, tzinfo=UTC)
    assert settings.next_timezone == "America/New_York"
    assert (await office.left(asker()))["member_day"] == 0
    # In New York it is still the 22nd: the same window, which now ends there.
    office.clock.instant = begins
    assert (await office.left(asker()))["member_day"] == 0
    office.clock.instant = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert (await office.left(asker()))["member_day"] == 4
    back, _ = await office.administration.set_timezone(ADMIN, "America/New_York")
    assert (back.timezone, back.next_timezone) == ("America/New_York", None)


async def test_settings_hold_on_the_next_portrait_and_its_words(office: Office) -> None:
    a = office.administration
    await a.set_style(ADMIN, "editorial", "landscape", "watercolour")
    await a.set_safety(ADMIN, "Blood, , gore ", "spoiler")
    spec = (await office.paint(asker())).spec
    assert (spec.style, spec.framing) == ("editorial", "landscape")
    assert spec.negative_prompt.startswith("watercolour, ")
    for words in ("blood on snow", "b l 0 0 d", "GÖRE"):
        with pytest.raises(WordRefused):
            await office.paint(asker(), words=words)
    await a.set_style(ADMIN, negative="-")
    await a.set_safety(ADMIN, "-")
    assert "watercolour" not in (await office.paint(asker(), words="blood")).spec.negative_prompt


async def test_the_log_channel_hears_of_changes_and_refused_prompts_and_of_no_word(office: Office) -> None:
    a = office.administration
    await a.set_limits(ADMIN, Limits(server_day=50))
    await a.set_log(ADMIN, ChannelId(5))
    await a.set_safety(ADMIN, "blood")
    await a.set_limits(ADMIN, Limits(server_day=4))
    await a.set_role(ADMIN, ROLE, None)
    await a.set_member(ADMIN, UserId(1), gift=2)
    await a.reset(ADMIN, UserId(1))
    with pytest.raises(WordRefused):
        await office.paint(asker(), words="blood everywhere")
    await office.paint(asker(), 4)
    with pytest.raises(QuotaExceeded):
        await office.paint(asker())
    await a.set_log(ADMIN, None)
    await office.policies.drain()
    await a._journal.drain()
    assert {channel for channel, _ in office.said} == {5}
    lines = [line for _, line in office.said]
    assert len(lines) == 8
    assert lines[1] == "⚙️ <@99> changed `settings safety`: refused words 0 → 1"
    assert lines[2] == "⚙️ <@99> changed `quota set`: server, images a day 50 → 4"
    assert lines[3] == f"⚙️ <@99> changed `quota role` for <@&{ROLE}>: images a day none → unlimited"
    assert lines[4] == "⚙️ <@99> changed `quota member` for <@1>: extra images given none → 2"
    assert "🚫 A prompt of <@1> in <#20> held a refused word. It was not painted." in lines
    assert "blood" not in "".join(lines)
    refusals = await rows(office.database, "SELECT kind, reason FROM refusal ORDER BY id")
    assert [row["reason"] for row in refusals] == ["WordRefused", "QuotaExceeded"]


async def test_a_log_channel_that_hangs_or_breaks_is_in_nobodys_way(
    database: Database, clock: StoppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    release = asyncio.Event()

    async def hang(_channel: ChannelId, _line: str) -> None:
        await release.wait()
        raise RuntimeError("the channel is on fire")

    store = SqlPolicies(database)
    a = Administration(store=store, defaults=DEFAULTS, clock=clock, announce=hang)
    async with asyncio.timeout(5):
        await a.set_log(ADMIN, ChannelId(5))
        for number in range(120):
            await a.set_limits(ADMIN, Limits(server_day=number))
    assert "too many lines wait" in caplog.text
    release.set()
    await a._journal.drain()
    assert "on fire" in caplog.text
    assert (await store.settings(GUILD)).guild_per_day == 119


async def test_a_report_begins_with_the_servers_own_day(office: Office) -> None:
    office.clock.instant = datetime(2026, 11, 20, 12, tzinfo=UTC)
    await office.administration.set_timezone(ADMIN, "Asia/Tokyo")
    office.clock.instant = datetime(2026, 11, 22, 16, tzinfo=UTC)
    await office.painted(asker(), 2)
    report = await office.administration.report(ADMIN, "day")
    assert report.since == datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert [(row.user_id, row.images) for row in report.rows] == [(1, 2)]
    assert await office.administration.since(ADMIN, "week") == datetime(2026, 11, 16, 15, tzinfo=UTC)
    assert await office.administration.since(ADMIN, "month") == datetime(2026, 10, 31, 15, tzinfo=UTC)
