"""What a file is, by its content: names and headers say what their sender likes."""

import codecs
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
READABLE: Final = "PNG, JPEG, WebP, GIF, HEIC and AVIF"
_AVIF: Final = frozenset({b"avif", b"avis"})
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_BRANDS_WITHIN: Final = 256
_HEAD: Final = 1024
_ZIP: Final = "a ZIP"
_TEXT: Final = "a text"
_TEXTS_OF_PROGRAMS: Final = (b"%PDF", b"{\\rtf")
# Words about what people have on their disks, by its first bytes.
_NAMES: Final = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BM", "a BMP"),
    (b"II*\x00", "a TIFF or a camera's raw file"),
    (b"MM\x00*", "a TIFF or a camera's raw file"),
    (b"II+\x00", "a TIFF"),
    (b"MM\x00+", "a TIFF"),
    (b"8BPS", "a Photoshop file"),
    (b"gimp xcf", "a GIMP file"),
    (b"CSFCHUNK", "a Clip Studio file"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"FLV\x01", "a video"),
    (b"\x00\x00\x01\xba", "a video"),
    (b"\x00\x00\x01\xb3", "a video"),
    (b"0&\xb2u\x8ef\xcf\x11", "a video"),
    (b"OggS", "a sound or video"),
    (b"ID3", "a sound"),
    (b"\xff\xfb", "a sound"),
    (b"fLaC", "a sound"),
    (b"MThd", "a sound"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "a text document"),
    (b"\xd0\xcf\x11\xe0", "a document of an office program"),
)
# Many programs keep ZIPs under names of their own: told by what comes first in them.
_ZIPPED: Final = (
    (b"[Content_Types].xml", "a document of an office program"),
    (b"word/document.xml", "a document of an office program"),
    (b"mimetypeapplication/vnd.oasis", "a document of an office program"),
    (b"mimetypeapplication/epub", "a book"),
    (b"mimetypeapplication/x-krita", "a Krita file"),
    (b"mimetypeimage/openraster", "an OpenRaster file"),
    (b"META-INF/MANIFEST.MF", "a program"),
)
_NAME_IN_ZIP: Final = 30
_RIFF: Final = {b"AVI ": "a video", b"WAVE": "a sound"}
_MARKED_UP: Final = ((b"<svg", "an SVG"), (b"<!doctype html", "a web page"), (b"<html", "a web page"))
_ORDER_MARKS: Final = b"\xef\xbb\xbf\xff\xfe"
_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


def kind_of(data: bytes) -> str | None:
    """Pillow's name of the format of a picture that can be read; None for all else."""
    if data.startswith(PNG):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "GIF"
    return _boxed(data)


def _boxed(data: bytes) -> str | None:
    brands = _brands(data)
    if brands and (brands[0] in _AVIF or (brands[0] in _HEIC and not _AVIF.isdisjoint(brands))):
        return "AVIF"
    return "HEIF" if brands and brands[0] in _HEIC else None


def _brands(data: bytes) -> list[bytes]:
    """What the first box of a file of boxes says it is."""
    if data[4:8] != b"ftyp":
        return []
    end = min(int.from_bytes(data[:4]), len(data), _BRANDS_WITHIN)
    return [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]


def told(data: bytes) -> str | None:
    """What something that is no picture surely is, for people; None for texts, and for what nobody knows."""
    if not data:
        return "empty"
    if brands := _brands(data):
        return "a sound" if brands[0][:3] == b"M4A" else "a camera's raw file" if brands[0] == b"crx " else "a video"
    if data[:4] == b"RIFF" and data[8:12] in _RIFF:
        return _RIFF[data[8:12]]
    known = next((name for magic, name in _NAMES if data.startswith(magic)), None)
    if known == _ZIP:
        inside = data[_NAME_IN_ZIP:]
        return next((name for first, name in _ZIPPED if inside.startswith(first)), known)
    if known is None and data[257:262] == b"ustar":
        return "a tar archive"
    text = _text(data)
    # Words may begin as a file does: BMI, MZ, ID3.
    short = known is not None and text == _TEXT and not data.startswith(_TEXTS_OF_PROGRAMS)
    return (text if text != _TEXT else None) if known is None or short else known


def named(data: bytes) -> str:
    """What something that is no picture is, for people."""
    return told(data) or _text(data) or "no picture that I know"


def _text(data: bytes) -> str | None:
    head = data[:_HEAD]
    plain = head.lstrip(_ORDER_MARKS).replace(b"\0", b"").lstrip().lower()
    for mark, name in _MARKED_UP:
        if plain.startswith(mark) or (plain.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and mark in plain):
            return name
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _TEXT
    return _TEXT if _CONTROLS.isdisjoint(head) and _is_readable(head) else None


def _is_readable(head: bytes) -> bool:
    """Whether bytes, perhaps cut off in a letter, are UTF-8, or mostly ASCII as in the older encodings of Europe."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return sum(byte >= 0x80 for byte in head) * 5 <= len(head)
    return True
