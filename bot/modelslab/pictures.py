"""Bytes that claim to be a picture: sniffed, measured, decoded whole, and looked at."""

import io
from typing import Final, cast

from PIL import Image, features

from bot.domain.errors import BadAnswer, Filtered, LinkNotReady, UnsafeLink
from bot.domain.portraits.vendor import Picture

MAX_PIXELS_A_SIDE: Final = 4096
# The vendor's filter paints a picture black; JPEG and WebP leave noise of a step or two in it.
BLACK: Final = 2
_DECODED: Final = ("PNG", "JPEG", "WEBP")
# No picture is as small as this, and a page is somebody else's answer in the place of the picture.
_TEXT_LIMIT: Final = 256
_PAGES: Final = (b"<!doctype", b"<html", b"<?xml")


def checked(data: bytes, where: str) -> Picture:
    """The picture that the bytes are. Takes up to some hundred milliseconds: call it in a thread.

    Raises LinkNotReady for nothing at all, a few words or a page, BadAnswer for what is no whole picture,
    UnsafeLink for one that is too large to be decoded, Filtered for one that is black all over.
    """
    kind = sniffed(data)
    if kind is None:
        if _says_something_else(data):
            raise LinkNotReady(where, "no picture there yet")
        raise BadAnswer(where, "not a picture")
    try:
        size, black = _decoded(data, kind)
        if kind == "AVIF" and max(size) <= MAX_PIXELS_A_SIDE:
            # Not every Discord client shows it.
            data, kind = _as_png(data), "PNG"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        size, black = (MAX_PIXELS_A_SIDE + 1,) * 2, False
    except Exception:  # noqa: BLE001 - decoders answer broken bytes with whatever error they run into
        size, black = None, False
    if size is None:
        raise BadAnswer(where, f"a broken or truncated {kind} picture")
    if max(size) > MAX_PIXELS_A_SIDE:
        raise UnsafeLink(where, f"a picture of more than {MAX_PIXELS_A_SIDE} pixels a side")
    if black:
        raise Filtered(where, "the picture is black")
    return Picture(data, f"image/{kind.lower()}", *size)


def _says_something_else(data: bytes) -> bool:
    """Whether the bytes are nothing, some words or a page."""
    if len(data) <= _TEXT_LIMIT:
        return " ".join(data.decode("latin-1").split()).isprintable()
    return data[:_TEXT_LIMIT].lstrip().lower().startswith(_PAGES)


def _as_png(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(data), formats=["AVIF"]) as image:
        image.convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def fitted(picture: Picture, max_bytes: int, side: int | None = None) -> Picture:
    """The picture in at most `max_bytes`, and at most `side` pixels a side: as it is, or as a JPEG. For a thread."""
    small = side is None or max(picture.width, picture.height) <= side
    if small and len(picture.data) <= max_bytes:
        return picture
    with Image.open(io.BytesIO(picture.data), formats=_DECODED) as image:
        canvas = image.convert("RGB")
    if side is not None:
        canvas.thumbnail((side, side), Image.Resampling.LANCZOS)
    data = _jpeg(canvas)
    while len(data) > max_bytes:
        canvas.thumbnail((canvas.width * 3 // 4, canvas.height * 3 // 4), Image.Resampling.LANCZOS)
        data = _jpeg(canvas)
    return Picture(data, "image/jpeg", *canvas.size)


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


def sniffed(data: bytes) -> str | None:
    """Pillow's name of the format, told by the first bytes: links have no extension, and headers lie."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:12] in {b"ftypavif", b"ftypavis"} and features.check("avif"):
        return "AVIF"
    return None


def _decoded(data: bytes, kind: str) -> tuple[tuple[int, int], bool]:
    """Width and height, and whether all is black. What is too large is measured but not decoded."""
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        size = image.size
        if max(size) > MAX_PIXELS_A_SIDE:
            return size, False
        image.load()
        rgb = image.convert("RGB")
    extrema = cast("tuple[tuple[int, int], ...]", rgb.getextrema())
    return size, all(brightest <= BLACK for _, brightest in extrema)
