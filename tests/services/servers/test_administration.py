"""What admins may do, that nobody else can do it, and what is written down about it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import (
    AboveCeiling,
    ChannelClosed,
    DomainError,
    LastChannel,
    NotInServer,
    NotManager,
    OutOfRange,
    TextTooLong,
    UnknownChoice,
    UnknownTimezone,
    WordRefused,
)
from bot.domain.ids import ChannelId, UserId
from bot.services.asker import Asker
from bot.services.servers.administration import Administration
from bot.services.servers.limits import Limits
from tests.services.admin_cases import ROLE, AdminCases, admin
from tests.services.use_cases import asker

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
async def test_only_those_with_manage_server_in_a_server(admin_cases: AdminCases, use: str) -> None:
    before = await admin_cases.decided()
    with pytest.raises(NotManager):
        await USES[use](admin_cases.administration, asker())
    with pytest.raises(NotInServer):
        await USES[use](admin_cases.administration, replace(asker(guild=None), is_manager=True))
    assert await admin_cases.decided() == before


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (lambda a: a.set_limits(admin(), Limits(server_day=-1)), OutOfRange),
        (lambda a: a.set_limits(admin(), Limits(server_day=5, server_month=5001)), AboveCeiling),
        (lambda a: a.set_limits(admin(), Limits(member_day=10**30)), AboveCeiling),
        (lambda a: a.set_limits(admin(), Limits(at_once=-1)), OutOfRange),
        (lambda a: a.set_limits(admin(), Limits(at_once=101)), OutOfRange),
        (lambda a: a.set_limits(admin(), Limits(cooldown=86_401)), OutOfRange),
        (lambda a: a.set_role(admin(), ROLE, -1), OutOfRange),
        (lambda a: a.set_role(admin(), ROLE, 5001), AboveCeiling),
        (lambda a: a.set_member(admin(), UserId(1), per_day=-1), OutOfRange),
        (lambda a: a.set_member(admin(), UserId(1), gift=-1), OutOfRange),
        (lambda a: a.set_member(admin(), UserId(1), gift=5001), AboveCeiling),
        (lambda a: a.report(admin(), "year"), UnknownChoice),
        (lambda a: a.set_channels(admin(), "burn", ChannelId(1)), UnknownChoice),
        (lambda a: a.set_style(admin(), "anime"), UnknownChoice),
        (lambda a: a.set_style(admin(), None, "round"), UnknownChoice),
        (lambda a: a.set_style(admin(), None, None, "x" * 501), TextTooLong),
        *((lambda a, steps=steps: a.set_style(admin(), steps=steps), OutOfRange) for steps in (0, -1, 51, 10**30)),
        *(
            (lambda a, guidance=guidance: a.set_style(admin(), "studio", guidance=guidance), OutOfRange)
            for guidance in (0.9, 20.1, -1, float("nan"), float("inf"))
        ),
        (lambda a: a.set_safety(admin(), "x" * 51), TextTooLong),
        (lambda a: a.set_safety(admin(), ",".join("ab" for _ in range(201))), OutOfRange),
        (lambda a: a.set_safety(admin(), None, "show"), UnknownChoice),
        (lambda a: a.set_timezone(admin(), "Mars/Base"), UnknownTimezone),
        (lambda a: a.set_timezone(admin(), "../../etc/passwd"), UnknownTimezone),
        (lambda a: a.set_timezone(admin(), ""), UnknownTimezone),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_changes(
    admin_cases: AdminCases, use: Any, error: type[DomainError]
) -> None:
    before = await admin_cases.decided()
    with pytest.raises(error) as refused:
        await use(admin_cases.administration)
    if error is AboveCeiling:
        assert getattr(refused.value, "ceiling") == 5000  # noqa: B009 - the field of one class of many
    assert await admin_cases.decided() == before


async def test_every_change_is_audited_with_who_when_before_and_after(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_limits(admin(), Limits(server_day=50))
    await a.set_limits(admin(), Limits(server_day=50))
    await a.set_limits(admin(), Limits(server_day=40, at_once=2))
    await a.set_role(admin(), ROLE, 3)
    await a.set_role(admin(), ROLE, None)
    await a.set_role(admin(), ROLE, None, remove=True)
    await a.set_member(admin(), UserId(1), per_day=3, gift=2)
    await a.set_timezone(admin(), "europe/madrid")
    found = [(row["what"], json.loads(row["before"]), json.loads(row["after"])) for row in await admin_cases.audited()]
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
    assert {(row["actor_id"], row["at"]) for row in await admin_cases.audited()} == {
        (99, admin_cases.clock.now().timestamp() * 1000)
    }


async def test_defaults_come_back_for_what_is_not_named(admin_cases: AdminCases) -> None:
    await admin_cases.administration.set_limits(admin(), Limits(5, 6, 7, 2, 30))
    await admin_cases.administration.set_limits(admin(), Limits(member_day=8, defaults=True))
    policy = (await admin_cases.administration.overview(admin())).policy
    assert (policy.server_per_day, policy.server_per_month, policy.member_per_day) == (100, 1000, 8)
    assert (policy.running_per_member, policy.cooldown) == (None, timedelta(0))


async def test_channels_are_added_removed_and_all_opened(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    for channel in (8, 9, 9):
        await a.set_channels(admin(), "add", ChannelId(channel))
    with pytest.raises(ChannelClosed) as closed:
        await admin_cases.paint(asker())
    assert closed.value.channels == (8, 9)
    await a.set_channels(admin(), "remove", ChannelId(8))
    await a.set_channels(admin(), "remove", ChannelId(8))
    with pytest.raises(LastChannel):
        await a.set_channels(admin(), "remove", ChannelId(9))
    await a.set_channels(admin(), "all", ChannelId(1))
    assert (await a.set_channels(admin(), "remove", ChannelId(1))).after.settings.channels is None
    await admin_cases.paint(asker())
    for number in range(50):
        await a.set_channels(admin(), "add", ChannelId(number + 1))
    with pytest.raises(OutOfRange):
        await a.set_channels(admin(), "add", ChannelId(1000))


async def test_steps_and_guidance_are_audited_and_taken_back_alone(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_style(admin(), negative="hats", steps=1, guidance=20)
    spec = (await admin_cases.paint(asker())).spec
    assert (spec.steps, spec.guidance) == (1, 20.0)
    after = (await a.set_style(admin(), guidance=1, defaults=True)).after.settings
    assert (after.steps, after.guidance, after.negative) == (None, 1.0, "hats")
    spec = (await admin_cases.paint(asker())).spec
    assert (spec.steps, spec.guidance) == (30, 1.0)
    changes = [(json.loads(row["before"]), json.loads(row["after"])) for row in await admin_cases.audited()]
    assert changes[-1] == ({"steps": 1, "guidance": 20.0}, {"steps": None, "guidance": 1.0})


async def test_the_operators_ceiling_itself_may_be_chosen(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_role(admin(), ROLE, 5000)
    with pytest.raises(AboveCeiling):
        await a.set_role(admin(), ROLE, 5001)


async def test_settings_hold_on_the_next_portrait_and_its_words(admin_cases: AdminCases) -> None:
    a = admin_cases.administration
    await a.set_style(admin(), "editorial", "landscape", "watercolour")
    await a.set_safety(admin(), "Blood, , gore ", "spoiler")
    spec = (await admin_cases.paint(asker())).spec
    assert (spec.style, spec.framing) == ("editorial", "landscape")
    assert spec.negative_prompt.startswith("watercolour, ")
    for words in ("blood on snow", "b l 0 0 d", "GÖRE"):
        with pytest.raises(WordRefused):
            await admin_cases.paint(asker(), words=words)
    await a.set_style(admin(), negative="-", defaults=True)
    assert (await admin_cases.paint(asker())).spec.style == "studio"
    assert (await a.set_safety(admin(), "-")).after.settings.words == ()
    assert "watercolour" not in (await admin_cases.paint(asker(), words="blood")).spec.negative_prompt
