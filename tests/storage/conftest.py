from collections.abc import AsyncIterator, Iterator

import pytest

from bot.storage.characters import SqlCharacters
from bot.storage.database import Database, open_database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits
from tests.fakes.cluster import Cluster


@pytest.fixture
def portraits(database: Database) -> SqlPortraits:
    return SqlPortraits(database)


@pytest.fixture
def jobs(database: Database) -> SqlJobs:
    return SqlJobs(database)


@pytest.fixture
def characters(database: Database) -> SqlCharacters:
    return SqlCharacters(database)


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.schema() as made:
        yield made


@pytest.fixture
async def pair(url: str) -> AsyncIterator[tuple[Database, Database]]:
    async with open_database(url, shared=True) as one, open_database(url, shared=True) as two:
        yield one, two
