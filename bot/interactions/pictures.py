"""Where a posted picture can be read: Discord signs a link to it in every message that it shows us."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait

_log = logging.getLogger(__name__)
_GALLERY = 12
# The vendor can do without Discord's link: nobody waits long for it.
_TIMEOUT = 10.0


def picture_stem(portrait_id: PortraitId, take: int) -> str:
    """How the file of an image is called, but for its ending: that is how it is found in a message."""
    return f"limner-{portrait_id}-{take + 1}"


def link_in(message: discord.Message | None, portrait_id: PortraitId, take: int) -> str:
    """The link to the image in a message, or nothing. `attachments` is empty where components show the files."""
    if message is None:
        return ""
    components = [cast("dict[str, Any]", component.to_dict()) for component in message.components]
    return _link(components, portrait_id, take) or ""


class DiscordLinks:
    """See `bot.ports.messenger.LinkFinder`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def link_of(self, portrait: Portrait, take: int) -> str | None:
        if portrait.message_id is None or portrait.reply.private:
            return None
        try:
            async with asyncio.timeout(_TIMEOUT):
                message = await self._client.http.get_message(portrait.place.channel_id, portrait.message_id)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.info("portrait %s: its message cannot be read (%s)", portrait.id, type(error).__name__)
            return None
        return _link(cast("Sequence[dict[str, Any]]", message.get("components", [])), portrait.id, take)


def _link(components: Sequence[dict[str, Any]], portrait_id: PortraitId, take: int) -> str | None:
    stem = picture_stem(portrait_id, take)
    return next((url for url in _urls(components) if urlsplit(url).path.rpartition("/")[2].split(".")[0] == stem), None)


def _urls(components: Sequence[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        if component.get("type") == _GALLERY:
            yield from (str(item["media"]["url"]) for item in component.get("items", []))
        yield from _urls(component.get("components", []))
