"""Whatever goes wrong in a command, button or form, the member gets one sentence.

discord.py only logs the errors of DynamicItems and modals; without the guard the member would read
"This interaction failed".
"""

import logging
import re
import secrets
from collections.abc import Awaitable
from typing import Any, Self

import discord

from bot.domain.errors import DomainError, MessengerDown, StoreBusy
from bot.domain.ids import InteractionId
from bot.interactions import replies
from bot.interactions.cards.base import MUTED, CardView, Text
from bot.interactions.context import measures_of, services_of
from bot.interactions.patience import Trouble, patiently
from bot.ports.measures import Cause

_log = logging.getLogger(__name__)

# Discord's codes for answers that cannot arrive any more: the interaction is unknown (too late), its token is
# dead, the message was deleted, or somebody answered first.
TOO_LATE, ANSWERED = 10062, 40060
_SILENT = discord.AllowedMentions.none()
# An interaction dies after three seconds, and a part of them is over when we are asked.
ACK_SECONDS = 2.0
FOLLOW_UP_SECONDS = 20.0
HARMLESS = frozenset({TOO_LATE, ANSWERED, 10008, 10015, 50027})


async def guarded(interaction: discord.Interaction[Any], work: Awaitable[object]) -> None:
    """Await `work`; answer its failure. Cancellation passes through."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - the last line of defence for a person who waits for an answer
        await answer_error(interaction, error)


async def answer_error(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """One ephemeral sentence: from the table, or with a reference that finds the traceback in the log."""
    if isinstance(error, DomainError):
        text = replies.sentence(error)
        # A second delivery finds the world as the first one left it: what was deleted, say, is no longer kept.
        if text is not None and await _carried_out(interaction, error):
            text = None
        if text is not None:
            measures_of(interaction).refused(type(error))
    elif isinstance(error, Trouble):
        # Discord's trouble, not ours: no traceback. Whoever still waits reads that it may be tried again.
        _log_lost(interaction, error)
        if isinstance(error, discord.HTTPException) and error.code in HARMLESS:
            return
        measures_of(interaction).missed(Cause.DISCORD)
        text = replies.sentence(MessengerDown("the answer did not arrive"))
    else:
        reference = secrets.token_hex(4)
        _log.error("interaction %s failed, reference %s", interaction.id, reference, exc_info=error)
        measures_of(interaction).missed(Cause.BUG)
        text = replies.BUG.format(reference=reference)
    if text is not None:
        await say(interaction, text)


async def _carried_out(interaction: discord.Interaction[Any], error: DomainError) -> bool:
    """Whether another delivery of it was; where that cannot be known now, the refusal is said, and at once."""
    if isinstance(error, StoreBusy):
        return False
    try:
        return await services_of(interaction).done.known(InteractionId(interaction.id))
    except StoreBusy:
        return False


async def say(interaction: discord.Interaction[Any], text: str) -> None:
    """Answer with an ephemeral sentence, whatever was answered before; failure to do so is logged."""
    try:
        if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
            # The reply is still loading, or shows how far it is: this is what it ends with.
            await patiently(
                lambda: interaction.edit_original_response(
                    view=CardView(Text(text), colour=MUTED), attachments=[], allowed_mentions=_SILENT
                ),
                FOLLOW_UP_SECONDS,
            )
        elif interaction.response.is_done():
            await patiently(
                lambda: interaction.followup.send(text, ephemeral=True, allowed_mentions=_SILENT),
                FOLLOW_UP_SECONDS,
                only_limits=True,
            )
        else:
            await patiently(
                lambda: interaction.response.send_message(text, ephemeral=True, allowed_mentions=_SILENT), ACK_SECONDS
            )
    except (*Trouble, discord.InteractionResponded) as error:
        _log_lost(interaction, error)


def _log_lost(interaction: discord.Interaction[Any], error: Exception) -> None:
    harmless = isinstance(error, discord.HTTPException) and error.code in HARMLESS
    level = logging.INFO if harmless else logging.WARNING
    _log.log(level, "interaction %s: the answer did not arrive (%s)", interaction.id, trouble(error))


def trouble(error: Exception) -> str:
    """Discord's answer in a few words for the log: never its URL, which holds a token."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status}, code {error.code}"
    return type(error).__name__


class Guarded:
    """Mixin in front of a DynamicItem: put the work into `press`. What the custom id says is in `match`."""

    match: re.Match[str]

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Called by discord.py for a component whose custom id fits the template."""
        del interaction
        made = cls(item)  # pyright: ignore[reportCallIssue] - the DynamicItem behind the mixin takes it
        made.match = match
        return made

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """What the button does."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Called by discord.py."""
        await guarded(interaction, self.press(interaction))
