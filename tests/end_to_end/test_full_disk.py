"""The disk is full, wholly or for pictures alone, at every step: a sentence, a refund, no rest; and room again."""

import asyncio
import io
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from tests.end_to_end.running_bot import RunningBot, final, unstarted, until
from tests.fakes.discord_wire import Interaction
from tests.fakes.small import SmallDisk, small_disk
from tests.fakes.vendor import Answer, FakeVendor

pytestmark = pytest.mark.slow

FULL = "My disk is full or cannot be written"
DEADLINE = 6


def photograph() -> bytes:
    """A picture as large as real ones, more or less: it takes 400 kB."""
    out = io.BytesIO()
    Image.frombytes("RGB", (384, 384), os.urandom(3 * 384 * 384)).save(out, "PNG")
    return out.getvalue()


@asynccontextmanager
async def world_on(
    folder: Path, where: str = "data", start: bool = True
) -> AsyncIterator[tuple[RunningBot, SmallDisk]]:
    """A bot whose data, or whose pictures alone, lie on a small disk; the vendor paints large pictures."""
    data = folder / "data"
    url = {"LIMNER_DATABASE__URL": f"sqlite:///{data}/limner.db", "LIMNER_MODELSLAB__DEADLINE_SECONDS": str(DEADLINE)}
    with small_disk(folder / where) as disk:
        async with unstarted(folder, FakeVendor, **url) as w:
            w.folder = data
            w.vendor.image_script.extend(Answer(raw=photograph()) for _ in range(30))
            if start:
                await w.start()
                assert await w.discord.changes.until(lambda: w.discord.commands.get(None), 10)
            yield w, disk
            assert "Traceback" not in w.bot.output, w.bot.output


async def ask(w: RunningBot, who: str = "alice", count: int = 1) -> Interaction:
    asked = await w.discord.member(who).slash(w.discord.channel("art"), "portrait", prompt="a sailor", count=count)
    return await asked.acknowledged(5)


def text_of(asked: Interaction) -> str:
    return asked.answer.text if asked.answer else ""


async def painted_again(w: RunningBot) -> None:
    """Within the seconds in which room is looked for."""
    end = time.monotonic() + 15
    while FULL in text_of(asked := await ask(w, "late")):
        assert time.monotonic() < end, w.bot.output
        await asyncio.sleep(0.5)
    assert (await final(asked)).images


@pytest.mark.parametrize("left", [150_000, 0])
@pytest.mark.parametrize("where", ["data", "data/pictures"])
async def test_full_while_painting(tmp_path: Path, where: str, left: int) -> None:
    async with world_on(tmp_path, where) as (w, disk):
        w.vendor.job_seconds = 1.5
        asked = await ask(w, count=2)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        disk.fill(left)
        began = time.monotonic()
        card = await asked.until(lambda message: FULL in message.text, DEADLINE + 5)
        assert time.monotonic() - began < DEADLINE + 4
        if where == "data/pictures" or left:
            assert "could not be kept" in card.text
            assert "Nothing was charged" in card.text
            await w.settled(10)
            assert set(w.used().values()) == {0}
        assert disk.rest() == []
        # What is known is not paid for again.
        orders = len(w.vendor.orders)
        for _ in range(3):
            assert FULL in text_of(await ask(w, "bob"))
        assert len(w.vendor.orders) == orders
        said = [line for line in w.bot.lines if "ERROR" in line]
        assert 1 <= len(said) <= 2, said
        assert all("make room" in line and str(disk.folder) in line for line in said)
        disk.empty()
        await w.settled(15)
        assert set(w.used().values()) <= {0}
        await painted_again(w)
        assert len(w.answers()) == 1
        assert disk.rest() == []
        await w.honest()


@pytest.mark.parametrize("killed", [False, True], ids=["", "killed meanwhile"])
async def test_nothing_hangs_past_its_deadline_though_not_even_that_can_be_written(
    tmp_path: Path, killed: bool
) -> None:
    async with world_on(tmp_path) as (w, disk):
        w.vendor.job_seconds = 1.5
        asked = [await ask(w, who, count=2) for who in ("alice", "bob")]
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        began = time.monotonic()
        async with disk.kept_full():
            for each in asked:
                card = await each.until(lambda message: FULL in message.text, DEADLINE + 5)
                assert "cannot go on just now" in card.text
                assert not card.buttons
            assert time.monotonic() - began < DEADLINE + 4
            await asyncio.sleep(DEADLINE + 3 - (time.monotonic() - began))
            assert FULL in text_of(await ask(w, "carol"))
            assert len([line for line in w.bot.lines if "ERROR" in line]) <= 2
            if killed:
                await w.bot.kill()
        if killed:
            await w.start()
        await w.settled(20)
        if not killed:
            # What a new start does is known: it asks for what was paid.
            assert {row["failure"] for row in w.rows("SELECT failure FROM portrait")} <= {"timeout", "not_kept", None}
        for each in asked:
            card = await final(each)
            assert card.images or "Nothing was charged" in card.text
        assert len(w.answers()) == len([each for each in asked if each.answer and each.answer.images])
        await painted_again(w)
        assert disk.rest() == []
        await w.honest()


async def test_full_when_something_is_asked_for(tmp_path: Path) -> None:
    async with world_on(tmp_path) as (w, disk):
        disk.fill()
        asked = [await ask(w, f"m{number}") for number in range(6)]
        assert not any(each.is_late for each in asked)
        for each in asked:
            assert FULL in (await each.until(lambda message: FULL in message.text, DEADLINE + 5)).text
        assert w.vendor.orders == []
        face = await w.discord.member("m1").slash(
            w.discord.channel("art"), "character save", name="Mara", features="tall, red hair, a scar"
        )
        assert FULL in (await final(face)).text
        disk.empty()
        await painted_again(w)
        await w.honest()


@pytest.mark.parametrize("killed", [False, True], ids=["", "killed meanwhile"])
async def test_full_when_it_is_to_be_settled(tmp_path: Path, killed: bool) -> None:
    """The answer is shown, and the money cannot be written down: that is done once, when there is room."""
    async with world_on(tmp_path) as (w, disk):
        slow = w.discord.fail("PATCH", r"/webhooks/.*@original", delay=2)
        asked = await ask(w)
        await until(w, "SELECT 1 FROM portrait WHERE delivery_epoch > 0")
        disk.fill()
        assert (await asked.until(lambda message: message.images, 10)).images
        assert slow.hits
        await asyncio.sleep(1)
        assert w.rows("SELECT state FROM portrait") == [{"state": "open"}]
        if killed:
            await w.bot.kill()
            disk.empty()
            await w.start()
        else:
            disk.empty()
        await w.settled(15)
        assert (await final(asked)).images
        assert len(w.answers()) == 1
        assert set(w.used().values()) == {1}
        await w.honest()


async def test_killed_on_a_full_disk_and_started_on_it(tmp_path: Path) -> None:
    async with world_on(tmp_path) as (w, disk):
        w.vendor.job_seconds = 2
        asked = await ask(w, count=2)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        disk.fill()
        assert FULL in (await asked.until(lambda message: FULL in message.text, DEADLINE + 5)).text
        await w.bot.kill()
        disk.fill(64_000)
        await w.start()
        assert FULL in text_of(await ask(w, "bob"))
        disk.fill()
        assert await w.bot.terminate(10) == 0
        disk.empty()
        await w.start()
        await w.settled(20)
        card = await final(asked)
        assert card.images or "Nothing was charged" in card.text
        await painted_again(w)
        await w.honest()


async def test_a_start_without_any_room_is_one_line(tmp_path: Path) -> None:
    async with world_on(tmp_path, start=False) as (w, disk):
        disk.fill()
        await w.bot.start()
        assert await w.bot.wait(20) == 78
        assert len(w.bot.lines) == 1
        assert "limner: database.url: " in w.bot.output
        disk.empty()
        await w.start()
        await painted_again(w)
        await w.honest()


async def test_pictures_that_must_not_be_written(tmp_path: Path) -> None:
    async with world_on(tmp_path, "data/pictures") as (w, disk):
        disk.allow(writing=False)
        card = await final(await ask(w))
        assert FULL in card.text
        assert "Try again" in card.buttons
        await w.settled()
        assert set(w.used().values()) == {0}
        again = await (await w.discord.member("alice").click(card, "Try again")).acknowledged()
        assert FULL in text_of(again)
        assert len(w.vendor.orders) == 1
        disk.allow(writing=True)
        await painted_again(w)
        await w.honest()


async def test_sigterm_ends_a_bot_that_cannot_write(tmp_path: Path) -> None:
    async with world_on(tmp_path) as (w, disk):
        w.vendor.job_seconds = 1
        asked = await ask(w)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        disk.fill()
        await asked.until(lambda message: FULL in message.text, DEADLINE + 5)
        assert await w.bot.terminate(5) == 0
