"""Small files of every kind, with whatever else than pixels such files hold."""

import io
import struct
import zlib
from typing import Any, Literal

from PIL import Image, ImageCms, ImageDraw

SIDE = 300
# Words that stand in what is not pixels; none of them may be left.
SECRET = b"SECRET-OF-SOMEBODY"


def drawn(size: tuple[int, int] = (SIDE, SIDE), mode: str = "RGB") -> Image.Image:
    """A picture whose corners differ, so that a turned one is known."""
    image = Image.new("RGB", size, (200, 180, 160))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0] // 3, size[1] // 3), (200, 30, 30))
    draw.rectangle((size[0] * 2 // 3, 0, size[0], size[1] // 3), (30, 160, 60))
    draw.rectangle((0, size[1] * 2 // 3, size[0] // 3, size[1]), (40, 60, 200))
    return image.convert(mode)


def file_of(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    (image or drawn()).save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def exif(**tags: Any) -> bytes:
    notes = Image.Exif()
    notes[0x010F] = SECRET.decode()
    gps = notes.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 31.0, SIDE)
    for number, value in tags.items():
        notes[int(number.removeprefix("t"), 16)] = value
    return notes.tobytes()


def segment(marker: int, content: bytes) -> bytes:
    """One of JPEG's, to be put behind the start of a file."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def chunk(kind: bytes, content: bytes) -> bytes:
    """One of PNG's, to be put behind the header."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def riff(kind: bytes, content: bytes) -> bytes:
    """One of WebP's, to be put at the end."""
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def jpeg_with(*segments: bytes, behind: bytes = b"") -> bytes:
    data = file_of("JPEG", quality=90)
    return data[:2] + b"".join(segments) + data[2:] + behind


def png_with(*chunks: bytes, behind: bytes = b"", late: bool = False) -> bytes:
    data = file_of("PNG")
    at = data.index(b"IEND") - 4 if late else 33
    return data[:at] + b"".join(chunks) + data[at:] + behind


def profile_of(name: Literal["sRGB", "LAB", "XYZ"]) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def noted_files() -> dict[str, bytes]:
    """Files that hold more than pixels."""
    box = b"\0\0\0\x20jumb" + SECRET
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET
    return {
        "JPEG, position": jpeg_with(segment(0xE1, b"Exif\0\0" + exif())),
        "JPEG, XMP": jpeg_with(segment(0xE1, xmp)),
        "JPEG, C2PA": jpeg_with(segment(0xEB, b"JP\0\0" + box)),
        "JPEG, editor": jpeg_with(segment(0xED, b"Photoshop 3.0\0" + SECRET)),
        "JPEG, second picture": jpeg_with(segment(0xE2, b"MPF\0" + SECRET), behind=file_of("JPEG") + SECRET),
        "JPEG, comment": jpeg_with(segment(0xFE, SECRET)),
        "JPEG, behind the end": jpeg_with(behind=SECRET),
        "PNG, text": png_with(chunk(b"tEXt", b"Comment\0" + SECRET)),
        "PNG, late text": png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET), late=True),
        "PNG, position": png_with(chunk(b"eXIf", exif())),
        "PNG, C2PA": png_with(chunk(b"caBX", box)),
        "PNG, private": png_with(chunk(b"prVt", SECRET)),
        "PNG, behind the end": png_with(behind=SECRET),
        "WEBP, position": file_of("WEBP", exif=exif()),
        "WEBP, XMP": file_of("WEBP", xmp=SECRET),
        "WEBP, behind the end": file_of("WEBP") + SECRET,
        "GIF, comment": file_of("GIF", comment=SECRET),
    }
