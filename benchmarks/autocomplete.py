"""What autocomplete costs as the number of saved characters grows, on the use case that the bot asks.

Members have fifty characters each, one in ten is shared with the server. The databases are asked in turns: for nothing
typed, for the beginning of one's own names, for one of another member's, and for what nothing is called.
"""

import itertools
import random
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.measuring import middle, percentile
from benchmarks.sizes import Sizes
from bot.domain.ids import ChannelId, GuildId, InteractionId, UserId
from bot.domain.portraits.portrait import Place, Reply
from bot.services.asker import Asker
from bot.services.characters.lookup import Lookup
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database, open_database
from bot.storage.units import Transaction

EACH, SHARED, SERVERS, BLOCK = 50, 10, 100, 100_000
SERVER, MEMBER = 10, 1
LIMIT = 1.5
CHARACTERS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO character (id, owner_id, name, name_key, features, seed, identity, created_at, updated_at)
SELECT 'c' || i, 1 + i / :each, 'Mia ' || i, 'mia ' || i, 'woman with freckles', 42, 'seed', 1, 1 FROM n
"""
SHARES = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO character_share (guild_id, character_id, owner_name, name_key, shared_at)
SELECT :server + i / :shared % :servers, 'c' || i, 'Ann', 'mia ' || i, 1 FROM n WHERE i % :shared = 0
"""
TYPED = ("", "mia 1", "mia 49", "mia", "nobody")


async def _fill(database: Database, rows: int) -> None:
    for first in range(0, rows, BLOCK):
        block = {"first": first, "end": min(first + BLOCK, rows)}

        def unit(tx: Transaction, block: dict[str, int] = block) -> None:
            tx.run(CHARACTERS, {**block, "each": EACH})
            tx.run(SHARES, {**block, "shared": SHARED, "server": SERVER, "servers": SERVERS})

        await database.write(unit)


async def measure(folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Milliseconds for one look-up."""
    place = Place(ChannelId(20), GuildId(SERVER))
    reply = Reply(1, InteractionId(1), "token", datetime.now(UTC) + timedelta(minutes=15))
    asker = Asker(UserId(MEMBER), place, reply)
    async with AsyncExitStack() as stack:
        measured: list[tuple[int, Lookup, list[float]]] = []
        for rows in sizes.characters:
            database = await stack.enter_async_context(open_database(folder / f"{rows}.db"))
            await _fill(database, rows)
            measured.append((rows, Lookup(SqlCharacters(database), EACH), []))
        turns = random.Random(1)
        for _, typed in zip(range(sizes.rounds), itertools.cycle(TYPED), strict=False):
            for _, lookup, samples in turns.sample(measured, len(measured)):
                begun = time.perf_counter()
                await lookup.choices(asker, typed)
                samples.append((time.perf_counter() - begun) * 1000)
    rows_of = [{"characters": rows, "p50": middle(s), "p99": percentile(s, 99)} for rows, _, s in measured]
    return {"rounds": sizes.rounds, "rows": rows_of}


def table(found: dict[str, Any]) -> list[str]:
    """As Markdown."""
    lines = ["| characters | p50 | p99 | ratio of p50 |", "|---:|---:|---:|---:|"]
    base = found["rows"][0]["p50"]
    return lines + [
        f"| {row['characters']:,} | {row['p50']:.2f} ms | {row['p99']:.2f} ms | {row['p50'] / base:.2f} |"
        for row in found["rows"]
    ]
