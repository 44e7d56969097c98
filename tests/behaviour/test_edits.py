"""*Edit in words*: one thing of a picture changed as a member says it, by the model that takes the picture along."""

from typing import Any

import pytest

from bot.domain.portraits.styles import EDIT_LIMIT
from tests.behaviour.members import execute
from tests.behaviour.simulation import Simulation, buttons_of, entries_of, gallery_of, settled, text_of
from tests.behaviour.test_forgeries import forge_form, id_of
from tests.behaviour.test_requests import (
    FEATURES,
    IMAGE,
    NEGATIVE,
    STUDIO,
    TEXT,
    Body,
    painted,
    posed,
    pressed,
    sent,
    with_face,
)
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

KEEPS = "Keep everything else as it is, and the person the same, with the same face"
WORDS = "give her a red scarf"


def body(link: str, **changes: Any) -> Body:
    plain: dict[str, Any] = {
        "model_id": "flux-kontext-dev",
        "prompt": f"{WORDS}. {KEEPS}",
        "negative_prompt": NEGATIVE,
        "init_image": link,
        "width": 1024,
        "height": 1024,
        "samples": 1,
        "num_inference_steps": 28,
        "strength": 0.5,
        "guidance": 2.5,
        "seed": 7,
        "safety_checker": True,
        "enhance_prompt": False,
    }
    return Body(plain | changes)


def link_of(card: Any, number: int = 0) -> str:
    return gallery_of(card)[number]["media"]["url"]


async def edited(simulation: Simulation, card: Any, words: str = WORDS, member: Any = None) -> Any:
    asked = await simulation.more(member or simulation.alice, card, "Edit in words", words=words)
    return await simulation.final(asked)


async def test_one_image_goes_with_its_picture_and_names_what_it_was_made_from(simulation: Simulation) -> None:
    card = await painted(simulation)
    made = await edited(simulation, card, member=simulation.bob)
    assert sent(simulation) == (IMAGE, body(link_of(card)))
    shown = text_of(made)
    assert f"edited: {WORDS}" in shown
    assert f"by <@{simulation.alice.id}>, Edit in words" in shown
    assert "1 image" in shown
    assert len(gallery_of(made)) == 1
    assert WORDS in gallery_of(made)[0]["description"]
    details = text_of((await simulation.more(simulation.bob, made, "Details")).response)
    assert f"{WORDS}. {KEEPS}" in details
    assert "**Made by** edit in words" in details
    assert "`flux-kontext-dev`" in details


@pytest.mark.parametrize("identity", ["seed", "reference"])
async def test_a_character_is_told_word_for_word(simulation: Simulation, identity: str) -> None:
    await with_face(simulation)
    card = await posed(simulation, identity=identity)
    await edited(simulation, card, f"{WORDS}.")
    assert sent(simulation) == (IMAGE, body(link_of(card), seed=99, prompt=f"{WORDS}. {KEEPS}: Mia, {FEATURES}"))


async def test_what_is_made_of_an_edited_picture_keeps_the_edit(simulation: Simulation) -> None:
    card = await painted(simulation)
    first = await edited(simulation, card)
    await pressed(simulation, first, "Reroll")
    assert sent(simulation) == (IMAGE, body(link_of(card), seed=sent(simulation)[1]["seed"]))
    await pressed(simulation, first, "Sharper face")
    assert sent(simulation)[1]["init_image"] == link_of(card)
    assert sent(simulation)[1]["num_inference_steps"] == 35
    await pressed(simulation, first, "Vary subtle")
    varied = sent(simulation)[1]
    assert (varied["init_image"], varied["prompt"]) == (link_of(first), f"a sailor, {WORDS}, {STUDIO}")
    second = await edited(simulation, first, "now a hat")
    assert sent(simulation) == (IMAGE, body(link_of(first), prompt=f"now a hat. {KEEPS}"))
    assert f"edited: {WORDS} · edited: now a hat" in text_of(second)
    large = await pressed(simulation, second, "Upscale")
    await edited(simulation, large)
    assert sent(simulation) == (IMAGE, body(link_of(second)))
    form = await simulation.more(simulation.alice, second, "Details")
    again = await simulation.click(simulation.alice, form.response, "Use these settings")
    await simulation.final(
        await simulation.alice.submit_modal(again, {"prompt": "a smith", "negative": "", "seed": ""})
    )
    assert sent(simulation)[0] == TEXT
    assert sent(simulation)[1]["prompt"] == f"a smith, {STUDIO}"


async def test_one_thing_changed_of_an_edited_picture_is_an_edit_too(simulation: Simulation) -> None:
    first = await edited(simulation, await painted(simulation))
    asked = await simulation.click(simulation.alice, first, "Change one thing")
    form = await simulation.alice.select(asked.response.message, ["expression"])
    await simulation.final(await simulation.alice.submit_modal(form, {"words": "laughing"}))
    endpoint, order = sent(simulation)
    assert endpoint == IMAGE
    assert order["prompt"] == f"Change only the expression: laughing. {KEEPS}"
    # No click on the picture itself brought its link along: it is found, or uploaded.
    assert order["init_image"]


async def test_the_form_works_after_a_restart_and_asks_which_image(simulation: Simulation) -> None:
    card = await painted(simulation, count=2)
    form = await simulation.click(simulation.alice, card, "More")
    await simulation.restart()
    chosen = {"what": entries_of(form)["Edit in words"], "words": WORDS}
    refused = await simulation.alice.submit_modal(form, chosen)
    assert "Choose one of: Image 1, Image 2." in text_of(refused.response)
    form = await simulation.click(simulation.alice, card, "More")
    await simulation.final(await simulation.alice.submit_modal(form, chosen | {"image": ["1"]}))
    assert sent(simulation) == (IMAGE, body(link_of(card, 1), seed=8))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "The edit is empty. Please write a few words."),
        ("  \u200b ", "The edit is empty. Please write a few words."),
        ("a" * (EDIT_LIMIT + 1), "The edit is too long"),
        ("make her a nude child", "Your text holds words that are not allowed here"),
    ],
)
async def test_words_that_cannot_be_taken(simulation: Simulation, words: str, sentence: str) -> None:
    card = await painted(simulation)
    # Forged: Discord's own form takes no more than it says.
    refused = await forge_form(simulation, simulation.alice, f"f1:more:{id_of(card)}", {"what": "edit", "words": words})
    assert refused.ephemeral
    assert text_of(refused.response).startswith(sentence)
    assert len(simulation.vendor.orders) == 1


async def test_a_picture_that_is_gone(simulation: Simulation) -> None:
    card = await painted(simulation)
    form = await simulation.click(simulation.alice, card, "More")
    await settled(simulation)
    await execute(simulation, "UPDATE take SET state = 'failed', image = NULL")
    refused = await simulation.alice.submit_modal(form, {"what": "edit", "words": WORDS})
    assert text_of(refused.response) == "That image is no longer kept."
    assert len(simulation.vendor.orders) == 1


async def test_a_model_that_is_not_open_is_said_and_costs_nothing(simulation: Simulation) -> None:
    card = await painted(simulation)
    simulation.vendor.script.append(Answer(403, {"status": "error", "message": "model not allowed on your plan"}))
    ended = await edited(simulation, card)
    assert "does not do that for this bot just now. Nothing was charged" in text_of(ended)
    assert list(buttons_of(ended)) == ["Try again"]
    await painted(simulation)
    assert sent(simulation)[0] == TEXT


async def test_an_edit_is_named_where_the_face_is_saved(simulation: Simulation) -> None:
    card = await painted(simulation, prompt="woman with short hair, on a ship at dawn")
    for words in ("give her green hair", "and a scar on the chin"):
        card = await simulation.final(await simulation.more(simulation.alice, card, "Edit in words", words=words))
    form = await simulation.click(simulation.alice, card, "Save this face")
    assert len(form.modal["components"]) <= 5
    [told] = [each["content"] for each in form.modal["components"] if each["type"] == 10]
    assert "Left out, as it would stand in every later picture: on a ship at dawn" in told
    assert "The picture was edited: give her green hair; and a scar on the chin. What of it is the person" in told


@pytest.mark.parametrize("label", ["Sharper face", "Less processed", "Upscale", "Cut out"])
async def test_words_with_an_entry_that_has_no_use_for_them_cost_nothing(simulation: Simulation, label: str) -> None:
    card = await painted(simulation)
    refused = await simulation.more(simulation.alice, card, label, words=WORDS)
    assert refused.ephemeral
    said = f"Nothing was charged: words for a change go with *Edit in words*, not with *{label}*."
    assert text_of(refused.response).startswith(said)
    assert len(simulation.vendor.orders) == 1
    # A reason for a report is nobody's mistake.
    told = await simulation.more(simulation.bob, card, "Report", words="that is me")
    assert "Thank you" in text_of(told.response)
    await simulation.final(await simulation.more(simulation.alice, card, label, words="  \u200b "))
    assert len(simulation.vendor.orders) == 2
