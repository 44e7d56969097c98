"""A card's way through one channel: posted, posted again, read, edited, its picture fetched, removed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TypeVar

import discord
from discord.http import handle_message_parameters

from bot.client import point_at
from bot.clock import SystemClock
from bot.config import Config
from bot.domain.ids import MessageId
from bot.domain.portraits.portrait import Cost, Portrait, PortraitState, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.vendor import Picture
from bot.interactions.cards import portrait as cards
from bot.interactions.messenger import DiscordMessenger
from bot.interactions.pictures import DiscordLinks
from bot.live.drawn import drawn
from bot.live.easel import likeness, portrait_of
from bot.live.report import Report
from bot.live.troubles import attempt
from bot.modelslab.download import SafeDownloader, open_downloader
from bot.ports.messenger import Outcome, Posted, Way

T = TypeVar("T")
_SECONDS = 60.0
_FIRST, _SECOND = "#4a5a68", "#684a4a"
_REPORT = "report it, with this file"
_BY_HAND = "remove the card by hand"
_SUBJECT = "A test card of Limner's, which removes it again"
_SILENT = discord.AllowedMentions.none()


@asynccontextmanager
async def posted_card(config: Config, channel: int, report: Report) -> AsyncGenerator[str]:
    """A card in the channel while the rest is tried: the signed link to its picture, empty where there is none."""
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    trusted = frozenset(config.modelslab.trusted_hosts)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(discord.Client(intents=discord.Intents(guilds=True)))
        downloader = await stack.enter_async_context(open_downloader(trusted_hosts=trusted))
        trial = _Trial(client, downloader, report, channel)
        try:
            yield await trial.shown(config.discord.token.get_secret_value())
        finally:
            await trial.removed()


class _Trial:
    def __init__(self, client: discord.Client, downloader: SafeDownloader, report: Report, channel: int) -> None:
        self._client = client
        self._downloader = downloader
        self._report = report
        self._channel = channel
        self._messenger = DiscordMessenger(client)
        self._posted: list[MessageId] = []

    async def shown(self, token: str) -> str:
        """Every step, as far as the ones before allow; the link at the end of them."""
        user = await self._tried("token", lambda: self._logged_in(token), "set discord.token")
        if user is None:
            return ""
        portrait = _portrait(self._channel, user.id)
        first = await self._tried("card", lambda: self._post(portrait, drawn(_FIRST)), _REPORT)
        if first is None:
            return ""
        self._report.expected("card", "posted, Components V2 with a gallery from attachment://")
        await self._once_more(portrait, first)
        portrait = replace(portrait, message_id=first.message_id)
        link = await self._read("read back", portrait, drawn(_FIRST))
        if await self._tried("edit", lambda: self._edit(portrait, drawn(_SECOND)), _REPORT):
            self._report.expected("edit", "the card took another picture by PATCH")
            link = await self._read("read back after the edit", portrait, drawn(_SECOND)) or link
        self._report.unknown(
            "click", "only a person's click makes the bot edit @original: type /portrait once, and look for its picture"
        )
        return link

    async def removed(self) -> None:
        """Whatever was posted goes, also when all else is interrupted."""
        for message in self._posted:
            if await self._tried("removal", lambda message=message: self._delete(message), _BY_HAND):
                self._report.expected("removal", "the card is gone")

    async def _tried(self, name: str, step: Callable[[], Awaitable[T]], change: str) -> T | None:
        return await attempt(self._report, name, step, seconds=_SECONDS, change=change)

    async def _logged_in(self, token: str) -> discord.ClientUser | None:
        await self._client.login(token)
        return self._client.user

    async def _post(self, portrait: Portrait, picture: Picture) -> Posted:
        posted = await self._messenger.post(Way.CHANNEL, portrait, _outcome(portrait, picture))
        if posted.message_id not in self._posted:
            self._posted.append(posted.message_id)
        return posted

    async def _once_more(self, portrait: Portrait, first: Posted) -> None:
        """A crash between the post and its record makes the bot post again: one card must come of it."""
        again = await self._tried("the same nonce", lambda: self._post(portrait, drawn(_FIRST)), _REPORT)
        if again == first:
            self._report.expected("the same nonce", "posted twice, and is one message")
        elif again is not None:
            self._report.found("the same nonce", "made a second message: after a crash an answer may stand there twice")

    async def _edit(self, portrait: Portrait, picture: Picture) -> bool:
        """As the bot edits @original, but by the channel's address: what Discord makes of the form is the same."""
        view, files = cards.ended(portrait, _outcome(portrait, picture), greet=True)
        with handle_message_parameters(view=view, attachments=files, allowed_mentions=_SILENT) as params:
            await self._client.http.edit_message(self._channel, portrait.message_id or 0, params=params)
        return True

    async def _read(self, name: str, portrait: Portrait, wanted: Picture) -> str:
        """The link in the message as Discord shows it now, empty unless the picture behind it is ours."""
        link = await self._tried(name, lambda: DiscordLinks(self._client).link_of(portrait, 0), _REPORT)
        if not link:
            self._report.found(
                name,
                "the card's picture has no link",
                "give the bot Read Message History in this channel, or set modelslab.discord_links = false",
            )
            return ""
        self._report.hide(link)
        picture = await self._tried(name, lambda: self._downloader.download(link), _REPORT)
        if picture is None:
            return ""
        alike = await asyncio.to_thread(likeness, picture, wanted)
        if alike == "other":
            self._report.found(name, "another picture is behind the link than was sent", _REPORT)
            return ""
        changed = "byte for byte" if alike == "same" else "written anew by Discord"
        self._report.expected(name, f"the signed link holds the picture, {changed}")
        return link

    async def _delete(self, message: MessageId) -> bool:
        await self._client.http.delete_message(self._channel, message)
        return True


def _portrait(channel: int, owner: int) -> Portrait:
    spec = build_spec(_SUBJECT, model="none", seed=1)
    portrait = portrait_of(spec, SystemClock(), owner, channel)
    takes = tuple(replace(take, state=TakeState.READY) for take in portrait.takes)
    return replace(portrait, takes=takes, state=PortraitState.DELIVERED)


def _outcome(portrait: Portrait, picture: Picture) -> Outcome:
    return Outcome(PortraitState.DELIVERED, ((portrait.takes[0], picture),), Cost(0))
