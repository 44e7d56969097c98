"""Fetching images from links that a stranger wrote."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.domain.errors import BadAnswer, LinkNotReady, UnsafeLink, VendorError
from bot.domain.portraits.vendor import Picture
from bot.modelslab.addresses import AddressRefusedError, public_connector
from bot.modelslab.inline import data_of, is_inline, room_for
from bot.modelslab.pictures import at_a_glance, check_beginning, checked
from bot.modelslab.streams import read_at_most
from bot.modelslab.urls import exact

# A photograph of 4096 pixels a side is about 30 MiB as a PNG.
MAX_BYTES: Final = 40 * 2**20
TOTAL_SECONDS: Final = 30.0
MAX_REDIRECTS: Final = 3
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_COMING: Final = frozenset({202, 204, 403, 404, 408, 409, 423, 425, 429})
_WHOLE: Final = frozenset({200, 201, 203})
_IN_THE_ANSWER: Final = "a picture in the answer"
Look = Callable[[bytes, str], None]
_GZIP: Final = b"\x1f\x8b"
_BEGINNING: Final = 512
# Identity, and what comes packed all the same is unpacked here, under the limit on bytes. The vendor's CDN turns
# away clients that do not look like a browser.
_HEADERS: Final = {
    "Accept": "image/png,image/webp,image/jpeg,image/*;q=0.8",
    "Accept-Encoding": "identity",
    "User-Agent": "Mozilla/5.0 (compatible; Limner/0.1; Discord bot)",
}


class SafeDownloader:
    """Downloads pictures, and only pictures, from the public internet over https, under limits.

    `guarded` must be a session that refuses private addresses. Links to `trusted_hosts` (`host` or `host:port`)
    go through `trusted`, and may be http and private. Trust belongs to the hop whose URL names the host: a
    redirect away from it is judged afresh. `total_seconds` covers all hops and the body.
    """

    def __init__(
        self,
        *,
        guarded: aiohttp.ClientSession,
        trusted: aiohttp.ClientSession,
        trusted_hosts: frozenset[str] = frozenset(),
        max_bytes: int = MAX_BYTES,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._guarded = guarded
        self._trusted = trusted
        self._trusted_hosts = frozenset(host.strip().lower() for host in trusted_hosts)
        self._max_bytes = max_bytes
        self._total_seconds = total_seconds

    async def download(self, link: str) -> Picture:
        """The checked picture behind a link, a data URI or bare base64.

        Raises LinkNotReady when it may come later (404, 403, server and network errors, nothing there), UnsafeLink
        when the link or the size is out of bounds, BadAnswer when it is no whole picture, Filtered when it is black.
        """
        if is_inline(link):
            return await asyncio.to_thread(self._inline, link)
        where, data = await self._fetched(link, check_beginning)
        # As text a picture is larger than its limit on bytes: that is told when it is unpacked.
        seen = at_a_glance(data) if len(data) <= self._max_bytes else None
        return seen or await asyncio.to_thread(self._looked_at, data, where)

    async def fetch(self, link: str) -> bytes:
        """The bytes behind a link or in a data URI, unpacked, whatever they are. Raises LinkNotReady, UnsafeLink and
        BadAnswer as `download` does.
        """
        if is_inline(link):
            return self._within(await asyncio.to_thread(data_of, link, _IN_THE_ANSWER), _IN_THE_ANSWER)
        where, data = await self._fetched(link)
        if data.startswith(_GZIP):
            data = await asyncio.to_thread(self._unpacked, data, where)
        return self._within(data, where)

    def _inline(self, link: str) -> Picture:
        try:
            return checked(self._within(data_of(link, _IN_THE_ANSWER), _IN_THE_ANSWER), _IN_THE_ANSWER)
        except LinkNotReady:
            pass
        # What is in the answer already will not become another thing.
        raise BadAnswer(_IN_THE_ANSWER, "not a picture")

    def _looked_at(self, data: bytes, where: str) -> Picture:
        """The picture in a body that may be packed, or be a text file with the picture as base64."""
        if data.startswith(_GZIP):
            data = self._unpacked(data, where)
        if is_inline(data[:_BEGINNING].decode("utf-8", "replace")):
            data = data_of(data.decode("utf-8", "replace"), where)
        return checked(self._within(data, where), where)

    def _unpacked(self, data: bytes, where: str) -> bytes:
        limit, unpacking = room_for(self._max_bytes), zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            plain = unpacking.decompress(data, limit + 1)
        except zlib.error:
            plain = b""
        if len(plain) > limit:
            raise self._too_large(where)
        if not unpacking.eof:
            raise BadAnswer(where, "broken gzip")
        return plain

    def _within(self, data: bytes, where: str) -> bytes:
        if len(data) > self._max_bytes:
            raise self._too_large(where)
        return data

    def _too_large(self, where: str) -> UnsafeLink:
        return UnsafeLink(where, f"larger than {self._max_bytes} bytes")

    async def _fetched(self, link: str, look: Look | None = None) -> tuple[str, bytes]:
        """Where the bytes were found, and the bytes. Errors of aiohttp's are not kept as a context: links may be
        signed, and their texts hold the whole URL. `look` sees the beginning, and may raise a VendorError.
        """
        url = _parsed(link, "GET a link of the vendor's")
        try:
            async with asyncio.timeout(self._total_seconds):
                return await self._followed(url, look)
        except VendorError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _network_failure(error, _shown(url))
        raise failure

    async def _followed(self, url: URL, look: Look | None) -> tuple[str, bytes]:
        for _ in range(MAX_REDIRECTS + 1):
            session = self._session_for(url)
            async with session.get(url, headers=_HEADERS, allow_redirects=False) as response:
                where = f"GET {_shown(url)} -> {response.status}"
                if response.status not in _REDIRECTS:
                    return where, await self._body(response, where, look)
                target = _parsed(response.headers.get("Location", ""), where, url)
            url = target
        raise UnsafeLink(f"GET {_shown(url)}", f"more than {MAX_REDIRECTS} redirects")

    async def _body(self, response: aiohttp.ClientResponse, where: str, look: Look | None) -> bytes:
        if response.status >= 500 or response.status in _COMING:
            raise LinkNotReady(where)
        if response.status not in _WHOLE:
            raise BadAnswer(where)
        # A picture may come as base64; whether the picture itself is too large is seen when it is decoded.
        limit, data = room_for(self._max_bytes), None
        if (response.content_length or 0) <= limit:
            data = await read_at_most(response.content, limit, (lambda data: look(data, where)) if look else None)
        if data is None:
            raise self._too_large(where)
        return data

    def _session_for(self, url: URL) -> aiohttp.ClientSession:
        """The session that may open this URL. Raises UnsafeLink."""
        where = f"GET {_shown(url)}"
        if url.scheme not in {"http", "https"} or not url.host:
            raise UnsafeLink(where, "not a web address")
        if url.raw_user is not None or url.raw_password is not None:
            raise UnsafeLink(where, "a user name in the link")
        if {url.host.lower(), url.host_port_subcomponent, f"{url.host}:{url.port}"} & self._trusted_hosts:
            return self._trusted
        if url.scheme != "https":
            raise UnsafeLink(where, "not https")
        return self._guarded


def _parsed(link: str, where: str, base: URL | None = None) -> URL:
    """The URL that a link stands for. Raises UnsafeLink."""
    try:
        return exact(link, base)
    except ValueError:
        pass
    raise UnsafeLink(where, "a link that cannot be read")


def _shown(url: URL) -> str:
    """A URL for the operator's eyes: without its query, which may be a signature, and not endless."""
    return f"{url.host or url.scheme}{url.raw_path}"[:120]


def _network_failure(error: Exception, where: str) -> VendorError:
    where = f"GET {where}"
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, AddressRefusedError):
        return UnsafeLink(where, "not a public address")
    if isinstance(error, ValueError):  # aiohttp's InvalidURL among them: such as a decimal address
        return UnsafeLink(where, "cannot be opened")
    return LinkNotReady(where, type(error).__name__)


@asynccontextmanager
async def open_downloader(
    *,
    trusted_hosts: frozenset[str],
    max_bytes: int = MAX_BYTES,
    total_seconds: float = TOTAL_SECONDS,
    resolver: AbstractResolver | None = None,
) -> AsyncGenerator[SafeDownloader]:
    """A downloader with its sessions, which are closed at the end.

    `trusted_hosts` are those that may be reached although they are private or not https, as `host` or `host:port`.
    """
    async with AsyncExitStack() as stack:
        guarded, trusted = [
            await stack.enter_async_context(
                aiohttp.ClientSession(
                    connector=connector,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    auto_decompress=False,
                    trust_env=False,
                    timeout=aiohttp.ClientTimeout(total=None, connect=10.0),
                )
            )
            for connector in (public_connector(resolver), aiohttp.TCPConnector(resolver=resolver))
        ]
        yield SafeDownloader(
            guarded=guarded,
            trusted=trusted,
            trusted_hosts=trusted_hosts,
            max_bytes=max_bytes,
            total_seconds=total_seconds,
        )
