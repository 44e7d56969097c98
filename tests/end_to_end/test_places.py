"""Where the bot may be used: channels, the threads in them, and what an admin's log channel hears."""

import asyncio
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction, Member

pytestmark = pytest.mark.slow


def admin(w: RunningBot) -> Member:
    return w.discord.member("ada", permissions=["manage_guild"])


async def said(interaction: Interaction) -> str:
    await interaction.acknowledged(10)
    assert interaction.answer is not None
    return interaction.answer.text


async def test_a_thread_follows_the_rule_of_its_channel(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, hall, ada = w.discord.channel("art"), w.discord.channel("hall"), admin(w)
        inside, outside = w.discord.thread("sketches", art), w.discord.thread("gossip", hall)
        await said(await ada.slash(art, "settings channels", action="add"))
        alice = w.discord.member("alice")
        assert (await final(await alice.slash(inside, "portrait", prompt="a sailor"))).images
        for closed in (hall, outside):
            assert f"I paint only in <#{art.id}>" in await said(
                await alice.slash(closed, "portrait", prompt="a sailor")
            )
        assert len(w.vendor.orders) == 1
        await said(await ada.slash(outside, "settings channels", action="add"))
        assert (await final(await alice.slash(outside, "portrait", prompt="a sailor"))).images
        assert f"<#{art.id}>" in await said(await alice.slash(hall, "portrait", prompt="a sailor"))
        await w.honest()


async def test_a_button_in_a_thread_obeys_it_too(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, hall = w.discord.channel("art"), w.discord.channel("hall")
        gossip = w.discord.thread("gossip", hall)
        alice = w.discord.member("alice")
        card = await final(await alice.slash(gossip, "portrait", prompt="a sailor"))
        await said(await admin(w).slash(art, "settings channels", action="add"))
        assert "I paint only in" in await said(await alice.click(card, "Reroll"))
        assert len(w.vendor.orders) == 1
        await w.honest()


async def test_what_the_log_channel_was_to_hear_is_said_before_the_end(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, log, ada = w.discord.channel("art"), w.discord.channel("log"), admin(w)
        await said(await ada.slash(art, "settings log", channel=log))
        await said(await ada.slash(art, "settings safety", words="kraken"))
        while len(log.messages) < 2:
            await asyncio.sleep(0.02)
        w.discord.fail("POST", rf"/channels/{log.id}/messages", status=429, retry_after=1.0)
        refused = await said(await w.discord.member("bob").slash(art, "portrait", prompt="a kraken"))
        assert "not allowed here" in refused
        assert await w.bot.terminate() == 0
        assert "held a refused word" in log.messages[-1].text
        assert w.rows("SELECT reason FROM refusal") == [{"reason": "WordRefused"}]
