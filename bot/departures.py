"""Which servers have the bot, asked of Discord now and then: without the gateway nobody is told when one removes it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

import discord

from bot.domain.errors import StoreBusy, StoreFull
from bot.outages import NO_ANSWER, named

_log = logging.getLogger(__name__)

# Seconds. Their data stays for days after that, so nothing is in a hurry.
EVERY = 6 * 3600.0
FIRST = 3600.0


class Departures:
    """Tells `present` the ids of all servers; who is not among them has removed the bot."""

    def __init__(
        self,
        client: discord.Client,
        present: Callable[[Collection[int]], Awaitable[None]],
        *,
        first: float = FIRST,
        every: float = EVERY,
    ) -> None:
        self._client = client
        self._present = present
        self._first = first
        self._every = every

    async def keep(self) -> None:
        """Go on until cancelled. A list that did not come whole says nothing."""
        await asyncio.sleep(self._first)
        while True:
            try:
                await self._present(
                    {each.id async for each in self._client.fetch_guilds(limit=None, with_counts=False)}
                )
            except NO_ANSWER as error:
                _log.warning("Discord does not say which servers have the bot (%s); asked again later", named(error))
            except (StoreBusy, StoreFull) as error:
                _log.warning("which servers have the bot is not written down (%s); later", type(error).__name__)
            await asyncio.sleep(self._every)
