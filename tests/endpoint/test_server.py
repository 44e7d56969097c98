"""The port for Discord's requests: what it takes, what it refuses, and that nobody can keep it busy."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from bot.endpoint import server
from bot.endpoint.server import BODY, MOST, listening
from bot.endpoint.signatures import Signatures
from tests.end_to_end.running_bot import free_port
from tests.fakes.discord_wire.endpoint import Endpoint

INTERACTION = {"type": 2, "id": "1"}


@pytest.fixture
def discord() -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{free_port()}/wherever/the/proxy/says")


@pytest.fixture
async def served(discord: Endpoint, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[server.Endpoint]:
    monkeypatch.setattr(server, "PATIENCE", 0.3)
    endpoint = server.Endpoint(Signatures(discord.public_key))
    async with listening(endpoint, "127.0.0.1", port_of(discord)):
        yield endpoint


def port_of(discord: Endpoint) -> int:
    return int(discord.url.split(":")[2].split("/")[0])


async def raw(discord: Endpoint, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(discord))
    writer.write(request)
    try:
        return await reader.read()
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_an_interaction_is_taken_at_once_and_handed_over(served: server.Endpoint, discord: Endpoint) -> None:
    taken: list[Mapping[str, Any]] = []

    def receive(payload: Mapping[str, Any]) -> str:
        taken.append(payload)
        return ""

    # Before the bot is there only the portal is answered, which may look at any time.
    assert await discord.post({"type": 1}) == (200, b'{"type": 1}')
    assert await discord.post(INTERACTION) == (503, b"")
    served.receive = receive
    assert await discord.post(INTERACTION) == (202, b"")
    assert taken == [INTERACTION]
    assert (await discord.post(INTERACTION, headers={"X-Signature-Timestamp": "1"}))[0] == 401
    body = json.dumps(INTERACTION).encode()
    assert (await discord.post(None, body=body + b" ", headers=discord.headers(body)))[0] == 401
    assert taken == [INTERACTION]
    # What cannot be read is taken all the same: Discord would send nothing else.
    for odd in (b"", b"[]", b"{", b"\xff\xfe", b"[" * 50_000):
        assert await discord.post(None, body=odd) == (202, b"")
    assert taken[1:] == [{}] * 5


async def test_what_is_too_large_too_slow_or_no_request_is_refused(served: server.Endpoint, discord: Endpoint) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    served.receive = lambda _: ""
    said = [
        (head + b"Content-Length: %d\r\n\r\n" % (BODY + 1), b"413"),
        (
            head + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"x" * 2**16 + b"\r\n") * 17 + b"0\r\n\r\n",
            b"413",
        ),
        (head + b"Content-Length: 5\r\n\r\nabc", b"408"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"405"),
        (b"garbage\r\n\r\n", b"400"),
        # Nothing is asked for, so nothing is said.
        (b"", b""),
        (b"POST / HTTP/1.1\r\nHost:", b""),
    ]
    answers = await asyncio.gather(*(raw(discord, request) for request, _ in said))
    assert [answer.split(b" ")[1] if answer else b"" for answer in answers] == [status for _, status in said]
    assert await discord.post(INTERACTION) == (202, b"")


async def test_a_flood_of_connections_is_over_soon(served: server.Endpoint, discord: Endpoint) -> None:
    served.receive = lambda _: ""
    flood = [await asyncio.open_connection("127.0.0.1", port_of(discord)) for _ in range(MOST + 20)]
    # The last ones were closed at once.
    assert await asyncio.wait_for(flood[-1][0].read(), 2) == b""
    async with asyncio.timeout(5):
        while True:
            with contextlib.suppress(OSError, aiohttp.ClientError):
                assert await discord.post(INTERACTION) == (202, b"")
                break
            await asyncio.sleep(0.05)
        while served.silent:
            await asyncio.sleep(0.05)
    for _, writer in flood:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in flood), return_exceptions=True)
