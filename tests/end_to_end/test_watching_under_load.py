"""The port of the metrics, busy and attacked."""

import asyncio
import contextlib
import re
from pathlib import Path

import aiohttp
import pytest

from tests.end_to_end.faults import ask
from tests.end_to_end.running_bot import final, running_bot
from tests.end_to_end.test_watching import free_port, scrape, watched

pytestmark = pytest.mark.slow


async def test_scrapes_hold_nobody_up(tmp_path: Path) -> None:
    """However many ask, a page is made once a second, and members are answered meanwhile."""
    port = free_port()
    async with running_bot(tmp_path, **watched(port)) as w, aiohttp.ClientSession() as session:
        asked = 0

        async def scrapes() -> None:
            nonlocal asked
            while True:
                async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    assert len(await answer.text()) > 20_000
                asked += 1

        crowd = [asyncio.create_task(scrapes()) for _ in range(8)]
        for number in range(8):
            assert (await final(await ask(w, f"meanwhile {number}"))).images
        for each in crowd:
            each.cancel()
        ended = await asyncio.gather(*crowd, return_exceptions=True)
        assert {type(each) for each in ended} == {asyncio.CancelledError}
        page = await scrape(port)
        assert asked > 100
        for name, bound in (("limner_acknowledgement_seconds", "1.0"), ("limner_loop_lag_seconds", "0.5")):
            count = page.total(f"{name}_count")
            assert count
            assert page.total(f"{name}_bucket", le=bound) == count, page.values(f"{name}_bucket")


HOSTILE = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a huge header": b"GET /metrics HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 2**20 + b"\r\n\r\n",
    "many headers": b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    "a huge path": b"GET /" + b"a" * 2**20 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path out of the house": b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path of odd bytes": b"GET /%00%ff%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: x\r\n\r\n",
    "another method": b"BREW /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "deletes": b"DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "a body": b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n" + b"a" * 2**18,
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "expects": b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "an upgrade": b"GET /metrics HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
}


async def send(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with contextlib.suppress(ConnectionError):
            writer.write(data)
            await writer.drain()
        with contextlib.suppress(ConnectionError, TimeoutError):
            return await asyncio.wait_for(reader.read(2**16), 3)
        return b""
    finally:
        writer.close()


async def test_whatever_comes_to_the_port_does_no_harm(tmp_path: Path) -> None:
    port = free_port()
    async with running_bot(tmp_path, **watched(port)) as w:
        said = len(w.bot.lines)
        for name, data in HOSTILE.items():
            answer = await send(port, data)
            head = answer.split(b"\r\n")[0]
            assert not head or re.match(rb"HTTP/1\.[01] (4\d\d|503|200)", head), (name, answer[:200])
            assert b"Traceback" not in answer
            assert b" 200 " not in head or name == "an upgrade", name
        # Those who hold a connection and say nothing are few, and take nothing from the bot.
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
        await asyncio.sleep(0.2)
        assert w.bot.pid
        held = [link for link in Path(f"/proc/{w.bot.pid}/fd").iterdir() if link.is_symlink()]
        assert len(held) < 120
        assert (await final(await ask(w, "all the same"))).images
        for _, writer in idle:
            writer.close()
        await asyncio.sleep(0.2)
        assert (await scrape(port)).total("limner_portraits_total") == 1
        assert [line for line in w.bot.lines[said:] if "ERROR" in line or "Traceback" in line] == []
        assert await w.bot.terminate() == 0
