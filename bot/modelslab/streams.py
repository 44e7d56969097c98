"""Reading from a peer that may never stop."""

from collections.abc import Callable

import aiohttp

# So much of a beginning is looked at.
BEGINNING = 2**14


async def read_at_most(
    stream: aiohttp.StreamReader, limit: int, look: Callable[[bytes], None] | None = None
) -> bytes | None:
    """All of the stream, or None as soon as it holds more than `limit` bytes: never more than one chunk over
    the limit is kept in memory. `look` sees the first BEGINNING bytes as soon as they are there, and may raise.
    """
    parts: list[bytes] = []
    size = 0
    async for part in stream.iter_any():
        before, size = size, size + len(part)
        if size > limit:
            return None
        parts.append(part)
        if look is not None and before < BEGINNING <= size:
            look(b"".join(parts)[:BEGINNING])
    return parts[0] if len(parts) == 1 else b"".join(parts)
