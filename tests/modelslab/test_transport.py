import asyncio
import gzip
import socket
import time
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.errors import BadAnswer, OutcomeUnknown, VendorDown
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Processing
from tests.fakes.vendor import Answer, FakeVendor
from tests.modelslab.samples import KEY, modelslab, order, raw_server


@pytest.fixture
async def vendor() -> AsyncGenerator[FakeVendor]:
    async with FakeVendor(key=KEY) as vendor:
        yield vendor


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


async def test_a_refused_connection_means_that_nothing_was_ordered():
    async with modelslab(f"http://127.0.0.1:{free_port()}/api") as client:
        with pytest.raises(VendorDown) as raised:
            await client.submit(order())
        with pytest.raises(VendorDown):
            await client.fetch("5", Method.TEXT)
    assert raised.value.where == "POST /v6/images/text2img -> no answer"


class Lost(AbstractResolver):
    """A resolver that knows nothing, or never answers."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent = silent

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self.silent:
            await asyncio.sleep(60)
        raise OSError(None, "no such name")

    async def close(self) -> None: ...


@pytest.mark.parametrize("silent", [False, True], ids=["no such name", "connect timeout"])
async def test_an_order_that_found_no_connection_was_not_sent(silent: bool):
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Lost(silent=silent)))
    async with modelslab("http://vendor.test/api", session=session, connect_seconds=0.2) as client:
        with pytest.raises(VendorDown):
            await client.submit(order())


async def test_a_broken_base_address_is_no_order():
    async with modelslab("http:///api") as client:
        with pytest.raises(VendorDown):
            await client.submit(order())


@pytest.mark.parametrize(("answer", "ordered"), [(Answer(close_before=True), 0), (Answer(close_after=True), 1)])
async def test_a_reset_leaves_the_outcome_unknown_and_is_not_repeated(vendor: FakeVendor, answer: Answer, ordered: int):
    vendor.script.append(answer)
    async with modelslab(vendor.base_url) as client:
        with pytest.raises(OutcomeUnknown) as raised:
            await client.submit(order())
    assert len(vendor.accepted) == ordered
    assert raised.value.where == "POST /v6/images/text2img -> no answer"


@pytest.mark.parametrize("answer", [Answer(close_before=True), Answer(close_after=True)])
async def test_a_reset_while_asking_may_be_repeated(vendor: FakeVendor, answer: Answer):
    async with modelslab(vendor.base_url) as client:
        vendor.processing_polls = 1
        job = await client.submit(order())
        vendor.fetch_script.append(answer)
        with pytest.raises(VendorDown):
            await client.fetch(job.job_id, Method.TEXT)
        assert await client.fetch(job.job_id, Method.TEXT) == Processing(job.job_id, 0.0)


async def test_silence_ends_at_the_total_time(vendor: FakeVendor):
    vendor.script.append(Answer(delay=30))
    vendor.fetch_script.append(Answer(delay=30))
    async with modelslab(vendor.base_url, submit_seconds=0.2, fetch_seconds=0.2) as client:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            await client.submit(order())
        with pytest.raises(VendorDown):
            await client.fetch("5", Method.TEXT)
    assert time.monotonic() - started < 3


GARBAGE = [
    b"\x00\xff\x00garbage\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"",
]


@pytest.mark.parametrize("said", GARBAGE, ids=lambda said: repr(said[:45]))
async def test_an_answer_that_is_no_http_leaves_the_outcome_unknown(said: bytes):
    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(said)

    async with raw_server(talk) as host, modelslab(f"http://{host}/api") as client:
        with pytest.raises(OutcomeUnknown):
            await client.submit(order())
        with pytest.raises(VendorDown):
            await client.fetch("5", Method.TEXT)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip bomb"])
async def test_an_endless_answer_is_cut_where_no_picture_fits_any_more(packed: bool):
    body = gzip.compress(b" " * 70_000_000) if packed else b" " * 2**20
    coding = b"Content-Encoding: gzip\r\n" if packed else b""
    sent = 0

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n" + coding + b"Connection: close\r\n\r\n")
        for _ in range(1 if packed else 10_000):
            writer.write(body)
            sent += len(body)
            await writer.drain()

    async with raw_server(talk) as host, modelslab(f"http://{host}/api") as client:
        with pytest.raises(BadAnswer, match="more than 60 MiB"):
            await client.submit(order())
        # What holds no picture is not read as far.
        with pytest.raises(BadAnswer, match="more than 1 MiB"):
            await client.balance()
    assert sent < 100_000_000


async def test_cancelling_a_submit_is_a_cancellation(vendor: FakeVendor):
    vendor.script.append(Answer(delay=30))
    async with modelslab(vendor.base_url) as client:
        task = asyncio.create_task(client.submit(order()))
        while not vendor.orders:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
