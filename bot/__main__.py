"""The command line."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Coroutine
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click
from typing_extensions import override

from bot import __version__
from bot.command_line import ConfiguredGroup, config_option
from bot.config import Config, ConfigError, load_config
from bot.health import health
from bot.logs import set_up_logging
from bot.operator import quota
from bot.reported import reports
from bot.roles import Role
from bot.upkeep import db

EX_CONFIG = 78


@click.group(cls=ConfiguredGroup, help="Limner paints people's characters in Discord.")
@click.version_option(__version__, prog_name="limner", message="%(prog)s %(version)s")
def main() -> None:
    """Dispatch to a command."""


def _configured(file: Path | None) -> Config:
    config = load_config(file)
    set_up_logging(config.log.level, config.log.format, config.secrets(), prompts=config.log.prompts)
    return config


def event_loop() -> asyncio.AbstractEventLoop:
    """The one of uvloop where it is installed (the extra `fast`): the same loop in C."""
    try:
        import uvloop  # noqa: PLC0415 - an extra
    except ImportError:
        return asyncio.new_event_loop()

    class Loop(uvloop.Loop):
        """Names are looked up in Python's threads: the end would wait for those of the library, however long a name
        server is silent. What is an address already is looked up nowhere, and needs no thread.
        """

        @override
        async def getaddrinfo(self, host: Any, *args: Any, **named: Any) -> Any:
            look_up = partial(socket.getaddrinfo, host, *args, **named)
            return look_up() if _is_address(host) else await self.run_in_executor(None, look_up)

    return Loop()


def _is_address(host: Any) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=event_loop) as runner:
        return runner.run(work)


@main.command(help="Start the bot.")
@config_option
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ALL.value,
    show_default=True,
    help="gateway, worker: one of several processes on PostgreSQL; http: Discord's interactions arrive as requests",
)
@click.option("--shards", metavar="FIRST-LAST/COUNT", help="with --role gateway: which of Discord's shards it holds")
def run(file: Path | None, role: str, shards: str | None) -> None:
    """Run until SIGTERM or Ctrl-C."""
    from bot.app import run as run_bot  # noqa: PLC0415 - `--help` and a wrong setting answer at once

    _run(run_bot(_configured(file), Role(role), shards))
    # All is closed. A thread may still wait for a name server, and Python would wait for it.
    logging.shutdown()
    os._exit(0)


@main.command(help="Say in plain lines what works: settings, database, pictures, disk, token, key, balance, models.")
@config_option
@click.option("--live", is_flag=True, help="then try a real card and real orders: asks first, costs some cents")
@click.option("--channel", type=click.IntRange(1, 2**63 - 1), help="with --live: id of the channel for the card")
@click.option("--headshot", is_flag=True, help="with --live: try that endpoint too, though the setting is off")
@click.option("--free", is_flag=True, help="with --live: order nothing")
@click.option("--yes", is_flag=True, help="with --live: do not ask")
def check(file: Path | None, live: bool, channel: int | None, headshot: bool, free: bool, yes: bool) -> None:
    """Exit with 1 when something does not work, with 78 when a setting is wrong."""
    from bot.checkup import check as check_all  # noqa: PLC0415 - as above
    from bot.live import Plan, check_live  # noqa: PLC0415 - as above

    plan = Plan(channel, headshot, free)
    if not live and (yes or plan != Plan()):
        raise click.UsageError("--channel, --headshot, --free and --yes belong to --live")
    if live and not yes and not sys.stdin.isatty():
        raise click.ClickException("--live asks before it orders, and nobody is there to answer: say --yes")
    good = _run(check_all(file))
    if live:
        config = _configured(file)
        if not yes:
            click.confirm(plan.question(config), abort=True)
        good = _run(check_live(config, plan)) and good
    if not good:
        sys.exit(1)


@main.command(help="Measure how well faces hold on your account, for [likeness]: asks first, costs dozens of images.")
@config_option
@click.option("--people", type=click.IntRange(2, 12), default=6, show_default=True, help="people who do not exist")
@click.option("--no-headshot", is_flag=True, help="without that endpoint")
@click.option("--yes", is_flag=True, help="do not ask")
def calibrate(file: Path | None, people: int, no_headshot: bool, yes: bool) -> None:
    """Exit with 1 when no thresholds came of it, with 78 when a setting is wrong or the extra is missing."""
    from bot.live import Trial, Way  # noqa: PLC0415 - as above
    from bot.live import calibrate as measure  # noqa: PLC0415 - as above

    config = _configured(file)
    trial = Trial(people, tuple(way for way in Way if way is not Way.HEADSHOT or not no_headshot))
    if not yes:
        if not sys.stdin.isatty():
            raise click.ClickException("it asks before it orders, and nobody is there to answer: say --yes")
        click.confirm(trial.question, abort=True)
    if not _run(measure(config, trial)):
        sys.exit(1)


main.add_command(quota)
main.add_command(db)
main.add_command(reports)
main.add_command(health)


if __name__ == "__main__":
    try:
        main()
    except ConfigError as error:
        print(f"limner: {error}", file=sys.stderr)
        sys.exit(EX_CONFIG)
