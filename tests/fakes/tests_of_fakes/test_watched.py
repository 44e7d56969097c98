"""The watch on the loop sees who holds it."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.watched import Watch

pytestmark = pytest.mark.slow


def holding(seconds: float) -> None:
    # By the processor's time: what other processes take of a busy machine is not counted by the watch either.
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def watched(file: Path, work: Any) -> list[dict[str, Any]]:
    beating = asyncio.create_task(Watch(file).beat())
    await asyncio.sleep(0.05)
    await work
    await asyncio.sleep(0.05)
    beating.cancel()
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_it_notes_for_how_long_the_loop_was_held_and_by_whom(tmp_path: Path) -> None:
    async def work() -> None:
        holding(0.4)

    held = await watched(tmp_path / "held", work())
    [longest] = [each for each in held if each["seconds"] > 0.25]
    assert "holding" in "".join(longest["where"])


async def test_what_a_thread_does_beside_it_is_not_held_against_the_loop(tmp_path: Path) -> None:
    held = await watched(tmp_path / "held", asyncio.to_thread(holding, 0.6))
    assert [each for each in held if each["seconds"] > 0.25] == []
