import asyncio
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.ids import UserId
from bot.interactions import charts
from bot.interactions.cards import changes
from bot.interactions.cards import policy as cards
from bot.interactions.context import Services, asker_of, user_id_of
from bot.interactions.guard import say
from bot.interactions.payload import roles_of
from bot.interactions.reports import MemberUse, by_member, table
from bot.services.servers.administration import managed
from bot.services.servers.answers import AnyChange
from bot.services.servers.limits import Limits
from cogs.servers import listed, options

PERIODS = [
    app_commands.Choice(name="today", value="day"),
    app_commands.Choice(name="the last seven days", value="week"),
    app_commands.Choice(name="this month", value="month"),
]
TITLES = {"day": "Images of today", "week": "Images of the last seven days", "month": "Images of this month"}
ONE_OF_ROLE = "Choose one of `limit`, `unlimited` and `remove`. Nothing was changed."
ONE_OF_MEMBER = "Choose one of `limit`, `unlimited` and `clear`; `clear` does not go with `gift`. Nothing was changed."

REMOVE_ALONE = "`remove` goes alone. Nothing was changed."


class QuotaCog(commands.GroupCog, group_name="quota", group_description="How many images there are, and who used them"):
    """`mine` is for everybody, so the command is shown to all; the use cases ask for Manage Server."""

    def __init__(self, services: Services) -> None:
        self._administration = services.administration
        self._policies = services.policies

    @app_commands.command(description="What you have left here, and when it resets")
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        asker = asker_of(interaction)
        rules, budgets = await self._policies.budgets(asker)
        view = cards.mine(rules, budgets, asker.place)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(description="Show the limits of this server (needs Manage Server)")
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        asker = asker_of(interaction)
        shown, at_limit = await self._administration.overview(asker), await self._administration.at_limit(asker)
        view = cards.limits(shown, options.roles(interaction), at_limit)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(name="set", description="Set the limits of this server (needs Manage Server)")
    @app_commands.describe(
        server_day="Images a day for the whole server",
        server_month="Images a month for the whole server",
        member_day="Images a day for each member",
        at_once="Portraits at once for each member; 0 for no limit",
        cooldown="Seconds between two portraits of one member; 0 for none",
        defaults="Whatever you do not name goes back to the operator's default",
        remove="Takes a role or member off the list of limits, also one that is gone; nothing else with it",
    )
    @app_commands.autocomplete(remove=listed.suggest_limits)
    async def set_(
        self,
        interaction: discord.Interaction[Any],
        server_day: int | None = None,
        server_month: int | None = None,
        member_day: int | None = None,
        at_once: int | None = None,
        cooldown: int | None = None,
        defaults: bool = False,
        remove: str | None = None,
    ) -> None:
        asker = asker_of(interaction)
        limits = Limits(server_day, server_month, member_day, at_once, cooldown, defaults)
        if remove is None:
            await _answer(interaction, await self._administration.set_limits(asker, limits))
        elif limits != Limits():
            managed(asker)
            await say(interaction, REMOVE_ALONE)
        else:
            await _answer(interaction, await listed.remove_limit(self._administration, asker, remove))

    @app_commands.command(description="A limit of its own for a role (needs Manage Server)")
    @app_commands.describe(
        role="Which role; of a member's roles the best limit counts",
        limit="Images a day for each member with this role; 0 blocks them",
        unlimited="No limit for a day within the server's own",
        remove="The role has no limit of its own any more",
    )
    async def role(
        self,
        interaction: discord.Interaction[Any],
        role: discord.Role,
        limit: int | None = None,
        unlimited: bool = False,
        remove: bool = False,
    ) -> None:
        asker = asker_of(interaction)
        managed(asker)
        role_id = options.role(interaction, role)
        if [limit is not None, unlimited, remove].count(True) != 1:
            await say(interaction, ONE_OF_ROLE)
            return
        await _answer(interaction, await self._administration.set_role(asker, role_id, limit, remove=remove))

    @app_commands.command(description="An exception or extra images for one person (needs Manage Server)")
    @app_commands.describe(
        member="Who; with nothing else you see where they stand",
        limit="Images a day for this person, whatever their roles; 0 blocks them",
        unlimited="No limit for a day within the server's own",
        gift="Extra images, used when their day is used up",
        clear="Back to the rules: no exception, and no extra images that are left",
    )
    async def member(
        self,
        interaction: discord.Interaction[Any],
        member: discord.User,
        limit: int | None = None,
        unlimited: bool = False,
        gift: int = 0,
        clear: bool = False,
    ) -> None:
        asker = asker_of(interaction)
        managed(asker)
        person = await options.member(interaction, member)
        user_id = user_id_of(person)
        if [limit is not None, unlimited, clear].count(True) > 1 or (clear and gift):
            await say(interaction, ONE_OF_MEMBER)
            return
        if limit is not None or unlimited or clear or gift:
            done = await self._administration.set_member(
                asker, user_id, per_day=limit, unlimited=unlimited, gift=gift, clear=clear
            )
            await _answer(interaction, done)
            return
        them = replace(asker, user_id=user_id, roles=roles_of(person))
        rules, budgets = await self._policies.budgets(them)
        await interaction.response.send_message(view=cards.member(user_id, rules, budgets), ephemeral=True)

    @app_commands.command(description="Start counting again, for a member or the whole server (needs Manage Server)")
    @app_commands.describe(member="Whose images of today; leave it out for the whole server, today and this month")
    async def reset(self, interaction: discord.Interaction[Any], member: discord.User | None = None) -> None:
        asker = asker_of(interaction)
        managed(asker)
        user_id = user_id_of(await options.member(interaction, member)) if member else None
        await _answer(interaction, await self._administration.reset(asker, user_id))

    @app_commands.command(description="Who used what, as a chart and a table (needs Manage Server)")
    @app_commands.describe(period="Of which time; leave it out for the last seven days")
    @app_commands.choices(period=PERIODS)
    async def report(self, interaction: discord.Interaction[Any], period: str = "week") -> None:
        asker = asker_of(interaction)
        await self._administration.since(asker, period)
        # Names are asked for one by one, and a busy month takes a moment to add up.
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._administration.report(asker, period)
        uses = by_member(found.rows)
        names = await _names(interaction, uses[: charts.MOST_BARS])
        bars = charts.bars_of(uses, names)
        title = TITLES[period]
        counted = sum(bar.total for bar in bars), sum(bar.failed for bar in bars), sum(bar.refused for bar in bars)
        sums = f"{counted[0]:,} images, {counted[1]:,} requests failed, {counted[2]:,} refused"
        picture = await asyncio.to_thread(charts.draw, f"Since {found.since:%d %b %Y %H:%M} UTC · {sums}", bars)
        sheet = await asyncio.to_thread(table, found.rows, names, found.price)
        mentions = [f"<@{use.user_id}>" for use in uses[: charts.MOST_BARS]]
        mentions += [bar.name for bar in bars[charts.MOST_BARS :]]
        cost = f" · about {found.price.said(counted[0])}" if found.price else ""
        summary = f"since <t:{int(found.since.timestamp())}:f> · {sums}{cost}"
        view, files = cards.report(title, summary, bars, mentions, picture, sheet, found.price)
        await interaction.edit_original_response(view=view, attachments=files)


async def _answer(interaction: discord.Interaction[Any], done: AnyChange) -> None:
    """Old and new, to the admin alone."""
    await interaction.response.send_message(view=changes.changed(done), ephemeral=True)


async def _names(interaction: discord.Interaction[Any], uses: list[MemberUse]) -> dict[UserId, str]:
    """Display names of those who are still here; the others keep their ids."""

    async def name(user_id: UserId) -> tuple[UserId, str] | None:
        try:
            found = await options.person(interaction, user_id)
        except discord.HTTPException:
            return None
        return user_id, found.display_name

    return dict(each for each in await asyncio.gather(*(name(use.user_id) for use in uses)) if each)
