import discord
from discord.ext import commands

from bot.domain.ids import GuildId, UserId
from bot.interactions.context import Services, user_id_of
from bot.services.servers.tidying import Named
from cogs.servers import options


class TidyingCog(commands.Cog):
    """Takes out of a server's rules what Discord says is deleted, also what was deleted while nobody listened.

    Members who leave are not told without a privileged intent: admins remove those.
    """

    def __init__(self, bot: commands.AutoShardedBot, services: Services) -> None:
        self._bot = bot
        self._tidying = services.tidying

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        await self._compare(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._compare(guild)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await self._compare(role.guild)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._compare(channel.guild)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        await self._compare(self._bot.get_guild(thread.guild_id))

    async def _compare(self, guild: discord.Guild | None) -> None:
        """A server's lists are complete once it is available; threads are in none, so Discord is asked for those."""
        if guild is None or not options.complete(guild):
            return
        guild_id = GuildId(guild.id)
        named = await self._tidying.named(guild_id)
        roles = named.roles - {role.id for role in guild.roles}
        unlisted = named.channels - {channel.id for channel in guild.channels}
        channels = frozenset([each for each in unlisted if await options.missing(self._bot.http, each)])
        if roles or channels:
            await self._tidying.gone(guild_id, self._own_id(), Named(roles, channels))

    def _own_id(self) -> UserId:
        return user_id_of(self._bot.user or discord.Object(0))
