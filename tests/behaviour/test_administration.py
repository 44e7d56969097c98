"""What admins do with the bot, and what the others then meet."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.config import QuotaConfig
from tests.behaviour.stage import Stage, gallery_of, staged, text_of, walk


@pytest.fixture
def admin(stage: Stage) -> Any:
    return admin_of(stage)


def admin_of(stage: Stage) -> Any:
    role = stage.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
    return stage.guild.add_member(stage.env.create_user("admin"), roles=[role])


async def says(stage: Stage, who: Any, command: str, **options: Any) -> str:
    """Type a command whose answer is for nobody else, and read it."""
    result = await who.slash(stage.channel, command, **options)
    assert result.ephemeral
    return text_of(result.response)


async def audit(stage: Stage) -> list[str]:
    found: Any = stage.house.bot.services.administration._store
    return [row["what"] for row in await found._database.read.all("SELECT what FROM audit ORDER BY id")]


async def test_everybody_sees_what_they_have_left_and_when_it_resets(stage: Stage) -> None:
    await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt="a sailor", count=3))
    mine = await says(stage, stage.alice, "quota mine")
    assert "**7 of 10** left today" in mine
    assert "**97 of 100** left today for the whole server" in mine
    assert "**997 of 1000** left this month for the whole server" in mine
    assert mine.count("resets <t:") == 3
    assert "extra images" not in mine


async def test_outside_of_servers_there_is_a_limit_of_its_own(stage: Stage) -> None:
    user = stage.env.create_user("dora")
    result = await user.slash("quota mine")
    assert "outside of servers" in text_of(result.response)
    assert "**5 of 5** left today" in text_of(result.response)


async def test_mine_names_role_exception_gift_and_the_other_rules(stage: Stage, admin: Any) -> None:
    artists = stage.guild.create_role("artists")
    carol = stage.guild.add_member(stage.env.create_user("carol"), roles=[artists])
    await says(stage, admin, "quota role", role=artists, limit=20)
    await says(stage, admin, "quota member", member=stage.alice, unlimited=True)
    await says(stage, admin, "quota member", member=stage.bob, gift=4)
    await says(stage, admin, "quota set", at_once=2, cooldown=90)
    assert "**20 of 20** left today, by the limit of your role" in await says(stage, carol, "quota mine")
    alice = await says(stage, stage.alice, "quota mine")
    assert "You have no limit of your own for a day: an admin lifted it." in alice
    assert "2 portraits at once for each member\n-# 90 seconds between two portraits" in alice
    assert "**4** extra images from an admin" in await says(stage, stage.bob, "quota mine")


async def test_limits_are_set_shown_and_hold_at_once(stage: Stage, admin: Any) -> None:
    shown = await says(stage, admin, "quota set", server_day=50, server_month=60, member_day=2, at_once=3, cooldown=0)
    for line in (
        "Server, a day: **50** · 50 left",
        "Server, a month: **60** · 60 left",
        "Member, a day: **2**",
        "Member, at once: 3 portraits",
        "between two portraits: no pause",
        "The operator allows 10000 images a month",
    ):
        assert line in shown
    await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt="a sailor", count=2))
    refused = await says(stage, stage.alice, "portrait", prompt="a sailor")
    assert "your limit for a day (2): nothing is left. It resets <t:" in refused
    assert "48 left" in await says(stage, admin, "quota show")
    await says(stage, admin, "quota set", defaults=True)
    assert "Member, a day: **10**" in await says(stage, admin, "quota show")


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("quota set", {"server_day": -1}, "The server day limit must be from 0 to 10000."),
        ("quota set", {"server_month": 10**12}, "allows 10000 images a month at most"),
        ("quota set", {"member_day": 10_001}, "allows 10000 images a month at most"),
        ("quota set", {"at_once": -5}, "portraits at once must be from 0 to 100"),
        ("quota set", {"cooldown": 10**9}, "pause in seconds must be from 0 to 86400"),
        ("settings timezone", {"zone": "Mars/Olympus *Mons*"}, "There is no time zone **Mars/Olympus \\*Mons\\***"),
        ("settings safety", {"words": "x" * 60}, "The word is too long: 60 characters, 50 at most"),
        ("settings channels", {"action": "remove"}, "Channels: every channel"),
    ],
)
async def test_bad_numbers_and_names_get_a_sentence_and_change_nothing(
    stage: Stage, admin: Any, command: str, options: dict[str, Any], sentence: str
) -> None:
    assert sentence in await says(stage, admin, command, **options)
    assert await audit(stage) == []


async def test_contradictions_get_a_sentence_and_change_nothing(stage: Stage, admin: Any) -> None:
    role = stage.guild.create_role("artists")
    for options in ({}, {"limit": 3, "remove": True}, {"unlimited": True, "remove": True}):
        assert "Choose one of `limit`" in await says(stage, admin, "quota role", role=role, **options)
    for options in ({"limit": 3, "clear": True}, {"limit": 3, "unlimited": True}, {"clear": True, "gift": 2}):
        assert "Choose one of `limit`" in await says(stage, admin, "quota member", member=stage.alice, **options)
    assert "role limit must be from 0" in await says(stage, admin, "quota role", role=role, limit=-3)
    assert "gift must be from 0" in await says(stage, admin, "quota member", member=stage.alice, gift=-3)
    assert await audit(stage) == []


async def test_a_role_is_limited_unlimited_blocked_and_freed_again(stage: Stage, admin: Any) -> None:
    role = stage.guild.create_role("artists")
    carol = stage.guild.add_member(stage.env.create_user("carol"), roles=[role])
    assert f"<@&{role.id}>: may not paint" in await says(stage, admin, "quota role", role=role, limit=0)
    refused = await says(stage, carol, "portrait", prompt="a sailor")
    assert refused == "Nothing can be painted here: the limit of your role for a day is 0. Ask this server's admins."
    assert f"<@&{role.id}>: unlimited" in await says(stage, admin, "quota role", role=role, unlimited=True)
    mine = await says(stage, carol, "quota mine")
    assert "You have no limit of your own for a day: your role has none." in mine
    assert f"<@&{role.id}>" not in await says(stage, admin, "quota role", role=role, remove=True)
    assert "10 of 10" in await says(stage, carol, "quota mine")


async def test_an_exception_a_gift_and_the_way_back(stage: Stage, admin: Any) -> None:
    shown = await says(stage, admin, "quota member", member=stage.alice)
    assert "A day: **10** · 10 left" in shown
    shown = await says(stage, admin, "quota member", member=stage.alice, limit=1, gift=2)
    assert "A day: **1** (a limit of their own) · 1 left" in shown
    assert "Extra images: **2** left of 2 given so far" in shown
    await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt="a sailor", count=2))
    assert "**1** extra images" in await says(stage, stage.alice, "quota mine")
    assert "1 extra given" not in await says(stage, admin, "quota show")
    assert "2 extra given so far" in await says(stage, admin, "quota show")
    shown = await says(stage, admin, "quota member", member=stage.alice, clear=True)
    assert "A day: **10** · 9 left" in shown
    assert "**0** left of 1" in shown


async def test_reset_starts_counting_again(stage: Stage, admin: Any) -> None:
    await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt="a sailor", count=2))
    shown = await says(stage, admin, "quota reset", member=stage.alice)
    assert f"<@{stage.alice.id}>'s images of today count from 0 again" in shown
    mine = await says(stage, stage.alice, "quota mine")
    assert "10 of 10" in mine
    assert "98 of 100" in mine
    assert "The server's images of today and this month" in await says(stage, admin, "quota reset")
    assert "100 of 100" in await says(stage, stage.alice, "quota mine")
    assert "2 used" in await says(stage, admin, "quota show")


async def test_a_member_who_left_is_named_and_nothing_changes(stage: Stage, admin: Any) -> None:
    stranger = stage.env.create_user("stranger")
    for command, options in (("quota member", {"limit": 3}), ("quota reset", {})):
        answer = await says(stage, admin, command, member=stranger, **options)
        assert answer == "That member is not in this server any more. Nothing was changed."
    assert await audit(stage) == []


PLAIN = ["quota show", "quota set", "quota reset", "quota report"]


@pytest.mark.parametrize("command", PLAIN)
async def test_a_member_without_the_permission_is_refused(stage: Stage, command: str) -> None:
    assert await says(stage, stage.alice, command) == "Only members with the permission Manage Server can do this."
    assert await audit(stage) == []


async def test_settings_are_not_even_offered_to_members(stage: Stage) -> None:
    with pytest.raises(simcord.SetupError, match="not visible"):
        await stage.alice.slash(stage.channel, "settings show")


async def test_the_report_shows_who_used_what(stage: Stage, admin: Any) -> None:
    await says(stage, admin, "settings safety", words="blood")
    for who, count in ((stage.alice, 3), (stage.alice, 1), (stage.bob, 1)):
        await stage.final(await who.slash(stage.channel, "portrait", prompt="a sailor", count=count))
    await says(stage, stage.bob, "portrait", prompt="blood")
    result = await admin.slash(stage.channel, "quota report", period="day")
    assert result.ephemeral
    card = text_of(result.response)
    assert "### Images of today" in card
    assert "5 images, 0 requests failed, 1 refused" in card
    assert f"1. <@{stage.alice.id}>: 4 images\n2. <@{stage.bob.id}>: 1 image · 1 refused" in card
    [picture] = gallery_of(result.response)
    assert "alice 4 images (portrait 4); bob 1 image · 1 refused (portrait 1)" in picture["description"]
    files = {each.filename: each for each in result.response.message.attachments}
    assert (await files["usage.png"].read()).startswith(b"\x89PNG")
    table = list(csv.reader(io.StringIO((await files["usage.csv"].read()).decode("utf-8-sig"))))
    assert table[0] == ["member_id", "name", "kind", "images", "failed", "refused"]
    assert [str(stage.alice.id), "alice", "portrait", "4", "0", "0"] in table


async def test_a_report_of_an_empty_time_says_so(stage: Stage, admin: Any) -> None:
    for period in ("day", "week", "month"):
        result = await admin.slash(stage.channel, "quota report", period=period)
        assert "Nothing was asked for in this time." in text_of(result.response)
        assert not [each for each in walk(result.response.components) if each["type"] == 13]


async def test_the_defaults_of_the_server_are_used_when_a_member_names_none(stage: Stage, admin: Any) -> None:
    shown = await says(
        stage, admin, "settings style", style="editorial", framing="landscape", negative="watercolour, [x](y)"
    )
    assert "Style: **editorial**, framing: **landscape**" in shown
    assert "](y)" not in shown
    features = "woman with short dark hair, freckles, brown eyes"
    await stage.alice.slash(stage.channel, "character save", name="Mia", features=features)
    for command, options in (("portrait", {"prompt": "x"}), ("character pose", {"character": "Mia", "scene": "x"})):
        await stage.final(await stage.alice.slash(stage.channel, command, **options))
        body = stage.vendor.orders[-1].body
        assert (body["width"], body["height"]) == (1024, 768)
        assert "editorial" in body["prompt"]
        assert body["negative_prompt"].startswith("watercolour, [x](y), ")
    await stage.final(
        await stage.alice.slash(stage.channel, "portrait", prompt="x", framing="portrait", style="studio")
    )
    assert stage.vendor.orders[-1].body["height"] == 1024
    assert "Negative prompt added: none" in await says(stage, admin, "settings style", negative="-")


async def test_refused_words_are_refused_on_every_path(stage: Stage, admin: Any) -> None:
    card = await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt="a bloody sailor, blood"))
    await stage.alice.slash(stage.channel, "character save", name="Mia", features="a woman covered in blood")
    shown = await says(stage, admin, "settings safety", words="Blood, gore", flagged="spoiler")
    assert "Refused words: ||Blood, gore||" in shown
    assert "spoilers in age-restricted channels" in shown
    asked = len(stage.vendor.orders)
    refusal = "Your text holds words that are not allowed here."
    for command, options in (
        ("portrait", {"prompt": "B.l.0.0.d on snow"}),
        ("portrait", {"prompt": "x", "character": "Mia"}),
        ("character pose", {"character": "Mia", "scene": "x"}),
        ("character pose", {"character": "Mia", "scene": "x", "outfit": "gore"}),
    ):
        assert refusal in await says(stage, stage.alice, command, **options)
    again = await stage.click(stage.bob, card, "Reroll")
    assert refusal in text_of(again.response)
    assert len(stage.vendor.orders) == asked


async def test_channels_are_kept_to(stage: Stage, admin: Any) -> None:
    other = stage.guild.create_text_channel("chat")
    await says(stage, admin, "settings channels", action="add")
    result = await stage.alice.slash(other, "portrait", prompt="x")
    assert text_of(result.response) == f"I paint only in <#{stage.channel.id}> here."
    mine = await stage.alice.slash(other, "quota mine")
    assert f"I paint only in <#{stage.channel.id}> here" in text_of(mine.response)
    both = await says(stage, admin, "settings channels", action="add", channel=other)
    assert f"<#{other.id}>" in both
    await stage.final(await stage.alice.slash(other, "portrait", prompt="x"))
    await says(stage, admin, "settings channels", action="remove", channel=stage.channel)
    last = await says(stage, admin, "settings channels", action="remove", channel=other)
    assert last == "The number of channels left must be from 1 to 50."
    assert "every channel" in await says(stage, admin, "settings channels", action="all")


async def test_the_time_zone_completes_and_holds_from_the_next_midnight(stage: Stage, admin: Any) -> None:
    for typed, first in (("Europe/Mad", "Europe/Madrid"), ("new york", "America/New_York"), ("tokyo", "Asia/Tokyo")):
        choices = await admin.autocomplete(stage.channel, "settings timezone", "zone", typed)
        assert choices[0]["name"] == first
    assert len(await admin.autocomplete(stage.channel, "settings timezone", "zone", "a")) == 25
    shown = await says(stage, admin, "settings timezone", zone="europe/madrid")
    assert "Time zone: **UTC** (**Europe/Madrid** from <t:" in shown


async def test_the_log_channel_gets_a_line_for_each_change_and_each_refused_prompt(stage: Stage, admin: Any) -> None:
    log = stage.guild.create_text_channel("log")
    assert f"Log: <#{log.id}>" in await says(stage, admin, "settings log", channel=log)
    await says(stage, admin, "settings safety", words="blood")
    await says(stage, stage.alice, "portrait", prompt="blood, @everyone")
    await says(stage, admin, "quota set", server_day=5)
    await says(stage, admin, "settings log")
    await says(stage, admin, "quota set", server_day=6)
    await asyncio.sleep(0.05)
    lines = [message.content for message in log.history()]
    assert [line.partition("`: ")[2] for line in lines if "⚙️" in line] == [
        f"log channel none → <#{log.id}>",
        "refused words 0 → 1",
        "server, images a day default → 5",
        f"log channel <#{log.id}> → none",
    ]
    refused = f"🚫 A prompt of <@{stage.alice.id}> in <#{stage.channel.id}> held a refused word. It was not painted."
    assert refused in lines
    assert "blood" not in "".join(lines)


async def test_a_log_channel_that_is_gone_changes_nothing_for_members(stage: Stage, admin: Any) -> None:
    log = stage.guild.create_text_channel("log")
    await says(stage, admin, "settings log", channel=log)
    stage.env.backend.delete_channel(log.id)
    assert "**9**" in await says(stage, admin, "quota set", member_day=9)


async def test_the_ceiling_of_the_operator_is_named_and_holds(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(ceiling_guild_per_month=3)) as stage:
        admin = admin_of(stage)
        assert "allows 3 images a month at most" in await says(stage, admin, "quota set", server_day=4)
        await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt="a", count=3))
        await says(stage, admin, "quota reset")
        await says(stage, admin, "quota reset", member=stage.alice)
        refused = await says(stage, stage.alice, "portrait", prompt="a")
        assert "the operator's limit for this server and month (3): nothing is left" in refused
        mine = await says(stage, stage.alice, "quota mine")
        assert "**0 of 3** left this month, by the operator's limit for this server" in mine
