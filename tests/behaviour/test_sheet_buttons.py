"""Under a sheet, and under a character's card: every button knows which picture is meant, also after a restart."""

from typing import Any

import pytest

from tests.behaviour.sheets import ANGLES, CAPTIONS, FEATURES, REFUSED, ask, entries_of, save_mia, sheet
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, settled, text_of, walk
from tests.behaviour.test_gallery import opened
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow


async def test_the_buttons_of_a_sheet_ask_for_the_picture_by_its_caption(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation)
    question = await simulation.click(simulation.alice, card, "Sharper face")
    assert list(buttons_of(question.response)) == CAPTIONS
    await simulation.restart()
    made = await simulation.final(await simulation.click(simulation.alice, question.response, "Angry"))
    assert len(gallery_of(made)) == 1
    assert ", angry, jaw set, " in simulation.vendor.orders[-1]["prompt"]
    assert (simulation.vendor.orders[-1]["seed"], simulation.vendor.orders[-1]["num_inference_steps"]) == (99, 35)
    question = await simulation.click(simulation.alice, card, "Vary subtle")
    await simulation.final(await simulation.click(simulation.alice, question.response, "Sad"))
    # No message shows this picture alone: the kept one goes to the vendor.
    assert len(simulation.vendor.uploads) == 1
    assert simulation.vendor.orders[-1]["init_image"].startswith(simulation.vendor.base_url.rpartition("/")[0])


async def test_change_one_thing_starts_from_the_words_of_the_panel(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation, set="turnaround")
    question = await simulation.click(simulation.alice, card, "Change one thing")
    menu = await simulation.click(simulation.alice, question.response, "Profile")
    select = next(each for each in walk(menu.response.components) if each["type"] == 3)
    form = await simulation.alice.select(menu.response.message, custom_id=select["custom_id"], values=["angle"])
    assert form.modal["components"][0]["component"]["value"] == ANGLES[2]
    made = await simulation.final(await simulation.alice.submit_modal(form, {"words": "looking over the shoulder"}))
    assert len(gallery_of(made)) == 1
    assert "looking over the shoulder" in simulation.vendor.orders[-1]["prompt"]


async def test_save_this_face_from_a_panel(simulation: Simulation) -> None:
    await save_mia(simulation)
    question = await simulation.click(simulation.alice, await sheet(simulation), "Save this face")
    form = await simulation.click(simulation.alice, question.response, "Smiling")
    await simulation.alice.submit_modal(form, {"name": "Ada", "features": FEATURES})
    shown = (await simulation.alice.slash(simulation.channel, "character show", character="Ada")).response
    assert "seed 99" in text_of(shown)
    assert gallery_of(shown)


async def test_reroll_is_a_whole_sheet_with_one_new_seed(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation, set="turnaround")
    again = await simulation.final(await simulation.click(simulation.alice, card, "Reroll"))
    assert len(entries_of(again)) == 5
    seeds = [order["seed"] for order in simulation.vendor.orders[4:]]
    assert len(set(seeds)) == 1
    assert seeds[0] != 99


async def test_details_and_their_settings_repeat_the_sheet(simulation: Simulation) -> None:
    await save_mia(simulation)
    shown = await simulation.click(simulation.alice, await sheet(simulation, set="turnaround"), "Details")
    assert "**Sheet** of 4, one for each angle" in text_of(shown.response)
    form = await simulation.click(simulation.alice, shown.response, "Use these settings")
    again = await simulation.final(
        await simulation.alice.submit_modal(form, {"prompt": "", "seed": "7", "negative": ""})
    )
    assert len(entries_of(again)) == 5
    assert {order["seed"] for order in simulation.vendor.orders[4:]} == {7}


async def test_the_gallery_shows_a_sheet_with_its_buttons(simulation: Simulation) -> None:
    await save_mia(simulation)
    await sheet(simulation)
    await settled(simulation)
    page = (await simulation.alice.slash(simulation.channel, "gallery")).response
    page = await opened(simulation, page, 1)
    assert len(gallery_of(page)) == 6
    assert "**Mia**, expressions" in text_of(page)
    assert ", surprised, eyes wide" in gallery_of(page)[5]["description"]


async def card_of(simulation: Simulation, member: Any) -> Any:
    return (await member.slash(simulation.channel, "character show", character="Mia")).response


@pytest.mark.parametrize(("label", "count"), [("Expressions", 6), ("Turnaround", 4)])
async def test_the_button_of_a_card_asks_for_the_set(simulation: Simulation, label: str, count: int) -> None:
    await save_mia(simulation)
    question = await simulation.click(simulation.alice, await card_of(simulation, simulation.alice), "Sheet")
    assert question.ephemeral
    await simulation.restart()
    made = await simulation.final(await simulation.click(simulation.alice, question.response, label))
    assert not made.ephemeral
    assert len(entries_of(made)) == count + 1


async def test_the_button_for_outfits_opens_a_form_that_outlives_a_restart(simulation: Simulation) -> None:
    await save_mia(simulation)
    question = await simulation.click(simulation.alice, await card_of(simulation, simulation.alice), "Sheet")
    form = await simulation.click(simulation.alice, question.response, "Outfits")
    await simulation.restart()
    made = await simulation.final(
        await simulation.alice.submit_modal(form, {"outfits": "raincoat\nwhite shirt, black tie\n"})
    )
    assert len(entries_of(made)) == 3
    assert sorted(
        order["prompt"].split("eyes, ")[1].split(", professional")[0] for order in simulation.vendor.orders
    ) == [
        "raincoat",
        "white shirt, black tie",
    ]


async def test_a_neighbour_paints_a_shared_character_on_their_own_quota(simulation: Simulation) -> None:
    await save_mia(simulation)
    refused = await ask(simulation, simulation.bob)
    assert "no character named" in text_of(refused.response)
    await simulation.alice.slash(simulation.channel, "character share", character="Mia")
    question = await simulation.click(simulation.bob, await card_of(simulation, simulation.alice), "Sheet")
    made = await simulation.final(await simulation.click(simulation.bob, question.response, "Turnaround"))
    assert "6 left today" in text_of(made)
    await simulation.alice.slash(simulation.channel, "character unshare", character="Mia")
    gone = await simulation.click(simulation.bob, question.response, "Expressions")
    assert "not shared here any more" in text_of(gone.response)
    assert len(simulation.vendor.orders) == 4
    assert "4 left today" in text_of(await sheet(simulation))


async def test_a_double_click_on_a_set_paints_it_once(simulation: Simulation) -> None:
    await save_mia(simulation)
    question = await simulation.click(simulation.alice, await card_of(simulation, simulation.alice), "Sheet")
    first = await simulation.click(simulation.alice, question.response, "Turnaround")
    second = await simulation.click(simulation.alice, question.response, "Turnaround")
    assert "You pressed that twice" in text_of(second.response)
    assert "6 left today" in text_of(await simulation.final(first))
    assert len(simulation.vendor.orders) == 4


async def test_what_is_missing_of_a_sheet_is_painted_by_one_click(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.script += [REFUSED, Answer(), REFUSED]
    card = await sheet(simulation)
    assert "Try again: 2 missing" in buttons_of(card)
    await simulation.restart()
    again = await simulation.final(await simulation.click(simulation.alice, card, "Try again"))
    assert len(entries_of(again)) == 3
    assert {order["seed"] for order in simulation.vendor.orders} == {99}
    shown = "".join(item["description"] for message in (card, again) for item in gallery_of(message))
    assert all(mood in shown for mood in ("Calm", "Smiling", "Laughing", "Sad", "Angry", "Surprised"))


async def test_settings_of_a_picture_from_a_panel_ask_for_no_scene(simulation: Simulation) -> None:
    await save_mia(simulation)
    question = await simulation.click(simulation.alice, await sheet(simulation), "Sharper face")
    sharp = await simulation.final(await simulation.click(simulation.alice, question.response, "Angry"))
    shown = await simulation.click(simulation.alice, sharp, "Details")
    form = await simulation.click(simulation.alice, shown.response, "Use these settings")
    again = await simulation.final(
        await simulation.alice.submit_modal(form, {"prompt": "", "seed": "7", "negative": ""})
    )
    assert len(gallery_of(again)) == 1
    assert simulation.vendor.orders[-1]["seed"] == 7
