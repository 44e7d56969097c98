"""What is another thing where several processes share the database: chosen here, once, by role and database."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import SystemClock
from bot.config import Config
from bot.domain.ids import new_id
from bot.jobs.breaker import Breaker, SharedBreaker
from bot.ports.clock import Clock
from bot.ports.fleet import ALONE, CardLeases, Crew
from bot.ports.jobs import TurnJobs
from bot.ports.measures import Measures
from bot.roles import Role
from bot.storage.database import Database
from bot.storage.fleet import FleetJobs, SqlBreaker, SqlCards, SqlCrew
from bot.storage.jobs import SqlJobs


@dataclass(frozen=True, slots=True)
class Fleet:
    """The jobs and those who carry them on. `lasting`: steps that wait for room on the disk too."""

    jobs: SqlJobs
    lasting: SqlJobs
    breaker: Breaker
    crew: Crew
    turns: TurnJobs | None
    leases: CardLeases | None
    clock: Clock
    measures: Measures


def assembled(config: Config, database: Database, role: Role, clock: Clock | None, measures: Measures) -> Fleet:
    """The parts of one process: of the only one, or of one among others. Without a `clock` this machine's counts."""
    settings, clock = config.modelslab, clock or SystemClock()
    failures, pause = settings.breaker_failures, timedelta(seconds=settings.breaker_seconds)
    if not role.shares(server=config.database.is_server):
        return Fleet(
            jobs=SqlJobs(database),
            lasting=SqlJobs(database, at_last=True),
            breaker=Breaker(clock, failures=failures, pause=pause, measures=measures),
            crew=ALONE,
            turns=None,
            leases=None,
            clock=clock,
            measures=measures,
        )
    worker = new_id() if role.paints else ""
    jobs = FleetJobs(database, worker)
    return Fleet(
        jobs=jobs,
        lasting=FleetJobs(database, worker, at_last=True),
        breaker=SharedBreaker(clock, SqlBreaker(database), failures=failures, pause=pause, measures=measures),
        crew=SqlCrew(database, database.turns(settings.max_in_flight), worker),
        turns=jobs,
        leases=SqlCards(database),
        clock=clock,
        measures=measures,
    )


async def clock_of(database: Database) -> Clock:
    """This machine's, set by the server's where others share it: leases are told from one clock."""
    return SystemClock(await database.holds.instant())
