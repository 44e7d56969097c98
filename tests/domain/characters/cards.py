"""Synthetic cards in every container that card sites hand out."""

import base64
import io
import json
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

from bot.domain.characters.archives import pack

LOOK = "Appearance: short red hair, green eyes, freckles."
STORY = " ".join(f"In the year {n} they moved to town number {n} and met a friend." for n in range(1, 30))
WORDS = {
    "name": "Mia",
    "description": f"{STORY}\n\n{LOOK}",
    "personality": "kind",
    "scenario": "a ship",
    "first_mes": "hi",
}
V1: dict[str, Any] = {**WORDS, "mes_example": ""}
V2: dict[str, Any] = {"spec": "chara_card_v2", "spec_version": "2.0", "data": WORDS}
V3: dict[str, Any] = {"spec": "chara_card_v3", "spec_version": "3.0", "data": {**WORDS, "nickname": "Mimi"}}
ASSETS = [
    {"type": "background", "name": "main", "uri": "embeded://assets/background/images/b.png", "ext": "png"},
    {"type": "icon", "name": "main", "uri": "embeded://assets/icon/images/main.png", "ext": "png"},
]


def picture(kind: str = "PNG", colour: tuple[int, int, int] = (9, 9, 9), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), colour).save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def coded(value: Any) -> bytes:
    return base64.b64encode(json.dumps(value).encode())


def png(*chunks: bytes, first: bool = False) -> bytes:
    """A PNG with these chunks in front of its pixels, or behind them."""
    plain = picture()
    return plain[:33] + b"".join(chunks) + plain[33:] if first else plain[:-12] + b"".join(chunks) + plain[-12:]


def text(value: Any, keyword: bytes = b"chara") -> bytes:
    return chunk(b"tEXt", keyword + b"\0" + coded(value))


def exif(comment: bytes, *, inside: bool = True) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = 1
    (made.get_ifd(0x8769) if inside else made)[0x9286] = comment
    return made


def apng() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), (n, 9, 9)) for n in (1, 99)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()[:-12] + text(V2) + out.getvalue()[-12:]


def charx(**more: bytes) -> bytes:
    card = {**V3, "data": {**V3["data"], "assets": ASSETS}}
    files = {"card.json": json.dumps(card).encode(), "assets/icon/images/main.png": picture(colour=(1, 2, 3))}
    return pack({**files, "assets/background/images/b.png": picture(), **more})


def containers() -> dict[str, bytes]:
    """Every way in which the same person comes."""
    raw = json.dumps(V2).encode()
    return {
        "tEXt": png(text(V2)),
        "tEXt in front": png(text(V1), first=True),
        "tEXt, wrong case": png(text(V1, b"Chara")),
        "tEXt, plain JSON": png(chunk(b"tEXt", b"chara\0" + raw)),
        "tEXt, lines of base64": png(chunk(b"tEXt", b"chara\0" + base64.encodebytes(raw))),
        "tEXt, alphabet of links": png(chunk(b"tEXt", b"chara\0" + base64.urlsafe_b64encode(raw).rstrip(b"="))),
        "zTXt": png(chunk(b"zTXt", b"chara\0\0" + zlib.compress(coded(V2)))),
        "iTXt": png(chunk(b"iTXt", b"ccv3\0\0\0\0\0" + coded(V3))),
        "iTXt, packed": png(chunk(b"iTXt", b"ccv3\0\1\0en\0title\0" + zlib.compress(coded(V3)))),
        "wrong sum": png(text(V2)[:-4] + b"\0\0\0\0"),
        "broken ccv3": png(chunk(b"tEXt", b"ccv3\0%%%"), text(V2)),
        "ccv3 without words": png(text({**V3, "data": {"name": "Mia"}}, b"ccv3"), text(V2)),
        "JPEG": picture("JPEG", exif=exif(b"ASCII\0\0\0" + raw)),
        "JPEG, UTF-16": picture("JPEG", exif=exif(b"UNICODE\0" + json.dumps(V2).encode("utf-16-be"), inside=False)),
        "JPEG, base64": picture("JPEG", exif=exif(coded(V2))),
        "JPEG, comment": picture("JPEG", comment=raw),
        "WebP": picture("WEBP", exif=exif(b"ASCII\0\0\0" + raw)),
        "WebP, numbers": picture("WEBP", exif=exif(",".join(map(str, raw)).encode())),
        "PNG, Exif": picture("PNG", exif=exif(b"ASCII\0\0\0" + raw)),
        "APNG": apng(),
        "charx": charx(),
        "JPEG and charx": picture("JPEG") + charx(),
        "PNG and charx": picture() + charx(),
        "JSON": json.dumps(V1).encode(),
        "JSON, BOM": b"\xef\xbb\xbf" + json.dumps(V2).encode(),
        "JSON, UTF-16": json.dumps(V2).encode("utf-16"),
        "JSON, UTF-16 without BOM": json.dumps(V2).encode("utf-16-le"),
        "JSON, breaches": (
            b"// made by hand\n["
            + raw[:-1]
            + b', "n": NaN, /* more */ "l": [1, 2,],}, ]'.replace(b", ]", b"]")
            + b"\n\0"
        ),
        "JSON, lines inside a text": json.dumps(V2).replace("\\n", "\n").encode(),
        "YAML": f"name: Mia\ndescription: |\n  {STORY}\n\n  {LOOK}\ngreeting: hi\n".encode(),
        "YAML, flow": f"{{'name': 'Mia', description: '{LOOK}', greeting: hi,}}".encode(),
    }


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of files by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
