"""Files of pixels read by their structure, whichever kind they are. Takes about a millisecond for a megabyte."""

from bot.darkroom import jpeg, png, webp
from bot.darkroom.anatomy import Anatomy, Broken

_READERS = {"PNG": png, "JPEG": jpeg, "WEBP": webp}


def size_of(data: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or WebP as soon as they can be read from its beginning. Raises Broken."""
    return _READERS[kind].size_of(data)


def anatomy_of(data: bytes, kind: str) -> Anatomy:
    """What a PNG, JPEG or WebP consists of. Raises Broken for one that is cut off or against its format."""
    try:
        return _READERS[kind].anatomy(data)
    except (IndexError, ValueError):
        raise Broken from None


def bared(data: bytes, found: Anatomy) -> bytes:
    """The pixels alone, to the bit as they were; `data` itself where nothing else is in it."""
    if found.bare:
        return data
    if found.kind == "WEBP":
        return webp.put_together(data, found.kept)
    view = memoryview(data)
    return b"".join(view[part] for part in found.kept)


def shown(data: bytes, found: Anatomy) -> bytes:
    """The pixels and what says how they look, for a decoder: it meets nothing else of the file."""
    if found.bare:
        return data
    view = memoryview(data)
    return b"".join(view[part] for part in found.shown)


def is_bright(data: bytes, found: Anatomy, step: int) -> bool:
    """Whether a few pixels of a PNG, seen without a decoder, hold one brighter than `step`; False says nothing."""
    return found.kind == "PNG" and png.is_bright(data, found, step)


def beginning(data: bytes, found: Anatomy, rows: int) -> bytes | None:
    """A file with the first rows of a picture, or a rough look at all of it, that decodes in a fraction of the time;
    None where there is none.
    """
    if found.scan_end:
        return jpeg.first_scan(data, found.scan_end)
    if not found.rows_at or found.height <= rows:
        return None
    return png.with_height(data, rows) if found.kind == "PNG" else jpeg.with_height(data, found.rows_at, rows)
