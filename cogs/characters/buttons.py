import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.domain.errors import NotYours
from bot.domain.ids import UserId
from bot.interactions import custom_ids
from bot.interactions.cards import character as cards
from bot.interactions.context import services_of
from bot.interactions.guard import Guarded


class LibraryButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.LIBRARY):
    """Turns the pages of `/character list`."""

    def __init__(self, match: re.Match[str], item: discord.ui.Button[Any]) -> None:
        super().__init__(item)
        self._owner_id = int(match["owner"])
        self._page = int(match["page"])

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match, item)  # pyright: ignore[reportArgumentType] - the template is on buttons only

    @override
    async def press(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.user.id != self._owner_id:
            raise NotYours("page through")
        page = await services_of(interaction).characters.page(UserId(self._owner_id), self._page)
        await interaction.response.edit_message(view=cards.library(page, self._owner_id))
