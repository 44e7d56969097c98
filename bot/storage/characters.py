"""Characters of a database; see `bot.ports_library.CharacterStore`."""

from datetime import datetime

from bot.domain.characters import Character
from bot.domain.errors import CharacterNameTaken, TooManyCharacters
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.domain.library_errors import CharacterGone
from bot.domain.once import Once
from bot.domain.text import name_key
from bot.storage import done, rows
from bot.storage.database import Database, Transaction
from bot.storage.library import SqlLibrary
from bot.storage.sql import load

_SQL = load("characters")
_LIBRARY = load("library")
_LAST = "\U0010ffff"


class SqlCharacters(SqlLibrary):
    """The characters, and with them what is shared and what waits."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    async def add(
        self, character: Character, limit: int, once: Once, now: datetime, *, upload_id: str | None = None
    ) -> None:
        async def unit(tx: Transaction) -> None:
            key = name_key(character.name)
            taken = await tx.one(_SQL["by_key"], {"owner_id": character.owner_id, "name_key": key})
            if taken is not None:
                raise CharacterNameTaken(taken["name"])
            count = await tx.one(_SQL["count_of_owner"], {"owner_id": character.owner_id})
            if count and count["n"] >= limit:
                raise TooManyCharacters(limit)
            await tx.run(_LIBRARY["drop_upload"], {"id": upload_id, "owner_id": character.owner_id})
            await tx.run(
                _SQL["insert"],
                {
                    "id": character.id,
                    "owner_id": character.owner_id,
                    "name": character.name,
                    "name_key": key,
                    "features": character.features,
                    "seed": character.seed,
                    "identity": character.identity,
                    "reference": character.reference,
                    "credit": character.credit,
                    "now": rows.millis(now),
                },
            )

        await done.change(self._database, once, now, unit)

    async def find(self, owner_id: UserId, name: str) -> Character | None:
        row = await self._database.read.one(_SQL["by_key"], {"owner_id": owner_id, "name_key": name_key(name)})
        return rows.character(row) if row else None

    async def get(self, character_id: CharacterId) -> Character | None:
        row = await self._database.read.one(_SQL["by_id"], {"id": character_id})
        return rows.character(row) if row else None

    async def page(self, owner_id: UserId, offset: int, limit: int) -> list[Character]:
        found = await self._database.read.all(_SQL["page"], {"owner_id": owner_id, "offset": offset, "limit": limit})
        return [rows.character(row) for row in found]

    async def count(self, owner_id: UserId) -> int:
        row = await self._database.read.one(_SQL["count_of_owner"], {"owner_id": owner_id})
        return row["n"] if row else 0

    async def names_like(self, owner_id: UserId, part: str, limit: int) -> list[str]:
        key = name_key(part)
        params = {"owner_id": owner_id, "prefix": key, "after": key + _LAST, "part": key, "limit": limit}
        first = await self._database.read.all(_SQL["starting_with"], params)
        names = [row["name"] for row in first]
        if len(names) < limit and key:
            more = await self._database.read.all(_SQL["containing"], params)
            names += [row["name"] for row in more if row["name"] not in names]
        return names[:limit]

    async def update(self, character: Character, once: Once, now: datetime) -> None:
        async def unit(tx: Transaction) -> None:
            key = name_key(character.name)
            taken = await tx.one(_SQL["by_key"], {"owner_id": character.owner_id, "name_key": key})
            if taken is not None and taken["id"] != character.id:
                raise CharacterNameTaken(taken["name"])
            params = {
                "id": character.id,
                "owner_id": character.owner_id,
                "name": character.name,
                "name_key": key,
                "features": character.features,
                "seed": character.seed,
                "identity": character.identity,
                "reference": character.reference,
                "now": rows.millis(now),
            }
            if await tx.one(_SQL["update"], params) is None:
                raise CharacterGone
            await tx.run(_SQL["rename_shares"], {"id": character.id, "name_key": key})

        await done.change(self._database, once, now, unit)

    async def poses(self, character: Character, guild_id: GuildId | None, limit: int, *, everywhere: bool) -> list[str]:
        params = {
            "character_id": character.id,
            "owner_id": character.owner_id,
            "guild_id": guild_id or 0,
            "everywhere": int(everywhere),
            "limit": limit,
        }
        return [row["image"] for row in await self._database.read.all(_SQL["poses_to_show"], params)]

    async def image_used(self, image: str) -> bool:
        row = await self._database.read.one(_SQL["image_used"], {"image": image})
        return bool(row and row["used"])

    async def delete(self, character_id: CharacterId, owner_id: UserId, once: Once, now: datetime) -> bool:
        async def unit(tx: Transaction) -> bool:
            gone = await tx.one(_SQL["delete"], {"id": character_id, "owner_id": owner_id}) is not None
            if gone:
                await tx.rewrite_soon()
            return gone

        return await done.change(self._database, once, now, unit)
