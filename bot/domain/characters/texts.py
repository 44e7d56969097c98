"""Bytes that may be a document: what JSON or YAML they hold. All of it is hostile."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import yaml

from bot.domain.characters.encodings import decoded
from bot.domain.errors import FileRefused

MAX_DEPTH = 40
MAX_VALUES = 400_000
YAML_BYTES = 2**20
_MAX_TAGS = 20
# What nobody reads, and of what an export holds most.
_UNREAD = ("switches", "groups")
_MARKS = "[{,"
_STRING = r'"(?:[^"\\]++|\\.)*+"?'
# Linear: each is possessive, and what would end it is optional.
_TOKEN = re.compile(_STRING + r"|[\[\]{}]", re.DOTALL)
# What is kept is one long piece, so that a text of many short strings is not many pieces.
# Linear: as above.
_COMMENT = re.compile(rf'((?:[^"/]++|{_STRING}|/(?![/*]))++)|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?', re.DOTALL)
# Linear: spaces are looked at behind a comma, and once more as themselves.
_TRAILING = re.compile(rf'((?:[^",]++|{_STRING}|,(?!\s*+[\]}}]))++)|,', re.DOTALL)
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_LOOKED_AT = 4096
_NOT_READ = "it is neither a ZIP, a picture, JSON nor YAML that I can read"


@dataclass(frozen=True, slots=True)
class Document:
    """What a document holds, and what is to be said of how it was read."""

    value: Any
    notes: tuple[str, ...] = ()


def document_of(data: bytes) -> Document:
    """The value of JSON, of JSON with the breaches that programs write, or of YAML. Raises FileRefused, also for what
    is nested too deeply or holds too much.
    """
    read = decoded(data)
    if read is None:
        _check_readable(data[:_LOOKED_AT].decode("latin-1"))
        raise FileRefused("its letters are not in UTF-8, and I cannot tell in what else; please save it as UTF-8")
    guessed = f"its letters are not in UTF-8: I took them for {read.guessed}; where they are wrong, save it as UTF-8"
    return Document(_value(read.text), (guessed,) if read.guessed else ())


def _value(text: str) -> Any:
    text = text.strip("\ufeff \t\r\n\0")
    _check_readable(text)
    value = _json(text) if text.startswith(("{", "[", "//", "/*")) else None
    if value is None:
        value = _yaml(text)
    check_shape(value)
    return value


def check_shape(value: Any) -> None:
    """Raises FileRefused for values inside values that are too deep or too many."""
    level: list[Any] = [value]
    seen = 0
    for _ in range(MAX_DEPTH):
        seen += len(level)
        if seen > MAX_VALUES:
            raise FileRefused(f"it holds more than {MAX_VALUES:,} values")
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise FileRefused(f"it is nested more than {MAX_DEPTH} levels deep")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()


def _check_readable(text: str) -> None:
    odd = sum(char < " " and char not in "\t\r\n\f\x1b" for char in text[:_LOOKED_AT])
    if not text or odd * 20 > min(len(text), _LOOKED_AT):
        raise FileRefused(_NOT_READ)


def _json(text: str) -> Any:
    """None when it is no JSON, however it is mended."""
    for attempt in (_same, _mended):
        tried = _bounded(attempt(text)).lstrip()
        try:
            value, _ = _DECODER.raw_decode(tried)
        except RecursionError:
            raise FileRefused(f"it is nested more than {MAX_DEPTH} levels deep") from None
        except ValueError:
            continue
        return _without_unread(value)
    return None


def _bounded(text: str) -> str:
    """Checked before values are made of it, for they take far more room than the text. What nobody reads does not
    count. Texts hold such marks too, but not as many.
    """
    if sum(map(text.count, _MARKS)) > 2 * MAX_VALUES:
        text = _cut_out(text)
    if sum(map(text.count, _MARKS)) > 2 * MAX_VALUES:
        raise FileRefused(f"it holds more than {MAX_VALUES:,} values")
    return text


def _cut_out(text: str) -> str:
    """The document without the lists at its top that are not read."""
    kept: list[str] = []
    depth = at = 0
    key = ""
    skipping = False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            if depth == 1 and mark == "[" and key in _UNREAD:
                kept.append(text[at : token.end()])
                skipping = True
            depth += 1
            if depth > MAX_DEPTH:
                raise FileRefused(f"it is nested more than {MAX_DEPTH} levels deep")
        elif mark in "]}":
            depth -= 1
            if skipping and depth == 1:
                at, skipping = token.start(), False
        elif depth == 1:
            key = mark.strip('"')
    kept.append("" if skipping else text[at:])
    return "".join(kept)


def _without_unread(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    document = cast("dict[str, Any]", value)
    return {key: inner for key, inner in document.items() if key not in _UNREAD}


def _same(text: str) -> str:
    return text


def _mended(text: str) -> str:
    """Without comments, and without commas behind the last value."""
    return _TRAILING.sub(r"\1", _COMMENT.sub(r"\1", text))


def _number(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


def _first_said(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of keys that come twice the last value counts, unless it says nothing."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key not in made or value not in ("", None):
            made[key] = value
    return made


_DECODER = json.JSONDecoder(
    object_pairs_hook=_first_said, parse_constant=lambda _: None, parse_int=_number, strict=False
)


def _yaml(text: str) -> Any:
    """The first document, made of the parser's events: no object of its is ever built, and every scalar is a text."""
    if len(text) > YAML_BYTES:
        raise FileRefused(f"it is no JSON, and of YAML I read up to {YAML_BYTES // 2**20} MiB")
    # The parser compares each with all before it, and lets nothing else of the process run meanwhile.
    if text.count("%TAG") > _MAX_TAGS:
        raise FileRefused(_NOT_READ)
    made = _Built()
    try:
        for event in cast("Any", yaml).parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            made.take(event)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FileRefused(_NOT_READ) from None
    value = made.value
    if not isinstance(value, dict | list):
        raise FileRefused(_NOT_READ)
    return cast("Any", value)


class _Built:
    """A value while the events of a document come in."""

    def __init__(self) -> None:
        self.value: Any = None
        self._open: list[Any] = []
        self._keys: list[str | None] = []
        self._seen = 0

    def take(self, event: Any) -> None:
        self._seen += 1
        if self._seen > MAX_VALUES:
            raise FileRefused(f"it holds more than {MAX_VALUES:,} values")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self._open) >= MAX_DEPTH:
                raise FileRefused(f"it is nested more than {MAX_DEPTH} levels deep")
            inner: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._put(inner)
            self._open.append(inner)
            self._keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.ScalarEvent):
            plain = event.value if event.style else {"null": None, "~": None, "": None}.get(event.value, event.value)
            self._put(plain)
        elif isinstance(event, yaml.AliasEvent):
            # One name for many values is how a small file becomes a large one.
            self._put(None)

    def _put(self, value: Any) -> None:
        if not self._open:
            self.value = value
        elif isinstance(self._open[-1], list):
            cast("list[Any]", self._open[-1]).append(value)
        elif self._keys[-1] is None:
            self._keys[-1] = value if isinstance(value, str) else "null"
        else:
            cast("dict[str, Any]", self._open[-1])[self._keys[-1]] = value
            self._keys[-1] = None
