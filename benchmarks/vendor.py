"""The local vendor as a process of its own, so that its work is nobody else's: `python -m benchmarks.vendor`.

Its pictures are of the size of real ones, 1024 x 1024 in 200 kB, and no two are the same. The first line that it
prints says where it listens, and where it takes orders from whoever measures: `set` and `answered`.
"""

import asyncio
import io
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
_END = 12


def picture_of_200_kb() -> bytes:
    """A PNG of soft colours with as much grain as makes it `BYTES` long, give or take a tenth."""
    rng = random.Random(1)
    soft = Image.radial_gradient("L").resize((SIDE, SIDE))
    low, high = 0, SIDE
    made = b""
    while low < high - 8:
        rows = (low + high) // 2
        image = Image.merge("RGB", (soft, soft.rotate(90), soft.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
        image.paste(Image.frombytes("RGB", (SIDE, rows), rng.randbytes(SIDE * rows * 3)), (0, 0))
        file = io.BytesIO()
        image.save(file, "PNG")
        made = file.getvalue()
        low, high = (rows, high) if len(made) < BYTES else (low, rows)
    return made


def signed(png: bytes, number: int) -> bytes:
    """The same picture with a word in it that makes it another file."""
    word = b"tEXt" + b"Comment\0" + str(number).encode()
    chunk = struct.pack(">I", len(word) - 4) + word + struct.pack(">I", zlib.crc32(word))
    return png[:-_END] + chunk + png[-_END:]


class MeasuredVendor(FakeVendor):
    """Remembers when it said of an order that its picture is there, by the first words of the prompt."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, float] = {}
        self._png = picture_of_200_kb()

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
        data = signed(self._png, int(request.match_info["id"]))
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
