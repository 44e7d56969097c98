"""What tests read from the rows themselves."""

from collections import Counter
from typing import Any

from bot.storage.database import Database
from bot.storage.quotas import key_of
from bot.storage.rows import shares_from_json
from bot.storage.units import Transaction

_TABLES = ("portrait", "take", "lane", "lane_member", "queue", "quota_counter", "quota_hold", "character")


async def rows(database: Database, sql: str, **params: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.all(sql, params)]


async def value(database: Database, sql: str, **params: Any) -> Any:
    [row] = await database.all(sql, params)
    return row[0]


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows: to show that nothing changed."""
    return {table: await rows(database, f"SELECT * FROM {table} ORDER BY 1, 2") for table in _TABLES}


async def used(database: Database) -> dict[tuple[str, str], int]:
    """The counters as {(limit, window): used}."""
    found = await rows(database, "SELECT scope || '_' || period AS name, win, used FROM quota_counter")
    return {(row["name"], row["win"]): row["used"] for row in found}


async def lanes_agree(database: Database) -> bool:
    """Whether every lane counts exactly the takes that wait in it and its open portraits, and those their takes."""
    return not await rows(
        database,
        """
        SELECT name FROM lane LEFT JOIN (
            SELECT t.lane, sum(t.in_lane) AS waiting, count(DISTINCT CASE WHEN p.state = 'open' THEN p.id END) AS open
            FROM take t JOIN portrait p ON p.id = t.portrait_id GROUP BY t.lane
        ) AS truth ON truth.lane = name
        WHERE lane.waiting <> coalesce(truth.waiting, 0) OR open_portraits <> coalesce(truth.open, 0)
        UNION ALL SELECT lane FROM take WHERE in_lane = 1 AND state <> 'queued'
        UNION ALL SELECT id FROM portrait WHERE unfinished <> (SELECT count(*) FROM take
            WHERE portrait_id = portrait.id AND take.state IN ('queued', 'submitting', 'submitted'))
        """,
    )


async def counters_agree(database: Database) -> bool:
    """Whether every counter is the sum of the holds that touch it, where no gift is involved."""
    truth: Counter[tuple[Any, ...]] = Counter()
    for hold in await rows(database, "SELECT * FROM quota_hold"):
        for leg, _ in shares_from_json(hold["legs"]):
            truth[tuple(key_of(leg).values())] += hold["units"] if hold["state"] == "held" else hold["charged"]
    names = "guild_id, scope, subject_id, period, win"
    found = await database.all(f"SELECT {names}, used FROM quota_counter")
    return all(truth[tuple(row)[:5]] == row["used"] for row in found)


def refused_at_its_commit(tx: Transaction) -> None:
    """A unit of SQLite's that fails when it is over: a take of no portrait, looked at as late as can be."""
    tx.run("PRAGMA defer_foreign_keys = ON")
    tx.run(
        "INSERT INTO take (portrait_id, number, seed, state, lane, vft, in_lane, size)"
        " VALUES ('nobody', 0, 1, 'queued', 'g1', 0, 0, '1x1')"
    )
