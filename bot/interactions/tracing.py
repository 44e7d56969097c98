"""What goes to Discord's REST API, as its HTTP client sees it: whoever sends it, and by whatever way."""

import re
import time
from types import SimpleNamespace

import aiohttp

from bot.interactions.payload import arrival
from bot.ports.measures import Measures

# Connections that are held, by the same session: no requests.
_GATEWAY = frozenset({"ws", "wss"})
# The first answer to an interaction. Linear: each part ends at a slash.
_FIRST_ANSWER = re.compile(r".*/interactions/[^/]+/[^/]+/callback/?")


def traced(measures: Measures) -> aiohttp.TraceConfig:
    """For the session of a client of discord.py."""

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        if params.url.scheme in _GATEWAY:
            return
        measures.called_discord(params.response.status)
        came = arrival()
        if came is not None and params.response.status < 300 and _FIRST_ANSWER.fullmatch(params.url.path):
            measures.acknowledged(came.kind, time.monotonic() - came.at)

    async def broke(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        if params.url.scheme not in _GATEWAY:
            measures.called_discord(0)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(broke)
    return trace
