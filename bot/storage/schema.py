"""Is this file ours, whole, and of a version that is known? Asked before anything on the disk is touched."""

import errno
import os
import sqlite3
import stat
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.storage.migrate import APPLICATION_ID, SchemaTooNew, migrations
from bot.storage.sql import load

_SQL = load("schema")
_HEADER = ("application_id", "user_version")
_REASONS = {
    sqlite3.SQLITE_NOTADB: "it is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "it is damaged or cut off; put a backup in its place",
}
# What a table, an index or a view is called, and the statement that made it, without its layout.
Objects = Mapping[str, str]


class NotOurDatabase(Exception):
    """The file must not be used; the text says why, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file of ours holds. `damage`: the first thing that SQLite's own check of the pages finds; else empty."""

    portraits: int
    is_newest: bool
    damage: str = ""


def examine(path: Path) -> Findings | None:
    """Look through the whole file, as `inspect` does; None when there is none yet. Time grows with its size."""
    inspect(path)
    if not _size(path):
        return None
    with _untouched(path) as connection:
        [damage] = connection.execute("PRAGMA quick_check(1)").fetchone()
        [version] = connection.execute("PRAGMA user_version").fetchone()
        [portraits] = connection.execute(_SQL["portraits"]).fetchone() if version else [0]
    return Findings(int(portraits), version == migrations()[-1][0], "" if damage == "ok" else str(damage))


def inspect(path: Path) -> None:
    """Return if the program may use the file, or make it: raises NotOurDatabase, SchemaTooNew or OSError.

    Nothing in the folder changes, whether nobody has the file open, another process has, or one died.
    """
    if not _size(path):
        if _size(path.with_name(path.name + "-wal")):
            raise NotOurDatabase("it is empty, and its write-ahead log is not: a part of it is missing")
        return
    # Asked, not tried: to close the file here would give up the locks of other connections in this process.
    if not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    try:
        with _untouched(path) as connection:
            _examine(connection)
            [pages], [page] = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
            # SQLite itself takes half a page for a whole one. What stands in the log may be missing in the file.
            if pages * page > _size(path) and not _size(path.with_name(path.name + "-wal")):
                raise NotOurDatabase(_REASONS[sqlite3.SQLITE_CORRUPT])
    except sqlite3.DatabaseError as error:
        reason = _REASONS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if reason is None:
            raise
        raise NotOurDatabase(reason) from error


def _size(path: Path) -> int:
    """Bytes of a file, 0 when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found.st_mode):
        raise NotOurDatabase("it is no file")
    return found.st_size


@contextmanager
def _untouched(path: Path) -> Generator[sqlite3.Connection]:
    """Read the file without leaving a trace: SQLite would make two files beside it, and a reader leaves them there."""
    log, shared = path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
    made = False
    if log.exists() and shared.exists():
        query = "mode=ro&readonly_shm=1"
    elif not _size(log):
        query = "immutable=1"
    else:
        # A log cannot be read without an index of it: that is made, and goes again.
        query, made = "mode=ro", True
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?{query}", uri=True, isolation_level=None)) as connection:
            yield connection
    finally:
        if made:
            shared.unlink(missing_ok=True)


def _examine(connection: sqlite3.Connection) -> None:
    """Compare what the file says of itself with what the migrations make."""
    program, version = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in _HEADER)
    found, newest = _objects(connection), migrations()[-1][0]
    if program not in {0, APPLICATION_ID} or version < 0:
        raise NotOurDatabase(f"it belongs to another program (its application id is {program})")
    ours = schema_of(version)
    if version > newest and (program or not ours.keys().isdisjoint(found)):
        raise SchemaTooNew(f"schema {version}, this program knows {newest}")
    if ours.keys().isdisjoint(found) and (found or version):
        raise NotOurDatabase("it holds the tables of another program")
    wrong = sorted(name for name, statement in ours.items() if found.get(name) != statement)
    if wrong:
        raise NotOurDatabase(
            f"it says schema {version}, but {', '.join(wrong[:3])} differ{'s' if len(wrong) == 1 else ''} from it:"
            " made by a version that was never released, or changed by hand; put a backup in its place, or move it away"
        )
    _check_guests(connection, {name: found[name] for name in found.keys() - ours.keys()}, schema_of(newest))


def _check_guests(connection: sqlite3.Connection, guests: Objects, newest: Objects) -> None:
    """An operator's own tables, views and indexes are welcome where they change nothing that the program does."""
    taken = sorted(guests.keys() & newest.keys())
    if taken:
        raise NotOurDatabase(f"{taken[0]} in it is not Limner's, and a newer schema needs the name: rename it")
    rows = connection.execute(_SQL["rules"])
    binding = sorted(
        name
        for name, table in rows
        if table in newest and guests.get(name, "").startswith(("create unique", "create trigger", "create temp"))
    )
    if binding:
        raise NotOurDatabase(f"{binding[0]} in it is not Limner's, and changes what can be written: drop it")


def schema_of(version: int) -> Objects:
    """What the migrations up to this version make."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for number, script in migrations():
            if number <= version:
                connection.executescript(script)
        return _objects(connection)


def _objects(connection: sqlite3.Connection) -> Objects:
    rows = connection.execute(_SQL["objects"])
    return {name: " ".join((sql or "").replace('"', "").split()).casefold() for name, sql in rows}
