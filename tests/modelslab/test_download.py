import asyncio
import gzip
import io
import socket
import time
from base64 import b64encode, encodebytes
from collections.abc import AsyncGenerator

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from PIL import Image

from bot.domain.errors import BadAnswer, Filtered, LinkNotReady, UnsafeLink, VendorError
from bot.domain.portraits.vendor import Picture
from bot.modelslab.download import SafeDownloader, open_downloader
from tests.fakes.vendor import Answer, FakeVendor
from tests.modelslab.samples import bomb, noise, picture, raw_server

PNG = picture()


@pytest.fixture
async def vendor() -> AsyncGenerator[FakeVendor]:
    async with FakeVendor() as vendor:
        yield vendor


@pytest.fixture
async def downloader(vendor: FakeVendor) -> AsyncGenerator[SafeDownloader]:
    trusted = frozenset({vendor.host})
    async with open_downloader(trusted_hosts=trusted, max_bytes=100_000, total_seconds=1.0) as opened:
        yield opened


def link(vendor: FakeVendor) -> str:
    return f"http://{vendor.host}/images/1.png?signature=s3cret"


ANSWERS: list[tuple[str, Answer, type[VendorError]]] = [
    ("not there", Answer(404, raw=b"no"), LinkNotReady),
    ("forbidden", Answer(403, raw=PNG), LinkNotReady),
    ("too early", Answer(425), LinkNotReady),
    ("slow down", Answer(429), LinkNotReady),
    ("server error", Answer(500, raw=PNG), LinkNotReady),
    ("gateway", Answer(503), LinkNotReady),
    ("no content", Answer(204), LinkNotReady),
    ("nothing", Answer(raw=b""), LinkNotReady),
    ("a word that it is coming", Answer(raw=b"not ready yet"), LinkNotReady),
    ("reset", Answer(close_before=True), LinkNotReady),
    ("slow", Answer(delay=30), LinkNotReady),
    ("gone", Answer(410), BadAnswer),
    ("a few words", Answer(raw=b"just words", headers={"Content-Type": "text/plain"}), LinkNotReady),
    ("a page", Answer(raw=b"\n<!DOCTYPE html>" + b"x" * 900, headers={"Content-Type": "image/png"}), LinkNotReady),
    ("a page with 403", Answer(403, raw=b"<html>firewall</html>"), LinkNotReady),
    ("part", Answer(206, raw=PNG), BadAnswer),
    ("not modified", Answer(304), BadAnswer),
    ("text", Answer(raw=b"just words " * 50, headers={"Content-Type": "text/plain"}), BadAnswer),
    ("base64 of no picture", Answer(raw=b64encode(b"no picture " * 90)), BadAnswer),
    ("a large picture as base64", Answer(raw=b64encode(PNG + bytes(100_001))), UnsafeLink),
    ("truncated", Answer(raw=noise("PNG")[:9000]), BadAnswer),
    ("broken gzip", Answer(raw=gzip.compress(PNG)[:12], headers={"Content-Encoding": "gzip"}), BadAnswer),
    ("gzip of text", Answer(raw=gzip.compress(b"just words " * 50)), BadAnswer),
    ("gzip bomb", Answer(raw=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"}), UnsafeLink),
    ("bomb", Answer(raw=bomb(20_000, 20_000)), UnsafeLink),
    ("wide", Answer(raw=bomb(5000, 5)), UnsafeLink),
    ("large", Answer(raw=PNG + bytes(100_000)), UnsafeLink),
    ("black", Answer(raw=picture(colour=(0, 0, 0))), Filtered),
    ("no Location", Answer(302), UnsafeLink),
    ("to a file", Answer(302, headers={"Location": "file:///etc/passwd"}), UnsafeLink),
    ("to data", Answer(302, headers={"Location": "data:image/png;base64,AA=="}), UnsafeLink),
    ("to a user", Answer(302, headers={"Location": "https://a:b@example.com/"}), UnsafeLink),
    ("to plain http", Answer(302, headers={"Location": "http://example.com/"}), UnsafeLink),
    ("to loopback", Answer(302, headers={"Location": "https://127.0.0.1/"}), UnsafeLink),
    ("to link-local", Answer(307, headers={"Location": "https://169.254.169.254/latest/meta-data"}), UnsafeLink),
    ("to itself by name", Answer(301, headers={"Location": "https://localhost:1/"}), UnsafeLink),
]


@pytest.mark.parametrize(("answer", "kind"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
async def test_what_a_link_may_answer(
    vendor: FakeVendor, downloader: SafeDownloader, answer: Answer, kind: type[VendorError]
):
    # Twice: aiohttp repeats a GET by itself when its connection dies.
    vendor.image_script.extend([answer] * (2 if answer.close_before else 1))
    started = time.monotonic()
    with pytest.raises(VendorError) as raised:
        await downloader.download(link(vendor))
    assert type(raised.value) is kind
    assert raised.value.where.startswith("GET ")
    assert "s3cret" not in f"{raised.value}"
    assert raised.value.__context__ is None
    assert time.monotonic() - started < 3


SENT: dict[str, Answer] = {
    "another content type": Answer(raw=PNG, headers={"Content-Type": "text/html"}),
    "another success": Answer(203, raw=PNG),
    "packed, though nobody asked for it": Answer(raw=gzip.compress(PNG), headers={"Content-Encoding": "gzip"}),
    "packed, and nobody says so": Answer(raw=gzip.compress(PNG)),
    "a text file with base64": Answer(raw=encodebytes(PNG), headers={"Content-Type": "text/plain"}),
    "a text file with a data URI": Answer(raw=b"data:image/png;base64," + b64encode(PNG) + b"\n"),
}


@pytest.mark.parametrize("answer", SENT.values(), ids=SENT)
async def test_a_picture_comes_as_it_was_sent(vendor: FakeVendor, downloader: SafeDownloader, answer: Answer):
    vendor.image_script.append(answer)
    assert await downloader.download(link(vendor)) == Picture(PNG, "image/png", 32, 24)


async def test_a_picture_is_no_larger_for_coming_as_text(vendor: FakeVendor, downloader: SafeDownloader):
    out = io.BytesIO()
    Image.effect_noise((290, 290), 90).save(out, "PNG")
    text = b64encode(out.getvalue())
    assert len(out.getvalue()) < 100_000 < len(text)
    vendor.image_script.append(Answer(raw=text, headers={"Content-Type": "text/plain"}))
    assert (await downloader.download(link(vendor))).data == out.getvalue()


async def test_a_link_that_was_not_ready_may_be_tried_again(vendor: FakeVendor, downloader: SafeDownloader):
    vendor.image_script.extend([Answer(404), Answer(raw=PNG)])
    with pytest.raises(LinkNotReady):
        await downloader.download(link(vendor))
    assert (await downloader.download(link(vendor))).data == PNG


@pytest.mark.parametrize(("hops", "arrives"), [(1, True), (3, True), (4, False)])
async def test_three_redirects_are_followed_and_no_more(
    vendor: FakeVendor, downloader: SafeDownloader, hops: int, arrives: bool
):
    vendor.image_script.extend([Answer(302, headers={"Location": "/images/2.png"})] * hops)
    vendor.image_script.append(Answer(raw=PNG))
    if arrives:
        assert (await downloader.download(link(vendor))).data == PNG
        return
    with pytest.raises(UnsafeLink, match="3 redirects"):
        await downloader.download(link(vendor))
    assert list(vendor.image_script) == [Answer(raw=PNG)]


INSIDE = [
    "https://127.0.0.1:{port}/images/1.png",
    "https://[::ffff:127.0.0.1]:{port}/images/1.png",
    "https://[::1]:{port}/images/1.png",
    "https://0.0.0.0:{port}/images/1.png",
    "https://localhost:{port}/images/1.png",
    "https://2130706433:{port}/images/1.png",
    "https://0x7f000001:{port}/images/1.png",
    "https://127.1:{port}/images/1.png",
    "https://0177.0.0.1:{port}/images/1.png",
    "https://127.0.0.1.:{port}/images/1.png",
    "https://vendor.test:{port}/images/1.png",
    "https://two.test:{port}/images/1.png",
    "http://127.0.0.1:{port}/images/1.png",
    "http://example.com/a.png",
    "https://user@127.0.0.1:{port}/a.png",
    "https://user:word@example.com/a.png",
    "file:///etc/passwd",
    "ftp://example.com/a.png",
    "//example.com/a.png",
    "/images/1.png",
    "",
    "https://",
    "https://a:99999/",
    "https://[::1/",
    "https://" + "a" * 70 + ".test/",
    "https://\ud800.test/",
    "https://example.com/" + "a" * 9000,
]


class Names(AbstractResolver):
    """`two.test` has two private addresses, any other name one."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ["127.0.0.1", "127.0.0.2"] if host.startswith("two") else ["127.0.0.1"]
        return [
            ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=6, flags=0) for one in found
        ]

    async def close(self) -> None: ...


@pytest.mark.parametrize("template", INSIDE, ids=lambda text: text[:40].encode("ascii", "replace").decode())
async def test_a_link_that_leads_inside_is_never_opened(template: str):
    connections = 0

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    resolver = Names() if ".test" in template else None
    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server, open_downloader(trusted_hosts=frozenset({"trusted.test"}), resolver=resolver) as opened:
        url = template.replace("{port}", str(server.sockets[0].getsockname()[1]))
        with pytest.raises(UnsafeLink):
            await opened.download(url)
    assert connections == 0


@pytest.mark.parametrize("name", ["{host}", "127.0.0.1", " 127.0.0.1 "])
async def test_a_trusted_host_may_be_private_and_plain(vendor: FakeVendor, name: str):
    vendor.image_script.append(Answer(raw=PNG))
    async with open_downloader(trusted_hosts=frozenset({name.replace("{host}", vendor.host)})) as opened:
        assert (await opened.download(link(vendor))).data == PNG


async def test_trust_in_one_port_is_no_trust_in_another(vendor: FakeVendor):
    async with open_downloader(trusted_hosts=frozenset({"127.0.0.1:1"})) as opened:
        with pytest.raises(UnsafeLink):
            await opened.download(link(vendor))


@pytest.mark.parametrize("said", ["user", "user:", "user:word", ":word", ":", "%75", "user:word@other"])
@pytest.mark.parametrize("redirected", [False, True], ids=["a link", "a redirect"])
async def test_a_link_with_a_name_or_a_password_is_not_opened_even_where_it_is_trusted(
    vendor: FakeVendor, downloader: SafeDownloader, said: str, redirected: bool
):
    written = f"http://{said}@{vendor.host}/images/1.png"
    vendor.image_script.extend([Answer(302, headers={"Location": written})] * redirected + [Answer(raw=PNG)])
    with pytest.raises(UnsafeLink):
        await downloader.download(link(vendor) if redirected else written)
    assert list(vendor.image_script) == [Answer(raw=PNG)]


async def test_trust_ends_at_a_redirect_to_another_host(vendor: FakeVendor, downloader: SafeDownloader):
    async with FakeVendor() as inside:
        inside.image_script.append(Answer(raw=PNG))
        for scheme in ("http", "https"):
            vendor.image_script.append(Answer(302, headers={"Location": f"{scheme}://{inside.host}/images/1.png"}))
            with pytest.raises(UnsafeLink):
                await downloader.download(link(vendor))
        assert len(inside.image_script) == 1


async def test_an_endless_body_is_cut_at_the_limit():
    sent = 0

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + PNG)
        for _ in range(1000):
            writer.write(bytes(60_000))
            sent += 60_000
            await writer.drain()

    async with raw_server(talk) as host, open_downloader(trusted_hosts=frozenset({host}), max_bytes=10**6) as opened:
        with pytest.raises(UnsafeLink, match="larger than 1000000 bytes"):
            await opened.download(f"http://{host}/")
    assert sent < 30_000_000


async def test_a_length_over_the_limit_is_refused_before_the_body():
    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(30)

    async with raw_server(talk) as host, open_downloader(trusted_hosts=frozenset({host})) as opened:
        with pytest.raises(UnsafeLink, match="larger"):
            await asyncio.wait_for(opened.download(f"http://{host}/"), 3)


async def test_a_slow_drip_ends_at_the_total_time():
    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + PNG[:20])
        for _ in range(1000):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with (
        raw_server(talk) as host,
        open_downloader(trusted_hosts=frozenset({host}), total_seconds=0.3) as opened,
    ):
        started = time.monotonic()
        with pytest.raises(LinkNotReady):
            await opened.download(f"http://{host}/")
    assert 0.2 < time.monotonic() - started < 2


async def test_a_body_that_stops_early_may_be_tried_again():
    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + PNG)

    async with raw_server(talk) as host, open_downloader(trusted_hosts=frozenset({host})) as opened:
        with pytest.raises(LinkNotReady):
            await opened.download(f"http://{host}/")


async def test_the_request_is_honest_and_carries_nothing_of_ours():
    heads: list[str] = []

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head.decode().lower())
        writer.write(b"HTTP/1.1 404 No\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")

    async with raw_server(talk) as host, open_downloader(trusted_hosts=frozenset({host})) as opened:
        for _ in range(2):
            with pytest.raises(LinkNotReady):
                await opened.download(f"http://{host}/a.png")
    assert "user-agent: mozilla/5.0 (compatible; limner" in heads[0]
    assert "accept-encoding: identity" in heads[0]
    assert not any(word in head for word in ("cookie", "authorization", "referer") for head in heads)


async def test_cancelling_a_download_is_a_cancellation(vendor: FakeVendor, downloader: SafeDownloader):
    vendor.image_script.append(Answer(delay=30))
    task = asyncio.create_task(downloader.download(link(vendor)))
    while vendor.image_script:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_bomb_is_left_with_its_first_bytes(vendor: FakeVendor):
    head = bomb(5000, 5)[:33]
    sent = 0

    async def talk(_: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n" + head)
        while True:
            writer.write(bytes(2**16))
            await writer.drain()
            sent += 2**16

    async with raw_server(talk) as host, open_downloader(trusted_hosts=frozenset({host})) as opened:
        with pytest.raises(UnsafeLink, match="4096 pixels"):
            await opened.download(f"http://{host}/a.png")
    assert sent < 8 * 2**20


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        (Answer(raw=b"GIF89a and more"), b"GIF89a and more"),
        (Answer(raw=b"<html>", headers={"Content-Type": "text/html"}), b"<html>"),
        (Answer(raw=gzip.compress(PNG)), PNG),
        (Answer(raw=bytes(100_000)), bytes(100_000)),
    ],
)
async def test_any_file_can_be_fetched(vendor: FakeVendor, downloader: SafeDownloader, answer: Answer, data: bytes):
    vendor.image_script.append(answer)
    assert await downloader.fetch(link(vendor)) == data


async def test_a_file_in_its_own_link_can_be_fetched(downloader: SafeDownloader):
    assert await downloader.fetch("data:image/gif;base64," + b64encode(b"GIF89a").decode()) == b"GIF89a"
    with pytest.raises(UnsafeLink):
        await downloader.fetch("data:;base64," + "A" * 200_000)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(404), LinkNotReady),
        (Answer(410), BadAnswer),
        (Answer(raw=bytes(100_001)), UnsafeLink),
        (Answer(raw=gzip.compress(bytes(9_000_000))), UnsafeLink),
        (Answer(302, headers={"Location": "https://127.0.0.1/"}), UnsafeLink),
    ],
)
async def test_what_is_fetched_is_under_the_same_limits(
    vendor: FakeVendor, downloader: SafeDownloader, answer: Answer, kind: type[VendorError]
):
    vendor.image_script.append(answer)
    with pytest.raises(kind):
        await downloader.fetch(link(vendor))
