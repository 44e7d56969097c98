from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT
from bot.domain.ids import UserId, new_id
from bot.domain.portraits.styles import DETAIL_LIMIT, MAX_IMAGES, OUTFITS_LIMIT, PROMPT_LIMIT
from bot.interactions.answering import accept, acknowledged
from bot.interactions.cards import character as cards
from bot.interactions.context import Services, asker_of, place_of
from bot.interactions.options import DETAILS, FRAMINGS, IDENTITIES, SETS, STYLES, SeedOption, suggest_characters
from bot.interactions.uploads import check_image, read_image
from bot.services.portraits.requests import Request
from cogs.characters.cards import edit_card
from cogs.characters.exchange import ExchangeCommands
from cogs.characters.forms import describe_form
from cogs.characters.library import LibraryCommands

Detail = app_commands.Range[str, 1, DETAIL_LIMIT]
Name = app_commands.Range[str, 1, NAME_LIMIT]


class CharactersCog(
    LibraryCommands,
    ExchangeCommands,
    commands.GroupCog,
    group_name="character",
    group_description="Your saved characters",
):
    def __init__(self, services: Services) -> None:
        self.services = services
        self._characters = services.characters
        self._portraits = services.portraits

    @app_commands.command(description="Save a character: a name and the features that make the face")
    @app_commands.describe(
        name="How you will call this character",
        features="Repeated word for word in every picture; leave it out and I ask",
        seed="The seed of a picture whose face you like; leave it out and I choose",
        reference="A picture of the face: PNG, JPEG or WebP, up to 8 MiB",
    )
    async def save(
        self,
        interaction: discord.Interaction[Any],
        name: Name,
        features: app_commands.Range[str, 1, FEATURES_LIMIT] | None = None,
        seed: SeedOption = None,
        reference: discord.Attachment | None = None,
    ) -> None:
        asker = asker_of(interaction)
        check_image(reference)
        if features is None:
            upload_id = new_id() if reference else None
            await interaction.response.send_modal(describe_form(name, seed, upload_id))
            if reference and upload_id:
                # While the member fills in the form.
                await self._characters.hold_upload(asker, upload_id, await read_image(reference))
            return
        if reference is None:
            result = await self._characters.save(asker, name, features, seed)
            await interaction.response.send_message(view=cards.saved(result), ephemeral=True)
            return
        await acknowledged(interaction.response.defer(ephemeral=True))
        result = await self._characters.save(asker, name, features, seed, upload=await read_image(reference))
        await interaction.edit_original_response(view=cards.saved(result))

    @app_commands.command(description="Put a saved character into a new situation")
    @app_commands.describe(
        character="Which of your characters, or of those shared here",
        scene="Where they are and what they do: reading by a rainy window",
        style="The look: studio, environmental, editorial or documentary",
        framing="Head and shoulders, the whole figure, or a wide scene",
        expression="The look on the face",
        outfit="What they wear",
        lighting="The light, instead of the style's own",
        angle="From where we look",
        background="Where it is, beside the scene and instead of the style's own",
        identity="How the face is kept, instead of the character's own way",
        count="How many images, 1 to 4",
        seed="Another seed than the saved one gives a similar face, not the same",
        private="Only you see the answer",
    )
    @app_commands.choices(style=STYLES, framing=FRAMINGS, identity=IDENTITIES)
    @app_commands.autocomplete(character=suggest_characters, **DETAILS)
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
        background: Detail | None = None,
        identity: str | None = None,
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
            background=background,
            identity=identity,
            count=count,
            seed=seed,
        )
        await accept(interaction, self._portraits.pose(asker_of(interaction, private=private), request))

    @app_commands.command(description="Several moods, angles or outfits of a character on one contact sheet")
    @app_commands.describe(
        character="Which of your characters, or of those shared here",
        set_="Expressions (6 images), turnaround (4), or the outfits that you list (up to 6)",
        outfits="For the set outfits, separated by commas: a raincoat, a ball gown, chef's whites",
        scene="Where they are and what they do, on all of them",
        style="The look: studio, environmental, editorial or documentary",
        framing="Head and shoulders, the whole figure, or a wide scene",
        identity="How the face is kept, instead of the character's own way",
        seed="Another seed than the saved one gives a similar face, not the same",
        private="Only you see the answer",
    )
    @app_commands.rename(set_="set")
    @app_commands.choices(set_=SETS, style=STYLES, framing=FRAMINGS, identity=IDENTITIES)
    @app_commands.autocomplete(character=suggest_characters)
    async def sheet(
        self,
        interaction: discord.Interaction[Any],
        character: str,
        set_: str,
        outfits: app_commands.Range[str, 1, OUTFITS_LIMIT] | None = None,
        scene: app_commands.Range[str, 1, PROMPT_LIMIT] | None = None,
        style: str | None = None,
        framing: str | None = None,
        identity: str | None = None,
        seed: SeedOption = None,
        private: bool = False,
    ) -> None:
        request = Request(
            words=scene or "",
            character=character,
            set=set_,
            outfits=outfits,
            style=style,
            framing=framing,
            identity=identity,
            seed=seed,
        )
        await accept(interaction, self._portraits.sheet(asker_of(interaction, private=private), request))

    @app_commands.command(description="Show a character: its face, its features, its last poses")
    @app_commands.describe(character="Which of your characters, or of those shared here")
    @app_commands.autocomplete(character=suggest_characters)
    async def show(self, interaction: discord.Interaction[Any], character: str) -> None:
        guild_id = place_of(interaction).guild_id
        found = await self._characters.named(UserId(interaction.user.id), character, guild_id)
        # Its pictures may be megabytes: they are uploaded after the acknowledgement.
        await interaction.response.defer()
        await edit_card(interaction, found)
