"""Every button under a portrait, pressed as members press them: on images of images, tomorrow, by strangers."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.errors import BackendError

from bot.config import QuotaConfig
from bot.interactions.cards.portrait import LABELS
from tests.behaviour.stage import Stage, buttons_of, gallery_of, prefilled, staged, text_of, walk

FEATURES = "woman with short dark hair, freckles, brown eyes"
MAKERS = ["Reroll", "Vary subtle", "Vary strong", "Sharper face", "Less processed", "Upscale"]
SINGLE = [label for label in MAKERS if label != "Reroll"]


async def painted(stage: Stage, **options: Any) -> Any:
    request = {"prompt": "a sailor", "seed": 7} | options
    return await stage.final(await stage.alice.slash(stage.channel, "portrait", **request))


async def pressed(stage: Stage, card: Any, label: str, member: Any = None) -> Any:
    return await stage.final(await stage.click(member or stage.alice, card, label))


async def changed(stage: Stage, asked: Any, detail: str, words: str) -> Any:
    """From the menu of *Change one thing* to the new card."""
    form = await stage.alice.select(asked.response.message, [detail])
    return await stage.final(await stage.alice.submit_modal(form, {"words": words}))


async def execute(stage: Stage, sql: str) -> list[Any]:
    """A statement on the bot's own file; in a thread, because the bot may be in the middle of a transaction."""

    def run() -> list[Any]:
        with closing(sqlite3.connect(stage.config.database.path)) as connection, connection:
            return connection.execute(sql).fetchall()

    return await asyncio.to_thread(run)


def exists(stage: Stage, message: Any) -> bool:
    try:
        stage.env.backend.get_message(message.channel_id, message.id)
    except BackendError:
        return False
    return True


def take_down(stage: Stage, message: Any) -> None:
    """Somebody deletes the message, without the bot."""
    stage.env.backend.delete_message(message.channel_id, message.id)


async def saved(stage: Stage) -> None:
    card = await painted(stage, prompt=FEATURES, seed=99)
    form = await stage.click(stage.alice, card, "Save this face")
    await stage.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})


def forge(stage: Stage, message: Any, old: str, new: str) -> None:
    """A client that changed what a component sends: Discord itself lets only those of the message pass."""
    stored = stage.env.backend.get_message(message.channel_id, message.id)
    for component in walk(stored.components):
        if old in component.get("custom_id", ""):
            component["custom_id"] = component["custom_id"].replace(old, new)
        for option in component.get("options", []):
            option["value"] = option["value"].replace(old, new)


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


async def test_a_source_whose_message_is_gone_is_uploaded_from_the_kept_picture(stage: Stage) -> None:
    card = await painted(stage, count=2)
    question = await stage.click(stage.alice, card, "Vary subtle")
    take_down(stage, card)
    made = await pressed(stage, question.response, "Image 2")
    assert gallery_of(made)
    [upload] = stage.vendor.uploads
    assert stage.vendor.orders[-1]["init_image"] == f"http://{stage.vendor.host}/uploads/1.png"
    assert upload["base64_string"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("gone", [False, True])
async def test_an_old_link_of_a_variation_is_found_anew(stage: Stage, gone: bool) -> None:
    card = await painted(stage)
    varied = await pressed(stage, card, "Vary subtle")
    old = "'$.source.found_at', '2026-01-01T00:00:00Z', '$.source.url', 'https://dead.test/'"
    await execute(stage, f"UPDATE portrait SET spec = json_set(spec, {old}) WHERE parent_id IS NOT NULL")
    if gone:
        take_down(stage, card)
    await pressed(stage, varied, "Reroll")
    uploaded = f"http://{stage.vendor.host}/uploads/1.png"
    assert stage.vendor.orders[-1]["init_image"] == (uploaded if gone else gallery_of(card)[0]["media"]["url"])


async def test_a_source_that_is_not_kept_at_all_costs_nothing(stage: Stage) -> None:
    card = await painted(stage, count=2)
    question = await stage.click(stage.alice, card, "Vary subtle")
    take_down(stage, card)
    for file in stage.config.database.pictures.rglob("*.png"):
        file.unlink()
    before = len(stage.vendor.orders)
    made = await pressed(stage, question.response, "Image 1")
    assert "no longer kept. Nothing was charged" in text_of(made)
    assert len(stage.vendor.orders) == before


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


async def test_details_show_everything_needed_to_repeat_it(stage: Stage) -> None:
    card = await painted(stage, count=2, seed=50, style="documentary", framing="landscape", negative="hats")
    details = await stage.click(stage.alice, card, "Details")
    assert details.ephemeral
    text = text_of(details.response)
    body = stage.vendor.orders[-1].body
    for part in (body["prompt"], body["negative_prompt"], "50, 51", "fluxgram", "1024 x 768", "30", "7.5"):
        assert part in text
    for part in ("documentary", "landscape", "text to image"):
        assert part in text
    varied = await pressed(stage, await painted(stage), "Vary subtle")
    text = text_of((await stage.click(stage.bob, varied, "Details")).response)
    assert "strength 0.35" in text
    assert "image to image" in text


async def test_details_of_the_longest_words_fit_a_message_and_stay_inert(stage: Stage) -> None:
    nasty = "``` @everyone <@1> " * 60
    card = await painted(stage, prompt=nasty[:1000], negative=nasty[:500])
    details = await stage.click(stage.alice, card, "Details")
    text = text_of(details.response)
    assert len(text) <= 4000
    assert text.count("```") == 4


async def test_use_these_settings_works_after_a_restart_and_checks_what_is_typed(stage: Stage) -> None:
    details = await stage.click(stage.alice, await painted(stage), "Details")
    await stage.restart()
    form = await stage.click(stage.alice, details.response, "Use these settings")
    assert prefilled(form) == {"prompt": "a sailor", "seed": "7", "negative": ""}
    await stage.restart()
    made = await stage.final(await stage.alice.submit_modal(form, prefilled(form)))
    assert "Use these settings" in text_of(made)
    for wrong, sentence in (({"seed": "0"}, "from 1 to 4294967295"), ({"prompt": "  "}, "The prompt is empty")):
        form = await stage.click(stage.alice, details.response, "Use these settings")
        refused = await stage.alice.submit_modal(form, prefilled(form) | wrong)
        assert sentence in text_of(refused.response)


async def test_the_owner_deletes_and_nothing_is_made_from_it_any_more(stage: Stage) -> None:
    card = await painted(stage)
    varied = await pressed(stage, card, "Vary subtle")
    other = await painted(stage)
    question = await stage.click(stage.alice, card, "Details")
    await stage.click(stage.alice, card, "Delete")
    assert not exists(stage, card)
    refused = await stage.click(stage.alice, question.response, "Use these settings")
    assert "no longer kept" in text_of(refused.response)
    assert exists(stage, varied)
    assert exists(stage, other)


async def test_a_stranger_cannot_delete_and_a_moderator_can(stage: Stage) -> None:
    card = await painted(stage)
    refused = await stage.click(stage.bob, card, "Delete")
    assert refused.ephemeral
    assert "Only the member who asked for it can delete it" in text_of(refused.response)
    assert exists(stage, card)
    role = stage.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    carol = stage.guild.add_member(stage.env.create_user("carol"), roles=[role])
    await stage.click(carol, card, "Delete")
    assert not exists(stage, card)


async def test_a_moderator_of_another_channel_cannot_delete(stage: Stage) -> None:
    card = await painted(stage)
    portrait = buttons_of(card)["Delete"]["custom_id"].split(":")[2]
    role = stage.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    carol = stage.guild.add_member(stage.env.create_user("carol"), roles=[role])
    elsewhere = stage.guild.create_text_channel("elsewhere")
    own = await stage.final(await carol.slash(elsewhere, "portrait", prompt="a miller"))
    mine = buttons_of(own)["Delete"]["custom_id"].split(":")[2]
    forge(stage, own, mine, portrait)
    refused = await stage.click(carol, own, "Delete")
    assert "Only the member who asked for it" in text_of(refused.response)
    assert exists(stage, card)


async def test_the_menus_of_a_message_find_its_portrait(stage: Stage) -> None:
    card = await pressed(stage, await painted(stage, seed=61), "Sharper face")
    form = await stage.alice.context_menu(stage.channel, "Save this face", card.message)
    answer = await stage.alice.submit_modal(form, {"name": "Sailor", "features": FEATURES})
    assert "Sailor is saved" in text_of(answer.response)
    details = await stage.bob.context_menu(stage.channel, "Portrait details", card.message)
    assert details.ephemeral
    assert "sharp focus, high detail, 8k" in text_of(details.response)


async def test_the_menus_on_other_messages_say_so(stage: Stage) -> None:
    message = await stage.alice.send(stage.channel, "hello")
    for name in ("Save this face", "Portrait details"):
        answer = await stage.alice.context_menu(stage.channel, name, message)
        assert answer.ephemeral
        assert "There is no portrait of mine in that message" in text_of(answer.response)


async def test_the_menu_asks_which_face_where_there_are_several(stage: Stage) -> None:
    card = await painted(stage, count=2, seed=80)
    question = await stage.alice.context_menu(stage.channel, "Save this face", card.message)
    form = await stage.click(stage.alice, question.response, "Image 2")
    await stage.alice.submit_modal(form, {"name": "Second", "features": FEATURES})
    assert await execute(stage, "SELECT seed FROM character") == [(81,)]


@pytest.mark.parametrize("label", [*MAKERS, "Details", "Save this face", "Change one thing"])
async def test_a_private_portrait_belongs_to_its_owner_whatever_is_forged(stage: Stage, label: str) -> None:
    private = await painted(stage, private=True)
    public = await painted(stage)
    secret, open_ = (buttons_of(card)["Details"]["custom_id"].split(":")[2] for card in (private, public))
    forge(stage, public, open_, secret)
    before = len(stage.vendor.orders)
    refused = await stage.click(stage.bob, public, label)
    assert refused.ephemeral
    assert text_of(refused.response) == "That portrait is no longer kept."
    assert len(stage.vendor.orders) == before


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


@pytest.mark.parametrize("label", [*SINGLE, "Save this face", "Change one thing"])
async def test_a_forged_image_gets_one_sentence(stage: Stage, label: str) -> None:
    card = await painted(stage, count=2)
    question = await stage.click(stage.alice, card, label)
    verb = buttons_of(question.response)["Image 1"]["custom_id"]
    forge(stage, question.response, verb, verb[:-1] + "7")
    refused = await stage.click(stage.alice, question.response, "Image 1")
    assert refused.ephemeral
    assert text_of(refused.response) == "That image is no longer kept."
    assert len(stage.vendor.orders) == 2


async def test_forged_verbs_and_details_get_one_sentence(stage: Stage) -> None:
    card = await painted(stage)
    forge(stage, card, "p1:sharper", "p1:shaper")
    refused = await stage.click(stage.alice, card, "Sharper face")
    assert "I do not know that button" in text_of(refused.response)
    asked = await stage.click(stage.alice, card, "Change one thing")
    forge(stage, asked.response, "outfit", "soul")
    refused = await stage.alice.select(asked.response.message, ["soul"])
    assert "There is no detail of that name. Choose one of: expression, outfit" in text_of(refused.response)
    form = await stage.alice.select(asked.response.message, ["angle"])
    for forged, sentence in (
        ("f1:change:{0}:0:soul", "There is no detail of that name"),
        ("f1:change:{0}:9:angle", "That image is no longer kept"),
        ("f1:change:{0}", "There is no detail of that name"),
        ("f1:nonsense:{0}", "I do not know that button"),
    ):
        portrait = form.modal["custom_id"].split(":")[2]
        form._interaction.modal["custom_id"] = forged.format(portrait)
        answer = await stage.alice.submit_modal(form, {"words": "x"})
        assert sentence in text_of(answer.response)
        form = await stage.alice.select(asked.response.message, ["angle"])
    assert len(stage.vendor.orders) == 1


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


async def test_details_of_poses_are_suggested(stage: Stage) -> None:
    choices = await stage.alice.autocomplete(stage.channel, "character pose", "lighting", "WINDOW")
    assert [choice["value"] for choice in choices] == ["natural window light"]
    for detail in ("expression", "outfit", "lighting", "angle", "background"):
        choices = await stage.alice.autocomplete(stage.channel, "character pose", detail, "")
        assert 12 <= len(choices) <= 25


async def test_a_pose_by_reference_without_a_saved_picture_says_so(stage: Stage) -> None:
    await stage.alice.slash(stage.channel, "character save", name="Tom", features=FEATURES)
    stage.vendor.job_seconds = 1.0
    pose = {"character": "Tom", "scene": "on a pier", "identity": "reference"}
    waiting = await stage.alice.slash(stage.channel, "character pose", **pose)
    assert "no saved picture of this character" in text_of(waiting.response)
    await stage.final(waiting)
    assert stage.vendor.orders[-1].endpoint == "/v6/images/text2img"


async def test_a_saved_picture_that_is_gone_is_done_without(stage: Stage) -> None:
    await saved(stage)
    for file in stage.config.database.pictures.rglob("*.png"):
        file.unlink()
    pose = {"character": "Mia", "scene": "on a pier", "identity": "reference"}
    card = await stage.final(await stage.alice.slash(stage.channel, "character pose", **pose))
    assert "The saved picture is no longer kept" in text_of(card)
    assert stage.vendor.orders[-1].endpoint == "/v6/images/text2img"
