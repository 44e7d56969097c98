"""Whatever Discord does, each member gets one answer, once, and pays for it once."""

import asyncio
import io
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.end_to_end.running_bot import RunningBot, final, running_bot, unstarted
from tests.fakes.discord_wire import Channel, Interaction, Message
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

EDIT = ("PATCH", r"/webhooks/.*@original")

PASSING: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0.3},
    "429 of a proxy": {"status": 429, "retry_after": 0.3, "via": False},
    "429 of a proxy, in the body only": {
        "status": 429,
        "via": False,
        "body": {"message": "slow down", "retry_after": 0.4, "global": False},
    },
    "500": {"status": 500},
    "502 with a page": {"status": 502, "body": "<html>502</html>"},
    "503": {"status": 503},
    "cut off": {"reset": True},
    "500, but done": {"status": 500, "after_apply": True},
    "cut off, but done": {"reset": True, "after_apply": True},
}


async def ask(w: RunningBot, prompt: str = "a sailor", **options: Any) -> Interaction:
    asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt=prompt, **options)
    return await asked.acknowledged()


async def until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.05)


async def painted_once(w: RunningBot, channel: Channel) -> Message:
    """The one message of a channel that shows the one picture."""
    [message] = [message for message in w.answers() if message.channel is channel]
    assert len(message.images) == 1
    return message


async def test_a_callback_that_fails_for_a_moment_is_made_again(tmp_path: Path) -> None:
    async def story(name: str, fault: dict[str, Any]) -> None:
        channel = w.discord.channel(f"c{list(PASSING).index(name)}")
        asked = await w.discord.member("alice").slash(channel, "portrait", prompt=name)
        w.discord.fail("POST", rf"/interactions/{asked.id}/.*/callback", **fault)
        assert (await final(asked)).images, name
        assert await painted_once(w, channel) is asked.answer, name

    async with running_bot(tmp_path) as w:
        await asyncio.gather(*(story(name, fault) for name, fault in PASSING.items()))
        assert len(w.vendor.orders) == len(PASSING)
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_an_edit_that_fails_for_a_moment_is_made_again_on_the_same_message(tmp_path: Path) -> None:
    async def story(name: str, fault: dict[str, Any]) -> None:
        channel = w.discord.channel(f"c{list(PASSING).index(name)}")
        asked = await w.discord.member("alice").slash(channel, "portrait", prompt=name)
        w.discord.fail("PATCH", rf"/webhooks/\d+/{asked.token}/", **fault)
        assert (await final(asked)).images, name
        assert await painted_once(w, channel) is asked.answer, name

    async with running_bot(tmp_path) as w:
        await asyncio.gather(*(story(name, fault) for name, fault in PASSING.items()))
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_a_message_that_fails_for_a_moment_is_sent_once(tmp_path: Path) -> None:
    async def story(name: str, fault: dict[str, Any]) -> None:
        channel = w.discord.channel(f"c{list(PASSING).index(name)}")
        asked = await w.discord.member("alice").slash(channel, "portrait", prompt=name)
        w.discord.fail("POST", rf"/channels/{channel.id}/messages", **fault)
        w.discord.expire_token(await asked.acknowledged())

    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1
        await asyncio.gather(*(story(name, fault) for name, fault in PASSING.items()))
        await w.settled()
        for number in range(len(PASSING)):
            message = await painted_once(w, w.discord.channel(f"c{number}"))
            assert message.pings == {f"<@{w.discord.member('alice').id}>"}
        await w.honest()


async def test_a_sentence_that_fails_for_a_moment_arrives(tmp_path: Path) -> None:
    """A first answer and a follow-up that are no picture: they are one sentence each."""
    async with running_bot(tmp_path, LIMNER_MODERATION__WORDS="forbidden") as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        for fault in (PASSING["429 of a proxy"], PASSING["503"]):
            asked = await alice.slash(art, "portrait", prompt="forbidden")
            w.discord.fail("POST", rf"/interactions/{asked.id}/.*/callback", **fault)
            await asked.acknowledged()
            assert asked.answer
            assert "not allowed here" in asked.answer.text
        w.discord.fail(*EDIT, status=404, body={"message": "gone", "code": 0})
        w.discord.fail("POST", r"/webhooks/", status=429, retry_after=0.3, via=False)
        asked = await (await alice.slash(art, "privacy export")).acknowledged()
        await w.discord.changes.until(lambda: "try again in a minute" in str([m.text for m in w.discord.messages]), 5)
        assert any("try again in a minute" in message.text for message in w.discord.messages)
        assert "Traceback" not in w.bot.output


async def test_discord_away_for_longer_is_waited_for(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.discord.fail(*EDIT, status=503, times=4)
        asked = await ask(w)
        assert (await final(asked, 30)).images
        assert "Discord is away" in w.bot.output
        await w.honest()


def noise(side: int) -> bytes:
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(file, "PNG")
    return file.getvalue()


async def test_a_picture_that_is_too_large_is_written_anew_and_says_so(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art = w.discord.channel("art")
        art.attachment_limit = 900_000
        w.vendor.image_script.append(Answer(raw=noise(900)))
        asked = await ask(w)
        card = await final(asked)
        [picture] = card.images
        assert len(picture) <= 900_000
        assert picture[8:12] == b"WEBP"
        assert "Written anew as WebP" in card.text
        # What is kept is the picture as it was painted.
        [kept] = [path for path in (tmp_path / "pictures").rglob("*.png") if ".crop." not in path.name]
        assert kept.stat().st_size > 900_000
        art.attachment_limit = None
        assert "Written anew" not in (await final(await ask(w, "small"))).text
        await w.honest()


async def test_a_channel_that_takes_no_picture_at_all_leads_to_the_next_way(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.discord.channel("art").attachment_limit = 0
        await ask(w)
        await w.settled()
        [message] = w.answers()
        assert message.channel is w.discord.dm(w.discord.member("alice").user)
        await w.honest()


async def test_a_way_that_is_closed_leads_to_the_next(tmp_path: Path) -> None:
    """The card was deleted, the token is dead, or the bot may not post: the channel, else a direct message."""
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1.5
        names = ("deleted", "invalid token", "unknown webhook", "send_messages", "attach_files", "view_channel")
        channels = {name: w.discord.channel(name.replace(" ", "-")) for name in names}
        people = {name: w.discord.member(name.replace(" ", "-")) for name in names}
        asked = {name: await people[name].slash(channels[name], "portrait", prompt=name) for name in names}
        for name, each in asked.items():
            await each.acknowledged()
            if each.message and name == "deleted":
                each.message.deleted = True
            else:
                w.discord.expire_token(each)
            if name in names[3:]:
                channels[name].deny(name)
        # Which of the two answers to a dead token comes is not documented.
        w.discord.fail("PATCH", asked["unknown webhook"].token, status=404, body={"message": "gone", "code": 10015})
        await w.settled()
        for name in names[:3]:
            assert not (await painted_once(w, channels[name])).deleted, name
        for name in names[3:]:
            await painted_once(w, w.discord.dm(people[name].user))
        assert len(w.answers()) == len(names)
        await w.honest()


async def test_a_server_that_goes_while_drawing_is_remembered_and_may_come_back(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        w.vendor.job_seconds = 1
        asked = await ask(w)
        w.discord.expire_token(asked)
        w.discord.remove_from_guild(w.discord.home)
        await w.settled()
        [message] = w.answers()
        assert message.channel is w.discord.dm(w.discord.member("alice").user)
        assert w.rows("SELECT guild_id FROM departure") == [{"guild_id": w.discord.home.id}]
        w.discord.home.installed = True
        w.discord.gateway.dispatch("GUILD_CREATE", w.discord.gateway.guild_create(w.discord.home), w.discord.home.id)
        await until(lambda: not w.rows("SELECT guild_id FROM departure"))
        assert w.rows("SELECT count(*) AS n FROM portrait") == [{"n": 1}]
        # Removed while the bot is not there to hear of it.
        assert await w.bot.terminate() == 0
        w.discord.home.installed = False
        await w.start()
        await until(lambda: w.rows("SELECT guild_id FROM departure"))
        await w.honest()


@pytest.mark.parametrize("shards", [1, 2])
async def test_a_server_that_goes_between_two_sessions_is_found_gone(tmp_path: Path, shards: int) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.gateway.shards = shards
        w.discord.gateway.concurrency = 16
        named = (w.discord.guild(f"other {number}") for number in itertools.count())
        other = next(guild for guild in named if (guild.id >> 22) % shards == (w.discord.home.id >> 22) % shards)
        await w.start()
        for guild in (w.discord.home, other):
            channel = w.discord.channel("art", guild)
            await final(await w.discord.member("alice", guild).slash(channel, "portrait", prompt="a sailor"))
        await w.settled()
        # Discord does not know the session any more, so nobody tells what happened in between.
        w.discord.home.installed = False
        w.discord.gateway.sessions.clear()
        await w.discord.gateway.drop()
        await until(lambda: w.rows("SELECT 1 FROM departure"), 30)
        assert w.rows("SELECT guild_id FROM departure") == [{"guild_id": w.discord.home.id}]
        w.discord.home.installed = True
        w.discord.gateway.sessions.clear()
        await w.discord.gateway.drop()
        await until(lambda: not w.rows("SELECT 1 FROM departure"), 30)
        await w.honest()
