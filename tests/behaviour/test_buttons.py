"""Every button that makes a picture, pressed as members press it: on images of images, tomorrow, within the limits."""

from pathlib import Path

import pytest

from bot.config import QuotaConfig
from bot.interactions.cards.portrait import LABELS
from tests.behaviour.acting import FEATURES, MAKERS, SINGLE, execute, exists, painted, pressed
from tests.behaviour.stage import Stage, buttons_of, gallery_of, prefilled, staged, text_of, walk


async def test_the_card_has_every_button_in_two_rows(stage: Stage) -> None:
    card = await painted(stage, count=4)
    assert list(buttons_of(card)) == list(LABELS.values())
    assert sum(1 for _ in walk(card.components)) <= 40
    assert [len(row["components"]) for row in walk(card.components) if row["type"] == 1] == [5, 5]
    assert len(text_of(card)) < 4000


@pytest.mark.parametrize("label", MAKERS)
async def test_a_button_makes_a_new_message_that_names_its_parent(stage: Stage, label: str) -> None:
    card = await painted(stage)
    made = await pressed(stage, card, label)
    assert made.id != card.id
    assert gallery_of(card)
    assert len(gallery_of(made)) == 1
    link = f"https://discord.com/channels/{stage.guild.id}/{stage.channel.id}/{card.id}"
    assert f"from [a portrait]({link}) by <@{stage.alice.id}>, {label}" in text_of(made)
    assert "8 of 10 left today" in text_of(made)
    assert list(buttons_of(made)) == list(LABELS.values())


@pytest.mark.parametrize("label", MAKERS)
async def test_buttons_work_on_images_of_images_and_after_a_restart(stage: Stage, label: str) -> None:
    card = await painted(stage)
    for before in ("Vary strong", "Sharper face"):
        card = await pressed(stage, card, before)
    await stage.restart()
    made = await pressed(stage, card, label)
    assert len(gallery_of(made)) == 1
    await stage.restart()
    again = await pressed(stage, made, label)
    assert len(gallery_of(again)) == 1
    form = await stage.click(stage.alice, again, "Save this face")
    answer = await stage.alice.submit_modal(form, {"name": "Kept", "features": FEATURES})
    assert "Kept is saved" in text_of(answer.response)


@pytest.mark.parametrize("label", SINGLE)
async def test_with_several_images_the_member_picks_one_first(stage: Stage, label: str) -> None:
    card = await painted(stage, count=4, seed=50)
    question = await stage.click(stage.alice, card, label)
    assert question.ephemeral
    assert list(buttons_of(question.response)) == ["Image 1", "Image 2", "Image 3", "Image 4"]
    await stage.restart()
    made = await pressed(stage, question.response, "Image 3")
    assert not made.ephemeral
    body = stage.vendor.orders[-1].body
    # The question has no image: the link comes from the portrait's own message.
    if "init_image" in body:
        assert body["init_image"] == gallery_of(card)[2]["media"]["url"]
    else:
        assert body["seed"] == 52
    assert stage.vendor.uploads == []


async def test_reroll_of_several_is_several(stage: Stage) -> None:
    made = await pressed(stage, await painted(stage, count=3), "Reroll")
    assert len(gallery_of(made)) == 3


async def test_change_one_thing_says_what_changed_and_works_after_restarts(stage: Stage) -> None:
    card = await painted(stage, count=2, seed=30)
    question = await stage.click(stage.alice, card, "Change one thing")
    asked = await stage.click(stage.alice, question.response, "Image 2")
    await stage.restart()
    form = await stage.alice.select(asked.response.message, ["outfit"])
    await stage.restart()
    made = await stage.final(await stage.alice.submit_modal(form, {"words": "yellow raincoat"}))
    assert "outfit: yellow raincoat" in text_of(made)
    assert "Change one thing" in text_of(made)
    assert "seed 31 " in text_of(made)
    # The present words stand in the form.
    again = await stage.click(stage.alice, made, "Change one thing")
    form = await stage.alice.select(again.response.message, ["outfit"])
    assert prefilled(form) == {"words": "yellow raincoat"}


async def test_upscale_doubles_until_it_is_as_large_as_it_can_be(stage: Stage) -> None:
    stage.vendor.processing_polls = 1
    twice = await pressed(stage, await painted(stage), "Upscale")
    assert "256 x 256" in text_of(twice)  # the stand-in paints an eighth of everything
    four_times = await pressed(stage, twice, "Upscale")
    refused = await stage.click(stage.alice, four_times, "Upscale")
    assert refused.ephemeral
    assert "as large as I can make it already" in text_of(refused.response)
    # The model is made for 1024 pixels: a variation starts from the picture before it was enlarged.
    first = stage.vendor.orders[1]["init_image"]
    await pressed(stage, four_times, "Vary subtle")
    assert stage.vendor.orders[-1]["init_image"] == first
    await pressed(stage, four_times, "Reroll")
    assert stage.vendor.orders[-1].endpoint == "/v6/images/text2img"


async def test_what_is_made_from_a_private_portrait_is_private(stage: Stage) -> None:
    private = await painted(stage, private=True)
    result = await stage.click(stage.alice, private, "Vary subtle")
    assert result.ephemeral
    made = await stage.final(result)
    assert gallery_of(made)
    assert f"from a portrait by <@{stage.alice.id}>" in text_of(made)
    assert "discord.com/channels" not in text_of(made)
    await stage.click(stage.alice, made, "Delete")
    assert not exists(stage, made)


async def test_no_button_passes_the_quota(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(member_per_day=1)) as stage:
        card = await painted(stage)
        for label in MAKERS:
            refused = await stage.click(stage.alice, card, label)
            assert "your limit for a day (1)" in text_of(refused.response)
        asked = await stage.click(stage.alice, card, "Change one thing")
        form = await stage.alice.select(asked.response.message, ["angle"])
        refused = await stage.alice.submit_modal(form, {"words": "side profile"})
        assert "your limit for a day (1)" in text_of(refused.response)
        assert len(stage.vendor.orders) == 1


async def test_every_button_keeps_to_the_words_and_channels_of_the_server(stage: Stage) -> None:
    card = await painted(stage)
    asked = await stage.click(stage.alice, card, "Change one thing")
    form = await stage.alice.select(asked.response.message, ["outfit"])
    await execute(stage, f"INSERT INTO server_policy (guild_id, words) VALUES ({stage.guild.id}, '[\"sailor\"]')")
    refused = await stage.alice.submit_modal(form, {"words": "a hat"})
    assert "not allowed here" in text_of(refused.response)
    for label in MAKERS:
        assert "not allowed here" in text_of((await stage.click(stage.alice, card, label)).response)
    await execute(stage, "UPDATE server_policy SET words = NULL, channels = '[1]'")
    for label in MAKERS:
        assert "I paint only in" in text_of((await stage.click(stage.bob, card, label)).response)
    assert len(stage.vendor.orders) == 1
