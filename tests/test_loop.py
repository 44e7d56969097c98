"""The event loop that the process runs on, and what it is not held up by."""

import gc
import sys

import pytest

from bot.__main__ import event_loop
from bot.app import freeze


def test_the_faster_loop_is_used_where_it_is_installed() -> None:
    uvloop = pytest.importorskip("uvloop")
    loop = event_loop()
    loop.close()
    assert isinstance(loop, uvloop.Loop)


def test_without_it_the_bot_runs_on_pythons_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    loop = event_loop()
    loop.close()
    assert type(loop).__module__.startswith("asyncio.")


def test_what_stands_at_the_start_is_not_looked_through_for_garbage_again() -> None:
    assert gc.get_freeze_count() == 0
    try:
        freeze()
        assert gc.get_freeze_count() > 10_000
        assert len(gc.get_objects()) < 1000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
