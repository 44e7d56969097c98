"""The settings of a server, and what members then meet."""

import asyncio
from typing import Any

import pytest

from tests.behaviour.members import says
from tests.behaviour.simulation import Simulation, text_of

pytestmark = pytest.mark.slow


async def test_the_defaults_of_the_server_are_used_when_a_member_names_none(simulation: Simulation, admin: Any) -> None:
    shown = await says(
        simulation, admin, "settings style", style="editorial", framing="landscape", negative="watercolour, [x](y)"
    )
    assert "Style: **studio (default) → editorial**\nFraming: **portrait (default) → landscape**" in shown
    assert "](y)" not in shown
    features = "woman with short dark hair, freckles, brown eyes"
    await simulation.alice.slash(simulation.channel, "character save", name="Mia", features=features)
    for command, options in (("portrait", {"prompt": "x"}), ("character pose", {"character": "Mia", "scene": "x"})):
        await simulation.final(await simulation.alice.slash(simulation.channel, command, **options))
        body = simulation.vendor.orders[-1].body
        assert (body["width"], body["height"]) == (1024, 768)
        assert "editorial" in body["prompt"]
        assert body["negative_prompt"].startswith("watercolour, [x](y), ")
    await simulation.final(
        await simulation.alice.slash(simulation.channel, "portrait", prompt="x", framing="portrait", style="studio")
    )
    assert simulation.vendor.orders[-1].body["height"] == 1024
    assert await says(simulation, admin, "settings style", negative="-") == (
        "Negative prompt added: **watercolour, \\[x\\]\\(y\\) → none**"
    )


async def test_the_servers_steps_and_guidance_are_used_until_they_are_taken_back(
    simulation: Simulation, admin: Any
) -> None:
    log = simulation.guild.create_text_channel("log")
    await says(simulation, admin, "settings log", channel=log)
    assert "Steps **30**, guidance **7.5**" in await says(simulation, admin, "settings show")
    set_to = {"style": "editorial", "steps": 22, "guidance": 6.5}
    shown = await says(simulation, admin, "settings style", **set_to)
    assert shown.endswith("Steps: **30 (default) → 22**\nGuidance: **7.5 (default) → 6.5**")
    features = "woman with short dark hair, freckles, brown eyes"
    await simulation.alice.slash(simulation.channel, "character save", name="Mia", features=features)

    async def used(command: str = "portrait", **options: Any) -> tuple[int, float]:
        asked = {"prompt": "x"} if command == "portrait" else {"character": "Mia", "scene": "x"}
        await simulation.final(await simulation.alice.slash(simulation.channel, command, **asked, **options))
        body = simulation.vendor.orders[-1].body
        return body["num_inference_steps"], body["guidance_scale"]

    assert await used() == (22, 6.5)
    assert await used("character pose") == (22, 6.5)
    assert await used(steps=33) == (33, 6.5)
    assert await used("character pose", guidance=8) == (22, 8.0)
    shown = await says(simulation, admin, "settings style", style="documentary", defaults=True)
    assert "Style: **editorial → documentary**" in shown
    assert "Steps: **22 → 30 (default)**\nGuidance: **6.5 → 7.5 (default)**" in shown
    assert await used() == (30, 7.5)
    await asyncio.sleep(0.05)
    lines = [message.content.partition("`: ")[2] for message in log.history()]
    assert "style default → editorial, steps default → 22, guidance default → 6.5" in lines
    assert "style editorial → documentary, steps 22 → default, guidance 6.5 → default" in lines


async def test_refused_words_are_refused_on_every_path(simulation: Simulation, admin: Any) -> None:
    card = await simulation.final(
        await simulation.alice.slash(simulation.channel, "portrait", prompt="a bloody sailor, blood")
    )
    await simulation.alice.slash(simulation.channel, "character save", name="Mia", features="a woman covered in blood")
    shown = await says(simulation, admin, "settings safety", words="Blood, gore", flagged="spoiler")
    assert "Refused words: **none → ||Blood, gore|| (2)**" in shown
    assert "→ spoilers in age-restricted channels" in shown
    asked = len(simulation.vendor.orders)
    refusal = "Your text holds words that are not allowed here."
    for command, options in (
        ("portrait", {"prompt": "B.l.0.0.d on snow"}),
        ("portrait", {"prompt": "x", "character": "Mia"}),
        ("character pose", {"character": "Mia", "scene": "x"}),
        ("character pose", {"character": "Mia", "scene": "x", "outfit": "gore"}),
    ):
        assert refusal in await says(simulation, simulation.alice, command, **options)
    again = await simulation.click(simulation.bob, card, "Reroll")
    assert refusal in text_of(again.response)
    assert len(simulation.vendor.orders) == asked


async def test_channels_are_kept_to(simulation: Simulation, admin: Any) -> None:
    other = simulation.guild.create_text_channel("chat")
    await says(simulation, admin, "settings channels", action="add")
    result = await simulation.alice.slash(other, "portrait", prompt="x")
    assert text_of(result.response) == f"I paint only in <#{simulation.channel.id}> here."
    mine = await simulation.alice.slash(other, "quota mine")
    assert f"I paint only in <#{simulation.channel.id}> here" in text_of(mine.response)
    both = await says(simulation, admin, "settings channels", action="add", channel=other)
    assert f"<#{other.id}>" in both
    await simulation.final(await simulation.alice.slash(other, "portrait", prompt="x"))
    await says(simulation, admin, "settings channels", action="remove", channel=simulation.channel)
    last = await says(simulation, admin, "settings channels", action="remove", channel=other)
    assert last.startswith("That is the only channel of the list. Add another one first")
    assert "→ every channel**" in await says(simulation, admin, "settings channels", action="all")


async def test_the_time_zone_completes_and_holds_from_the_next_midnight(simulation: Simulation, admin: Any) -> None:
    for typed, first in (("Europe/Mad", "Europe/Madrid"), ("new york", "America/New_York"), ("tokyo", "Asia/Tokyo")):
        choices = await admin.autocomplete(simulation.channel, "settings timezone", "zone", typed)
        assert choices[0]["name"] == first
    assert len(await admin.autocomplete(simulation.channel, "settings timezone", "zone", "a")) == 25
    shown = await says(simulation, admin, "settings timezone", zone="europe/madrid")
    assert "Time zone: **UTC → Europe/Madrid** from <t:" in shown
    assert "**UTC** (**Europe/Madrid** from <t:" in await says(simulation, admin, "settings show")


async def test_the_log_channel_gets_a_line_for_each_change_and_each_refused_prompt(
    simulation: Simulation, admin: Any
) -> None:
    log = simulation.guild.create_text_channel("log")
    assert f"Log: **none → <#{log.id}>**" in await says(simulation, admin, "settings log", channel=log)
    await says(simulation, admin, "settings safety", words="blood")
    await says(simulation, simulation.alice, "portrait", prompt="blood, @everyone")
    await says(simulation, admin, "quota set", server_day=5)
    await says(simulation, admin, "settings log")
    await says(simulation, admin, "quota set", server_day=6)
    await asyncio.sleep(0.05)
    lines = [message.content for message in log.history()]
    assert [line.partition("`: ")[2] for line in lines if "⚙️" in line] == [
        f"log channel none → <#{log.id}>",
        "refused words 0 → 1",
        "server, images a day default → 5",
        f"log channel <#{log.id}> → none",
    ]
    who, where = simulation.alice.id, simulation.channel.id
    assert f"🚫 A prompt of <@{who}> in <#{where}> held a refused word. It was not painted." in lines
    assert "blood" not in "".join(lines)


async def test_a_log_channel_that_is_gone_changes_nothing_for_members(simulation: Simulation, admin: Any) -> None:
    log = simulation.guild.create_text_channel("log")
    await says(simulation, admin, "settings log", channel=log)
    simulation.env.backend.delete_channel(log.id)
    assert "**10 (default) → 9**" in await says(simulation, admin, "quota set", member_day=9)
