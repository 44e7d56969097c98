"""What is done to image bytes that people bring: checked, freed of what the camera wrote, cut to a face.

Every function here may take some hundred milliseconds: call it in a thread.
"""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageOps

from bot.domain.characters.character import REFERENCE_BYTES, REFERENCE_SIDE
from bot.domain.errors import ImageRefused
from bot.domain.portraits.vendor import Picture

CROP_SIDE: Final = 256
_GAP: Final = 8
_FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_MODES: Final = frozenset({"RGB", "RGBA", "L"})
# What Pillow reports of a picture that says nothing about who made it, where, or with what.
_HARMLESS: Final = frozenset(
    {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "adobe",
        "adobe_transform",
        "progressive",
        "progression",
        "dpi",
        "gamma",
        "srgb",
        "aspect",
        "chromaticity",
        "background",
        "interlace",
        "loop",
        "timestamp",
        "duration",
        "transparency",
    }
)
_KNOWN: Final = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"%PDF", "a PDF"),
    (b"<svg", "an SVG"),
    (b"PK\x03\x04", "a ZIP"),
)
_PAPER: Final = (236, 233, 226)


def developed(data: bytes) -> Picture:
    """The uploaded picture, without metadata and upright. Raises ImageRefused."""
    if len(data) > REFERENCE_BYTES:
        raise ImageRefused(f"it is larger than {REFERENCE_BYTES // 2**20} MiB")
    kind = _sniffed(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            size = image.size
            if max(size) <= REFERENCE_SIDE:
                image.load()
                return _clean(data, kind, image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        size = (REFERENCE_SIDE + 1, REFERENCE_SIDE + 1)
    except Exception:  # noqa: BLE001 - decoders answer broken bytes with whatever error they run into
        size = None
    if size is None:
        raise ImageRefused(f"this {kind} file is broken or cut off")
    raise ImageRefused(f"it has more than {REFERENCE_SIDE} pixels a side")


def _sniffed(data: bytes) -> str:
    """Pillow's name of the format by the first bytes. Names and headers of an upload say what their sender likes."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        raise ImageRefused("it is an AVIF, a HEIC or a video; I take PNG, JPEG and WebP")
    known = next((name for magic, name in _KNOWN if data.lstrip()[:8].startswith(magic)), None)
    raise ImageRefused(f"it is {known or 'no picture that I know'}; I take PNG, JPEG and WebP")


def _clean(data: bytes, kind: str, image: Image.Image) -> Picture:
    """The same bytes if they hold nothing but the picture, else a new file with the pixels alone."""
    still = getattr(image, "n_frames", 1) == 1
    if still and image.mode in _MODES and _HARMLESS.issuperset(image.info):
        return Picture(data, _FORMATS[kind], *image.size)
    upright = ImageOps.exif_transpose(image)
    canvas = _canvas(upright)
    fresh = _saved(canvas, "PNG" if kind == "PNG" else "JPEG")
    # A picture that PNG cannot keep small is a photograph.
    if len(fresh) > REFERENCE_BYTES:
        kind, fresh = "JPEG", _saved(canvas, "JPEG")
    return Picture(fresh, "image/png" if kind == "PNG" else "image/jpeg", *canvas.size)


def _canvas(image: Image.Image) -> Image.Image:
    """The pixels alone on new paper: nothing else of the file comes along."""
    canvas = Image.new("RGB", image.size, _PAPER)
    pixels = image.convert("RGBA")
    canvas.paste(pixels, (0, 0), pixels)
    return canvas


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "PNG":
        image.save(out, "PNG", compress_level=4)
    else:
        image.save(out, "JPEG", quality=93, subsampling=0)
    return out.getvalue()


def cropped(data: bytes) -> bytes:
    """A square JPEG of 256 pixels. Of a tall picture the upper part: that is where the face is."""
    with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as image:
        upright = ImageOps.exif_transpose(image)
        width, height = upright.size
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 8
        square = _canvas(upright.crop((left, top, left + side, top + side)))
    square.thumbnail((CROP_SIDE, CROP_SIDE), Image.Resampling.LANCZOS)
    return _saved(square, "JPEG")


def strip_size(places: int) -> tuple[int, int]:
    """Width and height of a strip."""
    return places * CROP_SIDE + (places - 1) * _GAP, CROP_SIDE


def strip(crops: Sequence[bytes], places: int) -> bytes:
    """Crops side by side on nothing, as wide as for `places` of them: a strip keeps its height whatever is in it."""
    sheet = Image.new("RGBA", strip_size(places), (0, 0, 0, 0))
    for number, crop in enumerate(crops[:places]):
        with Image.open(io.BytesIO(crop), formats=("JPEG",)) as image:
            sheet.paste(image.convert("RGB"), (number * (CROP_SIDE + _GAP), 0))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=88, method=4)
    return out.getvalue()


def light(picture: Picture, limit: int) -> Picture:
    """The picture in at most about `limit` bytes: as it is, or as a JPEG."""
    if len(picture.data) <= limit:
        return picture
    with Image.open(io.BytesIO(picture.data), formats=tuple(_FORMATS)) as image:
        canvas = _canvas(ImageOps.exif_transpose(image))
    for side in (REFERENCE_SIDE, 2048, 1024):
        canvas.thumbnail((side, side), Image.Resampling.LANCZOS)
        data = _saved(canvas, "JPEG")
        if len(data) <= limit:
            break
    return Picture(data, "image/jpeg", *canvas.size)
