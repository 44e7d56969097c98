"""The offline playground: the real bot in a simulated Discord, served as a page, with a drawn ModelsLab.

Only the edges are simulated. The commands, the queue, the database, the vendor's client with its polling and
its safe download are the ones that run in production.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import discord
from pydantic import SecretStr

from bot.app import House, open_house
from bot.config import Config, DatabaseConfig, DiscordConfig, LogConfig, ModelsLabConfig
from bot.demo.standin import StandIn
from bot.logs import set_up_logging
from bot.stopping import stop_on_signals

try:
    import simcord
    from simcord import SetupError
    from simcord.preview import Preview
except ImportError:
    sys.exit("limner: the demo needs its own packages: run it by `make demo`, or `uv sync --group demo` first")

REFRESH_SECONDS = 0.3
WELCOME = (
    "Welcome to the studio! Type `/portrait` below, describe somebody, and click **Reroll** or **Save this face** on "
    "the picture; then `/character pose` puts the saved face anywhere. Pictures here are drawn by a stand-in, so you "
    "need no key; *Viewing as* above switches between a member and an admin."
)


def demo_config(standin: StandIn, folder: Path) -> Config:
    """The settings of a demo: the stand-in as vendor, everything else as an operator gets it by default."""
    return Config(
        discord=DiscordConfig(token=SecretStr("a-token-of-the-simulated-discord")),
        modelslab=ModelsLabConfig(
            api_key=SecretStr(standin.key), base_url=standin.base_url, trusted_hosts=(standin.host,)
        ),
        database=DatabaseConfig(url=f"sqlite:///{folder / 'limner.db'}"),
        log=LogConfig(level="WARNING"),
    )


@asynccontextmanager
async def simulated(house: House, port: int | None = None) -> AsyncGenerator[Preview, None]:
    """A server with one channel, an admin and a member, in a page; the bot is in it and works.

    The job runner is started outside of the simulator's own context: the simulator keeps a virtual clock for
    what the bot does inside an interaction, while the queue, the vendor and the waiting cards run in real time.
    """
    env = simcord.Env(house.bot, check_errors=False, shard_count=1)
    env.backend.clock.advance((datetime.now(UTC) - env.now()).total_seconds())
    env.backend.bot_user.name = "Limner"
    await env.start()
    jobs = asyncio.create_task(house.runner.run())
    try:
        guild = env.create_guild(name="The Studio")
        channel = guild.create_text_channel("portraits")
        admin_role = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
        admin = guild.add_member(env.create_user("ada", global_name="Ada (admin)"), roles=[admin_role])
        member = guild.add_member(env.create_user("milo", global_name="Milo (member)"))
        await admin.send(channel, WELCOME)
        async with env.preview(channel, viewers=[member, admin], layout="channel", port=port) as preview:
            pages = asyncio.create_task(_keep_fresh(env, preview))
            try:
                yield preview
            finally:
                pages.cancel()
                await asyncio.gather(pages, return_exceptions=True)
    finally:
        await house.runner.stop()
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
        await env.shutdown()


async def _keep_fresh(env: simcord.Env, preview: Preview) -> None:
    """Show the open pages what the bot posted on its own: the simulator does so only after an action."""
    seen = -1
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        posted = len(env.http_requests)
        # While somebody acts in the page, the simulator refuses; the next round shows it.
        with suppress(SetupError):
            if posted != seen:
                await preview.refresh()
                seen = posted


async def play(port: int = 0) -> None:
    """Serve the playground until Ctrl-C; prints one line with the address of the page."""
    set_up_logging("WARNING", "text", ())
    stopped = asyncio.Event()
    stop_on_signals(stopped)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="limner-demo-"))
        standin = stack.enter_context(StandIn.running())
        house = await stack.enter_async_context(open_house(demo_config(standin, Path(folder))))
        preview = await stack.enter_async_context(simulated(house, port or None))
        print(f"Limner demo: {preview.url} (Ctrl-C ends it)", flush=True)  # noqa: T201 - the one line of the demo
        closed = asyncio.create_task(preview.wait_closed())
        stop = asyncio.create_task(stopped.wait())
        await asyncio.wait({closed, stop}, return_when=asyncio.FIRST_COMPLETED)
        for task in (closed, stop):
            task.cancel()
        await asyncio.gather(closed, stop, return_exceptions=True)
