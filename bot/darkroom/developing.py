"""What is done to pictures that people bring: checked, freed of all but pixels, cut to a face, made lighter.

Every function here may take a second or two: call it in a thread.
"""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image

from bot.darkroom import pixels, png, structure
from bot.darkroom.anatomy import Anatomy
from bot.domain.characters.character import FACE_SIDE, REFERENCE_BYTES, REFERENCE_SIDE
from bot.domain.errors import ImageRefused
from bot.domain.kinds import READABLE, kind_of, named
from bot.domain.portraits.uses import crop
from bot.domain.portraits.vendor import Picture

# A photograph of 48 megapixels, and no more: four bytes for each.
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 16_384
# What is written anew needs no more: the vendor takes half of it.
FRESH_SIDE: Final = 2048
KEPT_BYTES: Final = 8 * 2**20
CROP_SIDE: Final = 256
_GAP: Final = 8
_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
# Drawings rather than photographs.
_EXACT: Final = frozenset({"PNG", "GIF"})
_TOO_MANY: Final = f"it has more than {MAX_PIXELS // 10**6} megapixels"
_SHOWN: Final = {"WEBP": "WebP", "HEIF": "HEIC"}


def developed(data: bytes) -> Picture:
    """The uploaded picture: as it is where it holds pixels only, else written anew, upright and in sRGB. Raises
    ImageRefused.
    """
    if len(data) > REFERENCE_BYTES:
        raise ImageRefused(f"it is larger than {REFERENCE_BYTES // 2**20} MiB")
    kind = kind_of(data)
    if kind is None:
        raise ImageRefused(f"it is {named(data)}; I take {READABLE}")
    picture = None
    try:
        found = structure.anatomy_of(data, kind) if kind in _TYPES else None
        # Before Pillow looks at it: far above our limits it has some of its own.
        refusal = _unfit(found.width, found.height) if found else None
        if refusal is None:
            with pixels.opened(structure.shown(data, found) if found else data, kind) as image:
                refusal = _unfit(*image.size)
                if refusal is None:
                    picture = _kept(data, kind, found, image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        refusal = _TOO_MANY
    except ImportError:
        refusal = "it is a HEIC photograph, which I cannot read here; please send it as JPEG or PNG"
    except Exception:  # noqa: BLE001 - decoders answer broken bytes with whatever error they run into
        refusal = f"this {_SHOWN.get(kind, kind)} file is broken or cut off"
    if picture is None:
        raise ImageRefused(refusal or "it holds no picture")
    return picture


def _unfit(width: int, height: int) -> str | None:
    """Why a picture of this size is not decoded."""
    if max(width, height) > MAX_SIDE:
        return f"it has more than {MAX_SIDE} pixels a side"
    if width * height > MAX_PIXELS:
        return _TOO_MANY
    if min(width, height) < FACE_SIDE:
        return f"it is {width} by {height} pixels; a face needs {FACE_SIDE} a side at least"
    return None


def _kept(data: bytes, kind: str, found: Anatomy | None, image: Image.Image) -> Picture:
    if found is not None:
        small = max(image.size) <= REFERENCE_SIDE and len(data) <= KEPT_BYTES
        if found.bare and found.plain and small and (kind != "PNG" or png.hides_nothing(data, found)):
            image.load()
            if not pixels.is_clear(image):
                return Picture(data, _TYPES[kind], found.width, found.height)
    return _fresh(pixels.canvas(image, FRESH_SIDE, found.orientation if found else None), kind)


def _fresh(canvas: Image.Image, kind: str) -> Picture:
    if kind in _EXACT:
        data = pixels.saved(canvas, "PNG")
        if len(data) <= KEPT_BYTES:
            return Picture(data, "image/png", *canvas.size)
    # Also what PNG cannot keep small: that is a photograph.
    return Picture(pixels.saved(canvas, "JPEG"), "image/jpeg", *canvas.size)


def cropped(data: bytes) -> bytes:
    """A square JPEG of 256 pixels. Of a tall picture the upper part: that is where the face is."""
    upright = pixels.drawn(data, FRESH_SIDE)
    square = upright.crop(crop(*upright.size).edges)
    square.thumbnail((CROP_SIDE, CROP_SIDE), Image.Resampling.LANCZOS)
    return pixels.saved(square, "JPEG")


def strip_size(places: int) -> tuple[int, int]:
    """Width and height of a strip."""
    return places * CROP_SIDE + (places - 1) * _GAP, CROP_SIDE


def strip(crops: Sequence[bytes], places: int) -> bytes:
    """Crops side by side on nothing, as wide as for `places` of them: a strip keeps its height whatever is in it."""
    sheet = Image.new("RGBA", strip_size(places), (0, 0, 0, 0))
    for number, each in enumerate(crops[:places]):
        with Image.open(io.BytesIO(each), formats=("JPEG",)) as image:
            sheet.paste(image.convert("RGB"), (number * (CROP_SIDE + _GAP), 0))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=88, method=4)
    return out.getvalue()


def light(picture: Picture, limit: int) -> Picture:
    """The picture in at most about `limit` bytes and with pixels only: as it is, or as a JPEG."""
    if len(picture.data) <= limit:
        return pure(picture)
    canvas = pixels.drawn(picture.data, REFERENCE_SIDE)
    data = pixels.saved(canvas, "JPEG")
    for side in (2048, 1024):
        if len(data) <= limit:
            break
        canvas.thumbnail((side, side), Image.Resampling.LANCZOS)
        data = pixels.saved(canvas, "JPEG")
    return Picture(data, "image/jpeg", *canvas.size)


def pure(picture: Picture, *, opaque: bool = False) -> Picture:
    """A kept picture with pixels only, `opaque` if something would make black of what is transparent. Earlier versions
    kept more. What cannot be read goes as it is.
    """
    kind = kind_of(picture.data) or ""
    if kind not in _TYPES:
        return picture
    try:
        found = structure.anatomy_of(picture.data, kind)
        if found.bare and found.plain and not (opaque and found.alpha and _is_clear(picture.data, kind)):
            return picture
        return _fresh(pixels.drawn(picture.data, REFERENCE_SIDE), kind)
    except Exception:  # noqa: BLE001 - decoders answer broken bytes with whatever error they run into
        return picture


def _is_clear(data: bytes, kind: str) -> bool:
    with pixels.opened(data, kind) as image:
        image.load()
        return pixels.is_clear(image)
