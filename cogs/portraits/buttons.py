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
from cogs.portraits.more import more
from cogs.portraits.remakes import VERBS
from cogs.portraits.showing import open_picture

Click = discord.Interaction[Any]


class PortraitButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.PORTRAIT):
    """Every button on a portrait: the verb chooses the use case, the key the portrait."""

    @override
    async def press(self, interaction: Click) -> None:
        handler = more if self.match["verb"] == "more" else VERBS.get(self.match["verb"])
        if handler is None:
            raise UnknownButton
        take = int(self.match["take"]) if self.match["take"] else None
        await handler(interaction, PortraitId(self.match["id"]), take)


class PortraitSelect(Guarded, discord.ui.DynamicItem[discord.ui.Select[Any]], template=custom_ids.SELECT):
    """Every menu on a portrait or on the question that a button asks."""

    @override
    async def press(self, interaction: Click) -> None:
        # From the payload: the item keeps what was chosen in a variable of its own task.
        chosen = str((cast("dict[str, Any]", interaction.data or {}).get("values") or [""])[0])
        portrait_id, take = PortraitId(self.match["id"]), self.match["take"]
        if self.match["verb"] == "open":
            await open_picture(interaction, portrait_id, chosen)
        elif self.match["verb"] == "change" and take is not None:
            await change_chosen(interaction, portrait_id, int(take), chosen)
        else:
            raise UnknownButton


async def change_chosen(click: Click, portrait_id: PortraitId, take: int, chosen: str) -> None:
    """Open the form of *Change one thing* for the chosen detail."""
    if chosen not in tuple(Detail):
        raise UnknownChoice("detail", shortened(clean(chosen), 40), tuple(Detail))
    portrait, image = await services_of(click).remakes.image(asker_of(click), portrait_id, take)
    await click.response.send_modal(change_form(portrait, image, Detail(chosen)))
