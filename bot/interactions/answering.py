"""How a command or button that paints answers: written down first, acknowledged within a breath, painted after."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

import discord

from bot.domain.errors import AlreadyDone
from bot.domain.ids import MessageId
from bot.domain.portraits import sheets
from bot.domain.portraits.prompts import sent
from bot.interactions.cards import portrait as cards
from bot.interactions.context import services_of
from bot.interactions.guard import ACK_SECONDS, ANSWERED, trouble
from bot.interactions.patience import Trouble, patiently
from bot.interactions.payload import interaction_id
from bot.logs import now_about
from bot.services.portraits.painting import Accepted

_log = logging.getLogger(__name__)
# Silent unless the operator asks for it: see `bot.logs`.
_prompts = logging.getLogger("bot.prompts")
# The interactions that are being carried out here, each with the task that came first.
_in_hand: dict[int, asyncio.Task[Any]] = {}


async def acknowledged(answering: Awaitable[object]) -> None:
    """Await the first answer to what takes longer than Discord waits; raises AlreadyDone where this process is at it.

    Answered already means: by an earlier delivery. If that is in hand here, it says what there is to say: two at once
    would refuse each other ("one file at a time"), and the later word would replace the report. If not, its process
    may have died before the change; whether the change is made is told by the record of what is done.
    """
    # The library handles each delivery in a task of its own.
    delivered, task = interaction_id(), asyncio.current_task()
    if task is not None and delivered not in _in_hand:
        _in_hand[delivered] = task
        task.add_done_callback(lambda _: _in_hand.pop(delivered, None))
    try:
        await answering
    except discord.HTTPException as error:
        if error.code != ANSWERED:
            raise
    if _in_hand.get(delivered) is not task:
        raise AlreadyDone


async def accept(interaction: discord.Interaction[Any], accepting: Awaitable[Accepted]) -> None:
    """Write the portrait, then show its waiting card.

    In this order, because writing takes a millisecond and a crash in between leaves no card that waits for
    ever: the portrait is delivered to the channel after the restart.
    """
    accepted = await accepting
    portrait, services = accepted.portrait, services_of(interaction)
    now_about(portrait=portrait.id)
    for each in sheets.pictures(portrait.spec):
        _prompts.info("portrait %s of member %s: %s", portrait.id, portrait.owner_id, sent(each))
    view = cards.waiting(portrait, accepted.status, accepted.hints)
    try:
        answer = await patiently(
            lambda: interaction.response.send_message(view=view, ephemeral=portrait.reply.private), ACK_SECONDS
        )
    except Trouble as error:
        # Painted all the same: the answer goes by the token if it was applied, else to the channel.
        _log.warning("portrait %s: the acknowledgement failed (%s)", portrait.id, trouble(error))
        if isinstance(error, discord.HTTPException) and error.code == ANSWERED:
            services.portraits.acknowledged(accepted, None)
        return
    message_id = answer.message_id
    services.portraits.acknowledged(accepted, MessageId(message_id) if message_id else None)
