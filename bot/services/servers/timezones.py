"""Time zones by whatever spelling people type."""

import asyncio
from functools import cache
from zoneinfo import available_timezones

from bot.domain.errors import UnknownTimezone
from bot.domain.words import text


def _key(name: str) -> str:
    return "_".join(text.clean(name).casefold().split())


@cache
def _zones() -> dict[str, str]:
    """Every IANA name by its key; finding them reads hundreds of files, so it is done once, in a thread."""
    return {_key(name): name for name in sorted(available_timezones() - {"Factory", "localtime"})}


async def named(name: str) -> str:
    """The IANA name, whatever its case and its spaces; raises UnknownTimezone."""
    zone = (await asyncio.to_thread(_zones)).get(_key(name))
    if zone is None:
        raise UnknownTimezone(text.shortened(text.clean(name), 40))
    return zone


async def like(part: str, limit: int) -> list[str]:
    """Names that begin with `part`, then those of which a word does, then those that contain it."""
    wanted = _key(part)
    found: list[tuple[int, str]] = []
    for key, zone in (await asyncio.to_thread(_zones)).items():
        if key.startswith(wanted):
            found.append((0, zone))
        elif f"/{wanted}" in key or f"_{wanted}" in key:
            found.append((1, zone))
        elif wanted in key:
            found.append((2, zone))
    return [zone for _, zone in sorted(found)][:limit]
