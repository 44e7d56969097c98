"""What is kept about a person can be had, and deleted; what is old, or of a server that is gone, goes by itself."""

import asyncio
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction, Message
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"
WHERE_PEOPLE_ARE = {
    "character": "owner_id",
    "portrait": "owner_id",
    "upload": "owner_id",
    "quota_hold": "user_id",
    "refusal": "user_id",
    "audit": "actor_id",
    "lane_member": "member_id",
}


async def slash(w: RunningBot, command: str, *, who: str = "alice", **options: Any) -> Interaction:
    asked = await w.discord.member(who).slash(w.discord.channel("art"), command, **options)
    return await asked.acknowledged()


async def until(true: Callable[[], Any], seconds: float = 15.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.05)


async def lived_in(w: RunningBot) -> Message:
    """Alice has portraits, a character with a face, and a refusal; Bob has a portrait too."""
    card = await final(await slash(w, "portrait", prompt=FEATURES, seed=7))
    await final(await slash(w, "portrait", who="bob", prompt="a sailor"))
    form = await (await w.discord.member("alice").click(card, "Save this face")).acknowledged()
    saved = await w.discord.member("alice").submit_modal(form, {"name": "Mia", "features": FEATURES})
    await saved.acknowledged()
    await final(await slash(w, "character pose", character="Mia", scene="at sea"))
    await slash(w, "portrait", prompt="a nude child")
    await w.settled()
    return card


def mentions_of(w: RunningBot, user_id: int) -> dict[str, int]:
    """Where the bot's file still names a person."""
    found = {}
    for table, column in WHERE_PEOPLE_ARE.items():
        number = w.rows(f"SELECT count(*) AS n FROM {table} WHERE {column} = {user_id}")[0]["n"]
        if number:
            found[table] = number
    return found


async def test_export_holds_everything_and_only_the_member_sees_it(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        await lived_in(w)
        # A refusal is written down in the background.
        await until(lambda: w.rows("SELECT 1 FROM refusal"))
        asked = await slash(w, "privacy export")
        message = await asked.until(lambda each: each.files, 10)
        assert message.is_ephemeral
        [(name, data)] = message.attachments.items()
        assert name == "limner-1.zip"
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            about = json.loads(archive.read("limner.json"))
            pictures = [each for each in archive.namelist() if each.startswith("images/")]
            assert all(archive.read(each).startswith(b"\x89PNG") for each in pictures)
        assert [each["name"] for each in about["characters"]] == ["Mia"]
        assert len(about["portraits"]) == 2
        assert about["portraits"][1]["spec"]["subject"] == FEATURES
        assert {f"images/{each['image']}" for each in about["images"]} == set(pictures)
        assert about["refusals"][0]["reason"] == "WordRefused"
        assert "token" not in json.dumps(about)
        assert "a sailor" not in json.dumps(about), "Bob's"
        await w.honest()


async def test_delete_asks_once_and_leaves_only_anonymous_totals(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        card = await lived_in(w)
        alice, bob = w.discord.member("alice"), w.discord.member("bob")
        used = w.used()
        w.vendor.job_seconds = 30
        running = await slash(w, "portrait", prompt="still running", count=2)
        asked = await slash(w, "privacy delete")
        assert asked.answer
        assert asked.ephemeral
        assert "1 character\n" in asked.answer.text
        assert "3 portraits with their prompts" in asked.answer.text
        # The button works after a restart too.
        assert await w.bot.terminate() == 0
        await w.start()
        pressed = await (await alice.click(asked.answer, "Delete everything")).acknowledged()
        done = await pressed.until(lambda each: "Done" in each.text, 20)
        assert "1 character\n" in done.text
        assert "3 portraits" in done.text
        assert "Cancelled" in (await final(running)).text
        assert mentions_of(w, alice.id) == {}
        assert w.used() == used, "no limit is reset by deleting"
        assert len(list((tmp_path / "pictures").rglob("*.png"))) == 1, "Bob's"
        assert set(mentions_of(w, bob.id)) >= {"portrait", "quota_hold"}
        reroll = await (await bob.click(card, "Reroll")).acknowledged()
        assert reroll.answer
        assert "no longer kept" in reroll.answer.text
        w.vendor.job_seconds = 0
        assert (await final(await slash(w, "portrait", prompt="a new beginning"))).images
        await w.honest()


async def test_keeping_everything_keeps_everything(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        await final(await slash(w, "portrait", prompt="a sailor"))
        asked = await slash(w, "privacy delete")
        assert asked.answer
        kept = await (await w.discord.member("alice").click(asked.answer, "Keep everything")).acknowledged()
        assert kept.answer
        assert "Nothing was deleted" in kept.answer.text
        assert len(w.rows("SELECT id FROM portrait")) == 1


def aged(folder: Path, days: int) -> None:
    """As if everything had happened so many days earlier."""
    shift = days * 86_400_000
    with sqlite3.connect(folder / "limner.db") as connection:
        connection.execute(
            f"UPDATE portrait SET finished_at = finished_at - {shift}, created_at = created_at - {shift}"
        )
        connection.execute(f"UPDATE take SET finished_at = finished_at - {shift}")
        connection.execute(f"UPDATE departure SET left_at = left_at - {shift}")
    connection.close()


async def test_what_is_old_is_forgotten_but_the_face_of_a_character_stays(tmp_path: Path) -> None:
    own = {"LIMNER_PRIVACY__IMAGE_DAYS": "10", "LIMNER_PRIVACY__PORTRAIT_DAYS": "40"}
    async with running_bot(tmp_path, **own) as w:
        await lived_in(w)
        assert await w.bot.terminate() == 0
        aged(tmp_path, 11)
        await w.start()
        pictures = tmp_path / "pictures"
        await until(lambda: len(list(pictures.rglob("*.png"))) == 1)
        assert len(w.rows("SELECT id FROM portrait")) == 3
        [reference] = w.rows("SELECT reference FROM character")
        assert [path.name for path in pictures.rglob("*.png")] == [reference["reference"]]
        shown = await slash(w, "character show", character="Mia")
        await shown.until(lambda each: each.images)
        assert await w.bot.terminate() == 0
        aged(tmp_path, 30)
        await w.start()
        await until(lambda: not w.rows("SELECT id FROM portrait"))
        assert len(w.rows("SELECT id FROM character")) == 1
        await w.honest()


async def test_a_server_that_stays_away_is_forgotten_after_the_time_of_grace(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_PRIVACY__LEFT_SERVER_DAYS="30") as w:
        await lived_in(w)
        admin = w.discord.member("boss", permissions=["manage_guild"])
        await (await admin.slash(w.discord.channel("art"), "settings safety", words="clown")).acknowledged()
        w.discord.remove_from_guild(w.discord.home)
        await until(lambda: w.rows("SELECT guild_id FROM departure"))
        assert await w.bot.terminate() == 0
        aged(tmp_path, 29)
        await w.start()
        await asyncio.sleep(1)
        assert len(w.rows("SELECT guild_id FROM server_policy")) == 1
        assert await w.bot.terminate() == 0
        aged(tmp_path, 2)
        await w.start()
        await until(lambda: not w.rows("SELECT guild_id FROM departure"), 40)
        for table in ("portrait", "server_policy", "audit", "refusal"):
            assert w.rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}], table
        assert len(w.rows("SELECT id FROM character")) == 1, "characters belong to people"
        assert w.rows("SELECT DISTINCT scope FROM quota_counter") == [{"scope": "ceiling"}]


async def test_prompts_are_logged_only_when_the_operator_says_so(tmp_path: Path) -> None:
    async with running_bot(tmp_path / "silent", LIMNER_LOG__LEVEL="DEBUG") as w:
        w.vendor.script.append(Answer(400, {"status": "error", "message": "Not allowed: a purple zebra tamer"}))
        await final(await slash(w, "portrait", prompt="a purple zebra tamer"))
        await final(await slash(w, "portrait", prompt="a purple zebra tamer at dusk"))
        assert "purple zebra" not in w.bot.output
    async with running_bot(tmp_path / "loud", LIMNER_LOG__PROMPTS="true") as w:
        await final(await slash(w, "portrait", prompt="a purple zebra tamer"))
        assert "a purple zebra tamer, " in w.bot.output
