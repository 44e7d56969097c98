"""Who said whose faces they bring; see `bot.ports.characters.ConsentStore`."""

from datetime import datetime

from bot.domain.ids import UserId
from bot.storage.database import Database
from bot.storage.rows import millis
from bot.storage.sql import load

_SQL = load("consents")


class SqlConsents:
    """The ticks of a database."""

    def __init__(self, database: Database, *, comparing: bool = False) -> None:
        """`comparing`: the tick says as well that faces are compared, and only such a one counts."""
        self._database = database
        self._comparing = int(comparing)

    async def given(self, user_id: UserId) -> bool:
        return await self._database.one(_SQL["given"], {"user_id": user_id, "comparing": self._comparing}) is not None

    async def give(self, user_id: UserId, now: datetime) -> None:
        params = {"user_id": user_id, "now": millis(now), "comparing": self._comparing}
        await self._database.write(lambda tx: tx.run(_SQL["give"], params))
