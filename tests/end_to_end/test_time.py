"""Time, as members meet it: a clock that is set, a queue that is too long, a vendor or a database that must be waited
for.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot, until
from tests.fakes.shifted import COMMAND, OFF
from tests.fakes.vendor import Answer, FakeVendor

pytestmark = pytest.mark.slow

HOUR = 3600
JUMPS = [HOUR, -HOUR]
ONE_SLOT = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "1"}


class Wall:
    """The clock on the wall of the bot's machine."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0)

    def set(self, seconds: float) -> None:
        other = self.file.with_suffix(".new")
        other.write_text(str(seconds))
        other.replace(self.file)


@asynccontextmanager
async def shifted_world(folder: Path, **extra: str) -> AsyncIterator[tuple[RunningBot, Wall]]:
    """A bot whose wall clock can be set while it runs, and between two starts."""
    folder.mkdir(parents=True, exist_ok=True)
    wall = Wall(folder / "clock")
    async with running_bot(folder, FakeVendor, COMMAND, **{OFF: str(wall.file)}, **extra) as w:
        yield w, wall


def too_many(seconds: float) -> Answer:
    text = "Rate limit exceeded. Maximum 5 queued requests allowed."
    return Answer(429, {"status": "error", "message": text, "retry_after": seconds})


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_clock_that_is_set_while_the_bot_runs_changes_nothing(tmp_path: Path, jump: int) -> None:
    async with shifted_world(tmp_path, LIMNER_LIMITS__BURST_PER_MEMBER="3") as (w, wall):
        art, alice, bob = w.discord.channel("art"), w.discord.member("alice"), w.discord.member("bob")
        w.vendor.job_seconds = 3
        before = await (await alice.slash(art, "portrait", prompt="before")).acknowledged()
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        wall.set(jump)
        w.vendor.script.append(too_many(2))
        paused = await (await bob.slash(art, "portrait", prompt="paused")).acknowledged()
        for each in (before, paused):
            assert (await final(each, 20)).images
        card = await final(await alice.slash(art, "portrait", prompt="again"), 20)
        assert card.images, card.text
        clicks = [await alice.click(card, "Reroll") for _ in range(2)]
        await asyncio.gather(*(each.acknowledged() for each in clicks))
        assert sum("pressed that twice" in (each.answer.text if each.answer else "") for each in clicks) == 1
        await asyncio.sleep(3)
        later = await (await alice.click(card, "Reroll")).acknowledged()
        assert "twice" not in (later.answer.text if later.answer else "")
        await w.settled()
        assert {row["state"] for row in w.rows("SELECT state FROM portrait")} == {"delivered"}
        await w.honest()


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_clock_that_is_set_between_two_starts_keeps_nobody_waiting(tmp_path: Path, jump: int) -> None:
    """A pause, a paid job and a waiting take, all written by another clock."""
    async with shifted_world(tmp_path, **ONE_SLOT) as (w, wall):
        art, alice, bob = w.discord.channel("art"), w.discord.member("alice"), w.discord.member("bob")
        w.vendor.job_seconds = 1.5
        paid = await (await alice.slash(art, "portrait", prompt="paid")).acknowledged()
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        waiting = await (await bob.slash(art, "portrait", prompt="waiting")).acknowledged()
        w.vendor.fetch_script.append(too_many(4))
        await until(w, "SELECT 1 FROM queue WHERE paused_until > 0")
        await w.bot.kill()
        wall.set(jump)
        await w.start()
        for each in (paid, waiting):
            assert (await final(each, 25)).images
        assert len(w.vendor.accepted) == 2
        card = await final(await alice.slash(art, "portrait", prompt="again"), 20)
        assert card.images, card.text
        await w.honest()


async def test_who_would_wait_for_too_long_is_told_before_anything_is_reserved(tmp_path: Path) -> None:
    """One slot: by the first guess, eight seconds a picture, eleven are ordered within 80 seconds."""
    async with running_bot(tmp_path, **ONE_SLOT, LIMNER_LIMITS__WAITING_SECONDS="80") as w:
        w.vendor.job_seconds = 60
        art = w.discord.channel("art")
        crowd = [w.discord.member(f"m{number}") for number in range(10)]
        asked = await asyncio.gather(
            *(crowd[number % 10].slash(art, "portrait", prompt=f"p{number}") for number in range(30))
        )
        await asyncio.gather(*(each.acknowledged(20) for each in asked))
        refused = [each for each in asked if each.answer and "a wait of about 1 minute" in each.answer.text]
        accepted = w.rows("SELECT count(*) AS n FROM portrait")[0]["n"]
        assert accepted + len(refused) == 30
        assert 10 <= accepted <= 12
        assert w.rows("SELECT sum(units) AS n FROM quota_hold")[0]["n"] == accepted
        elsewhere = w.discord.guild("elsewhere")
        guest = w.discord.member("guest", guild=elsewhere)
        card = await (
            await guest.slash(w.discord.channel("there", elsewhere), "portrait", prompt="from there")
        ).acknowledged()
        assert card.message, "its own server's turn comes soon"
        assert "number 2 in the queue" in card.message.text or "next in the queue" in card.message.text


async def test_what_was_accepted_and_does_not_get_its_turn_is_told_and_refunded(tmp_path: Path) -> None:
    async with running_bot(tmp_path, **ONE_SLOT, LIMNER_LIMITS__WAITING_SECONDS="3") as w:
        w.vendor.script.append(too_many(200))
        asked = await (
            await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a")
        ).acknowledged()
        card = await final(asked, 15)
        assert "did not get to it in the time" in card.text
        assert "Try again" in card.buttons
        await w.settled()
        assert set(w.used().values()) == {0}
        await w.honest()


async def test_everything_that_was_accepted_is_painted_though_the_queue_outlasts_one_deadline(tmp_path: Path) -> None:
    async with running_bot(tmp_path, **ONE_SLOT, LIMNER_MODELSLAB__DEADLINE_SECONDS="5") as w:
        w.vendor.job_seconds = 1.2
        art = w.discord.channel("art")
        asked = [await w.discord.member(f"m{n}").slash(art, "portrait", prompt=f"p{n}") for n in range(8)]
        for each in asked:
            assert (await final(each, 60)).images
        await w.honest()


async def test_no_question_is_asked_while_the_vendor_wants_to_be_left_alone(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.processing_polls = 2
        art = w.discord.channel("art")
        w.vendor.fetch_script.append(too_many(6))
        first = await (await w.discord.member("alice").slash(art, "portrait", prompt="a")).acknowledged()
        second = await (await w.discord.member("bob").slash(art, "portrait", prompt="b")).acknowledged()
        await until(w, "SELECT 1 FROM queue WHERE paused_until > 0")
        told, orders = w.vendor.fetches[0].at, len(w.vendor.orders)
        third = await (await w.discord.member("carol").slash(art, "portrait", prompt="c")).acknowledged()
        for each in (first, second, third):
            assert (await final(each, 30)).images
        later = [each.at - told for each in (*w.vendor.fetches[1:], *w.vendor.orders[orders:])]
        # What was under way when the answer came in is nobody's fault.
        assert [gap for gap in later if 0.5 < gap < 5.9] == []
        await w.honest()


async def test_a_firewall_an_unknown_job_and_a_late_link_are_borne(tmp_path: Path) -> None:
    unknown = Answer(404, {"status": "error", "message": "Request not found"})
    async with running_bot(tmp_path) as w:
        w.vendor.processing_polls = 1
        w.vendor.fetch_script.extend([unknown] * 3 + [Answer(502, raw=b"<html>")] * 3)
        w.vendor.image_script.extend([Answer(404)] * 4 + [Answer(raw=b"<html>soon</html>")] * 2)
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a")
        assert (await final(asked, 60)).images
        assert len(w.vendor.orders) == 1
        await w.honest()


async def test_a_link_that_lives_after_more_than_half_a_minute_is_delivered(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        begun = time.monotonic()
        dead = [Answer(404)] * 1000
        w.vendor.image_script.extend(dead)
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a")
        await asyncio.sleep(40)
        w.vendor.image_script.clear()
        assert (await final(asked, 15)).images
        assert time.monotonic() - begun > 40
        await w.honest()


async def test_a_database_that_another_program_holds_is_a_sentence_in_time(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art = w.discord.channel("art")
        w.vendor.job_seconds = 0.5
        before = await (await w.discord.member("alice").slash(art, "portrait", prompt="before")).acknowledged()
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        other = sqlite3.connect(tmp_path / "limner.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            asked = [await w.discord.member(f"m{n}").slash(art, "portrait", prompt=f"p{n}") for n in range(10)]
            await asyncio.gather(*(each.acknowledged(10) for each in asked))
            assert not any(each.is_late for each in asked)
            texts = {each.answer.text for each in asked if each.answer}
            assert len(texts) == 1
            assert "My database is busy" in texts.pop()
            # A job that was ordered meanwhile loses nothing.
            await asyncio.sleep(2)
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert (await final(before, 20)).images
        await w.settled()
        assert w.rows("SELECT count(*) AS n FROM portrait")[0]["n"] == 1
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_answers_by_a_token_do_not_wait_for_the_bots_global_limit(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice, bob = w.discord.channel("art"), w.discord.member("alice"), w.discord.member("bob")
        w.vendor.job_seconds = 1
        # Bob's token is dead, so his answer goes by a route of the bot's own, which Discord limits globally.
        dead = await (await bob.slash(art, "portrait", prompt="by channel")).acknowledged()
        w.discord.fail("*", rf"/webhooks/.*/{dead.token}/", status=401, body={"message": "x", "code": 50027}, times=99)
        body = {"message": "You are being rate limited.", "retry_after": 10.0, "global": True}
        limit = w.discord.fail("POST", r"/channels/\d+/messages$", status=429, body=body, retry_after=10.0)
        await w.discord.changes.until(lambda: limit.hits > 0, 15)
        limited_at = time.monotonic()
        alive = await (await alice.slash(art, "portrait", prompt="by token")).acknowledged()
        assert (await final(alive)).images
        assert time.monotonic() - limited_at < 8
        await w.settled(40)
        assert len(w.answers()) == 2
        await w.honest()
