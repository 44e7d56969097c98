"""What goes through the pipes between the bot and the process that reads: two pictures one way, one line back."""

import json
import struct
from dataclasses import asdict
from typing import Any, BinaryIO, Final, cast

from bot.domain.portraits.faces import Seen
from bot.domain.portraits.uses import Face

_HEAD: Final = struct.Struct("!II")
HEAD_SIZE: Final = _HEAD.size
READY: Final = b"ready\n"


def asked(picture: bytes, saved: bytes | None) -> bytes:
    """A question. An empty saved picture is none."""
    return _HEAD.pack(len(picture), len(saved or b"")) + picture + (saved or b"")


def read_question(pipe: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next question; None at the end of the pipe."""
    head = pipe.read(HEAD_SIZE)
    if len(head) < HEAD_SIZE:
        return None
    sizes = _HEAD.unpack(head)
    parts = tuple(pipe.read(size) for size in sizes)
    return (parts[0], parts[1]) if (len(parts[0]), len(parts[1])) == sizes else None


def answered(seen: Seen | None) -> bytes:
    """An answer: one line."""
    return json.dumps(None if seen is None else asdict(seen)).encode() + b"\n"


def seen_in(line: bytes) -> Seen | None:
    """What an answer says. Raises ValueError or TypeError for what is none."""
    told: Any = json.loads(line)
    if told is None:
        return None
    if not isinstance(told, dict):
        raise TypeError("no answer")
    values = cast("dict[str, Any]", told)
    box = values.pop("box", None)
    return Seen(**values, box=Face(**box) if box else None)
