"""Deleted is deleted: a word that only one member ever wrote is searched in every byte that the bot keeps."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction

pytestmark = pytest.mark.slow

WORD = "quizzaciously"
# SQLite may be built to overwrite what is deleted, or not: here it is one that does not.
CARELESS = """
import sqlite3

_connect = sqlite3.connect

def connect(*arguments, **named):
    connection = _connect(*arguments, **named)
    connection.execute("PRAGMA secure_delete = OFF")
    return connection

sqlite3.connect = connect
"""


def careless(folder: Path) -> dict[str, str]:
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(CARELESS)
    return {"PYTHONPATH": str(folder), "LIMNER_LOG__LEVEL": "DEBUG"}


def traces(folder: Path, word: str = WORD) -> dict[str, int]:
    """In which files the word stands, and how often."""
    found = {path.name: path.read_bytes().lower().count(word.encode()) for path in folder.rglob("*") if path.is_file()}
    return {name: times for name, times in found.items() if times}


async def slash(w: RunningBot, command: str, *, who: str = "alice", **options: Any) -> Interaction:
    asked = await w.discord.member(who).slash(w.discord.channel("art"), command, **options)
    return await asked.acknowledged()


async def lived_in(w: RunningBot) -> None:
    """Alice writes her word wherever one may write; Bob writes others."""
    alice = w.discord.member("alice")
    for number in range(3):
        await final(await slash(w, "portrait", prompt=f"a {WORD} sailor {number}", negative=f"{WORD} fog", seed=7))
        await final(await slash(w, "portrait", who="bob", prompt=f"a plain sailor {number}"))
    await slash(w, "character save", name=WORD, features=f"a {WORD} woman with freckles")
    await slash(w, "character rename", character=WORD, name=f"{WORD} one")
    await slash(w, "character share", character=f"{WORD} one")
    card = await final(await slash(w, "character pose", character=f"{WORD} one", scene=f"at the {WORD} sea"))
    form = await (await alice.click(card, "Save this face")).acknowledged()
    await (await alice.submit_modal(form, {"name": f"{WORD} two", "features": f"{WORD} x"})).acknowledged()
    await slash(w, "portrait", prompt=f"a nude child, {WORD}")
    await w.settled()


async def delete_everything(w: RunningBot) -> None:
    asked = await slash(w, "privacy delete")
    assert asked.answer
    pressed = await (await w.discord.member("alice").click(asked.answer, "Delete everything")).acknowledged()
    await pressed.until(lambda each: "Done" in each.text, 20)


async def test_nothing_is_legible_after_privacy_delete(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with running_bot(folder, **careless(tmp_path / "careless")) as w:
        await lived_in(w)
        assert set(traces(folder)) & {"limner.db", "limner.db-wal"}, "the test looks in the right place"
        w.vendor.job_seconds = 30
        running = await slash(w, "portrait", prompt=f"a {WORD} sailor that is still being painted")
        exported = await slash(w, "privacy export")
        await exported.until(lambda each: each.files, 10)
        await delete_everything(w)
        assert "Cancelled" in (await final(running)).text
        assert traces(folder) == {}
        assert WORD not in w.bot.output
        assert w.rows("SELECT count(*) AS n FROM portrait") == [{"n": 3}], "Bob's"
        assert await w.bot.terminate() == 0
        assert traces(folder) == {}
        await w.start()
        assert traces(folder) == {}


async def test_who_reads_meanwhile_holds_up_nobody_and_the_log_is_emptied_after_them(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with running_bot(folder, **careless(tmp_path / "careless")) as w:
        await lived_in(w)
        with closing(sqlite3.connect(folder / "limner.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM portrait").fetchone()
            await delete_everything(w)
            assert traces(folder), "the reader may still read what was"
            # Every request is acknowledged in its time, while the chores try again and again.
            for _ in range(4):
                await final(await slash(w, "portrait", who="bob", prompt="a plain sailor"))
                await asyncio.sleep(0.3)
            reader.execute("COMMIT")
        end = asyncio.get_running_loop().time() + 40
        while traces(folder):
            assert asyncio.get_running_loop().time() < end, traces(folder)
            await asyncio.sleep(0.2)
        await w.honest()


async def test_a_character_that_is_deleted_alone_is_gone_too(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with running_bot(folder, **careless(tmp_path / "careless")) as w:
        await slash(w, "character save", name="Mia", features=f"a {WORD} woman with freckles")
        await slash(w, "character save", name="Eva", features="a plain woman with freckles")
        asked = await slash(w, "character delete", character="Mia")
        assert asked.answer
        await (await w.discord.member("alice").click(asked.answer, "Delete for good")).acknowledged()
        end = asyncio.get_running_loop().time() + 40
        while traces(folder):
            assert asyncio.get_running_loop().time() < end, traces(folder)
            await asyncio.sleep(0.2)
        assert w.rows("SELECT name FROM character") == [{"name": "Eva"}]
