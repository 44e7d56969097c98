"""Under a sheet, and under a character's card: every button knows which picture is meant, also after a restart."""

from typing import Any

import pytest

from tests.behaviour.sheets import ANGLES, CAPTIONS, FEATURES, REFUSED, ask, galleries_of, save_mia, sheet
from tests.behaviour.stage import Stage, buttons_of, gallery_of, settled, text_of, walk
from tests.fakes.vendor import Answer


async def test_the_buttons_of_a_sheet_ask_for_the_picture_by_its_caption(stage: Stage) -> None:
    await save_mia(stage)
    card = await sheet(stage)
    question = await stage.click(stage.alice, card, "Sharper face")
    assert list(buttons_of(question.response)) == CAPTIONS
    await stage.restart()
    made = await stage.final(await stage.click(stage.alice, question.response, "Angry"))
    assert len(gallery_of(made)) == 1
    assert ", angry, jaw set, " in stage.vendor.orders[-1]["prompt"]
    assert (stage.vendor.orders[-1]["seed"], stage.vendor.orders[-1]["num_inference_steps"]) == (99, 35)
    question = await stage.click(stage.alice, card, "Vary subtle")
    await stage.final(await stage.click(stage.alice, question.response, "Sad"))
    assert stage.vendor.orders[-1]["init_image"] == galleries_of(card)[1][3]["media"]["url"]


async def test_change_one_thing_starts_from_the_words_of_the_panel(stage: Stage) -> None:
    await save_mia(stage)
    card = await sheet(stage, set="turnaround")
    question = await stage.click(stage.alice, card, "Change one thing")
    menu = await stage.click(stage.alice, question.response, "Profile")
    select = next(each for each in walk(menu.response.components) if each["type"] == 3)
    form = await stage.alice.select(menu.response.message, custom_id=select["custom_id"], values=["angle"])
    assert form.modal["components"][0]["component"]["value"] == ANGLES[2]
    made = await stage.final(await stage.alice.submit_modal(form, {"words": "looking over the shoulder"}))
    assert len(gallery_of(made)) == 1
    assert "looking over the shoulder" in stage.vendor.orders[-1]["prompt"]


async def test_save_this_face_from_a_panel(stage: Stage) -> None:
    await save_mia(stage)
    question = await stage.click(stage.alice, await sheet(stage), "Save this face")
    form = await stage.click(stage.alice, question.response, "Smiling")
    await stage.alice.submit_modal(form, {"name": "Ada", "features": FEATURES})
    shown = (await stage.alice.slash(stage.channel, "character show", character="Ada")).response
    assert "seed 99" in text_of(shown)
    assert gallery_of(shown)


async def test_reroll_is_a_whole_sheet_with_one_new_seed(stage: Stage) -> None:
    await save_mia(stage)
    card = await sheet(stage, set="turnaround")
    again = await stage.final(await stage.click(stage.alice, card, "Reroll"))
    assert len(gallery_of(again)) == 5
    seeds = [order["seed"] for order in stage.vendor.orders[4:]]
    assert len(set(seeds)) == 1
    assert seeds[0] != 99


async def test_details_and_their_settings_repeat_the_sheet(stage: Stage) -> None:
    await save_mia(stage)
    shown = await stage.click(stage.alice, await sheet(stage, set="turnaround"), "Details")
    assert "**Sheet** of 4, one for each angle" in text_of(shown.response)
    form = await stage.click(stage.alice, shown.response, "Use these settings")
    again = await stage.final(await stage.alice.submit_modal(form, {"prompt": "", "seed": "7", "negative": ""}))
    assert len(gallery_of(again)) == 5
    assert {order["seed"] for order in stage.vendor.orders[4:]} == {7}


async def test_the_gallery_shows_a_sheet_with_its_buttons(stage: Stage) -> None:
    await save_mia(stage)
    await sheet(stage)
    await settled(stage)
    page = (await stage.alice.slash(stage.channel, "gallery")).response
    assert len(gallery_of(page)) == 6
    assert "**Mia**, expressions" in text_of(page)
    assert ", surprised, eyes wide, " in gallery_of(page)[5]["description"]


async def card_of(stage: Stage, member: Any) -> Any:
    return (await member.slash(stage.channel, "character show", character="Mia")).response


@pytest.mark.parametrize(("label", "count"), [("Expressions", 6), ("Turnaround", 4)])
async def test_the_button_of_a_card_asks_for_the_set(stage: Stage, label: str, count: int) -> None:
    await save_mia(stage)
    question = await stage.click(stage.alice, await card_of(stage, stage.alice), "Sheet")
    assert question.ephemeral
    await stage.restart()
    made = await stage.final(await stage.click(stage.alice, question.response, label))
    assert not made.ephemeral
    assert len(gallery_of(made)) == count + 1


async def test_the_button_for_outfits_opens_a_form_that_outlives_a_restart(stage: Stage) -> None:
    await save_mia(stage)
    question = await stage.click(stage.alice, await card_of(stage, stage.alice), "Sheet")
    form = await stage.click(stage.alice, question.response, "Outfits")
    await stage.restart()
    made = await stage.final(await stage.alice.submit_modal(form, {"outfits": "raincoat\nwhite shirt, black tie\n"}))
    assert len(gallery_of(made)) == 3
    assert sorted(order["prompt"].split("eyes, ")[1].split(", professional")[0] for order in stage.vendor.orders) == [
        "raincoat",
        "white shirt, black tie",
    ]


async def test_a_neighbour_paints_a_shared_character_on_their_own_quota(stage: Stage) -> None:
    await save_mia(stage)
    refused = await ask(stage, stage.bob)
    assert "no character named" in text_of(refused.response)
    await stage.alice.slash(stage.channel, "character share", character="Mia")
    question = await stage.click(stage.bob, await card_of(stage, stage.alice), "Sheet")
    made = await stage.final(await stage.click(stage.bob, question.response, "Turnaround"))
    assert "6 of 10 left today" in text_of(made)
    await stage.alice.slash(stage.channel, "character unshare", character="Mia")
    gone = await stage.click(stage.bob, question.response, "Expressions")
    assert "not shared here any more" in text_of(gone.response)
    assert len(stage.vendor.orders) == 4
    assert "4 of 10 left today" in text_of(await sheet(stage))


async def test_a_double_click_on_a_set_paints_it_once(stage: Stage) -> None:
    await save_mia(stage)
    question = await stage.click(stage.alice, await card_of(stage, stage.alice), "Sheet")
    first = await stage.click(stage.alice, question.response, "Turnaround")
    second = await stage.click(stage.alice, question.response, "Turnaround")
    assert "You pressed that twice" in text_of(second.response)
    assert "6 of 10 left today" in text_of(await stage.final(first))
    assert len(stage.vendor.orders) == 4


async def test_what_is_missing_of_a_sheet_is_painted_by_one_click(stage: Stage) -> None:
    await save_mia(stage)
    stage.vendor.script += [REFUSED, Answer(), REFUSED]
    card = await sheet(stage)
    assert "Try again: 2 missing" in buttons_of(card)
    await stage.restart()
    again = await stage.final(await stage.click(stage.alice, card, "Try again"))
    assert len(gallery_of(again)) == 3
    assert {order["seed"] for order in stage.vendor.orders} == {99}
    shown = "".join(item["description"] for message in (card, again) for item in galleries_of(message)[1])
    assert all(mood in shown for mood in ("calm", "soft smile", "laughing", "sad", "angry", "surprised"))


async def test_settings_of_a_picture_from_a_panel_ask_for_no_scene(stage: Stage) -> None:
    await save_mia(stage)
    question = await stage.click(stage.alice, await sheet(stage), "Sharper face")
    sharp = await stage.final(await stage.click(stage.alice, question.response, "Angry"))
    shown = await stage.click(stage.alice, sharp, "Details")
    form = await stage.click(stage.alice, shown.response, "Use these settings")
    again = await stage.final(await stage.alice.submit_modal(form, {"prompt": "", "seed": "7", "negative": ""}))
    assert len(gallery_of(again)) == 1
    assert stage.vendor.orders[-1]["seed"] == 7
