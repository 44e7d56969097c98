"""Scenes on the wire: by option and by form, one reservation, one answer, and a storyboard that the channel takes."""

import io
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from tests.end_to_end.mischief import Mischief, MischievousVendor, error
from tests.end_to_end.running_bot import RunningBot, final, kill_and_return, running_bot, until
from tests.end_to_end.test_discord_faults import noise
from tests.end_to_end.test_once import four_times
from tests.end_to_end.test_sheets import FEATURES, REFUSED, pictures_of
from tests.fakes.discord_wire import Interaction, Message
from tests.fakes.pdfs import words_of
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

THREE = ["reading by a rainy window", "on a pier, at dawn", "asleep, a cat on her lap"]


async def ask(w: RunningBot, **options: Any) -> Interaction:
    alice, art = w.discord.member("alice"), w.discord.channel("art")
    await (await alice.slash(art, "character save", name="Mia", features=FEATURES, seed=99)).acknowledged()
    asked = await alice.slash(art, "character scenes", character="Mia", **options)
    await asked.acknowledged()
    return asked


async def storyboard(w: RunningBot, card: Message, who: str = "alice") -> Message:
    asked = await w.discord.member(who).click(card, "Storyboard")
    return await asked.until(lambda message: bool(message.attachments), 30)


async def test_the_option_paints_ten_in_one_answer_on_one_reservation(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="5") as w:
        w.vendor.queue_limit = 5
        card = await final(await ask(w, scenes=" | ".join(f"scene {number}, at dusk" for number in range(10))))
        assert pictures_of(card) == 10
        assert {order["seed"] for order in w.vendor.orders} == {99}
        assert sorted(order["prompt"].partition(", professional")[0] for order in w.vendor.orders) == [
            f"Mia, {FEATURES}, scene {number}, at dusk" for number in range(10)
        ]
        await w.honest()
        assert w.used()["member day"] == 10
        assert w.rows("SELECT count(*) AS n FROM portrait")[0]["n"] == 1


async def test_the_form_after_a_restart_paints_what_was_chosen_before_and_once_when_delivered_twice(
    tmp_path: Path,
) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        form = await ask(w, style="documentary", framing="full body", lighting="candlelight", seed=4294967295)
        assert form.modal
        await w.bot.terminate()
        await w.start()
        sent = await alice.submit_modal(form, {"scenes": "- in a train\n\n- in a tent\n"})
        card = await final(sent)
        assert pictures_of(card) == 2
        await w.settled()
        await four_times(w, sent)
        assert len(w.vendor.orders) == 2
        assert len(w.answers()) == 1
        for order in w.vendor.orders:
            assert (order["seed"], order["width"]) == (4294967295, 768)
            assert "candlelight" in order["prompt"]
            assert "documentary portrait" in order["prompt"]
        await w.settled()
        await w.honest()


async def test_what_the_vendor_quotes_of_one_scene_is_in_no_log(tmp_path: Path) -> None:
    async with running_bot(tmp_path, MischievousVendor) as w:
        scene = "behind the old lighthouse"
        cast("MischievousVendor", w.vendor).mischief["Mia"] = Mischief([error(400, f"Bad words: {scene} at dusk")])
        card = await final(await ask(w, scenes=f"{scene} | in a tent"))
        assert "refused" in card.text
        assert "[prompt]" in w.bot.output
        assert "lighthouse" not in w.bot.output
        await w.honest()


async def test_killed_in_the_middle_the_scenes_answer_once_and_a_storyboard_has_what_came(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="1") as w:
        w.vendor.job_seconds = 0.6
        asked = await ask(w, scenes="|".join(THREE))
        await until(w, "SELECT 1 FROM take WHERE state = 'ready'")
        await kill_and_return(w)
        card = await final(asked)
        await w.settled()
        finished = w.rows("SELECT count(*) AS n FROM take WHERE state = 'ready'")[0]["n"]
        assert pictures_of(card) == finished
        assert len(w.answers()) == 1
        answer = await storyboard(w, card)
        archive = next(data for name, data in answer.attachments.items() if name.endswith(".zip"))
        assert len(zipfile.ZipFile(io.BytesIO(archive)).namelist()) == finished
        await w.honest()


async def test_a_storyboard_of_what_was_missing_holds_all_of_it(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        w.vendor.script += [REFUSED, Answer(), REFUSED]
        card = await final(await ask(w, scenes="|".join(THREE)))
        assert "2 of 3 could not be painted and cost nothing" in card.text
        again = await final(await alice.click(card, "Try again: 2 missing"))
        await w.settled()
        before = len(w.vendor.orders)
        for who in ("alice", "bob"):
            answer = await storyboard(w, again, who)
            assert answer.is_ephemeral
            assert set(answer.attachments) == {"Mia-storyboard.pdf", "Mia-scenes.zip"}
            found = words_of(answer.attachments["Mia-storyboard.pdf"])
            assert all(f"{number}. {words}" in found for number, words in enumerate(THREE, start=1))
            names = zipfile.ZipFile(io.BytesIO(answer.attachments["Mia-scenes.zip"])).namelist()
            assert [name[:2] for name in names] == ["01", "02", "03"]
        assert len(w.vendor.orders) == before
        await w.honest()
        assert w.used()["member day"] == 3


@pytest.mark.parametrize("limit", [4_000_000, 900_000])
async def test_a_channel_that_takes_smaller_files_gets_smaller_pictures(tmp_path: Path, limit: int) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.image_script += [Answer(raw=noise(900))] * 3
        card = await final(await ask(w, scenes="|".join(THREE)))
        w.discord.channel("art").attachment_limit = limit
        answer = await storyboard(w, card)
        assert all(len(data) <= limit for data in answer.attachments.values())
        assert "smaller than they were painted" in answer.text
        archive = zipfile.ZipFile(io.BytesIO(answer.attachments["Mia-scenes.zip"]))
        for name in archive.namelist():
            with Image.open(io.BytesIO(archive.read(name))) as image:
                image.load()
        await w.honest()


async def test_a_limit_refuses_all_scenes_before_anything_is_ordered(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_QUOTA__MEMBER_PER_DAY="2") as w:
        refused = await ask(w, scenes="|".join(THREE))
        assert refused.answer
        assert refused.answer.is_ephemeral
        assert "3 images at once is more than your limit for a day (2) ever holds" in refused.answer.text
        assert w.vendor.orders == []
        assert w.rows("SELECT 1 FROM portrait") == []
