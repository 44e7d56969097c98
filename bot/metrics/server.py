"""The port that an operator's tools ask: /metrics, /healthz and /readyz, by GET, and nothing else.

Whoever reaches it may be anybody: an answer costs little however often it is asked for, a few are served at a time, and
none stays for long.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from typing_extensions import override

_log = logging.getLogger(__name__)
# Requests that are none are nobody's news: a scanner would fill the log.
_silent = logging.getLogger("bot.metrics.wire")
_silent.disabled = True

# Connections at a time, and seconds for which one may last.
MOST, LIFE = 32, 30.0
# Seconds: an answer that was made so lately is given again. A part that does not say whether it is ready is not.
FRESH, PATIENCE = 1.0, 2.0
_PLAIN: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

# What is wrong with a part; empty where it is ready.
Check = Callable[[], Awaitable[str]]
Page = Callable[[], Awaitable[bytes]]


class Endpoint:
    """What is answered. `checks` are set when the parts are there; until then the bot is starting."""

    def __init__(self) -> None:
        self.checks: Mapping[str, Check] = {}
        self.page: Page | None = None
        self.stopping = False
        self._turn, self._asking = asyncio.Lock(), asyncio.Lock()
        self._made: tuple[float, bytes] | None = None
        self._missing: tuple[float, dict[str, str]] | None = None

    async def missing(self) -> dict[str, str]:
        """What is wrong, for each part: nothing at all where the bot is ready."""
        if self.stopping or not self.checks:
            return {"bot": "is stopping" if self.stopping else "is starting"}
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._missing is None or now - self._missing[0] > FRESH:
                said = await asyncio.gather(*(_asked(check) for check in self.checks.values()))
                self._missing = now, {part: wrong for part, wrong in zip(self.checks, said, strict=True) if wrong}
            return self._missing[1]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """To one request; it raises nothing."""
        if request.method not in {"GET", "HEAD"}:
            return _text(405, "only GET is answered here\n", Allow="GET, HEAD")
        match request.path:
            case "/healthz":
                # That this runs is the answer: the loop turns.
                return _text(200, "ok\n")
            case "/readyz":
                missing = await self.missing()
                parts = {part: missing.get(part, "ready") for part in (*self.checks, *missing)}
                body = json.dumps({"ready": not missing, "parts": parts})
                return _text(503 if missing else 200, f"{body}\n", kind="application/json")
            case "/metrics" if self.page is not None:
                return web.Response(body=await self._fresh(self.page), headers={**_PLAIN, "Content-Type": _METRICS})
            case "/metrics":
                return _text(503, "the bot is starting\n")
            case _:
                return _text(404, "/metrics, /healthz and /readyz are answered here\n")

    async def _fresh(self, page: Page) -> bytes:
        """The page; those who ask at once get the same."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._made is None or now - self._made[0] > FRESH:
                self._made = now, await page()
            return self._made[1]


_METRICS: Final = "text/plain; version=0.0.4; charset=utf-8"


async def _asked(check: Check) -> str:
    try:
        return await asyncio.wait_for(check(), PATIENCE)
    except TimeoutError:
        return f"did not say within {PATIENCE:.0f} s"


def _text(status: int, text: str, *, kind: str = "text/plain", **headers: str) -> web.Response:
    return web.Response(status=status, text=text, content_type=kind, headers={**_PLAIN, **headers})


class _Door:
    """Makes the protocol of each connection: a few at a time, none for long, so that no flood takes the files away that
    the database and Discord need.
    """

    def __init__(self, server: web.Server) -> None:
        self._server = server

    def __call__(self) -> asyncio.BaseProtocol:
        if len(self._server.connections) >= MOST:
            return Shut()
        handler = self._server()
        asyncio.get_running_loop().call_later(LIFE, handler.force_close)
        return handler


class Shut(asyncio.Protocol):
    """A connection that is one too many."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


@asynccontextmanager
async def listening(endpoint: Endpoint, host: str, port: int) -> AsyncGenerator[None]:
    """Answer there until the end; raises OSError where that address cannot be had."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await endpoint.answer(request)
        except Exception:  # noqa: BLE001 - nobody else would say so: the server's own log is silent
            _log.exception("%s could not be answered", request.path)
            return _text(500, "that could not be answered; the log says why\n")

    server = web.Server(handle, logger=_silent, access_log=None, keepalive_timeout=15, lingering_time=1)
    listener = await asyncio.get_running_loop().create_server(_Door(server), host, port)
    try:
        yield
    finally:
        listener.close()
        await server.shutdown(1)
