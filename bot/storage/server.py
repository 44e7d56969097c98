"""Is this PostgreSQL database ours, and of which version? And brought to the newest one, by one program at a time."""

import time
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from psycopg import Connection, Cursor

from bot.storage.dialect import FUNCTIONS, script, statement
from bot.storage.migrate import SchemaTooNew, migrations
from bot.storage.schema import NotOurDatabase, schema_of
from bot.storage.sql import load
from bot.storage.units import Params

_SERVER = load("server")
_PROGRAM = "limner"
# The first with 64-bit numbers of transactions, which say after a lost connection whether one was committed.
_OLDEST = 130000
# Whose the database is: asked so often, so many seconds apart.
_TRIES, _TRY_AGAIN = 6, 0.2
_STILL_RUN = "its schema is {} and must become {}, but processes of an older version run on it: stop all of them first"


def key_of(space: str, name: str) -> int:
    """The number under which PostgreSQL locks a name of ours; `space` keeps installations in one database apart."""
    return int.from_bytes(blake2b(f"{space}\0{name}".encode(), digest_size=8).digest(), "big", signed=True)


def asked(connection: Connection[Any], name: str, params: Params | None = None) -> Cursor[Any]:
    """Run a statement of `server.sql`."""
    return connection.execute(statement(_SERVER[name]), params)


def upgrade(connection: Connection[Any], own: Callable[[], None]) -> None:
    """Bring the schema to the newest version, all steps in one transaction, and `own` the database.

    Raises NotOurDatabase, SchemaTooNew, or what `own` raises, and nothing was changed. Programs that start together
    wait for each other, and own nothing yet: so whoever does own it, or a share of it, runs by an older schema.
    """
    space = suitable(connection)
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0", prepare=False)
        asked(connection, "lock", {"key": key_of(space, "upgrade")})
        version, newest = version_of(connection), migrations()[-1][0]
        if version is None:
            asked(connection, "make")
            asked(connection, "first", {"program": _PROGRAM})
        elif version < newest and not got_in_time(connection, "alone", process_key(space)):
            raise NotOurDatabase(_STILL_RUN.format(version, newest))
        connection.execute(FUNCTIONS, prepare=False)
        for number, each in migrations():
            if (version or 0) < number:
                connection.execute(script(each), prepare=False)
        asked(connection, "set", {"version": newest})
        own()


def process_key(space: str) -> int:
    """The number that whoever runs on an installation locks, alone or as one of several."""
    return key_of(space, "process")


def got_in_time(connection: Connection[Any], how: str, key: int) -> bool:
    """Whether a lock is had by the statement `how`. Whoever ended just now may still be there for the server."""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_TRY_AGAIN)  # noqa: TID251 - in a thread of its own
        [got] = asked(connection, how, {"key": key}).fetchone() or [False]
        if got:
            return True
    return False


def sharers(connection: Connection[Any]) -> list[str]:
    """What the processes are called that run on it."""
    [space, _] = asked(connection, "kind").fetchone() or ["", ""]
    return [str(row["name"]) for row in asked(connection, "sharers", {"key": process_key(str(space))})]


def expect_known(connection: Connection[Any]) -> None:
    """For who runs on it. Raises SchemaTooNew where a newer version upgraded it meanwhile."""
    row = asked(connection, "version").fetchone()
    if row is not None:
        _expect_no_newer(row["version"])


def _expect_no_newer(version: int) -> None:
    newest = migrations()[-1][0]
    if version > newest:
        raise SchemaTooNew(f"schema {version}, this program knows {newest}")


def expect_newest(connection: Connection[Any]) -> None:
    """Return if the schema is of this version; raises NotOurDatabase and SchemaTooNew."""
    suitable(connection)
    version, newest = version_of(connection), migrations()[-1][0]
    if version != newest:
        raise NotOurDatabase(f"its schema is {version or 'not there yet'}, and {newest} is needed: start the bot once")


def version_of(connection: Connection[Any]) -> int | None:
    """The version of the schema, None where there is nothing yet; raises NotOurDatabase and SchemaTooNew."""
    tables = {row["name"] for row in asked(connection, "tables")}
    if "schema_version" not in tables:
        if tables:
            raise NotOurDatabase(
                "it holds the tables of another program: give Limner a database, or a schema, of its own"
            )
        return None
    columns = {row["name"] for row in asked(connection, "columns")}
    row = asked(connection, "version").fetchone() if columns == {"program", "version"} else None
    if row is None or row["program"] != _PROGRAM:
        raise NotOurDatabase("it belongs to another program: its table schema_version is not Limner's")
    _expect_no_newer(row["version"])
    missing = sorted(_tables_of(row["version"]) - tables)
    if missing:
        raise NotOurDatabase(f"it says schema {row['version']}, but {missing[0]} is missing: put a backup in its place")
    return int(row["version"])


def tables() -> list[str]:
    """The tables of the newest schema, referenced ones first."""
    first = ("character", "portrait")
    rest = sorted(_tables_of(migrations()[-1][0]) - set(first))
    return [*first, *rest]


def _tables_of(version: int) -> set[str]:
    return {name for name, sql in schema_of(version).items() if sql.startswith("create table")}


def suitable(connection: Connection[Any]) -> str:
    """The name of the schema that is used; raises NotOurDatabase for a server that cannot be."""
    if connection.info.server_version < _OLDEST:
        raise NotOurDatabase(f"its server is PostgreSQL {connection.info.server_version // 10000}; 13 is the oldest")
    row = asked(connection, "kind").fetchone()
    if row is None or row["schema"] is None:
        raise NotOurDatabase("the schema that its search_path names is not there")
    if row["encoding"] != "UTF8":
        raise NotOurDatabase(f"its encoding is {row['encoding']}: create it with ENCODING 'UTF8'")
    return str(row["schema"])
