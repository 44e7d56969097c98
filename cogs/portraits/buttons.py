from typing import Any, cast

import discord
from typing_extensions import override

from bot.domain.errors import UnknownButton, UnknownChoice
from bot.domain.ids import PortraitId
from bot.domain.portraits.details import Detail
from bot.domain.words.text import clean, shortened
from bot.interactions import custom_ids
from bot.interactions.context import asker_of, services_of
from bot.interactions.guard import Guarded
from cogs.portraits.forms import change_form
from cogs.portraits.remakes import VERBS

Click = discord.Interaction[Any]


class PortraitButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.PORTRAIT):
    """Every button on a portrait: the verb chooses the use case, the key the portrait."""

    @override
    async def press(self, interaction: Click) -> None:
        handler = VERBS.get(self.match["verb"])
        if handler is None:
            raise UnknownButton
        take = int(self.match["take"]) if self.match["take"] else None
        await handler(interaction, PortraitId(self.match["id"]), take)


class DetailSelect(Guarded, discord.ui.DynamicItem[discord.ui.Select[Any]], template=custom_ids.SELECT):
    """The menu of *Change one thing*: it opens the form for the chosen detail."""

    @override
    async def press(self, interaction: Click) -> None:
        # From the payload: the item keeps what was chosen in a variable of its own task.
        chosen = cast("dict[str, Any]", interaction.data or {}).get("values") or [""]
        if self.match["verb"] != "change":
            raise UnknownButton
        if chosen[0] not in tuple(Detail):
            raise UnknownChoice("detail", shortened(clean(str(chosen[0])), 40), tuple(Detail))
        portrait, image = await services_of(interaction).remakes.image(
            asker_of(interaction), PortraitId(self.match["id"]), int(self.match["take"])
        )
        await interaction.response.send_modal(change_form(portrait, image, Detail(chosen[0])))
