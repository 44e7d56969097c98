"""A file is called what it is, whatever it is called."""

import io
import zipfile

import pytest

from bot.domain.kinds import kind_of, named
from tests.darkroom.specimens import plain


def zipped(name: str, text: str = "<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, text)
        archive.writestr("another", text)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_a_picture_is_known_by_its_content(kind: str) -> None:
    assert kind_of(plain(kind)) == kind


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (zipped("notes/document.xml"), "a ZIP"),
        (zipped("word/document.xml"), "a document of an office program"),
        (zipped("[Content_Types].xml"), "a document of an office program"),
        (zipped("mimetype", "application/vnd.oasis.opendocument.text"), "a document of an office program"),
        (zipped("mimetype", "application/epub+zip"), "a book"),
        (zipped("mimetype", "application/x-krita"), "a Krita file"),
        (zipped("META-INF/MANIFEST.MF"), "a program"),
        (b"BZh91AY&SY\0", "a bzip2 archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"CSFCHUNK\0", "a Clip Studio file"),
        (b"BMI: 22", "a text"),
        (b"{\\rtf1 hello}", "a text document"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (plain("BMP"), "a BMP"),
        (plain("TIFF"), "a TIFF or a camera's raw file"),
        (plain("ICO"), "an icon"),
        (plain("JPEG2000"), "a JPEG 2000"),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "a JPEG XL"),
        (b"\xff\x0a\xfa\x1f", "a JPEG XL"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isomiso2", "a video"),
        (b"\0\0\0\x14ftypqt  \0\0\2\0qt  ", "a video"),
        (b"\0\0\0\x14ftypM4A \0\0\2\0M4A ", "a sound"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "a camera's raw file"),
        (b"\x1aE\xdf\xa3\x01\0", "a video"),
        (b"RIFF\x24\0\0\0AVI LIST", "a video"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "a sound"),
        (b"ID3\x04\0", "a sound"),
        (b"OggS\0\2", "a sound or video"),
        (b"MZ\x90\0", "a program"),
        (b"\x7fELF\2\1", "a program"),
        (b"SQLite format 3\0", "a database"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "an SVG"),
        ("<svg/>".encode("utf-16"), "an SVG"),
        (b"  <!DOCTYPE HTML><title>x</title>", "a web page"),
        (b"<html><body>", "a web page"),
        (b'{"name": "Mia"}', "a text"),
        ("schön\n".encode(), "a text"),
        ("schön\n".encode("utf-16"), "a text"),
        (bytes(range(256)), "no picture that I know"),
        (b"\x89PNG", "no picture that I know"),
        (b"GIF90a" + bytes(9), "no picture that I know"),
    ],
)
def test_anything_else_is_named(data: bytes, name: str) -> None:
    assert kind_of(data) is None
    assert named(data) == name
