"""What is told about a portrait, by its button or by the menus of its message, and what can be done from there."""

import pytest

from tests.behaviour.members import FEATURES, execute, painted, pressed
from tests.behaviour.simulation import Simulation, prefilled, text_of

pytestmark = pytest.mark.slow


async def test_details_show_everything_needed_to_repeat_it(simulation: Simulation) -> None:
    card = await painted(simulation, count=2, seed=50, style="documentary", framing="landscape", negative="hats")
    details = await simulation.click(simulation.alice, card, "Details")
    assert details.ephemeral
    text = text_of(details.response)
    body = simulation.vendor.orders[-1].body
    for part in (body["prompt"], body["negative_prompt"], "50, 51", "fluxgram", "1024 x 768", "30", "7.5"):
        assert part in text
    for part in ("documentary", "landscape", "text to image"):
        assert part in text
    varied = await pressed(simulation, await painted(simulation), "Vary subtle")
    text = text_of((await simulation.click(simulation.bob, varied, "Details")).response)
    assert "strength 0.35" in text
    assert "image to image" in text


async def test_details_of_the_longest_words_fit_a_message_and_stay_inert(simulation: Simulation) -> None:
    nasty = "``` @everyone <@1> " * 60
    card = await painted(simulation, prompt=nasty[:1000], negative=nasty[:500])
    details = await simulation.click(simulation.alice, card, "Details")
    text = text_of(details.response)
    assert len(text) <= 4000
    assert text.count("```") == 4


async def test_use_these_settings_works_after_a_restart_and_checks_what_is_typed(simulation: Simulation) -> None:
    details = await simulation.click(simulation.alice, await painted(simulation), "Details")
    await simulation.restart()
    form = await simulation.click(simulation.alice, details.response, "Use these settings")
    assert prefilled(form) == {"prompt": "a sailor", "seed": "7", "negative": ""}
    await simulation.restart()
    made = await simulation.final(await simulation.alice.submit_modal(form, prefilled(form)))
    assert "Use these settings" in text_of(made)
    for wrong, sentence in (({"seed": "0"}, "from 1 to 4294967295"), ({"prompt": "  "}, "The prompt is empty")):
        form = await simulation.click(simulation.alice, details.response, "Use these settings")
        refused = await simulation.alice.submit_modal(form, prefilled(form) | wrong)
        assert sentence in text_of(refused.response)


async def test_the_menus_of_a_message_find_its_portrait(simulation: Simulation) -> None:
    card = await pressed(simulation, await painted(simulation, seed=61), "Sharper face")
    form = await simulation.alice.context_menu(simulation.channel, "Save this face", card.message)
    answer = await simulation.alice.submit_modal(form, {"name": "Sailor", "features": FEATURES})
    assert "Sailor is saved" in text_of(answer.response)
    details = await simulation.bob.context_menu(simulation.channel, "Portrait details", card.message)
    assert details.ephemeral
    assert "sharp focus, high detail, 8k" in text_of(details.response)


async def test_the_menus_on_other_messages_say_so(simulation: Simulation) -> None:
    message = await simulation.alice.send(simulation.channel, "hello")
    for name in ("Save this face", "Portrait details"):
        answer = await simulation.alice.context_menu(simulation.channel, name, message)
        assert answer.ephemeral
        assert "There is no portrait of mine in that message" in text_of(answer.response)


async def test_the_menu_asks_which_face_where_there_are_several(simulation: Simulation) -> None:
    card = await painted(simulation, count=2, seed=80)
    question = await simulation.alice.context_menu(simulation.channel, "Save this face", card.message)
    form = await simulation.click(simulation.alice, question.response, "Image 2")
    await simulation.alice.submit_modal(form, {"name": "Second", "features": FEATURES})
    assert await execute(simulation, "SELECT seed FROM character") == [(81,)]
