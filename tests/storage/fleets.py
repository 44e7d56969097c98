"""What tests of several processes on one PostgreSQL do again and again."""

import itertools
from datetime import timedelta

import psycopg
from pgqueuer.domain.settings import DBSettings

from bot.domain.ids import PortraitId
from bot.domain.portraits.queue import PAINTING
from bot.ports.jobs import Claimed, Left
from bot.storage.database import Database
from bot.storage.fleet import FleetJobs, SqlCrew
from bot.storage.portraits import SqlPortraits
from bot.storage.turns import engine_of
from tests.fakes.builders import LEASE, NOW, accepted

LIMIT = 3


async def waiting(database: Database, count: int) -> list[PortraitId]:
    """So many portraits of one image, each of its own server."""
    made = [await accepted(SqlPortraits(database), guild=1 + n, owner=100 + n) for n in range(count)]
    return [portrait.id for portrait in made]


_numbers = itertools.count(10**6)


async def claim(jobs: FleetJobs, turn: int | None = None, later: float = 0) -> Claimed | Left:
    """By a turn that nobody had, or by this one again."""
    turn = next(_numbers) if turn is None else turn
    return await jobs.claim(NOW + timedelta(seconds=later), LEASE, PAINTING, turn)


async def claimed(jobs: FleetJobs, turn: int | None = None) -> Claimed:
    found = await claim(jobs, turn)
    assert isinstance(found, Claimed)
    return found


async def engine_in(database: Database) -> DBSettings:
    """The engine that keeps the turns of this database."""
    [space] = await database.one("SELECT current_schema() AS name") or [""]
    return engine_of(space)


async def lose_turns(database: Database, url: str) -> None:
    """As if it were moved from another database, or put back from a backup: no turn is there."""
    table = (await engine_in(database)).qualified.queue_table
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute(f"DELETE FROM {table}".encode())


async def turns_of(database: Database, url: str) -> int:
    table = (await engine_in(database)).qualified.queue_table
    with psycopg.connect(url) as connection:
        [count] = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or [0]
    return count


def crew_of(database: Database, worker: str) -> SqlCrew:
    return SqlCrew(database, database.turns(LIMIT), worker)
