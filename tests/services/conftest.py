from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.services.house import House, build


@pytest.fixture
def house(database: Database, clock: StoppedClock, tmp_path: Path) -> House:
    return build(database, clock, tmp_path)
