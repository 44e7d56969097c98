"""Characters that are shared with a server: who finds them, by which name, on whose quota, and copies of them."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import LimitsConfig
from tests.behaviour.members import save, share, show
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, staged, text_of
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow


async def choices(
    simulation: Simulation, member: Any, typed: str, command: str = "character pose"
) -> list[tuple[str, str]]:
    found = await member.autocomplete(simulation.channel, command, "character", typed)
    return [(each["name"], each["value"]) for each in found]


async def test_a_shared_character_is_posed_on_the_quota_of_who_asks(simulation: Simulation) -> None:
    await save(simulation)
    assert await choices(simulation, simulation.bob, "mi") == []
    shared = await share(simulation)
    assert "is shared with this server" in text_of(shared.response)
    [(label, value)] = await choices(simulation, simulation.bob, "mi")
    assert label == "Mia (by alice)"
    assert value.startswith("id:")
    for named in (value, "Mia (by alice)", "mia"):
        posed = await simulation.bob.slash(simulation.channel, "character pose", character=named, scene="on a pier")
        card = await simulation.final(posed)
        assert "**Mia**" in text_of(card)
    assert "7 left today" in text_of(card)
    assert "seed 99" in text_of(card)
    card = await show(simulation)
    assert "no poses yet" in text_of(card), "what others paint does not fill the owner's book"
    assert "Unshare" in buttons_of(card)


async def test_unshare_takes_it_back_at_once(simulation: Simulation) -> None:
    await save(simulation)
    await share(simulation)
    [(_, value)] = await choices(simulation, simulation.bob, "mi")
    card = await show(simulation, value, simulation.bob)
    assert "Mia (by alice)" in text_of(card)
    assert list(buttons_of(card)) == ["Pose", "Sheet", "Copy to my characters"]
    form = await simulation.click(simulation.bob, card, "Pose")
    back = await simulation.alice.slash(simulation.channel, "character unshare", character="Mia")
    assert "yours alone here again" in text_of(back.response)
    late = await simulation.bob.submit_modal(form, {"scene": "on a pier", "outfit": "", "expression": ""})
    assert "not shared here any more" in text_of(late.response)
    for named in (value, "Mia", "Mia (by alice)"):
        answer = await simulation.bob.slash(simulation.channel, "character pose", character=named, scene="x")
        assert answer.ephemeral
    assert await choices(simulation, simulation.bob, "mi") == []
    assert not simulation.vendor.orders
    again = await simulation.alice.slash(simulation.channel, "character unshare", character="Mia")
    assert "was not shared here" in text_of(again.response)


async def test_share_and_unshare_by_the_buttons_of_the_card(simulation: Simulation) -> None:
    await save(simulation)
    card = await show(simulation)
    await simulation.click(simulation.alice, card, "Share")
    card = await show(simulation)
    assert "shared with this server" in text_of(card)
    for label in ("Edit", "Unshare", "Delete"):
        refused = await simulation.click(simulation.bob, card, label)
        assert "Only the member whose character this is" in text_of(refused.response)
    form = await simulation.click(simulation.bob, card, "Pose")
    posed = await simulation.final(
        await simulation.bob.submit_modal(form, {"scene": "on a pier", "outfit": "", "expression": ""})
    )
    assert "9 left today" in text_of(posed)
    await simulation.click(simulation.alice, card, "Unshare")
    assert "Share" in buttons_of(await show(simulation))


async def test_ones_own_come_first_and_win_by_name(simulation: Simulation) -> None:
    await save(simulation)
    await share(simulation)
    await save(simulation, "Mia", simulation.bob, seed=5)
    await save(simulation, "Milo", simulation.bob, seed=6)
    found = await choices(simulation, simulation.bob, "mi")
    assert [label for label, _ in found] == ["Mia", "Milo", "Mia (by alice)"]
    assert "seed 5" in text_of(await show(simulation, "Mia", simulation.bob))
    assert "seed 99" in text_of(await show(simulation, found[2][1], simulation.bob))
    assert [label for label, _ in await choices(simulation, simulation.bob, "mi", "character delete")] == [
        "Mia",
        "Milo",
    ]


async def test_a_share_holds_in_its_server_only(simulation: Simulation) -> None:
    await save(simulation)
    await share(simulation)
    [(_, value)] = await choices(simulation, simulation.bob, "mi")
    elsewhere = simulation.env.create_guild()
    channel = elsewhere.create_text_channel("art")
    bob = elsewhere.add_member(simulation.bob.user)
    for named in (value, "Mia", "Mia (by alice)"):
        answer = await bob.slash(channel, "character show", character=named)
        assert answer.ephemeral


async def test_a_renamed_character_is_found_by_its_new_name(simulation: Simulation) -> None:
    await save(simulation)
    await share(simulation)
    answer = await simulation.alice.slash(simulation.channel, "character rename", character="mia", name="Nora")
    assert "Nora" in text_of(answer.response)
    assert [label for label, _ in await choices(simulation, simulation.bob, "no")] == ["Nora (by alice)"]
    assert await choices(simulation, simulation.bob, "mi") == []


async def test_a_copy_is_ones_own_and_credited(simulation: Simulation) -> None:
    await save(simulation, reference=("mia.png", a_face()))
    await share(simulation)
    [(_, value)] = await choices(simulation, simulation.bob, "mi", "character copy")
    copied = await simulation.bob.slash(simulation.channel, "character copy", character=value)
    assert "Mia is copied" in text_of(copied.response)
    assert "after alice's" in text_of(copied.response)
    again = await simulation.bob.slash(simulation.channel, "character copy", character=value)
    assert "already have a character named **Mia**" in text_of(again.response)
    other = await simulation.bob.slash(simulation.channel, "character copy", character=value, name="Mia two")
    assert "Mia two is copied" in text_of(other.response)
    question = await simulation.alice.slash(simulation.channel, "character delete", character="Mia")
    await simulation.click(simulation.alice, question.response, "Delete for good")
    card = await show(simulation, "Mia", simulation.bob)
    assert "after alice's" in text_of(card)
    assert "seed 99" in text_of(card)
    assert len(gallery_of(card)) == 1


async def test_the_list_of_shared_characters_names_their_owners(simulation: Simulation) -> None:
    empty = await simulation.bob.slash(simulation.channel, "character list", shared=True)
    assert "Nobody shares a character here yet" in text_of(empty.response)
    for number in range(12):
        await save(simulation, f"N{number:02}")
        await share(simulation, f"N{number:02}")
    listed = await simulation.bob.slash(simulation.channel, "character list", shared=True)
    assert "Shared in this server (12)" in text_of(listed.response)
    assert "**N00** (by alice)" in text_of(listed.response)
    turned = await simulation.click(simulation.bob, listed.response, "Next")
    assert "N11" in text_of(turned.response or listed.response)


async def test_the_limit_of_the_library_holds_for_copies_too(tmp_path: Path) -> None:
    async with staged(tmp_path, limits=LimitsConfig(characters_per_member=1)) as simulation:
        await save(simulation)
        await share(simulation)
        await save(simulation, "Tom", simulation.bob)
        full = await simulation.bob.slash(simulation.channel, "character copy", character="Mia")
        assert "Your library is full (1 characters)" in text_of(full.response)
