"""The discord.py bot: intents, command tree, extensions, persistent items. No logic."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from discord.http import Route
from typing_extensions import override

from bot.config import ConfigError
from bot.departures import Departures
from bot.domain.errors import DomainError
from bot.gateway import SteadyBot, use_gateway
from bot.interactions import replies
from bot.interactions.context import Services
from bot.interactions.directory import Directory
from bot.interactions.forms import Forms
from bot.interactions.guard import say
from bot.interactions.payload import keep_payloads
from bot.interactions.tracing import traced
from bot.interactions.tree import LimnerTree
from bot.outages import NO_ANSWER, growing, named, wait_after
from bot.ports.fleet import ALONE, Holds
from bot.ports.measures import UNMEASURED, Measures
from bot.registration import Registration
from bot.roles import Role, Shards

_log = logging.getLogger(__name__)

EXTENSIONS = ("cogs.portraits", "cogs.characters", "cogs.gallery", "cogs.servers", "cogs.privacy", "cogs.help")
_UNKNOWN_TO_DISCORD = "discord.token is wrong: Discord does not know it (LIMNER_DISCORD__TOKEN)"
_CLOSED_FOR_GOOD = {
    4010: "--shards: Discord knows no such shard (close code 4010)",
    4011: "--shards: Discord wants more of them than that for so many servers (close code 4011)",
    # The token was renewed while the bot ran.
    4004: _UNKNOWN_TO_DISCORD,
    4014: "discord.token: Discord does not grant its application the intents that the bot asks for (close code 4014)",
}
# The library waits five minutes for an answer that does not come. Sending a large picture is not silence.
_SILENCE = aiohttp.ClientTimeout(total=300, sock_connect=15, sock_read=30)
# The library's tasks that handle interactions, by the beginning of their names; and ours that send somebody away.
_TELLING = "restarting"
_HANDLERS = ("CommandTree-invoker", "discord-ui-", "discord.py: on_interaction", _TELLING)
# Nothing here speaks; without this every start warns of packages for voice.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def point_at(api_base_url: str, gateway_url: str) -> None:
    """Use another address for Discord's REST API or gateway, such as a proxy; empty leaves it as it is."""
    if api_base_url:
        Route.BASE = api_base_url.rstrip("/")
    if gateway_url:
        use_gateway(gateway_url)


class LimnerBot(SteadyBot):
    """Slash commands only: no privileged intent, no member or message cache (29 kB a server instead of 110)."""

    def __init__(
        self,
        standing: Callable[[], Awaitable[str]],
        measures: Measures = UNMEASURED,
        role: Role = Role.ALL,
        shards: Shards | None = None,
        holds: Holds = ALONE,
    ) -> None:
        """`standing` says in words what the operator wants to know at the start, for the log."""
        super().__init__(
            shards,
            holds,
            http_trace=traced(measures),
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=LimnerTree,
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # Nothing here waits for the list of servers; interactions work from the first moment.
            guild_ready_timeout=0.2,
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.http.request = partial(self.http.request, timeout=_SILENCE)
        keep_payloads(self, measures, self._begins)
        self.measures = measures
        self.role = role
        self._holds = holds
        if role is Role.HTTP:
            logging.getLogger("discord.client").addFilter(_is_of_no_endpoint)
        self.services: Services
        self.forms = Forms()
        self.directory = Directory()
        self.closing = False
        self._standing = standing
        self._announced = False
        self._beside: list[asyncio.Task[None]] = []

    @override
    async def setup_hook(self) -> None:
        if not self.role.answers:
            return
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        registration = Registration(self, self.directory, self._holds)
        self._beside = [asyncio.create_task(registration.keep(), name="registration")]
        if self.role is Role.HTTP:
            if self.application is not None and self.application.interactions_endpoint_url is None:
                _log.warning("the developer portal has no Interactions Endpoint URL yet: Discord sends nothing here")
            departures = Departures(self, self.services.privacy.present)
            self._beside.append(asyncio.create_task(departures.keep(), name="departures"))

    def _begins(self, payload: Mapping[str, Any]) -> bool:
        """While we are closing nothing begins that might be cut short: who is sent away is told so, unless the next
        of several gateways has it too, and goes on.
        """
        suggests = payload.get("type") == discord.InteractionType.autocomplete.value
        if self.closing and not suggests and self.role is not Role.GATEWAY:
            interaction: discord.Interaction[Any] = discord.Interaction(data=payload, state=self._connection)  # pyright: ignore[reportArgumentType]
            self._beside.append(asyncio.create_task(say(interaction, replies.RESTARTING), name=_TELLING))
        return not self.closing

    async def answered(self, seconds: float) -> None:
        """Wait for so long at most until whatever began for somebody is over."""
        running = [task for task in asyncio.all_tasks() if task.get_name().startswith(_HANDLERS)]
        if running:
            await asyncio.wait(running, timeout=seconds)

    @override
    async def close(self) -> None:
        for each in self._beside:
            each.cancel()
        await super().close()

    async def on_ready(self) -> None:
        """Say so once; Discord sends it again after every new session."""
        await self.announce(f"{len(self.guilds)} servers")

    async def announce(self, reached: str) -> None:
        """Say once that interactions arrive; `reached` says in words from where."""
        if not self._announced:
            self._announced = True
            _log.info("ready: %s, %s", await self._standing(), reached)

    @property
    def trouble(self) -> str:
        """What keeps interactions from arriving; empty where nothing does."""
        if not self.role.holds_connections:
            return "" if self._announced else "not logged in yet"
        wanted, there = self.shards_connected
        if there < wanted:
            return f"{there} of {wanted} connections to Discord"
        return "" if self.is_ready() else "connected, and not yet greeted"

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Submitted forms are ours; commands and buttons are dispatched by the library."""
        await self.forms.dispatch(interaction)

    @override
    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        error = sys.exc_info()[1]
        if isinstance(error, DomainError):
            # Such as a full disk: what it was about is found again at the next start.
            _log.warning("event %s failed (%s)", event_method, type(error).__name__)
        else:
            _log.exception("event %s failed", event_method)


def _is_of_no_endpoint(record: logging.LogRecord) -> bool:
    """That an address is set for interactions is news only to those who expect them from the gateway."""
    return "interaction endpoint URL" not in record.getMessage()


async def log_in(bot: LimnerBot, token: str) -> None:
    """Until Discord answers; raises ConfigError if it does not know the token."""
    waits = growing()
    while True:
        try:
            return await bot.login(token)
        except discord.LoginFailure:
            raise ConfigError(_UNKNOWN_TO_DISCORD) from None
        except NO_ANSWER as error:
            wait = await wait_after(error, waits)
            _log.warning("Discord cannot be reached (%s), trying again in %.0f s", named(error), wait)
        await bot.http.close()
        # Closed with the session, and the library would use it again.
        bot.http.connector = discord.utils.MISSING
        await asyncio.sleep(wait)


async def stay_connected(bot: LimnerBot) -> None:
    """Hold the gateway for ever; raises ConfigError for what trying again cannot mend."""
    try:
        await bot.connect()
    except discord.ConnectionClosed as closed:
        refused = f"discord: the gateway refuses the bot for good (close code {closed.code})"
        raise ConfigError(_CLOSED_FOR_GOOD.get(closed.code, refused)) from None
