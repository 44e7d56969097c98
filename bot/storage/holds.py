"""Names that one of several processes holds, each by a connection of its own, and the bell that wakes the others."""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection, sql

from bot.storage import rows
from bot.storage.database import Database, DatabaseBusy
from bot.storage.dialect import statement
from bot.storage.link import asynchronous, connect
from bot.storage.migrate import SchemaTooNew
from bot.storage.server import asked, expect_known, key_of
from bot.storage.sql import load

_log = logging.getLogger(__name__)
_SERVER = load("server")
# A process that is frozen holds nothing for longer: the server ends a connection that is silent. Asked for more often.
_SILENCE = "SET idle_session_timeout = '30s'"
# The first server with that setting.
_KNOWS_SILENCE = 140000
_AGAIN = 1.0
# Seconds between two looks whether the database is ours still.
_LOOK = 2.0
# So long a listener waits for the bell before it looks whether its connection is there.
_LISTENING = 10.0


class _PostgresHold:
    """See `bot.ports.fleet.Hold`."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    async def lasts(self) -> bool:
        try:
            await asyncio.to_thread(asked, self._connection, "alive")
        except psycopg.Error:
            await self.release()
            return False
        return True

    async def release(self) -> None:
        await asyncio.to_thread(self._connection.close)


class Keeper:
    """Keeps the database ours: the lock that was taken with a connection is taken again where that was lost.

    Who has it is in nobody's way but an upgrade's; who had lost it may find the schema a newer one.
    """

    def __init__(self, connection: Connection[Any], again: Callable[[], Connection[Any]]) -> None:
        """`again` connects and takes the lock; raises DatabaseBusy where another process has it by now."""
        self._connection = connection
        self._again = again

    async def keep(self) -> None:
        """Until cancelled, or until the database is no longer for this process: then it is told to end."""
        try:
            while True:
                await asyncio.sleep(_LOOK)
                await self._look()
        except DatabaseBusy as error:
            _log.error("while the database was away, another process took %s: this one ends", error)
        except SchemaTooNew as error:
            _log.error("a newer version of Limner upgraded the database (%s): this one ends", error)
        signal.raise_signal(signal.SIGTERM)

    async def _look(self) -> None:
        try:
            await asyncio.to_thread(expect_known, self._connection)
        except psycopg.Error:
            self._connection.close()
            with suppress(psycopg.Error):
                self._connection = await asyncio.to_thread(self._again)
                await asyncio.to_thread(expect_known, self._connection)

    def close(self) -> None:
        """Give it up."""
        self._connection.close()


class PostgresHolds:
    """See `bot.ports.fleet.Holds`."""

    def __init__(self, url: str, space: str, database: Database) -> None:
        self._url = url
        self._space = space
        self._database = database
        self._is_troubled = False
        self._channel = f"limner_{key_of(space, 'bell') & (2**63 - 1):x}"

    async def take(self, name: str) -> _PostgresHold | None:
        try:
            connection = await asyncio.to_thread(self._taken, key_of(self._space, name))
        except psycopg.Error as error:
            if not self._is_troubled:
                _log.warning("nobody can say who holds %s (%s)", name, type(error).__name__)
            self._is_troubled = True
            await asyncio.sleep(_AGAIN)
            return None
        self._is_troubled = False
        return _PostgresHold(connection) if connection else None

    def _taken(self, key: int) -> Connection[Any] | None:
        connection = connect(self._url)
        try:
            [got] = asked(connection, "own", {"key": key}).fetchone() or [False]
            if got:
                if connection.info.server_version >= _KNOWS_SILENCE:
                    connection.execute(_SILENCE.encode(), prepare=False)
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        return None

    async def instant(self) -> datetime:
        row = await self._database.one(_SERVER["instant"])
        return rows.instant(row["now"] if row else 0)

    async def tell(self) -> None:
        await self._database.write(lambda tx: tx.run(_SERVER["tell"], {"channel": self._channel}))

    async def listen(self, wake: Callable[[], None]) -> None:
        """Until cancelled; the connection comes back by itself."""
        while True:
            try:
                async with await asynchronous(self._url) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
                    # What was told while nobody listened.
                    wake()
                    while True:
                        async for _ in connection.notifies(timeout=_LISTENING):
                            wake()
                        await connection.execute(statement(_SERVER["alive"]))
            except psycopg.Error:
                await asyncio.sleep(_AGAIN)
