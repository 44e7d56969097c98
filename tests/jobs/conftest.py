from pathlib import Path

import pytest

from bot.jobs import driver, patience, progress, runner
from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.jobs.job_parts import JobParts


@pytest.fixture
def job_parts(database: Database, clock: StoppedClock, tmp_path: Path) -> JobParts:
    return JobParts(database, clock, tmp_path)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "FIRST_WAIT", (0.001, 0.001))
    monkeypatch.setattr(driver, "COLD_WAIT", 0.001)
    monkeypatch.setattr(patience, "AGAIN", (0.001, 0.002))
    monkeypatch.setattr(runner, "TICK", 0.02)
    monkeypatch.setattr(progress, "EDITS_PER_SECOND", 1000)
    monkeypatch.setattr(progress, "LOOKING", 10**6)
