"""What people write and forge: refused on every path, without a word of it, and before it costs anybody anything."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction

pytestmark = pytest.mark.slow

REFUSED = "Your text holds words that are not allowed here"
FEATURES = "woman with short dark hair, freckles, brown eyes"
BAD = "n u d e  ch\u00edld"


async def answered(asked: Interaction) -> str:
    await asked.acknowledged()
    message = await asked.until(lambda _: True)
    assert message.is_ephemeral
    return message.text


async def slash(
    w: RunningBot, command: str, *, who: str = "alice", validate: bool = True, **options: Any
) -> Interaction:
    return await w.discord.member(who).slash(w.discord.channel("art"), command, validate=validate, **options)


async def read(asked: Interaction, who: Any, chapter: str) -> str:
    """What the help says after turning to that chapter."""
    message = await asked.until(lambda _: True)
    await (await who.select(message, None, chapter)).acknowledged()
    return (await asked.until(lambda _: True)).text


async def refused(w: RunningBot, asked: Interaction, *texts: str) -> None:
    answer = await answered(asked)
    assert REFUSED in answer
    assert not [text for text in (BAD, *texts) if text.casefold() in answer.casefold()]


async def test_what_nobody_may_switch_off_is_refused_on_every_path(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        admin = w.discord.member("boss", permissions=["manage_guild"])
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        await refused(w, await slash(w, "portrait", prompt=BAD))
        await refused(w, await slash(w, "portrait", prompt="a child at sea", negative="clothes"))
        await refused(w, await slash(w, "portrait", prompt="at sea", negative=BAD))
        await refused(w, await slash(w, "character save", name="Mia", features=f"{BAD}, freckles, brown eyes"))
        await refused(w, await slash(w, "character save", name="nude kid", features=FEATURES))
        form = await (await slash(w, "character save", name="Mia")).acknowledged()
        await refused(w, await alice.submit_modal(form, {"Who": BAD, "Hair and eyes": "red hair"}))
        # Each part alone is innocent: together they are one picture.
        await (
            await slash(w, "character save", name="Kim", features="child, 8 years old, red hair, green eyes")
        ).acknowledged()
        await refused(w, await slash(w, "character pose", character="Kim", scene="naked on a sofa"))
        await refused(w, await slash(w, "character pose", character="Kim", scene="on a sofa", outfit="lingerie"))
        await refused(w, await slash(w, "portrait", character="Kim", prompt="topless"))
        form = await (await slash(w, "character edit", character="Kim")).acknowledged()
        await refused(w, await alice.submit_modal(form, {"features": f"{BAD}, freckles"}))
        await refused(w, await admin.slash(art, "settings style", negative=BAD))
        card = await final(await slash(w, "portrait", prompt=FEATURES))
        form = await (await alice.click(card, "Save this face")).acknowledged()
        await refused(w, await alice.submit_modal(form, {"name": "Mia", "features": BAD}))
        chosen = await (await alice.click(card, "Change one thing")).acknowledged()
        assert chosen.answer
        form = await (await alice.select(chosen.answer, None, "outfit")).acknowledged()
        field = form.modal["components"][0]["component"]["custom_id"] if form.modal else ""
        await refused(w, await alice.submit_modal(form, {field: BAD}))
        assert len(w.vendor.orders) == 1
        assert w.rows("SELECT name FROM character") == [{"name": "Kim"}]
        assert BAD not in w.bot.output
        await w.honest()


async def test_own_words_real_names_and_a_servers_words(tmp_path: Path) -> None:
    own = {"LIMNER_MODERATION__WORDS": "gremlin, red hot", "LIMNER_MODERATION__PEOPLE": "Jane Q. Public"}
    async with running_bot(tmp_path, **own) as w:
        admin, art = w.discord.member("boss", permissions=["manage_guild"]), w.discord.channel("art")
        await refused(w, await slash(w, "portrait", prompt="a Gr3mlin"), "gremlin", "gr3mlin")
        await refused(w, await slash(w, "portrait", prompt="Jane Q Public as a queen"), "Jane")
        await refused(w, await slash(w, "character save", name="jane q. public", features=FEATURES), "jane")
        await (await admin.slash(art, "settings safety", words="clown")).acknowledged()
        await refused(w, await slash(w, "portrait", prompt="a sad C L O W N"), "clown")
        assert (await final(await slash(w, "portrait", prompt="Jane, a clownfish breeder"))).images
        assert len(w.vendor.orders) == 1
        await w.honest()


async def test_a_flood_is_slowed_down_and_nobody_else_feels_it(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_LIMITS__BURST_PER_MEMBER="5") as w:
        w.vendor.job_seconds = 1
        flood = [await slash(w, "portrait", prompt="again") for _ in range(12)]
        other = await slash(w, "portrait", who="bob", prompt="once")
        await asyncio.gather(*(each.acknowledged() for each in (*flood, other)))
        told = [each for each in flood if each.answer and "That was a lot at once" in each.answer.text]
        assert 6 <= len(told) <= 7
        assert all(each.ephemeral for each in told)
        assert (await final(other)).images
        await w.settled()
        assert len(w.rows("SELECT id FROM portrait")) == 13 - len(told)
        assert w.rows("SELECT count(*) AS n FROM refusal") == [{"n": 0}], "a flood costs no writes"
        await w.honest()


async def test_forged_options_and_clicks_are_answered_and_cost_nothing(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, mallory = w.discord.channel("art"), w.discord.member("mallory")
        w.vendor.job_seconds = 1.5
        waiting = await (await slash(w, "portrait", prompt="a sailor")).acknowledged()
        assert waiting.message
        forged: list[dict[str, Any]] = [
            {"prompt": "x" * 5000},
            {"prompt": " "},
            {"prompt": "x", "count": 99},
            {"prompt": "x", "count": 0},
            {"prompt": "x", "seed": -1},
            {"prompt": "x", "seed": 2**60},
            {"prompt": "x", "style": "<@1>"},
            {"prompt": "x", "framing": "\u0000"},
            {"prompt": "x", "negative": "y" * 3000},
            {"prompt": "x", "character": "z" * 2000},
        ]
        for options in forged:
            text = await answered(await slash(w, "portrait", who="mallory", validate=False, **options))
            assert "Something went wrong" not in text, options
        assert "Only the member who asked" in await answered(await mallory.click(waiting.message, "Cancel"))
        for command in ("settings safety", "quota set"):
            extra = {"words": "x"} if command == "settings safety" else {"member_per_day": 1}
            assert "Manage Server" in await answered(await mallory.slash(art, command, validate=False, **extra))
        assert (await final(waiting)).images
        assert len(w.vendor.orders) == 1
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_no_text_of_a_person_pings_anybody(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        bob = w.discord.member("bob")
        prompt = f"@everyone @here <@{bob.id}> **bold** [x](https://x.test) a sailor"
        card = await final(await slash(w, "portrait", prompt=prompt))
        assert card.pings == set()
        assert card.images
        await w.honest()


async def test_help_says_what_there_is(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        alice, admin = w.discord.member("alice"), w.discord.member("boss", permissions=["manage_guild"])
        first = await slash(w, "help")
        assert "/character pose character: Mia scene: on a stormy pier" in await answered(first)
        listed = await read(first, alice, "commands")
        ids = {each["name"]: each["id"] for each in w.discord.commands[None]}
        for command in ("portrait", "character pose", "privacy export", "privacy delete", "quota mine", "help"):
            assert f"</{command}:{ids[command.partition(' ')[0]]}>" in listed
        assert "settings" not in listed
        theirs = await admin.slash(w.discord.channel("art"), "help")
        await answered(theirs)
        assert f"</settings channels:{ids['settings']}>" in await read(theirs, admin, "admin")
