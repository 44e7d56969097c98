"""Reading from a peer that may never stop."""

import aiohttp


async def read_at_most(stream: aiohttp.StreamReader, limit: int) -> bytes | None:
    """All of the stream, or None as soon as it holds more than `limit` bytes: never more than one chunk over
    the limit is kept in memory.
    """
    parts: list[bytes] = []
    size = 0
    async for part in stream.iter_any():
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
    return b"".join(parts)
