"""Image files of every kind, with whatever else a file may hold, put together byte by byte."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

SECRET = b"somebody at 48.2082N 16.3738E"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
SIZE = (320, 400)


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """Red, green and blue corners on grey, with some noise, so that turning and cutting off can be seen."""
    width, height = size
    image = Image.merge("RGB", [Image.effect_noise(size, 20)] * 3)
    for colour, corner in (
        ((230, 20, 20), (0, 0)),
        ((20, 230, 20), (width * 3 // 4, 0)),
        ((20, 20, 230), (0, height * 3 // 4)),
    ):
        image.paste(colour, (*corner, corner[0] + width // 4, corner[1] + height // 4))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    if kind == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(kind: str, size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    return saved(scene(size), kind, **options)


def exif(orientation: int = 1) -> bytes:
    notes = Image.Exif()
    notes[0x010F] = SECRET.decode()
    notes[0x0112] = orientation
    gps = notes.get_ifd(0x8825)
    gps[1], gps[2] = "N", (48.0, 12.0, 29.5)
    return notes.tobytes()


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the four corners, roughly."""
    width, height = image.size
    found: list[tuple[int, ...]] = []
    for left, top in ((0, 0), (width - 40, 0), (0, height - 40), (width - 40, height - 40)):
        small = image.convert("RGB").crop((left, top, left + 40, top + 40)).resize((1, 1), Image.Resampling.BOX)
        found.append(tuple(round(value / 64) for value in small.tobytes()))
    return found


# Which way a camera must have turned an upright scene, for each orientation that it writes down.
TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def held(kind: str, orientation: int, **options: Any) -> bytes:
    """The scene as a camera stores it that was held in one of eight ways."""
    turn = TURNED[orientation]
    stored = scene() if turn is None else scene().transpose(turn)
    return saved(stored, kind, exif=exif(orientation), **options)


def chunk(name: bytes, data: bytes = b"", *, crc: int | None = None) -> bytes:
    total = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", total)


def png_of(*chunks: bytes) -> bytes:
    return PNG_HEAD + b"".join(chunks)


def ihdr(width: int, height: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def with_chunk(png: bytes, name: bytes, data: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    return png[:33] + chunk(name, data) + png[33:]


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment behind its first mark."""
    return jpeg[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def with_webp_chunk(webp: bytes, name: bytes, content: bytes) -> bytes:
    body = webp[12:] + name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def swapped() -> bytes:
    """A profile with red and blue exchanged: whoever obeys it shows other colours than whoever does not."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    places = {bytes(profile[132 + 12 * n : 136 + 12 * n]): 136 + 12 * n for n in range(count)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    return bytes(profile)


def dirty() -> dict[str, bytes]:
    """Files with something in them that is no pixel: all hold SECRET."""
    png, jpeg, webp = plain("PNG"), plain("JPEG"), plain("WEBP")
    packed = zlib.compress(SECRET)
    return {
        "png text": with_chunk(png, b"tEXt", b"Comment\0" + SECRET),
        "png exif": with_chunk(png, b"eXIf", exif()),
        "png private chunk": with_chunk(png, b"prVt", SECRET),
        "png C2PA": with_chunk(png, b"caBX", SECRET),
        "png behind the end": png + SECRET,
        "png behind the pixels": _behind_the_pixels(png, SECRET),
        "png in a chunk about colours": with_chunk(png, b"sRGB", b"\0" + SECRET),
        "png with text and more of it packed": with_chunk(with_chunk(png, b"zTXt", b"a\0\0" + packed), b"tEXt", SECRET),
        "apng": saved(scene(), "PNG", save_all=True, append_images=[scene().rotate(180)]) + SECRET,
        "jpeg exif": saved(scene(), "JPEG", exif=exif()),
        "jpeg comment": saved(scene(), "JPEG", comment=SECRET),
        "jpeg xmp": with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        "jpeg C2PA": with_segment(jpeg, 0xEB, b"JP\0\0" + SECRET),
        "jpeg thumbnail": with_segment(jpeg, 0xE0, b"JFXX\0\x10" + SECRET),
        "jpeg JFIF with a thumbnail": with_segment(
            jpeg[:2] + jpeg[20:], 0xE0, b"JFIF\0\1\1\0\0\1\0\1\x09\1" + SECRET[:27] + SECRET
        ),
        "jpeg longer Adobe": with_segment(jpeg, 0xEE, b"Adobe\0d\0\0\0\0\1" + SECRET),
        "jpeg second image": with_segment(jpeg, 0xE2, b"MPF\0" + bytes(40)) + saved(scene(), "JPEG", comment=SECRET),
        "jpeg behind the end": jpeg + SECRET,
        "jpeg between segments": jpeg[:20] + SECRET + jpeg[20:],
        "webp exif": saved(scene(), "WEBP", exif=exif()),
        "webp xmp": saved(scene(), "WEBP", xmp=SECRET),
        "webp unknown chunk": with_webp_chunk(webp, b"ABCD", SECRET),
        "webp behind the end": webp + SECRET,
        "webp animated": saved(scene(), "WEBP", save_all=True, append_images=[scene().rotate(180)]) + SECRET,
    }


def _behind_the_pixels(png: bytes, more: bytes) -> bytes:
    """Bytes in the same chunk as the pixels, behind the end of their stream."""
    out, at = [PNG_HEAD], len(PNG_HEAD)
    while at < len(png):
        length, name = struct.unpack(">I", png[at : at + 4])[0], png[at + 4 : at + 8]
        content, following = png[at + 8 : at + 8 + length], png[at + 12 + length :]
        last = name == b"IDAT" and following[4:8] != b"IDAT"
        out.append(chunk(name, content + more if last else content))
        at += 12 + length
    return b"".join(out)
