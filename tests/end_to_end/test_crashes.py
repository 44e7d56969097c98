"""`kill -9` at every step: after the next start each portrait is delivered once, or refunded and said so."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from tests.end_to_end.mischief import Mischief, MischievousVendor
from tests.end_to_end.running_bot import RunningBot, final, kill_and_return, running_bot, until
from tests.fakes.discord_wire import Interaction, Message
from tests.fakes.vendor import Answer


async def ask(w: RunningBot, count: int = 1) -> Interaction:
    asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor", count=count)
    await asked.acknowledged()
    return asked


@pytest.mark.slow
async def test_killed_while_waiting_in_the_queue(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="1") as w:
        w.vendor.job_seconds = 2.0
        first, second = await ask(w), await ask(w)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        w.vendor.job_seconds = 0.0
        await kill_and_return(w)
        assert (await final(first)).images
        assert (await final(second)).images
        assert len(w.vendor.orders) == 2
        await w.honest()


async def test_killed_between_order_and_record_is_never_ordered_again(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.script.append(Answer(delay=30))
        asked = await ask(w)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitting'")
        while not w.vendor.orders:
            await asyncio.sleep(0.01)
        await kill_and_return(w)
        card = await final(asked)
        assert "Nothing was charged" in card.text
        assert "Try again" in card.buttons
        assert w.rows("SELECT state FROM take") == [{"state": "unknown"}]
        assert len(w.vendor.orders) == 1
        assert set(w.used().values()) == {0}
        again = await final(await w.discord.member("alice").click(card, "Try again"))
        assert again.images
        await w.settled()
        await w.honest()


@pytest.mark.slow
async def test_killed_while_polling_goes_on_with_the_stored_job(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 4.0
        asked = await ask(w, count=2)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        await kill_and_return(w)
        assert len((await final(asked)).images) == 2
        assert len(w.vendor.orders) == 2
        assert len(w.answers()) == 1
        await w.honest()


@pytest.mark.slow
@pytest.mark.parametrize("after_apply", [False, True], ids=["before the answer", "between answer and settlement"])
async def test_killed_while_delivering_answers_on_the_same_message(tmp_path: Path, after_apply: bool) -> None:
    async with running_bot(tmp_path) as w:
        w.discord.fail("PATCH", r"/webhooks/.*@original", delay=30, after_apply=after_apply)
        asked = await ask(w)
        await until(w, "SELECT 1 FROM take WHERE state = 'ready'")
        await until(w, "SELECT 1 FROM portrait WHERE delivery_epoch > 0")
        await asyncio.sleep(0.3)
        await kill_and_return(w)
        assert (await final(asked)).images
        assert len(w.answers()) == 1
        assert len(w.vendor.orders) == 1
        await w.honest()


@pytest.mark.slow
async def test_killed_before_the_acknowledgement_is_delivered_to_the_channel(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.discord.fail("POST", r"/interactions/.*/callback", delay=30)
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        await alice.slash(art, "portrait", prompt="a sailor")
        await until(w, "SELECT 1 FROM portrait")
        await kill_and_return(w)
        [message] = w.answers()
        assert message.channel is art
        assert message.pings == {f"<@{alice.id}>"}
        await w.honest()


ENDINGS = {"picture": "1 image", "failure": "Nothing was charged", "cancelled": "Cancelled. Nothing was charged."}


@pytest.mark.slow
async def test_killed_just_after_a_message_was_sent_sends_no_second_one_whatever_it_says(tmp_path: Path) -> None:
    """A message in the channel, or a direct one, which nothing was recorded of, and whose nonce Discord forgot."""
    async with running_bot(tmp_path, MischievousVendor) as w:
        lost = Answer(body={"status": "failed", "id": 1, "message": "GPU lost"})
        cast("MischievousVendor", w.vendor).mischief["failure"] = Mischief(fetch=[lost])
        w.vendor.job_seconds = 2.0
        stories = {
            (ending, way): (w.discord.channel(f"{ending}-{way}"), w.discord.member(f"{ending}-{way}"))
            for ending in ENDINGS
            for way in ("channel", "direct")
        }
        sent = {}
        for (ending, way), (channel, member) in stories.items():
            asked = await (await member.slash(channel, "portrait", prompt=ending)).acknowledged()
            w.discord.expire_token(asked)
            if way == "direct":
                channel.deny("send_messages")
            sent[ending, way] = channel if way == "channel" else w.discord.dm(member.user)
            path = rf"/channels/{sent[ending, way].id}/messages"
            w.discord.fail("POST", path, delay=30, after_apply=True)
            if ending == "cancelled" and asked.answer:
                await member.click(asked.answer, "Cancel")

        def final_cards(ending: str, way: str) -> list[Message]:
            return [each for each in sent[ending, way].messages if "Cancel" not in each.buttons]

        assert await w.discord.changes.until(lambda: all(final_cards(*story) for story in stories), 20)
        await w.bot.kill()
        for message in w.discord.messages:
            message.nonce = None
        await w.start()
        await w.settled()
        for (ending, way), channel in sent.items():
            [card] = final_cards(ending, way)
            assert ENDINGS[ending] in card.text
            where = f"message_id = {card.id} AND channel_id = {channel.id}"
            assert w.rows(f"SELECT 1 FROM portrait WHERE {where}"), (ending, way)
        assert len([each for each in w.discord.messages if "Cancel" not in each.buttons]) == len(stories)
        await w.honest()


@pytest.mark.slow
async def test_an_expired_token_is_answered_in_the_channel_and_pings_only_the_member(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1.5
        art = w.discord.channel("art")
        asked = await ask(w)
        w.discord.expire_token(asked)
        await w.settled()
        [message] = w.answers()
        assert message.channel is art
        assert message.pings == {f"<@{w.discord.member('alice').id}>"}
        await w.honest()


@pytest.mark.slow
async def test_where_the_bot_may_not_write_it_sends_a_direct_message(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1.5
        asked = await ask(w)
        w.discord.expire_token(asked)
        w.discord.delete_channel(w.discord.channel("art"))
        await w.settled()
        [message] = w.answers()
        assert message.channel is w.discord.dm(w.discord.member("alice").user)
        await w.honest()


@pytest.mark.slow
async def test_who_cannot_be_reached_at_all_is_refunded(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1.5
        asked = await ask(w)
        w.discord.expire_token(asked)
        w.discord.delete_channel(w.discord.channel("art"))
        w.discord.member("alice").user.dms_closed = True
        await w.settled()
        assert w.rows("SELECT state, failure FROM portrait") == [{"state": "failed", "failure": "undeliverable"}]
        assert w.rows("SELECT image IS NOT NULL AS kept FROM take") == [{"kept": 1}]
        assert set(w.used().values()) == {0}
        await w.honest()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_at_random_points_with_ten_portraits_open(tmp_path: Path) -> None:
    """Twenty kills; every portrait is delivered or refunded exactly once, whatever each one hit."""
    chance = random.Random(20261122)
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1.0
        w.vendor.latency = 0.2
        asked: list[Interaction] = []
        for _ in range(20):
            while len(w.rows("SELECT id FROM portrait WHERE state = 'open'")) < 10:
                asked.append(await ask(w, count=chance.choice((1, 1, 2))))
            await asyncio.sleep(chance.uniform(0.0, 2.5))
            await w.bot.kill()
            await w.start()
        await w.settled(120)
        for interaction in asked:
            card = await final(interaction)
            assert card.images or "Nothing was charged" in card.text
        pictures = sum(len(message.images) for message in w.answers())
        charged = w.rows("SELECT coalesce(sum(charged), 0) AS n FROM quota_hold")[0]["n"]
        assert pictures == charged
        assert len({message.id for message in w.answers()}) == len(w.answers()) <= len(asked)
        await w.honest()


@pytest.mark.slow
async def test_who_asked_just_before_the_end_is_answered_still(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        with closing(sqlite3.connect(w.folder / "limner.db", isolation_level=None)) as other:
            # What is accepted has to wait for another program, and meanwhile the bot is told to end.
            other.execute("BEGIN IMMEDIATE")
            asked = await alice.slash(art, "portrait", prompt="a sailor")
            await asyncio.sleep(0.2)
            ending = asyncio.create_task(w.bot.terminate())
            await asyncio.sleep(0.4)
            other.execute("ROLLBACK")
        await asked.acknowledged()
        assert await ending == 0
        await w.start()
        assert (await final(asked)).images
        await w.honest()
