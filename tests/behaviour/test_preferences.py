"""`/preferences`: what is left out is the member's own, then the server's, then the operator's."""

import io
import itertools
import json
import zipfile
from typing import Any

import pytest

from bot.domain.characters.character import Identity
from bot.services.portraits.preferences import DEFAULT
from tests.behaviour.members import execute, painted, pressed, save, says, show
from tests.behaviour.sheets import opened
from tests.behaviour.simulation import Simulation, gallery_of, text_of
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow

SIZES = {
    "portrait": (1024, 1024),
    "full body": (768, 1024),
    "landscape": (1024, 768),
    "tall": (576, 1024),
    "wide": (1024, 576),
}
LOOKS = {
    "studio": "soft studio lighting",
    "environmental": "golden hour",
    "editorial": "medium format look",
    "documentary": "35mm grain",
}


async def prefers(simulation: Simulation, member: Any = None, **options: Any) -> str:
    return await says(simulation, member or simulation.alice, "preferences", **options)


def ordered(simulation: Simulation) -> dict[str, Any]:
    return simulation.vendor.orders[-1].body


def size_of(simulation: Simulation) -> tuple[int, int]:
    body = ordered(simulation)
    return int(body["width"]), int(body["height"])


async def posed(simulation: Simulation, command: str = "pose", member: Any = None, **options: Any) -> Any:
    asked = await (member or simulation.alice).slash(
        simulation.channel, f"character {command}", **{"character": "Mia", "scene": "on a pier"} | options
    )
    return await simulation.final(asked)


async def test_without_options_the_present_ones_are_shown(simulation: Simulation) -> None:
    shown = await prefers(simulation)
    assert "Style: **studio (default)**: soft light, plain wall, shallow focus" in shown
    assert "Framing: **portrait (default)**: head and shoulders, square" in shown
    assert "Answers: **everybody sees them (default)**" in shown
    shown = await prefers(simulation, style="editorial", private=True)
    assert "Style: studio (default) → **editorial**: fashion" in shown
    assert "Answers: everybody sees them (default) → **only you see them**" in shown
    assert "→" not in await prefers(simulation)


@pytest.mark.parametrize(("framing", "size"), SIZES.items())
async def test_every_framing_can_be_preferred(simulation: Simulation, framing: str, size: tuple[int, int]) -> None:
    await prefers(simulation, framing=framing)
    card = await painted(simulation)
    assert size_of(simulation) == size
    await pressed(simulation, card, "Reroll")
    assert size_of(simulation) == size


async def test_typed_then_ones_own_then_the_servers_then_the_operators(simulation: Simulation, admin: Any) -> None:
    async def came(**options: Any) -> tuple[bool, tuple[int, int]]:
        await painted(simulation, **options)
        return look in ordered(simulation)["prompt"], size_of(simulation)

    look = LOOKS["studio"]
    assert await came() == (True, SIZES["portrait"])
    await says(simulation, admin, "settings style", style="environmental", framing="landscape")
    look = LOOKS["environmental"]
    assert await came() == (True, SIZES["landscape"])
    await prefers(simulation, style="documentary", framing="tall")
    look = LOOKS["documentary"]
    assert await came() == (True, SIZES["tall"])
    look = LOOKS["editorial"]
    assert await came(style="editorial", framing="wide") == (True, SIZES["wide"])
    await prefers(simulation, style=DEFAULT, framing=DEFAULT)
    look = LOOKS["environmental"]
    assert await came() == (True, SIZES["landscape"])
    assert await execute(simulation, "SELECT * FROM preference") == []


async def test_they_hold_for_poses_sheets_and_forms_and_for_nobody_else(simulation: Simulation) -> None:
    await save(simulation)
    await prefers(simulation, style="documentary", framing="tall")
    for command, options in (("pose", {}), ("sheet", {"set": "turnaround"}), ("sheet", {"set": "expressions"})):
        await posed(simulation, command, **options)
        assert LOOKS["documentary"] in ordered(simulation)["prompt"]
        assert size_of(simulation) == SIZES["tall"]
        await execute(simulation, "UPDATE quota_counter SET used = 0")
    card = (await simulation.alice.slash(simulation.channel, "character show", character="Mia")).response
    form = await simulation.click(simulation.alice, card, "Pose")
    asked = await simulation.alice.submit_modal(form, {"scene": "at sea", "outfit": "", "expression": ""})
    await simulation.final(asked)
    assert size_of(simulation) == SIZES["tall"]
    await simulation.final(await simulation.bob.slash(simulation.channel, "portrait", prompt="a miller"))
    assert size_of(simulation) == SIZES["portrait"]


async def test_they_hold_in_every_server_and_in_direct_messages(simulation: Simulation) -> None:
    user = simulation.env.create_user("carol")
    carol = simulation.guild.add_member(user)
    await prefers(simulation, carol, framing="wide")
    await simulation.final(await user.slash("portrait", prompt="a miller"))
    assert size_of(simulation) == SIZES["wide"]
    answer = await user.slash("preferences", framing="tall")
    assert "→ **tall" in text_of(answer.response)
    await simulation.final(await carol.slash(simulation.channel, "portrait", prompt="a miller"))
    assert size_of(simulation) == SIZES["tall"]


async def test_private_answers_are_seen_by_oneself_alone_unless_said_otherwise(simulation: Simulation) -> None:
    await save(simulation)
    public = await painted(simulation)
    await prefers(simulation, private=True)

    async def is_private(asked: Any) -> bool:
        await simulation.final(asked)
        return bool(asked.ephemeral)

    channel = simulation.channel
    assert await is_private(await simulation.alice.slash(channel, "portrait", prompt="a sailor"))
    assert await is_private(await simulation.click(simulation.alice, public, "Reroll"))
    mia = {"character": "Mia", "scene": "at sea"}
    assert await is_private(await simulation.alice.slash(channel, "character pose", **mia))
    assert not await is_private(await simulation.alice.slash(channel, "character pose", **mia, private=False))
    assert (await simulation.alice.slash(channel, "character show", character="Mia")).ephemeral
    assert not await is_private(await simulation.click(simulation.bob, public, "Reroll"))
    await prefers(simulation, private=False)
    assert not await is_private(await simulation.alice.slash(channel, "portrait", prompt="a sailor"))
    assert await is_private(await simulation.alice.slash(channel, "portrait", prompt="a sailor", private=True))


async def test_scenes_are_seen_by_whom_the_member_prefers_from_the_command_and_from_its_form(
    simulation: Simulation,
) -> None:
    await save(simulation)
    mia, numbers = {"character": "Mia"}, itertools.count()

    def two() -> str:
        return f"at sea\nin tent {next(numbers)}"

    async def are_private(**options: Any) -> list[bool]:
        alice, channel = simulation.alice, simulation.channel
        command = await alice.slash(channel, "character scenes", **mia, scenes=two().replace("\n", "|"), **options)
        form = await alice.slash(channel, "character scenes", **mia, **options)
        answers = [command, await alice.submit_modal(form, {"scenes": two()})]
        if not options:
            question = await simulation.click(alice, await show(simulation), "Sheet")
            form = await simulation.click(alice, question.response, "Scenes (2 to 10)")
            answers.append(await alice.submit_modal(form, {"scenes": two()}))
        for each in answers:
            assert len(gallery_of(await simulation.final(each))) == 1, text_of(each.response)
        await execute(simulation, "UPDATE quota_counter SET used = 0")
        return [bool(each.ephemeral) for each in answers]

    assert await are_private() == [False] * 3
    await prefers(simulation, private=True)
    assert await are_private() == [True] * 3
    assert await are_private(private=False) == [False] * 2
    await prefers(simulation, private=False)
    assert await are_private(private=True) == [True] * 2


async def test_all_pictures_of_a_public_sheet_are_shown_as_the_member_prefers(simulation: Simulation) -> None:
    await save(simulation)
    card = await posed(simulation, "sheet", set="turnaround")

    async def is_private() -> bool:
        answer = await opened(simulation, card, "All 4 pictures")
        return bool(answer.ephemeral)

    assert not await is_private()
    await prefers(simulation, private=True)
    assert await is_private()


async def test_who_prefers_no_identity_reads_the_operators(simulation: Simulation) -> None:
    modelslab = simulation.config.modelslab.model_copy(update={"identity": Identity.REFERENCE})
    simulation.config = simulation.config.model_copy(update={"modelslab": modelslab})
    await simulation.restart()
    assert "New characters: **reference (default)**: the saved picture goes along" in await prefers(simulation)
    assert "New characters: reference (default) → **seed**" in await prefers(simulation, identity="seed")
    assert "New characters: seed → **reference (default)**" in await prefers(simulation, identity=DEFAULT)


async def test_identity_is_for_characters_saved_from_now_on_and_each_keeps_its_own(simulation: Simulation) -> None:
    face = ("face.png", a_face())
    await save(simulation, "Old", reference=face)
    await prefers(simulation, identity="reference")
    await save(simulation, "Mia", reference=face)
    await save(simulation, "Bare")
    rows = dict(await execute(simulation, "SELECT name, identity FROM character"))
    assert rows == {"Old": "seed", "Mia": "reference", "Bare": "seed"}, "without a picture there is none to go along"
    await prefers(simulation, identity="seed")
    await posed(simulation)
    assert "init_image" in ordered(simulation), "the character's own before the member's"
    await posed(simulation, identity="seed")
    assert "init_image" not in ordered(simulation), "what is typed before both"


async def test_they_are_exported_and_deleted(simulation: Simulation) -> None:
    await prefers(simulation, style="editorial", framing="wide", identity="reference", private=True)
    await prefers(simulation, simulation.bob, style="studio")
    exported = await simulation.alice.slash(simulation.channel, "privacy export")
    data = simulation.env.backend.cdn.get(exported.response.attachments[0].url)
    about = json.loads(zipfile.ZipFile(io.BytesIO(data or b"")).read("limner.json"))
    assert about["preferences"] == [{"style": "editorial", "framing": "wide", "identity": "reference", "private": 1}]
    asked = await simulation.alice.slash(simulation.channel, "privacy delete")
    await simulation.click(simulation.alice, asked.response, "Delete everything")
    left = await execute(simulation, "SELECT user_id, style FROM preference")
    assert left == [(simulation.bob.id, "studio")]
    assert "Style: **studio (default)**" in await prefers(simulation)


async def test_they_outlive_a_restart(simulation: Simulation) -> None:
    await prefers(simulation, framing="tall")
    await simulation.restart()
    await painted(simulation)
    assert size_of(simulation) == SIZES["tall"]


async def test_use_these_settings_keeps_the_pictures_own_and_answers_as_preferred(simulation: Simulation) -> None:
    card = await painted(simulation, style="editorial", framing="wide")
    await prefers(simulation, style="documentary", framing="tall", private=True)
    details = await simulation.click(simulation.alice, card, "Details")
    form = await simulation.click(simulation.alice, details.response, "Use these settings")
    asked = await simulation.alice.submit_modal(form, {"prompt": "a miller", "seed": "9", "negative": ""})
    assert asked.ephemeral
    await simulation.final(asked)
    assert size_of(simulation) == SIZES["wide"]
    assert LOOKS["editorial"] in ordered(simulation)["prompt"]
