"""Save this face: the form asks who it is and how the face is kept, and the answer leads on."""

from typing import Any

import pytest

from bot.domain.characters.character import Identity
from tests.behaviour.members import FEATURES, execute, painted, pressed, save, show
from tests.behaviour.simulation import (
    Simulation,
    buttons_of,
    entries_of,
    gallery_of,
    prefilled,
    staged,
    text_of,
    walk,
)
from tests.behaviour.test_forgeries import forge_form, id_of

pytestmark = pytest.mark.slow

PROMPT = "woman of thirty, short red hair, freckles, laughing, on a ship at dawn"
WHO = "woman of thirty, short red hair, freckles"


async def form_of(simulation: Simulation, **options: Any) -> Any:
    card = await painted(simulation, **options)
    return await simulation.click(simulation.alice, card, "Save this face")


async def test_only_the_person_is_filled_in_and_the_rest_is_named(simulation: Simulation) -> None:
    form = await form_of(simulation, prompt=PROMPT, seed=99)
    assert prefilled(form)["features"] == WHO
    [note] = [each["content"] for each in walk(form.modal["components"]) if each["type"] == 10]
    assert "Left out" in note
    assert "laughing; on a ship at dawn" in note
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": prefilled(form)["features"]})
    pose = {"character": "Mia", "scene": "in a library, serious"}
    await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **pose))
    prompt = simulation.vendor.orders[-1]["prompt"]
    assert prompt.startswith(f"Mia, {WHO}, in a library, serious, ")
    assert "ship" not in prompt


async def test_a_prompt_that_is_all_person_leaves_nothing_out(simulation: Simulation) -> None:
    form = await form_of(simulation, prompt=FEATURES)
    assert prefilled(form)["features"] == FEATURES
    assert not [each for each in walk(form.modal["components"]) if each["type"] == 10]


async def test_a_long_prompt_of_markup_fits_the_form(simulation: Simulation) -> None:
    form = await form_of(simulation, prompt=("on a ship, **at** dawn, " * 60)[:1000])
    [note] = [each["content"] for each in walk(form.modal["components"]) if each["type"] == 10]
    assert "\\*\\*at" in note
    assert len(note) < 1200


@pytest.mark.parametrize("identity", ["seed", "reference"])
async def test_the_form_asks_how_the_face_is_kept(simulation: Simulation, identity: str) -> None:
    form = await form_of(simulation, prompt=FEATURES)
    assert list(entries_of(form).values()) == ["seed", "reference"]
    options = [o for each in walk(form.modal["components"]) for o in each.get("component", {}).get("options", [])]
    assert [option.get("default", False) for option in options] == [True, False]
    assert all(option["description"] for option in options)
    await simulation.restart()
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES, "identity": identity})
    assert f"identity: {identity}" in text_of(await show(simulation))
    pose = {"character": "Mia", "scene": "on a pier"}
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **pose))
    assert ("face by its saved picture" in text_of(card)) == (identity == "reference")


async def test_what_is_chosen_beforehand_is_the_operators(tmp_path: Any) -> None:
    async with staged(tmp_path) as simulation:
        vendor = simulation.vendor
        modelslab = simulation.config.modelslab.model_copy(update={"identity": Identity.REFERENCE})
        simulation.config = simulation.config.model_copy(update={"modelslab": modelslab})
        await simulation.restart()
        form = await form_of(simulation, prompt=FEATURES)
        options = [o for each in walk(form.modal["components"]) for o in each.get("component", {}).get("options", [])]
        assert [option.get("default", False) for option in options] == [False, True]
        await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
        assert "identity: reference" in text_of(await show(simulation))
        await save(simulation, "Tom")
        assert "identity: seed" in text_of(await show(simulation, "Tom")), "nothing to go along"
        assert len(vendor.orders) == 1


async def test_an_identity_that_was_not_offered_gets_one_sentence(simulation: Simulation) -> None:
    card = await painted(simulation)
    values = {"name": "Mia", "features": FEATURES, "identity": "@everyone"}
    refused = await forge_form(simulation, simulation.alice, f"f1:face:{id_of(card)}:0", values)
    assert refused.ephemeral
    assert "There is no identity of that name. Choose one of: seed, reference." in text_of(refused.response)
    assert await execute(simulation, "SELECT count(*) FROM character") == [(0,)]


async def test_the_answer_is_the_card_with_what_comes_next(simulation: Simulation) -> None:
    form = await form_of(simulation, prompt=FEATURES, seed=7)
    saved = await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    assert saved.ephemeral
    assert "Mia is saved" in text_of(saved.response)
    assert len(gallery_of(saved.response)) == 1
    assert list(buttons_of(saved.response))[:2] == ["Pose", "Sheet"]
    asked = await simulation.click(simulation.alice, saved.response, "Pose")
    posed = await simulation.final(await simulation.alice.submit_modal(asked, {"scene": "on a pier"}))
    assert "seed 7" in text_of(posed)
    sheet = await simulation.click(simulation.alice, saved.response, "Sheet")
    assert "Which sheet of **Mia**" in text_of(sheet.response)


async def test_features_that_are_none_are_pointed_out_and_saved(simulation: Simulation) -> None:
    held = f"{FEATURES}, laughing, on a ship at dawn"
    form = await form_of(simulation, prompt=FEATURES)
    saved = await simulation.alice.submit_modal(form, {"name": "Mia", "features": held})
    hint = "These features hold a place, a mood and a light"
    assert hint in text_of(saved.response)
    described = await save(simulation, "Tom", features=held)
    assert hint in text_of(described.response)
    card = await show(simulation, "Tom")
    form = await simulation.click(simulation.alice, card, "Edit")
    edited = await simulation.alice.submit_modal(form, prefilled(form) | {"features": f"{FEATURES}, laughing"})
    assert "These features hold a mood" in text_of(edited.followups[-1])
    plain = await save(simulation, "Ann")
    assert "These features hold" not in text_of(plain.response)


async def test_a_prompt_without_a_person_gets_one_line_and_is_painted(simulation: Simulation) -> None:
    simulation.vendor.job_seconds = 0.5
    waiting = await simulation.alice.slash(simulation.channel, "portrait", prompt="a mountain lake at sunrise")
    assert "I paint people" in text_of(waiting.response)
    card = await simulation.final(waiting)
    assert gallery_of(card)
    waiting = await simulation.alice.slash(simulation.channel, "portrait", prompt="Mia on a ship")
    assert "I paint people" not in text_of(waiting.response)
    await simulation.final(waiting)
    await save(simulation)
    pose = {"prompt": "a mountain lake at sunrise", "character": "Mia"}
    waiting = await simulation.alice.slash(simulation.channel, "portrait", **pose)
    assert "I paint people" not in text_of(waiting.response)
    await simulation.final(waiting)


async def test_a_wish_for_a_picture_that_is_not_there_is_said_on_the_final_card(simulation: Simulation) -> None:
    await save(simulation, "Tom")
    pose = {"character": "Tom", "scene": "on a pier", "identity": "reference"}
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **pose))
    said = "There is no saved picture of this character: painted by seed and features."
    assert said in text_of(card)
    assert said in text_of(await pressed(simulation, card, "Reroll"))
    for label in ("Vary subtle", "Upscale", "Cut out"):
        assert said not in text_of(await pressed(simulation, card, label)), "made from the picture"
    edited = await simulation.final(await simulation.more(simulation.alice, card, "Edit in words", words="a hat"))
    assert said not in text_of(edited)
    pose = {"character": "Tom", "scene": "on a pier"}
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **pose))
    assert "no saved picture" not in text_of(card)


async def test_following_seeds_are_said_as_such(simulation: Simulation) -> None:
    assert "seeds 7 to 10 " in text_of(await painted(simulation, count=4, seed=7))
    assert "seed 7 " in text_of(await painted(simulation, seed=7))
    await save(simulation)
    sheet = {"character": "Mia", "set": "turnaround"}
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "character sheet", **sheet))
    assert "seed 99 " in text_of(card)
