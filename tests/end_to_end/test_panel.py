"""The panel of the settings on the wire, and a month that runs out under a crowd, across a kill."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, running_bot
from tests.end_to_end.test_once import four_times
from tests.fakes.discord_wire import Interaction, Message

pytestmark = pytest.mark.slow

PARTS = ("Change channels", "Change defaults", "Change safety", "Change time zone", "Change log")


async def opened(w: RunningBot, part: str) -> tuple[Interaction, Message]:
    admin = w.discord.member("admin", permissions=["manage_guild"])
    shown = await admin.slash(w.discord.channel("art"), "settings show")
    await shown.acknowledged(10)
    assert shown.answer is not None
    form = await admin.click(shown.answer, part)
    await form.acknowledged(10)
    assert form.modal is not None
    return form, shown.answer


async def test_every_part_is_changed_by_its_form_and_the_panel_shows_it(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, log = w.discord.channel("art"), w.discord.channel("log")
        admin = w.discord.member("admin", permissions=["manage_guild"])
        given = {
            "Change channels": ({"channels": [art, log]}, f"**every channel → <#{art.id}>, <#{log.id}>**"),
            "Change defaults": ({"style": "editorial", "steps": "22"}, "Steps: **30 (default) → 22**"),
            "Change safety": ({"words": "blood", "flagged": "spoiler"}, "**none → ||blood|| (1)**"),
            "Change time zone": ({"zone": "europe/madrid"}, "**UTC → Europe/Madrid** from <t:"),
            "Change log": ({"log": [log]}, f"**none → <#{log.id}>**"),
        }
        assert tuple(given) == PARTS
        for part, (values, said) in given.items():
            form, panel = await opened(w, part)
            kept = {"style": ["default"], "framing": ["default"]} if part == "Change defaults" else {}
            sent = await admin.submit_modal(form, {**kept, **values})
            await sent.acknowledged(10)
            async with asyncio.timeout(5):
                while said not in panel.text:
                    await asyncio.sleep(0.02)
        for part, listed in (("Change channels", [art, log]), ("Change log", [log])):
            form, _ = await opened(w, part)
            assert form.modal is not None
            [field] = [label["component"] for label in form.modal["components"]]
            assert [int(each["id"]) for each in field["default_values"]] == [each.id for each in listed]
        assert [row["what"] for row in w.rows("SELECT what FROM audit ORDER BY id")] == [
            f"settings {what}" for what in ("channels", "style", "safety", "timezone", "log")
        ]
        await w.honest()


async def test_the_log_hears_once_of_a_month_that_runs_out_under_a_crowd_and_across_a_kill(tmp_path: Path) -> None:
    limits = {"LIMNER_QUOTA__GUILD_PER_MONTH": "50", "LIMNER_QUOTA__IMAGE_PRICE": "0.01"}
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="20", **limits) as w:
        w.discord.openapi = None
        art, log = w.discord.channel("art"), w.discord.channel("log")
        admin = w.discord.member("admin", permissions=["manage_guild"])
        await (await admin.slash(art, "settings log", channel=log)).acknowledged(10)
        crowd = [w.discord.member(f"m{number}") for number in range(20)]
        for number in range(70):
            await crowd[number % 20].slash(art, "portrait", prompt=f"p{number}")
        async with asyncio.timeout(60):
            while not w.rows("SELECT * FROM month_notice"):
                await asyncio.sleep(0.05)
        await w.bot.kill()
        await w.start()
        async with asyncio.timeout(60):
            while not [each for each in log.messages if "📈" in each.text]:
                await asyncio.sleep(0.1)
        await w.settled(60)
        await asyncio.sleep(16)
        [line] = [each.text for each in log.messages if "📈" in each.text]
        assert "of this server's 50 images of the month are used, about 0." in line
        # What was being ordered at the kill is refunded: fewer may be used in the end than when the log heard of it.
        [delivered] = w.rows("SELECT sum(charged) AS n FROM quota_hold WHERE state = 'spent'")
        assert w.used()["server month"] == delivered["n"] <= 50


async def test_a_wallet_that_runs_low_is_one_warning_and_members_notice_nothing(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__WALLET_WARNING="20") as w:
        async with asyncio.timeout(30):
            while "the wallet holds 12.5 USD, less than" not in w.bot.output:
                await asyncio.sleep(0.05)
        sent = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="x")
        await sent.acknowledged(10)
        await w.honest()
        assert w.bot.output.count("WARNING") == w.bot.output.count("modelslab.wallet_warning (20)") == 1
        assert w.vendor.wallets_asked == 1


@pytest.mark.parametrize("part", PARTS)
async def test_a_form_that_is_delivered_four_times_is_done_and_answered_once(tmp_path: Path, part: str) -> None:
    async with running_bot(tmp_path) as w:
        art = w.discord.channel("art")
        values: dict[str, dict[str, Any]] = {
            "Change channels": {"channels": [art]},
            "Change defaults": {"style": ["editorial"], "framing": ["default"]},
            "Change safety": {"words": "blood", "flagged": "drop"},
            "Change time zone": {"zone": "Asia/Tokyo"},
            "Change log": {"log": [art]},
        }
        form, panel = await opened(w, part)
        admin = w.discord.member("admin", permissions=["manage_guild"])
        await four_times(w, await admin.submit_modal(form, values[part]))
        assert len(w.rows("SELECT id FROM audit")) == 1
        assert "→" in panel.text
        await w.honest()
