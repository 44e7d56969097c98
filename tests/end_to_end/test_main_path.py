"""`python -m bot run` against a strict Discord on the wire: every request is checked against its specification."""

from pathlib import Path

import pytest

from tests.end_to_end.running_bot import final, running_bot
from tests.fakes.processes import COLD_RUN
from tests.fakes.vendor import FakeVendor

FEATURES = "woman with short dark hair, freckles, brown eyes"


async def test_from_slash_to_reroll_save_and_pose(tmp_path: Path) -> None:
    async with running_bot(tmp_path, FakeVendor, COLD_RUN) as w:
        w.vendor.processing_polls = 1
        alice, general = w.discord.member("alice"), w.discord.channel("art")
        asked = await alice.slash(general, "portrait", prompt=FEATURES, seed=31)
        await asked.acknowledged()
        assert asked.callback_type == 4
        card = await final(asked)
        assert len(card.images) == 1
        assert card.alt_texts[0]
        assert FEATURES in card.alt_texts[0]
        assert "seed 31" in card.text
        rerolled = await final(await alice.click(card, "Reroll"))
        assert rerolled.images
        assert rerolled.id != card.id
        form = await alice.click(card, "Save this face")
        await form.acknowledged()
        saved = await alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
        await saved.acknowledged()
        await saved.until(lambda answer: "Mia is saved" in answer.text)
        hints = await alice.autocomplete(general, "character pose", focused="character", value="m")
        await hints.acknowledged()
        assert [choice["name"] for choice in hints.choices or []] == ["Mia"]
        posed = await final(await alice.slash(general, "character pose", character="Mia", scene="at sea"))
        assert "seed 31" in posed.text
        await w.settled()
        assert len(w.vendor.orders) == 3
        await w.honest()


async def test_sigterm_ends_cleanly_and_commands_are_synced_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        assert await w.bot.terminate() == 0
        assert "Traceback" not in w.bot.output
        await w.start()
        puts = [r for r in w.discord.requests if r.method == "PUT" and r.path.endswith("/commands")]
        assert len(puts) == 1
        assert await w.bot.terminate() == 0


@pytest.mark.slow
async def test_the_first_gateway_connection_may_fail(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        assert await w.bot.terminate() == 0
        w.discord.refuse_gateway(times=2)
        await w.start()
        card = await final(
            await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor")
        )
        assert card.images
