"""The containers that characters travel in: ZIP files, and PNG files with text in them. Both are read as if hostile."""

import base64
import io
import zipfile
from collections.abc import Mapping
from typing import Any, cast

from bot.domain.characters.character import REFERENCE_BYTES
from bot.domain.characters.formats import IMPORT_BYTES, Parsed, parse_card, parse_json, parse_manifest, read_json
from bot.domain.errors import FileRefused

MANIFEST = "characters.json"
MAX_ENTRIES = 600
MAX_UNPACKED = 24 * 2**20
MAX_RATIO = 200
_RATIO_MATTERS = 2**20
_MANIFEST_BYTES = 2 * 2**20
_CARD_BYTES = 4 * 2**20
_PNG = b"\x89PNG\r\n\x1a\n"
_ENTRY_MARK = b"PK\x01\x02"


def parse(data: bytes) -> Parsed:
    """The characters of a file, told by its first bytes. Raises FileRefused. May take a second: call it in a thread."""
    if len(data) > IMPORT_BYTES:
        raise FileRefused(f"it is larger than {IMPORT_BYTES // 2**20} MiB")
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(_PNG):
        return _card(data)
    return parse_json(read_json(data))


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP. Images are compressed already; only the text is worth the effort."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            kind = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(name, data, kind)
    return out.getvalue()


class _Archive:
    """Reads single files of a ZIP into memory, never more than the limits in all."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_UNPACKED
        self._read: dict[str, bytes | None] = {}

    def file(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file; None if it is not there or larger than `limit`. Raises FileRefused for a bomb."""
        if name not in self._read:
            self._read[name] = self._unpacked(name, limit)
        return self._read[name]

    def _unpacked(self, name: str, limit: int) -> bytes | None:
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            return None
        # Other methods unpack far more from far less, and we never write them.
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} or info.flag_bits & 1:
            return None
        if info.file_size > _RATIO_MATTERS and info.file_size > MAX_RATIO * info.compress_size:
            raise FileRefused("it unpacks to far more than it holds")
        if info.file_size > limit:
            return None
        with self._archive.open(info) as file:
            data = file.read(min(limit, self._left) + 1)
        self._left -= len(data)
        if self._left < 0:
            raise FileRefused(f"it unpacks to more than {MAX_UNPACKED // 2**20} MiB")
        return data if len(data) <= limit else None


def _archive(data: bytes) -> Parsed:
    # Counted before the directory is read: each of its entries costs memory.
    if data.count(_ENTRY_MARK) > MAX_ENTRIES:
        raise FileRefused(f"it holds more than {MAX_ENTRIES} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(_Archive(archive))
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001 - a forged ZIP makes zipfile raise almost anything
        raise FileRefused("this ZIP is broken") from None


def _unpacked(archive: _Archive) -> Parsed:
    text = archive.file(MANIFEST, _MANIFEST_BYTES)
    if text is None:
        raise FileRefused(f"there is no {MANIFEST} of Limner in this ZIP")
    document = read_json(text)
    if not isinstance(document, dict) or "characters" not in document:
        raise FileRefused(f"its {MANIFEST} is not one of Limner")
    return parse_manifest(cast("dict[str, Any]", document), lambda name: archive.file(name, REFERENCE_BYTES))


def _card(data: bytes) -> Parsed:
    texts = _texts(data)
    text = texts.get(b"ccv3") or texts.get(b"chara")
    if text is None:
        raise FileRefused("this PNG holds no character card; to use it as a face, give it to `/character save`")
    if len(text) > _CARD_BYTES * 4 // 3:
        raise FileRefused("its character card is too large")
    try:
        decoded = base64.b64decode(text)
    except ValueError:
        raise FileRefused("its character card is broken") from None
    document = read_json(decoded)
    if not isinstance(document, dict):
        raise FileRefused("its character card is broken")
    return parse_card(cast("dict[str, Any]", document), data)


def _texts(data: bytes) -> dict[bytes, bytes]:
    """The uncompressed texts of a PNG by their keywords, in lower case."""
    found: dict[bytes, bytes] = {}
    position = len(_PNG)
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4])
        kind = data[position + 4 : position + 8]
        if kind == b"tEXt":
            keyword, _, text = data[position + 8 : position + 8 + length].partition(b"\0")
            found[keyword.lower()[:79]] = text
        if kind == b"IEND":
            break
        position += length + 12
    return found
