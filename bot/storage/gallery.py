"""Finished portraits of a database, by time; see `bot.ports_library.GalleryStore`."""

from bot.domain.ids import CharacterId, PortraitId, UserId
from bot.domain.portraits import Portrait
from bot.ports_library import Mark
from bot.storage import rows
from bot.storage.database import Database
from bot.storage.portraits import fetch
from bot.storage.sql import load

_SQL = load("gallery")


class SqlGallery:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def older(self, owner_id: UserId, than: Mark, character_id: CharacterId | None, limit: int) -> list[Portrait]:
        sql = _SQL["older"] if character_id is None else _SQL["older_of_character"]
        return await self._found(sql, owner_id, than, character_id, limit)

    async def newer(self, owner_id: UserId, than: Mark, character_id: CharacterId | None, limit: int) -> list[Portrait]:
        sql = _SQL["newer"] if character_id is None else _SQL["newer_of_character"]
        return await self._found(sql, owner_id, than, character_id, limit)

    async def _found(
        self, sql: str, owner_id: UserId, than: Mark, character_id: CharacterId | None, limit: int
    ) -> list[Portrait]:
        params = {
            "owner_id": owner_id,
            "character_id": character_id,
            "created_at": rows.millis(than.created_at),
            "id": than.portrait_id,
            "limit": limit,
        }
        found = await self._database.read.all(sql, params)
        return [await fetch(self._database.read, PortraitId(row["id"])) for row in found]
