"""Every button that makes a picture, pressed as members press it: on images of images, tomorrow, within the limits."""

from pathlib import Path

import pytest

from bot.config import QuotaConfig
from bot.interactions.cards.portrait import LABELS
from tests.behaviour.members import FEATURES, MAKERS, SINGLE, deleted, execute, exists, painted, pressed
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, prefilled, staged, text_of, walk

pytestmark = pytest.mark.slow


async def test_the_card_has_every_button_in_two_rows(simulation: Simulation) -> None:
    card = await painted(simulation, count=4)
    assert list(buttons_of(card)) == list(LABELS.values())
    assert sum(1 for _ in walk(card.components)) <= 40
    assert [len(row["components"]) for row in walk(card.components) if row["type"] == 1] == [3, 3]
    assert len(text_of(card)) < 4000


@pytest.mark.parametrize("label", MAKERS)
async def test_a_button_makes_a_new_message_that_names_its_parent(simulation: Simulation, label: str) -> None:
    card = await painted(simulation)
    made = await pressed(simulation, card, label)
    assert made.id != card.id
    assert gallery_of(card)
    assert len(gallery_of(made)) == 1
    link = f"https://discord.com/channels/{simulation.guild.id}/{simulation.channel.id}/{card.id}"
    assert f"from [a portrait]({link}) by <@{simulation.alice.id}>, {label}" in text_of(made)
    assert "8 left today" in text_of(made)
    assert list(buttons_of(made)) == list(LABELS.values())


@pytest.mark.parametrize("label", MAKERS)
async def test_buttons_work_on_images_of_images_and_after_a_restart(simulation: Simulation, label: str) -> None:
    card = await painted(simulation)
    for before in ("Vary strong", "Sharper face"):
        card = await pressed(simulation, card, before)
    await simulation.restart()
    made = await pressed(simulation, card, label)
    assert len(gallery_of(made)) == 1
    await simulation.restart()
    again = await pressed(simulation, made, label)
    assert len(gallery_of(again)) == 1
    form = await simulation.click(simulation.alice, again, "Save this face")
    answer = await simulation.alice.submit_modal(form, {"name": "Kept", "features": FEATURES})
    assert "Kept is saved" in text_of(answer.response)


@pytest.mark.parametrize("label", SINGLE)
async def test_with_several_images_the_member_picks_one_first(simulation: Simulation, label: str) -> None:
    card = await painted(simulation, count=4, seed=50)
    question = await simulation.click(simulation.alice, card, label)
    assert question.ephemeral
    assert list(buttons_of(question.response)) == ["Image 1", "Image 2", "Image 3", "Image 4"]
    await simulation.restart()
    made = await pressed(simulation, question.response, "Image 3")
    assert not made.ephemeral
    body = simulation.vendor.orders[-1].body
    # The question has no image: the link comes from the portrait's own message.
    if "init_image" in body:
        assert body["init_image"] == gallery_of(card)[2]["media"]["url"]
    else:
        assert body["seed"] == 52
    assert simulation.vendor.uploads == []


async def test_reroll_of_several_is_several(simulation: Simulation) -> None:
    made = await pressed(simulation, await painted(simulation, count=3), "Reroll")
    assert len(gallery_of(made)) == 3


async def test_change_one_thing_says_what_changed_and_works_after_restarts(simulation: Simulation) -> None:
    card = await painted(simulation, count=2, seed=30)
    question = await simulation.click(simulation.alice, card, "Change one thing")
    asked = await simulation.click(simulation.alice, question.response, "Image 2")
    await simulation.restart()
    form = await simulation.alice.select(asked.response.message, ["outfit"])
    await simulation.restart()
    made = await simulation.final(await simulation.alice.submit_modal(form, {"words": "yellow raincoat"}))
    assert "outfit: yellow raincoat" in text_of(made)
    assert "Change one thing" in text_of(made)
    assert "seed 31 " in text_of(made)
    # The present words stand in the form.
    again = await simulation.click(simulation.alice, made, "Change one thing")
    form = await simulation.alice.select(again.response.message, ["outfit"])
    assert prefilled(form) == {"words": "yellow raincoat"}


async def test_upscale_doubles_until_it_is_as_large_as_it_can_be(simulation: Simulation) -> None:
    simulation.vendor.processing_polls = 1
    twice = await pressed(simulation, await painted(simulation), "Upscale")
    assert "256 x 256" in text_of(twice)  # the stand-in paints an eighth of everything
    four_times = await pressed(simulation, twice, "Upscale")
    refused = await simulation.click(simulation.alice, four_times, "Upscale")
    assert refused.ephemeral
    assert "as large as I can make it already" in text_of(refused.response)
    # The model is made for 1024 pixels: a variation starts from the picture before it was enlarged.
    first = simulation.vendor.orders[1]["init_image"]
    await pressed(simulation, four_times, "Vary subtle")
    assert simulation.vendor.orders[-1]["init_image"] == first
    await pressed(simulation, four_times, "Reroll")
    assert simulation.vendor.orders[-1].endpoint == "/v6/images/text2img"


async def test_what_is_made_from_a_private_portrait_is_private(simulation: Simulation) -> None:
    private = await painted(simulation, private=True)
    result = await simulation.click(simulation.alice, private, "Vary subtle")
    assert result.ephemeral
    made = await simulation.final(result)
    assert gallery_of(made)
    assert f"from a portrait by <@{simulation.alice.id}>" in text_of(made)
    assert "discord.com/channels" not in text_of(made)
    await deleted(simulation, made)
    assert not exists(simulation, made)


async def test_no_button_passes_the_quota(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(member_per_day=1)) as simulation:
        card = await painted(simulation)
        for label in MAKERS:
            refused = await simulation.click(simulation.alice, card, label)
            assert "your limit for a day (1)" in text_of(refused.response)
        asked = await simulation.click(simulation.alice, card, "Change one thing")
        form = await simulation.alice.select(asked.response.message, ["angle"])
        refused = await simulation.alice.submit_modal(form, {"words": "side profile"})
        assert "your limit for a day (1)" in text_of(refused.response)
        assert len(simulation.vendor.orders) == 1


async def test_every_button_keeps_to_the_words_and_channels_of_the_server(simulation: Simulation) -> None:
    card = await painted(simulation)
    asked = await simulation.click(simulation.alice, card, "Change one thing")
    form = await simulation.alice.select(asked.response.message, ["outfit"])
    await execute(
        simulation, f"INSERT INTO server_policy (guild_id, words) VALUES ({simulation.guild.id}, '[\"sailor\"]')"
    )
    refused = await simulation.alice.submit_modal(form, {"words": "a hat"})
    assert "not allowed here" in text_of(refused.response)
    for label in MAKERS:
        assert "not allowed here" in text_of((await simulation.click(simulation.alice, card, label)).response)
    await execute(simulation, "UPDATE server_policy SET words = NULL, channels = '[1]'")
    for label in MAKERS:
        assert "I paint only in" in text_of((await simulation.click(simulation.bob, card, label)).response)
    assert len(simulation.vendor.orders) == 1
