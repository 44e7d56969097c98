"""What people write into descriptions, taken apart: markup goes, what is headed and what is labelled is told apart.

Everything here takes time in proportion to the text, whatever it holds.
"""

# ruff: noqa: RUF001 - marks of other scripts are meant

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

# Linear: what may be repeated is possessive or bounded, and no two neighbours can match the same letter.
_TAG = re.compile(r"<([^<>]{1,2000}+)>")
# Linear: bounded on all sides.
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300}+)\]\([^()\n]{0,2000}+\)")
# Linear: cannot fail after its slashes.
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s)>\]\"']*+")
# Linear: cannot fail after its first letter.
_EMPHASIS = re.compile(r"[*`~|_]{2,}+|[*`~]")
# Linear: the label is bounded, and so are the spaces beside it.
_CALL = re.compile(r"([^\W\d_][\w '/-]{0,40}+)\(\s{0,3}+[\"“”„«]([^()]{0,2000}+)\)")
# Linear: one letter each.
_QUOTED = re.compile(r"[\"“”„«»]\s{0,3}+[+,&|]{0,2}+\s{0,3}+[\"“”„«»]")
# Linear: a run of marks is tried from its first alone, and the look ahead is bounded.
_SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”»)\]]{0,3}+(?=\s{1,9}+[^\sa-zа-яё0-9]|\s{0,9}$)|[。！？；｡]++[」』”\"]{0,3}+"
)
# Linear: bounded.
_BULLET = re.compile(r"^(?:[-*•·–—>+▪◦●○■□◆◇★☆✦✧→►▸|~=\s]{1,20}+|\d{1,3}[.)]\s{1,5}+)")

_BLOCKS = frozenset(
    (
        "br",
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "td",
        "th",
        "table",
        "section",
        "article",
        "hr",
        "blockquote",
        "details",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    )
)
_INLINE = frozenset(
    (
        "b",
        "i",
        "u",
        "s",
        "a",
        "em",
        "strong",
        "span",
        "font",
        "small",
        "big",
        "sub",
        "sup",
        "mark",
        "code",
        "pre",
        "img",
        "center",
        "del",
        "ins",
        "strike",
        "body",
        "html",
        "video",
        "audio",
    )
)
_SILENT = frozenset(("style", "script", "head", "title", "svg", "iframe"))
_LABEL_LIMIT = 48
_LABEL_WORDS = 6
_FLATTENED = 400
_SEPARATORS = (":", "：", "=")
_HEADS = (("【", "】"), ("「", "」"), ("《", "》"), ("[", "]"), ("**", "**"), ("__", "__"), ("==", "=="), ("--", "--"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a description. A heading has a label and no text; the end of a section has neither."""

    label: str
    text: str
    is_heading: bool = False
    is_blank: bool = False


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a description, without markup, each with the label that it begins with."""
    for raw in _plain(_unpacked(text)).splitlines():
        for part in _parts(raw):
            yield _line(part)


def sentences(text: str) -> list[str]:
    """The text in sentences, in scripts without spaces too."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [each for each in found if each]


def flattened(value: Any) -> str:
    """Values inside values as the lines that a person would have written."""
    return "\n".join(_lines(value, ""))


def _lines(value: Any, label: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from [f"# {label}"] if label else []
        for key, inner in list(cast("dict[str, Any]", value).items())[:_FLATTENED]:
            yield from _lines(inner, str(key)[:_LABEL_LIMIT])
        yield "#"
    elif isinstance(value, list):
        listed = cast("list[Any]", value)[:_FLATTENED]
        if any(isinstance(each, dict | list) for each in listed):
            yield from (line for each in listed for line in _lines(each, label))
        else:
            said = ", ".join(_said(each) for each in listed if each is not None)
            yield f"{label}: {said}" if label else said
    elif value is not None:
        yield f"{label}: {_said(value)}" if label else _said(value)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unpacked(text: str) -> str:
    """JSON that somebody pasted as a description becomes lines."""
    start = text.strip()
    if not start.startswith(("{", '[{"')) or start.startswith("{{"):
        return text
    try:
        return flattened(json.loads(start, strict=False))
    except (ValueError, RecursionError):
        return text


def _plain(text: str) -> str:
    """Without tags, links and comments. A tag that is no HTML is a heading, as `<appearance>` is."""
    kept: list[str] = []
    at = 0
    silent = ""
    for found in _TAG.finditer(_uncommented(text)):
        if not silent:
            kept.append(found.string[at : found.start()])
        at = found.end()
        content = found[1].strip()
        closes = content.startswith("/")
        name = content.strip("/ ").split(" ", 1)[0].casefold()
        if silent:
            silent = "" if closes and name == silent else silent
        elif name in _SILENT and not closes:
            silent = name
        else:
            kept.append(_instead(name, content, closes=closes))
    rest = _uncommented(text)[at:]
    plain = html.unescape("".join(kept) + ("" if silent else rest))
    plain = _CALL.sub(_called, _LINK.sub(r"\1", plain))
    return _ADDRESS.sub("", plain)


def _instead(name: str, content: str, *, closes: bool) -> str:
    if name in _BLOCKS:
        return "\n"
    if name in _INLINE or name in _SILENT:
        return ""
    if closes:
        return "\n#\n"
    label = content.replace("_", " ").strip("/ ")
    return f"\n# {label}\n" if len(label) <= _LABEL_LIMIT and "=" not in label else "\n"


def _uncommented(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(each.partition("-->")[2] for each in others)


def _called(found: re.Match[str]) -> str:
    """`Hair("red" + "long")` is a label with a list."""
    values = _QUOTED.sub(", ", found[2]).strip(' "“”„«»')
    return f"\n{found[1].strip()}: {values}\n"


def _parts(raw: str) -> Iterable[str]:
    """A line in its parts: what stands between brackets or bars, and lists with several labels."""
    line = raw.strip().strip("{}").strip()
    if line.startswith("[") and line.endswith("]") and any(mark in line for mark in (*_SEPARATORS, ";", ",")):
        line = line[1:-1].strip()
    line = line.removeprefix("[") if "]" not in line else line
    line = line.removesuffix("]") if "[" not in line else line
    if line.count("|") > 1 and line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        return [f"{cells[0]}: {', '.join(cells[1:])}" if len(cells) > 1 else cells[0]]
    for separator in (";", "；", " | ", " / "):
        parts = line.split(separator)
        if len(parts) > 1 and sum(1 for part in parts if _split(part)[0]) * 2 >= len(parts):
            return parts
    return [line]


def _line(raw: str) -> Line:
    marked = raw.strip()
    if not marked:
        return Line("", "", is_blank=True)
    if marked.startswith("#"):
        return Line(_bare(marked.strip("#")).rstrip(":： "), "", is_heading=True)
    stripped = _BULLET.sub("", marked).strip()
    heading = _heading(stripped) or _heading(marked)
    if heading:
        return Line(heading, "", is_heading=True)
    label, text = _split(_bare(stripped).strip(' ,"'))
    if label and not text:
        return Line(label, "", is_heading=True)
    return Line(label, text)


def _heading(line: str) -> str:
    """The words of a line that is nothing but a marked title."""
    for opens, closes in _HEADS:
        inner = line.removesuffix(":").removesuffix("：")
        if inner.startswith(opens) and inner.endswith(closes) and len(inner) > len(opens) + len(closes):
            title = _bare(inner[len(opens) : -len(closes)]).strip(" =-:：")
            if _is_label(title) and not any(separator in title for separator in _SEPARATORS):
                return title
    return ""


def _bare(text: str) -> str:
    return _EMPHASIS.sub("", text).strip()


def _split(line: str) -> tuple[str, str]:
    """A line's label and the rest; no label when the line is a sentence."""
    places = [place for separator in _SEPARATORS if 0 < (place := line.find(separator)) <= _LABEL_LIMIT]
    if not places:
        return "", line
    place = min(places)
    label, text = line[:place].strip(" \"'*_-[]("), line[place + 1 :].strip(" ,*_")
    if text.startswith('"') and text.endswith('"'):
        text = text.strip('"')
    # A colon inside of a number or a link ends no label.
    if not _is_label(label) or text.startswith("//") or (label[-1].isdigit() and text[:1].isdigit()):
        return "", line
    return label, text


def _is_label(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _LABEL_WORDS and len(text) <= _LABEL_LIMIT and not text.endswith((".", "!", "?", "。"))
