import io
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.ids import UserId
from bot.interactions.answering import acknowledged
from bot.interactions.cards import character as cards
from bot.interactions.context import Services, asker_of, place_of
from bot.interactions.options import suggest_own
from bot.interactions.uploads import check_file, read_file
from bot.services.characters.transfer import Archive


class ExchangeCommands(commands.Cog):
    """The commands of `/character` that take characters along."""

    services: Services

    @app_commands.command(description="Get one or all of your characters as a ZIP, with their images")
    @app_commands.describe(character="Which of your characters; leave it out for all")
    @app_commands.autocomplete(character=suggest_own)
    async def export(self, interaction: discord.Interaction[Any], character: str | None = None) -> None:
        user_id, guild_id = UserId(interaction.user.id), place_of(interaction).guild_id
        characters, found = self.services.characters, None
        if character is not None:
            named = await characters.named(user_id, character, guild_id)
            found = await characters.own(user_id, named.id, "export", guild_id)
        await interaction.response.defer(ephemeral=True)
        number = 0
        async for archive in self.services.exchange.export(user_id, found):
            number += 1
            await _hand_over(interaction, archive, number)
        if not number:
            nothing = cards.line("You have no characters yet. `/character save` describes one.")
            await interaction.edit_original_response(view=nothing)

    @app_commands.command(
        name="import", description="Bring characters from Limner, SillyTavern, PluralKit or Tupperbox"
    )
    @app_commands.describe(file="A ZIP of mine, a character card (PNG), or an exported JSON, up to 8 MiB")
    async def import_(self, interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
        check_file(file)
        await acknowledged(interaction.response.defer(ephemeral=True))
        report = await self.services.exchange.bring(asker_of(interaction), await read_file(file))
        view, text = cards.report(report)
        files: list[discord.File] = []
        if text is not None:
            files.append(discord.File(io.BytesIO(text.encode()), filename="import-report.txt"))
            view.add_item(discord.ui.File("attachment://import-report.txt"))
        await interaction.edit_original_response(view=view, attachments=files)


async def _hand_over(interaction: discord.Interaction[Any], archive: Archive, number: int) -> None:
    """The first archive is the answer itself, the others follow it."""
    name = "limner-characters.zip" if number == 1 else f"limner-characters-{number}.zip"
    view = cards.line(
        f"{archive.characters} {'character' if archive.characters == 1 else 'characters'}, with their images."
        " `/character import` reads it again."
    )
    view.add_item(discord.ui.File(f"attachment://{name}"))
    file = discord.File(io.BytesIO(archive.data), filename=name)
    if number == 1:
        await interaction.edit_original_response(view=view, attachments=[file])
    else:
        await interaction.followup.send(view=view, file=file, ephemeral=True)
