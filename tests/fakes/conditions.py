"""Waiting for something to become true, with a bound."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def until(ask: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool], timeout: float = 10.0) -> Any:
    """Ask again and again until the answer is wanted; AssertionError after `timeout` seconds."""
    end = asyncio.get_running_loop().time() + timeout
    while not wanted(answer := await ask()):
        assert asyncio.get_running_loop().time() < end, f"still {answer}"
        await asyncio.sleep(0.05)
    return answer
