from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.characters.character import NAME_LIMIT, Character
from bot.domain.ids import UserId
from bot.interactions.answering import acknowledged
from bot.interactions.cards import character as cards
from bot.interactions.context import Services, asker_of, place_of
from bot.interactions.options import suggest_characters, suggest_own
from bot.interactions.uploads import check_image, read_image
from bot.services.characters.saving import Saved
from bot.services.characters.sharing import Change
from cogs.characters.cards import edit_shelf
from cogs.characters.forms import edit_form

Name = app_commands.Range[str, 1, NAME_LIMIT]


class LibraryCommands(commands.Cog):
    """The commands of `/character` that keep a library in order."""

    services: Services

    @app_commands.command(name="list", description="List your characters, or those that others share here")
    @app_commands.describe(shared="Those that are shared in this server, instead of yours")
    async def list_(self, interaction: discord.Interaction[Any], shared: bool = False) -> None:
        await interaction.response.defer(ephemeral=True)
        await edit_shelf(interaction, 0, shared=shared)

    @app_commands.command(description="Change one of your characters: features, seed, or its picture")
    @app_commands.describe(
        character="Which of your characters",
        reference="Another picture of the face: PNG, JPEG or WebP, up to 8 MiB; without it a form opens",
    )
    @app_commands.autocomplete(character=suggest_own)
    async def edit(
        self, interaction: discord.Interaction[Any], character: str, reference: discord.Attachment | None = None
    ) -> None:
        check_image(reference)
        found = await self._own(interaction, character, "edit")
        if reference is None:
            await interaction.response.send_modal(edit_form(found))
            return
        await acknowledged(interaction.response.defer(ephemeral=True))
        library = self.services.library
        changed = await library.give_face(asker_of(interaction), found.id, await read_image(reference))
        await interaction.edit_original_response(view=cards.saved(Saved(changed, vague=False), "changed"))

    @app_commands.command(description="Give one of your characters another name")
    @app_commands.describe(character="Which of your characters", name="Its new name")
    @app_commands.autocomplete(character=suggest_own)
    async def rename(self, interaction: discord.Interaction[Any], character: str, name: Name) -> None:
        found = await self._own(interaction, character, "rename")
        result = await self.services.library.edit(asker_of(interaction), found.id, Change(name=name))
        await interaction.response.send_message(view=cards.saved(result, "the new name"), ephemeral=True)

    @app_commands.command(description="Delete one of your characters, with its saved image")
    @app_commands.describe(character="Which of your characters")
    @app_commands.autocomplete(character=suggest_own)
    async def delete(self, interaction: discord.Interaction[Any], character: str) -> None:
        found = await self._own(interaction, character, "delete")
        await interaction.response.send_message(view=cards.ask_delete(found), ephemeral=True)

    @app_commands.command(description="Share one of your characters with this server: others may pose and copy it")
    @app_commands.describe(character="Which of your characters")
    @app_commands.autocomplete(character=suggest_own)
    async def share(self, interaction: discord.Interaction[Any], character: str) -> None:
        found = await self._own(interaction, character, "share")
        library = self.services.library
        result = await library.share(asker_of(interaction), found.id, interaction.user.display_name)
        await interaction.response.send_message(view=cards.shared(result), ephemeral=True)

    @app_commands.command(description="Take a shared character back; it holds at once")
    @app_commands.describe(character="Which of your characters")
    @app_commands.autocomplete(character=suggest_own)
    async def unshare(self, interaction: discord.Interaction[Any], character: str) -> None:
        found = await self._own(interaction, character, "take back")
        result = await self.services.library.unshare(asker_of(interaction), found.id)
        await interaction.response.send_message(view=cards.unshared(result), ephemeral=True)

    @app_commands.command(description="Copy a shared character into your own library, with credit to its owner")
    @app_commands.describe(character="Which character", name="How you will call it; leave it out to keep the name")
    @app_commands.autocomplete(character=suggest_characters)
    async def copy(self, interaction: discord.Interaction[Any], character: str, name: Name | None = None) -> None:
        asker = asker_of(interaction)
        found = await self.services.characters.named(asker.user_id, character, asker.place.guild_id)
        result = await self.services.library.copy(asker, found, name)
        await interaction.response.send_message(view=cards.saved(result, "copied"), ephemeral=True)

    async def _own(self, interaction: discord.Interaction[Any], name: str, action: str) -> Character:
        """The member's own character of that name: a shared one is shown to others, not theirs to change."""
        user_id, guild_id = UserId(interaction.user.id), place_of(interaction).guild_id
        found = await self.services.characters.named(user_id, name, guild_id)
        return await self.services.characters.own(user_id, found.id, action, guild_id)
