"""The offline playground: the real bot in a simulated Discord, served as a page, with a drawn ModelsLab.

Only the edges are simulated. The commands, the queue, the database, the vendor's client with its polling and
its safe download are the ones that run in production.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import discord
import simcord
from aiohttp import web
from pydantic import SecretStr
from simcord import SetupError
from simcord.preview import Preview

from bot.app import App
from bot.config import Config, DatabaseConfig, DiscordConfig, LogConfig, ModelsLabConfig, QuotaConfig
from playground.standin import StandIn

REFRESH_SECONDS: Final = 0.3
# How long a command may take before the simulator gives up on it.
SLOW_MACHINE: Final = 60.0
# The simulator's page bears its own name, and tools for its developers. Here it is Limner's, for members.
_NAMED: Final = (
    ("<title>SimCord Preview</title>", "<title>Limner</title>"),
    ('aria-label="SimCord preview"', 'aria-label="Limner"'),
    ('aria-hidden="true">S</span>', 'aria-hidden="true">L</span>'),
    ("<strong>SimCord</strong><small>Preview</small>", "<strong>Limner</strong><small>Playground</small>"),
)
# All pictures of a message appear at once, when the last of them is there.
_STYLE: Final = """
#refresh, #capture-open, #inspector-toggle, .session-menu, #messages-toggle, #messages-sidebar { display: none; }
article:has(.component-gallery img:not([src])) .component-gallery img { visibility: hidden; }
"""


@dataclass(frozen=True, slots=True)
class Playground:
    """A running one: where it is, and who is in it."""

    env: simcord.Env
    preview: Preview
    channel: Any
    member: Any
    admin: Any
    told: asyncio.Event


def demo_config(standin: StandIn, folder: Path) -> Config:
    """The settings of a demo: the stand-in as vendor, room to play, everything else as by default."""
    return Config(
        discord=DiscordConfig(token=SecretStr("a-token-of-the-simulated-discord")),
        modelslab=ModelsLabConfig(
            api_key=SecretStr(standin.key), base_url=standin.base_url, trusted_hosts=(standin.host,)
        ),
        database=DatabaseConfig(url=f"sqlite:///{folder / 'limner.db'}"),
        quota=QuotaConfig(member_per_day=50),
        log=LogConfig(level="WARNING"),
    )


@asynccontextmanager
async def simulated(app: App, standin: StandIn, port: int | None = None) -> AsyncGenerator[Playground, None]:
    """A server with one channel, an admin and a member, in a page; the bot is in it and works.

    The job runner is started outside of the simulator's own context: the simulator keeps a virtual clock for
    what the bot does inside an interaction, while the queue, the vendor and the waiting cards run in real time.
    """
    env = simcord.Env(app.bot, shard_count=1, check_errors=False, settle_timeout=SLOW_MACHINE)
    env.backend.bot_user.name = "Limner"
    standin.elsewhere = env.backend.cdn.get
    await env.start()
    jobs = asyncio.create_task(app.runner.run())
    try:
        guild = env.create_guild(name="The Studio")
        channel = guild.create_text_channel("portraits")
        admin_role = guild.create_role("Admins", permissions=discord.Permissions(administrator=True))
        admin = guild.add_member(env.create_user("ada", global_name="Ada (admin)"), roles=[admin_role])
        member = guild.add_member(env.create_user("milo", global_name="Milo (member)"))
        page = env.preview(channel, viewers=[member, admin], layout="channel", port=port, timezone=_timezone())
        _name(page)
        async with page as preview:
            told = asyncio.Event()
            pages = asyncio.create_task(_keep_fresh(env, preview, told))
            try:
                yield Playground(env, preview, channel, member, admin, told)
            finally:
                pages.cancel()
                await asyncio.gather(pages, return_exceptions=True)
    finally:
        await app.runner.stop()
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
        await env.shutdown()


def be_at(env: simcord.Env, when: datetime) -> None:
    """Move the simulated clock on to that time; it never goes back."""
    env.backend.clock.advance(max(0.0, (when - env.now()).total_seconds()))


async def _keep_fresh(env: simcord.Env, preview: Preview, told: asyncio.Event) -> None:
    """Show the open pages what the bot posted on its own, which the simulator does only after an action, and keep its
    clock with the wall's. Not while the story is told: that is an action of its own, in a time of its own.
    """
    await told.wait()
    seen = -1
    while True:
        be_at(env, datetime.now(UTC))
        posted = len(env.http_requests)
        # While somebody acts in the page, the simulator refuses; the next round shows it.
        with suppress(SetupError):
            if posted != seen:
                await preview.refresh()
                seen = posted
        await asyncio.sleep(REFRESH_SECONDS)


def _timezone() -> str:
    """That of this machine, by its usual link: messages bear the time of the reader's own clock."""
    zone = os.path.realpath("/etc/localtime").partition("/zoneinfo/")[2]
    return zone if zone in available_timezones() else "UTC"


def _name(page: Preview) -> None:
    """Serve the page under our name. The simulator has no setting for it, so its handler of files is wrapped."""
    # Pinned to one version, and a test reads the page's name.
    server: Any = vars(page)["_server"]
    plain = server._static  # noqa: SLF001 - as above

    async def named(request: web.Request) -> web.Response:
        response: web.Response = await plain(request)
        if request.path == "/":
            for theirs, ours in _NAMED:
                response.text = (response.text or "").replace(theirs, ours)
        if request.path == "/preview.css":
            response.text = (response.text or "") + _STYLE
        return response

    server._static = named  # noqa: SLF001 - as above
