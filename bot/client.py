"""The discord.py bot: intents, command tree, extensions, persistent items. No logic."""

import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from typing_extensions import override
from yarl import URL

from bot.interactions.context import Services
from bot.interactions.forms import Forms
from bot.interactions.tree import LimnerTree
from bot.storage.facts import SqlFacts

_log = logging.getLogger(__name__)

EXTENSIONS = ("cogs.portraits", "cogs.characters", "cogs.gallery", "cogs.admin", "cogs.privacy")
_COMMANDS_HASH = "commands_hash"


def point_at(api_base_url: str, gateway_url: str) -> None:
    """Use another address for Discord's REST API or gateway, such as a proxy; empty leaves it as it is."""
    if api_base_url:
        Route.BASE = api_base_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


class LimnerBot(commands.Bot):
    """Slash commands only: no privileged intent, no member or message cache (29 kB a server instead of 110)."""

    def __init__(self, facts: SqlFacts) -> None:
        super().__init__(
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
        self.services: Services
        self.forms = Forms()
        self._facts = facts
        self.closing = False
        self._announced = False

    @override
    async def setup_hook(self) -> None:
        # Called again when a login is repeated.
        for extension in EXTENSIONS:
            if extension not in self.extensions:
                await self.load_extension(extension)
        await self._sync()

    async def _sync(self) -> None:
        """Register the commands only when they changed: Discord allows 200 creations a day."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        text = json.dumps([self.application_id, payload], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if await self._facts.get(_COMMANDS_HASH) == digest:
            return
        await self.tree.sync()
        await self._facts.put(_COMMANDS_HASH, digest)
        _log.info("commands registered with Discord")

    async def on_ready(self) -> None:
        """Say so once; Discord sends it again after every new session."""
        if not self._announced:
            self._announced = True
            _log.info("ready")

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Submitted forms are ours; commands and buttons are dispatched by the library."""
        await self.forms.dispatch(interaction)

    @override
    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        _log.exception("event %s failed", event_method)
