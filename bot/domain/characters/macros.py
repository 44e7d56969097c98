"""The placeholders of character cards, filled in as the third version of their specification says."""

import random
import re

_NAMES = frozenset(("char", "bot", "character", "charname", "char_name", "name"))
_USERS = frozenset(("user", "username", "user_name", "persona_name"))
# Linear: nothing in them is repeated without a bound.
_ANGLED = re.compile(r"<\s{0,3}+(char|bot|character|user)\s{0,3}+>", re.IGNORECASE)
_SINGLE = re.compile(r"(?<!\{)\{\s{0,3}+(char|bot|character|user)\s{0,3}+\}(?!\})", re.IGNORECASE)
_BRACES = re.compile(r"\{\{|\}\}")
_DEPTH = 12


def resolved(text: str, char: str, user: str) -> str:
    """The text with its placeholders filled in, from the innermost outwards.

    What is random is drawn from the text itself, so the same card always says the same.
    """
    draw = random.Random(f"{char}\n{len(text)}")  # noqa: S311 - nobody gains by guessing it
    open_: list[list[str]] = [[]]
    at = 0
    for brace in _BRACES.finditer(text):
        open_[-1].append(text[at : brace.start()])
        at = brace.end()
        if brace[0] == "{{":
            if len(open_) > _DEPTH:
                continue
            open_.append([])
        elif len(open_) > 1:
            inside = "".join(open_.pop())
            open_[-1].append(_value(inside, char, user, draw))
        else:
            open_[-1].append("}}")
    open_[-1].append(text[at:])
    whole = "{{".join("".join(parts) for parts in open_)

    def named(found: re.Match[str]) -> str:
        return user if found[1].casefold() == "user" else char

    return _SINGLE.sub(named, _ANGLED.sub(named, whole))


def _value(inside: str, char: str, user: str, draw: random.Random) -> str:
    """What one placeholder stands for; nothing when it is a comment, or of another program."""
    said = inside.strip()
    word = said.casefold()
    if word in _NAMES:
        return char
    if word in _USERS:
        return user
    verb, _, rest = said.partition(":")
    match verb.strip().casefold():
        case "random" | "pick":
            return draw.choice(_choices(rest))
        case "roll":
            return _rolled(rest, draw)
        case "reverse":
            return rest.lstrip(":")[::-1]
        case _:
            return ""


def _choices(rest: str) -> list[str]:
    """`A,B,C`, where a backslash keeps a comma; or `:A::B::C`, as one program writes it."""
    if rest.startswith(":"):
        rest = rest[1:]
        if "::" in rest:
            return [each.strip() for each in rest.split("::")]
    parts = rest.replace("\\,", "\0").split(",")
    return [each.replace("\0", ",").strip() for each in parts]


def _rolled(rest: str, draw: random.Random) -> str:
    """`6`, `d6` or `2d6`."""
    many, _, sides = rest.strip(": ").casefold().rpartition("d")
    if not sides.isdecimal() or len(sides) > 6 or len(many) > 2 or not (many or "1").isdecimal():
        return ""
    return str(sum(draw.randint(1, max(1, int(sides))) for _ in range(int(many or 1))))
