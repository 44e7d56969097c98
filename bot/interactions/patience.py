"""Discord's passing troubles: a call is made again a few times, after as long as Discord asks for.

discord.py waits by itself for most of them, but raises for a 429 without the header `Via` (a proxy's own), for a 503,
and for a connection that breaks.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import aiohttp
import discord

T = TypeVar("T")

TRIES = 4
FIRST_WAIT = 0.4
# What a call to Discord may fail with when it is nobody's fault here.
Trouble = (discord.HTTPException, aiohttp.ClientError, ConnectionError)


async def patiently(call: Callable[[], Awaitable[T]], seconds: float, *, only_limits: bool = False) -> T:
    """Await `call()`, again while the trouble is a passing one and `seconds` are not over.

    Only for calls that may be repeated, or, with `only_limits`, for those that were surely not carried out.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    attempt = 0
    while True:
        try:
            return await call()
        except Trouble as error:
            attempt += 1
            wait = await _wait_after(error, attempt)
            limited = isinstance(error, discord.HTTPException) and error.status == 429
            if wait is None or attempt == TRIES or loop.time() + wait > end or (only_limits and not limited):
                raise
        await asyncio.sleep(wait)


async def _wait_after(error: Exception, attempt: int) -> float | None:
    """How long to wait before the next try; None when there is no use in one."""
    usual = FIRST_WAIT * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - guards nothing
    if not isinstance(error, discord.HTTPException):
        return usual
    if error.status == 429:
        asked = await retry_after(error)
        return usual if asked is None else asked + usual / 4
    return usual if error.status >= 500 else None


async def retry_after(error: discord.HTTPException) -> float | None:
    """What the body says, which discord.py reads and drops; else the header."""
    response = cast("aiohttp.ClientResponse", error.response)
    try:
        body: Any = json.loads(await response.text())
        return max(0.0, float(body["retry_after"]))
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, AttributeError):
        header = getattr(response, "headers", {}).get("Retry-After", "")
    return float(header) if header.replace(".", "", 1).isdigit() else None
