"""What Discord deleted goes from a server's rules too, with a line in the audit and in the log channel."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace

from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.servers.settings import Change
from bot.ports.clock import Clock
from bot.ports.servers import PolicyStore
from bot.services.servers import log_channel
from bot.services.servers.log_channel import Journal
from bot.services.servers.turn import Turn


@dataclass(frozen=True, slots=True)
class Named:
    """The roles and channels that a server's rules name."""

    roles: frozenset[int]
    channels: frozenset[ChannelId]


class Tidying:
    """Called with what is surely gone. A list of channels that runs empty stays a list: then I paint nowhere."""

    def __init__(self, *, store: PolicyStore, clock: Clock, journal: Journal, turn: Turn) -> None:
        """`turn` is that of the admins: what is read here must not be written over what they decide meanwhile."""
        self._store = store
        self._clock = clock
        self._journal = journal
        self._turn = turn

    async def named(self, guild_id: GuildId) -> Named:
        """What the rules of a server name, so that it can be compared with what there is."""
        settings = await self._store.settings(guild_id)
        channels = frozenset(settings.channels or ())
        if settings.log_channel_id is not None:
            channels |= {settings.log_channel_id}
        return Named(frozenset(limit.role_id for limit in await self._store.role_limits(guild_id)), channels)

    async def gone(self, guild_id: GuildId, noticed_by: UserId, named: Named) -> None:
        """Take these roles and channels out of the server's rules."""
        async with self._turn:
            changes = await self._without_roles(guild_id, noticed_by, named.roles)
            if change := await self._without_channels(guild_id, noticed_by, named.channels):
                changes.append(change)
        channel = (await self._store.settings(guild_id)).log_channel_id
        for change in changes:
            self._journal.tell(channel, log_channel.of_tidying(change))

    async def _without_roles(self, guild_id: GuildId, by: UserId, roles: Collection[int]) -> list[Change]:
        changes: list[Change] = []
        for limit in await self._store.role_limits(guild_id):
            if limit.role_id in roles:
                change = Change(guild_id, by, "role deleted", json.dumps(asdict(limit)), "{}")
                await self._store.set_role_limit(change, limit, None, self._clock.now(), remove=True)
                changes.append(change)
        return changes

    async def _without_channels(self, guild_id: GuildId, by: UserId, channels: Collection[ChannelId]) -> Change | None:
        before = await self._store.settings(guild_id)
        listed, log = before.channels, before.log_channel_id
        after = replace(
            before,
            channels=None if listed is None else tuple(each for each in listed if each not in channels),
            log_channel_id=None if log in channels else log,
        )
        if before == after:
            return None
        change = Change(guild_id, by, "channel deleted", *before.differences(after), after)
        await self._store.change(change, None, self._clock.now())
        return change
