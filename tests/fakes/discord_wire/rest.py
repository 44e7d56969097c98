"""The front of the REST API: records, checks and routes every request, and injects the faults."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from tests.fakes.discord_wire import errors, routes, webhooks
from tests.fakes.discord_wire.errors import ApiError
from tests.fakes.discord_wire.faults import Fault
from tests.fakes.discord_wire.posting import Form, Part
from tests.fakes.discord_wire.state import RecordedRequest

if TYPE_CHECKING:
    from tests.fakes.discord_wire.server import WireDiscord

_log = logging.getLogger(__name__)
Reply = tuple[int, Any]
Handler = Callable[["WireDiscord", "Call"], Awaitable[Reply]]


@dataclass
class Call:
    """A request on its way to its handler."""

    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Form


class Rest:
    def __init__(self, discord: "WireDiscord") -> None:
        self._discord = discord
        self._routes: list[tuple[str, re.Pattern[str], bool, Handler]] = [
            (method, re.compile(pattern), needs_token, handler)
            for method, pattern, needs_token, handler in (*webhooks.ROUTES, *routes.ROUTES)
        ]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Any request below the base of the API."""
        path = request.path.removeprefix("/api/v10")
        record = RecordedRequest(request.method, path, None, [], time.monotonic())
        self._discord.requests.append(record)
        fault = self._discord.faults.take(request.method, path)
        if fault is not None and fault.delay and not fault.after_apply:
            await asyncio.sleep(fault.delay)
        lost = fault is not None and (fault.reset or fault.status is not None)
        record.faulted = lost
        if not lost or (fault and fault.after_apply):
            status, body = await self._handle(request, path, record)
        else:
            await request.read()
            status, body = 0, None
        if fault is not None and fault.delay and fault.after_apply:
            self._discord.changes.notify()
            await asyncio.sleep(fault.delay)
        headers: dict[str, str] = {}
        if fault is not None and lost:
            if fault.reset:
                return self._reset(request, record)
            status, body, headers = self._replace(fault)
        record.status = status
        record.code = body.get("code") if isinstance(body, dict) and status >= 400 else None
        self._discord.changes.notify()
        if body is None:
            return web.Response(status=status, headers=headers)
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, headers=headers | {"Content-Type": "application/json"})
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html", headers=headers)
        # Exactly this content type: discord.py compares it as a whole.
        headers |= {"Content-Type": "application/json"}
        return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)

    def _replace(self, fault: Fault) -> tuple[int, Any, dict[str, str]]:
        return fault.status or 500, fault.answer(), fault.headers()

    def _reset(self, request: web.Request, record: RecordedRequest) -> web.StreamResponse:
        self._discord.changes.notify()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _handle(self, request: web.Request, path: str, record: RecordedRequest) -> Reply:
        try:
            status, body = await self._answer(request, path, record)
        except ApiError as error:
            if error.is_malformed:
                self._discord.violations.append(f"{request.method} {path}: {error}")
            status, body = error.status, error.body()
        if self._discord.openapi is not None:
            wrong = self._discord.openapi.check_response(request.method, path, status, body)
            # The fake itself is wrong then; found in the same place as the bot's faults.
            self._discord.violations += [f"the fake's {status} to {request.method} {path}: {w}" for w in wrong]
        return status, body

    async def _answer(self, request: web.Request, path: str, record: RecordedRequest) -> Reply:
        form = await self._form(request)
        record.json = form.json
        record.files = [(p.field, p.filename, len(p.data), p.content_type) for p in form.files.values()]
        match, needs_token, handler = self._find(request.method, path)
        if needs_token and request.headers.get("Authorization") != f"Bot {self._discord.token}":
            raise errors.unauthorized()
        if self._discord.openapi is not None:
            wrong = self._discord.openapi.check_request(request.method, path, form.json)
            if wrong:
                raise errors.bad_form(*(f"schema: {line}" for line in wrong))
        try:
            return await handler(self._discord, Call(match.groupdict(), request.query, form))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _log.exception("%s %s could not be read", request.method, path)
            raise errors.bad_form(f"could not be read: {error!r}") from error

    def _find(self, method: str, path: str) -> tuple[re.Match[str], bool, Handler]:
        for known, pattern, needs_token, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and known == method:
                return match, needs_token, handler
        self._discord.violations.append(f"{method} {path}: unknown route (to this fake)")
        raise ApiError(HTTPStatus.NOT_FOUND, 0, "404: Not Found")

    async def _form(self, request: web.Request) -> Form:
        kind = request.content_type
        if kind == "multipart/form-data":
            return await self._multipart(request)
        body = await request.read()
        if not body:
            return Form()
        if kind != "application/json":
            raise ApiError(400, 50109, "The request body contains invalid JSON.", [f"content type {kind}"])
        return Form(_parse(body))

    async def _multipart(self, request: web.Request) -> Form:
        form = Form()
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise errors.bad_form("multipart: nested")
            name = part.name or ""
            data = bytes(await part.read(decode=True))
            number = re.fullmatch(r"files\[(\d)\]", name)
            if name == "payload_json":
                form.json = _parse(data)
            elif number and part.filename:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                form.files[int(number[1])] = Part(name, part.filename, data, kind)
            else:
                raise errors.bad_form(f"multipart: unexpected field {name!r}")
        return form


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.", [str(error)]) from error
