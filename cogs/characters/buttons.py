from collections.abc import Awaitable, Callable
from typing import Any

import discord
from typing_extensions import override

from bot.domain.characters.character import Character
from bot.domain.errors import CharacterGone, NotYours
from bot.domain.ids import CharacterId, UserId
from bot.domain.portraits.spec import SheetSet
from bot.interactions import custom_ids
from bot.interactions.answering import accept
from bot.interactions.cards import character as cards
from bot.interactions.context import asker_of, place_of, services_of
from bot.interactions.guard import Guarded
from bot.services.portraits.requests import Request
from cogs.characters.cards import edit_shelf, refresh
from cogs.characters.forms import edit_form, outfits_form, pose_form

Click = discord.Interaction[Any]
Handler = Callable[[Click, CharacterId], Awaitable[None]]


class LibraryButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.LIBRARY):
    """Turns the pages of `/character list`."""

    @override
    async def press(self, interaction: Click) -> None:
        if interaction.user.id != int(self.match["owner"]):
            raise NotYours("page through")
        await interaction.response.defer()
        await edit_shelf(interaction, int(self.match["page"]), shared=self.match["verb"] == "shared")


async def _poseable(click: Click, character_id: CharacterId) -> Character:
    guild_id = place_of(click).guild_id
    return await services_of(click).characters.reachable(UserId(click.user.id), character_id, guild_id)


async def pose(click: Click, character_id: CharacterId) -> None:
    await click.response.send_modal(pose_form(await _poseable(click, character_id)))


async def sheet(click: Click, character_id: CharacterId) -> None:
    await click.response.send_message(view=cards.choose_set(await _poseable(click, character_id)), ephemeral=True)


def sheet_of(wanted: SheetSet) -> Handler:
    """A button that paints a set whose panels are known."""

    async def paint(click: Click, character_id: CharacterId) -> None:
        request = Request(words="", character=f"id:{character_id}", set=wanted, pressed=True)
        await accept(click, services_of(click).portraits.sheet(asker_of(click), request))

    return paint


async def outfits(click: Click, character_id: CharacterId) -> None:
    await click.response.send_modal(outfits_form(await _poseable(click, character_id)))


async def edit(click: Click, character_id: CharacterId) -> None:
    guild_id = place_of(click).guild_id
    character = await services_of(click).characters.own(UserId(click.user.id), character_id, "edit", guild_id)
    await click.response.send_modal(edit_form(character))


async def share(click: Click, character_id: CharacterId) -> None:
    character = await services_of(click).library.share(asker_of(click), character_id, click.user.display_name)
    await click.response.defer()
    await refresh(click, character.id)


async def unshare(click: Click, character_id: CharacterId) -> None:
    result = await services_of(click).library.unshare(asker_of(click), character_id)
    await click.response.defer()
    await refresh(click, result.character.id)


async def copy(click: Click, character_id: CharacterId) -> None:
    services, asker = services_of(click), asker_of(click)
    character = await services.characters.reachable(asker.user_id, character_id, asker.place.guild_id)
    result = await services.library.copy(asker, character)
    await click.response.send_message(view=cards.saved(result, "copied"), ephemeral=True)


async def delete(click: Click, character_id: CharacterId) -> None:
    guild_id = place_of(click).guild_id
    character = await services_of(click).characters.own(UserId(click.user.id), character_id, "delete", guild_id)
    await click.response.send_message(view=cards.ask_delete(character), ephemeral=True)


async def erase(click: Click, character_id: CharacterId) -> None:
    character = await services_of(click).characters.discard(asker_of(click), character_id)
    await click.response.edit_message(view=cards.deleted(character))


async def keep(click: Click, character_id: CharacterId) -> None:
    guild_id = place_of(click).guild_id
    character = await services_of(click).characters.own(UserId(click.user.id), character_id, "keep", guild_id)
    await click.response.edit_message(view=cards.kept(character))


_VERBS: dict[str, Handler] = {
    "pose": pose,
    "sheet": sheet,
    "expressions": sheet_of(SheetSet.EXPRESSIONS),
    "turnaround": sheet_of(SheetSet.TURNAROUND),
    "outfits": outfits,
    "edit": edit,
    "share": share,
    "unshare": unshare,
    "copy": copy,
    "delete": delete,
    "erase": erase,
    "keep": keep,
}


class CharacterButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.CHARACTER):
    """Every button on a character's card: the verb chooses the use case, which checks who may."""

    @override
    async def press(self, interaction: Click) -> None:
        handler = _VERBS.get(self.match["verb"])
        if handler is None:
            raise CharacterGone
        await handler(interaction, CharacterId(self.match["id"]))
