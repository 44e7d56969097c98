"""What Discord deletes goes from the lists of admins too: when it says so, and when it was missed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot, until
from tests.end_to_end.test_empty_caches import admin, said
from tests.fakes.discord_wire.state import Channel, Role

pytestmark = pytest.mark.slow

GONE = "SELECT 1 FROM audit WHERE what = '{} deleted'"


async def ruled(w: RunningBot) -> tuple[Channel, Channel, Channel, Role, Role]:
    """Two channels on the list, a log, and a limit each for two roles."""
    art, old, log = w.discord.channel("art"), w.discord.channel("old"), w.discord.channel("log")
    artists, ghosts = w.discord.role("artists"), w.discord.role("ghosts")
    ada = admin(w)
    for channel in (art, old):
        await said(await ada.slash(art, "settings channels", action="add", channel=channel))
    await said(await ada.slash(art, "settings log", channel=log))
    for role in (artists, ghosts):
        await said(await ada.slash(art, "quota role", role=role, limit=5))
    return art, old, log, artists, ghosts


async def heard(channel: Channel, count: int) -> list[str]:
    async with asyncio.timeout(10):
        while len(lines := [m.text for m in channel.messages if "🧹" in m.text]) < count:
            await asyncio.sleep(0.05)
    return lines


async def test_a_deleted_role_and_channel_go_with_a_line_each(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, old, log, artists, ghosts = await ruled(w)
        w.discord.delete_role(ghosts)
        w.discord.delete_channel(old)
        lines = await heard(log, 2)
        assert f"🧹 Role deleted (`{ghosts.id}`): images a day 5 → none." in lines
        assert f"🧹 Channel deleted: channels <#{art.id}> <#{old.id}> → <#{art.id}>." in lines
        shown = await said(await admin(w).slash(art, "quota show"))
        assert f"<@&{artists.id}>: 5" in shown
        assert str(ghosts.id) not in shown
        assert "deleted" not in shown
        assert f"I paint in **<#{art.id}>**\n" in await said(await admin(w).slash(art, "settings show"))
        gone: list[dict[str, Any]] = w.rows("SELECT actor_id FROM audit WHERE what LIKE '%deleted'")
        assert gone == [{"actor_id": w.discord.bot_user.id}] * 2


async def test_what_was_deleted_while_nobody_listened_goes_at_the_next_start(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, old, log, artists, ghosts = await ruled(w)
        kept, lost = w.discord.thread("kept", art), w.discord.thread("lost", art)
        secret = w.discord.channel("secret")
        for thread in (kept, lost, secret):
            await said(await admin(w).slash(art, "settings channels", action="add", channel=thread))
        await w.bot.kill()
        w.discord.delete_role(ghosts)
        for channel in (old, lost, log):
            w.discord.delete_channel(channel)
        secret.deny("view_channel")
        await w.start()
        await until(w, GONE.format("role"))
        await until(w, GONE.format("channel"))
        shown = await said(await admin(w).slash(art, "settings show"))
        assert f"I paint in **<#{art.id}>, <#{kept.id}>, <#{secret.id}>**\n" in shown
        assert "a month that runs out: **none**" in shown
        assert [row["role_id"] for row in w.rows("SELECT role_id FROM role_limit")] == [artists.id]


async def test_when_the_last_channel_is_deleted_the_rule_stays_closed(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, hall = w.discord.channel("art"), w.discord.channel("hall")
        await said(await admin(w).slash(art, "settings channels", action="add"))
        await said(await admin(w).slash(art, "settings log", channel=hall))
        w.discord.delete_channel(art)
        assert "I paint nowhere until an admin chooses channels." in (await heard(hall, 1))[0]
        closed = "The channels where I painted here were deleted. An admin can choose others with `/settings channels`."
        alice = w.discord.member("alice")
        assert await said(await alice.slash(hall, "portrait", prompt="a sailor")) == closed
        assert closed in await said(await alice.slash(hall, "quota mine"))
        assert "I paint in **none: those that were chosen were deleted**" in await said(
            await admin(w).slash(hall, "settings show")
        )
        await said(await admin(w).slash(hall, "settings channels", action="add"))
        assert (await final(await alice.slash(hall, "portrait", prompt="a sailor"))).images
        await w.honest()


async def test_a_thread_of_the_list_that_is_deleted_goes(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art = w.discord.channel("art")
        thread = w.discord.thread("sketches", art)
        for channel in (art, thread):
            await said(await admin(w).slash(channel, "settings channels", action="add"))
        w.discord.delete_channel(thread)
        await until(w, GONE.format("channel"))
        assert f"I paint in **<#{art.id}>**\n" in await said(await admin(w).slash(art, "settings show"))


async def test_nothing_goes_while_discord_does_not_say_that_it_is_gone(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, old, _, _, ghosts = await ruled(w)
        thread = w.discord.thread("sketches", art)
        await said(await admin(w).slash(thread, "settings channels", action="add"))
        w.discord.take_away(w.discord.home)
        w.discord.delete_role(ghosts)
        await w.bot.terminate()
        w.discord.fail("GET", rf"/channels/({old.id}|{thread.id})", status=500, times=1000)
        await w.start()
        assert f"<@&{ghosts.id}>: 5" in await said(await admin(w).slash(art, "quota show"))
        w.discord.release(w.discord.home)
        await until(w, GONE.format("role"))
        await asyncio.sleep(2)
        assert w.rows(GONE.format("channel")) == []


async def test_admins_take_off_what_no_option_can_name(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, old, _, artists, ghosts = await ruled(w)
        ada, bob = admin(w), w.discord.member("bob")
        await said(await ada.slash(art, "quota member", member=bob, limit=7))
        w.discord.take_away(w.discord.home)
        w.discord.delete_role(ghosts)
        w.discord.delete_channel(old)
        del w.discord.members[w.discord.home.id, "bob"]
        offered = await ada.autocomplete(art, "quota set", focused="remove", value="")
        await offered.acknowledged()
        choices = {choice["name"]: choice["value"] for choice in offered.choices or []}
        assert f"member {bob.id}: 7 a day" in choices
        assert len(choices) == 3
        for value, removed in (
            (f"role:{ghosts.id}", f"<@&{ghosts.id}>: **5 a day → no limit of its own**"),
            (choices[f"member {bob.id}: 7 a day"], f"<@{bob.id}>: **7 a day → no exception**"),
        ):
            assert await said(await ada.slash(art, "quota set", remove=value)) == removed
        shown = await said(await ada.slash(art, "quota show"))
        assert f"<@&{artists.id}>: 5" in shown
        assert str(bob.id) not in shown
        assert str(ghosts.id) not in shown
        listed = await ada.autocomplete(art, "settings channels", focused="listed", value=str(old.id), action="remove")
        await listed.acknowledged()
        assert [choice["value"] for choice in listed.choices or []] == [str(old.id)]
        shown = await said(await ada.slash(art, "settings channels", action="remove", listed=str(old.id)))
        assert shown == f"Channels: **<#{art.id}>, <#{old.id}> → <#{art.id}>**"
        before = w.rows("SELECT count(*) AS n FROM audit")
        for forged in ("", "role:", "role:x", "member:-1", "owner:1", "role:" + "9" * 40, "²:1", f"role:{2**64}"):
            expected = ("There is no entry of that name", "No entry was chosen")
            answer = await said(await ada.slash(art, "quota set", validate=False, remove=forged))
            assert answer.startswith(expected), forged
            answer = await said(
                await ada.slash(art, "settings channels", validate=False, action="remove", listed=forged)
            )
            assert answer.startswith(expected), forged
        both = await ada.slash(art, "quota set", remove=f"role:{artists.id}", server_day=1)
        assert await said(both) == "`remove` goes alone. Nothing was changed."
        assert w.rows("SELECT count(*) AS n FROM audit") == before
        alice = w.discord.member("alice")
        refused = await said(await alice.slash(art, "quota set", remove=f"role:{artists.id}"))
        assert refused == "Only members with the permission Manage Server can do this."
        silent = await alice.autocomplete(art, "quota set", focused="remove", value="")
        await asyncio.sleep(0.5)
        assert not silent.choices
