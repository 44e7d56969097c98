"""The commands as Discord holds them, kept as they are here.

Nothing waits for this: commands that Discord has already work meanwhile, as do all buttons and open portraits.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from discord.ext import commands
from discord.http import Route

from bot.interactions.directory import Directory
from bot.outages import NO_ANSWER, growing, named, wait_after
from bot.ports.fleet import ALONE, Holds

_log = logging.getLogger(__name__)

HOUR = 3600.0
# An answer later than this is spoken of; it is waited for all the same.
_PATIENCE = 10.0
_ANOTHERS_TURN = 1.0

_ENTRY_POINT = 4
_ENTRY_KEYS = {"type", "name", "description", "handler", "contexts", "integration_types"}
_LISTS = frozenset({"options", "choices"})
_UNORDERED = frozenset({"contexts", "integration_types", "channel_types"})
_PLAIN = frozenset(
    {"type", "name", "description", "nsfw", "required", "autocomplete", "value", "default_member_permissions"}
    | {"min_value", "max_value", "min_length", "max_length", "name_localizations", "description_localizations"}
)


def canonical(item: Mapping[str, Any]) -> dict[str, Any]:
    """What a command, an option or a choice says, however it is written: Discord adds ids, versions and defaults,
    leaves out what is empty, writes permissions as text, and keeps no order where there is none.
    """
    said: dict[str, Any] = {}
    for key, value in item.items():
        if value is None or value is False or value in ("", [], {}):
            continue
        if key in _LISTS:
            said[key] = [canonical(each) for each in value]
        elif key in _UNORDERED:
            said[key] = sorted(value)
        elif key == "default_member_permissions":
            said[key] = int(value)
        elif key in _PLAIN:
            said[key] = value
    return said


def _keyed(commands_: list[dict[str, Any]] | None) -> dict[tuple[Any, Any], dict[str, Any]]:
    typed = [{**command, "type": command.get("type") or 1} for command in commands_ or ()]
    return {(command["type"], command["name"]): canonical(command) for command in typed}


def same(ours: list[dict[str, Any]], held: list[dict[str, Any]] | None) -> bool:
    """Whether Discord holds exactly our commands, in whatever order. It may write `null` for none at all."""
    return _keyed(ours) == _keyed(held)


class Registration:
    """Compares at the start and every hour, and registers when something differs."""

    def __init__(
        self, bot: commands.AutoShardedBot, directory: Directory, holds: Holds = ALONE, *, every: float = HOUR
    ) -> None:
        self._bot = bot
        self._directory = directory
        self._holds = holds
        self._every = every
        self._is_troubled = False

    async def keep(self) -> None:
        """Go on until cancelled. Trouble is said once, and so is its end."""
        loop, waits = asyncio.get_running_loop(), growing()
        tree = self._bot.tree
        ours: list[dict[str, Any]] = [command.to_dict(tree) for command in tree.get_commands()]
        while True:
            hold = await self._holds.take("registration")
            if hold is None:
                # Another process registers them just now; what it did is seen then.
                await asyncio.sleep(_ANOTHERS_TURN)
                continue
            # What hangs or is told to wait is not cut off: discord.py holds its locks for it.
            late = loop.call_later(_PATIENCE, self._trouble, "no answer yet")
            try:
                changed = await self._compare(ours)
            except NO_ANSWER as error:
                self._trouble(named(error))
                await asyncio.sleep(await wait_after(error, waits))
                continue
            finally:
                late.cancel()
                await hold.release()
            if changed or self._is_troubled:
                _log.info("commands are registered with Discord")
            self._is_troubled, waits = False, growing()
            await asyncio.sleep(self._every)

    async def _compare(self, ours: list[dict[str, Any]]) -> bool:
        """Whether something had to be registered, which counts: Discord allows 200 new commands a day."""
        http, application = self._bot.http, self._bot.application_id or 0
        # The library's own method does not ask for the translations, which somebody else may have added.
        route = Route("GET", "/applications/{application_id}/commands", application_id=application)
        held: list[dict[str, Any]] = await http.request(route, params={"with_localizations": "true"}) or []
        self._directory.learn(held)
        # An Activity's entry point is made in the portal. It is none of ours, and Discord does not let it go.
        entries = [command for command in held if command.get("type") == _ENTRY_POINT]
        if same(ours, [command for command in held if command not in entries]):
            return False
        kept: list[Any] = [{key: entry[key] for key in _ENTRY_KEYS & entry.keys()} for entry in entries]
        self._directory.learn(await http.bulk_upsert_global_commands(application, [*ours, *kept]) or [])
        return True

    def _trouble(self, what: str) -> None:
        if not self._is_troubled:
            self._is_troubled = True
            _log.warning("commands cannot be registered now (%s); all else works, trying again by itself", what)
