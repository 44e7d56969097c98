"""In which encoding the text of a file is. Most are UTF-8; programs on Windows write that of their country, and say so
nowhere.
"""

import re
from dataclasses import dataclass

_BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Where the zeros are among the first four bytes, since documents begin with two signs of ASCII.
_WIDE: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}
_LATIN = "cp1252"
# What is guessed: what Windows has for its countries, as people call it.
_NAMES = {
    "gb18030": "GBK",
    "big5": "Big5",
    "cp932": "Shift-JIS",
    "cp949": "EUC-KR",
    "cp1251": "Windows-1251",
    "cp1253": "Windows-1253",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp874": "Windows-874",
    _LATIN: "Windows-1252",
}
_LETTER = rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff]"
# Linear: one byte each.
_LETTERS = re.compile(_LETTER)
# Linear: at most two bytes, and one beside them.
_ACCENTED = re.compile(
    rb"(?<=[A-Za-z])%(one)b{1,2}+(?!%(one)b)|(?<!%(one)b)%(one)b{1,2}+(?=[A-Za-z])"
    rb"|(?<![\x80-\xff])%(one)b(?![\x80-\xff])" % {b"one": _LETTER}
)
# Linear: one byte each, and one beside it.
_LONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
# Linear: one byte, and what is before it has none of them.
_HIGH = re.compile(rb"[\x80-\xff]")
# Enough to tell by, and no work for whoever sends much.
_SAMPLE = 2**15
_BEFORE = 200
# How much of a guess may look like disorder: a tenth is more than any text of ours had that was guessed right.
_DISORDER = 0.1
# Of so many letters beside ASCII one may be broken: programs cut texts in the midst of a letter. No other
# text is UTF-8 for two thirds by chance.
_BROKEN = 10
_BROKEN_UTF_8 = 3


@dataclass(frozen=True, slots=True)
class Text:
    """What bytes say. `guessed` names the encoding where nothing but their look told it."""

    text: str
    guessed: str | None = None


def decoded(data: bytes) -> Text | None:
    """The text of bytes in whatever encoding programs write; None where none makes letters of them."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return Text(data.decode(encoding, "replace").removeprefix("\ufeff"))
    if wide := _WIDE.get(tuple(byte == 0 for byte in data[:4])):
        return Text(data.decode(wide, "replace"))
    if (text := _whole(data, "utf-8", _BROKEN_UTF_8)) is not None:
        return Text(text)
    encoding = _guess(data)
    if encoding is None or (text := _whole(data, encoding, _BROKEN)) is None:
        return None
    return Text(text, _NAMES[encoding])


def _whole(data: bytes, encoding: str, letters: int) -> str | None:
    """The text without what is broken in it; None if that is more than one of so many letters."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        place = error.start
    # Around the first that is broken, before much work is done on what is no such text.
    near = data[max(0, place - _SAMPLE) : place + _SAMPLE].decode(encoding, "replace")
    if _is_broken(near, letters) or _is_broken(text := data.decode(encoding, "replace"), letters):
        return None
    return text.replace("\ufffd", "")


def _is_broken(text: str, letters: int) -> bool:
    """Whether more than one of so many letters, beside those of ASCII, is broken."""
    return text.count("\ufffd") * letters > len(text) - len(text.encode("ascii", "ignore"))


def _guess(data: bytes) -> str | None:
    """What the bytes look like, of what Windows has; None where they look like nothing."""
    first = _HIGH.search(data)
    start = max(0, first.start() - _BEFORE) if first else 0
    piece = data[start : start + _SAMPLE]
    if _is_latin(piece):
        return _LATIN
    from charset_normalizer import from_bytes  # noqa: PLC0415 - it takes six megabytes, and few files need it

    # A piece may end in the midst of a letter of two or four bytes.
    for end in range(len(piece), len(piece) - (4 if len(piece) == _SAMPLE else 1), -1):
        for each in from_bytes(piece[:end], cp_isolation=list(_NAMES), enable_fallback=False):
            if each.encoding != _LATIN and each.chaos < _DISORDER:
                return each.encoding
    return None


def _is_latin(piece: bytes) -> bool:
    """Letters with accents stand among others of ASCII, those of other scripts beside each other."""
    letters = len(_LETTERS.findall(piece))
    if letters:
        return sum(map(len, _ACCENTED.findall(piece))) * 2 >= letters
    return len(_LONE.findall(piece)) * 2 >= len(_HIGH.findall(piece))
