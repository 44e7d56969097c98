"""Who said whose faces they bring; see `bot.ports.characters.ConsentStore`."""

from datetime import datetime

from bot.domain.ids import UserId
from bot.storage.database import Database
from bot.storage.rows import millis
from bot.storage.sql import load

_SQL = load("consents")


class SqlConsents:
    """The ticks of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def given(self, user_id: UserId) -> bool:
        return await self._database.one(_SQL["given"], {"user_id": user_id}) is not None

    async def give(self, user_id: UserId, now: datetime) -> None:
        params = {"user_id": user_id, "now": millis(now)}
        await self._database.write(lambda tx: tx.run(_SQL["give"], params))
