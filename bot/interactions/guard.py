"""Whatever goes wrong in a command, button or form, the member gets one sentence.

discord.py only logs the errors of DynamicItems and modals; without the guard the member would read
"This interaction failed".
"""

import logging
import secrets
from collections.abc import Awaitable
from typing import Any

import discord

from bot.domain.errors import DomainError
from bot.interactions import replies

_log = logging.getLogger(__name__)

# Discord's codes for answers that cannot arrive any more: the interaction is unknown (too late), its token is
# dead, the message was deleted, or somebody answered first.
TOO_LATE, ANSWERED = 10062, 40060
_HARMLESS = frozenset({TOO_LATE, ANSWERED, 10008, 10015, 50027})


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
    else:
        reference = secrets.token_hex(4)
        _log.error("interaction %s failed, reference %s", interaction.id, reference, exc_info=error)
        text = replies.BUG.format(reference=reference)
    if text is not None:
        await say(interaction, text)


async def say(interaction: discord.Interaction[Any], text: str) -> None:
    """Answer with an ephemeral sentence, whatever was answered before; failure to do so is logged."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, allowed_mentions=discord.AllowedMentions.none())
        else:
            await interaction.response.send_message(
                text, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
            )
    except discord.HTTPException as error:
        level = logging.INFO if error.code in _HARMLESS else logging.WARNING
        _log.log(
            level, "interaction %s: the answer did not arrive (%s, code %s)", interaction.id, error.status, error.code
        )


class Guarded:
    """Mixin in front of a DynamicItem: put the work into `press`."""

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """What the button does."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Called by discord.py."""
        await guarded(interaction, self.press(interaction))
