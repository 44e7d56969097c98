"""An image vendor with a script, behind the port: it bills what it takes, and knows only jobs that it was given."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable

from bot.domain import errors
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded
from tests.fakes.builders import a_picture

# What happens to an order: an error, or the number of polls before the picture is done.
Step = int | Exception


class ScriptedGenerator:
    """Without a script every order succeeds at once. Past `limit` jobs the vendor's queue is full: RateLimited."""

    def __init__(self, limit: int = 1000) -> None:
        self.limit = limit
        self.orders: list[Order] = []
        self.billed: Counter[str] = Counter()
        self.fetched: list[str] = []
        self.asked_by: list[Method] = []
        # What the account says of itself; nothing is amiss by default.
        self.account_error: errors.VendorError | None = None
        self.asked_account = 0
        self.most_running = 0
        self.eta = 0.0
        self.seed: int | None = None
        self.on_submit: Callable[[], None] = lambda: None
        self.flags = False
        self.on_fetch: Callable[[], None] = lambda: None
        self.on_download: Callable[[], None] = lambda: None
        self._submits: deque[Step] = deque()
        self._fetches: deque[errors.VendorError] = deque()
        self._downloads: deque[errors.VendorError] = deque()
        self._running: dict[str, int] = {}
        self._done: dict[str, Picture] = {}
        self.hosted: list[tuple[Picture, int | None]] = []
        self._hosts: deque[errors.VendorError] = deque()
        self.open = asyncio.Event()
        self.open.set()

    def submits(self, *steps: Step) -> None:
        """What the next orders come to."""
        self._submits.extend(steps)

    def fetches(self, *failures: errors.VendorError) -> None:
        """How the next polls fail."""
        self._fetches.extend(failures)

    def downloads(self, *failures: errors.VendorError) -> None:
        """How the next downloads fail."""
        self._downloads.extend(failures)

    def hosts(self, *failures: errors.VendorError) -> None:
        """How the next uploads fail."""
        self._hosts.extend(failures)

    def knows(self, job_id: str, polls: int = 0) -> None:
        """A job that an earlier process ordered."""
        self._running[job_id] = polls

    @property
    def running(self) -> int:
        return len(self._running)

    async def submit(self, order: Order) -> Succeeded | Processing:
        self.orders.append(order)
        self.on_submit()
        await asyncio.sleep(0)
        step = self._submits.popleft() if self._submits else 0
        if isinstance(step, errors.OutcomeUnknown):
            self.billed[order.track_id] += 1
        if isinstance(step, Exception):
            raise step
        if len(self._running) >= self.limit:
            raise errors.RateLimited("submit: 429")
        self.billed[order.track_id] += 1
        job_id = f"job-{len(self.orders)}-{order.track_id}"
        if step == 0 and self.open.is_set():
            return self._succeed(job_id)
        self._running[job_id] = step
        self.most_running = max(self.most_running, len(self._running))
        return Processing(job_id, self.eta, self.seed, order.method)

    async def account(self) -> None:
        self.asked_account += 1
        await asyncio.sleep(0)
        if self.account_error is not None:
            raise self.account_error

    async def fetch(self, job_id: str, method: Method) -> Succeeded | Processing:
        self.fetched.append(job_id)
        self.asked_by.append(method)
        self.on_fetch()
        await asyncio.sleep(0)
        if self._fetches:
            raise self._fetches.popleft()
        if job_id in self._done:
            return self._succeed(job_id)
        if job_id not in self._running:
            raise errors.JobUnknown("fetch")
        self._running[job_id] -= 1
        if self._running[job_id] > 0 or not self.open.is_set():
            return Processing(job_id, self.eta, self.seed, method)
        del self._running[job_id]
        return self._succeed(job_id)

    def _succeed(self, job_id: str) -> Succeeded:
        self._done[job_id] = a_picture(job_id)
        return Succeeded(job_id, (f"https://pictures.test/{job_id}",), self.seed, self.flags)

    async def host(self, picture: Picture, side: int | None = None) -> str:
        self.hosted.append((picture, side))
        await asyncio.sleep(0)
        if self._hosts:
            raise self._hosts.popleft()
        return f"https://uploads.test/{len(self.hosted)}"

    async def download(self, link: str) -> Picture:
        self.on_download()
        await asyncio.sleep(0)
        if self._downloads:
            raise self._downloads.popleft()
        job_id = link.rpartition("/")[2]
        if job_id not in self._done:
            raise errors.UnsafeLink("download")
        return self._done[job_id]
