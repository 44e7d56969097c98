"""The buttons on the wire: signed links, empty attachments, deletion by the click's own token, a restart in between."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.end_to_end.running_bot import RunningBot, deleted, final, more, running_bot
from tests.fakes.discord_wire import Message

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"
BEHIND_MORE = ("Sharper face", "Less processed", "Upscale")
MAKERS = ["Reroll", "Vary subtle", "Vary strong", "Sharper face", "Less processed", "Upscale"]


async def painted(w: RunningBot, **options: Any) -> Message:
    request: dict[str, Any] = {"prompt": FEATURES, "seed": 31} | options
    return await final(await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", **request))


async def test_every_button_makes_a_message_and_leaves_the_old_one_alone(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        card = await painted(w)
        for label in MAKERS:
            asked = more(alice, card, label) if label in BEHIND_MORE else alice.click(card, label)
            made = await final(await asked)
            assert len(made.images) == 1, label
            assert f"by <@{alice.id}>, {label}" in made.text
            assert str(card.id) in made.text
        assert card.images
        assert len({message.id for message in w.answers()}) == 7
        links = [order["init_image"] for order in w.vendor.orders if "init_image" in order.body]
        assert len(links) == 3
        for link in links:
            assert link.startswith(w.discord.cdn.base_url)
            assert "ex=" in urlsplit(link).query
        await w.honest()


async def test_images_of_images_after_a_restart_and_one_of_several(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        card = await painted(w, count=2)
        question = await alice.click(card, "Vary strong")
        await question.acknowledged()
        assert question.answer
        assert question.answer.is_ephemeral
        assert await w.bot.terminate() == 0
        await w.start()
        varied = await final(await alice.click(question.answer, "Image 2"))
        assert varied.images
        [link] = [order["init_image"] for order in w.vendor.orders if "init_image" in order.body]
        assert link.startswith(w.discord.cdn.base_url)
        larger = await final(await more(alice, varied, "Upscale"))
        again = await final(await alice.click(larger, "Vary subtle"))
        assert again.images
        assert w.vendor.uploads == []
        await w.honest()


async def test_change_one_thing_outlives_two_restarts(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        asked = await alice.click(await painted(w), "Change one thing")
        await asked.acknowledged()
        assert asked.answer
        for _ in range(2):
            assert await w.bot.terminate() == 0
            await w.start()
        form = await alice.select(asked.answer, None, "Outfit")
        await form.acknowledged()
        assert await w.bot.terminate() == 0
        await w.start()
        made = await final(await alice.submit_modal(form, {"words": "yellow raincoat"}))
        assert "outfit: yellow raincoat" in made.text
        assert "yellow raincoat" in w.vendor.orders[-1]["prompt"]
        assert w.vendor.orders[-1]["seed"] == 31
        await w.honest()


async def test_details_delete_and_the_menus(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice, bob = w.discord.member("alice"), w.discord.member("bob")
        card = await painted(w)
        details = await bob.use_menu(card, "Portrait details")
        await details.acknowledged()
        assert details.answer
        assert FEATURES in details.answer.text
        form = await bob.click(details.answer, "Use these settings")
        await form.acknowledged()
        made = await final(await bob.submit_modal(form, {}))
        assert f"by <@{alice.id}>, Use these settings" in made.text
        form = await alice.use_menu(card, "Save this face")
        await form.acknowledged()
        saved = await alice.submit_modal(form, {"name": "Mia"})
        await saved.acknowledged()
        assert saved.answer
        await saved.until(lambda answer: "Mia is saved" in answer.text)
        refused = await more(bob, card, "Delete")
        await refused.acknowledged()
        assert refused.answer
        assert "Only the member who asked for it" in refused.answer.text
        await deleted(alice, card)
        assert await w.discord.changes.until(lambda: card.deleted, 5)
        assert not made.deleted
        await w.honest()


async def test_a_private_message_is_deleted_too(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        card = await painted(w, private=True)
        assert card.is_ephemeral
        await deleted(w.discord.member("alice"), card)
        assert await w.discord.changes.until(lambda: card.deleted, 5)
        await w.honest()


@pytest.mark.parametrize("barred", [False, True])
async def test_a_pose_by_reference(tmp_path: Path, barred: bool) -> None:
    async with running_bot(tmp_path) as w:
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        if barred:
            w.vendor.barred.add("flux-kontext-dev")
        form = await alice.click(await painted(w), "Save this face")
        await form.acknowledged()
        await (await alice.submit_modal(form, {"name": "Mia"})).acknowledged()
        pose = {"character": "Mia", "scene": "at sea", "identity": "reference", "count": 2}
        card = await final(await alice.slash(art, "character pose", **pose))
        assert len(card.images) == 2
        assert ("could not go along" in card.text) == barred
        models = [order["model_id"] for order in w.vendor.accepted[1:]]
        assert models == ["fluxgram" if barred else "flux-kontext-dev"] * 2
        assert len(w.vendor.uploads) in {1, 2}
        await w.honest()


@pytest.mark.parametrize(("setting", "where"), [("true", "/attachments/"), ("false", "/uploads/")])
async def test_the_vendor_gets_discords_links_only_where_the_operator_wants_that(
    tmp_path: Path, setting: str, where: str
) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__DISCORD_LINKS=setting) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        card = await final(await alice.slash(art, "portrait", prompt="a sailor"))
        await final(await alice.click(card, "Vary subtle"))
        assert where in w.vendor.orders[-1]["init_image"]
        await w.honest()
