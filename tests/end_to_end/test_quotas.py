"""Limits under a crowd, forged commands, and the operator beside a running bot."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction
from tests.fakes.discord_wire.state import Role, new_snowflake
from tests.fakes.processes import REPO

REFUSED = "Only members with the permission Manage Server can do this."


async def answer(interaction: Interaction) -> str:
    await interaction.acknowledged(10)
    assert interaction.answer is not None
    assert interaction.ephemeral
    return interaction.answer.text


def audited(w: RunningBot) -> list[dict[str, Any]]:
    return w.rows("SELECT * FROM audit ORDER BY id")


def hurried(w: RunningBot) -> None:
    """No schema checks for a crowd: 30 ms for each card would make the fake Discord itself too late for its 3 s."""
    w.discord.openapi = None


async def every_one_decided(w: RunningBot, requests: int) -> None:
    """Wait until each request is a portrait or a refusal."""
    decided = "SELECT (SELECT count(*) FROM portrait) + (SELECT count(*) FROM refusal) AS n"
    async with asyncio.timeout(60):
        while w.rows(decided)[0]["n"] < requests:
            await asyncio.sleep(0.1)


async def test_two_hundred_at_once_by_forty_against_fifty_make_fifty(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_QUOTA__GUILD_PER_DAY="50", LIMNER_MODELSLAB__MAX_IN_FLIGHT="20") as w:
        hurried(w)
        art = w.discord.channel("art")
        crowd = [w.discord.member(f"m{number}") for number in range(40)]
        asked: list[Interaction] = await asyncio.gather(
            *(crowd[number % 40].slash(art, "portrait", prompt=f"p{number}") for number in range(200))
        )
        # On a busy machine the fake Discord takes answers too late, perhaps all; what was decided is in the rows.
        await every_one_decided(w, 200)
        await w.settled(60)
        assert len(w.vendor.orders) == 50
        assert sum(len(message.images) for message in w.answers()) == 50
        assert w.used() == {"member day": 50, "server day": 50, "server month": 50, "ceiling month": 50}
        assert len(w.rows("SELECT id FROM refusal WHERE reason = 'QuotaExceeded'")) == 150
        one_more = await (await w.discord.member("m40").slash(art, "portrait", prompt="one more")).acknowledged()
        answers = [each.answer.text for each in (*asked, one_more) if each.answer and each.ephemeral]
        assert one_more.ephemeral
        assert answers
        assert all("this server's limit for a day (50)" in text for text in answers)
        await w.honest()


async def test_every_admin_command_is_refused_to_members_however_it_comes(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice, bob = w.discord.channel("art"), w.discord.member("alice"), w.discord.member("bob")
        commands: dict[str, dict[str, Any]] = {
            "quota show": {},
            "quota set": {"server_day": 1},
            "quota role": {"role": w.discord.role("artists"), "limit": 1},
            "quota member": {"member": bob, "gift": 100},
            "quota reset": {"member": alice},
            "quota report": {"period": "day"},
            "settings show": {},
            "settings channels": {"action": "all", "channel": art},
            "settings style": {"style": "studio"},
            "settings safety": {"words": "-"},
            "settings timezone": {"zone": "UTC"},
            "settings log": {"channel": art},
        }
        offered = {
            f"{command['name']} {option['name']}"
            for known in w.discord.commands.values()
            for command in known
            if command["name"] in {"quota", "settings"}
            for option in command["options"]
        }
        assert offered - {"quota mine"} == set(commands), "a new command needs its line here"
        for command, options in commands.items():
            assert await answer(await alice.slash(art, command, validate=False, **options)) == REFUSED, command
        assert audited(w) == []
        assert w.discord.violations == []


@pytest.mark.parametrize("known", [True, False], ids=["stale", "unresolved"])
async def test_what_is_gone_by_the_time_it_arrives_is_named(tmp_path: Path, known: bool) -> None:
    async with running_bot(tmp_path) as w:
        art, old = w.discord.channel("art"), w.discord.channel("old")
        admin = w.discord.member("admin", permissions=["manage_guild"])
        await admin.slash(art, "quota mine")
        w.discord.delete_channel(old)
        await asyncio.sleep(0.2)
        stranger = w.discord.user("stranger")
        role = Role(new_snowflake(), "ghost")
        gone: list[tuple[str, str, dict[str, Any]]] = [
            ("role", "quota role", {"role": role, "limit": 3}),
            ("channel", "settings channels", {"action": "add", "channel": old}),
            ("channel", "settings log", {"channel": old}),
            ("member", "quota member", {"member": stranger, "limit": 3}),
            ("member", "quota reset", {"member": stranger}),
        ]
        for what, command, options in gone:
            given = (
                options
                if known
                else {k: str(getattr(v, "id", v)) if hasattr(v, "id") else v for k, v in options.items()}
            )
            sent = await admin.slash(art, command, validate=False, **given)
            assert await answer(sent) == f"That {what} is not in this server any more. Nothing was changed.", command
        assert audited(w) == []


async def test_a_command_that_the_bot_no_longer_has_gets_a_sentence(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, admin = w.discord.channel("art"), w.discord.member("admin", permissions=["manage_guild"])
        for command, options in (("quota burn", {}), ("quota role", {"limit": 3}), ("nothing", {})):
            sent = await admin.slash(art, command, validate=False, **options)
            assert (
                await answer(sent) == "That command has changed meanwhile. Nothing was done; please type it once more."
            )


@pytest.mark.slow
async def test_a_slow_log_channel_delays_nobody(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, log = w.discord.channel("art"), w.discord.channel("log")
        admin = w.discord.member("admin", permissions=["manage_guild"])
        await answer(await admin.slash(art, "settings log", channel=log))
        await answer(await admin.slash(art, "settings safety", words="blood"))
        while len(log.messages) < 2:
            await asyncio.sleep(0.05)
        w.discord.fail("POST", rf"/channels/{log.id}/messages", delay=3, times=4)
        begun = time.monotonic()
        await answer(await admin.slash(art, "quota set", server_day=5))
        await answer(await w.discord.member("alice").slash(art, "portrait", prompt="blood"))
        assert (await final(await w.discord.member("alice").slash(art, "portrait", prompt="x"))).images
        assert time.monotonic() - begun < 3
        while len(log.messages) < 4:
            assert time.monotonic() - begun < 20
            await asyncio.sleep(0.1)
        assert "server, images a day default → 5" in log.messages[2].text
        assert "held a refused word" in log.messages[3].text
        await w.honest()


async def test_the_report_arrives_with_its_chart_and_table(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, admin = w.discord.channel("art"), w.discord.member("admin", permissions=["manage_guild"])
        for number in range(14):
            asked = await w.discord.member(f"m{number:02}").slash(art, "portrait", prompt="x", count=1 + (number == 3))
            await asked.acknowledged()
        await w.settled()
        sent = await admin.slash(art, "quota report", period="day")
        card = await sent.until(lambda message: "Images of today" in message.text, 20)
        assert sent.ephemeral
        assert "15 images, 0 requests failed, 0 refused" in card.text
        assert f"1. <@{w.discord.member('m03').id}>: 2 images" in card.text
        assert "13. 2 others: 2 images" in card.text
        assert "M03 2 images (portrait 2); M00 1 image" in str(card.alt_texts[0])
        chart, table = card.files
        assert (chart.filename, chart.data[:4]) == ("usage.png", b"\x89PNG")
        assert f"{w.discord.member('m03').id},M03,portrait,2,0,0" in table.data.decode()
        await w.honest()


async def operator(w: RunningBot, *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "quota",
        *arguments,
        cwd=REPO,
        env=w.bot.env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@pytest.mark.slow
async def test_the_operator_sees_and_sets_beside_the_running_bot_and_without_it(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_QUOTA__CEILING_GUILD_PER_MONTH="2000") as w:
        art, alice, home = w.discord.channel("art"), w.discord.member("alice"), w.discord.home
        assert (await final(await alice.slash(art, "portrait", prompt="x", count=3))).images
        await w.settled()
        code, shown = await operator(w, "show", str(home.id))
        assert code == 0
        assert "server day: 1000, 3 used, resets " in shown
        assert "ceiling month: 2000, 3 used, resets " in shown
        code, said = await operator(w, "totals", "--days", "1")
        assert (code, said) == (
            0,
            f"server {home.id}: 3 images, 1 requests\nall, last 1 days: 3 images, 1 requests\n",
        )
        w.bot.env["LIMNER_QUOTA__IMAGE_PRICE"] = "0.0047"
        assert (await operator(w, "totals"))[1].endswith("all, last 30 days: 3 images, 1 requests, about 0.0141 USD\n")
        code, said = await operator(w, "set", str(home.id), "--server-day", "2001")
        assert (code, said) == (1, "Error: The operator of this bot allows 2000 images a month at most.\n")
        assert audited(w) == []
        code, shown = await operator(w, "set", str(home.id), "--server-day", "3", "--at-once", "2")
        assert code == 0, shown
        assert "server day: 3, 3 used" in shown
        [row] = audited(w)
        assert (row["actor_id"], row["guild_id"], row["what"]) == (0, home.id, "quota set")
        assert row["after"] == '{"guild_per_day": 3, "running_per_member": 2}'
        assert "this server's limit for a day (3)" in await answer(await alice.slash(art, "portrait", prompt="x"))
        await w.honest()
        assert await w.bot.terminate() == 0
        assert (await operator(w, "show", str(home.id)))[0] == 0
        assert (await operator(w, "set", str(home.id), "--defaults"))[0] == 0
        assert len(audited(w)) == 2


@pytest.mark.slow
async def test_the_operator_sets_while_a_crowd_writes(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="20") as w:
        hurried(w)
        art = w.discord.channel("art")
        crowd = [w.discord.member(f"m{number}") for number in range(20)]
        for number in range(60):
            await crowd[number % 20].slash(art, "portrait", prompt=f"p{number}")
        for number in range(4):
            code, said = await operator(w, "set", str(w.discord.home.id), "--member-day", str(100 + number))
            assert code == 0, said
        await every_one_decided(w, 60)
        await w.settled(60)
        assert len(audited(w)) == 4
        assert len(w.vendor.orders) == 60
        await w.honest()
