"""Shows portraits by Discord's REST API alone: the interaction's token while it lives, else the bot's own.

What goes by a token needs no connection, so any process can answer that way. It goes by discord.py's webhook adapter:
Discord exempts it from the bot's global rate limit, and the bot's HTTP client would make it wait for that.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import aiohttp
import discord
from discord.http import HTTPClient, MultipartParameters, handle_message_parameters
from discord.webhook.async_ import async_context

from bot.domain.errors import MessengerDown, RouteClosed
from bot.domain.ids import ChannelId, MessageId, PortraitId
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.queue import Status
from bot.interactions import contact, fitting
from bot.interactions.cards import portrait as cards
from bot.interactions.cards import reports
from bot.interactions.cards.base import CardView, Text
from bot.interactions.patience import patiently
from bot.ports.messenger import Outcome, Posted, Way

_log = logging.getLogger(__name__)
T = TypeVar("T")

_SILENT = discord.AllowedMentions.none()
# One request may wait for a rate limit and for discord.py's own five tries.
_TIMEOUT = 60.0
_PATIENCE = 20.0
# As many as Discord gives at once.
_LOOK_BACK = 100
_REWRITTEN = "Written anew as WebP and made smaller: this channel takes no larger files."


class DiscordMessenger:
    """See `bot.ports.messenger.Messenger`."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    @property
    def _http(self) -> HTTPClient:
        return self._client.http

    async def show_waiting(self, portrait: Portrait, status: Status) -> None:
        await self._edit_original(portrait, cards.waiting(portrait, status), [])

    async def post(self, way: Way, portrait: Portrait, outcome: Outcome) -> Posted:
        channel = portrait.place.channel_id
        if way is Way.DIRECT:
            channel = await self._direct_channel(portrait)
        outcome = await contact.sheet_of(portrait, outcome)
        limit = fitting.LIMIT
        while True:
            smaller = await fitting.fitted(outcome, limit)
            try:
                message = await self._show(way, portrait, channel, smaller, rewritten=smaller is not outcome)
                return Posted(MessageId(int(message["id"])), ChannelId(int(message["channel_id"])))
            except _TooLarge:
                largest = max((len(picture.data) for picture in fitting.all_of(smaller)), default=0)
                limit = min(limit, largest) // 2
                if limit < fitting.SMALLEST:
                    raise RouteClosed("413: no picture is small enough") from None
                _log.info("portrait %s: too large for its channel, trying %d KiB", portrait.id, limit // 1024)

    async def _show(
        self, way: Way, portrait: Portrait, channel: ChannelId, outcome: Outcome, *, rewritten: bool
    ) -> Any:
        view, files = cards.ended(portrait, outcome, greet=way is Way.CHANNEL)
        if rewritten:
            _note(view, _REWRITTEN)
        if way is Way.ORIGINAL:
            return await self._edit_original(portrait, view, files)
        return await self._send(portrait, channel, view, files)

    async def find(self, portrait: Portrait) -> Posted | None:
        return await self._found(portrait, direct=False) or await self._found(portrait, direct=True)

    async def _found(self, portrait: Portrait, *, direct: bool) -> Posted | None:
        """The final card, whatever it says, among the last messages there. The waiting card has no mark."""
        mark = cards.mark_of(portrait.id)
        try:
            channel = await self._direct_channel(portrait) if direct else portrait.place.channel_id
            recent = await _translated(lambda: self._http.logs_from(channel, _LOOK_BACK))
        except RouteClosed:
            # Nobody may read there: then the nonce is all there is.
            return None
        for message in recent:
            if any(component.get("id") == mark for component in message.get("components", [])):
                return Posted(MessageId(int(message["id"])), channel)
        return None

    async def _direct_channel(self, portrait: Portrait) -> ChannelId:
        direct = await _translated(lambda: self._http.start_private_message(portrait.owner_id))
        return ChannelId(int(direct["id"]))

    async def announce(self, channel: ChannelId, line: str, reported: PortraitId | None = None) -> None:
        """One line for a server's log channel; about a reported portrait with buttons to decide. A channel that is gone
        must not stop what is announced.
        """
        try:
            said: dict[str, Any] = {"view": reports.decision(line, reported)} if reported else {"content": line}
            with handle_message_parameters(**said, allowed_mentions=_SILENT) as params:
                await _translated(lambda: self._http.send_message(channel, params=params))
        except (RouteClosed, MessengerDown) as error:
            _log.info("log channel %s: a line did not arrive (%s)", channel, error.why)

    async def _edit_original(self, portrait: Portrait, view: CardView, files: list[discord.File]) -> Any:
        application_id, token = portrait.reply.application_id, portrait.reply.token or ""
        webhook = discord.Webhook.partial(application_id, token, client=self._client)
        # `attachments` is always sent: Discord resolves attachment:// links only against what it lists.
        with handle_message_parameters(view=view, attachments=files, allowed_mentions=_SILENT) as params:
            return await _translated(
                lambda: async_context.get().edit_original_interaction_response(
                    application_id,
                    token,
                    session=cast("aiohttp.ClientSession", _Once(webhook.session)),
                    proxy=webhook.proxy,
                    proxy_auth=webhook.proxy_auth,
                    payload=_rewound(params).payload,
                    multipart=params.multipart,
                    files=params.files,
                )
            )

    async def _send(self, portrait: Portrait, channel: ChannelId, view: CardView, files: list[discord.File]) -> Any:
        only_owner = discord.AllowedMentions(
            everyone=False, roles=False, users=[discord.Object(portrait.owner_id)], replied_user=False
        )
        # The nonce makes a repetition after a crash land on the first message.
        with handle_message_parameters(
            view=view, files=files, allowed_mentions=only_owner, nonce=portrait.id
        ) as params:
            return await _translated(lambda: self._http.send_message(channel, params=_rewound(params)))


class _Once:
    """A session for the webhook adapter, which would repeat what fails by itself: here `patiently` decides alone."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @asynccontextmanager
    async def request(self, *args: Any, **kwargs: Any) -> AsyncGenerator[aiohttp.ClientResponse]:
        async with self._session.request(*args, **kwargs) as response:
            if response.status >= 500:
                raise discord.DiscordServerError(response, await response.text())
            if response.status == 429:
                raise discord.HTTPException(response, await response.text())
            yield response


class _TooLarge(Exception):
    """The channel takes only smaller files."""


def _note(view: CardView, line: str) -> None:
    """Add a small line at the end of a card."""
    for item in view.children:
        if isinstance(item, discord.ui.Container):
            item.add_item(Text(f"-# {line}"))


def _rewound(params: MultipartParameters) -> MultipartParameters:
    """The same files from their beginnings: an earlier attempt may have read them."""
    for file in params.files or ():
        file.reset(seek=True)
    return params


async def _translated(call: Callable[[], Awaitable[T]]) -> T:
    """Make a REST call that may be repeated; raise RouteClosed for what will never work, MessengerDown for what may."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            return await patiently(call, _PATIENCE)
    except (discord.NotFound, discord.Forbidden) as error:
        raise RouteClosed(f"{error.status}, code {error.code}") from None
    except discord.HTTPException as error:
        if fitting.is_too_large(error):
            raise _TooLarge from None
        if error.status in {400, 401}:
            if error.status == 400:
                _log.error("Discord refused a card: %s, code %s: %s", error.status, error.code, error.text[:300])
            raise RouteClosed(f"{error.status}, code {error.code}") from None
        raise MessengerDown(f"{error.status}") from None
    except (aiohttp.ClientError, OSError, TimeoutError, discord.RateLimited) as error:
        raise MessengerDown(type(error).__name__) from None
