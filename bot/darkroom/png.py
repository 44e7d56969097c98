"""PNG files by their chunks."""

import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.darkroom.anatomy import MAX_PARTS, Anatomy, Broken, Part, counted, orientation_of

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEIGHT_AT: Final = 20
_HEADER: Final = 13
_HEADER_END: Final = len(SIGNATURE) + 8 + _HEADER + 4
# The depths that each kind of colour may have.
_DEPTHS: Final = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PALETTE, _WITH_ALPHA, _DEEP = 3, {4, 6}, 16
_NEEDED: Final = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
# Numbers about the colours, and how many bytes they may have.
_ABOUT_COLOUR: Final = {b"tRNS": range(1, 257), b"sRGB": range(1, 2), b"gAMA": range(4, 5), b"cHRM": range(32, 33)}
_BYTE: Final = 8
# How many of a pixel's bytes are its colour, not how much of it is seen.
_COLOURS: Final = {0: 1, 2: 3, 4: 1, 6: 3}
# What a row's filter takes from the pixel above its first one: nothing, nothing, all, half, all.
_OF_ABOVE: Final = {0: 0.0, 1: 0.0, 2: 1.0, 3: 0.5, 4: 1.0}
_ROWS: Final = 16
_EMPTY: Final = 12
_PASS: Final = 2**18


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height, where the beginning is there already. Raises Broken."""
    if len(data) < _HEADER_END:
        return None
    if data[8:16] != b"\0\0\0\rIHDR" or zlib.crc32(data[12:29]) != int.from_bytes(data[29:33]):
        raise Broken
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", data[16:29])
    if not width or not height or depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
        raise Broken
    return width, height


def anatomy(data: bytes, most: int = MAX_PARTS) -> Anatomy:
    """Raises Broken, also for a chunk with another sum than it says, and for more than `most` chunks."""
    size = size_of(data)
    if size is None:
        raise Broken
    depth, colour, interlaced = data[24], data[25], data[28]
    chunks = counted(_chunks(data), most)
    kinds = [kind for kind, _ in chunks]
    pixels = [part for kind, part in chunks if kind == b"IDAT"]
    # What is not in one piece, or has no palette where it needs one, is shown by nobody.
    if not pixels or any(one.stop != next_.start for one, next_ in pairwise(pixels)):
        raise Broken
    if kinds.count(b"IHDR") != 1 or (colour == _PALETTE and b"PLTE" not in kinds):
        raise Broken
    kept = [part for kind, part in chunks if _is_kept(kind, part)]
    notes = [data[part.start + 8 : part.stop - 4] for kind, part in chunks if kind == b"eXIf"]
    orientation = orientation_of(notes[0]) if notes else 1
    return Anatomy(
        kind="PNG",
        width=size[0],
        height=size[1],
        bare=len(kept) == len(chunks) and chunks[-1][1].stop == len(data),
        plain=depth != _DEEP and b"iCCP" not in kinds and orientation == 1,
        alpha=colour in _WITH_ALPHA or b"tRNS" in kinds,
        kept=(slice(0, len(SIGNATURE)), *kept),
        shown=(slice(0, len(SIGNATURE)), *(part for kind, part in chunks if kind == b"iCCP" or _is_kept(kind, part))),
        orientation=orientation,
        rows_at=0 if interlaced else _HEIGHT_AT,
    )


def _chunks(data: bytes) -> Iterator[tuple[bytes, Part]]:
    """Each chunk with where it stands, up to the last. Raises Broken."""
    position, view = len(SIGNATURE), memoryview(data)
    while True:
        end = position + 12 + int.from_bytes(data[position : position + 4])
        if end > len(data) or position + 12 > len(data):
            raise Broken
        kind = data[position + 4 : position + 8]
        if kind in _NEEDED and zlib.crc32(view[position + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            raise Broken
        yield kind, slice(position, end)
        if kind == b"IEND":
            if end - position != _EMPTY:
                raise Broken
            return
        position = end


def _is_kept(kind: bytes, part: Part) -> bool:
    length = part.stop - part.start - 12
    return kind in _NEEDED or length in _ABOUT_COLOUR.get(kind, ())


def with_height(data: bytes, height: int) -> bytes:
    """The same file, which says that it has fewer rows: a decoder stops behind them."""
    head = data[12:_HEIGHT_AT] + height.to_bytes(4) + data[_HEIGHT_AT + 4 : 29]
    return b"".join((data[:12], head, zlib.crc32(head).to_bytes(4), memoryview(data)[33:]))


def is_bright(data: bytes, found: Anatomy, step: int) -> bool:
    """Whether the first pixel of one of the first rows is brighter than `step`, seen without a decoder: before the
    first pixel of a row there is none, so that each filter adds nothing, or what is above, or half of that.

    False says nothing: those pixels are dark, or of a kind that is not read here.
    """
    depth, colour, interlaced = data[24], data[25], data[28]
    if interlaced or depth != _BYTE or colour not in _COLOURS:
        return False
    row = 1 + found.width * _CHANNELS[colour]
    unpacking, above = zlib.decompressobj(), [0] * _COLOURS[colour]
    first = next(part for part in found.kept if data[part.start + 4 : part.start + 8] == b"IDAT")
    rows = unpacking.decompress(memoryview(data)[first.start + 8 : first.stop - 4], _ROWS * row)
    for at in range(0, len(rows) - row + 1, row):
        share = _OF_ABOVE.get(rows[at], 0.0)
        above = [(one + int(up * share)) & 0xFF for one, up in zip(rows[at + 1 :], above, strict=False)]
        if max(above) > step:
            return True
    return False


def hides_nothing(data: bytes, found: Anatomy) -> bool:
    """Whether the packed pixels are as many as the header says, and end where their chunks do. For a thread."""
    view, unpacking, left = memoryview(data), zlib.decompressobj(), _unpacked_size(data)
    for part in found.kept:
        if data[part.start + 4 : part.start + 8] != b"IDAT":
            continue
        packed: bytes | memoryview = view[part.start + 8 : part.stop - 4]
        if unpacking.eof and len(packed):
            return False
        while len(packed) and not unpacking.eof:
            left -= len(unpacking.decompress(packed, _PASS))
            packed = unpacking.unconsumed_tail
            if left < 0:
                return False
    return unpacking.eof and not unpacking.unused_data and left == 0


def _unpacked_size(data: bytes) -> int:
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    bits, total = depth * _CHANNELS[colour], 0
    for left, top, across, down in passes if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        total += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return total
