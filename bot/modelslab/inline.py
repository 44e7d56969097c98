"""Pictures written as text: data URIs and bare base64, read no more strictly than those who write them."""

import base64
import binascii
from typing import Final
from urllib.parse import unquote_to_bytes

from bot.domain.errors import BadAnswer
from bot.modelslab.pictures import sniffed

# So much of a text tells whether it begins as a picture does.
_HEAD: Final = 400
# Both alphabets of base64 become one; the lines into which it may be broken are joined.
_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_BLANK: Final = b" \t\r\n\f\v"
# About two milliseconds' work.
_PIECE: Final = 2**20


def is_inline(text: str) -> bool:
    """Whether a text is no address but holds the data themselves."""
    head = text[:_HEAD].lstrip()
    if head[:5].lower() == "data:":
        return True
    try:
        # A multiple of four characters decodes by itself; 32 are 24 bytes, enough for each format.
        return sniffed(_decoded(b"".join(head.encode("ascii").split())[:32])) is not None
    except (ValueError, UnicodeEncodeError):
        return False


def room_for(size: int) -> int:
    """How many characters so many bytes may take as base64, broken into lines."""
    return size * 4 // 3 + size // 16 + 4


def data_of(text: str, where: str) -> bytes:
    """The bytes in a text that `is_inline`. Raises BadAnswer. For a thread: the text may hold megabytes."""
    head, comma, rest = (
        text.lstrip().partition(",") if text[:_HEAD].lstrip()[:5].lower() == "data:" else ("", ",", text)
    )
    if not comma:
        raise BadAnswer(where, "a data link without data")
    encoded = not head or "base64" in {part.strip().lower() for part in head.split(";")[1:]}
    data = unquote_to_bytes(rest) if head and ("%" in rest or not encoded) else rest.encode("utf-8", "replace")
    try:
        return _decoded(data) if encoded else data
    except ValueError:
        pass
    raise BadAnswer(where, "broken base64")


def _decoded(data: bytes) -> bytes:
    """Raises binascii.Error, a ValueError, for what is no base64 of either alphabet, padded or not.

    Piece by piece: base64 keeps the interpreter while it works, and between two pieces others get it.
    """
    parts: list[bytes] = []
    rest = b""
    data = data.rstrip(_BLANK + b"=")
    if b"=" in data:
        raise binascii.Error
    for start in range(0, len(data), _PIECE):
        plain = rest + data[start : start + _PIECE].translate(_ALPHABET, _BLANK)
        whole = len(plain) // 4 * 4
        parts.append(base64.b64decode(plain[:whole], validate=True))
        rest = plain[whole:]
    if len(rest) == 1:
        raise binascii.Error
    parts.append(base64.b64decode(rest + b"=" * (-len(rest) % 4), validate=True))
    return b"".join(parts)
