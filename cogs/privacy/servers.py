import discord
from discord.ext import commands

from bot.domain.ids import GuildId
from bot.interactions.context import Services


class ServersCog(commands.Cog):
    """Notices servers that remove the bot, and those that come back."""

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._privacy = services.privacy

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._privacy.left(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._privacy.joined(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        # A server that comes back within a session may be told as one that had only been away.
        await self._privacy.joined(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        await self._privacy.present({guild.id for guild in self._bot.guilds}, self._is_told)

    def _is_told(self, guild_id: int) -> bool:
        """Whether one of our shards would be told of a server."""
        ids, count = self._bot.shard_ids, self._bot.shard_count or 1
        return ids is None or (guild_id >> 22) % count in ids
