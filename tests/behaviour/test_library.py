"""A library as its owner uses it: cards, forms and the details of a pose."""

import pytest

from tests.behaviour.members import FEATURES, save, share, show
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, settled, text_of
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow


async def test_a_card_shows_facts_and_poses_and_its_buttons_work_after_a_restart(simulation: Simulation) -> None:
    await save(simulation, reference=("mia.png", a_face()))
    for number in range(5):
        await simulation.final(
            await simulation.alice.slash(
                simulation.channel, "character pose", character="Mia", scene=f"on pier {number}"
            )
        )
    await simulation.final(
        await simulation.alice.slash(simulation.channel, "character pose", character="Mia", scene="alone", private=True)
    )
    await settled(simulation)
    card = await show(simulation)
    assert "seed 99 · identity: seed · 6 poses" in text_of(card)
    face, poses = gallery_of(card)
    assert (face["description"], poses["description"]) == (f"The face of Mia: {FEATURES}", "The last poses of Mia")
    assert list(buttons_of(card)) == ["Pose", "Sheet", "Edit", "Share", "Delete"]
    await simulation.restart()
    form = await simulation.click(simulation.alice, card, "Pose")
    values = {"scene": "in a storm", "outfit": "a yellow raincoat", "expression": "laughing"}
    posed = await simulation.final(await simulation.alice.submit_modal(form, values))
    assert "in a storm" in text_of(posed)
    body = simulation.vendor.orders[-1].body
    assert body["seed"] == 99
    assert body["prompt"].startswith(f"Mia, {FEATURES}, ")
    assert "a yellow raincoat" in body["prompt"]
    assert "laughing" in body["prompt"]


async def test_edit_opens_with_the_present_values_and_the_card_shows_the_new_ones(simulation: Simulation) -> None:
    await save(simulation)
    card = await show(simulation)
    form = await simulation.click(simulation.alice, card, "Edit")
    assert [row["component"].get("value") for row in form.modal["components"]] == ["Mia", FEATURES, "99"]
    await simulation.restart()
    await simulation.alice.submit_modal(form, {"name": "Mia Bell", "features": "a tall red-haired pilot", "seed": "7"})
    after = await show(simulation, "mia bell")
    assert "a tall red\\-haired pilot" in text_of(after)
    assert "seed 7" in text_of(after)
    again = await simulation.alice.slash(simulation.channel, "character edit", character="Mia Bell")
    assert again.modal["components"][0]["component"]["value"] == "Mia Bell"
    answer = await simulation.alice.submit_modal(again, {"name": "Mia", "features": FEATURES, "seed": ""})
    assert "Mia is changed" in text_of(answer.response)
    assert "seed 7" in text_of(answer.response)


async def test_identity_can_be_chosen_once_there_is_a_picture(simulation: Simulation) -> None:
    await save(simulation)
    answer = await simulation.alice.slash(
        simulation.channel, "character edit", character="Mia", reference=("mia.png", a_face())
    )
    assert "Mia is changed" in text_of(answer.response)
    form = await simulation.click(simulation.alice, await show(simulation), "Edit")
    assert [row["label"] for row in form.modal["components"]][-1] == "Identity"
    values = {"name": "Mia", "features": FEATURES, "seed": "99", "identity": "reference"}
    await simulation.alice.submit_modal(form, values)
    assert "identity: reference" in text_of(await show(simulation))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " ", "features": FEATURES, "seed": ""}, "The name is empty"),
        ({"name": "Mia", "features": " ", "seed": ""}, "The features are empty"),
        ({"name": "TOM", "features": FEATURES, "seed": ""}, "already have a character named **Tom**"),
        ({"name": "Mia", "features": FEATURES, "seed": "-4"}, "whole number from 1 to 4294967295"),
    ],
)
async def test_a_bad_edit_gets_a_sentence_and_changes_nothing(
    simulation: Simulation, values: dict[str, str], sentence: str
) -> None:
    await save(simulation)
    await save(simulation, "Tom")
    form = await simulation.click(simulation.alice, await show(simulation), "Edit")
    answer = await simulation.alice.submit_modal(form, values)
    assert sentence in text_of(answer.response)
    assert "seed 99" in text_of(await show(simulation))


async def test_details_of_poses_are_suggested(simulation: Simulation) -> None:
    choices = await simulation.alice.autocomplete(simulation.channel, "character pose", "lighting", "WINDOW")
    assert [choice["value"] for choice in choices] == ["natural window light"]
    for detail in ("expression", "outfit", "lighting", "angle", "background"):
        choices = await simulation.alice.autocomplete(simulation.channel, "character pose", detail, "")
        assert 12 <= len(choices) <= 25


async def test_names_and_features_are_inert_everywhere(simulation: Simulation) -> None:
    name, features = "@everyone **x** <@1>", "[a](http://evil.test) `b` ||c|| # d, freckles, scar"
    await save(simulation, name, features=features)
    await share(simulation, name)
    shown = [
        text_of(await show(simulation, name)),
        text_of((await simulation.alice.slash(simulation.channel, "character list")).response),
        text_of((await simulation.bob.slash(simulation.channel, "character list", shared=True)).response),
        text_of((await simulation.alice.slash(simulation.channel, "character delete", character=name)).response),
    ]
    for text in shown:
        assert "@everyone" not in text
        assert "<@1>" not in text
        assert "**x**" not in text
        assert "](http" not in text
        assert "||c||" not in text
