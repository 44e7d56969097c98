"""Characters of a database; see `bot.ports.characters.CharacterStore`."""

from datetime import datetime

from bot.domain.characters.character import Character, FaceOrigin, Share
from bot.domain.errors import CharacterGone, CharacterNameTaken, TooManyCharacters
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.domain.once import Once
from bot.domain.words.text import name_key
from bot.ports.faces import SavedFace
from bot.storage import done, rows
from bot.storage.database import Database
from bot.storage.sql import load
from bot.storage.units import Row, Transaction

_SQL = load("characters")
_LAST = "\U0010ffff"
_SAME_NAME = 25


class SqlCharacters:
    """The characters, and with them what is shared and what waits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, character: Character, limit: int, once: Once, now: datetime, *, upload_id: str | None = None
    ) -> None:
        def unit(tx: Transaction) -> None:
            tx.lock(f"characters {character.owner_id}")
            key = name_key(character.name)
            taken = tx.one(_SQL["by_key"], {"owner_id": character.owner_id, "name_key": key})
            if taken is not None:
                raise CharacterNameTaken(taken["name"])
            count = tx.one(_SQL["count_of_owner"], {"owner_id": character.owner_id})
            if count and count["n"] >= limit:
                raise TooManyCharacters(limit)
            tx.run(_SQL["drop_upload"], {"id": upload_id, "owner_id": character.owner_id})
            tx.run(
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
                    "link": character.link,
                    "origin": character.origin,
                    "now": rows.millis(now),
                },
            )

        await done.change(self._database, once, now, unit)

    async def find(self, owner_id: UserId, name: str) -> Character | None:
        row = await self._database.one(_SQL["by_key"], {"owner_id": owner_id, "name_key": name_key(name)})
        return rows.character(row) if row else None

    async def get(self, character_id: CharacterId) -> Character | None:
        row = await self._database.one(_SQL["by_id"], {"id": character_id})
        return rows.character(row) if row else None

    async def face(self, character_id: CharacterId) -> SavedFace | None:
        row = await self._database.background.one(_SQL["face"], {"id": character_id})
        if row is None:
            return None
        return SavedFace(row["reference"], row["origin"] == FaceOrigin.PAINTED, row["compared_at"] is not None)

    async def page(self, owner_id: UserId, offset: int, limit: int) -> list[Character]:
        found = await self._database.all(_SQL["page"], {"owner_id": owner_id, "offset": offset, "limit": limit})
        return [rows.character(row) for row in found]

    async def count(self, owner_id: UserId) -> int:
        row = await self._database.one(_SQL["count_of_owner"], {"owner_id": owner_id})
        return row["n"] if row else 0

    async def names_like(self, owner_id: UserId, part: str, limit: int) -> list[str]:
        key = name_key(part)
        params = {"owner_id": owner_id, "prefix": key, "after": key + _LAST, "part": key, "limit": limit}
        first = await self._database.all(_SQL["starting_with"], params)
        names = [row["name"] for row in first]
        if len(names) < limit and key:
            more = await self._database.all(_SQL["containing"], params)
            names += [row["name"] for row in more if row["name"] not in names]
        return names[:limit]

    async def update(self, character: Character, once: Once, now: datetime, *, upload_id: str | None = None) -> None:
        def unit(tx: Transaction) -> None:
            tx.lock(f"characters {character.owner_id}")
            key = name_key(character.name)
            taken = tx.one(_SQL["by_key"], {"owner_id": character.owner_id, "name_key": key})
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
                "link": character.link,
                "origin": character.origin,
                "now": rows.millis(now),
            }
            if tx.one(_SQL["update"], params) is None:
                raise CharacterGone
            tx.run(_SQL["drop_upload"], {"id": upload_id, "owner_id": character.owner_id})
            tx.run(_SQL["rename_shares"], {"id": character.id, "name_key": key})

        await done.change(self._database, once, now, unit)

    async def poses(self, character: Character, guild_id: GuildId | None, limit: int, *, everywhere: bool) -> list[str]:
        params = {
            "character_id": character.id,
            "owner_id": character.owner_id,
            "guild_id": guild_id or 0,
            "everywhere": int(everywhere),
            "limit": limit,
        }
        return [row["image"] for row in await self._database.all(_SQL["poses_to_show"], params)]

    async def image_used(self, image: str) -> bool:
        row = await self._database.one(_SQL["image_used"], {"image": image})
        return bool(row and row["used"])

    async def delete(self, character_id: CharacterId, owner_id: UserId, once: Once, now: datetime) -> bool:
        def unit(tx: Transaction) -> bool:
            gone = tx.one(_SQL["delete"], {"id": character_id, "owner_id": owner_id}) is not None
            if gone:
                tx.rewrite_soon()
            return gone

        return await done.change(self._database, once, now, unit)

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
        found = await self._database.all(_SQL["guilds_of"], {"character_id": character_id})
        return [GuildId(row["guild_id"]) for row in found]

    async def shared(self, guild_id: GuildId, character_id: CharacterId) -> Share | None:
        params = {"guild_id": guild_id, "character_id": character_id}
        row = await self._database.one(_SQL["shared"], params)
        return _share(row) if row else None

    async def shared_named(self, guild_id: GuildId, name: str, not_owner: UserId) -> list[Share]:
        params = {"guild_id": guild_id, "name_key": name_key(name), "not_owner": not_owner, "limit": _SAME_NAME}
        return [_share(row) for row in await self._database.all(_SQL["shared_named"], params)]

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
        found = {row["id"]: row for row in await self._database.all(_SQL["shared_starting_with"], params)}
        if len(found) < limit and key:
            more = await self._database.all(_SQL["shared_containing"], params)
            found = {**found, **{row["id"]: row for row in more if row["id"] not in found}}
        return [_share(row) for row in found.values()][:limit]

    async def shared_page(self, guild_id: GuildId, offset: int, limit: int) -> list[Share]:
        params = {"guild_id": guild_id, "offset": offset, "limit": limit}
        return [_share(row) for row in await self._database.all(_SQL["shared_page"], params)]

    async def shared_count(self, guild_id: GuildId) -> int:
        row = await self._database.one(_SQL["shared_count"], {"guild_id": guild_id})
        return row["n"] if row else 0

    async def keep_upload(self, upload_id: str, owner_id: UserId, image: str, once: Once, now: datetime) -> None:
        params = {"id": upload_id, "owner_id": owner_id, "image": image, "now": rows.millis(now)}
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["keep_upload"], params))

    async def upload(self, upload_id: str, owner_id: UserId) -> str | None:
        row = await self._database.one(_SQL["upload"], {"id": upload_id, "owner_id": owner_id})
        return row["image"] if row else None

    async def drop_upload(self, upload_id: str, owner_id: UserId) -> str | None:
        params = {"id": upload_id, "owner_id": owner_id}
        row = await self._database.write(lambda tx: tx.one(_SQL["drop_upload"], params))
        return row["image"] if row else None

    async def drop_old_uploads(self, before: datetime) -> list[str]:
        params = {"before": rows.millis(before)}
        found = await self._database.write(lambda tx: tx.all(_SQL["drop_old_uploads"], params))
        return [row["image"] for row in found]


def _share(row: Row) -> Share:
    return Share(rows.character(row), row["owner_name"])
