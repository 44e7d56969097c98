"""What there is to do and how it went, for who watches: read beside those who wait for an answer."""

from bot.domain.ids import GuildId, UserId
from bot.domain.portraits.styles import SIZES
from bot.ports.traffic import ENOUGH, Ended, Traffic
from bot.storage import rows
from bot.storage.database import Database
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("traffic")


class SqlTraffic:
    """See `bot.ports.traffic.TrafficStore`. `enough`: nothing is counted any further."""

    def __init__(self, database: Database, enough: int = ENOUGH) -> None:
        self._reader = database.background
        self._enough = enough

    async def now(self) -> Traffic:
        [row] = await self._reader.all(_SQL["now"], {"enough": self._enough})
        return Traffic(
            waiting=row["waiting"],
            held=row["held"],
            submitting=row["submitting"],
            submitted=row["running"] - row["submitting"],
            lanes=row["lanes"],
            unfinished=row["unfinished"],
            delivering=row["delivering"],
            oldest=None if row["oldest"] is None else rows.instant(row["oldest"]),
            paused_until=rows.instant(row["paused_until"]),
        )

    async def waiting_in(self, guild_id: GuildId) -> int:
        row = await self._reader.one(_SQL["waiting_in"], {"lane": rows.lane_name(guild_id, UserId(0))})
        return row["waiting"] if row else 0

    async def ended(self, most: int) -> tuple[Ended, ...]:
        found = await self._reader.all(_SQL["ended"], {"most": most})
        return tuple(Ended(rows.instant(row["finished_at"]), row["failure"]) for row in found)

    async def painted(self, most: int) -> tuple[float, ...]:
        def unit(tx: Transaction) -> list[tuple[int, int]]:
            sizes = [f"{width}x{height}" for width, height in SIZES.values()]
            found = [row for size in sizes for row in tx.all(_SQL["painted"], {"size": size, "most": most})]
            return [(row["finished_at"], row["painted_ms"]) for row in found]

        newest = sorted(await self._reader.read(unit), reverse=True)
        return tuple(painted_ms / 1000 for _, painted_ms in newest[:most])
