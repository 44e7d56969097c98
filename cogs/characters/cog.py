from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.characters import FEATURES_LIMIT, NAME_LIMIT
from bot.domain.ids import UserId
from bot.domain.styles import DETAIL_LIMIT, MAX_IMAGES, PROMPT_LIMIT
from bot.interactions.answering import accept
from bot.interactions.cards import character as cards
from bot.interactions.context import Services, asker_of
from bot.interactions.options import FRAMINGS, STYLES, SeedOption, suggest_characters
from bot.services.portraits import Request
from cogs.characters.forms import describe_form

Detail = app_commands.Range[str, 1, DETAIL_LIMIT]
Name = app_commands.Range[str, 1, NAME_LIMIT]


class CharactersCog(commands.GroupCog, group_name="character", group_description="Your saved characters"):
    def __init__(self, services: Services) -> None:
        self._characters = services.characters
        self._portraits = services.portraits

    @app_commands.command(description="Save a character: a name and the features that make the face")
    @app_commands.describe(
        name="How you will call this character",
        features="Repeated word for word in every picture; leave it out and I ask",
        seed="The seed of a picture whose face you like; leave it out and I choose",
    )
    async def save(
        self,
        interaction: discord.Interaction[Any],
        name: Name,
        features: app_commands.Range[str, 1, FEATURES_LIMIT] | None = None,
        seed: SeedOption = None,
    ) -> None:
        if features is None:
            await interaction.response.send_modal(describe_form(name, seed))
            return
        result = await self._characters.save(UserId(interaction.user.id), name, features, seed)
        await interaction.response.send_message(view=cards.saved(result), ephemeral=True)

    @app_commands.command(description="Put a saved character into a new situation")
    @app_commands.describe(
        character="Which of your characters",
        scene="Where they are and what they do: reading by a rainy window",
        style="The look: studio, environmental, editorial or documentary",
        framing="Head and shoulders, the whole figure, or a wide scene",
        expression="The look on the face",
        outfit="What they wear",
        lighting="The light, instead of the style's own",
        angle="From where we look",
        count="How many images, 1 to 4",
        seed="Another seed than the saved one gives a similar face, not the same",
        private="Only you see the answer",
    )
    @app_commands.choices(style=STYLES, framing=FRAMINGS)
    @app_commands.autocomplete(character=suggest_characters)
    async def pose(
        self,
        interaction: discord.Interaction[Any],
        character: str,
        scene: app_commands.Range[str, 1, PROMPT_LIMIT],
        style: str | None = None,
        framing: str | None = None,
        expression: Detail | None = None,
        outfit: Detail | None = None,
        lighting: Detail | None = None,
        angle: Detail | None = None,
        count: app_commands.Range[int, 1, MAX_IMAGES] = 1,
        seed: SeedOption = None,
        private: bool = False,
    ) -> None:
        request = Request(
            words=scene,
            character=character,
            style=style,
            framing=framing,
            expression=expression,
            outfit=outfit,
            lighting=lighting,
            angle=angle,
            count=count,
            seed=seed,
        )
        await accept(interaction, self._portraits.pose(asker_of(interaction, private=private), request))

    @app_commands.command(description="Show one of your characters")
    @app_commands.describe(character="Which of your characters")
    @app_commands.autocomplete(character=suggest_characters)
    async def show(self, interaction: discord.Interaction[Any], character: str) -> None:
        shown = await self._characters.card(UserId(interaction.user.id), character)
        view, files = cards.card(shown)
        await interaction.response.send_message(view=view, files=files)

    @app_commands.command(name="list", description="List your characters")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        page = await self._characters.page(UserId(interaction.user.id), 0)
        await interaction.response.send_message(view=cards.library(page, interaction.user.id), ephemeral=True)

    @app_commands.command(description="Delete one of your characters")
    @app_commands.describe(character="Which of your characters")
    @app_commands.autocomplete(character=suggest_characters)
    async def delete(self, interaction: discord.Interaction[Any], character: str) -> None:
        gone = await self._characters.delete(UserId(interaction.user.id), character)
        await interaction.response.send_message(view=cards.deleted(gone), ephemeral=True)
