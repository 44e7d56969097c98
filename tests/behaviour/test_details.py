"""What is told about a portrait, by its button or by the menus of its message, and what can be done from there."""

from tests.behaviour.acting import FEATURES, execute, painted, pressed
from tests.behaviour.stage import Stage, prefilled, text_of


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
