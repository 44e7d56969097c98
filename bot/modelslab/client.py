"""The ModelsLab API: the only place where the key is used, and it goes to the configured host only."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import quote

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.domain.errors import (
    BadAnswer,
    JobUnknown,
    NoCredits,
    OutcomeUnknown,
    RateLimited,
    VendorDown,
    VendorError,
)
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded
from bot.modelslab.account import Balance, lists_model, read_balance
from bot.modelslab.answers import Reply, judged, tidied
from bot.modelslab.download import MAX_BYTES, SafeDownloader, open_downloader
from bot.modelslab.orders import FAMILIES, PLAIN, Dialect, family_of, order_wire, path_of
from bot.modelslab.pictures import fits, fitted, sent_along
from bot.modelslab.streams import read_at_most
from bot.modelslab.wire import is_job_id, is_web

MAX_ANSWER_BYTES: Final = 2**20
# An answer about an order may hold its picture: a third more as base64, and some for lines and escapes in JSON.
MAX_PAINTED_BYTES: Final = MAX_BYTES * 3 // 2
# More than this is read and understood in a thread.
_LONG: Final = 2**18
# Discord takes files of 10 MiB, and the vendor uploads of 5 MB: a third of that is lost to base64.
MAX_POSTED_BYTES: Final = 9 * 2**20
MAX_HOSTED_BYTES: Final = 3_500_000
# Where the other family of endpoints is asked: the route or the job is not known here.
_NOT_HERE: Final = frozenset({404, 405})


class ModelsLab:
    """The vendor as an `ImageGenerator`, without retries, waiting or limits on concurrency: those are the jobs'.

    Orders go by `session`, which must not reuse connections (`open_session`): on a kept connection that the server has
    just closed, a lost order and one that was never read look the same. What costs nothing is asked by `questions`,
    which keeps them: an order is asked after several times. All times are in seconds. `witness` is shown every answer.

    The key is in no `repr`, log line or exception: errors of aiohttp's are translated outside of their handler,
    so that none of them, with its URL and headers, hangs on to ours as a context.
    """

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        questions: aiohttp.ClientSession,
        downloader: SafeDownloader,
        api_key: SecretStr,
        base_url: str,
        safety_checker: bool = True,
        dialect: Dialect = PLAIN,
        witness: Callable[[Reply], None] | None = None,
        connect_seconds: float = 10.0,
        submit_seconds: float = 60.0,
        fetch_seconds: float = 30.0,
    ) -> None:
        self._session = session
        self._questions = questions
        self._downloader = downloader
        self._key = api_key
        self._base = base_url.rstrip("/")
        self._safety_checker = safety_checker
        self._dialect = dialect
        self._witness = witness
        # Where jobs were found that are documented to be asked for elsewhere, by their family of endpoints.
        self._found_at: dict[str, str] = {}
        self._submit_timeout = aiohttp.ClientTimeout(total=submit_seconds, connect=connect_seconds)
        self._fetch_timeout = aiohttp.ClientTimeout(total=fetch_seconds, connect=connect_seconds)

    async def submit(self, order: Order) -> Succeeded | Processing:
        """Send a billed order, once. VendorDown when it did not leave; OutcomeUnknown when its answer is missing."""
        spoken = self._dialect.spoken(order)
        wire = order_wire(spoken, safety_checker=self._safety_checker)
        body = wire.model_dump(mode="json", exclude_none=True)
        path = path_of(order)
        reply = await self._post(path, body, self._submit_timeout, billed=True, limit=MAX_PAINTED_BYTES)
        answer = await _understood(reply, models=(order.model, path.rpartition("/")[2]))
        if isinstance(answer, Processing):
            answer = replace(answer, method=order.method)
        # Enlarging and cutting out have no seed: what the answer may call one is not the picture's.
        return replace(answer, seed=None) if order.method in {Method.UPSCALE, Method.CUT_OUT} else answer

    async def fetch(self, job_id: str, method: Method) -> Succeeded | Processing:
        """Ask for a job, by its id alone: the vendor's own `fetch_result` link would take the key where it likes.

        First where the documents say, or where such a job was found before; at the other address if it is unknown
        there. Only a good answer counts at the second: its error is about a job that was never ordered there.
        """
        if not is_job_id(job_id):
            raise BadAnswer(f"POST {family_of(method)}/fetch", "a job id that cannot be asked for")
        documented = family_of(method)
        first = self._found_at.get(documented, documented)
        answer = await self._asked(first, job_id, method)
        if not isinstance(answer, VendorError):
            return answer
        second = next(family for family in FAMILIES if family != first)
        try:
            other = await self._asked(second, job_id, method)
        except RateLimited:
            raise
        except VendorError:
            other = answer
        if isinstance(other, VendorError):
            raise answer
        self._found_at[documented] = second
        return other

    async def _asked(self, family: str, job_id: str, method: Method) -> Succeeded | Processing | VendorError:
        """The answer of one family; the error, not raised, where it knows no such job or has no such address."""
        # The id is in the path and in the body: the vendor documents both, one on each page.
        path = f"{family}/fetch/{quote(job_id, safe='')}"
        reply = await self._post(
            path, {"request_id": job_id}, self._fetch_timeout, billed=False, limit=MAX_PAINTED_BYTES
        )
        try:
            answer = await _understood(reply, asked_for=job_id)
        except VendorError as error:
            if isinstance(error, JobUnknown) or reply.http in _NOT_HERE:
                return error
            raise
        return replace(answer, method=method) if isinstance(answer, Processing) else answer

    async def download(self, link: str) -> Picture:
        """Fetch an image under limits. LinkNotReady may be tried again; UnsafeLink may not."""
        picture = await self._downloader.download(link)
        # Nearly all do, and then nothing has to change threads.
        return (
            picture if fits(picture, MAX_POSTED_BYTES) else await asyncio.to_thread(fitted, picture, MAX_POSTED_BYTES)
        )

    async def host(self, picture: Picture, side: int | None = None) -> str:
        """A public link to the picture, good for a day. Nothing is ordered, so it is safe to repeat.

        What is too large for the vendor goes as a JPEG, with at most `side` pixels a side if that is given.
        """
        body = await asyncio.to_thread(self._upload_body, picture, side)
        # A stream: megabytes in one piece would hold up everybody else while they are written.
        data = aiohttp.BytesIOPayload(io.BytesIO(body), content_type="application/json")
        reply = await self._exchange("POST", "/v6/base64_to_url", limits=self._submit_timeout, data=data)
        try:
            answer = judged(reply)
        except OutcomeUnknown as error:
            # A gateway gave up; nothing was ordered, so this is like any other lost call.
            raise VendorDown(error.where, error.detail) from None
        if isinstance(answer, Processing) or not is_web(answer.links[0]):
            raise BadAnswer(reply.where, "no link in the answer")
        return answer.links[0]

    def _upload_body(self, picture: Picture, side: int | None) -> bytes:
        light = sent_along(picture, MAX_HOSTED_BYTES, side)
        # Put together as bytes: no character of base64 needs an escape, and as a text it would be held three times.
        key = json.dumps(self._key.get_secret_value()).encode()
        encoded = base64.b64encode(light.data)
        return b'{"key": %b, "base64_string": "data:%b;base64,%b"}' % (key, light.media_type.encode(), encoded)

    async def balance(self) -> Balance:
        """The wallet: a free test of the key. Raises a VendorError like any other call."""
        return read_balance(await self._post("/wallet_balance", {}, self._fetch_timeout, billed=False))

    async def account(self) -> None:
        """Ask the wallet: InvalidKey or NoCredits when it says so itself, another VendorError when nobody can tell."""
        wallet = await self.balance()
        if wallet.empty:
            raise NoCredits("POST /wallet_balance", f"the balance is {wallet.balance:g}")

    async def model_exists(self, model_id: str) -> bool | None:
        """Whether the vendor lists this model; None when it cannot be learned. Raises nothing of the vendor's."""
        try:
            # The one call that the vendor wants with the key in the query.
            reply = await self._exchange(
                "GET",
                "/v6/model-search",
                limits=self._fetch_timeout,
                params={"key": self._key.get_secret_value(), "search": model_id},
            )
        except VendorError:
            return None
        return lists_model(reply, model_id)

    async def _post(
        self,
        path: str,
        body: Mapping[str, object],
        limits: aiohttp.ClientTimeout,
        *,
        billed: bool,
        limit: int = MAX_ANSWER_BYTES,
    ) -> Reply:
        keyed = {"key": self._key.get_secret_value(), **body}
        return await self._exchange("POST", path, limits=limits, body=keyed, billed=billed, limit=limit)

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        limits: aiohttp.ClientTimeout,
        body: object = None,
        data: aiohttp.BytesIOPayload | None = None,
        params: Mapping[str, str] | None = None,
        billed: bool = False,
        limit: int = MAX_ANSWER_BYTES,
    ) -> Reply:
        """One request and its whole answer, never repeated and never redirected."""
        endpoint = f"{method} {path}"
        # To the letter: left alone, yarl would undo what is escaped in an id.
        url = URL(self._base + path, encoded=True)
        try:
            async with (self._session if billed else self._questions).request(
                method, url, json=body, data=data, params=params, timeout=limits, allow_redirects=False
            ) as response:
                answer = await read_at_most(response.content, limit)
                if answer is None:
                    raise BadAnswer(f"{endpoint} -> {response.status}", f"an answer of more than {limit >> 20} MiB")
                reply = Reply(endpoint, response.status, answer, response.headers.get("Retry-After"), self._key)
        except (aiohttp.ClientError, OSError) as error:
            kind = OutcomeUnknown if billed and not _never_left(error) else VendorDown
            failure = kind(f"{endpoint} -> no answer", tidied(_reason(error), self._key))
        else:
            if self._witness is not None:
                self._witness(reply)
            return reply
        raise failure


async def _understood(
    reply: Reply, *, asked_for: str | None = None, models: tuple[str, ...] = ()
) -> Succeeded | Processing:
    """`judged`, where a picture inside the answer holds up nobody else."""
    if len(reply.body) > _LONG:
        return await asyncio.to_thread(judged, reply, asked_for, models)
    return judged(reply, asked_for, models)


def _never_left(error: Exception) -> bool:
    """Whether the request surely was not sent: there was no connection to send it on."""
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL)


def _reason(error: Exception) -> str:
    # Not `str(error)`: aiohttp's texts hold the URL, and that of the model search holds the key.
    return f"{type(error).__name__} {getattr(error, 'strerror', None) or ''}"


def open_session(*, keep: bool = False) -> aiohttp.ClientSession:
    """A session for the API: no cookies, no proxy from the environment, one connection a request unless `keep`."""
    # Kept for less long than servers usually keep them, so that hardly any is closed under a question.
    connector = aiohttp.TCPConnector(keepalive_timeout=15) if keep else aiohttp.TCPConnector(force_close=True)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


@asynccontextmanager
async def open_modelslab(
    *,
    api_key: SecretStr,
    base_url: str,
    trusted_hosts: frozenset[str],
    dialect: Dialect = PLAIN,
    witness: Callable[[Reply], None] | None = None,
) -> AsyncGenerator[ModelsLab]:
    """The client with its sessions, which are closed at the end. `trusted_hosts`: see `open_downloader`."""
    async with AsyncExitStack() as stack:
        downloader = await stack.enter_async_context(open_downloader(trusted_hosts=trusted_hosts))
        session = await stack.enter_async_context(open_session())
        questions = await stack.enter_async_context(open_session(keep=True))
        yield ModelsLab(
            session=session,
            questions=questions,
            downloader=downloader,
            api_key=api_key,
            base_url=base_url,
            dialect=dialect,
            witness=witness,
        )
