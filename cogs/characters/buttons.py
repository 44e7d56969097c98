import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from typing_extensions import override

from bot.domain.errors import NotYours
from bot.domain.ids import CharacterId, UserId
from bot.domain.library_errors import CharacterGone
from bot.interactions import custom_ids
from bot.interactions.cards import character as cards
from bot.interactions.context import asker_of, place_of, services_of
from bot.interactions.guard import Guarded
from cogs.characters.forms import edit_form, pose_form
from cogs.characters.showing import edit_shelf, refresh

Click = discord.Interaction[Any]


class LibraryButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.LIBRARY):
    """Turns the pages of `/character list`."""

    def __init__(self, match: re.Match[str], item: discord.ui.Button[Any]) -> None:
        super().__init__(item)
        self._shared = match["verb"] == "shared"
        self._owner_id = int(match["owner"])
        self._page = int(match["page"])

    @override
    @classmethod
    async def from_custom_id(cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match, item)  # pyright: ignore[reportArgumentType] - the template is on buttons only

    @override
    async def press(self, interaction: Click) -> None:
        if interaction.user.id != self._owner_id:
            raise NotYours("page through")
        await interaction.response.defer()
        await edit_shelf(interaction, self._page, shared=self._shared)


async def pose(click: Click, character_id: CharacterId) -> None:
    guild_id = place_of(click).guild_id
    character = await services_of(click).characters.reachable(UserId(click.user.id), character_id, guild_id)
    await click.response.send_modal(pose_form(character))


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
    character = await services_of(click).characters.discard(UserId(click.user.id), character_id)
    await click.response.edit_message(view=cards.deleted(character))


async def keep(click: Click, character_id: CharacterId) -> None:
    guild_id = place_of(click).guild_id
    character = await services_of(click).characters.own(UserId(click.user.id), character_id, "keep", guild_id)
    await click.response.edit_message(view=cards.kept(character))


_VERBS: dict[str, Callable[[Click, CharacterId], Awaitable[None]]] = {
    "pose": pose,
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

    def __init__(self, match: re.Match[str], item: discord.ui.Button[Any]) -> None:
        super().__init__(item)
        self._verb = match["verb"]
        self._character_id = CharacterId(match["id"])

    @override
    @classmethod
    async def from_custom_id(cls, interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match, item)  # pyright: ignore[reportArgumentType] - the template is on buttons only

    @override
    async def press(self, interaction: Click) -> None:
        handler = _VERBS.get(self._verb)
        if handler is None:
            raise CharacterGone
        await handler(interaction, self._character_id)
