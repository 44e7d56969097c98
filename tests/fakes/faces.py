"""Real image files for uploads: small, and whatever a test wants wrong with them."""

import io
from typing import Any

from PIL import Image


def a_face(
    kind: str = "PNG", size: tuple[int, int] = (300, 400), colour: tuple[int, int, int] = (180, 120, 90), **options: Any
) -> bytes:
    """The bytes of a picture of one colour with a lighter upper half."""
    image = Image.new("RGB", size, colour)
    image.paste((240, 220, 200), (0, 0, size[0], size[1] // 2))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_camera_notes() -> bytes:
    """A JPEG that says where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x010F] = "A camera of somebody"
    exif[0x0112] = 6
    return a_face("JPEG", (400, 300), exif=exif, comment=b"taken at home")
