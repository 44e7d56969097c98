"""Addresses leave as they were written: what is signed is signed to the letter."""

import asyncio

import pytest
from yarl import URL

from bot.domain.errors import LinkNotReady, UnsafeLink, VendorError
from bot.modelslab.download import open_downloader
from bot.modelslab.urls import exact
from tests.modelslab.samples import raw_server

# As it is written, as it must leave.
TARGETS = {
    "/a.png": "/a.png",
    "": "/",
    "?x=1": "/?x=1",
    "/a%2Fb/c%2fd.png": "/a%2Fb/c%2fd.png",
    "/a+b%2Bc%20d": "/a+b%2Bc%20d",
    "/a/../b/./c//d/": "/a/../b/./c//d/",
    "/%7Euser/~user": "/%7Euser/~user",
    "/x?X-Amz-Credential=AK%2F2026%2Fs3&s=a/b+c%3D==&e=": "/x?X-Amz-Credential=AK%2F2026%2Fs3&s=a/b+c%3D==&e=",
    "/x?a=%C3%A9&b=%e9&c=%": "/x?a=%C3%A9&b=%e9&c=%",
    "/x?b=2&a=1&b=1;c": "/x?b=2&a=1&b=1;c",
    "/x?q=a:b@c!$'()*,[1]": "/x?q=a:b@c!$'()*,[1]",
    "/x#fragment?y": "/x",
    "/é/ü?s=日": "/%C3%A9/%C3%BC?s=%E6%97%A5",
    '/a b"c<d>': "/a%20b%22c%3Cd%3E",
}


@pytest.mark.parametrize(
    ("written", "sent"), TARGETS.items(), ids=lambda text: text.encode("ascii", "replace").decode()
)
@pytest.mark.parametrize("redirected", [False, True], ids=["a link", "a redirect"])
async def test_an_address_is_asked_for_as_it_is_written(written: str, sent: str, redirected: bool):
    asked: list[bytes] = []

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append(head.split(b" ")[1])
        if redirected and len(asked) == 1:
            writer.write(
                f"HTTP/1.1 302 Found\r\nLocation: http://{host}{written}\r\nContent-Length: 0\r\n\r\n".encode()
            )
        else:
            writer.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")

    async with raw_server(talk) as host, open_downloader(trusted_hosts=frozenset({host})) as opened:
        with pytest.raises(LinkNotReady):
            await opened.download(f"http://{host}/start" if redirected else f"http://{host}{written}")
    assert asked[-1] == sent.encode()


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("https://CDN.Example.COM/A", "cdn.example.com", 443),
        ("HTTPS://cdn.example.com:8443/A", "cdn.example.com", 8443),
        ("https://[2606:4700::1111]:8443/A", "2606:4700::1111", 8443),
        ("https://bücher.example/A", "xn--bcher-kva.example", 443),
        ("https://cdn.example.com./A", "cdn.example.com.", 443),
    ],
)
def test_hosts_are_read_as_hosts_are(written: str, host: str, port: int):
    url = exact(written)
    assert (url.scheme, url.raw_host, url.port, url.raw_path) == ("https", host, port, "/A")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("b?s=%2F", "https://a.test/x/b?s=%2F"),
        ("/b%2Fc", "https://a.test/b%2Fc"),
        ("//b.test/c+d", "https://b.test/c+d"),
        ("/go?to=https://c.test/", "https://a.test/go?to=https://c.test/"),
        ("?y=%2F", "https://a.test/x/a?y=%2F"),
        ("/caf\udcc3\udca9", "https://a.test/caf%C3%A9"),
    ],
)
def test_a_redirect_may_be_relative(location: str, target: str):
    assert str(exact(location, URL("https://a.test/x/a?q=%2F", encoded=True))) == target


@pytest.mark.parametrize(
    "written",
    [
        "https://a.test/\r\nHost: b.test",
        "https://a.test/\tx",
        "https://a.test/\x7f",
        "https:/a.test/",
        "https:a.test",
        "https://",
        "https://a.test:port/",
        "https://a.test/\ud800",
        "javascript://a.test/",
    ],
)
async def test_what_is_no_address_is_not_opened(written: str):
    async with open_downloader(trusted_hosts=frozenset({"a.test"})) as opened:
        with pytest.raises(VendorError) as raised:
            await opened.download(written)
    assert type(raised.value) is UnsafeLink
