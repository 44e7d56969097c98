"""The containers that characters travel in: ZIP files, pictures with a card in them, and documents. All are read as if
hostile.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from bot.domain.characters.cards import NO_EXPORT, entry_of, personas_of, read_copies, source_of
from bot.domain.characters.character import REFERENCE_BYTES
from bot.domain.characters.encodings import decoded
from bot.domain.characters.formats import IMPORT_BYTES, MAX_CHARACTERS, Entry, Parsed, Remark, Useless, collected
from bot.domain.characters.images import JPEG, PNG, TEXT_BYTES, is_picture, texts_in
from bot.domain.characters.own import MANIFEST, is_own, parse_manifest
from bot.domain.characters.proxies import parse_proxies
from bot.domain.characters.texts import MAX_DEPTH, Document, document_of
from bot.domain.errors import FileRefused
from bot.domain.kinds import kind_of, told

MAX_ENTRIES = 600
MAX_UNPACKED = 24 * 2**20
MAX_RATIO = 200
CARD = "card.json"
_AS_A_FACE = "to use it as a face, give it to `/character save`"
_RATIO_MATTERS = 2**20
_NAME_IS_UTF_8 = 0x800
_ENTRY_MARK, _END_MARK = b"PK\x01\x02", b"PK\x05\x06"
# What the programs that pack folders add to them.
_LITTER = frozenset(("thumbs.db", "desktop.ini", ".ds_store"))
_DOCUMENTS, _PICTURES = (".json", ".yaml", ".yml"), (".png", ".jpg", ".jpeg", ".webp", ".apng")


def parse(data: bytes, user: str = "you") -> Parsed:
    """The characters of a file, told by its first bytes. Raises FileRefused. May take seconds: call it in a thread.

    `user` is how the person who imports is called.
    """
    if len(data) > IMPORT_BYTES:
        raise FileRefused(f"it is larger than {IMPORT_BYTES // 2**20} MiB")
    room = _Room()
    if told(data) == "a ZIP":
        return _archive(data, user, room)
    if is_picture(data):
        if (parsed := _picture(data, user, room)) is None:
            kind = "PNG" if data.startswith(PNG) else "JPEG" if data.startswith(JPEG) else "WebP"
            raise FileRefused(f"this {kind} holds no character card; {_AS_A_FACE}")
        return parsed
    if kind_of(data):
        raise FileRefused(f"of such a picture I read no character card; {_AS_A_FACE}")
    if kind := told(data):
        raise FileRefused(f"it is {kind}{'; a ZIP is what I read' if kind.endswith('archive') else ''}")
    return _read(data, user)


def pack(files: Mapping[str, bytes]) -> bytes:
    """A ZIP. Images are compressed already; only the text is worth the effort."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            kind = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(name, data, kind)
    return out.getvalue()


def _read(data: bytes, user: str, image_of: Callable[[str], bytes | None] = lambda _: None) -> Parsed:
    """The characters of a document."""
    document = document_of(data)
    return _noted(_document(document.value, user, image_of), document)


def _noted(parsed: Parsed, document: Document) -> Parsed:
    """With what is to be said of how the document was read, of each of its characters."""
    entries = (replace(entry, notes=entry.notes + document.notes) for entry in parsed.entries)
    return replace(parsed, entries=tuple(entries)) if document.notes else parsed


def _document(value: Any, user: str, image_of: Callable[[str], bytes | None] = lambda _: None) -> Parsed:
    if isinstance(value, list):
        listed = cast("list[Any]", value)
        if len(listed) == 1:
            return _document(listed[0], user, image_of)
        return _each(listed, user)
    if not isinstance(value, dict):
        raise FileRefused(NO_EXPORT)
    document = cast("dict[str, Any]", value)
    if is_own(document):
        return parse_manifest(document, image_of)
    if proxies := parse_proxies(document, user):
        return proxies
    personas = personas_of(document)
    if personas is not None:
        return _each(personas, user)
    try:
        entry = entry_of(document, user, None, image_of)
    except Useless:
        raise FileRefused(NO_EXPORT) from None
    return _cards([entry], source=source_of(document))


def _each(listed: Sequence[Any], user: str) -> Parsed:
    """Several cards in one list."""

    def read(raw: Mapping[str, Any]) -> Entry:
        try:
            return entry_of(raw, user, None, lambda _: None)
        except FileRefused as error:
            raise Useless(error.reason) from None

    parsed = collected("character cards", listed, read)
    if not parsed.entries and all(remark.name.startswith("number ") for remark in parsed.skipped):
        raise FileRefused(NO_EXPORT)
    return parsed


def _cards(entries: list[Entry], skipped: tuple[Remark, ...] = (), source: str = "character cards") -> Parsed:
    parsed = collected(source, [{"entry": entry} for entry in entries], lambda raw: raw["entry"])
    return replace(parsed, skipped=parsed.skipped + skipped)


def _picture(data: bytes, user: str, room: "_Room") -> Parsed | None:
    """A picture with cards in it, or with a ZIP behind it; None for one that has neither."""
    documents: list[Document] = []
    texts = texts_in(data)
    for text in texts:
        try:
            documents.append(document_of(text.data))
        except FileRefused:
            documents.append(Document(None))
    try:
        if texts:
            return _cards([read_copies(documents, user, data)], source="SillyTavern")
    except Useless as error:
        # Programs that paint write JSON of their own into what they paint.
        if any(text.declared for text in texts):
            raise FileRefused(str(error)) from None
    return _archive(data, user, room) if _END_MARK in data[-(2**16 + 22) :] else None


class _Room:
    """What a file may still unpack to, with all the ZIPs that are in its ZIPs."""

    def __init__(self) -> None:
        self.left = MAX_UNPACKED

    def spend(self, size: int) -> None:
        """Raises FileRefused when it is too much."""
        self.left -= size
        if self.left < 0:
            raise FileRefused(f"it unpacks to more than {MAX_UNPACKED // 2**20} MiB")


class _Archive:
    """Reads single files of a ZIP into memory, never more than the limits in all."""

    def __init__(self, archive: zipfile.ZipFile, room: _Room) -> None:
        self._archive = archive
        self._room = room
        self._read: dict[str, bytes | None] = {}
        entries = archive.infolist()
        files = {name: info for name, info in zip(_names(entries), entries, strict=True) if not _is_litter(name)}
        self._top = _common_folder(list(files))
        self._files = {name.removeprefix(self._top): info for name, info in files.items()}

    @property
    def names(self) -> list[str]:
        return list(self._files)

    def file(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file; None if it is not there, broken or larger than `limit`. Raises FileRefused for a bomb,
        and for one that is encrypted.
        """
        name = _plain(name)
        if name not in self._read:
            self._read[name] = self._unpacked(name, limit)
        return self._read[name]

    def text(self, name: str) -> bytes | None:
        """The bytes of a document; None if it is not there. Raises FileRefused for one that is too large or broken."""
        text = self.file(name, TEXT_BYTES)
        if text is None and name in self._files:
            large = self._files[name].file_size > TEXT_BYTES
            raise FileRefused(f"its {name} is {f'larger than {TEXT_BYTES // 2**20} MiB' if large else 'broken'}")
        return text

    def image(self, name: str) -> bytes | None:
        return self.file(name, REFERENCE_BYTES)

    def _unpacked(self, name: str, limit: int) -> bytes | None:
        info = self._files.get(name)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise FileRefused("this ZIP is encrypted; please pack it without a password")
        # Other methods unpack far more from far less, and we never write them.
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            return None
        if info.file_size > _RATIO_MATTERS and info.file_size > MAX_RATIO * info.compress_size:
            raise FileRefused(f"it unpacks to more than {MAX_RATIO} times its size")
        if info.file_size > limit:
            return None
        # Before it is tried: the work is done also where its sum is wrong. More than it says is not read.
        self._room.spend(info.file_size)
        try:
            return self._archive.read(info)
        except Exception:  # noqa: BLE001 - a forged ZIP makes zipfile raise almost anything
            return None


def _names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of files as the programs mean them. Finder writes UTF-8 and Explorer what its country has; neither says
    so, and without a word `zipfile` takes them for the letters of the first PCs.
    """
    names = [info.filename for info in entries]
    odd = [
        place for place, info in enumerate(entries) if not (info.flag_bits & _NAME_IS_UTF_8 or info.filename.isascii())
    ]
    # All at once: a name alone says little, and to ask for each takes time.
    read = decoded(b"\n".join(names[place].encode("cp437", "replace") for place in odd))
    meant = read.text.split("\n") if read else []
    if len(meant) == len(odd):
        for place, name in zip(odd, meant, strict=True):
            names[place] = name
    return [_plain(name) for name in names]


def _plain(name: str) -> str:
    """Some programs write backslashes, some begin with a dot."""
    return name.replace("\\", "/").removeprefix("./").lstrip("/")


def _is_litter(name: str) -> bool:
    *folders, last = name.split("/")
    return not last or "__MACOSX" in folders or last.startswith("._") or last.casefold() in _LITTER


def _shown(name: str) -> str:
    """What a report calls a file of a ZIP."""
    return name.rpartition("/")[2][:64]


def _common_folder(names: list[str]) -> str:
    """The folders that all files are in, if what tells the kind of an archive does not stand outside of them."""
    top = ""
    while names and MANIFEST not in names and CARD not in names and top.count("/") < MAX_DEPTH:
        first = names[0].partition("/")[0] + "/"
        if not all(name.startswith(first) for name in names):
            break
        top += first
        names = [name.removeprefix(first) for name in names]
    return top


def _archive(data: bytes, user: str, room: _Room) -> Parsed:
    # Counted before the directory is read: each of its entries costs memory.
    if data.count(_ENTRY_MARK) > MAX_ENTRIES:
        raise FileRefused(f"it holds more than {MAX_ENTRIES} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(_Archive(archive, room), user, room)
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001 - a forged ZIP makes zipfile raise almost anything
        raise FileRefused("this ZIP is broken") from None


def _unpacked(archive: _Archive, user: str, room: _Room) -> Parsed:
    if (text := archive.text(MANIFEST)) is not None:
        document = document_of(text)
        own = document.value
        if not isinstance(own, dict) or "characters" not in own:
            raise FileRefused(f"its {MANIFEST} is not one of Limner")
        return _noted(parse_manifest(cast("dict[str, Any]", own), archive.image), document)
    if (text := archive.text(CARD)) is not None:
        return _with_icon(_read(text, user, archive.image), archive)
    return _files(archive, user, room)


def _with_icon(parsed: Parsed, archive: _Archive) -> Parsed:
    """A card whose assets name no picture may still have come with one."""
    pictures = [name for name in archive.names if name.casefold().endswith(_PICTURES)]
    return _with_picture(parsed, archive, sorted(pictures, key=_by_icon))


def _by_icon(name: str) -> tuple[bool, bool, int, str]:
    return "icon" not in name.casefold(), "main" not in name.casefold(), name.count("/"), name


def _with_picture(parsed: Parsed, archive: _Archive, pictures: Sequence[str]) -> Parsed:
    """The one character of a document with the first of these pictures, if it brought and named none."""
    if len(parsed.entries) != 1 or parsed.entries[0].image or parsed.entries[0].link or not pictures:
        return parsed
    image = archive.image(pictures[0])
    return replace(parsed, entries=(replace(parsed.entries[0], image=image),)) if image else parsed


def _beside(archive: _Archive, name: str) -> list[str]:
    """The pictures of a document in a folder: that of its own name, or those around the only document there."""
    folder, own = name.rpartition("/")[0] + "/", name.rpartition(".")[0].casefold()
    pictures = [each for each in archive.names if each.casefold().endswith(_PICTURES)]
    if same := [each for each in pictures if each.rpartition(".")[0].casefold() == own]:
        return same
    within = [each for each in archive.names if folder == "/" or each.startswith(folder)]
    if sum(each.casefold().endswith(_DOCUMENTS) for each in within) > 1:
        return []
    around = sorted((each for each in within if each in pictures), key=_by_icon)
    # Pictures that are cards are those of others.
    return [each for each in around[:1] if (data := archive.image(each)) and is_picture(data) and not texts_in(data)]


def _files(archive: _Archive, user: str, room: _Room) -> Parsed:
    """Every card of a folder of cards."""
    entries: list[Entry] = []
    skipped: list[Remark] = []
    wanted = [name for name in archive.names if name.casefold().endswith((*_DOCUMENTS, *_PICTURES))]
    refused: FileRefused | None = None
    for name in wanted[:MAX_CHARACTERS]:
        data = archive.file(name, REFERENCE_BYTES)
        if data is None:
            skipped.append(Remark(_shown(name), f"it is broken, or larger than {REFERENCE_BYTES // 2**20} MiB"))
            continue
        try:
            parsed = _one(archive, name, data, user, room)
        except FileRefused as error:
            if room.left < 0:
                raise
            refused = refused or error
            skipped.append(Remark(_shown(name), error.reason))
            continue
        entries += parsed.entries
        skipped += parsed.skipped
    if (rest := len(wanted) - MAX_CHARACTERS) > 0:
        skipped.append(Remark(f"{rest} more files", f"of one ZIP I look at {MAX_CHARACTERS}"))
    if not entries:
        raise (
            refused
            if refused and len(wanted) == 1
            else FileRefused(f"there is neither a {MANIFEST} of Limner nor a character card in this ZIP")
        )
    return _cards(entries, tuple(skipped))


def _one(archive: _Archive, name: str, data: bytes, user: str, room: _Room) -> Parsed:
    """The characters of one file of a folder: none of a picture without a card."""
    if is_picture(data):
        return _picture(data, user, room) or Parsed("", ())
    return _with_picture(_read(data, user), archive, _beside(archive, name))
