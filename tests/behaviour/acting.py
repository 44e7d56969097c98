"""What several tests have members do, and what they look at afterwards."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
from simcord.backend.errors import BackendError

from tests.behaviour.stage import Stage, text_of

FEATURES = "woman with short dark hair, freckles, brown eyes"
MAKERS = ["Reroll", "Vary subtle", "Vary strong", "Sharper face", "Less processed", "Upscale"]
SINGLE = [label for label in MAKERS if label != "Reroll"]


def admin_of(stage: Stage) -> Any:
    role = stage.guild.create_role("mods", permissions=discord.Permissions(manage_guild=True))
    return stage.guild.add_member(stage.env.create_user("admin"), roles=[role])


async def says(stage: Stage, who: Any, command: str, **options: Any) -> str:
    """Type a command whose answer is for nobody else, and read it."""
    result = await who.slash(stage.channel, command, **options)
    assert result.ephemeral
    return text_of(result.response)


async def painted(stage: Stage, **options: Any) -> Any:
    request = {"prompt": "a sailor", "seed": 7} | options
    return await stage.final(await stage.alice.slash(stage.channel, "portrait", **request))


async def pressed(stage: Stage, card: Any, label: str, member: Any = None) -> Any:
    return await stage.final(await stage.click(member or stage.alice, card, label))


async def save(stage: Stage, name: str = "Mia", member: Any = None, **options: Any) -> Any:
    return await (member or stage.alice).slash(
        stage.channel, "character save", name=name, **{"features": FEATURES, "seed": 99, **options}
    )


async def show(stage: Stage, name: str = "Mia", member: Any = None) -> Any:
    return (await (member or stage.alice).slash(stage.channel, "character show", character=name)).response


async def share(stage: Stage, name: str = "Mia") -> Any:
    return await stage.alice.slash(stage.channel, "character share", character=name)


async def execute(stage: Stage, sql: str) -> list[Any]:
    """A statement on the bot's own file; in a thread, because the bot may be in the middle of a transaction."""

    def run() -> list[Any]:
        with closing(sqlite3.connect(stage.config.database.path)) as connection, connection:
            return connection.execute(sql).fetchall()

    return await asyncio.to_thread(run)


def exists(stage: Stage, message: Any) -> bool:
    try:
        stage.env.backend.get_message(message.channel_id, message.id)
    except BackendError:
        return False
    return True


def take_down(stage: Stage, message: Any) -> None:
    """Somebody deletes the message, without the bot."""
    stage.env.backend.delete_message(message.channel_id, message.id)


def kept_files(stage: Stage) -> list[Path]:
    return [path for path in stage.config.database.pictures.rglob("*") if path.is_file()]
