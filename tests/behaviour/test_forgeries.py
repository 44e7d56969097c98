"""Clicks and forms that nobody was offered: strangers, other verbs, images and portraits that are not theirs."""

import copy
from typing import Any

import discord
import pytest
from simcord import actors

from tests.behaviour.members import FEATURES, MAKERS, SINGLE, exists, painted, save, share, show
from tests.behaviour.simulation import Simulation, buttons_of, text_of, walk

pytestmark = pytest.mark.slow


def forge(simulation: Simulation, message: Any, old: str, new: str) -> None:
    """A client that changed what a component sends: Discord itself lets only those of the message pass."""
    stored = simulation.env.backend.get_message(message.channel_id, message.id)
    for component in walk(stored.components):
        if old in component.get("custom_id", ""):
            component["custom_id"] = component["custom_id"].replace(old, new)
        for option in component.get("options", []):
            option["value"] = option["value"].replace(old, new)


async def forge_click(member: Any, message: Any, custom_id: str) -> Any:
    """A click on a button that this message never had."""
    stored = copy.deepcopy(message._message)
    next(each for each in walk(stored.components) if each["type"] == 2)["custom_id"] = custom_id
    return await actors._component_interaction(member, stored, {"custom_id": custom_id, "component_type": 2})


async def forge_form(simulation: Simulation, member: Any, custom_id: str, values: dict[str, str]) -> Any:
    """A submission of a form that was never opened."""
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}} for name, value in values.items()
    ]
    data = {"custom_id": custom_id, "components": fields}
    return await actors._dispatch_actor_interaction(member, 5, simulation.channel, data)


def id_of(card: Any) -> str:
    return next(iter(buttons_of(card).values()))["custom_id"].rpartition(":")[2]


async def test_a_moderator_of_another_channel_cannot_delete(simulation: Simulation) -> None:
    card = await painted(simulation)
    portrait = buttons_of(card)["More"]["custom_id"].split(":")[2]
    role = simulation.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    carol = simulation.guild.add_member(simulation.env.create_user("carol"), roles=[role])
    elsewhere = simulation.guild.create_text_channel("elsewhere")
    own = await simulation.final(await carol.slash(elsewhere, "portrait", prompt="a miller"))
    mine = buttons_of(own)["More"]["custom_id"].split(":")[2]
    forge(simulation, own, mine, portrait)
    refused = await simulation.click(carol, own, "Delete")
    assert "Only the member who asked for it" in text_of(refused.response)
    assert exists(simulation, card)


@pytest.mark.parametrize("label", [*MAKERS, "Details", "Save this face", "Change one thing"])
async def test_a_private_portrait_belongs_to_its_owner_whatever_is_forged(simulation: Simulation, label: str) -> None:
    private = await painted(simulation, private=True)
    public = await painted(simulation)
    secret, open_ = (buttons_of(card)["More"]["custom_id"].split(":")[2] for card in (private, public))
    forge(simulation, public, open_, secret)
    before = len(simulation.vendor.orders)
    refused = await simulation.click(simulation.bob, public, label)
    assert refused.ephemeral
    assert text_of(refused.response) == "That portrait is no longer kept."
    assert len(simulation.vendor.orders) == before


@pytest.mark.parametrize("label", [*SINGLE, "Save this face", "Change one thing"])
async def test_a_forged_image_gets_one_sentence(simulation: Simulation, label: str) -> None:
    card = await painted(simulation, count=2)
    question = await simulation.click(simulation.alice, card, label)
    verb = buttons_of(question.response)["Image 1"]["custom_id"]
    forge(simulation, question.response, verb, verb[:-1] + "7")
    refused = await simulation.click(simulation.alice, question.response, "Image 1")
    assert refused.ephemeral
    assert text_of(refused.response) == "That image is no longer kept."
    assert len(simulation.vendor.orders) == 2


async def test_forged_verbs_and_details_get_one_sentence(simulation: Simulation) -> None:
    card = await painted(simulation)
    forge(simulation, card, "p1:subtle", "p1:subtile")
    refused = await simulation.click(simulation.alice, card, "Vary subtle")
    assert "I do not know that button" in text_of(refused.response)
    asked = await simulation.click(simulation.alice, card, "Change one thing")
    forge(simulation, asked.response, "outfit", "soul")
    refused = await simulation.alice.select(asked.response.message, ["soul"])
    assert "There is no detail of that name. Choose one of: expression, outfit" in text_of(refused.response)
    form = await simulation.alice.select(asked.response.message, ["angle"])
    for forged, sentence in (
        ("f1:change:{0}:0:soul", "There is no detail of that name"),
        ("f1:change:{0}:9:angle", "That image is no longer kept"),
        ("f1:change:{0}", "No detail was chosen"),
        ("f1:nonsense:{0}", "I do not know that button"),
    ):
        portrait = form.modal["custom_id"].split(":")[2]
        form._interaction.modal["custom_id"] = forged.format(portrait)
        answer = await simulation.alice.submit_modal(form, {"words": "x"})
        assert sentence in text_of(answer.response)
        form = await simulation.alice.select(asked.response.message, ["angle"])
    assert len(simulation.vendor.orders) == 1


@pytest.mark.parametrize("label", ["Pose", "Sheet", "Edit", "Share", "Delete"])
async def test_a_stranger_who_clicks_learns_nothing_and_changes_nothing(simulation: Simulation, label: str) -> None:
    await save(simulation)
    card = await show(simulation)
    answer = await simulation.click(simulation.bob, card, label)
    assert answer.ephemeral
    assert "not kept any more, or is not shared here" in text_of(answer.response)
    for verb in ("erase", "keep", "unshare", "copy", "expressions", "turnaround", "outfits", "nonsense"):
        forged = await forge_click(simulation.bob, card, f"c1:{verb}:{id_of(card)}")
        assert forged.ephemeral
        assert "not kept any more, or is not shared here" in text_of(forged.response)
    assert list(buttons_of(await show(simulation))) == ["Pose", "Sheet", "Edit", "Share", "Delete"]


@pytest.mark.parametrize("verb", ["keep", "edit", "delete", "share", "unshare", "erase"])
async def test_a_shared_character_is_still_its_owners(simulation: Simulation, verb: str) -> None:
    await save(simulation)
    await share(simulation)
    card = await show(simulation)
    forged = await forge_click(simulation.bob, card, f"c1:{verb}:{id_of(card)}")
    assert forged.ephemeral
    expected = "not kept any more" if verb == "erase" else "Only the member whose character this is"
    assert expected in text_of(forged.response)
    assert "Unshare" in buttons_of(await show(simulation))


async def test_a_forged_form_is_refused(simulation: Simulation) -> None:
    await save(simulation)
    card = await show(simulation)
    values = {"name": "Mine", "features": FEATURES, "seed": ""}
    forged = await forge_form(simulation, simulation.bob, f"f1:charedit:{id_of(card)}", values)
    assert "not kept any more, or is not shared here" in text_of(forged.response)
    scene = {"scene": "x", "outfit": "", "expression": ""}
    forged = await forge_form(simulation, simulation.bob, f"f1:charpose:{id_of(card)}", scene)
    assert "not kept any more, or is not shared here" in text_of(forged.response)
    forged = await forge_form(simulation, simulation.bob, f"f1:charsheet:{id_of(card)}", {"outfits": "raincoat"})
    assert "not kept any more, or is not shared here" in text_of(forged.response)
    assert not simulation.vendor.orders
    await share(simulation)
    forged = await forge_form(simulation, simulation.bob, f"f1:charedit:{id_of(card)}", values)
    assert "not kept any more" in text_of(forged.response)
    long = await forge_form(
        simulation, simulation.alice, f"f1:charedit:{id_of(card)}", {**values, "features": "x" * 601}
    )
    assert "The features are too long: 601 characters, 600 at most" in text_of(long.response)
    assert "seed 99" in text_of(await show(simulation))
