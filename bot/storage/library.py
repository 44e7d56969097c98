"""Shares and waiting uploads of a database; see `bot.ports_library.LibraryStore`."""

from datetime import datetime
from sqlite3 import Row

from bot.domain.characters import Character, Share
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.domain.once import Once
from bot.domain.text import name_key
from bot.storage import done, rows
from bot.storage.database import Database
from bot.storage.sql import load

_SQL = load("library")
_LAST = "\U0010ffff"
_SAME_NAME = 25


class SqlLibrary:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def share(self, character: Character, guild_id: GuildId, owner_name: str, once: Once, now: datetime) -> None:
        params = {
            "guild_id": guild_id,
            "character_id": character.id,
            "owner_name": owner_name,
            "name_key": name_key(character.name),
            "now": rows.millis(now),
        }
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["share"], params))

    async def unshare(self, character_id: CharacterId, guild_id: GuildId | None, once: Once, now: datetime) -> int:
        sql = _SQL["unshare_everywhere"] if guild_id is None else _SQL["unshare"]
        params = {"character_id": character_id, "guild_id": guild_id}
        return len(await done.change(self._database, once, now, lambda tx: tx.all(sql, params)))

    async def guilds_of(self, character_id: CharacterId) -> list[GuildId]:
        found = await self._database.read.all(_SQL["guilds_of"], {"character_id": character_id})
        return [GuildId(row["guild_id"]) for row in found]

    async def shared(self, guild_id: GuildId, character_id: CharacterId) -> Share | None:
        params = {"guild_id": guild_id, "character_id": character_id}
        row = await self._database.read.one(_SQL["shared"], params)
        return _share(row) if row else None

    async def shared_named(self, guild_id: GuildId, name: str, not_owner: UserId) -> list[Share]:
        params = {"guild_id": guild_id, "name_key": name_key(name), "not_owner": not_owner, "limit": _SAME_NAME}
        return [_share(row) for row in await self._database.read.all(_SQL["shared_named"], params)]

    async def shared_like(self, guild_id: GuildId, part: str, not_owner: UserId, limit: int) -> list[Share]:
        key = name_key(part)
        params = {
            "guild_id": guild_id,
            "prefix": key,
            "after": key + _LAST,
            "part": key,
            "not_owner": not_owner,
            "limit": limit,
        }
        found = {row["id"]: row for row in await self._database.read.all(_SQL["shared_starting_with"], params)}
        if len(found) < limit and key:
            more = await self._database.read.all(_SQL["shared_containing"], params)
            found = {**found, **{row["id"]: row for row in more if row["id"] not in found}}
        return [_share(row) for row in found.values()][:limit]

    async def shared_page(self, guild_id: GuildId, offset: int, limit: int) -> list[Share]:
        params = {"guild_id": guild_id, "offset": offset, "limit": limit}
        return [_share(row) for row in await self._database.read.all(_SQL["shared_page"], params)]

    async def shared_count(self, guild_id: GuildId) -> int:
        row = await self._database.read.one(_SQL["shared_count"], {"guild_id": guild_id})
        return row["n"] if row else 0

    async def keep_upload(self, upload_id: str, owner_id: UserId, image: str, once: Once, now: datetime) -> None:
        params = {"id": upload_id, "owner_id": owner_id, "image": image, "now": rows.millis(now)}
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["keep_upload"], params))

    async def upload(self, upload_id: str, owner_id: UserId) -> str | None:
        row = await self._database.read.one(_SQL["upload"], {"id": upload_id, "owner_id": owner_id})
        return row["image"] if row else None

    async def drop_old_uploads(self, before: datetime) -> list[str]:
        params = {"before": rows.millis(before)}
        found = await self._database.write(lambda tx: tx.all(_SQL["drop_old_uploads"], params))
        return [row["image"] for row in found]


def _share(row: Row) -> Share:
    return Share(rows.character(row), row["owner_name"])
