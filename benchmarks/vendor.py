"""The local vendor as a process of its own, so that its work is nobody else's: `python -m benchmarks.vendor`.

Its pictures are of the size of real ones, 1024 x 1024 in 200 kB, and no two are the same. The first line that it
prints says where it listens, and where it takes orders from whoever measures: `set` and `answered`.
"""

import asyncio
import json
import random
import struct
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any

from aiohttp import web
from PIL import Image

from tests.fakes.vendor import Answer, FakeVendor

SIDE, BYTES = 1024, 200_000


class Pictures:
    """PNGs of soft colours with as much grain as makes them `BYTES` long, give or take a tenth; each differs in the
    pixels of its last row, so that no two are the same to whoever looks at pixels alone.
    """

    def __init__(self) -> None:
        soft = Image.linear_gradient("L").resize((SIDE, SIDE))
        ground = Image.merge("RGB", (soft, soft.rotate(90), soft.transpose(Image.Transpose.FLIP_TOP_BOTTOM))).tobytes()
        low, high = 0, SIDE - 1
        while low < high - 8:
            rows = (low + high) // 2
            self._packing, self._packed = _packed(ground, rows)
            low, high = (rows, high) if len(self._packed) < BYTES else (low, rows)

    def of(self, number: int) -> bytes:
        """The picture of that number. Only its last row is packed: the others are the same as ever."""
        packing = self._packing.copy()
        row = random.Random(number).randbytes(SIDE * 3)
        rest = packing.compress(b"\0" + row) + packing.flush()
        head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", head), (b"IDAT", self._packed), (b"IDAT", rest), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _packed(ground: bytes, grain: int) -> tuple[Any, bytes]:
    """All rows but the last, the first `grain` of them noise: zlib's state behind them, and the bytes so far."""
    noise, packing = random.Random(1), zlib.compressobj()
    data = b"".join(
        packing.compress(b"\0" + (noise.randbytes(SIDE * 3) if row < grain else ground[row * SIDE * 3 :][: SIDE * 3]))
        for row in range(SIDE - 1)
    )
    return packing, data + packing.flush(zlib.Z_SYNC_FLUSH)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join((len(data).to_bytes(4), kind, data, zlib.crc32(kind + data).to_bytes(4)))


class MeasuredVendor(FakeVendor):
    """Remembers when it said of an order that its picture is there, by the first words of the prompt."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, float] = {}
        self._pictures = Pictures()

    def release(self) -> None:
        """Whatever is being painted is done now."""
        for job in self._jobs.values():
            job.ready_at = 0.0

    def _order(self, request: web.Request, body: dict[str, Any], answer: Answer) -> Callable[[], web.StreamResponse]:
        respond = super()._order(request, body, answer)
        return self._timed(respond, self.orders[-1].job_id)

    def _fetch(self, request: web.Request, body: dict[str, Any], answer: Answer) -> Callable[[], web.StreamResponse]:
        return self._timed(super()._fetch(request, body, answer), int(request.match_info["id"]))

    def _timed(self, respond: Callable[[], web.StreamResponse], job_id: int | None) -> Callable[[], web.StreamResponse]:
        def timed() -> web.StreamResponse:
            response = respond()
            job = self._jobs.get(job_id or 0)
            if job is not None and job.answered:
                self.answered.setdefault(job.body["prompt"].split(",")[0], time.time())
            return response

        return timed

    def _image(
        self,
        request: web.Request,
        body: dict[str, Any],  # noqa: ARG002 - as its parent
        answer: Answer,  # noqa: ARG002 - as its parent
    ) -> Callable[[], web.StreamResponse]:
        data = self._pictures.of(int(request.match_info["id"]))
        return lambda: web.Response(body=data, content_type="image/png")


async def main() -> None:
    """Serve until standard input closes: whoever measures may die."""
    async with MeasuredVendor() as vendor:

        async def change(request: web.Request) -> web.Response:
            asked = await request.json()
            vendor.job_seconds = float(asked["job_seconds"])
            if asked.get("release"):
                vendor.release()
            return web.json_response({})

        async def answered(_: web.Request) -> web.Response:
            return web.json_response(vendor.answered)

        app = web.Application()
        app.router.add_post("/set", change)
        app.router.add_get("/answered", answered)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        control = f"http://127.0.0.1:{runner.addresses[0][1]}"
        print(json.dumps({"host": vendor.host, "base_url": vendor.base_url, "control": control}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
