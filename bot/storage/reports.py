"""Pictures that members reported; see `bot.ports.portraits.ReportStore`."""

from datetime import datetime

from bot.domain.errors import PortraitGone
from bot.domain.ids import ChannelId, GuildId, MessageId, PortraitId, UserId
from bot.domain.once import Once
from bot.domain.portraits.report import Decision, Reported
from bot.storage import done
from bot.storage.database import Database
from bot.storage.rows import instant, millis
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("reports")


class SqlReports:
    """The reports of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, portrait_id: PortraitId, reporter_id: UserId, guild_id: GuildId | None, once: Once, now: datetime
    ) -> bool:
        params = {
            "portrait_id": portrait_id,
            "reporter_id": reporter_id,
            "guild_id": guild_id or 0,
            "now": millis(now),
        }
        return await done.change(self._database, once, now, lambda tx: tx.one(_SQL["add"], params) is not None)

    async def is_hidden(self, portrait_id: PortraitId) -> bool:
        return await self._database.one(_SQL["is_hidden"], {"portrait_id": portrait_id}) is not None

    async def decide(self, portrait_id: PortraitId, decision: Decision, once: Once | None, now: datetime) -> None:
        params = {"portrait_id": portrait_id, "decision": decision, "now": millis(now)}

        def unit(tx: Transaction) -> None:
            if not tx.all(_SQL["decide"], params):
                raise PortraitGone

        await done.change(self._database, once, now, unit)

    async def listed(self, limit: int, *, everything: bool) -> list[Reported]:
        rows = await self._database.all(_SQL["listed"], {"limit": limit, "everything": int(everything)})
        return [
            Reported(
                portrait_id=PortraitId(row["portrait_id"]),
                owner_id=UserId(row["owner_id"]),
                guild_id=GuildId(row["guild_id"]) if row["guild_id"] else None,
                channel_id=ChannelId(row["channel_id"]),
                message_id=MessageId(row["message_id"]) if row["message_id"] else None,
                deleted=row["deleted_at"] is not None,
                reports=row["reports"],
                first_at=instant(row["first_at"]),
                decision=None if row["is_open"] else Decision.HIDDEN if row["is_hidden"] else Decision.SHOWN,
            )
            for row in rows
        ]
