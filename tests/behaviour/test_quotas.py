"""Quotas as members read them, and as admins set, give, reset and report them."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.config import QuotaConfig
from tests.behaviour.members import admin_of, says
from tests.behaviour.simulation import Simulation, gallery_of, settled, staged, text_of, walk

pytestmark = pytest.mark.slow


async def test_everybody_sees_what_they_have_left_and_when_it_resets(simulation: Simulation) -> None:
    await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=3))
    mine = await says(simulation, simulation.alice, "quota mine")
    assert "**7 of 10** left today" in mine
    assert "**97 of 100** left today for the whole server" in mine
    assert "**997 of 1000** left this month for the whole server" in mine
    assert mine.count("resets <t:") == 3
    assert "extra images" not in mine


async def test_outside_of_servers_there_is_a_limit_of_its_own(simulation: Simulation) -> None:
    user = simulation.env.create_user("dora")
    result = await user.slash("quota mine")
    assert "outside of servers" in text_of(result.response)
    assert "**6 of 6** left today" in text_of(result.response)


async def test_mine_names_role_exception_gift_and_the_other_rules(simulation: Simulation, admin: Any) -> None:
    artists = simulation.guild.create_role("artists")
    carol = simulation.guild.add_member(simulation.env.create_user("carol"), roles=[artists])
    await says(simulation, admin, "quota role", role=artists, limit=20)
    await says(simulation, admin, "quota member", member=simulation.alice, unlimited=True)
    await says(simulation, admin, "quota member", member=simulation.bob, gift=4)
    await says(simulation, admin, "quota set", at_once=2, cooldown=90)
    assert "**20 of 20** left today, by the limit of your role" in await says(simulation, carol, "quota mine")
    alice = await says(simulation, simulation.alice, "quota mine")
    assert "You have no limit of your own for a day: an admin lifted it." in alice
    assert "2 portraits at once for each member\n-# 90 seconds between two portraits" in alice
    assert "**4** extra images from an admin" in await says(simulation, simulation.bob, "quota mine")


async def test_limits_are_set_shown_and_hold_at_once(simulation: Simulation, admin: Any) -> None:
    shown = await says(
        simulation, admin, "quota set", server_day=50, server_month=60, member_day=2, at_once=3, cooldown=0
    )
    assert shown.splitlines() == [
        "Server, a day: **100 (default) → 50**",
        "Server, a month: **1000 (default) → 60**",
        "Member, a day: **10 (default) → 2**",
        "Member, at once: **no limit → 3 portraits**",
        "Member, between two portraits: **no pause (default) → no pause**",
    ]
    shown = await says(simulation, admin, "quota show")
    for line in (
        "**Server**\n**50** a day · 50 left",
        "**60** a month · 60 left",
        "**Each member**\n**2** a day · 3 portraits at once · no pause between two",
        "Nobody is at their limit today",
        "The operator allows 10000 images a month",
    ):
        assert line in shown
    await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=2))
    refused = await says(simulation, simulation.alice, "portrait", prompt="a sailor")
    assert "your limit for a day (2): nothing is left. It resets <t:" in refused
    shown = await says(simulation, admin, "quota show")
    assert "48 left" in shown
    assert "**1 member** is at their limit today" in shown
    assert "Member, a day: **2 → 10 (default)**" in await says(simulation, admin, "quota set", defaults=True)
    assert "**Each member**\n**10** a day" in await says(simulation, admin, "quota show")


async def test_a_role_is_limited_unlimited_blocked_and_freed_again(simulation: Simulation, admin: Any) -> None:
    role = simulation.guild.create_role("artists")
    carol = simulation.guild.add_member(simulation.env.create_user("carol"), roles=[role])
    said = await says(simulation, admin, "quota role", role=role, limit=0)
    assert said == f"<@&{role.id}>: **no limit of its own → may not paint**"
    assert f"**Roles**\n<@&{role.id}>: may not paint" in await says(simulation, admin, "quota show")
    refused = await says(simulation, carol, "portrait", prompt="a sailor")
    assert refused == "Nothing can be painted here: the limit of your role for a day is 0. Ask this server's admins."
    said = await says(simulation, admin, "quota role", role=role, unlimited=True)
    assert said == f"<@&{role.id}>: **may not paint → unlimited within the server's limits**"
    mine = await says(simulation, carol, "quota mine")
    assert "You have no limit of your own for a day: your role has none." in mine
    assert "→ no limit of its own**" in await says(simulation, admin, "quota role", role=role, remove=True)
    assert f"<@&{role.id}>" not in await says(simulation, admin, "quota show")
    assert "10 of 10" in await says(simulation, carol, "quota mine")


async def test_an_exception_a_gift_and_the_way_back(simulation: Simulation, admin: Any) -> None:
    shown = await says(simulation, admin, "quota member", member=simulation.alice)
    assert "A day: **10** · 10 left" in shown
    said = await says(simulation, admin, "quota member", member=simulation.alice, limit=1, gift=2)
    who = f"<@{simulation.alice.id}>"
    assert said == f"{who}: **no exception → 1 a day**\n{who}, extra images: **0 → 2**"
    shown = await says(simulation, admin, "quota member", member=simulation.alice)
    assert "A day: **1** (a limit of their own) · 1 left" in shown
    assert "Extra images: **2** left of 2 given so far" in shown
    await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=2))
    assert "**1** extra images" in await says(simulation, simulation.alice, "quota mine")
    assert "1 extra given" not in await says(simulation, admin, "quota show")
    assert f"**People**\n{who}: 1 a day · 2 extra given so far" in await says(simulation, admin, "quota show")
    said = await says(simulation, admin, "quota member", member=simulation.alice, clear=True)
    assert said == f"{who}: **1 a day → no exception**\n{who}, extra images: **1 → 0**"
    shown = await says(simulation, admin, "quota member", member=simulation.alice)
    assert "A day: **10** · 9 left" in shown
    assert "**0** left of 1" in shown


async def test_reset_starts_counting_again(simulation: Simulation, admin: Any) -> None:
    await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=2))
    shown = await says(simulation, admin, "quota reset", member=simulation.alice)
    assert shown == f"<@{simulation.alice.id}>, images of today: **2 → 0**"
    mine = await says(simulation, simulation.alice, "quota mine")
    assert "10 of 10" in mine
    assert "98 of 100" in mine
    said = await says(simulation, admin, "quota reset")
    assert said == "Server, images of today: **2 → 0**\nServer, images of this month: **2 → 0**"
    assert "100 of 100" in await says(simulation, simulation.alice, "quota mine")
    assert "2 used" in await says(simulation, admin, "quota show")


async def test_the_report_shows_who_used_what(simulation: Simulation, admin: Any) -> None:
    await says(simulation, admin, "settings safety", words="blood")
    for who, count in ((simulation.alice, 3), (simulation.alice, 1), (simulation.bob, 1)):
        await simulation.final(await who.slash(simulation.channel, "portrait", prompt="a sailor", count=count))
    await says(simulation, simulation.bob, "portrait", prompt="blood")
    result = await admin.slash(simulation.channel, "quota report", period="day")
    assert result.ephemeral
    card = text_of(result.response)
    assert "### Images of today" in card
    assert "5 images, 0 requests failed, 1 refused" in card
    assert f"1. <@{simulation.alice.id}>: 4 images\n2. <@{simulation.bob.id}>: 1 image · 1 refused" in card
    [picture] = gallery_of(result.response)
    assert "alice 4 images (portrait 4); bob 1 image · 1 refused (portrait 1)" in picture["description"]
    files = {each.filename: each for each in result.response.message.attachments}
    assert (await files["usage.png"].read()).startswith(b"\x89PNG")
    table = list(csv.reader(io.StringIO((await files["usage.csv"].read()).decode("utf-8-sig"))))
    assert table[0] == ["member_id", "name", "kind", "images", "failed", "refused"]
    assert [str(simulation.alice.id), "alice", "portrait", "4", "0", "0"] in table


async def test_a_price_puts_an_estimate_into_the_report_its_table_and_the_limits(tmp_path: Path) -> None:
    priced = QuotaConfig(image_price=Decimal("0.0047"), currency="€")
    async with staged(tmp_path, quota=priced) as simulation:
        admin = admin_of(simulation)
        await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="x", count=3))
        await settled(simulation)
        result = await admin.slash(simulation.channel, "quota report", period="day")
        card = text_of(result.response)
        assert "3 images, 0 requests failed, 0 refused · about 0.0141 €" in card
        assert f"1. <@{simulation.alice.id}>: 3 images · about 0.0141 €" in card
        [sheet] = [each for each in result.response.message.attachments if each.filename == "usage.csv"]
        table = list(csv.reader(io.StringIO((await sheet.read()).decode("utf-8-sig"))))
        assert [row[-1] for row in table] == ["estimated_cost (€)", "0.0141"]
        assert "This month about **0.0141 €** of 4.70 €" in await says(simulation, admin, "quota show")


async def test_without_a_price_no_money_is_named(simulation: Simulation, admin: Any) -> None:
    await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="x"))
    report = await admin.slash(simulation.channel, "quota report")
    assert "about" not in text_of(report.response) + await says(simulation, admin, "quota show")


async def test_a_report_of_an_empty_time_says_so(simulation: Simulation, admin: Any) -> None:
    for period in ("day", "week", "month"):
        result = await admin.slash(simulation.channel, "quota report", period=period)
        assert "Nothing was asked for in this time." in text_of(result.response)
        assert not [each for each in walk(result.response.components) if each["type"] == 13]
