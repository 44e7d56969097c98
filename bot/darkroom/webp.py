"""WebP files by their chunks."""

from collections.abc import Iterator
from typing import Final

from bot.darkroom.anatomy import Anatomy, Broken, Part, counted, orientation_of

_HEAD: Final = 12
_LOSSY, _LOSSLESS, _EXTENDED = b"VP8 ", b"VP8L", b"VP8X"
_ANIMATED, _ALPHA = 0x02, 0x10
_WORTH_KEEPING: Final = {_LOSSY, _LOSSLESS, b"ALPH"}
# So much of a chunk tells the size.
_NEEDED: Final = 10


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height, where they are there already. Raises Broken."""
    kind, body = data[_HEAD : _HEAD + 4], data[_HEAD + 8 : _HEAD + 8 + _NEEDED]
    if len(body) < _NEEDED:
        return None
    if kind == _EXTENDED:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    return _frame(kind, body)


def _frame(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == _LOSSY and body[3:6] == b"\x9d\x01\x2a":
        size = int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    elif kind == _LOSSLESS and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        raise Broken
    if not all(size):
        raise Broken
    return size


def anatomy(data: bytes) -> Anatomy:
    """Raises Broken."""
    size = size_of(data)
    end = 8 + int.from_bytes(data[4:8], "little")
    if size is None or end > len(data):
        raise Broken
    chunks = counted(_chunks(data, end))
    kinds = [kind for kind, _ in chunks]
    pixels = [(kind, part) for kind, part in chunks if kind in {_LOSSY, _LOSSLESS}]
    animated = b"ANIM" in kinds or b"ANMF" in kinds
    if not animated and (len(pixels) != 1 or _frame(pixels[0][0], data[pixels[0][1]][8:18]) != size):
        raise Broken
    if any(kind == _LOSSY and not _holds_its_parts(data, part) for kind, part in pixels):
        raise Broken
    clear = b"ALPH" in kinds or any(kind == _LOSSLESS and data[part.start + 12] & _ALPHA for kind, part in pixels)
    notes = [data[part.start + 8 : part.stop] for kind, part in chunks if kind == b"EXIF"]
    orientation = orientation_of(notes[0]) if notes else 1
    extended = slice(_HEAD, _HEAD + 18)
    return Anatomy(
        kind="WEBP",
        width=size[0],
        height=size[1],
        bare=_is_bare(data, chunks) and end == len(data),
        plain=not animated and b"ICCP" not in kinds and orientation == 1,
        alpha=animated or clear,
        kept=(
            *([extended] if b"ALPH" in kinds else []),
            *(part for kind, part in chunks if kind in _WORTH_KEEPING),
        ),
        shown=(slice(0, end),),
        orientation=orientation,
    )


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, Part]]:
    """Each chunk with where it stands. Raises Broken."""
    position = _HEAD
    while position < end:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        # A chunk of odd length has a byte behind it; the last one's may be missing.
        following = position + 8 + length + length % 2
        if position + 8 + length > end:
            raise Broken
        yield data[position : position + 4], slice(position, min(following, end))
        position = following


def _holds_its_parts(data: bytes, part: Part) -> bool:
    """Whether the first part of a lossy picture, whose length stands in its first bytes, is there."""
    tag = int.from_bytes(data[part.start + 8 : part.start + 11], "little")
    return 10 + (tag >> 5) <= part.stop - part.start - 8


def _is_bare(data: bytes, chunks: list[tuple[bytes, Part]]) -> bool:
    for kind, part in chunks:
        if kind == _EXTENDED:
            # Its flags may announce nothing but transparency.
            if (
                part.stop - part.start != 18
                or data[part.start + 8] & ~_ALPHA
                or any(data[part.start + 9 : part.start + 12])
            ):
                return False
        elif kind not in _WORTH_KEEPING:
            return False
    return True


def put_together(data: bytes, kept: tuple[Part, ...]) -> bytes:
    """A file of the chunks that are pixels."""
    parts = [data[part] for part in kept]
    parts = [part[:8] + bytes((_ALPHA, 0, 0, 0)) + part[12:] if part[:4] == _EXTENDED else part for part in parts]
    body = b"".join(part + b"\0" * (len(part) % 2) for part in parts)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body
