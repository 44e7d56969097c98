"""Addresses that others wrote, used to the letter.

A signature covers the address as it was written. yarl, left alone, rewrites it (`%2F` in a query becomes `/`,
`/a/../b` becomes `/b`), and the server then refuses.
"""

from typing import Final
from urllib.parse import quote, urljoin

from yarl import URL

MAX_LENGTH: Final = 8192
# All that RFC 3986 lets stand in a path and a query, with the percent sign: what is escaped stays as it is.
_LEGAL: Final = "%/?:@!$&'()*+,;=~-._[]"


def exact(link: str, base: URL | None = None) -> URL:
    """The web address that a link stands for, below `base` if it is relative. Raises ValueError.

    Only what no request can carry is escaped: blanks, quotation marks, letters beyond ASCII.
    """
    if base is not None and link and "://" not in link.partition("?")[0]:
        link = urljoin(str(base), link)
    scheme, mark, rest = link.partition("://")
    if not mark or scheme.lower() not in {"http", "https"} or len(link) > MAX_LENGTH:
        raise ValueError("not a web address")
    if any(ord(char) < 32 or ord(char) == 127 for char in link):
        raise ValueError("a control character")
    end = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    # The host alone is read by yarl: case, port, IPv6 and names beyond ASCII.
    front = URL(f"{scheme}://{rest[:end]}")
    tail = quote(rest[end:].partition("#")[0], safe=_LEGAL, errors="surrogateescape")
    return URL(f"{front.scheme}://{front.raw_authority}{tail}", encoded=True)
