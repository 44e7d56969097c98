"""What admins cannot do, and what nobody else can."""

from pathlib import Path
from typing import Any

import pytest
import simcord

from bot.config import QuotaConfig
from tests.behaviour.members import admin_of, says
from tests.behaviour.simulation import Simulation, database_of, staged

pytestmark = pytest.mark.slow


async def audit(simulation: Simulation) -> list[str]:
    return [row["what"] for row in await database_of(simulation).all("SELECT what FROM audit ORDER BY id")]


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("quota set", {"server_day": -1}, "The server day limit must be from 0 to 10000."),
        ("quota set", {"server_month": 10**12}, "allows 10000 images a month at most"),
        ("quota set", {"member_day": 10_001}, "allows 10000 images a month at most"),
        ("quota set", {"at_once": -5}, "portraits at once must be from 0 to 100"),
        ("quota set", {"cooldown": 10**9}, "pause in seconds must be from 0 to 86400"),
        ("settings timezone", {"zone": "Mars/Olympus *Mons*"}, "There is no time zone **Mars/Olympus \\*Mons\\***"),
        ("settings safety", {"words": "x" * 60}, "The word is too long: 60 characters, 50 at most"),
        ("settings channels", {"action": "remove"}, "Nothing was changed: it is so already."),
    ],
)
async def test_bad_numbers_and_names_get_a_sentence_and_change_nothing(
    simulation: Simulation, admin: Any, command: str, options: dict[str, Any], sentence: str
) -> None:
    assert sentence in await says(simulation, admin, command, **options)
    assert await audit(simulation) == []


async def test_contradictions_get_a_sentence_and_change_nothing(simulation: Simulation, admin: Any) -> None:
    role = simulation.guild.create_role("artists")
    for options in ({}, {"limit": 3, "remove": True}, {"unlimited": True, "remove": True}):
        assert "Choose one of `limit`" in await says(simulation, admin, "quota role", role=role, **options)
    for options in ({"limit": 3, "clear": True}, {"limit": 3, "unlimited": True}, {"clear": True, "gift": 2}):
        assert "Choose one of `limit`" in await says(
            simulation, admin, "quota member", member=simulation.alice, **options
        )
    assert "role limit must be from 0" in await says(simulation, admin, "quota role", role=role, limit=-3)
    assert "gift must be from 0" in await says(simulation, admin, "quota member", member=simulation.alice, gift=-3)
    assert await audit(simulation) == []


async def test_a_member_who_left_is_named_and_nothing_changes(simulation: Simulation, admin: Any) -> None:
    stranger = simulation.env.create_user("stranger")
    for command, options in (("quota member", {"limit": 3}), ("quota reset", {})):
        answer = await says(simulation, admin, command, member=stranger, **options)
        assert answer == "That member is not in this server any more. Nothing was changed."
    assert await audit(simulation) == []


PLAIN = ["quota show", "quota set", "quota reset", "quota report"]


@pytest.mark.parametrize("command", PLAIN)
async def test_a_member_without_the_permission_is_refused(simulation: Simulation, command: str) -> None:
    assert (
        await says(simulation, simulation.alice, command)
        == "Only members with the permission Manage Server can do this."
    )
    assert await audit(simulation) == []


async def test_settings_are_not_even_offered_to_members(simulation: Simulation) -> None:
    with pytest.raises(simcord.SetupError, match="not visible"):
        await simulation.alice.slash(simulation.channel, "settings show")


async def test_the_ceiling_of_the_operator_is_named_and_holds(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(ceiling_guild_per_month=3)) as simulation:
        admin = admin_of(simulation)
        assert "allows 3 images a month at most" in await says(simulation, admin, "quota set", server_day=4)
        await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a", count=3))
        await says(simulation, admin, "quota reset")
        await says(simulation, admin, "quota reset", member=simulation.alice)
        refused = await says(simulation, simulation.alice, "portrait", prompt="a")
        assert "the operator's limit for this server and month (3): nothing is left" in refused
        mine = await says(simulation, simulation.alice, "quota mine")
        assert "**0 of 3** left this month, by the operator's limit for this server" in mine
