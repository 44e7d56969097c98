"""A stand-in for ModelsLab: the real wire format on a local port, pictures drawn instead of generated.

It runs in a thread with a loop of its own: the simulated Discord keeps a virtual clock for the bot, and a
vendor takes its time in the real one.
"""

import asyncio
import base64
import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

from aiohttp import web

from playground.artist import cut_out, enlarged, paint

KEPT: Final = 200
QUEUE_LIMIT: Final = 5
PAINTERS: Final = 2
# What is done to a picture needs no words.
_OF_A_PICTURE: Final = frozenset({"super_resolution", "removebg_mask"})
_MODELS: Final = ("fluxgram", "flux", "flux-kontext-dev")


class _Refused(Exception):
    """An answer of the vendor's that is no success: HTTP status and body."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"status": "error", "message": message, **more}


@dataclass(slots=True)
class _Job:
    id: int
    prompt: str
    seed: int
    size: tuple[int, int]
    ready_at: float
    painting: "asyncio.Future[bytes]" = field(repr=False)

    @property
    def done(self) -> bool:
        return self.painting.done() and time.monotonic() >= self.ready_at


class StandIn:
    """Use `StandIn.running()`. Every fourth order is answered with its picture at once, the others are polled."""

    key: Final = "standin-key"

    def __init__(self, seconds: float) -> None:
        self.host = ""
        # Who knows the pictures behind Discord's links: set by whoever simulates Discord.
        self.elsewhere: Callable[[str], bytes | None] = lambda _link: None
        self.seconds = seconds
        self._ids = itertools.count(73_000_001)
        self._jobs: OrderedDict[int, _Job] = OrderedDict()
        self._uploads: OrderedDict[str, bytes] = OrderedDict()
        self._painters = ThreadPoolExecutor(PAINTERS, thread_name_prefix="painter")

    @property
    def base_url(self) -> str:
        """The address to configure as `modelslab.base_url`."""
        return f"http://{self.host}/api"

    @classmethod
    @contextmanager
    def running(cls, port: int = 0, seconds: float = 1.5) -> Generator["StandIn", None, None]:
        """Serve in a thread until the end; a picture takes at least `seconds`."""
        standin, started, stop = cls(seconds), threading.Event(), threading.Event()
        failures: list[OSError] = []

        def serve() -> None:
            try:
                asyncio.run(standin._serve(port, started, stop))
            except OSError as error:
                # A taken port: told to whoever waits for the start, which would otherwise never come.
                failures.append(error)
                started.set()

        thread = threading.Thread(target=serve, name="standin")
        thread.start()
        started.wait()
        try:
            if failures:
                raise failures[0]
            yield standin
        finally:
            stop.set()
            thread.join()

    async def _serve(self, port: int, started: threading.Event, stop: threading.Event) -> None:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/api/v6/images/text2img", self._answering(self._order))
        app.router.add_post("/api/v6/images/img2img", self._answering(self._order))
        app.router.add_post("/api/v6/image_editing/{kind}", self._answering(self._order))
        app.router.add_post("/api/v6/base64_to_url", self._answering(self._upload))
        app.router.add_post("/api/v6/{family:images|image_editing}/fetch/{id}", self._answering(self._fetch))
        app.router.add_post("/api/wallet_balance", self._answering(self._wallet))
        app.router.add_get("/api/v6/model-search", self._search)
        app.router.add_get("/images/{name}", self._image)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        self.host = f"127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await asyncio.to_thread(stop.wait)
        await runner.cleanup()
        await asyncio.to_thread(self._painters.shutdown, wait=True, cancel_futures=True)

    def _answering(self, handle: Any) -> Any:
        """A handler of a JSON body with the right key."""

        async def answer(request: web.Request) -> web.Response:
            try:
                return web.json_response(await handle(request, self._allowed(await _body(request))))
            except _Refused as refusal:
                return web.json_response(refusal.body, status=refusal.status)

        return answer

    def _allowed(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("key") != self.key:
            raise _Refused(401, "Invalid API key")
        return body

    async def _order(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        if sum(not job.done for job in self._jobs.values()) >= QUEUE_LIMIT:
            message = f"Rate limit exceeded. Maximum {QUEUE_LIMIT} queued requests allowed."
            raise _Refused(429, message, retry_after=3)
        kind = request.path.rpartition("/")[2]
        of_a_picture = kind in _OF_A_PICTURE
        _check(body, needs_prompt=not of_a_picture)
        source = await self._source(body)
        if of_a_picture and source is None:
            raise _Refused(400, "the picture could not be read")
        job = self._begin(body, source, kind)
        if job.id % 4 == 0:
            await job.painting
            await asyncio.sleep(max(0.0, job.ready_at - time.monotonic()))
            return {
                "status": "success",
                "generationTime": self.seconds,
                "id": job.id,
                "output": [self._link(job)],
                "meta": _meta(job, body),
            }
        return self._processing(job) | {"meta": _meta(job, body), "future_links": [self._link(job)]}

    def _begin(self, body: dict[str, Any], source: bytes | None, kind: str) -> _Job:
        number = next(self._ids)
        seed, prompt = int(body.get("seed") or number), str(body.get("prompt", ""))
        size = int(body.get("width", 1024)), int(body.get("height", 1024))
        # A variation says how far it goes. A reference goes along for the face alone, in clothes of the new words.
        scale = int(_number(body, "scale", 2))
        strength = 1.0 if "face_image" in body or "guidance" in body else float(body.get("strength", 1.0))

        def work() -> bytes:
            if source is not None and kind in _OF_A_PICTURE:
                return enlarged(source, scale) if kind == "super_resolution" else cut_out(source)
            return paint(prompt, seed, *size, source=source, strength=strength)

        painting = asyncio.get_running_loop().run_in_executor(self._painters, work)
        job = _Job(number, prompt, seed, size, time.monotonic() + self.seconds, painting)
        self._jobs[number] = job
        while len(self._jobs) > KEPT:
            self._jobs.popitem(last=False)
        return job

    async def _source(self, body: dict[str, Any]) -> bytes | None:
        """The picture that an order starts from; one that cannot be read is painted from the words alone."""
        link = body.get("init_image") or body.get("face_image") or body.get("image")
        if not isinstance(link, str):
            return None
        name = link.rsplit("/", 1)[-1]
        if name in self._uploads:
            return self._uploads[name]
        number = name.removesuffix(".png")
        if number.isdigit() and int(number) in self._jobs:
            return await self._jobs[int(number)].painting
        return self.elsewhere(link)

    async def _upload(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        del request
        number = next(self._ids)
        name = f"upload-{number}.png"
        self._uploads[name] = base64.b64decode(str(body.get("base64_string", "")).partition(",")[2])
        while len(self._uploads) > KEPT:
            self._uploads.popitem(last=False)
        return {"status": "success", "id": number, "output": [f"http://{self.host}/images/{name}"]}

    async def _fetch(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        del body
        number = request.match_info["id"]
        job = self._jobs.get(int(number)) if number.isdigit() else None
        if job is None:
            raise _Refused(404, "Request not found")
        if not job.done:
            return {
                "status": "processing",
                "messege": "Your request is still in the queue, try again later",
                "output": "",
            }
        return {"status": "success", "id": job.id, "output": [self._link(job)]}

    def _processing(self, job: _Job) -> dict[str, Any]:
        return {
            "status": "processing",
            "tip": "Your image is processing in background, you can get this image using fetch API.",
            "eta": self.seconds,
            "messege": "Try to fetch request after seconds estimated",
            "fetch_result": f"{self.base_url}/v6/images/fetch/{job.id}",
            "id": job.id,
            "output": [],
        }

    async def _wallet(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        del request, body
        return {"status": "success", "data": {"balance": 25.0, "currency": "USD"}}

    async def _search(self, request: web.Request) -> web.Response:
        wanted = request.query.get("search", "")
        found = [{"model_id": each, "status": "model_ready"} for each in _MODELS if wanted in each]
        return web.json_response({"status": "success", "data": found})

    async def _image(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        number = name.removesuffix(".png")
        if number.isdigit() and int(number) in self._jobs and self._jobs[int(number)].done:
            return web.Response(body=await self._jobs[int(number)].painting, content_type="image/png")
        if name in self._uploads:
            return web.Response(body=self._uploads[name], content_type="image/png")
        raise web.HTTPNotFound

    def _link(self, job: _Job) -> str:
        return f"http://{self.host}/images/{job.id}.png"


def _check(body: dict[str, Any], *, needs_prompt: bool) -> None:
    """The vendor's validation; raises _Refused with its words."""
    if needs_prompt and not str(body.get("prompt") or "").strip():
        raise _Refused(400, "prompt is required")
    for side in ("width", "height"):
        value = _number(body, side, 1024)
        if not 256 <= value <= 1024:
            raise _Refused(400, f"{side} must be between 256 and 1024")
        if value % 8:
            raise _Refused(400, f"{side} must be divisible by 8")
    if not 1 <= _number(body, "samples", 1) <= 4:
        raise _Refused(400, "samples must be between 1 and 4")
    if not 1 <= _number(body, "guidance_scale", 7.5) <= 20:
        raise _Refused(400, "guidance_scale must be between 1 and 20")


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _Refused(400, "The request body must be a JSON object")
    return cast("dict[str, Any]", body)


def _number(body: dict[str, Any], name: str, default: float) -> float:
    """A field that the vendor takes as a number or as its text."""
    try:
        return float(body.get(name, default))
    except (TypeError, ValueError):
        raise _Refused(400, f"{name} must be a number") from None


def _meta(job: _Job, body: dict[str, Any]) -> dict[str, Any]:
    width, height = job.size
    return {
        "seed": job.seed,
        "prompt": job.prompt,
        "model_id": body.get("model_id", "fluxgram"),
        "W": width,
        "H": height,
        "steps": body.get("num_inference_steps", 30),
        "n_samples": 1,
    }
