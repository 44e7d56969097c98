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
    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session, which has all servers of its shard: at the start, and whenever the last one was lost."""
        count, there = self._bot.shard_count or 1, {guild.id for guild in self._bot.guilds}
        await self._privacy.present(there, lambda each: (each >> 22) % count == shard_id)
