"""Who may delete portraits and characters, and what goes or stays with them."""

import discord

from tests.behaviour.acting import FEATURES, exists, kept_files, painted, pressed, save, show
from tests.behaviour.stage import Stage, text_of
from tests.fakes.faces import a_face


async def test_the_owner_deletes_and_nothing_is_made_from_it_any_more(stage: Stage) -> None:
    card = await painted(stage)
    varied = await pressed(stage, card, "Vary subtle")
    other = await painted(stage)
    question = await stage.click(stage.alice, card, "Details")
    await stage.click(stage.alice, card, "Delete")
    assert not exists(stage, card)
    refused = await stage.click(stage.alice, question.response, "Use these settings")
    assert "no longer kept" in text_of(refused.response)
    assert exists(stage, varied)
    assert exists(stage, other)


async def test_a_stranger_cannot_delete_and_a_moderator_can(stage: Stage) -> None:
    card = await painted(stage)
    refused = await stage.click(stage.bob, card, "Delete")
    assert refused.ephemeral
    assert "Only the member who asked for it can delete it" in text_of(refused.response)
    assert exists(stage, card)
    role = stage.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    carol = stage.guild.add_member(stage.env.create_user("carol"), roles=[role])
    await stage.click(carol, card, "Delete")
    assert not exists(stage, card)


async def test_delete_asks_once_and_removes_the_image_that_nothing_else_uses(stage: Stage) -> None:
    await save(stage, reference=("mia.png", a_face()))
    await save(stage, "Twin", reference=("mia.png", a_face()))
    card = await show(stage)
    question = await stage.click(stage.alice, card, "Delete")
    assert question.ephemeral
    kept = await stage.click(stage.alice, question.response, "Keep")
    assert "Mia** stays" in text_of(kept.response or question.response)
    question = await stage.click(stage.alice, card, "Delete")
    gone = await stage.click(stage.alice, question.response, "Delete for good")
    assert "Mia** is deleted" in text_of(gone.response or question.response)
    assert len(kept_files(stage)) == 2, "the twin still shows it"
    question = await stage.alice.slash(stage.channel, "character delete", character="Twin")
    await stage.click(stage.alice, question.response, "Delete for good")
    assert not kept_files(stage)
    dead = await stage.click(stage.alice, card, "Pose")
    assert "That character is not kept any more" in text_of(dead.response)


async def test_an_image_of_a_portrait_outlives_the_character(stage: Stage) -> None:
    card = await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt=FEATURES))
    form = await stage.click(stage.alice, card, "Save this face")
    await stage.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    question = await stage.alice.slash(stage.channel, "character delete", character="Mia")
    await stage.click(stage.alice, question.response, "Delete for good")
    assert kept_files(stage)
