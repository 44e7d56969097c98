"""`python -m bot reports ...`: pictures that members reported, for the operator; it works while the bot runs."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.command_line import ConfiguredGroup, config_of_group, config_option
from bot.domain.errors import PortraitGone
from bot.domain.ids import PortraitId
from bot.domain.portraits.report import Decision, Reported
from bot.operator import beside_the_bot
from bot.storage.database import Database
from bot.storage.reports import SqlReports

_MOST = 500


@click.group(
    cls=ConfiguredGroup,
    invoke_without_command=True,
    help="Reported pictures: list them, decide; works while the bot runs.",
)
@config_of_group
@click.option("--all", "everything", is_flag=True, help="also those that were decided")
@click.pass_context
def reports(context: click.Context, file: Path | None, everything: bool) -> None:
    """List what waits for a decision."""
    if context.invoked_subcommand is None:
        beside_the_bot(file, lambda _: _listing(everything=everything), writing=False)


@reports.command(help="The picture with this number stays hidden from the gallery.")
@config_option
@click.argument("portrait")
def hide(file: Path | None, portrait: str) -> None:
    """Decide so."""
    beside_the_bot(file, lambda _: _deciding(portrait, Decision.HIDDEN), writing=True)


@reports.command(help="The picture with this number is in its owner's gallery again.")
@config_option
@click.argument("portrait")
def show(file: Path | None, portrait: str) -> None:
    """Decide so."""
    beside_the_bot(file, lambda _: _deciding(portrait, Decision.SHOWN), writing=True)


def _listing(*, everything: bool) -> Callable[[Database], Awaitable[None]]:
    async def work(database: Database) -> None:
        found = await SqlReports(database).listed(_MOST, everything=everything)
        for each in found:
            click.echo(_line(each))
        if not found:
            click.echo("no report" if everything else "no report waits for a decision")

    return work


def _line(each: Reported) -> str:
    place = f"server {each.guild_id}, channel {each.channel_id}" if each.guild_id else "a direct message"
    link = (
        f"  https://discord.com/channels/{each.guild_id}/{each.channel_id}/{each.message_id}"
        if each.guild_id and each.message_id
        else ""
    )
    state = "deleted" if each.deleted else each.decision or "open"
    times = "once" if each.reports == 1 else f"{each.reports} times"
    return (
        f"{each.portrait_id}  {state}, reported {times} since {each.first_at:%Y-%m-%d %H:%M} UTC,"
        f" of member {each.owner_id}, {place}{link}"
    )


def _deciding(portrait: str, decision: Decision) -> Callable[[Database], Awaitable[None]]:
    async def work(database: Database) -> None:
        try:
            await SqlReports(database).decide(PortraitId(portrait), decision, None, SystemClock().now())
        except PortraitGone:
            raise click.ClickException("nobody reported a picture of that number") from None
        click.echo(f"{portrait} is {decision}")

    return work
