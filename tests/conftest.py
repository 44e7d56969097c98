from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database, open_database
from tests.fakes.builders import StoppedClock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "limner.db") as opened:
        yield opened


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()
