import pytest

from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.jobs import SqlJobs
from bot.storage.portraits import SqlPortraits


@pytest.fixture
def portraits(database: Database) -> SqlPortraits:
    return SqlPortraits(database)


@pytest.fixture
def jobs(database: Database) -> SqlJobs:
    return SqlJobs(database)


@pytest.fixture
def characters(database: Database) -> SqlCharacters:
    return SqlCharacters(database)
