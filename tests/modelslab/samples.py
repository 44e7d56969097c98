"""Orders, pictures and misbehaving servers for the tests of this folder."""

import asyncio
import io
import json
import struct
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
from PIL import Image
from pydantic import SecretStr

from bot.domain.portraits.vendor import Order
from bot.modelslab.answers import Reply
from bot.modelslab.client import ModelsLab, open_session
from bot.modelslab.download import open_downloader

KEY = "sk-limner-2f9c41"
LINK = "https://pub-1.r2.dev/generations/a.png"
SUBMIT = "POST /v6/images/text2img"


def reply(body: object, http: int = 200, *, retry_after: str | None = None, key: str = "") -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(SUBMIT, http, raw, retry_after, SecretStr(key))


def error(text: str, **more: object) -> dict[str, object]:
    return {"status": "error", "message": text, **more}


def order(**changes: Any) -> Order:
    plain = Order(
        model="fluxgram",
        prompt="a woman of thirty, green eyes",
        negative_prompt="blurry",
        width=1024,
        height=768,
        steps=30,
        guidance=7.5,
        seed=4_139_316_548,
        track_id="17",
    )
    return replace(plain, **changes)


def picture(
    kind: str = "PNG", *, size: tuple[int, int] = (32, 24), colour: object = (200, 90, 40), mode: str = "RGB"
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, kind)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def noise(kind: str) -> bytes:
    """A picture whose pixels do not compress, so that half of its bytes is half of its lines."""
    file = io.BytesIO()
    Image.effect_noise((96, 96), 80).convert("RGB").save(file, kind)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that claims to be very large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@asynccontextmanager
async def modelslab(
    base_url: str,
    *,
    key: str = KEY,
    trusted_hosts: frozenset[str] = frozenset(),
    connect_seconds: float = 2.0,
    submit_seconds: float = 5.0,
    fetch_seconds: float = 5.0,
    session: aiohttp.ClientSession | None = None,
) -> AsyncGenerator[ModelsLab]:
    async with (
        open_downloader(trusted_hosts=trusted_hosts) as downloader,
        session or open_session() as opened,
        open_session(keep=True) as questions,
    ):
        yield ModelsLab(
            session=opened,
            questions=questions,
            downloader=downloader,
            api_key=SecretStr(key),
            base_url=base_url,
            connect_seconds=connect_seconds,
            submit_seconds=submit_seconds,
            fetch_seconds=fetch_seconds,
        )


Peer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(talk: Peer) -> AsyncGenerator[str]:
    """A server that reads one request and then says what it likes; yields its `host:port`."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await talk(head, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client left, or the test is over
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
