"""Takes the message of a portrait down, by whichever way still reaches it."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord.webhook.async_ import async_context

from bot.domain.portraits.portrait import Portrait


async def take_down(client: discord.Client, portrait: Portrait) -> bool:
    """Delete the message; False where it is out of reach, or gone already.

    First by the token that the portrait keeps: it reaches messages that the bot itself may not touch, private ones and
    those in places where it is not installed. Raises what Discord's trouble raises.
    """
    if portrait.message_id is None:
        return False
    message = portrait.message_id
    return await _done(lambda: _by_token(client, portrait)) or await _done(
        lambda: client.http.delete_message(portrait.place.channel_id, message)
    )


async def _by_token(client: discord.Client, portrait: Portrait) -> None:
    application_id, token = portrait.reply.application_id, portrait.reply.token or ""
    webhook: Any = discord.Webhook.partial(application_id, token or "-", client=client)
    await async_context.get().delete_original_interaction_response(
        application_id, token, session=webhook.session, proxy=webhook.proxy, proxy_auth=webhook.proxy_auth
    )


async def _done(call: Callable[[], Awaitable[object]]) -> bool:
    try:
        await call()
    except (discord.NotFound, discord.Forbidden):
        return False
    except discord.HTTPException as error:
        # A dead token is no valid one.
        if error.status != 401:
            raise
        return False
    return True
