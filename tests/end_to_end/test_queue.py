"""The queue, the limits and the gateway, as members of two servers meet them."""

import asyncio
import itertools
import time
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction
from tests.fakes.vendor import Answer

ONE_SLOT = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "1"}


def order_of_prompts(w: RunningBot) -> list[str]:
    return [order["prompt"].split(",")[0] for order in w.vendor.orders]


async def busy(w: RunningBot, seconds: float = 0.4) -> None:
    """Every order from now on takes a moment, so that a queue can form."""
    w.vendor.job_seconds = seconds


@pytest.mark.slow
async def test_twenty_of_one_member_do_not_delay_the_one_of_another(tmp_path: Path) -> None:
    async with running_bot(tmp_path, **ONE_SLOT) as w:
        await busy(w, 0.3)
        art = w.discord.channel("art")
        alice, bob = w.discord.member("alice"), w.discord.member("bob")
        for _ in range(20):
            await (await alice.slash(art, "portrait", prompt="from alice")).acknowledged()
        card = await (await bob.slash(art, "portrait", prompt="from bob")).acknowledged()
        assert card.message
        assert "next in the queue" in card.message.text
        await w.settled(60)
        served = order_of_prompts(w)
        first_of_bob = served.index("from bob")
        begun_before = first_of_bob
        assert len(served) == 21
        assert begun_before <= 4, served
        await w.honest()


@pytest.mark.slow
async def test_twenty_of_one_server_do_not_delay_the_one_of_another(tmp_path: Path) -> None:
    async with running_bot(tmp_path, **ONE_SLOT) as w:
        await busy(w)
        art, elsewhere = w.discord.channel("art"), w.discord.guild("elsewhere")
        crowd = [w.discord.member(f"m{number}") for number in range(20)]
        for member in crowd:
            await (await member.slash(art, "portrait", prompt="from here")).acknowledged()
        guest = w.discord.member("guest", guild=elsewhere)
        there = w.discord.channel("there", elsewhere)
        await (await guest.slash(there, "portrait", prompt="from there")).acknowledged()
        asked_at = len(w.vendor.orders)
        await w.settled(60)
        assert order_of_prompts(w).index("from there") <= asked_at + 1
        await w.honest()


@pytest.mark.slow
async def test_the_vendor_never_has_more_than_its_queue_holds(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="3") as w:
        w.vendor.queue_limit = 3
        await busy(w, 0.5)
        art = w.discord.channel("art")
        asked = [await w.discord.member(f"m{n}").slash(art, "portrait", prompt="x", count=2) for n in range(6)]
        for each in asked:
            assert len((await final(each, 30)).images) == 2
        assert w.vendor.max_in_flight <= 3
        assert len(w.vendor.orders) == 12
        await w.honest()


@pytest.mark.slow
async def test_a_429_pauses_the_whole_queue_for_as_long_as_the_vendor_says(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        body = {
            "status": "error",
            "message": "Rate limit exceeded. Maximum 5 queued requests allowed.",
            "retry_after": 2,
        }
        w.vendor.script.append(Answer(status=429, body=body))
        art = w.discord.channel("art")
        first = await w.discord.member("alice").slash(art, "portrait", prompt="a")
        await first.acknowledged()
        while not w.vendor.orders:
            await asyncio.sleep(0.01)
        refused_at = w.vendor.orders[0].at
        second = await w.discord.member("bob").slash(art, "portrait", prompt="b")
        assert (await final(first)).images
        assert (await final(second)).images
        assert min(order.at for order in w.vendor.orders[1:]) - refused_at >= 1.9
        assert len(w.vendor.accepted) == 2
        await w.honest()


@pytest.mark.slow
async def test_a_cold_model_is_asked_again(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.script.append(Answer(body={"status": "error", "messege": "Model is loading, try again"}))
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a")
        assert (await final(asked, 20)).images
        assert len(w.vendor.orders) == 2


@pytest.mark.slow
async def test_what_never_ends_is_refunded_at_its_deadline(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__DEADLINE_SECONDS="4") as w:
        w.vendor.job_seconds = 600
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a")
        card = await final(asked, 20)
        assert "not ready in time. Nothing was charged" in card.text
        await w.settled()
        assert set(w.used().values()) == {0}
        await w.honest()


@pytest.mark.slow
async def test_the_waiting_card_is_changed_seldom_and_only_when_it_says_something_else(tmp_path: Path) -> None:
    async with running_bot(tmp_path, **ONE_SLOT) as w:
        w.vendor.job_seconds = 5
        art = w.discord.channel("art")
        await w.discord.member("alice").slash(art, "portrait", prompt="a")
        while not w.vendor.orders:
            await asyncio.sleep(0.01)
        second = await w.discord.member("bob").slash(art, "portrait", prompt="b")
        await second.acknowledged()
        assert second.message
        assert "Waiting, next in the queue" in second.message.text
        await second.until(lambda message: "Painting" in message.text, 15)
        await final(second, 20)
        edits = [r for r in w.discord.requests if r.method == "PATCH" and second.token in r.path]
        assert len(edits) <= 4
        gaps = [late.at - early.at for early, late in itertools.pairwise(edits[:-1])]
        assert all(gap >= 2.5 for gap in gaps)


async def test_the_same_interaction_twice_is_one_portrait_and_one_message(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a")
        w.discord.redeliver(asked)
        await asked.acknowledged()
        w.discord.redeliver(asked)
        await final(asked)
        w.discord.redeliver(asked)
        await asyncio.sleep(1)
        await w.settled()
        assert len(w.vendor.orders) == 1
        assert len(w.answers()) == 1
        await w.honest()


async def test_a_double_click_is_one_portrait(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        card = await final(await alice.slash(w.discord.channel("art"), "portrait", prompt="a"))
        first, second = await alice.click(card, "Reroll"), await alice.click(card, "Reroll")
        await first.acknowledged()
        await second.acknowledged()
        texts = [(each.answer.text if each.answer else "") for each in (first, second)]
        assert sum("pressed that twice" in text for text in texts) == 1
        await w.settled()
        assert len(w.vendor.orders) == 2
        await w.honest()


async def test_a_hundred_at_once_never_pass_a_limit(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_QUOTA__GUILD_PER_DAY="30") as w:
        art = w.discord.channel("art")
        crowd = [w.discord.member(f"m{number}") for number in range(20)]
        asked: list[Interaction] = await asyncio.gather(
            *(crowd[number % 20].slash(art, "portrait", prompt=f"p{number}") for number in range(100))
        )
        await asyncio.gather(*(each.acknowledged(10) for each in asked))
        assert not any(each.is_late for each in asked)
        refused = [each for each in asked if each.answer and "this server's limit for a day (30)" in each.answer.text]
        assert len(refused) == 70
        assert all(each.ephemeral for each in refused)
        await w.settled(60)
        assert sum(len(message.images) for message in w.answers()) == 30
        assert w.used()["server day"] == 30
        await w.honest()


async def test_too_many_waiting_portraits_are_refused_with_a_sentence(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_LIMITS__WAITING_PER_MEMBER="2", LIMNER_LIMITS__WAITING_PER_GUILD="3") as w:
        w.vendor.job_seconds = 2
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        for _ in range(2):
            await (await alice.slash(art, "portrait", prompt="a")).acknowledged()
        third = await (await alice.slash(art, "portrait", prompt="a")).acknowledged()
        assert third.answer
        assert "You have 2 portraits waiting" in third.answer.text
        await (await w.discord.member("bob").slash(art, "portrait", prompt="b")).acknowledged()
        fourth = await (await w.discord.member("carol").slash(art, "portrait", prompt="c")).acknowledged()
        assert fourth.answer
        assert "This server has 3 portraits waiting" in fourth.answer.text
        await w.settled()
        await w.honest()


@pytest.mark.slow
async def test_cancel_while_waiting_and_while_running_refunds(tmp_path: Path) -> None:
    async with running_bot(tmp_path, **ONE_SLOT) as w:
        w.vendor.job_seconds = 3
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        running = await (await alice.slash(art, "portrait", prompt="running")).acknowledged()
        waiting = await (await alice.slash(art, "portrait", prompt="waiting")).acknowledged()
        for each in (waiting, running):
            assert each.message
            await (await alice.click(each.message, "Cancel")).acknowledged()
            assert "Cancelled. Nothing was charged." in (await final(each)).text
        await w.settled()
        assert list(order_of_prompts(w)) == ["running"]
        assert set(w.used().values()) == {0}
        later = await final(await alice.slash(art, "portrait", prompt="later"))
        assert later.images
        assert w.vendor.max_in_flight == 1
        await w.honest()


@pytest.mark.slow
async def test_interactions_survive_drops_resumes_and_invalid_sessions(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        w.vendor.job_seconds = 1
        before = await alice.slash(art, "portrait", prompt="before")
        await before.acknowledged()
        await w.discord.drop_gateway()
        assert (await final(before)).images
        await w.discord.until_connected()
        await w.discord.request_reconnect()
        await asyncio.sleep(0.5)
        await w.discord.until_connected()
        between = await alice.slash(art, "portrait", prompt="between")
        assert (await final(between)).images
        await w.discord.invalidate_session(resumable=False)
        await asyncio.sleep(0.5)
        await w.discord.until_connected(30)
        after = await alice.slash(art, "portrait", prompt="after")
        assert (await final(after)).images
        await w.honest()


@pytest.mark.slow
async def test_sigterm_leaves_the_rest_to_the_next_start(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 4
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a", count=2)
        await asked.acknowledged()
        while len(w.vendor.orders) < 2:
            await asyncio.sleep(0.01)
        begun = time.monotonic()
        assert await w.bot.terminate() == 0
        assert time.monotonic() - begun < 22
        await w.start()
        assert len((await final(asked)).images) == 2
        assert len(w.vendor.orders) == 2
        await w.honest()
