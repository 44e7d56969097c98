"""Sheets on the wire: one answer with every picture, one reservation, through crashes and refusals."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, kill_and_return, running_bot, until
from tests.fakes.discord_wire import Interaction, Message
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"
REFUSED = Answer(body={"status": "error", "message": "Something is wrong with this request"})


async def ask(w: RunningBot, **options: Any) -> Interaction:
    alice, art = w.discord.member("alice"), w.discord.channel("art")
    await (await alice.slash(art, "character save", name="Mia", features=FEATURES, seed=99)).acknowledged()
    request: dict[str, Any] = {"character": "Mia", "set": "expressions"} | options
    asked = await alice.slash(art, "character sheet", **request)
    await asked.acknowledged()
    return asked


def pictures_of(card: Message) -> int:
    """How many pictures the menu under a contact sheet offers; the contact sheet is the one that is shown."""
    assert len(card.images) == 1
    [menu] = card.selects
    return sum(option["value"].isdecimal() for option in menu["options"])


async def test_six_pictures_in_one_answer_never_more_orders_than_the_plan_allows(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="2") as w:
        w.vendor.queue_limit = 2
        w.vendor.job_seconds = 0.3
        card = await final(await ask(w))
        assert pictures_of(card) == 6
        assert len(w.vendor.orders) == len(w.vendor.accepted) == 6
        assert w.vendor.max_in_flight <= 2
        assert {order["seed"] for order in w.vendor.orders} == {99}
        assert len({order["prompt"] for order in w.vendor.orders}) == 6
        assert all(f"Mia, {FEATURES}, " in order["prompt"] for order in w.vendor.orders)
        await w.honest()
        assert w.used()["member day"] == 6


async def test_what_failed_is_refunded_and_the_rest_delivered(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.script += [REFUSED, Answer(), Answer(close_after=True)]
        card = await final(await ask(w))
        assert pictures_of(card) == 4
        assert "2 of 6 could not be painted and cost nothing" in card.text
        await w.honest()
        assert w.used()["member day"] == 4


async def test_killed_in_the_middle_it_goes_on_and_answers_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="2") as w:
        w.vendor.job_seconds = 1.0
        asked = await ask(w)
        await until(w, "SELECT 1 FROM take WHERE state = 'ready'")
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        await kill_and_return(w)
        card = await final(asked)
        finished = w.rows("SELECT count(*) AS n FROM take WHERE state = 'ready'")[0]["n"]
        assert pictures_of(card) == finished
        assert len(w.vendor.orders) <= 6
        assert len(w.answers()) == 1
        await w.honest()


async def test_killed_between_answer_and_settlement_it_is_charged_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.discord.fail("PATCH", r"/webhooks/.*@original", delay=30, after_apply=True)
        asked = await ask(w)
        await until(w, "SELECT 1 FROM portrait WHERE delivery_epoch > 0")
        await asyncio.sleep(0.5)
        await kill_and_return(w)
        assert pictures_of(await final(asked)) == 6
        assert len(w.answers()) == 1
        await w.honest()
        assert w.used()["member day"] == 6


async def test_a_limit_refuses_the_whole_sheet_before_anything_is_ordered(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_QUOTA__MEMBER_PER_DAY="5") as w:
        refused = await ask(w)
        assert refused.answer
        assert refused.answer.is_ephemeral
        assert "more than your limit for a day (5) ever holds" in refused.answer.text
        assert w.vendor.orders == []
        assert w.rows("SELECT 1 FROM portrait") == []


async def test_an_answer_that_comes_late_goes_to_the_channel_with_every_picture(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1.5
        asked = await ask(w, set="outfits", outfits="raincoat, ball gown")
        w.discord.expire_token(asked)
        await w.settled()
        [message] = w.answers()
        assert pictures_of(message) == 2
        await w.honest()


@pytest.mark.parametrize("label", ["Expressions", "Turnaround"])
async def test_the_button_of_a_card_after_a_restart(tmp_path: Path, label: str) -> None:
    async with running_bot(tmp_path) as w:
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        await (await alice.slash(art, "character save", name="Mia", features=FEATURES, seed=99)).acknowledged()
        shown = await alice.slash(art, "character show", character="Mia")
        card = await shown.until(lambda message: "Sheet" in message.buttons, 10)
        question = await alice.click(card, "Sheet")
        await question.acknowledged()
        assert question.answer
        assert await w.bot.terminate() == 0
        await w.start()
        made = await final(await alice.click(question.answer, label))
        assert pictures_of(made) == {"Expressions": 6, "Turnaround": 4}[label]
        await w.honest()


async def test_a_form_of_outfits_after_a_restart(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        await (await alice.slash(art, "character save", name="Mia", features=FEATURES, seed=99)).acknowledged()
        shown = await alice.slash(art, "character show", character="Mia")
        card = await shown.until(lambda message: "Sheet" in message.buttons, 10)
        question = await alice.click(card, "Sheet")
        await question.acknowledged()
        assert question.answer
        form = await alice.click(question.answer, "Outfits")
        await form.acknowledged()
        assert await w.bot.terminate() == 0
        await w.start()
        made = await final(await alice.submit_modal(form, {"outfits": "- raincoat\n- white shirt, black tie"}))
        assert pictures_of(made) == 2
        await w.honest()


async def test_pictures_are_opened_after_a_restart_and_a_small_channel_gets_them_in_pieces(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice, bob = w.discord.member("alice"), w.discord.member("bob")
        card = await final(await ask(w, set="turnaround"))
        await w.settled()
        assert await w.bot.terminate() == 0
        await w.start()
        one = await alice.select(card, None, "3. Profile")
        opened = await one.until(lambda message: bool(message.images), 10)
        assert opened.is_ephemeral
        assert list(opened.buttons) == list(card.buttons)
        made = await final(await alice.click(opened, "Vary subtle"))
        assert made.images
        # Its own picture's link, from the message that was clicked.
        assert w.vendor.orders[-1]["init_image"].startswith(w.discord.cdn.base_url)
        assert w.vendor.uploads == []
        theirs = await bob.select(card, None, "All 4 pictures")
        assert (await theirs.until(lambda message: len(message.images) == 4, 10)).is_ephemeral
        mine = await alice.select(card, None, "All 4 pictures")
        assert not (await mine.until(lambda message: len(message.images) == 4, 10)).is_ephemeral
        await w.honest()
