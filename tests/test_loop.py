"""The event loop that the process runs on, and what it is not held up by."""

import asyncio
import gc
import socket
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from typing_extensions import override

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


def test_an_address_is_looked_up_by_no_thread_and_a_name_is() -> None:
    pytest.importorskip("uvloop")

    async def looked_up(host: str) -> list[object]:
        asked: list[object] = []
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Watched(asked))
        found = await loop.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        assert found[0][4][1] == 443
        return asked

    for host in ("127.0.0.1", "::1", "203.0.113.9"):
        assert not run(looked_up(host))
    assert len(run(looked_up("localhost"))) == 1


class Watched(ThreadPoolExecutor):
    """Notes what it is asked to do."""

    def __init__(self, asked: list[object]) -> None:
        super().__init__(1)
        self._asked = asked

    @override
    def submit(self, work: Any, /, *args: Any, **named: Any) -> Any:
        self._asked.append(work)
        return super().submit(work, *args, **named)


def run(work: Coroutine[Any, Any, list[object]]) -> list[object]:
    with asyncio.Runner(loop_factory=event_loop) as runner:
        return runner.run(work)
