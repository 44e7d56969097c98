"""What an unreachable Discord looks like, and how long to leave it alone before the next try."""

import itertools
from collections.abc import Iterator

import aiohttp
import discord

from bot.interactions.patience import retry_after

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
_LONGEST_ASKED = 3600.0

# No connection, no name, an error status, silence; or an answer that is not Discord's: a page of a proxy with status
# 200 reaches discord.py as a text where it looks for fields.
NO_ANSWER = (
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.RateLimited,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)


def growing(first: float = FIRST_WAIT, longest: float = LONGEST_WAIT) -> Iterator[float]:
    """Seconds to wait between tries: 1, 2, 4 ... and then a minute for ever."""
    return (min(first * 2 ** min(tries, 30), longest) for tries in itertools.count())


async def wait_after(error: Exception, waits: Iterator[float]) -> float:
    """The next of `waits`, or what Discord asks for if that is longer; it may not ask for more than an hour."""
    wait = next(waits)
    if isinstance(error, discord.HTTPException):
        return max(wait, min(await retry_after(error) or 0.0, _LONGEST_ASKED))
    return wait


def named(error: Exception) -> str:
    """What went wrong, in words for the log that quote no answer."""
    if isinstance(error, discord.HTTPException):
        return f"HTTP {error.status}, code {error.code}" if error.code else f"HTTP {error.status}"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"HTTP {error.status}"
    return type(error).__name__
