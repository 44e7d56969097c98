"""Who may delete portraits and characters, and what goes or stays with them."""

import discord
import pytest

from tests.behaviour.members import (
    FEATURES,
    asked_to_delete,
    deleted,
    exists,
    kept_files,
    painted,
    pressed,
    save,
    show,
    take_down,
)
from tests.behaviour.simulation import Simulation, text_of
from tests.behaviour.test_forgeries import forge_click, id_of
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow


async def test_the_owner_deletes_and_nothing_is_made_from_it_any_more(simulation: Simulation) -> None:
    card = await painted(simulation)
    varied = await pressed(simulation, card, "Vary subtle")
    other = await painted(simulation)
    question = await simulation.click(simulation.alice, card, "Details")
    await deleted(simulation, card)
    assert not exists(simulation, card)
    refused = await simulation.click(simulation.alice, question.response, "Use these settings")
    assert "no longer kept" in text_of(refused.response)
    assert exists(simulation, varied)
    assert exists(simulation, other)


async def test_a_stranger_cannot_delete_and_a_moderator_can(simulation: Simulation) -> None:
    card = await painted(simulation)
    refused = await simulation.click(simulation.bob, card, "Delete")
    assert refused.ephemeral
    assert "Only the member who asked for it can delete it" in text_of(refused.response)
    assert exists(simulation, card)
    role = simulation.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    carol = simulation.guild.add_member(simulation.env.create_user("carol"), roles=[role])
    await deleted(simulation, card, carol)
    assert not exists(simulation, card)


@pytest.mark.parametrize("private", [False, True])
async def test_delete_asks_and_keep_keeps(simulation: Simulation, private: bool) -> None:
    card = await painted(simulation, private=private, count=2)
    question = await asked_to_delete(simulation, card)
    assert question.ephemeral
    assert "Delete this portrait with its 2 images?" in text_of(question)
    assert exists(simulation, card)
    kept = await simulation.click(simulation.alice, question, "Keep")
    assert text_of(kept.response) == "The portrait stays."
    assert exists(simulation, card)
    await pressed(simulation, card, "Reroll")
    question = await asked_to_delete(simulation, card)
    await simulation.restart()
    gone = await simulation.click(simulation.alice, question, "Delete for good")
    assert text_of(gone.response) == "The portrait is deleted."
    assert not exists(simulation, card)


async def test_who_may_is_decided_at_the_confirmation_too(simulation: Simulation) -> None:
    card = await painted(simulation)
    for verb in ("erase", "keep"):
        refused = await forge_click(simulation.bob, card, f"p1:{verb}:{id_of(card)}")
        assert refused.ephemeral
        assert "Only the member who asked for it can delete it" in text_of(refused.response)
    assert exists(simulation, card)


async def test_a_message_that_is_gone_already_is_no_trouble(simulation: Simulation) -> None:
    card = await painted(simulation)
    question = await asked_to_delete(simulation, card)
    take_down(simulation, card)
    gone = await simulation.click(simulation.alice, question, "Delete for good")
    assert text_of(gone.response).startswith("The portrait is deleted.")


async def test_delete_asks_once_and_removes_the_image_that_nothing_else_uses(simulation: Simulation) -> None:
    await save(simulation, reference=("mia.png", a_face()))
    await save(simulation, "Twin", reference=("mia.png", a_face()))
    card = await show(simulation)
    question = await simulation.click(simulation.alice, card, "Delete")
    assert question.ephemeral
    kept = await simulation.click(simulation.alice, question.response, "Keep")
    assert "Mia** stays" in text_of(kept.response or question.response)
    question = await simulation.click(simulation.alice, card, "Delete")
    gone = await simulation.click(simulation.alice, question.response, "Delete for good")
    assert "Mia** is deleted" in text_of(gone.response or question.response)
    assert len(kept_files(simulation)) == 2, "the twin still shows it"
    question = await simulation.alice.slash(simulation.channel, "character delete", character="Twin")
    await simulation.click(simulation.alice, question.response, "Delete for good")
    assert not kept_files(simulation)
    dead = await simulation.click(simulation.alice, card, "Pose")
    assert "That character is not kept any more" in text_of(dead.response)


async def test_an_image_of_a_portrait_outlives_the_character(simulation: Simulation) -> None:
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt=FEATURES))
    form = await simulation.click(simulation.alice, card, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    question = await simulation.alice.slash(simulation.channel, "character delete", character="Mia")
    await simulation.click(simulation.alice, question.response, "Delete for good")
    assert kept_files(simulation)
