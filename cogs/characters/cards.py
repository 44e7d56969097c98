import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import discord

from bot.domain.characters.character import Character, Which, credit_of
from bot.interactions.cards import character as cards
from bot.interactions.cards.base import attached
from bot.interactions.context import asker_of, services_of
from bot.services.asker import Asker
from bot.services.characters.exporting import Parcel

_TOLD_EVERY = 4.0


async def edit_card(interaction: discord.Interaction[Any], asker: Asker, character: Character) -> None:
    """Put the character's card into the answer, which was deferred: its pictures are read and uploaded."""
    view, files = cards.card(await services_of(interaction).characters.card(asker, character))
    await interaction.edit_original_response(view=view, attachments=files)


async def refresh(interaction: discord.Interaction[Any], asker: Asker, which: Which) -> None:
    """Show a card again after a change."""
    await edit_card(interaction, asker, await services_of(interaction).lookup.find(asker, which))


async def edit_shelf(interaction: discord.Interaction[Any], asker: Asker, number: int, *, shared: bool) -> None:
    """Put a page of a list into the answer, which was deferred."""
    sharing = services_of(interaction).sharing
    shelf = await (sharing.shared_shelf(asker, number) if shared else sharing.shelf(asker, number))
    view, files = cards.library(shelf, asker.user_id)
    await interaction.edit_original_response(view=view, attachments=files)


def progress(interaction: discord.Interaction[Any]) -> Callable[[int, int], Awaitable[None]]:
    """Says in the answer, which was deferred, how far an import is: not at once, and every few seconds at most."""
    loop = asyncio.get_running_loop()
    said = loop.time()

    async def tell(done: int, total: int) -> None:
        nonlocal said
        if loop.time() - said < _TOLD_EVERY or done == total:
            return
        said = loop.time()
        # It is told again, and what counts is the report.
        with suppress(discord.HTTPException):
            await interaction.edit_original_response(view=cards.importing(done, total))

    return tell


async def bring(interaction: discord.Interaction[Any], data: bytes, *, ticked: bool = False) -> None:
    """Bring the characters of a file, and put the report into the answer, which was deferred; or the question whose
    faces are in it.
    """
    services, asker = services_of(interaction), asker_of(interaction)
    report = await services.transfer.bring(
        asker,
        data,
        credit_of(interaction.user.display_name),
        progress(interaction),
        ticked=ticked,
    )
    if report.asks:
        # The file waits in the member's own message, not here.
        waiting = discord.File(io.BytesIO(data), filename=cards.WAITING_FILE)
        asking = cards.ask_whose(asker.user_id, compared=services.likeness.reads_uploads)
        await interaction.edit_original_response(view=asking, attachments=[waiting])
        return
    # Of few characters only: each takes a moment.
    looked = report.saved if len(report.saved) <= cards.SHOWN else ()
    faceless = [each for each in looked if await services.likeness.is_comparable(asker, each) is False]
    view, text = cards.report(report, faceless)
    files: list[discord.File] = []
    if text is not None:
        files.append(discord.File(io.BytesIO(text.encode()), filename="import-report.txt"))
        view.add_item(discord.ui.File("attachment://import-report.txt"))
    await interaction.edit_original_response(view=view, attachments=files)


async def hand_over(interaction: discord.Interaction[Any], parcel: Parcel, number: int) -> None:
    """The first file is the answer itself, the others follow it."""
    view = cards.parcel(parcel)
    view.add_item(discord.ui.File(f"attachment://{attached(parcel.name)}"))
    file = discord.File(io.BytesIO(parcel.data), filename=attached(parcel.name))
    if number == 1:
        await interaction.edit_original_response(view=view, attachments=[file])
    else:
        await interaction.followup.send(view=view, file=file, ephemeral=True)
