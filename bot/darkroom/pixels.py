"""Pixels as every program shows them: decoded, small enough, upright, in sRGB, eight bits, on plain paper.

All of it is for a thread: a large photograph takes a second or two.
"""

import io
import logging
import threading
from collections.abc import Collection, Generator
from contextlib import contextmanager, nullcontext
from typing import Any, Final, cast

from PIL import Image, ImageCms

from bot.darkroom import structure
from bot.darkroom.anatomy import Broken, orientation_of
from bot.domain.kinds import kind_of

_log = logging.getLogger(__name__)

BY_STRUCTURE: Final = frozenset({"PNG", "JPEG", "WEBP"})
PAPER: Final = (236, 233, 226)
QUALITY: Final = 93
# Four bytes each: of pictures that take more than 64 MiB, one at a time is decoded.
_LARGE: Final = 2**24
_one_large = threading.Lock()
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DEEP: Final = 65535 / 255


@contextmanager
def opened(data: bytes, kind: str) -> Generator[Image.Image]:
    """A picture whose header was read. Raises whatever its decoder runs into."""
    if kind == "HEIF":
        from pillow_heif import (  # noqa: PLC0415 - 26 MB of libraries, which most processes never need
            register_heif_opener,  # pyright: ignore[reportUnknownVariableType] - its options have no types
        )

        register_heif_opener(thumbnails=False)
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        yield image


def drawn(data: bytes, side: int, kinds: Collection[str] = BY_STRUCTURE) -> Image.Image:
    """The `canvas` of a file of one of these kinds. Raises Broken, or whatever else its decoder runs into."""
    kind = kind_of(data)
    if kind is None or kind not in kinds:
        raise Broken
    found = structure.anatomy_of(data, kind) if kind in BY_STRUCTURE else None
    with opened(structure.shown(data, found) if found else data, kind) as image:
        return canvas(image, side, found.orientation if found else None)


def canvas(image: Image.Image, side: int, orientation: int | None) -> Image.Image:
    """The pixels of an opened picture alone, on new paper, at most `side` a side: nothing else of the file comes
    along. `orientation` is how the camera was held, None where the picture itself says so. Raises whatever its decoder
    runs into.
    """
    profile = _noted(image, "icc_profile")
    orientation = orientation_of(_noted(image, "exif")) if orientation is None else orientation
    # JPEG decodes at an eighth, a quarter or a half by itself.
    image.draft(None, (side, side))
    large = image.width * image.height > _LARGE
    with _one_large if large else nullcontext():
        image.load()
        pixels = _eight_bits(image)
        if max(pixels.size) > side:
            pixels = pixels.copy() if pixels is image else pixels
            pixels.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    alpha = pixels.getchannel("A") if pixels.mode == "RGBA" else None
    sheet = Image.new("RGB", pixels.size, PAPER)
    sheet.paste(_in_srgb(pixels, profile), (0, 0), alpha)
    return sheet.transpose(_TURNS[orientation]) if orientation in _TURNS else sheet


def clear(data: bytes) -> Image.Image:
    """The pixels of a picture of ours in RGBA or RGB: what is transparent stays so. Raises Broken."""
    kind = kind_of(data)
    if kind not in BY_STRUCTURE:
        raise Broken
    with opened(data, kind) as image:
        pixels = _eight_bits(image)
        return pixels.convert("RGBA" if pixels.mode in {"RGBA", "LA"} else "RGB")


def resized(image: Image.Image, width: int, height: int) -> Image.Image:
    """The picture in that size, smoothly."""
    untyped: Any = image  # Pillow's hints name numpy, which need not be installed.
    return untyped.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2)


def _noted(image: Image.Image, name: str) -> bytes:
    noted: object = image.info.get(name)
    return noted if isinstance(noted, bytes) else b""


def _eight_bits(image: Image.Image) -> Image.Image:
    """The picture in RGBA, or without transparency in RGB or what a profile may be written for."""
    if image.mode.startswith("I") or image.mode == "F":
        # `convert` alone would make white of all that is brighter than a 256th.
        untyped: Any = image  # As in `resized`.
        return untyped.point(_to_eight_bits).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode in {"P", "RGBX", "HSV"} else image


def _to_eight_bits(value: Image.ImagePointTransform) -> Image.ImagePointTransform | float:
    return value * (1 / _DEEP) + 0


def _in_srgb(pixels: Image.Image, profile: bytes) -> Image.Image:
    """By the profile; as the plain numbers say where there is none, or none that fits."""
    plain = pixels.convert("RGB") if pixels.mode == "RGBA" else pixels
    if profile:
        try:
            embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - Pillow's core has no types
            shown = ImageCms.profileToProfile(plain, embedded, srgb, outputMode="RGB")
            if shown is not None:
                return shown
        except Exception as error:  # noqa: BLE001 - a profile is optional, and a broken one raises many kinds of errors
            _log.info("a picture is shown without its colour profile (%s)", type(error).__name__)
    return plain.convert("RGB")


def is_clear(image: Image.Image) -> bool:
    """Whether something of a decoded picture is transparent."""
    if not image.has_transparency_data:
        return False
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else image.convert("RGBA").getchannel("A")
    return cast("tuple[int, int]", alpha.getextrema())[0] < 255


def saved(image: Image.Image, kind: str, quality: int = QUALITY) -> bytes:
    """A new PNG or JPEG of a canvas; `quality` is that of a JPEG."""
    out = io.BytesIO()
    if kind == "PNG":
        image.save(out, "PNG", compress_level=4)
    else:
        image.save(out, "JPEG", quality=quality, subsampling=0)
    return out.getvalue()
