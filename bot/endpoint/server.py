"""The port at which Discord's requests arrive: a proxy with the certificate stands before it.

Whoever reaches it may be anybody: a request is read up to a limit and within a time, and nothing of it counts before
its signature was found to be Discord's. Then it is answered at once, and whatever it asks for is answered later, by the
same route as what came by the gateway.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from aiohttp import web

from bot.endpoint.signatures import Signatures, Verdict
from bot.metrics.server import Shut

_log = logging.getLogger(__name__)
# Requests that are none are nobody's news: a scanner would fill the log.
_silent = logging.getLogger("bot.endpoint.wire")
_silent.disabled = True

# Bytes of a request: a form that is full, or a message with all its parts, has some tens of thousands.
BODY: Final = 2**20
# Seconds in which it must be there.
PATIENCE: Final = 10.0
# Connections at a time: a proxy needs some tens, and no flood may take the files away that the database and Discord
# need. One that asks for nothing within that time is closed, and one that is done after so many seconds without more.
MOST: Final = 256
_IDLE: Final = 75.0
# A body of so many bytes is looked at beside the loop.
_LONG: Final = 2**16
# Seconds between two lines about what was refused.
_CALM: Final = 60.0
_PING: Final = 1
_PONG: Final = {"type": 1}

# Takes an interaction's payload; returns what is wrong with it, or nothing.
Receive = Callable[[Mapping[str, Any]], str]


class Endpoint:
    """What is answered. `receive` is set once the bot is there; until then Discord is told to come again."""

    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures
        self.receive: Receive | None = None
        self._silent_until = 0.0
        # Connections on which nothing was asked for yet.
        self.silent: set[Any] = set()

    async def answer(self, request: web.Request) -> web.Response:
        """To one request, at whatever path the proxy gives it; raises nothing but the web's own errors."""
        self.silent.discard(request.protocol)
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST"})
        if (request.content_length or 0) > BODY:
            raise web.HTTPRequestEntityTooLarge(BODY, request.content_length or 0)
        try:
            async with asyncio.timeout(PATIENCE):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        verdict = await self._verdict(request, body)
        if verdict is not Verdict.GOOD:
            self._refused(verdict)
            return web.Response(status=401)
        return self._taken(_read(body))

    async def _verdict(self, request: web.Request, body: bytes) -> Verdict:
        now = time.time()
        if len(body) < _LONG:
            return self._signatures.verdict(request.headers, body, now)
        return await asyncio.to_thread(self._signatures.verdict, request.headers, body, now)

    def _taken(self, payload: Mapping[str, Any]) -> web.Response:
        if payload.get("type") == _PING:
            return web.json_response(_PONG)
        if self.receive is None:
            # Starting: a proxy may know another process.
            return web.Response(status=503)
        wrong = self.receive(payload)
        if wrong:
            _log.warning("an interaction of Discord's cannot be read, and is left: %s", wrong)
        return web.Response(status=202)

    def _refused(self, verdict: Verdict) -> None:
        """One line a minute: a wrong key or a wrong clock would otherwise be seen by nobody."""
        if time.monotonic() < self._silent_until:
            return
        self._silent_until = time.monotonic() + _CALM
        if verdict is Verdict.STALE:
            _log.warning("a request with Discord's signature was refused, for its time is not now: is the clock right?")
        else:
            _log.warning(
                "a request without a good signature was refused: if it was Discord's, http.public_key is wrong"
            )


def _read(body: bytes) -> Mapping[str, Any]:
    """What it says; nothing where that is no object."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


@asynccontextmanager
async def listening(endpoint: Endpoint, host: str, port: int) -> AsyncGenerator[None]:
    """Answer there until the end; raises OSError where that address cannot be had."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await endpoint.answer(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:  # noqa: BLE001 - nobody else would say so: the server's own log is silent
            _log.exception("a request could not be answered")
            return web.Response(status=500)

    app = web.Application(client_max_size=BODY, logger=_silent)
    app.router.add_route("*", "/{path:.*}", handle)
    # The signature is over the bytes as they were sent.
    options: dict[str, Any] = {
        "logger": _silent,
        "auto_decompress": False,
        "keepalive_timeout": _IDLE,
        "lingering_time": 1,
    }
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2, **options)
    await runner.setup()
    listener: asyncio.Server | None = None
    try:
        door = _Door(cast("web.Server", runner.server), endpoint.silent)
        listener = await asyncio.get_running_loop().create_server(door, host, port, backlog=512)
        yield
    finally:
        if listener is not None:
            listener.close()
        await runner.cleanup()


class _Door:
    """Makes the protocol of each connection."""

    def __init__(self, server: web.Server, silent: set[Any]) -> None:
        self._server = server
        self._silent = silent

    def __call__(self) -> asyncio.BaseProtocol:
        if len(self._server.connections) >= MOST:
            return Shut()
        protocol = self._server()
        self._silent.add(protocol)
        asyncio.get_running_loop().call_later(PATIENCE, self._look, protocol)
        return protocol

    def _look(self, protocol: Any) -> None:
        if protocol in self._silent:
            self._silent.discard(protocol)
            protocol.force_close()
