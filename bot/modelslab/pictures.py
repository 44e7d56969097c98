"""Bytes that claim to be a picture of the vendor's: sniffed, measured, read by their structure, and looked at."""

import io
import zlib
from typing import Final, cast

from PIL import Image, features

from bot.darkroom import developing, pixels, png, structure
from bot.darkroom.anatomy import Anatomy, Broken
from bot.domain.errors import BadAnswer, Filtered, LinkNotReady, UnsafeLink
from bot.domain.kinds import kind_of
from bot.domain.portraits.vendor import Picture

MAX_PIXELS_A_SIDE: Final = 4096
# The vendor's filter paints a picture black; JPEG and WebP leave noise of a step or two in it.
BLACK: Final = 2
# Whether it is black shows in the first rows of nearly every picture.
FIRST_ROWS: Final = 64
# A lossy WebP has no rows that can be decoded alone. Black with noise of two steps takes a tenth of a byte for each
# pixel at the best quality there is, and a five-hundredth at a usual one.
_BLACK_WEBP: Final = 1 / 8
# A sum over so many bytes takes a twentieth of a millisecond, and each part of a file a microsecond.
GLANCE_BYTES: Final = 2**18
GLANCE_PARTS: Final = 100
_AS_IT_IS: Final = pixels.BY_STRUCTURE
# No picture is as small as this, and a page is somebody else's answer in the place of the picture.
_TEXT_LIMIT: Final = 256
_PAGES: Final = (b"<!doctype", b"<html", b"<?xml")


def sniffed(data: bytes) -> str | None:
    """Pillow's name of the format, told by the first bytes: links have no extension, and headers lie."""
    kind = kind_of(data)
    return kind if kind in _AS_IT_IS or (kind == "AVIF" and features.check("avif")) else None


def check_beginning(data: bytes, where: str) -> None:
    """Raises UnsafeLink as soon as the first bytes of a picture say that it is too large to be decoded."""
    kind = sniffed(data)
    try:
        size = structure.size_of(data, kind) if kind in _AS_IT_IS else None
    except Broken:
        # What it is instead shows when all of it is there.
        return
    if size is not None:
        _check_size(size, where)


def at_a_glance(data: bytes) -> Picture | None:
    """The picture that the bytes are, where that is seen in less time than a thread takes to begin: most small PNGs.
    None: they must be `checked`.
    """
    if len(data) > GLANCE_BYTES or sniffed(data) != "PNG":
        return None
    try:
        found = png.anatomy(data, GLANCE_PARTS)
        plain = found.plain and found.bare and max(found.width, found.height) <= MAX_PIXELS_A_SIDE
        bright = plain and png.is_bright(data, found, BLACK)
    except (Broken, LookupError, ValueError, zlib.error):
        # What it is instead, `checked` says.
        return None
    return Picture(data, "image/png", found.width, found.height) if bright else None


def checked(data: bytes, where: str) -> Picture:
    """The picture that the bytes are, freed of all but pixels. Mostly takes less than a millisecond for 200 kB, but
    some hundred for the few that must be decoded whole: call it in a thread.

    Raises LinkNotReady for nothing at all, a few words or a page, BadAnswer for what is no whole picture,
    UnsafeLink for one that is too large to be decoded, Filtered for one that is black all over.
    """
    kind = sniffed(data)
    if kind is None:
        if _says_something_else(data):
            raise LinkNotReady(where, "no picture there yet")
        raise BadAnswer(where, "not a picture")
    check_beginning(data, where)
    try:
        picture, black = _looked_at(data, kind) if kind in _AS_IT_IS else _rewritten(data, kind, where)
    except UnsafeLink:
        raise
    except Exception:  # noqa: BLE001 - decoders answer broken bytes with whatever error they run into
        picture, black = None, False
    if picture is None:
        raise BadAnswer(where, f"a broken or truncated {kind} picture")
    if black:
        raise Filtered(where, "the picture is black")
    return picture


def _check_size(size: tuple[int, int], where: str) -> None:
    if max(size) > MAX_PIXELS_A_SIDE:
        raise UnsafeLink(where, f"a picture of more than {MAX_PIXELS_A_SIDE} pixels a side")


def _says_something_else(data: bytes) -> bool:
    """Whether the bytes are nothing, some words or a page."""
    if len(data) <= _TEXT_LIMIT:
        return " ".join(data.decode("latin-1").split()).isprintable()
    return data[:_TEXT_LIMIT].lstrip().lower().startswith(_PAGES)


def _looked_at(data: bytes, kind: str) -> tuple[Picture, bool]:
    """The picture, and whether it is black. Pixels that look right without all else are taken over undecoded."""
    found = structure.anatomy_of(data, kind)
    if not found.plain:
        return _drawn(data, kind)
    bare = structure.bared(data, found)
    if bare is not data:
        found = structure.anatomy_of(bare, kind)
    return Picture(bare, f"image/{kind.lower()}", found.width, found.height), _is_black(bare, found)


def _rewritten(data: bytes, kind: str, where: str) -> tuple[Picture, bool]:
    """A picture whose size its decoder knows, as every Discord client shows it, and whether it is black."""
    with pixels.opened(data, kind) as image:
        _check_size(image.size, where)
    return _drawn(data, kind)


def _drawn(data: bytes, kind: str) -> tuple[Picture, bool]:
    canvas = pixels.drawn(data, MAX_PIXELS_A_SIDE, (*_AS_IT_IS, "AVIF"))
    kind = "JPEG" if kind == "JPEG" else "PNG"
    picture = Picture(pixels.saved(canvas, kind), f"image/{kind.lower()}", *canvas.size)
    return picture, not _is_bright(canvas)


def _is_black(data: bytes, found: Anatomy) -> bool:
    """Exact, but a picture that is not black shows it early. Raises whatever a decoder runs into."""
    lossy = found.kind == "WEBP" and data[found.kept[-1]].startswith(b"VP8 ")
    if lossy and len(data) > found.width * found.height * _BLACK_WEBP:
        return False
    if structure.is_bright(data, found, BLACK):
        return False
    beginning = structure.beginning(data, found, FIRST_ROWS)
    if beginning is not None and _is_bright(_small(beginning, found.kind)):
        return False
    if _is_bright(_small(data, found.kind)):
        return False
    with pixels.opened(data, found.kind) as image:
        return not _is_bright(image.convert("RGB"))


def _small(data: bytes, kind: str) -> Image.Image:
    """All of a picture at an eighth of its size: JPEG decodes so by itself."""
    with pixels.opened(data, kind) as image:
        image.draft("RGB", (max(image.width // 8, 1), max(image.height // 8, 1)))
        rgb = image.convert("RGB")
    return rgb if kind == "JPEG" else rgb.reduce(8)


def _is_bright(image: Image.Image) -> bool:
    extrema = cast("tuple[tuple[int, int], ...]", image.getextrema())
    return any(brightest > BLACK for _, brightest in extrema)


def fits(picture: Picture, max_bytes: int, side: int | None = None) -> bool:
    """Whether a picture has at most `max_bytes`, and at most `side` pixels a side."""
    return len(picture.data) <= max_bytes and (side is None or max(picture.width, picture.height) <= side)


def fitted(picture: Picture, max_bytes: int, side: int | None = None) -> Picture:
    """The picture in at most `max_bytes`, and at most `side` pixels a side: as it is, or as a JPEG. For a thread."""
    if fits(picture, max_bytes, side):
        return picture
    canvas = pixels.drawn(picture.data, side or MAX_PIXELS_A_SIDE)
    data = _jpeg(canvas)
    while len(data) > max_bytes:
        canvas.thumbnail((canvas.width * 3 // 4, canvas.height * 3 // 4), Image.Resampling.LANCZOS)
        data = _jpeg(canvas)
    return Picture(data, "image/jpeg", *canvas.size)


def sent_along(picture: Picture, max_bytes: int, side: int | None) -> Picture:
    """A picture of ours as the vendor gets it: pixels only, and nothing transparent, which would turn black there. For
    a thread.
    """
    return fitted(developing.pure(picture, opaque=True), max_bytes, side)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()
