"""Texts that travel inside pictures: the chunks of a PNG, and the comment that a camera would write into Exif."""

import base64
import binascii
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from bot.domain.errors import FileRefused

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
TEXT_BYTES = 4 * 2**20
# As base64, which takes four letters for three bytes.
_CODED_BYTES = TEXT_BYTES * 4 // 3
_MAX_TEXTS = 40
# In the order in which they are believed: the third version of the cards before the others.
_KEYWORDS = ("ccv3", "chara", "character_card", "chara_card_v3", "chara_card_v2")
_EXIF_POINTER, _USER_COMMENT, _DESCRIPTION = 0x8769, 0x9286, 0x010E
_MAX_TAGS = 200
_ASSET = "chara-ext-asset_"


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as a picture of the kinds that carry cards."""
    return data.startswith((PNG, JPEG)) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


class Text(NamedTuple):
    """A text of a picture. `declared`: it stands under a keyword that only cards have."""

    data: bytes
    declared: bool


def texts_in(data: bytes) -> list[Text]:
    """The texts of a picture that may be cards, decoded from base64, the most trusted first; each at most 4 MiB.

    Raises FileRefused when all that there is is larger.
    """
    if data.startswith(PNG):
        found = list(_of_png(data))
    elif data.startswith(JPEG):
        found = list(_of_jpeg(data))
    else:
        found = list(_of_webp(data))
    known = sorted(found, key=lambda each: _KEYWORDS.index(each[0]) if each[0] in _KEYWORDS else len(_KEYWORDS))
    fitting = [each for each in known[:_MAX_TEXTS] if len(each[1]) <= _CODED_BYTES]
    texts = [(keyword, _decoded(text)) for keyword, text in fitting]
    # What stands under another keyword is a card only if it looks like a document.
    cards = [
        Text(text, keyword in _KEYWORDS)
        for keyword, text in texts
        if text and (keyword in _KEYWORDS or text.lstrip()[:1] == b"{")
    ]
    if not cards and len(fitting) < len(known[:_MAX_TEXTS]):
        raise FileRefused(f"its character card is larger than {TEXT_BYTES // 2**20} MiB")
    return cards


def _decoded(text: bytes) -> bytes:
    """Base64 of either alphabet, numbers between commas, or the document itself."""
    stripped = text.strip(b"\0 \t\r\n")
    if stripped.startswith((b"{", b"[", b"\xef\xbb\xbf")):
        return stripped
    if stripped[:4].replace(b",", b"").isdigit() and b"," in stripped[:5]:
        try:
            return bytes(int(number) for number in stripped.split(b","))
        except ValueError:
            return b""
    plain = stripped.translate(bytes.maketrans(b"-_", b"+/"), b" \t\r\n=")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _of_png(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every text chunk, before and behind the pixels; sums are not compared, for a card outlives a wrong one."""
    at = len(PNG)
    left = TEXT_BYTES * 4
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if kind == b"IEND":
            return
        if kind == b"eXIf":
            yield from _of_tiff(body)
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            keyword, text = _of_chunk(kind, body, left)
            left -= len(text)
            if not keyword.startswith(_ASSET) and text:
                yield keyword, text
        at += size + 12


def _of_chunk(kind: bytes, body: bytes, limit: int) -> tuple[str, bytes]:
    name, _, rest = body.partition(b"\0")
    keyword = name[:79].decode("latin-1").casefold().strip()
    if kind == b"tEXt":
        return keyword, rest
    if kind == b"zTXt":
        return keyword, _inflated(rest[1:], limit)
    packed = rest[:1] == b"\x01"
    text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return keyword, _inflated(text, limit) if packed else text


def _inflated(data: bytes, limit: int) -> bytes:
    """The text, or one byte more than is read; nothing when it is broken or there is no room left."""
    try:
        return zlib.decompressobj().decompress(data, _CODED_BYTES + 1) if limit > 0 else b""
    except zlib.error:
        return b""


def _of_jpeg(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in {0xD9, 0xDA}:
            return
        size = int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + size]
        if marker == 0xE1 and body.startswith(b"Exif\0"):
            yield from _of_tiff(body[6:])
        elif marker == 0xFE:
            yield "comment", body
        at += 2 + max(size, 2)


def _of_webp(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"EXIF":
            yield from _of_tiff(data[at + 8 : at + 8 + size].removeprefix(b"Exif\0\0"))
        at += 8 + size + size % 2


def _of_tiff(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The user's comment and the description of Exif, wherever its directories point to.

    Each directory names each once: many that point to the same bytes would make far more of them than the file has.
    """
    if data[:2] not in {b"II", b"MM"}:
        return
    order = "little" if data[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], order)

    places = [number(4, 4)]
    for place in places:
        said = set[int]()
        for entry in range(min(number(place, 2), _MAX_TAGS)):
            at = place + 2 + entry * 12
            tag, many, value = number(at, 2), number(at + 4, 4), number(at + 8, 4)
            if tag == _EXIF_POINTER and len(places) == 1:
                places.append(value)
            elif tag in {_USER_COMMENT, _DESCRIPTION} - said and 4 < many <= TEXT_BYTES * 2:
                said.add(tag)
                yield "exif", _comment(data[value : value + many])


def _comment(raw: bytes) -> bytes:
    """Without the mark of eight bytes that says how the comment is written."""
    mark, text = raw[:8], raw[8:]
    if mark == b"UNICODE\0":
        # Programs do not agree whose byte order holds here; a document begins with a sign of ASCII.
        return text.decode("utf-16-be" if text[:1] == b"\0" else "utf-16-le", "replace").encode()
    return text if mark in {b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)} else raw
