"""One connection to PostgreSQL: its settings, its rows, and the statements between its BEGIN and its COMMIT."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

import psycopg
from psycopg import Connection, Cursor
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper
from typing_extensions import override

from bot.storage.dialect import statement
from bot.storage.schema import NotOurDatabase
from bot.storage.server import asked, key_of
from bot.storage.units import Params, Row, Transaction

# A statement that takes longer is a mistake; a transaction that does nothing so long is of a process that is frozen.
_SESSION = "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '15s'; SET lock_timeout = '1s'"
# A server that says nothing is noticed, and asked for somewhere else, within seconds.
_LINK = {
    "connect_timeout": "3",
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
# A pooler that others use as well may give two different ones out, by chance.
_LOOKS = 5


class _Record:
    """A row; see `bot.storage.units.Row`."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: Sequence[Any]) -> None:
        self._places = places
        self._values = values

    def __getitem__(self, key: Any) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        """The names of its columns, in order."""
        return list(self._places)


def _records(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], _Record]:
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return partial(_Record, places)


class _WholeNumber(Loader):
    """A sum of integers comes as a `numeric`, and is an integer still."""

    @override
    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        return float(text) if "." in text else int(text)


def plain(value: Any) -> Any:
    """A parameter as both databases take it; no text of PostgreSQL's holds a NUL: it becomes what cannot be read."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return str(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return value


def connect(url: str) -> Connection[Any]:
    """A connection as all of ours are; raises psycopg.Error. It commits each statement unless told to begin."""
    given: dict[str, Any] = dict(conninfo_to_dict(url))
    connection: Connection[Any] = psycopg.connect(
        **{**_LINK, "application_name": "limner", **given},  # pyright: ignore[reportArgumentType]
        autocommit=True,
        row_factory=_records,  # pyright: ignore[reportArgumentType]
    )
    # Each of one type, whatever its value: else the server must guess, and makes a plan for every guess.
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, StrDumper)
    connection.adapters.register_loader("numeric", _WholeNumber)
    connection.execute(_SESSION, prepare=False)
    return connection


def of_its_own(url: str) -> Connection[Any]:
    """As `connect`, where it stays the same one until it is closed: what is locked and set belongs to it.

    Raises NotOurDatabase where a pooler gives it to somebody else between two transactions; psycopg.Error.
    """
    connection = connect(url)
    try:
        with connect(url) as other:
            _expect_apart(connection, other)
    except BaseException:
        connection.close()
        raise
    return connection


def _expect_apart(one: Connection[Any], other: Connection[Any]) -> None:
    if any(_process_of(one) == _process_of(other) for _ in range(_LOOKS)):
        raise NotOurDatabase(
            "a pooler gives its connections out for one transaction at a time, and locks need one to stay: "
            "have it give them out by session (PgBouncer: pool_mode = session), or go around it"
        )


def _process_of(connection: Connection[Any]) -> int:
    [pid] = asked(connection, "process").fetchone() or [0]
    return int(pid)


async def asynchronous(url: str) -> psycopg.AsyncConnection[Any]:
    """A connection for whoever is woken by it; raises psycopg.Error. It commits each statement."""
    given: dict[str, Any] = dict(conninfo_to_dict(url))
    return await psycopg.AsyncConnection.connect(
        **{**_LINK, "application_name": "limner", **given},  # pyright: ignore[reportArgumentType]
        autocommit=True,
    )


class Engine(Protocol):
    """Who carries the turns of a fleet, inside of one transaction of ours."""

    def enqueue(self, connection: Connection[Any], count: int) -> list[int]: ...

    def mend(self, connection: Connection[Any], waiting: int) -> Sequence[tuple[int, int]]: ...


class PostgresTransaction(Transaction):
    """Statements of one connection, between its BEGIN and its COMMIT."""

    def __init__(self, connection: Connection[Any], space: str, engine: Engine | None = None) -> None:
        """`engine`: where several processes paint."""
        self._connection = connection
        self._space = space
        self._engine = engine

    @override
    def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        found = self._execute(sql, params)
        return found.fetchall() if found.description else []

    @override
    def run(self, sql: str, params: Params | None = None) -> None:
        self._execute(sql, params)

    def _execute(self, sql: str, params: Params | None) -> Cursor[Any]:
        given = {name: plain(value) for name, value in (params or {}).items()}
        return self._connection.execute(statement(sql), given)

    @override
    def lock(self, *names: str) -> None:
        # In one order everywhere: two units that want the same names never wait for each other.
        keys = sorted({key_of(self._space, name) for name in names})
        for key in keys:
            asked(self._connection, "lock", {"key": key})

    @override
    def rewrite_soon(self) -> None:
        """The server's own vacuum sees to it."""

    @override
    def enqueue(self, turns: int) -> None:
        if self._engine is not None:
            self._engine.enqueue(self._connection, turns)

    @override
    def mend_turns(self, waiting: int) -> Sequence[tuple[int, int]]:
        return self._engine.mend(self._connection, waiting) if self._engine is not None else ()
