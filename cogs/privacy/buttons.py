from typing import Any

import discord
from typing_extensions import override

from bot.domain.errors import NotYours
from bot.interactions import custom_ids
from bot.interactions.answering import acknowledged
from bot.interactions.cards import privacy as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.guard import Guarded


class PrivacyButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.PERSON):
    """The answer to `/privacy delete`."""

    @override
    async def press(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.user.id != int(self.match["owner"]):
            raise NotYours("answer")
        if self.match["verb"] != "erase":
            await interaction.response.edit_message(view=cards.kept())
            return
        # The button goes at once: a second press would find nothing, but need not be made.
        await acknowledged(interaction.response.edit_message(view=cards.erasing()))
        gone = await services_of(interaction).privacy.delete(asker_of(interaction))
        await interaction.edit_original_response(view=cards.erased(gone))
