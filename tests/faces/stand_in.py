"""A process in place of the one that reads: it speaks the same way, and does what the picture's bytes say."""

import json
import os
import sys
import time
from pathlib import Path

from bot.domain.portraits.faces import Seen
from bot.faces import frames


def main() -> None:
    first = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if first is not None and not first.exists():
        first.write_text("begun")
        sys.exit(3)
    out = sys.stdout.buffer
    out.write(frames.READY)
    out.flush()
    while (question := frames.read_question(sys.stdin.buffer)) is not None:
        picture, saved = question
        word, _, rest = picture.decode().partition(" ")
        if word == "die":
            os._exit(9)
        if word == "sleep":
            time.sleep(float(rest))  # noqa: TID251 - a process that hangs
        if word == "junk":
            out.write(rest.encode() + b"\n")
        elif word == "environment":
            Path(rest).write_text(json.dumps(dict(os.environ)))
            out.write(frames.answered(None))
        else:
            out.write(frames.answered(Seen(len(picture), alike=len(saved) / 100)))
        out.flush()


if __name__ == "__main__":
    main()
