"""A bot that ends begins nothing new, says so, and ends what began."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.end_to_end.fleet import stop
from tests.end_to_end.running_bot import final, running_bot
from tests.fakes.discord_wire import Interaction

pytestmark = pytest.mark.slow

SAYS = "I am restarting just now"


async def said(asked: Interaction) -> str:
    return (await asked.until(lambda answer: bool(answer.text))).text


async def test_whatever_comes_while_it_ends_is_not_begun_and_told_so(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        card = await final(await alice.slash(art, "portrait", prompt="a sailor"))
        form = await (await alice.click(card, "More")).acknowledged()
        # An order on its way keeps it from ending, for up to 20 s.
        w.vendor.latency = 8.0
        last = await (await alice.slash(art, "portrait", prompt="a smith")).acknowledged()
        while len(w.vendor.orders) < 2:
            await asyncio.sleep(0.01)
        stop(w.bot, signal.SIGTERM)
        await w.bot.line(lambda text: "stopping" in text)
        assert SAYS in await said(await alice.slash(art, "portrait", prompt="a cook"))
        assert SAYS in await said(await alice.click(card, "Reroll"))
        assert SAYS in await said(await alice.submit_modal(form, {"what": "vary"}, validate=False))
        assert await w.bot.wait() == 0
        assert len(w.vendor.orders) == 2
        await w.start()
        assert (await final(last)).images
        await w.honest()
