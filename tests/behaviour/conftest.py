from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import simcord

from tests.behaviour.members import admin_of
from tests.behaviour.simulation import Simulation, opened


@pytest.fixture
async def simulation(tmp_path: Path) -> AsyncIterator[Simulation]:
    async with opened(tmp_path) as ready:
        yield ready


@pytest.fixture
def admin(simulation: Simulation) -> Any:
    return admin_of(simulation)


@pytest.fixture
def simulator(simulation: Simulation) -> simcord.Env:
    """The simulator's pytest plugin looks for this among a test's fixtures, and sets its clock for the test."""
    return simulation.env


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stage" in getattr(item, "fixturenames", ()) and "simulator" not in item.fixturenames:  # type: ignore[attr-defined]
            item.fixturenames.append("simulator")  # type: ignore[attr-defined]
