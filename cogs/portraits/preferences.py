from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.cards import preferences as cards
from bot.interactions.context import Services, asker_of
from bot.interactions.options import FRAMINGS, IDENTITIES, STYLES
from bot.services.portraits.preferences import DEFAULT, Wish

_BACK = [app_commands.Choice(name="Default: this server's, else mine", value=DEFAULT)]
_MINE = [app_commands.Choice(name="Default: as the operator of this bot chose", value=DEFAULT)]


class PreferencesCog(commands.Cog):
    def __init__(self, services: Services) -> None:
        self._preferring = services.preferring

    @app_commands.command(description="Your own style, framing, identity and privacy, for what you leave out")
    @app_commands.describe(
        style="The look of your pictures",
        framing="How much is in your pictures, and their shape; on sheets too",
        identity="How the characters that you save from now on keep their face",
        private="Only you see the answers to your requests; False: everybody does",
    )
    @app_commands.choices(style=[*STYLES, *_BACK], framing=[*FRAMINGS, *_BACK], identity=[*IDENTITIES, *_MINE])
    async def preferences(
        self,
        interaction: discord.Interaction[Any],
        style: str | None = None,
        framing: str | None = None,
        identity: str | None = None,
        private: bool | None = None,
    ) -> None:
        shown = await self._preferring.change(asker_of(interaction), Wish(style, framing, identity, private))
        await interaction.response.send_message(view=cards.card(shown), ephemeral=True)
