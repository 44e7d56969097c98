"""A vendor that misbehaves by prompt: what an order asks for decides what happens to it, to its polls and its picture.

So many faults run at once in one bot, and none disturbs another.
"""

import asyncio
import io
import struct
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

from tests.fakes.vendor import Answer, FakeVendor

Step = Answer | Callable[["MischievousVendor", web.Request, int], Awaitable[web.StreamResponse]]


@dataclass
class Mischief:
    """The answers to the orders, polls and downloads of one prompt, in turn; the last is repeated. None is as usual."""

    submit: Sequence[Step | None] = ()
    fetch: Sequence[Step | None] = ()
    image: Sequence[Step | None] = ()
    seen: dict[str, int] = field(default_factory=dict)

    def next(self, kind: str) -> Step | None:
        steps: Sequence[Step | None] = getattr(self, kind)
        number = self.seen[kind] = self.seen.get(kind, 0) + 1
        return steps[min(number, len(steps)) - 1] if steps else None


class MischievousVendor(FakeVendor):
    """`mischief` by the first words of a prompt; every other prompt is served as usual."""

    def __init__(self, *, port: int = 0, key: str = "test-key") -> None:
        super().__init__(port=port, key=key)
        self.mischief: dict[str, Mischief] = {}

    def _handler(self, script: str, usual: Any) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        kind = {"script": "submit", "fetch_script": "fetch", "image_script": "image"}.get(script)
        ordinary = super()._handler(script, usual)

        async def handle(request: web.Request) -> web.StreamResponse:
            body = await request.json() if request.method == "POST" else {}
            mischief, job_id = self._found(kind, request, body)
            step = mischief.next(kind) if mischief and kind else None
            if step is None:
                return await ordinary(request)
            if not isinstance(step, Answer):
                if kind == "submit":
                    job_id = self._ordered(request, body, usual)
                return await step(self, request, job_id)
            respond = usual(request, body, step)
            await asyncio.sleep(step.delay)
            if step.close_after:
                assert request.transport is not None
                request.transport.abort()
            return respond()

        return handle

    def _found(self, kind: str | None, request: web.Request, body: dict[str, Any]) -> tuple[Mischief | None, int]:
        if kind == "submit":
            return self.mischief.get(str(body["prompt"]).split(",", maxsplit=1)[0]), 0
        text = request.match_info.get("id", "0")
        job_id = int(text) if text.isdecimal() else 0
        job = self._jobs.get(job_id)
        return (self.mischief.get(str(job.body["prompt"]).split(",", maxsplit=1)[0]) if job else None), job_id

    def _ordered(self, request: web.Request, body: dict[str, Any], usual: Any) -> int:
        """Take the order as usual, and return its job."""
        usual(request, body, Answer())
        return self.orders[-1].job_id or 0


def says(**fields: Any) -> Step:
    """Take the order, and answer with these fields; `id` is the job's own unless it is given."""

    async def answer(_vendor: MischievousVendor, _request: web.Request, job_id: int) -> web.StreamResponse:
        return web.json_response({"id": job_id, **fields})

    return answer


def links(link: str) -> Step:
    """A job that is done at once, with its picture there; `{job}` is the job's id, `{host}` the vendor's host."""

    async def answer(vendor: MischievousVendor, _request: web.Request, job_id: int) -> web.StreamResponse:
        output = [link.format(job=job_id, host=vendor.host)]
        return web.json_response({"status": "success", "id": job_id, "output": output})

    return answer


async def silence(_vendor: FakeVendor, _request: web.Request, _job_id: int) -> web.StreamResponse:
    await asyncio.sleep(90)
    return web.Response()


async def drip(_vendor: FakeVendor, request: web.Request, _job_id: int) -> web.StreamResponse:
    """A byte now and then, for ever."""
    response = web.StreamResponse(headers={"Content-Type": "image/png"})
    await response.prepare(request)
    with suppress(ConnectionError):
        for byte in b"\x89PNG\r\n\x1a\n" + bytes(1000):
            await response.write(bytes([byte]))
            await asyncio.sleep(0.5)
    return response


async def flood(_vendor: FakeVendor, request: web.Request, _job_id: int) -> web.StreamResponse:
    """60 MB that nobody announced."""
    response = web.StreamResponse(headers={"Content-Type": "image/png"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b"\x89PNG\r\n\x1a\n")
    with suppress(ConnectionError):
        for _ in range(60):
            await response.write(bytes(2**20))
    return response


def png(colour: tuple[int, int, int] = (90, 120, 90), side: int = 64) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of some kilobytes that would decode to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(10_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def error(status: int, text: object, **more: Any) -> Answer:
    return Answer(status=status, body={"status": "error", "message": text, **more})
