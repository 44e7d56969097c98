"""Scenes as members ask for them: by option and by form, with what exactly is sent for each of them."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import QuotaConfig
from tests.behaviour.sheets import FEATURES, REFUSED, entries_of, galleries_of, opened, save_mia
from tests.behaviour.simulation import (
    Simulation,
    buttons_of,
    gallery_of,
    prefilled,
    settled,
    staged,
    text_of,
    walk,
)
from tests.behaviour.test_gallery import opened as opened_of
from tests.behaviour.test_requests import IMAGE, STUDIO, TEXT, Body, edited, mia
from tests.fakes.faces import a_face
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

THREE = ("reading by a rainy window", "on a pier, at dawn", "asleep, a cat on her lap")
LEAD = "The same person as in the picture, with the same face, hair and skin: "


async def ask(simulation: Simulation, member: Any = None, **options: Any) -> Any:
    request = {"character": "Mia", "scenes": " | ".join(THREE)} | options
    given = {name: value for name, value in request.items() if value is not None}
    return await (member or simulation.alice).slash(simulation.channel, "character scenes", **given)


async def scenes(simulation: Simulation, **options: Any) -> Any:
    return await simulation.final(await ask(simulation, **options))


def sent(simulation: Simulation) -> list[tuple[str, Body]]:
    """All orders in the order of their prompts, types included: they leave side by side."""
    found = [
        (order.endpoint, Body({name: value for name, value in order.body.items() if name not in {"key", "track_id"}}))
        for order in simulation.vendor.orders
    ]
    return sorted(found, key=lambda each: each[1]["prompt"])


def prompts(*words: str, lead: str = "") -> list[str]:
    return sorted(f"{lead}Mia, {FEATURES}, {each}, {STUDIO}" for each in words)


async def test_three_scenes_by_seed(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await scenes(simulation)
    assert sent(simulation) == [(TEXT, Body(mia(prompt=prompt))) for prompt in prompts(*THREE)]
    captions = [f"{number}. {words}" for number, words in enumerate(THREE, start=1)]
    [[contact]] = galleries_of(card)
    assert contact["description"] == f"Contact sheet of Mia: {', '.join(captions)}"
    assert entries_of(card) == [*captions, "All 3 pictures"]
    assert "**Mia**, scenes" in text_of(card)
    assert "3 images · 7 left today" in text_of(card)
    assert "seed 99 " in text_of(card)


async def test_three_scenes_by_reference(simulation: Simulation) -> None:
    await save_mia(simulation, reference=("mia.png", a_face("PNG")))
    card = await scenes(simulation, identity="reference")
    link = sent(simulation)[0][1]["init_image"]
    wanted = [edited(simulation, prompt=prompt, init_image=link) for prompt in prompts(*THREE, lead=LEAD)]
    assert sent(simulation) == [(IMAGE, Body(each)) for each in wanted]
    assert len(simulation.vendor.uploads) == 1
    assert "face by its saved picture" in text_of(card)


async def test_every_option_holds_in_every_scene(simulation: Simulation) -> None:
    await save_mia(simulation)
    await scenes(
        simulation,
        scenes="in a train|in a tent",
        style="documentary",
        framing="landscape",
        expression="a soft smile",
        outfit="raincoat",
        lighting="candlelight",
        angle="side profile",
        seed=5,
    )
    rest = "documentary portrait, candlelight, side profile, 35mm grain, muted colours, authentic emotion"
    wanted = [f"Mia, {FEATURES}, a soft smile, raincoat, {scene}, {rest}" for scene in ("in a tent", "in a train")]
    assert sent(simulation) == [(TEXT, Body(mia(prompt=prompt, seed=5, width=1024, height=768))) for prompt in wanted]


async def test_ten_scenes_are_reserved_and_counted_together(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.job_seconds = 0.5
    answer = await ask(simulation, scenes="|".join(f"scene {number}" for number in range(10)))
    assert "10 images reserved" in text_of(answer.response)
    card = await simulation.final(answer)
    assert len(entries_of(card)) == 11
    assert "10 images · 0 left today" in text_of(card)
    [contact] = card.attachments
    with Image.open(io.BytesIO(await contact.read())) as image:
        assert image.height > image.width > 1400


async def form_of(simulation: Simulation, **options: Any) -> Any:
    return await ask(simulation, scenes=None, **options)


async def test_without_the_option_a_form_takes_one_a_line_also_after_a_restart(simulation: Simulation) -> None:
    await save_mia(simulation)
    form = await form_of(simulation)
    assert list(prefilled(form)) == ["scenes", "outfit", "expression"]
    await simulation.restart()
    typed = {"scenes": "1. reading, by a window\n\n  \n- on a pier | at dawn\n", "outfit": "raincoat"}
    card = await simulation.final(await simulation.alice.submit_modal(form, typed))
    assert entries_of(card)[:2] == ["1. reading, by a window", "2. on a pier | at dawn"]
    wanted = prompts("raincoat, reading, by a window", "raincoat, on a pier | at dawn")
    assert [body["prompt"] for _, body in sent(simulation)] == wanted


async def test_what_was_chosen_before_the_form_opened_holds(simulation: Simulation) -> None:
    await save_mia(simulation)
    form = await form_of(
        simulation,
        style="environmental",
        framing="full body",
        identity="seed",
        lighting="candlelight",
        angle="side profile",
        seed=4294967295,
        private=True,
    )
    await simulation.restart()
    given = prefilled(form)
    assert (given["lighting"], given["angle"]) == ("candlelight", "side profile")
    answer = await simulation.alice.submit_modal(form, given | {"scenes": "in a train\nin a tent"})
    assert answer.ephemeral
    await simulation.final(answer)
    for _, body in sent(simulation):
        assert (body["seed"], body["width"]) == (4294967295, 768)
        assert "outdoor environment" in body["prompt"]
        assert "candlelight, side profile" in body["prompt"]


async def test_the_button_of_a_card_opens_the_form(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = (await simulation.alice.slash(simulation.channel, "character show", character="Mia")).response
    question = await simulation.click(simulation.alice, card, "Sheet")
    form = await simulation.click(simulation.alice, question.response, "Scenes (2 to 10)")
    made = await simulation.final(await simulation.alice.submit_modal(form, {"scenes": "in a train\nin a tent"}))
    assert len(entries_of(made)) == 3


WRONG = [
    ("reading", "I read 1 scene, and 2 to 10 are painted together"),
    ("reading\nReading \n\n", "I read 1 scene, and 2 to 10"),
    (" | || ", "I read no scene, and 2 to 10"),
    ("\n".join(f"scene {number}" for number in range(11)), "I read 11 scenes, and 2 to 10"),
    (f"reading\n{'b' * 351}", "The scene number 2 is too long: 351 characters, 350 at most."),
    ("reading\na nude child", "words that are not allowed here"),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
async def test_what_is_wrong_is_said_and_costs_nothing(simulation: Simulation, typed: str, sentence: str) -> None:
    await save_mia(simulation)
    for answer in (
        await ask(simulation, scenes=typed.replace("\n", "|")),
        await simulation.alice.submit_modal(await form_of(simulation), {"scenes": typed}),
    ):
        assert answer.ephemeral
        assert sentence in text_of(answer.response)
    assert simulation.vendor.orders == []
    assert "7 left today" in text_of(await scenes(simulation))


async def test_words_that_are_innocent_apart_are_judged_with_what_holds_in_every_scene(simulation: Simulation) -> None:
    await save_mia(simulation)
    answer = await ask(simulation, scenes="at the beach | a child plays", outfit="nude")
    assert "words that are not allowed here" in text_of(answer.response)
    assert simulation.vendor.orders == []


async def test_a_character_that_is_gone_or_not_shared_any_more(simulation: Simulation) -> None:
    await save_mia(simulation)
    await simulation.alice.slash(simulation.channel, "character share", character="Mia")
    theirs = await simulation.bob.slash(simulation.channel, "character scenes", character="Mia")
    mine = await form_of(simulation)
    await simulation.alice.slash(simulation.channel, "character unshare", character="Mia")
    typed = {"scenes": "in a train\nin a tent"}
    assert "not shared here any more" in text_of((await simulation.bob.submit_modal(theirs, typed)).response)
    question = await simulation.alice.slash(simulation.channel, "character delete", character="Mia")
    await simulation.click(simulation.alice, question.response, "Delete")
    assert "not kept any more" in text_of((await simulation.alice.submit_modal(mine, typed)).response)
    assert "no character named" in text_of((await form_of(simulation)).response)
    assert simulation.vendor.orders == []


async def test_a_limit_with_room_for_a_part_refuses_the_whole(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(member_per_day=4)) as simulation:
        await save_mia(simulation)
        answer = await ask(simulation, scenes="a|b|c|d|e")
        assert "5 images at once is more than your limit for a day (4) ever holds" in text_of(answer.response)
        await scenes(simulation)
        answer = await ask(simulation, scenes="a|b")
        assert "1 image left, 2 asked for" in text_of(answer.response)
        assert len(simulation.vendor.orders) == 3


async def test_what_failed_is_refunded_named_and_painted_by_one_click(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.script += [REFUSED, Answer(), REFUSED]
    card = await scenes(simulation)
    assert "2 of 3 could not be painted and cost nothing: " in text_of(card)
    assert "1 image · 9 left today" in text_of(card)
    assert "Try again: 2 missing" in buttons_of(card)
    await simulation.restart()
    again = await simulation.final(await simulation.click(simulation.alice, card, "Try again"))
    assert len(entries_of(again)) == 3
    assert f"from [a sheet](https://discord.com/channels/{simulation.guild.id}" in text_of(again)
    assert f"by <@{simulation.alice.id}>, Try again" in text_of(again)
    shown = "".join(item["description"] for message in (card, again) for item in gallery_of(message))
    assert all(words in shown for words in THREE)
    assert {order["seed"] for order in simulation.vendor.orders} == {99}


async def test_one_picture_of_scenes_has_its_own_buttons(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await scenes(simulation)
    one = (await opened(simulation, card, "2. on a pier")).response
    await simulation.final(await simulation.click(simulation.alice, one, "Reroll"))
    body = simulation.vendor.orders[-1].body
    assert body["prompt"] == prompts(THREE[1])[0]
    assert body["seed"] != 99
    await simulation.final(await simulation.click(simulation.alice, one, "Vary subtle"))
    assert simulation.vendor.orders[-1]["prompt"] == prompts(THREE[1])[0]
    form = await simulation.click(simulation.alice, one, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Ada", "features": FEATURES})
    shown = (await simulation.alice.slash(simulation.channel, "character show", character="Ada")).response
    assert "seed 99" in text_of(shown)
    menu = await simulation.click(simulation.alice, one, "Change one thing")
    select = next(each for each in walk(menu.response.components) if each["type"] == 3)
    form = await simulation.alice.select(menu.response.message, custom_id=select["custom_id"], values=["background"])
    await simulation.final(await simulation.alice.submit_modal(form, {"words": "in a library"}))
    assert simulation.vendor.orders[-1]["prompt"] == prompts("in a library")[0]


async def test_reroll_is_all_scenes_with_one_new_seed(simulation: Simulation) -> None:
    await save_mia(simulation)
    again = await simulation.final(await simulation.click(simulation.alice, await scenes(simulation), "Reroll"))
    assert len(entries_of(again)) == 4
    seeds = {order["seed"] for order in simulation.vendor.orders[3:]}
    assert len(seeds) == 1
    assert seeds != {99}


async def test_details_and_their_settings_hold_the_scenes_one_a_line(simulation: Simulation) -> None:
    await save_mia(simulation)
    shown = await simulation.click(simulation.alice, await scenes(simulation), "Details")
    assert "**Sheet** of 3, one for each scene" in text_of(shown.response)
    form = await simulation.click(simulation.alice, shown.response, "Use these settings")
    given = prefilled(form)
    assert given["prompt"] == "\n".join(THREE)
    typed = given | {"prompt": f"{given['prompt']}\nin a train", "seed": "7"}
    again = await simulation.final(await simulation.alice.submit_modal(form, typed))
    assert len(entries_of(again)) == 5
    assert sorted(order["prompt"] for order in simulation.vendor.orders[3:]) == prompts(*THREE, "in a train")
    assert {order["seed"] for order in simulation.vendor.orders[3:]} == {7}
    form = await simulation.click(simulation.alice, shown.response, "Use these settings")
    refused = await simulation.alice.submit_modal(form, typed | {"prompt": "\n".join(map(str, range(11)))})
    assert "I read 11 scenes, and 1 to 10" in text_of(refused.response)


async def test_the_gallery_shows_scenes(simulation: Simulation) -> None:
    await save_mia(simulation)
    await scenes(simulation)
    await settled(simulation)
    page = (await simulation.alice.slash(simulation.channel, "gallery")).response
    page = await opened_of(simulation, page, 1)
    assert len(gallery_of(page)) == 3
    assert THREE[2] in gallery_of(page)[2]["description"]
