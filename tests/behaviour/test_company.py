"""`/character pose ... with:` paints two people in one picture."""

from typing import Any

import pytest

from tests.behaviour.members import execute
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, text_of
from tests.behaviour.test_requests import (
    FEATURES,
    IMAGE,
    NEGATIVE,
    STUDIO,
    TEXT,
    mia,
    painted,
    posed,
    pressed,
    sent,
    with_face,
)
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

TOM = "man with a grey beard, blue eyes"
TWO = f"Mia, {FEATURES}, and Tom, {TOM}, on a pier, {STUDIO}"
NOT_ALONE = NEGATIVE.removesuffix(", multiple people")
LEAD = "Two people, with the same faces, hair and skin as in the pictures: the first shows Mia, the second Tom. "


async def save_tom(simulation: Simulation, member: Any = None, *, face: bool = False) -> None:
    who = member or simulation.alice
    if not face:
        await who.slash(simulation.channel, "character save", name="Tom", features=TOM, seed=5)
        return
    card = await painted(simulation, prompt=TOM, seed=5)
    form = await simulation.click(who, card, "Save this face")
    await who.submit_modal(form, {"name": "Tom", "features": TOM})


async def test_by_seed_both_are_described_word_for_word(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation)
    simulation.vendor.job_seconds = 0.3
    waiting = await simulation.alice.slash(
        simulation.channel, "character pose", character="Mia", scene="on a pier", **{"with": "Tom"}
    )
    assert "both painted by their words" in text_of(waiting.response)
    assert "identity: reference" not in text_of(waiting.response), "Tom has no picture to take along"
    card = await simulation.final(waiting)
    two = mia(prompt=TWO, negative_prompt=NOT_ALONE)
    assert sent(simulation) == (TEXT, two)
    assert "**Mia** with **Tom** — on a pier" in text_of(card)
    assert f"and Tom, {TOM}" in gallery_of(card)[0]["description"].replace(", Tom,", ", and Tom,")
    # Whatever is made of it is of both.
    await pressed(simulation, card, "Reroll")
    assert sent(simulation)[1] == {**two, "seed": sent(simulation)[1]["seed"]}
    question = await simulation.click(simulation.alice, card, "Change one thing")
    form = await simulation.alice.select(question.response.message, ["outfit"])
    await simulation.final(await simulation.alice.submit_modal(form, {"words": "in raincoats"}))
    assert sent(simulation)[1]["prompt"] == TWO.replace("on a pier", "in raincoats, on a pier")
    await simulation.final(await simulation.more(simulation.alice, card, "Edit in words", words="now at night"))
    assert sent(simulation)[1]["prompt"].endswith(f": Mia, {FEATURES}, and Tom, {TOM}")
    calm = await pressed(simulation, card, "Less processed")
    assert "multiple people" not in sent(simulation)[1]["negative_prompt"]
    details = await simulation.more(simulation.alice, calm, "Details")
    form = await simulation.click(simulation.alice, details.response, "Use these settings")
    await simulation.final(
        await simulation.alice.submit_modal(form, {"prompt": "at sea", "negative": "hats", "seed": "9"})
    )
    assert sent(simulation)[1]["negative_prompt"] == f"overprocessed, HDR, digital art, hats, {NOT_ALONE}"
    # For these pictures only.
    await posed(simulation)
    assert sent(simulation) == (TEXT, mia())


async def by_reference(simulation: Simulation) -> Any:
    """The pose of both by their saved pictures, as it waits."""
    options = {"character": "Mia", "scene": "on a pier", "identity": "reference", "with": "Tom"}
    return await simulation.alice.slash(simulation.channel, "character pose", **options)


async def test_by_reference_both_saved_pictures_go_along(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation, face=True)
    simulation.vendor.job_seconds = 0.3
    waiting = await by_reference(simulation)
    assert "both saved pictures go along" in text_of(waiting.response)
    card = await simulation.final(waiting)
    endpoint, body = sent(simulation)
    assert endpoint == IMAGE
    assert body["init_image"] != body["init_image_2"]
    rest = {name: value for name, value in body.items() if not name.startswith("init_image")}
    assert rest == {
        "model_id": "flux-kontext-dev",
        "prompt": LEAD + TWO,
        "negative_prompt": NOT_ALONE,
        "width": 1024,
        "height": 1024,
        "samples": 1,
        "num_inference_steps": 28,
        "strength": 0.45,
        "guidance": 2.5,
        "seed": 99,
        "safety_checker": True,
        "enhance_prompt": False,
    }
    assert len(simulation.vendor.uploads) == 2
    assert "faces by their saved pictures" in text_of(card)


async def test_by_seed_it_is_said_that_both_saved_pictures_could_go_along(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation, face=True)
    simulation.vendor.job_seconds = 0.3
    waiting = await simulation.alice.slash(
        simulation.channel, "character pose", character="Mia", scene="on a pier", **{"with": "Tom"}
    )
    assert "`identity: reference` takes both saved pictures along." in text_of(waiting.response)
    await simulation.final(waiting)


async def test_one_saved_picture_goes_along_alone(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation)
    simulation.vendor.job_seconds = 0.3
    waiting = await by_reference(simulation)
    assert "Tom has no saved picture" in text_of(waiting.response)
    await simulation.final(waiting)
    assert "init_image_2" not in sent(simulation)[1]
    assert sent(simulation)[1]["prompt"].endswith(TWO)


async def test_a_picture_that_cannot_go_along_leaves_both_by_words(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation, face=True)
    simulation.vendor.script.append(Answer(403, {"status": "error", "message": "model not allowed on your plan"}))
    await posed(simulation, identity="reference", **{"with": "Tom"})
    assert sent(simulation) == (TEXT, mia(prompt=TWO, negative_prompt=NOT_ALONE))


async def test_a_character_that_is_shared_here_may_come_along_until_it_is_not(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation, simulation.bob)
    await simulation.bob.slash(simulation.channel, "character share", character="Tom")
    await posed(simulation, **{"with": "Tom"})
    assert sent(simulation)[1]["prompt"] == TWO
    await simulation.bob.slash(simulation.channel, "character unshare", character="Tom")
    orders = len(simulation.vendor.orders)
    refused = await simulation.alice.slash(
        simulation.channel, "character pose", character="Mia", scene="on a pier", **{"with": "Tom"}
    )
    assert refused.ephemeral
    assert "Tom" in text_of(refused.response)
    assert len(simulation.vendor.orders) == orders


@pytest.mark.parametrize("partner", ["Mia", "mia"])
async def test_nobody_is_their_own_company(simulation: Simulation, partner: str) -> None:
    await with_face(simulation)
    refused = await simulation.alice.slash(
        simulation.channel, "character pose", character="Mia", scene="on a pier", **{"with": partner}
    )
    assert refused.ephemeral
    assert text_of(refused.response) == "Both are **Mia**. Choose two different characters, or leave `with` out."
    assert len(simulation.vendor.orders) == 1
    assert await execute(simulation, "SELECT count(*) FROM portrait") == [(1,)]


async def test_the_words_of_the_second_are_judged(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation)
    await execute(simulation, "UPDATE character SET features = 'a nude child' WHERE name = 'Tom'")
    refused = await simulation.alice.slash(
        simulation.channel, "character pose", character="Mia", scene="on a pier", **{"with": "Tom"}
    )
    assert "words that are not allowed here" in text_of(refused.response)
    assert len(simulation.vendor.orders) == 1


async def test_a_picture_of_two_is_said_to_show_both_where_it_is_saved(simulation: Simulation) -> None:
    await with_face(simulation)
    await save_tom(simulation)
    card = await posed(simulation, **{"with": "Tom"})
    form = await simulation.click(simulation.alice, card, "Save this face")
    assert any("kept as a face it shows both" in str(each.get("content")) for each in form.modal["components"])
    assert "Save this face" in buttons_of(card)
