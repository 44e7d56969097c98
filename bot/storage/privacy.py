"""Everything about one person, or one server, found and deleted; see `bot.ports.privacy.PrivacyStore`."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.ids import GuildId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.privacy import Batch, Holdings
from bot.storage import done
from bot.storage.database import Database
from bot.storage.rows import millis
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("privacy")
_PARTS = (
    ("characters", "export_characters"),
    ("shared", "export_shares"),
    ("portraits", "export_portraits"),
    ("images", "export_takes"),
    ("counted", "export_counters"),
    ("limits", "export_limits"),
    ("refusals", "export_refusals"),
    ("changes_made_as_admin", "export_changes"),
    ("uploads", "export_uploads"),
    ("preferences", "export_preferences"),
    ("reported", "export_reports"),
    ("said_whose_faces_they_bring", "export_consent"),
)
_OF_A_SERVER = (
    "drop_policy",
    "drop_role_limits",
    "drop_member_limits",
    "drop_audit",
    "drop_refusals",
    "drop_shares",
    "drop_reports",
    "drop_notices",
    "drop_server_counters",
    "come_back",
)
# A server's day may end up to fourteen hours before or after that of UTC.
_WINDOW_SLACK = timedelta(days=1)


class SqlPrivacy:
    """See `bot.ports.privacy.PrivacyStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holdings(self, user_id: UserId) -> Holdings:
        row = await self._database.one(_SQL["holdings"], {"user_id": user_id})
        return Holdings(**dict(row)) if row else Holdings()

    async def export(self, user_id: UserId) -> dict[str, list[dict[str, Any]]]:
        def unit(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
            found = {
                part: [dict(row) for row in tx.all(_SQL[statement], {"user_id": user_id})] for part, statement in _PARTS
            }
            # Here, in the thread of the connection: ten thousand of them would hold the loop.
            for portrait in found["portraits"]:
                portrait["spec"] = json.loads(portrait["spec"])
            return found

        return await self._database.background.read(unit)

    async def open_of(self, user_id: UserId) -> list[PortraitId]:
        rows = await self._database.all(_SQL["open_of_person"], {"user_id": user_id})
        return [PortraitId(row["id"]) for row in rows]

    async def drop_some_of(self, user_id: UserId, limit: int) -> Batch:
        return await self._drop("some_of_person", {"user_id": user_id, "limit": limit})

    async def drop_some_of_server(self, guild_id: GuildId, limit: int) -> Batch:
        return await self._drop("some_of_server", {"guild_id": guild_id, "limit": limit})

    async def drop_some_finished(self, before: datetime, limit: int) -> Batch:
        return await self._drop("some_finished", {"before": millis(before), "limit": limit})

    async def _drop(self, which: str, params: dict[str, Any]) -> Batch:
        def unit(tx: Transaction) -> Batch:
            images: list[str] = []
            portraits = tx.all(_SQL[which], params)
            for row in portraits:
                found = {"id": row["id"]}
                images += [each["image"] for each in tx.all(_SQL["images_of"], found)]
                tx.run(_SQL["blank_hold"], found)
                tx.run(_SQL["drop_portrait"], found)
            if portraits:
                tx.rewrite_soon()
            return Batch(len(portraits), tuple(images))

        return await self._database.write(unit)

    async def drop_some_images(self, before: datetime, limit: int) -> Batch:
        def unit(tx: Transaction) -> Batch:
            rows = tx.all(_SQL["some_kept"], {"before": millis(before), "limit": limit})
            for row in rows:
                tx.run(_SQL["forget_image"], {"portrait_id": row["portrait_id"], "number": row["number"]})
            return Batch(len(rows), tuple(row["image"] for row in rows))

        return await self._database.write(unit)

    async def drop_person(self, user_id: UserId, once: Once, now: datetime) -> Batch:
        over = (now - _WINDOW_SLACK).date().isoformat()
        person = {"user_id": user_id}

        def unit(tx: Transaction) -> Batch:
            characters = tx.all(_SQL["drop_characters"], person)
            uploads = tx.all(_SQL["drop_uploads"], person)
            tx.run(_SQL["drop_counters"], {**person, "day": over, "month": over[:7]})
            for statement in ("drop_gifts", "drop_no_limits", "blank_refusals", "blank_actor", "blank_reports"):
                tx.run(_SQL[statement], person)
            _blank_subject(tx, user_id)
            for statement in ("drop_member_lanes", "drop_preferences", "drop_consent"):
                tx.run(_SQL[statement], person)
            tx.run(_SQL["drop_lane"], {"lane": f"u{user_id}"})
            tx.rewrite_soon()
            images = [row["reference"] for row in characters if row["reference"]] + [row["image"] for row in uploads]
            return Batch(len(characters), tuple(images))

        return await done.change(self._database, once, now, unit)

    async def drop_old_counters(self, now: datetime) -> None:
        over = (now - 2 * _WINDOW_SLACK).date()

        def unit(tx: Transaction) -> None:
            tx.run(_SQL["drop_old_counters"], {"day": over.isoformat()})
            tx.run(_SQL["drop_old_notices"], {"month": f"{over:%Y-%m}"})

        await self._database.write(unit)

    async def depart(self, guild_id: GuildId, now: datetime) -> None:
        await self._database.write(lambda tx: tx.run(_SQL["depart"], {"guild_id": guild_id, "now": millis(now)}))

    async def come_back(self, guild_id: GuildId) -> bool:
        # Read first: at a start this is asked for every server, and a write waits for the disk.
        if await self._database.background.one(_SQL["has_departed"], {"guild_id": guild_id}) is None:
            return False
        return await self._database.write(lambda tx: tx.one(_SQL["come_back"], {"guild_id": guild_id})) is not None

    async def known_servers(self) -> Sequence[GuildId]:
        return [GuildId(row["guild_id"]) for row in await self._database.background.all(_SQL["known_servers"])]

    async def departed(self, before: datetime) -> GuildId | None:
        row = await self._database.background.one(_SQL["departed"], {"before": millis(before)})
        return GuildId(row["guild_id"]) if row else None

    async def drop_server(self, guild_id: GuildId) -> None:
        def unit(tx: Transaction) -> None:
            for statement in _OF_A_SERVER:
                tx.run(_SQL[statement], {"guild_id": guild_id})
            tx.run(_SQL["drop_lane"], {"lane": f"g{guild_id}"})
            tx.rewrite_soon()

        await self._database.write(unit)

    async def scrub(self) -> None:
        await self._database.scrub()


def _blank_subject(tx: Transaction, user_id: UserId) -> None:
    """Changes that concerned a person stay in the audit, without their number."""
    for row in tx.all(_SQL["naming"], {"number": str(user_id)}):
        parts = {part: _without(row[part], user_id) for part in ("before", "after")}
        tx.run(_SQL["blank_subject"], {"id": row["id"], **parts})


def _without(text: str, user_id: UserId) -> str:
    told = json.loads(text)
    if not isinstance(told, dict) or told.get("user_id") != user_id:  # pyright: ignore[reportUnknownMemberType]
        return text
    return json.dumps({**told, "user_id": 0})
