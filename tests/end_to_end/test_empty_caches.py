"""What a payload says is enough: the rules hold while the server is not known, after a start and in an outage."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot, until
from tests.fakes.discord_wire import Interaction, Member
from tests.fakes.discord_wire.state import Channel
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

FORUM, MEDIA = 15, 16
BLOCKED = "the limit of your role for a day is 0"


async def said(interaction: Interaction) -> str:
    await interaction.acknowledged(10)
    assert interaction.answer is not None
    assert interaction.ephemeral
    return interaction.answer.text


def admin(w: RunningBot) -> Member:
    return w.discord.member("ada", permissions=["manage_guild"])


async def after_a_start(w: RunningBot) -> None:
    """GUILD_CREATE is held back."""
    w.discord.home.unavailable = True
    await w.bot.terminate()
    await w.start()


async def in_an_outage(w: RunningBot) -> None:
    """The server was known, and is unavailable; what it told since was missed."""
    w.discord.take_away(w.discord.home)


Loss = Callable[[RunningBot], Awaitable[None]]
LOSSES = pytest.mark.parametrize("lose", [after_a_start, in_an_outage])


@asynccontextmanager
async def unknown(folder: Path) -> AsyncIterator[RunningBot]:
    """A bot that never heard of its server but its id."""
    async with running_bot(folder) as w:
        await after_a_start(w)
        yield w
        assert "Traceback" not in w.bot.output
        await w.honest()


@LOSSES
async def test_a_blocked_role_is_refused_by_command_button_menu_and_form(tmp_path: Path, lose: Loss) -> None:
    async with running_bot(tmp_path) as w:
        art, role = w.discord.channel("art"), w.discord.role("banned")
        bob = w.discord.member("bob")
        card = await final(await bob.slash(art, "portrait", prompt="a sailor"))
        await said(await bob.slash(art, "character save", name="Mia", features="woman, red hair, freckles"))
        await said(await admin(w).slash(art, "quota role", role=role, limit=0))
        await lose(w)
        w.discord.member("bob", roles=[role])
        assert BLOCKED in await said(await bob.slash(art, "portrait", prompt="a sailor"))
        assert BLOCKED in await said(await bob.slash(art, "character pose", character="Mia", scene="at sea"))
        assert BLOCKED in await said(await bob.click(card, "Reroll"))
        chosen = await (await bob.click(card, "Change one thing")).acknowledged()
        assert chosen.answer
        form = await (await bob.select(chosen.answer, None, "outfit")).acknowledged()
        field = form.modal["components"][0]["component"]["custom_id"] if form.modal else ""
        assert BLOCKED in await said(await bob.submit_modal(form, {field: "a raincoat"}))
        assert len(w.vendor.orders) == 1
        await w.honest()


@LOSSES
async def test_a_better_role_counts_and_everybody_has_the_role_of_everybody(tmp_path: Path, lose: Loss) -> None:
    async with running_bot(tmp_path) as w:
        art, ada = w.discord.channel("art"), admin(w)
        patron, everyone = w.discord.role("patrons"), w.discord.home.everyone
        await said(await ada.slash(art, "quota set", member_day=1))
        await said(await ada.slash(art, "quota role", role=patron, limit=3))
        await said(await ada.slash(art, "quota role", role=everyone, limit=0))
        await lose(w)
        carol, dave = w.discord.member("carol", roles=[patron]), w.discord.member("dave")
        for _ in range(3):
            assert (await final(await carol.slash(art, "portrait", prompt="a sailor"))).images
        assert "the limit of your role for a day (3)" in await said(await carol.slash(art, "portrait", prompt="x"))
        assert BLOCKED in await said(await dave.slash(art, "portrait", prompt="a sailor"))
        assert "**0 of 3**" in await said(await carol.slash(art, "quota mine"))
        await w.honest()


async def test_admins_manage_by_what_the_payload_says(tmp_path: Path) -> None:
    async with unknown(tmp_path) as w:
        art, forum = w.discord.channel("art"), w.discord.channel("pictures", kind=FORUM)
        log, role, bob = w.discord.channel("log"), w.discord.role("artists"), w.discord.member("bob")
        ada, boss = admin(w), w.discord.member("boss", permissions=["administrator"])
        said_of_role = await said(await ada.slash(art, "quota role", role=role, limit=5))
        assert said_of_role == f"<@&{role.id}>: **no limit of its own → 5 a day**"
        bob.roles = [role]
        assert "A day: **5**" in await said(await boss.slash(art, "quota member", member=bob))
        shown = await said(await ada.slash(art, "settings channels", action="add", channel=forum))
        assert shown == f"Channels: **every channel → <#{forum.id}>**"
        assert f"Log: **none → <#{log.id}>**" in await said(await ada.slash(art, "settings log", channel=log))
        for command in ("settings show", "quota show", "quota reset"):
            await said(await ada.slash(art, command))
        report = await ada.slash(art, "quota report")
        assert (await report.until(lambda message: not message.is_loading)).text.startswith("### Images of")
        refused = await said(await bob.slash(art, "quota set", server_day=1))
        assert refused == "Only members with the permission Manage Server can do this."
        assert f"<@&{role.id}>: 5" in await said(await ada.slash(art, "quota show"))
        w.discord.channel("hidden").deny("view_channel")
        hidden = await ada.slash(art, "settings log", channel=w.discord.channel("hidden"))
        assert await said(hidden) == "I cannot write there."


@pytest.mark.parametrize("kind", [0, 5, FORUM, MEDIA], ids=["text", "announcements", "forum", "media"])
async def test_a_thread_or_post_is_as_its_channel(tmp_path: Path, kind: int) -> None:
    async with unknown(tmp_path) as w:
        art, hall = w.discord.channel("art", kind=kind), w.discord.channel("hall")
        post, gossip, alice = w.discord.thread("sketches", art), w.discord.thread("gossip", hall), alice_of(w)
        await said(await admin(w).slash(hall, "settings channels", action="add", channel=art))
        card = await final(await alice.slash(post, "portrait", prompt="a sailor"))
        assert card.images
        assert "I paint only in" not in await said(await alice.slash(post, "quota mine"))
        for closed in (hall, gossip):
            assert f"I paint only in <#{art.id}>" in await said(await alice.slash(closed, "portrait", prompt="x"))
        await said(await admin(w).slash(hall, "settings channels", action="add"))
        await said(await admin(w).slash(hall, "settings channels", action="remove", channel=art))
        assert f"I paint only in <#{hall.id}>" in await said(await alice.click(card, "Reroll"))
        assert (await final(await alice.slash(gossip, "portrait", prompt="a sailor"))).images


def alice_of(w: RunningBot) -> Member:
    return w.discord.member("alice")


@pytest.mark.parametrize("kind", [FORUM, MEDIA], ids=["forum", "media"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
async def test_add_in_a_post_names_the_forum_and_remove_takes_it_off(tmp_path: Path, kind: int, known: bool) -> None:
    async with running_bot(tmp_path) as w:
        forum, hall = w.discord.channel("pictures", kind=kind), w.discord.channel("hall")
        if not known:
            await after_a_start(w)
        first, second = w.discord.thread("one", forum), w.discord.thread("two", forum)
        shown = await said(await admin(w).slash(first, "settings channels", action="add"))
        assert f"→ <#{forum.id}>**" in shown
        assert (await final(await alice_of(w).slash(second, "portrait", prompt="a sailor"))).images
        assert "I paint only in" in await said(await alice_of(w).slash(hall, "portrait", prompt="a sailor"))
        await said(await admin(w).slash(hall, "settings channels", action="add"))
        shown = await said(await admin(w).slash(second, "settings channels", action="remove"))
        assert f"→ <#{hall.id}>**" in shown
        await w.honest()


async def age_restricted(w: RunningBot, channel: Channel) -> bool:
    """Whether a flagged picture is shown there."""
    await (await admin(w).slash(channel, "settings safety", flagged="spoiler")).acknowledged()
    await final(await alice_of(w).slash(channel, "portrait", prompt="a first one"))
    link = f"http://{w.vendor.host}/images/{w.vendor.accepted[0].job_id}.png"
    body = {"status": "success", "id": 1, "output": [link], "nsfw_content_detected": True, "meta": {}}
    w.vendor.script.append(Answer(body=body))
    card = await final(await alice_of(w).slash(channel, "portrait", prompt="a sailor"))
    assert bool(card.images) == ('"spoiler": true' in json.dumps(card.payload()))
    return bool(card.images)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
async def test_age_restriction_is_what_the_payload_says(tmp_path: Path, known: bool) -> None:
    async with running_bot(tmp_path) as w:
        adults = w.discord.channel("adults", nsfw=True)
        if not known:
            await after_a_start(w)
        assert await age_restricted(w, adults)
        # A thread's payload that does not speak of it opens nothing, whatever its parent is.
        assert not await age_restricted(w, w.discord.thread("late", adults))
        # The change was not heard: the payload counts, not what was known.
        adults.nsfw = False
        assert not await age_restricted(w, adults)
        await w.honest()


async def test_what_is_known_of_a_server_that_is_away_removes_nothing(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, role = w.discord.channel("art"), w.discord.role("artists")
        await said(await admin(w).slash(art, "quota role", role=role, limit=5))
        await said(await admin(w).slash(art, "settings channels", action="add"))
        await after_a_start(w)
        assert f"<@&{role.id}>: 5" in await said(await admin(w).slash(art, "quota show"))
        w.discord.release(w.discord.home)
        await until(w, "SELECT 1 FROM role_limit")
        assert "5" in await said(await admin(w).slash(art, "quota show"))
        assert w.rows("SELECT what FROM audit ORDER BY id") == [{"what": "quota role"}, {"what": "settings channels"}]
