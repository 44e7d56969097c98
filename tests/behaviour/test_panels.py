"""The menu under a contact sheet: one picture for whoever asks, with its own buttons, or all of them."""

from typing import Any

import pytest

from bot.interactions import fitting
from tests.behaviour.members import execute, kept_files
from tests.behaviour.sheets import CAPTIONS, entries_of, menu_of, opened, save_mia, sheet
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, settled, text_of
from tests.behaviour.test_forgeries import forge

pytestmark = pytest.mark.slow

SIX = ["Reroll", "Vary subtle", "Vary strong", "Change one thing", "Save this face", "More"]


@pytest.fixture
async def card(simulation: Simulation) -> Any:
    await save_mia(simulation)
    found = await sheet(simulation)
    await settled(simulation)
    return found


async def test_one_picture_is_opened_for_the_asker_alone_also_after_a_restart(
    simulation: Simulation, card: Any
) -> None:
    assert entries_of(card) == [*CAPTIONS, "All 6 pictures"]
    await simulation.restart()
    for member in (simulation.alice, simulation.bob):
        shown = await opened(simulation, card, "5. Angry", member)
        assert shown.ephemeral
        [item] = gallery_of(shown.response)
        assert item["description"].endswith(", angry, jaw set")
        assert list(buttons_of(shown.response)) == SIX
        assert "5\\. Angry" in text_of(shown.response)
    assert len(simulation.vendor.orders) == 6


async def test_its_buttons_work_on_that_picture_by_its_own_link(simulation: Simulation, card: Any) -> None:
    shown = (await opened(simulation, card, "5. Angry")).response
    link = gallery_of(shown)[0]["media"]["url"]
    varied = await simulation.final(await simulation.click(simulation.alice, shown, "Vary strong"))
    assert simulation.vendor.orders[-1]["init_image"] == link
    assert len(gallery_of(varied)) == 1
    await simulation.final(await simulation.click(simulation.alice, shown, "Upscale"))
    assert simulation.vendor.orders[-1]["init_image"] == link
    assert simulation.vendor.uploads == []
    again = await simulation.final(await simulation.click(simulation.alice, shown, "Reroll"))
    assert len(gallery_of(again)) == 1, "one picture, not six"
    assert ", angry, jaw set, " in simulation.vendor.orders[-1]["prompt"]
    assert simulation.vendor.orders[-1]["seed"] != 99
    details = await simulation.click(simulation.alice, shown, "Details")
    assert ", angry, jaw set, " in text_of(details.response)
    form = await simulation.click(simulation.alice, shown, "Save this face")
    assert form.modal["custom_id"].endswith(":4")


async def test_all_are_posted_by_who_they_belong_to_and_shown_to_others(simulation: Simulation, card: Any) -> None:
    for member, private in ((simulation.alice, False), (simulation.bob, True)):
        shown = await opened(simulation, card, "All 6 pictures", member)
        assert shown.ephemeral is private
        assert len(gallery_of(shown.response)) == 6
        assert "1\\. Calm · 2\\. Smiling" in text_of(shown.response)
    assert len(simulation.vendor.orders) == 6


async def test_where_painting_is_closed_all_are_for_the_asker_alone(simulation: Simulation, card: Any) -> None:
    await execute(simulation, f"INSERT INTO server_policy (guild_id, channels) VALUES ({simulation.guild.id}, '[1]')")
    assert (await opened(simulation, card, "All 6 pictures")).ephemeral


async def test_a_private_sheet_stays_private(simulation: Simulation) -> None:
    await save_mia(simulation)
    secret = await sheet(simulation, private=True, set="turnaround")
    assert (await opened(simulation, secret, "All 4 pictures")).ephemeral
    public = await sheet(simulation, set="turnaround")
    mine, theirs = (menu_of(each)["custom_id"].split(":")[2] for each in (secret, public))
    forge(simulation, public, theirs, mine)
    for label in ("3. Profile", "All 4 pictures"):
        refused = await opened(simulation, public, label, simulation.bob)
        assert text_of(refused.response) == "That portrait is no longer kept."


async def test_pictures_that_are_gone_get_one_sentence(simulation: Simulation, card: Any) -> None:
    files = kept_files(simulation)
    assert len(files) == 6
    files[0].unlink()
    shown = await opened(simulation, card, "All 6 pictures")
    assert len(gallery_of(shown.response)) == 5
    assert "1 of them is no longer kept." in text_of(shown.response)
    for file in files[1:]:
        file.unlink()
    for label in ("All 6 pictures", "5. Angry"):
        refused = await opened(simulation, card, label)
        assert refused.ephemeral
        assert text_of(refused.response) == "That image is no longer kept."


async def test_so_many_go_into_a_message_as_it_takes(
    simulation: Simulation, card: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [file.stat().st_size for file in kept_files(simulation)]
    monkeypatch.setattr(fitting, "LIMIT", max(sizes) * 2 + 1)
    before = len(simulation.channel.history())
    await opened(simulation, card, "All 6 pictures")
    posted = simulation.channel.history()[before:]
    assert [len(message.attachments) for message in posted] == [2, 2, 2]


@pytest.mark.parametrize("value", ["99", "soul", "", "²", "-1"])
async def test_a_forged_choice_gets_one_sentence(simulation: Simulation, card: Any, value: str) -> None:
    menu = menu_of(card)
    stored = simulation.env.backend.get_message(card.channel_id, card.id)
    for option in menu_of(stored)["options"]:
        option["value"] = value if option["value"] == "0" else option["value"]
    refused = await simulation.alice.select(card.message, custom_id=menu["custom_id"], values=[value])
    assert refused.ephemeral
    expected = {"99": "That image is no longer kept.", "": "No picture was chosen."}
    assert text_of(refused.response).startswith(expected.get(value, "There is no picture of that name."))
