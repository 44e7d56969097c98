from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database, open_database
from tests.fakes.builders import StoppedClock
from tests.fakes.cluster import Cluster, programs, running

# What these suites say of a database holds for both.
_BOTH = ("tests/storage/", "tests/services/", "tests/jobs/")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that open the `database` of these suites run on PostgreSQL too, unless they are about SQLite itself."""
    folder = metafunc.config.rootpath
    name = metafunc.definition.path.relative_to(folder).as_posix()
    if "database_place" in metafunc.fixturenames and name.startswith(_BOTH):
        own = metafunc.definition.get_closest_marker("sqlite") is not None
        other = [] if own else [pytest.param("postgresql", marks=pytest.mark.slow)]
        metafunc.parametrize("database_place", ["sqlite", *other], indirect=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if programs() is None:
        pytest.skip("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")
    with running() as started:
        yield started


@pytest.fixture
def database_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    if getattr(request, "param", "sqlite") == "sqlite":
        yield tmp_path / "limner.db"
        return
    with request.getfixturevalue("cluster").schema() as url:
        yield url


@pytest.fixture
async def database(database_place: Path | str) -> AsyncIterator[Database]:
    async with open_database(database_place) as opened:
        yield opened


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()
