"""ModelsLab on a local port: a real server that speaks the vendor's shapes, and does what a test scripts."""

import asyncio
import itertools
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.fakes.vendor_jobs import Job


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer. With neither `body`, `raw` nor a status the server answers as usual, after `delay` s.

    `close_before`: reset the connection before the body is read, nothing is ordered. `close_after`: carry the
    request out as usual, then reset the connection instead of answering.
    """

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    raw: bytes | None = None
    delay: float = 0.0
    close_before: bool = False
    close_after: bool = False

    @property
    def scripted(self) -> bool:
        return self.body is not None or self.raw is not None or self.status != 200

    def response(self) -> web.Response:
        raw = self.raw if self.body is None else json.dumps(self.body).encode()
        kind = "application/octet-stream" if self.body is None else "application/json"
        return web.Response(body=raw, status=self.status, headers={"Content-Type": kind, **self.headers})


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came in, on the connection `peer`; `job_id` is None unless an order was accepted."""

    endpoint: str
    body: dict[str, Any]
    at: float
    peer: tuple[str, int]
    job_id: int | None = None

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


_Respond = Callable[[], web.StreamResponse]
_Usual = Callable[[web.Request, dict[str, Any], Answer], _Respond]


class FakeVendor:
    """A vendor for tests: `async with FakeVendor() as vendor`, or in its own thread, with the same attributes,
    `with FakeVendor.in_thread() as vendor`.

    Knobs may be changed while it runs. `orders` holds every order whose body was read, refused ones too;
    `accepted` those that would be billed. A job is done after `job_seconds` and `processing_polls` questions.
    """

    def __init__(self, *, port: int = 0, key: str = "test-key") -> None:
        self.key = key
        self.processing_polls = 0
        self.latency = 0.0
        self.job_seconds = 0.0
        self.queue_limit: int | None = None
        self.retry_after = 1
        self.model_seed: int | None = None
        self.balance = 12.5
        self.models = ["fluxgram", "flux"]
        # Models that the account may not use, and models that the vendor has never heard of.
        self.barred: set[str] = set()
        self.unknown: set[str] = set()
        # Where the jobs of a family of endpoints are known; by default where the documents say. And what knows no job
        # at all: an address that does not exist.
        self.known_at: dict[str, str] = {}
        self.no_route: set[str] = set()
        self.script: deque[Answer] = deque()
        self.fetch_script: deque[Answer] = deque()
        self.image_script: deque[Answer] = deque()
        self.account_script: deque[Answer] = deque()
        self.orders: list[Received] = []
        self.fetches: list[Received] = []
        self.wallets_asked = 0
        self.searches: list[dict[str, str]] = []
        self.uploads: list[Received] = []
        self.upload_script: deque[Answer] = deque()
        self.images_served = 0
        self.max_in_flight = 0
        self.host = f"127.0.0.1:{port}"
        self._ids = itertools.count(96_000_001)
        self._jobs: dict[int, Job] = {}
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return f"http://{self.host}/api"

    @property
    def accepted(self) -> list[Received]:
        return [order for order in self.orders if order.job_id is not None]

    @property
    def in_flight(self) -> int:
        return sum(job.open for job in list(self._jobs.values()))

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/api/v6/images/text2img", self._handler("script", self._order))
        app.router.add_post("/api/v6/images/img2img", self._handler("script", self._order))
        app.router.add_post("/api/v6/image_editing/flux_headshot", self._handler("script", self._order))
        app.router.add_post("/api/v6/image_editing/super_resolution", self._handler("script", self._order))
        app.router.add_post("/api/v6/image_editing/removebg_mask", self._handler("script", self._order))
        app.router.add_post("/api/v6/base64_to_url", self._handler("upload_script", self._upload))
        app.router.add_post(
            "/api/v6/{family:images|image_editing}/fetch/{id}", self._handler("fetch_script", self._fetch)
        )
        app.router.add_post("/api/wallet_balance", self._handler("account_script", self._wallet))
        app.router.add_get("/api/v6/model-search", self._handler("account_script", self._search))
        app.router.add_get("/images/{id:\\d+}.png", self._handler("image_script", self._image))
        # The access log would hold the key, which the model search carries in its query.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        listener = socket.create_server(("127.0.0.1", int(self.host.rpartition(":")[2])))
        self.host = f"127.0.0.1:{listener.getsockname()[1]}"
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @classmethod
    @contextmanager
    def in_thread(cls, *, port: int = 0, key: str = "test-key") -> Iterator[Self]:
        """The same server on a loop of its own, for tests that block theirs or run the bot as a process."""
        vendor = cls(port=port, key=key)
        ready, stop = threading.Event(), asyncio.Event()
        loop = asyncio.new_event_loop()

        async def serve() -> None:
            async with vendor:
                ready.set()
                await stop.wait()
            # Requests that a test left hanging.
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
        thread.start()
        try:
            assert ready.wait(10), "the fake vendor did not start"
            yield vendor
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(10)
            loop.close()

    def _handler(self, script: str, usual: _Usual) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            answers: deque[Answer] | list[Answer] = getattr(self, script)
            answer = answers[0] if answers else Answer()
            if answers:
                del answers[0]
            if answer.close_before:
                return _reset(request)
            body = await request.json() if request.method == "POST" else dict(request.query)
            respond = usual(request, body, answer)
            await asyncio.sleep(answer.delay + (self.latency if script == "script" else 0))
            return _reset(request) if answer.close_after else respond()

        return handle

    def _order(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        refused = (
            answer if answer.scripted else self._wrong_key(body) or self._not_offered(request, body) or self._full()
        )
        job = None if refused else self._accept(body, request.path.split("/")[3])
        self.orders.append(_received(request, body, job and job.id))

        def respond() -> web.Response:
            if refused or not job:
                return (refused or answer).response()
            if job.polls_left or self.job_seconds:
                return web.json_response(job.processing(self.base_url, self.job_seconds))
            return web.json_response(job.success())

        return respond

    def _accept(self, body: dict[str, Any], family: str) -> Job:
        # Enlarging takes no seed, and its meta tells none.
        seed = self.model_seed if self.model_seed is not None else int(body.get("seed", 0))
        # A job lasts at least until it is answered for, so that a slow answer counts as in flight.
        ready_at = time.monotonic() + max(self.job_seconds, self.latency)
        number = next(self._ids)
        link = f"http://{self.host}/images/{number}.png"
        job = Job(number, body, seed, link, ready_at, self.processing_polls, family)
        self.max_in_flight = max(self.max_in_flight, self.in_flight + 1)
        self._jobs[job.id] = job
        return job

    def _wrong_key(self, body: dict[str, Any]) -> Answer | None:
        if body.get("key") == self.key:
            return None
        return Answer(401, {"status": "error", "message": "Invalid API key"})

    def _full(self) -> Answer | None:
        if self.queue_limit is None or self.in_flight < self.queue_limit:
            return None
        message = f"Rate limit exceeded. Maximum {self.queue_limit} queued requests allowed."
        return Answer(429, {"status": "error", "message": message, "retry_after": self.retry_after})

    def _fetch(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        self.fetches.append(_received(request, body))
        if answer.scripted:
            return answer.response
        number, family = request.match_info["id"], request.match_info["family"]
        if family in self.no_route:
            return Answer(404, raw=b"<html>404 Not Found</html>").response
        job = self._jobs.get(int(number)) if number.isdecimal() else None
        if job is not None and self.known_at.get(job.family, job.family) != family:
            job = None
        unknown = Answer(404, {"status": "error", "message": "Request not found"})
        if (refused := self._wrong_key(body)) or job is None:
            return (refused or unknown).response
        return lambda: web.json_response(job.polled())

    def _wallet(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        self.wallets_asked += 1
        usual = Answer(body={"status": "success", "data": {"balance": self.balance, "currency": "USD"}})
        return (answer if answer.scripted else self._wrong_key(body) or usual).response

    def _search(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        self.searches.append(body)
        found = [{"model_id": name, "status": "model_ready"} for name in self.models if body["search"] in name]
        usual = Answer(body={"status": "success", "data": found})
        return (answer if answer.scripted else self._wrong_key(body) or usual).response

    def _image(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        job = self._jobs.get(int(request.match_info["id"]))
        if answer.scripted or job is None:
            return (answer if answer.scripted else Answer(404, raw=b"Not found")).response

        def respond() -> web.Response:
            self.images_served += 1
            return web.Response(body=job.picture(), content_type="image/png")

        return respond

    def _not_offered(self, request: web.Request, body: dict[str, Any]) -> Answer | None:
        """Models by their id; flux_headshot is an endpoint that names none."""
        model = body.get("model_id") or request.path.rpartition("/")[2]
        if model in self.barred:
            return Answer(403, {"status": "error", "message": "This feature requires a premium subscription"})
        if model in self.unknown:
            return Answer(body={"status": "error", "message": f"Model not found: {model}"})
        return None

    def _upload(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        self.uploads.append(_received(request, body))
        link = f"http://{self.host}/uploads/{len(self.uploads)}.png"
        usual = Answer(body={"status": "success", "request_id": len(self.uploads), "output": [link]})
        return (answer if answer.scripted else self._wrong_key(body) or usual).response


def _received(request: web.Request, body: dict[str, Any], job_id: int | None = None) -> Received:
    assert request.transport is not None
    peer = request.transport.get_extra_info("peername")
    return Received(request.path.removeprefix("/api"), body, time.monotonic(), peer, job_id)


def _reset(request: web.Request) -> web.Response:
    """Cut the connection with a TCP reset: what a peer sees when the other process dies."""
    assert request.transport is not None
    sock = request.transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
    return web.Response()
