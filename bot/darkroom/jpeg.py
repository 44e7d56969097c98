"""JPEG files by their markers."""

import re
from collections.abc import Iterator
from typing import Final

from bot.darkroom.anatomy import Anatomy, Broken, Part, counted, orientation_of

# Each look at a progressive picture goes over all of its pixels; encoders make about ten.
MAX_SCANS: Final = 100
# Linear: two bytes, found by the first one.
_MARK: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
_START: Final = 0xD8
_END: Final = 0xD9
_SCAN: Final = 0xDA
_PROGRESSIVE: Final = 0xC2
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_COMMON: Final[frozenset[int]] = frozenset({0xC0, 0xC1, 0xC2})
# Tables and restarts.
_TABLES: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_NO_THUMBNAIL: Final = 16
_ADOBE: Final = 14
_FOUR_INKS: Final = 4


def _segments(data: bytes) -> Iterator[tuple[int, Part]]:
    """Each marker with its segment, and behind a scan's its pixels; ends behind the last mark, or where bytes end."""
    at, scanning = 2, slice(0, 0)
    while found := _MARK.search(data, at):
        marker, begin = data[found.start() + 1], found.start()
        if scanning.stop:
            yield _SCAN, slice(scanning.start, begin)
            scanning = slice(0, 0)
        elif begin != at:
            # Bytes that belong to nothing.
            yield 0, slice(at, begin)
        if marker == _END:
            yield _END, slice(begin, begin + 2)
            return
        if len(data) < begin + 4:
            return
        length = int.from_bytes(data[begin + 2 : begin + 4])
        if length < 2 or marker == _START:
            raise Broken
        at = begin + 2 + length
        if at > len(data):
            return
        if marker == _SCAN:
            scanning = slice(begin, at)
        else:
            yield marker, slice(begin, at)


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height, where they are there already. Raises Broken."""
    for marker, part in _segments(data):
        if marker in _FRAMES:
            return _frame(data, part)
        if marker in {_SCAN, _END}:
            raise Broken
    return None


def _frame(data: bytes, part: Part) -> tuple[int, int]:
    height, width = (int.from_bytes(data[part.start + at : part.start + at + 2]) for at in (5, 7))
    if part.stop - part.start < 10 or not width or not height:
        raise Broken
    return width, height


def anatomy(data: bytes) -> Anatomy:
    """Raises Broken, also for more than MAX_SCANS."""
    parts = counted(_segments(data))
    frames = [(marker, part) for marker, part in parts if marker in _FRAMES]
    scans = [part for marker, part in parts if marker == _SCAN]
    if not parts or parts[-1][0] != _END or len(frames) != 1 or not 0 < len(scans) <= MAX_SCANS:
        raise Broken
    how, frame = frames[0]
    if frame.start > scans[0].start:
        raise Broken
    width, height = _frame(data, frame)
    kept = [part for marker, part in parts if _is_kept(data, marker, part)]
    colours = [part for marker, part in parts if _is_about_colours(data, marker, part)]
    notes = [data[part.start + 4 : part.stop] for marker, part in parts if marker == _APP1]
    orientation = next((orientation_of(each) for each in notes if each.startswith(b"Exif\0")), 1)
    common = how in _COMMON and data[frame.start + 9] < _FOUR_INKS
    return Anatomy(
        kind="JPEG",
        width=width,
        height=height,
        bare=len(kept) == len(parts) and parts[-1][1].stop == len(data),
        plain=common and not colours and orientation == 1,
        alpha=False,
        kept=(slice(0, 2), *kept),
        shown=(slice(0, 2), *sorted((*kept, *colours), key=lambda part: part.start)),
        orientation=orientation,
        rows_at=0 if how == _PROGRESSIVE or not common else frame.start + 5,
        scan_end=scans[0].stop if how == _PROGRESSIVE else 0,
    )


def _is_kept(data: bytes, marker: int, part: Part) -> bool:
    length = part.stop - part.start - 2
    if marker == _APP0:
        return length == _NO_THUMBNAIL and data[part.start + 4 : part.start + 9] == b"JFIF\0"
    if marker == _APP14:
        return length == _ADOBE and data[part.start + 4 : part.start + 9] == b"Adobe"
    return marker in _FRAMES or marker in _TABLES or marker in {_SCAN, _END}


def _is_about_colours(data: bytes, marker: int, part: Part) -> bool:
    """Whether a segment that is not kept changes how the pixels are to be shown."""
    content = data[part.start + 4 : part.start + 16]
    if marker == _APP14:
        return content.startswith(b"Adobe") and not _is_kept(data, marker, part)
    return marker == _APP2 and content.startswith(b"ICC_PROFILE\0")


def with_height(data: bytes, at: int, height: int) -> bytes:
    """The same file, which says that it has fewer rows: a decoder stops behind them."""
    return b"".join((data[:at], height.to_bytes(2), memoryview(data)[at + 2 :]))


def first_scan(data: bytes, end: int) -> bytes:
    """A progressive picture after its first rough look."""
    return b"".join((memoryview(data)[:end], b"\xff\xd9"))
