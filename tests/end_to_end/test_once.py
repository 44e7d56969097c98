"""Discord delivers an interaction twice now and then: it is carried out once and answered once, whatever it is."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, more, running_bot, until
from tests.fakes.discord_wire import Interaction
from tests.fakes.discord_wire.interactions import DEFER_REPLY
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"
TABLES = (
    "character",
    "character_share",
    "upload",
    "server_policy",
    "role_limit",
    "member_limit",
    "audit",
    "refusal",
    "quota_counter",
    "portrait",
    "take",
)


def kept(w: RunningBot) -> dict[str, list[dict[str, Any]]]:
    return {table: w.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}


def requests_about(w: RunningBot, asked: Interaction) -> list[Any]:
    return [each for each in w.discord.requests if asked.token in each.path]


async def quiet(w: RunningBot, seconds: float = 0.25) -> None:
    """Until the bot has seen what was delivered, and asks Discord for nothing more."""
    marker = await w.discord.member("marker").autocomplete(
        w.discord.channel("art"), "character show", focused="character", value="x"
    )
    await marker.acknowledged(10)
    while True:
        before = len(w.discord.requests)
        await asyncio.sleep(seconds)
        if len(w.discord.requests) == before:
            return


async def four_times(w: RunningBot, asked: Interaction, said: str = "") -> Interaction:
    """Twice at once, again when it was answered, and again when all is over: then nothing moves any more. `said`: what
    the answer says when all is over, where it takes long.
    """
    w.discord.redeliver(asked)
    await asked.acknowledged()
    w.discord.redeliver(asked)
    if said or asked.callback_type == DEFER_REPLY:
        await asked.until(lambda answer: said in answer.text and not answer.is_loading, 30)
    await quiet(w)
    await w.settled()
    before, messages = kept(w), [message.text for message in w.discord.messages]
    w.discord.redeliver(asked)
    await quiet(w)
    assert kept(w) == before
    assert [message.text for message in w.discord.messages] == messages
    assert len(asked.callbacks) == 1
    assert asked.followups == []
    return asked


def text(asked: Interaction) -> str:
    assert asked.answer is not None
    return asked.answer.text


async def test_whatever_an_admin_orders_is_carried_out_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, log = w.discord.channel("art"), w.discord.channel("log")
        boss, alice = w.discord.member("boss", permissions=["manage_guild"]), w.discord.member("alice")
        role = w.discord.role("painters")
        orders: list[tuple[str, dict[str, Any]]] = [
            ("settings log", {"channel": log}),
            ("quota set", {"member_day": 7}),
            ("quota role", {"role": role, "limit": 3}),
            ("quota member", {"member": alice, "gift": 5}),
            ("quota reset", {"member": alice}),
            ("quota reset", {}),
            ("settings channels", {"action": "add", "channel": art}),
            ("settings style", {"style": "editorial"}),
            ("settings safety", {"words": "blood"}),
            ("settings timezone", {"zone": "Europe/Madrid"}),
        ]
        for number, (command, options) in enumerate(orders, 1):
            await four_times(w, await boss.slash(art, command, **options))
            audit = w.rows("SELECT what FROM audit ORDER BY id")
            assert (len(audit), audit[-1]["what"]) == (number, command)
            assert len([each for each in w.discord.messages if each.channel is log]) == number
        assert w.rows("SELECT gift FROM member_limit") == [{"gift": 5}]
        await w.honest()


async def test_an_order_that_was_so_already_does_not_come_back(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, boss = w.discord.channel("art"), w.discord.member("boss", permissions=["manage_guild"])
        await (await boss.slash(art, "settings style", style="studio")).acknowledged()
        same = await (await boss.slash(art, "settings style", style="studio")).acknowledged()
        await (await boss.slash(art, "settings style", style="documentary")).acknowledged()
        w.discord.redeliver(same)
        await quiet(w)
        assert w.rows("SELECT style FROM server_policy") == [{"style": "documentary"}]


async def test_whatever_a_member_does_to_a_library_is_done_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice, bob = w.discord.channel("art"), w.discord.member("alice"), w.discord.member("bob")
        w.ticked(alice)
        face = w.discord.upload(a_face(), "face.png", "image/png")

        async def slash(command: str, who: Any = alice, **options: Any) -> Interaction:
            return await four_times(w, await who.slash(art, command, **options))

        def names() -> list[str]:
            return [row["name"] for row in w.rows("SELECT name FROM character ORDER BY name")]

        assert "Mia" in text(await slash("character save", name="Mia", features=FEATURES))
        assert "Ann" in text(await slash("character save", name="Ann", features=FEATURES, reference=face))
        form = await slash("character save", name="Kim")
        await four_times(w, await alice.submit_modal(form, {"Who": "a woman", "Hair and eyes": "red hair, green eyes"}))
        held = await slash("character save", name="Lea", reference=face)
        sent = await four_times(w, await alice.submit_modal(held, {"Who": "a woman", "Hair and eyes": "red hair"}))
        assert names() == ["Ann", "Kim", "Lea", "Mia"]
        assert w.rows("SELECT count(*) AS n FROM upload") == [{"n": 0}]
        assert w.rows("SELECT reference IS NOT NULL AS kept FROM character WHERE name = 'Lea'") == [{"kept": 1}]
        assert "Lea" in text(sent)
        assert "Nora" in text(await slash("character rename", character="Mia", name="Nora"))
        form = await slash("character edit", character="Nora")
        await four_times(w, await alice.submit_modal(form, {"features": "a man with a scar, grey eyes"}))
        await slash("character edit", character="Nora", reference=a_file(w, (1, 2, 3)))
        assert "Nora" in text(await slash("character share", character="Nora"))
        assert "Nora" in text(await slash("character copy", bob, character="Nora"))
        assert "Nora" in text(await slash("character unshare", character="Nora"))
        asked = await slash("character delete", character="Kim")
        assert asked.answer
        gone = await four_times(w, await alice.click(asked.answer, "Delete"))
        assert "Kim" in text(gone)
        assert names() == ["Ann", "Lea", "Nora", "Nora"]
        await w.honest()


def a_file(w: RunningBot, colour: tuple[int, int, int]) -> Any:
    return w.discord.upload(a_face(colour=colour), "other.png", "image/png")


def an_export(w: RunningBot, *names: str) -> Any:
    members = [{"name": name, "description": f"{name}, a woman with a scar and grey eyes"} for name in names]
    return w.discord.upload(json.dumps({"members": members}).encode(), "system.json", "application/json")


async def test_a_share_that_was_taken_back_does_not_return(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        await (await alice.slash(art, "character save", name="Mia", features=FEATURES)).acknowledged()
        shared = await (await alice.slash(art, "character share", character="Mia")).acknowledged()
        await (await alice.slash(art, "character unshare", character="Mia")).acknowledged()
        w.discord.redeliver(shared)
        await quiet(w)
        assert w.rows("SELECT * FROM character_share") == []


async def test_an_import_delivered_again_brings_nothing_back(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        asked = await four_times(w, await alice.slash(art, "character import", file=an_export(w, "Ann", "Ben", "Cyd")))
        assert "3" in text(asked)
        edits = [each for each in requests_about(w, asked) if each.method == "PATCH"]
        assert len(edits) == 1
        await (await alice.slash(art, "character rename", character="Ann", name="Anna")).acknowledged()
        w.discord.redeliver(asked)
        await quiet(w)
        assert [row["name"] for row in w.rows("SELECT name FROM character ORDER BY name")] == ["Anna", "Ben", "Cyd"]
        assert [each for each in requests_about(w, asked) if each.method == "PATCH"] == edits


async def test_whatever_is_pressed_under_a_portrait_is_done_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        asked = await four_times(w, await alice.slash(art, "portrait", prompt=FEATURES, seed=7))
        card = await final(asked)
        for verb in ("Reroll", "Vary subtle"):
            await four_times(w, await alice.click(card, verb))
        for entry in ("Less processed", "Favourite"):
            await four_times(w, await more(alice, card, entry))
        assert len(w.rows("SELECT id FROM portrait WHERE favourite = 1")) == 1
        form = await four_times(w, await alice.click(card, "Save this face"))
        await four_times(w, await alice.submit_modal(form, {"name": "Mia", "features": FEATURES}))
        assert [row["name"] for row in w.rows("SELECT name FROM character")] == ["Mia"]
        assert len(w.rows("SELECT id FROM portrait")) == len(w.vendor.orders) == 4
        w.vendor.job_seconds = 30
        waiting = await (await alice.slash(art, "portrait", prompt="a sailor")).acknowledged()
        w.vendor.job_seconds = 0
        assert waiting.answer
        await four_times(w, await alice.click(waiting.answer, "Cancel"))
        assert "Cancelled" in (await final(waiting)).text
        question = (await four_times(w, await more(alice, card, "Delete"))).answer
        assert question
        assert not card.deleted
        await four_times(w, await alice.click(question, "Delete for good"))
        assert card.deleted
        await w.honest()


async def test_everything_is_deleted_once_and_what_comes_after_stays(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        await final(await alice.slash(art, "portrait", prompt=FEATURES))
        asked = await (await alice.slash(art, "privacy delete")).acknowledged()
        assert asked.answer
        pressed = await alice.click(asked.answer, "Delete everything")
        w.discord.redeliver(pressed)
        done = await pressed.until(lambda each: "Done" in each.text, 20)
        assert "1 portrait" in done.text
        await final(await alice.slash(art, "portrait", prompt="a new beginning"))
        await w.settled()
        before = done.text
        for _ in range(2):
            w.discord.redeliver(pressed)
        await quiet(w, 0.5)
        assert len(w.rows("SELECT id FROM portrait")) == 1
        assert done.text == before
        assert len(pressed.callbacks) == 1
        await w.honest()


async def test_a_refused_prompt_is_told_to_the_log_channel_once(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, log = w.discord.channel("art"), w.discord.channel("log")
        boss = w.discord.member("boss", permissions=["manage_guild"])
        await (await boss.slash(art, "settings log", channel=log)).acknowledged()
        await quiet(w)
        asked = await four_times(w, await w.discord.member("alice").slash(art, "portrait", prompt="a nude child"))
        assert "words that are not allowed" in text(asked)
        assert len(w.rows("SELECT id FROM refusal")) == 1
        assert len([each for each in w.discord.messages if each.channel is log and "refused word" in each.text]) == 1


async def test_what_only_reads_or_opens_a_form_does_no_harm_twice(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        await (await alice.slash(art, "character save", name="Mia", features=FEATURES)).acknowledged()
        card = await final(await alice.slash(art, "portrait", prompt=FEATURES))
        await four_times(w, await alice.autocomplete(art, "character show", focused="character", value="m"))
        for command in ("character list", "character show", "character export", "quota mine", "gallery", "help"):
            options: dict[str, Any] = {"character": "Mia"} if command.endswith("show") else {}
            await four_times(w, await alice.slash(art, command, **options))
        await four_times(w, await alice.click(card, "Save this face"))
        details = await four_times(w, await more(alice, card, "Details"))
        assert details.answer
        await four_times(w, await alice.click(details.answer, "Use these settings"))
        await four_times(w, await alice.slash(art, "privacy export"))
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_where_the_first_answer_was_lost_the_second_delivery_says_nothing_wrong(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        await (await alice.slash(art, "character save", name="Mia", features=FEATURES)).acknowledged()
        asked = await (await alice.slash(art, "character delete", character="Mia")).acknowledged()
        assert asked.answer
        await quiet(w)
        # Discord would still take an answer when the bot is back.
        w.discord.ack_limit = 60
        w.discord.fail("POST", r"/interactions/.*/callback", delay=30)
        pressed = await alice.click(asked.answer, "Delete")
        await until(w, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM character)")
        await w.bot.kill()
        # It may have been killed before it asked, and then another request would be the slow one.
        w.discord.faults.clear()
        await w.start()
        w.discord.redeliver(pressed)
        await quiet(w)
        assert pressed.callbacks == []
        assert pressed.followups == []


@asynccontextmanager
async def stuck(w: RunningBot) -> AsyncIterator[None]:
    """Somebody holds the file: what the bot has begun does not get to its commit. It is killed there."""
    connection = sqlite3.connect(w.folder / "limner.db", isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        await asyncio.sleep(0.7)
        await w.bot.kill()
    finally:
        connection.close()
    await w.start()


@pytest.mark.parametrize("command", ["gift", "save", "import"])
async def test_killed_between_door_and_commit_the_change_is_made_by_the_second_delivery(
    tmp_path: Path, command: str
) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        boss = w.discord.member("boss", permissions=["manage_guild"])
        w.ticked(alice)
        w.discord.ack_limit = 60
        async with stuck(w):
            match command:
                case "gift":
                    asked = await boss.slash(art, "quota member", member=alice, gift=5)
                case "save":
                    asked = await alice.slash(
                        art, "character save", name="Mia", features=FEATURES, reference=a_file(w, (9, 9, 9))
                    )
                case _:
                    asked = await alice.slash(art, "character import", file=an_export(w, "Ann", "Ben"))
        changes = "SELECT (SELECT coalesce(sum(gift), 0) FROM member_limit) + (SELECT count(*) FROM character) AS n"
        assert w.rows(changes) == [{"n": 0}]
        for _ in range(3):
            w.discord.redeliver(asked)
        await asked.until(lambda message: not message.is_loading and message.text)
        await quiet(w)
        assert w.rows(changes) == [{"n": {"gift": 5, "save": 1, "import": 2}[command]}]
        assert len(asked.callbacks) == 1


async def test_killed_while_everything_is_deleted_the_second_delivery_goes_on(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        await final(await alice.slash(art, "portrait", prompt=FEATURES))
        await w.settled()
        asked = await (await alice.slash(art, "privacy delete")).acknowledged()
        assert asked.answer
        async with stuck(w):
            pressed = await (await alice.click(asked.answer, "Delete everything")).acknowledged()
        assert len(w.rows("SELECT id FROM portrait")) == 1
        w.discord.redeliver(pressed)
        await pressed.until(lambda each: "Done" in each.text, 20)
        assert w.rows("SELECT id FROM portrait") == []
