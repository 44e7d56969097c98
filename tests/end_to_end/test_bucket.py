"""The bot with its pictures in a bucket: shown after a kill, gone after a deletion, and what happens without it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.bucket import Bucket
from tests.end_to_end.running_bot import RunningBot, final, kill_and_return, running_bot, unstarted, until
from tests.end_to_end.test_deleted import delete_everything, slash
from tests.fakes import buckets

pytestmark = pytest.mark.slow


AWAY = "place where I keep pictures does not answer"


@pytest.fixture
def bucket() -> Iterator[buckets.Bucket]:
    with buckets.bucket() as opened:
        yield opened


def kept(bucket: buckets.Bucket) -> dict[str, bytes | None]:
    place = Bucket(bucket.url, bucket.access())
    names = [each.name for folder in place.folders() for each in place.kept(folder)]
    return {name: place.get(name) for name in names if ".crop." not in name}


async def one(w: RunningBot, who: str = "alice") -> None:
    assert (await final(await slash(w, "portrait", who=who, prompt=f"a sailor of {who}"))).images


async def test_a_life_with_a_bucket(tmp_path: Path, bucket: buckets.Bucket) -> None:
    async with running_bot(tmp_path, **bucket.environment()) as w:
        await one(w)
        await one(w, "bob")
        await w.settled()
        named = {row["image"] for row in w.rows("SELECT image FROM take")}
        assert len(named) == 2
        assert set(kept(bucket)) == named
        assert not (tmp_path / "pictures").exists()
        await kill_and_return(w)
        page = await slash(w, "gallery")
        assert await page.until(lambda each: each.images)
        card = w.answers()[0]
        saved = await (await w.discord.member("alice").click(card, "Save this face")).acknowledged()
        form = await w.discord.member("alice").submit_modal(saved, {"name": "Mia", "features": "a woman with freckles"})
        await (await form.acknowledged()).until(lambda each: "Mia is saved" in each.text)
        shown = await slash(w, "character show", character="Mia")
        assert await shown.until(lambda each: each.images)
        await delete_everything(w)
        [left] = kept(bucket)
        assert w.rows("SELECT image FROM take") == [{"image": left}], "Bob's"
        assert buckets.SECRET not in w.bot.output
        await w.honest()


async def test_a_bucket_that_is_away_charges_nobody_and_comes_back(tmp_path: Path, bucket: buckets.Bucket) -> None:
    away = {**bucket.environment(), "LIMNER_PICTURES__ENDPOINT": "http://127.0.0.1:1"}
    async with unstarted(tmp_path, **away) as w:
        await w.start()
        refused = await slash(w, "portrait", prompt="a sailor")
        assert refused.answer
        assert AWAY in refused.answer.text
        assert w.vendor.orders == []
        [said] = [line for line in w.bot.lines if "ERROR" in line]
        assert "s3://pictures/limner cannot be used (it does not answer): no picture can be kept" in said
        admin = w.discord.member("ada", permissions=("manage_guild",))
        status = await (await admin.slash(w.discord.channel("art"), "status")).acknowledged()
        assert status.answer
        assert AWAY in status.answer.text
        assert await w.bot.terminate() == 0
        w.bot.env = {**w.bot.env, **bucket.environment()}
        await w.start()
        await one(w)
        await until(w, "SELECT 1 FROM portrait WHERE state = 'delivered'")
        await w.honest()


async def test_a_bucket_that_goes_away_while_it_paints_costs_nobody_anything(
    tmp_path: Path, bucket: buckets.Bucket
) -> None:
    short = {"LIMNER_MODELSLAB__DEADLINE_SECONDS": "10"}
    async with running_bot(tmp_path, **bucket.environment(), **short) as w:
        await one(w)
        w.vendor.job_seconds = 1
        asked = await slash(w, "portrait", prompt="a sailor")
        bucket.go_away()
        told = await final(asked, 60)
        assert not told.images
        assert "The place where I keep pictures did not answer" in told.text
        assert "Nothing was charged" in told.text
        page = await slash(w, "gallery")
        read = await page.until(lambda each: not each.is_loading, 30)
        assert AWAY in read.text
        refused = await slash(w, "portrait", prompt="a sailor")
        assert refused.answer
        assert AWAY in refused.answer.text
        assert "disk" not in told.text + read.text + refused.answer.text
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_what_is_paid_for_waits_for_a_bucket_that_comes_back(tmp_path: Path, bucket: buckets.Bucket) -> None:
    async with running_bot(tmp_path, **bucket.environment()) as w:
        w.vendor.job_seconds = 1
        asked = await slash(w, "portrait", prompt="a sailor", count=2)
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        bucket.go_away()
        async with asyncio.timeout(40):
            while "cannot be used" not in w.bot.output:
                await asyncio.sleep(0.1)
        # Also what was painted for who is not here any more.
        assert await w.bot.terminate() == 0
        orders = len(w.vendor.orders)
        await w.start()
        bucket.come_back()
        assert len((await final(asked, 60)).images) == 2
        assert len(w.vendor.orders) == orders, "nothing is ordered twice"
        await w.honest()
