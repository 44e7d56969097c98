from pathlib import Path

import pytest

from bot.storage.consents import SqlConsents
from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.services.admin_cases import AdminCases, open_admin_cases
from tests.services.library_cases import ADA, BOB, LibraryCases, open_library_cases
from tests.services.use_cases import UseCases, build


@pytest.fixture
def use_cases(database: Database, clock: StoppedClock, tmp_path: Path) -> UseCases:
    return build(database, clock, tmp_path)


@pytest.fixture
def admin_cases(database: Database, clock: StoppedClock, tmp_path: Path) -> AdminCases:
    return open_admin_cases(database, clock, tmp_path)


@pytest.fixture
async def library_cases(database: Database, clock: StoppedClock, tmp_path: Path) -> LibraryCases:
    for member in (ADA, BOB):
        await SqlConsents(database).give(member, clock.now())
    return open_library_cases(database, clock, tmp_path)
