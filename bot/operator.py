"""`python -m bot quota ...`: limits and totals of all servers, for the operator; it works while the bot runs."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiosqlite
import click

from bot.clock import SystemClock
from bot.command_line import ConfiguredGroup, config_option
from bot.config import Config, ConfigError, load_config
from bot.domain.errors import DomainError
from bot.domain.ids import ChannelId, GuildId, InteractionId, UserId
from bot.domain.portraits.portrait import Place, Reply
from bot.interactions import replies
from bot.services.asker import Asker
from bot.services.portraits.screening import Moderator, Pace, Screening
from bot.services.servers.administration import Administration
from bot.services.servers.answers import Overview
from bot.services.servers.limits import Limits
from bot.services.servers.log_channel import Journal
from bot.services.servers.turn import Turn
from bot.storage.database import UNUSABLE, Database, DatabaseBusy, open_database, why_unusable
from bot.storage.done import SqlDone
from bot.storage.migrate import migrations
from bot.storage.schema import inspect
from bot.storage.servers import SqlPolicies
from bot.storage.sqlite import READING, SqliteDatabase, SqliteReader

# The audit's name for whoever has the shell.
OPERATOR = UserId(0)
# Beside a running bot one transaction is written and nothing else: the bot alone moves the log into the file.
_GUEST = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA wal_autocheckpoint = 0",
)
_GUILD = click.argument("guild", type=click.IntRange(1, 2**63 - 1), metavar="GUILD")


@click.group(cls=ConfiguredGroup, help="Limits and totals of servers, for the operator; works while the bot runs.")
def quota() -> None:
    """Dispatch to a command."""


@quota.command(help="Show the limits of a server (its id), and what is used.")
@config_option
@_GUILD
def show(file: Path | None, guild: int) -> None:
    """Plain lines."""
    beside_the_bot(file, lambda config: _show(config, guild), writing=False)


@quota.command(name="set", help="Set limits of a server, under the ceiling of the settings; for the audit, by user 0.")
@config_option
@_GUILD
@click.option("--server-day", type=int, help="images a day for the whole server")
@click.option("--server-month", type=int, help="images a month for the whole server")
@click.option("--member-day", type=int, help="images a day for each member")
@click.option("--at-once", type=int, help="portraits at once for each member; 0 for no limit")
@click.option("--cooldown", type=int, help="seconds between two portraits of one member; 0 for none")
@click.option("--defaults", is_flag=True, help="whatever is not named goes back to the default of the settings")
def set_(file: Path | None, guild: int, defaults: bool, **numbers: int | None) -> None:
    """Write, then show."""
    limits = Limits(**numbers, defaults=defaults)
    if limits == Limits():
        raise click.UsageError("name at least one limit")
    beside_the_bot(file, lambda config: _set(config, guild, limits), writing=True)


@quota.command(help="Images and requests of every server, most first.")
@config_option
@click.option("--days", type=click.IntRange(1, 3660), default=30, help="of the last so many days (default: 30)")
def totals(file: Path | None, days: int) -> None:
    """One line for each server, one for all."""
    beside_the_bot(file, lambda config: _totals(config, days), writing=False)


Work = Callable[[Config], Callable[[Database], Awaitable[None]]]


def beside_the_bot(file: Path | None, work: Work, *, writing: bool) -> None:
    """Do some work on the database, also while the bot runs. Raises ConfigError, ClickException."""
    config = load_config(file)
    path = config.database.path.resolve()
    if not (config.database.is_server or path.is_file()):
        raise ConfigError(f"database.url: there is no {path} yet; start the bot once")

    async def opened() -> None:
        if config.database.is_server:
            async with open_database(config.database.url, guest=True) as database:
                await work(config)(database)
            return
        await asyncio.to_thread(inspect, path)
        async with _beside(path, writing=writing) as database:
            await work(config)(database)

    try:
        asyncio.run(opened())
    except DomainError as error:
        raise click.ClickException(replies.sentence(error) or "That did not work.") from None
    except UNUSABLE as error:
        raise ConfigError(f"database.url: {why_unusable(config.database.shown, error)}") from None


@asynccontextmanager
async def _beside(path: Path, *, writing: bool) -> AsyncGenerator[Database]:
    """The database, owned if nobody does, else as a guest of the running bot; raises ConfigError."""
    async with AsyncExitStack() as stack:
        database = await _owned(stack, path) if writing else None
        if database is None:
            reader = await _connection(stack, path, "ro", READING)
            await _check_version(reader, path)
            writer = await _connection(stack, path, "rw", _GUEST) if writing else reader
            readers = SqliteReader(reader), SqliteReader(reader)
            database = SqliteDatabase(writer, *readers, path)
        yield database


async def _owned(stack: AsyncExitStack, path: Path) -> Database | None:
    """The database of a bot that does not run; None when it does."""
    try:
        return await stack.enter_async_context(open_database(path))
    except DatabaseBusy:
        return None


async def _connection(stack: AsyncExitStack, path: Path, mode: str, pragmas: tuple[str, ...]) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None)
    stack.push_async_callback(connection.close)
    connection.row_factory = sqlite3.Row
    for pragma in pragmas:
        await connection.execute(pragma)
    return connection


async def _check_version(reader: aiosqlite.Connection, path: Path) -> None:
    rows = list(await reader.execute_fetchall("PRAGMA user_version"))
    if int(rows[0][0]) != migrations()[-1][0]:
        raise ConfigError(f"database.url: {path} was written by another version of Limner; start this one once")


def _administration(config: Config, database: Database) -> Administration:
    async def nobody(_channel: ChannelId, _line: str, _reported: object = None) -> None:
        """Speaking in Discord is the bot's business."""

    defaults = config.quota.defaults
    clock = SystemClock()
    moderator = Moderator(config.moderation.words, config.moderation.people)
    return Administration(
        store=SqlPolicies(database),
        done=SqlDone(database),
        defaults=defaults,
        clock=clock,
        journal=Journal(nobody),
        turn=Turn(database.holds),
        # Nothing is ordered here: there is no vendor to be down.
        screening=Screening(moderator, Pace(clock, burst=config.limits.burst_per_member), lambda: None),
    )


def _operator(guild: int) -> Asker:
    # No interaction of Discord's: a number below zero is none of those, and each run is a wish of its own.
    reply = Reply(0, InteractionId(-time.time_ns()), None)
    return Asker(OPERATOR, Place(ChannelId(0), GuildId(guild)), reply, is_manager=True)


def _show(config: Config, guild: int) -> Callable[[Database], Awaitable[None]]:
    async def work(database: Database) -> None:
        _say(guild, await _administration(config, database).overview(_operator(guild)))

    return work


def _set(config: Config, guild: int, limits: Limits) -> Callable[[Database], Awaitable[None]]:
    async def work(database: Database) -> None:
        administration = _administration(config, database)
        await administration.set_limits(_operator(guild), limits)
        _say(guild, await administration.overview(_operator(guild)))

    return work


def _totals(config: Config, days: int) -> Callable[[Database], Awaitable[None]]:
    price = config.quota.price

    def line(name: str, images: int, requests: int) -> str:
        cost = f", about {price.said(images)}" if price else ""
        return f"{name}: {images} images, {requests} requests{cost}"

    async def work(database: Database) -> None:
        rows = await SqlPolicies(database).totals(SystemClock().now() - timedelta(days=days))
        for guild, images, portraits in rows:
            click.echo(line(f"server {guild}" if guild else "direct messages", images, portraits))
        images, requests = sum(row[1] for row in rows), sum(row[2] for row in rows)
        click.echo(line(f"all, last {days} days", images, requests))

    return work


def _say(guild: int, shown: Overview) -> None:
    policy = shown.policy
    click.echo(f"server {guild}")
    for budget in shown.budgets:
        used = f"{budget.maximum - budget.left} used, resets {budget.resets_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{budget.limit.replace('_', ' ')}: {budget.maximum}, {used}")
    click.echo(f"member day: {policy.member_per_day}")
    click.echo(f"at once: {policy.running_per_member or 'no limit'}")
    click.echo(f"cooldown: {round(policy.cooldown.total_seconds())} s")
    click.echo(f"time zone: {policy.timezone}")
    for role in shown.roles:
        click.echo(f"role {role.role_id}: {'unlimited' if role.per_day is None else role.per_day}")
    for member in shown.members:
        limit = "unlimited" if member.per_day is None else str(member.per_day)
        click.echo(f"member {member.user_id}: {limit if member.has_limit else 'the rules'}, {member.gift} extra given")
