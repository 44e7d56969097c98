"""`python -m bot db ...`: the database and its pictures, for the operator: looked at, backed up, put back."""

import asyncio
import os
import shutil
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from bot import __version__
from bot.clock import SystemClock
from bot.command_line import ConfiguredGroup, config_option
from bot.config import Config, ConfigError, DatabaseConfig, inspect_config
from bot.stopping import interrupted_by_signals
from bot.storage.backup import BackupFailed, Manifest, Progress, archive_of, back_up, restore
from bot.storage.database import UNUSABLE, DatabaseBusy, open_database, why_unusable
from bot.storage.migrate import migrations
from bot.storage.place import Place, PlaceError
from bot.storage.places import open_place
from bot.storage.schema import Findings, examine
from bot.storage.sqlite import owned

_ARCHIVE = click.argument("archive", type=click.Path(path_type=Path))


@click.group(cls=ConfiguredGroup, help="The database and its pictures: status, upgrade, copy, backup, restore.")
@click.pass_context
def db(context: click.Context) -> None:
    """Dispatch to a command."""
    context.with_resource(interrupted_by_signals())


@db.command(help="Say what is there: size, version, whether a bot has it open, room on the disk.")
@config_option
def status(file: Path | None) -> None:
    """Plain lines; nothing is changed."""
    database, pictures = _places(file)
    if database.is_server:
        _server_status(database)
        return
    path = Path(os.path.realpath(database.path))
    try:
        found = examine(path)
    except UNUSABLE as error:
        raise ConfigError(f"database.url: {why_unusable(path, error)}") from None
    if found is None:
        raise ConfigError(f"database.url: there is no {path} yet; start the bot once")
    try:
        lines = _status(path, found, pictures)
    except PlaceError as error:
        raise ConfigError(f"pictures.url: {error.strerror}") from None
    for line in lines:
        click.echo(line)


@db.command(help="Bring the database to the schema of this version. The bot must not run.")
@config_option
def upgrade(file: Path | None) -> None:
    """As every start does."""
    database, _ = _places(file)

    async def opened() -> None:
        async with open_database(database.place):
            pass
        if database.is_server:
            # What carries the turns of several processes stands in a schema of its own, beside.
            async with open_database(database.place, shared=True):
                pass

    with _usable(database.shown):
        asyncio.run(opened())
    click.echo(f"{database.shown}: schema {migrations()[-1][0]}")


@db.command(help="Move everything from a SQLite FILE to the PostgreSQL server of database.url, which must be empty.")
@config_option
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
def copy(file: Path | None, source: Path) -> None:
    """The file stays as it is; no bot may run on it."""
    database, _ = _places(file)
    if not database.is_server:
        raise ConfigError("database.url: name the server to copy to, postgresql://USER@HOST/NAME")
    if not source.is_file():
        raise ConfigError(f"there is no {source}")
    with _usable(source, setting=""):
        from bot.storage import moving  # noqa: PLC0415 - its driver is an extra

        with (
            moving.opened(Path(os.path.realpath(source))) as opened,
            _usable(database.shown),
            _progress("copy") as progress,
        ):
            counts = moving.copy(opened, database.url, progress)
    for name, rows in counts.items():
        click.echo(f"{name}: {rows} rows, compared")
    click.echo(f"{database.shown}: {sum(counts.values())} rows; its pictures belong in {database.pictures}")


@db.command(help="Write database and pictures into one file, also while the bot runs, and read it again.")
@config_option
@_ARCHIVE
def backup(file: Path | None, archive: Path) -> None:
    """A folder gets a file that is named by the time."""
    (database, pictures), now = _own_file(file), SystemClock().now()
    with _failing(), _progress("backup") as progress:
        target = archive / f"limner-{now:%Y%m%d-%H%M%S}.tar" if archive.is_dir() else archive
        made = back_up(Path(os.path.realpath(database.path)), pictures, target, __version__, now, progress)
    click.echo(f"{target}: {_said(made)}; read again and found right")
    if made.missing:
        click.echo(f"{made.missing} pictures that portraits name are missing there, or damaged")


@db.command(name="restore", help="Put a backup in the place of the database. The bot must not run.")
@config_option
@_ARCHIVE
@click.option("--replace", is_flag=True, help="a database that is there is lost")
@click.option("--check", is_flag=True, help="only read the backup, and say whether it is whole")
def restore_(file: Path | None, archive: Path, replace: bool, check: bool) -> None:
    """Nothing is changed before all of the archive was read."""
    database, pictures = _own_file(file)
    with _failing():
        if check:
            click.echo(f"{archive}: {_said(archive_of(archive))}; it is whole")
            return
        with _progress("restore") as progress:
            made = restore(archive, Path(os.path.realpath(database.path)), pictures, progress, replace=replace)
    click.echo(f"{database.path}: {_said(made)}, as of {made.made}")


def _places(file: Path | None) -> tuple[DatabaseConfig, Place]:
    """Only where the database and the pictures are: a new machine may have no token yet."""
    config, problems = inspect_config(file)
    wrong = [line for name, line in problems.items() if config is None or name.startswith(("database", "pictures"))]
    if config is None or wrong:
        raise ConfigError(*wrong)
    return config.database, _pictures(config)


def _pictures(config: Config) -> Place:
    try:
        return open_place(config.pictures.url, config.database.pictures, config.pictures.access())
    except PlaceError as error:
        raise ConfigError(f"pictures.url: {error.strerror}") from None


def _own_file(file: Path | None) -> tuple[DatabaseConfig, Place]:
    database, pictures = _places(file)
    if database.is_server:
        raise ConfigError(
            f"database.url: {database.shown} is backed up and put back with PostgreSQL's own pg_dump and pg_restore;"
            f" copy {pictures} after the dump"
        )
    return database, pictures


@contextmanager
def _usable(place: Path | str, setting: str = "database.url: ") -> Generator[None]:
    """`setting` says which names the place; none does where it was typed."""
    try:
        yield
    except ImportError as error:
        raise ConfigError(f"database.url: its driver is not installed, get limner[postgres]: {error}") from None
    except UNUSABLE as error:
        raise ConfigError(f"{setting}{why_unusable(place, error)}") from None


def _server_status(database: DatabaseConfig) -> None:
    with _usable(database.shown):
        from bot.storage.moving import look  # noqa: PLC0415 - its driver is an extra

        found = look(database.url)
    newest = migrations()[-1][0]
    click.echo(f"database: {database.shown}, PostgreSQL {found['server']}, {found['bytes'] / 2**20:.1f} MiB")
    click.echo(f"schema: {found['schema'] or 'none yet'}{'' if found['schema'] == newest else f', of {newest}'}")
    if "portraits" in found:
        click.echo(f"portraits: {found['portraits']}")
    click.echo(f"bot: {_listed(found['sharers'])}")


def _listed(names: Sequence[str]) -> str:
    """Whatever runs, by the names of its connections, which others may have too."""
    return "runs (" + ", ".join(sorted(names)) + ")" if names else "does not run"


@contextmanager
def _failing() -> Generator[None]:
    try:
        yield
    except BackupFailed as error:
        raise ConfigError(str(error)) from None
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from None


@contextmanager
def _progress(what: str) -> Generator[Progress]:
    """A bar where somebody looks on."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with click.progressbar(length=1, label=what, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        yield show


def _said(manifest: Manifest) -> str:
    size = f"{manifest.bytes / 2**20:.1f} MiB"
    return f"{manifest.portraits} portraits and {manifest.pictures} pictures, {size}, schema {manifest.schema}"


def _status(path: Path, found: Findings, pictures: Place) -> list[str]:
    newest = migrations()[-1][0]
    kept = [each.size for folder in pictures.folders() for each in pictures.kept(folder)]
    return [
        f"database: {path}, {path.stat().st_size / 2**20:.1f} MiB, {'sound' if not found.damage else found.damage}",
        f"schema: {newest}" if found.is_newest else f"schema: older than {newest}; the next start upgrades it",
        f"portraits: {found.portraits}",
        f"pictures: {len(kept)} files, {sum(kept) / 2**20:.1f} MiB in {pictures}",
        f"bot: {_runs(path)}",
        f"disk: {shutil.disk_usage(path.parent).free / 2**30:.1f} GiB free",
    ]


def _runs(path: Path) -> str:
    try:
        with owned(path):
            return "does not run"
    except DatabaseBusy:
        return "runs"
