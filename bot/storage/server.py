"""Is this PostgreSQL database ours, and of which version? And brought to the newest one, by one program at a time."""

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


def key_of(space: str, name: str) -> int:
    """The number under which PostgreSQL locks a name of ours; `space` keeps installations in one database apart."""
    return int.from_bytes(blake2b(f"{space}\0{name}".encode(), digest_size=8).digest(), "big", signed=True)


def asked(connection: Connection[Any], name: str, params: Params | None = None) -> Cursor[Any]:
    """Run a statement of `server.sql`."""
    return connection.execute(statement(_SERVER[name]), params)


def upgrade(connection: Connection[Any]) -> int:
    """Bring the schema to the newest version, all steps in one transaction; returns the version that was found.

    Raises NotOurDatabase or SchemaTooNew, and nothing was changed. Programs that start together wait for each other.
    """
    space = _suitable(connection)
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0", prepare=False)
        asked(connection, "lock", {"key": key_of(space, "upgrade")})
        version = version_of(connection)
        if version is None:
            asked(connection, "make")
            asked(connection, "first", {"program": _PROGRAM})
        connection.execute(FUNCTIONS, prepare=False)
        for number, each in migrations():
            if (version or 0) < number:
                connection.execute(script(each), prepare=False)
        asked(connection, "set", {"version": migrations()[-1][0]})
    return version or 0


def expect_newest(connection: Connection[Any]) -> None:
    """Return if the schema is of this version; raises NotOurDatabase and SchemaTooNew."""
    _suitable(connection)
    version, newest = version_of(connection), migrations()[-1][0]
    if version != newest:
        raise NotOurDatabase(f"its schema is {version or 'not there yet'}, and {newest} is needed: start the bot once")


def version_of(connection: Connection[Any]) -> int | None:
    """The version of the schema, None where there is nothing yet; raises NotOurDatabase and SchemaTooNew."""
    tables = {row["name"] for row in asked(connection, "tables")}
    newest = migrations()[-1][0]
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
    if row["version"] > newest:
        raise SchemaTooNew(f"schema {row['version']}, this program knows {newest}")
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


def _suitable(connection: Connection[Any]) -> str:
    """The name of the schema that is used; raises NotOurDatabase for a server that cannot be."""
    if connection.info.server_version < _OLDEST:
        raise NotOurDatabase(f"its server is PostgreSQL {connection.info.server_version // 10000}; 13 is the oldest")
    row = asked(connection, "kind").fetchone()
    if row is None or row["schema"] is None:
        raise NotOurDatabase("the schema that its search_path names is not there")
    if row["encoding"] != "UTF8":
        raise NotOurDatabase(f"its encoding is {row['encoding']}: create it with ENCODING 'UTF8'")
    return str(row["schema"])
