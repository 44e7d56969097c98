from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.services.house import House, build
from tests.services.office import Office, open_office
from tests.services.shelf import Shelf, open_shelf


@pytest.fixture
def house(database: Database, clock: StoppedClock, tmp_path: Path) -> House:
    return build(database, clock, tmp_path)


@pytest.fixture
def office(database: Database, clock: StoppedClock, tmp_path: Path) -> Office:
    return open_office(database, clock, tmp_path)


@pytest.fixture
def shelf(database: Database, clock: StoppedClock, tmp_path: Path) -> Shelf:
    return open_shelf(database, clock, tmp_path)
