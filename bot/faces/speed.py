"""How long it takes to compare two faces here."""

import time
from typing import Final

from bot.faces.reader import ChildReader
from bot.faces.sample import a_face

_TIMES: Final = 3


async def seconds_each() -> float | None:
    """The shortest of a few comparisons of pictures of 1024 x 1024; None where it does not work. Takes a second."""
    reader, picture = ChildReader(), a_face()
    try:
        # The first begins the process.
        if await reader.read(picture) is None:
            return None
        spans: list[float] = []
        for _ in range(_TIMES):
            begun = time.monotonic()
            seen = await reader.read(picture, picture)
            if seen is None or seen.alike is None:
                return None
            spans.append(time.monotonic() - begun)
        return min(spans)
    finally:
        await reader.close()
