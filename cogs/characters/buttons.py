from collections.abc import Awaitable, Callable
from typing import Any

import discord
from typing_extensions import override

from bot.domain.characters.character import ById, Character, Which
from bot.domain.errors import CharacterGone, NotYours
from bot.domain.ids import CharacterId
from bot.domain.portraits.spec import SheetSet
from bot.interactions import custom_ids
from bot.interactions.answering import accept, acknowledged
from bot.interactions.cards import character as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.guard import Guarded
from bot.interactions.uploads import read_shown_file
from bot.services.portraits.requests import Request
from cogs.characters.cards import bring, edit_shelf, refresh
from cogs.characters.forms import edit_form, outfits_form, pose_form
from cogs.characters.scenes import scenes_form

Click = discord.Interaction[Any]
Handler = Callable[[Click, ById], Awaitable[None]]


class LibraryButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.LIBRARY):
    """Turns the pages of `/character list`."""

    @override
    async def press(self, interaction: Click) -> None:
        if interaction.user.id != int(self.match["owner"]):
            raise NotYours("page through")
        await interaction.response.defer()
        await edit_shelf(
            interaction, asker_of(interaction), int(self.match["page"]), shared=self.match["verb"] == "shared"
        )


class ImportButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.IMPORT):
    """Under a file of characters that waits for its owner to say whose faces are in it."""

    @override
    async def press(self, interaction: Click) -> None:
        if interaction.user.id != int(self.match["owner"]):
            raise NotYours("bring")
        if self.match["verb"] != "agree":
            await interaction.response.edit_message(view=cards.left(), attachments=[])
            return
        await acknowledged(interaction.response.defer())
        await bring(interaction, await read_shown_file(interaction), ticked=True)


async def _found(click: Click, which: Which) -> Character:
    return await services_of(click).lookup.find(asker_of(click), which)


async def _own(click: Click, which: Which, action: str) -> Character:
    return await services_of(click).lookup.own(asker_of(click), which, action)


async def pose(click: Click, which: ById) -> None:
    await click.response.send_modal(pose_form(await _found(click, which)))


async def sheet(click: Click, which: ById) -> None:
    await click.response.send_message(view=cards.choose_set(await _found(click, which)), ephemeral=True)


def sheet_of(wanted: SheetSet) -> Handler:
    """A button that paints a set whose panels are known."""

    async def paint(click: Click, which: ById) -> None:
        request = Request(words="", character=which, set=wanted, pressed=True)
        await accept(click, services_of(click).portraits.sheet(asker_of(click), request))

    return paint


async def outfits(click: Click, which: ById) -> None:
    await click.response.send_modal(outfits_form(await _found(click, which)))


async def scenes(click: Click, which: ById) -> None:
    await click.response.send_modal(scenes_form(await _found(click, which), Request(words="")))


async def edit(click: Click, which: ById) -> None:
    await click.response.send_modal(edit_form(await _own(click, which, "edit")))


async def share(click: Click, which: ById) -> None:
    asker = asker_of(click)
    await services_of(click).sharing.share(asker, which.id, click.user.display_name)
    await click.response.defer()
    await refresh(click, asker, which)


async def unshare(click: Click, which: ById) -> None:
    asker = asker_of(click)
    await services_of(click).sharing.unshare(asker, which.id)
    await click.response.defer()
    await refresh(click, asker, which)


async def copy(click: Click, which: ById) -> None:
    services, asker = services_of(click), asker_of(click)
    result = await services.sharing.copy(asker, await services.lookup.find(asker, which))
    await click.response.send_message(view=cards.saved(result, "copied"), ephemeral=True)


async def delete(click: Click, which: ById) -> None:
    await click.response.send_message(view=cards.ask_delete(await _own(click, which, "delete")), ephemeral=True)


async def erase(click: Click, which: ById) -> None:
    character = await services_of(click).characters.discard(asker_of(click), which.id)
    await click.response.edit_message(view=cards.deleted(character))


async def keep(click: Click, which: ById) -> None:
    await click.response.edit_message(view=cards.kept(await _own(click, which, "keep")))


_VERBS: dict[str, Handler] = {
    "pose": pose,
    "sheet": sheet,
    "expressions": sheet_of(SheetSet.EXPRESSIONS),
    "turnaround": sheet_of(SheetSet.TURNAROUND),
    "outfits": outfits,
    "scenes": scenes,
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
        await handler(interaction, ById(CharacterId(self.match["id"])))
