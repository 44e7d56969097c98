"""What several tests have members do, and what they look at afterwards."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
from simcord.backend.errors import BackendError

from tests.behaviour.simulation import Simulation, text_of

FEATURES = "woman with short dark hair, freckles, brown eyes"
MAKERS = ["Reroll", "Vary subtle", "Vary strong", "Sharper face", "Less processed", "Upscale"]
SINGLE = [label for label in MAKERS if label != "Reroll"]


def admin_of(simulation: Simulation) -> Any:
    role = simulation.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
    return simulation.guild.add_member(simulation.env.create_user("admin"), roles=[role])


async def says(simulation: Simulation, who: Any, command: str, **options: Any) -> str:
    """Type a command whose answer is for nobody else, and read it."""
    result = await who.slash(simulation.channel, command, **options)
    assert result.ephemeral
    return text_of(result.response)


async def painted(simulation: Simulation, **options: Any) -> Any:
    request = {"prompt": "a sailor", "seed": 7} | options
    return await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", **request))


async def pressed(simulation: Simulation, card: Any, label: str, member: Any = None) -> Any:
    return await simulation.final(await simulation.click(member or simulation.alice, card, label))


async def asked_to_delete(simulation: Simulation, card: Any, member: Any = None) -> Any:
    """The question behind Delete."""
    result = await simulation.click(member or simulation.alice, card, "Delete")
    return result.followups[-1] if result.followups else result.response


async def deleted(simulation: Simulation, card: Any, member: Any = None) -> Any:
    """Delete, and confirm it."""
    question = await asked_to_delete(simulation, card, member)
    answer = await simulation.click(member or simulation.alice, question, "Delete for good")
    return answer.response


async def save(simulation: Simulation, name: str = "Mia", member: Any = None, **options: Any) -> Any:
    return await (member or simulation.alice).slash(
        simulation.channel, "character save", name=name, **{"features": FEATURES, "seed": 99, **options}
    )


async def show(simulation: Simulation, name: str = "Mia", member: Any = None) -> Any:
    return (await (member or simulation.alice).slash(simulation.channel, "character show", character=name)).response


async def share(simulation: Simulation, name: str = "Mia") -> Any:
    return await simulation.alice.slash(simulation.channel, "character share", character=name)


async def execute(simulation: Simulation, sql: str) -> list[Any]:
    """A statement on the bot's own file; in a thread, because the bot may be in the middle of a transaction."""

    def run() -> list[Any]:
        with closing(sqlite3.connect(simulation.config.database.path)) as connection, connection:
            return connection.execute(sql).fetchall()

    return await asyncio.to_thread(run)


def exists(simulation: Simulation, message: Any) -> bool:
    try:
        simulation.env.backend.get_message(message.channel_id, message.id)
    except BackendError:
        return False
    return True


def take_down(simulation: Simulation, message: Any) -> None:
    """Somebody deletes the message, without the bot."""
    simulation.env.backend.delete_message(message.channel_id, message.id)


def kept_files(simulation: Simulation) -> list[Path]:
    return [path for path in simulation.config.database.pictures.rglob("*") if path.is_file()]
