from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.characters.character import FEATURES_LIMIT, NAME_LIMIT
from bot.domain.ids import new_id
from bot.domain.portraits.styles import DETAIL_LIMIT, MAX_IMAGES, OUTFITS_LIMIT, PROMPT_LIMIT, SCENES_LIMIT
from bot.interactions.answering import accept, acknowledged
from bot.interactions.cards import character as cards
from bot.interactions.context import Services, asker_of
from bot.interactions.options import (
    CONSTANT_DETAILS,
    DETAILS,
    FORMATS,
    FRAMINGS,
    GUIDANCE_SAID,
    IDENTITIES,
    SETS,
    STEPS_SAID,
    STYLES,
    AnyCharacter,
    GuidanceOption,
    OwnCharacter,
    SeedOption,
    StepsOption,
)
from bot.interactions.uploads import check_file, check_image, read_file, read_image
from bot.services.characters.drafts import Change
from bot.services.characters.saving import Saved
from bot.services.portraits.requests import Request
from cogs.characters.cards import bring, edit_card, edit_shelf, hand_over
from cogs.characters.forms import describe_form, edit_form, face_form, tick_form
from cogs.characters.scenes import scenes_form

Detail = app_commands.Range[str, 1, DETAIL_LIMIT]
Name = app_commands.Range[str, 1, NAME_LIMIT]


class CharactersCog(commands.GroupCog, group_name="character", group_description="Your saved characters"):
    def __init__(self, services: Services) -> None:
        self._lookup = services.lookup
        self._characters = services.characters
        self._likeness = services.likeness
        self._sharing = services.sharing
        self._transfer = services.transfer
        self._exporting = services.exporting
        self._portraits = services.portraits
        self._preferring = services.preferring

    # The first of the group: Discord shows its parts in the order in which they are registered.
    @app_commands.command(description="Put a saved character into a new situation")
    @app_commands.describe(
        character="Which of your characters, or of those shared here",
        scene="Where they are and what they do: reading by a rainy window",
        partner="Somebody else in the picture too: another of your characters, or of those shared here",
        style="The look; left out: yours of /preferences, else this server's",
        framing="How much is in the picture, and its shape",
        expression="The look on the face",
        outfit="What they wear",
        lighting="The light, instead of the style's own",
        angle="From where we look",
        background="Where it is, beside the scene and instead of the style's own",
        identity="How the face is kept, instead of the character's own way",
        count="How many images, 1 to 4",
        seed="Another seed than the saved one gives a similar face, not the same",
        steps=STEPS_SAID,
        guidance=GUIDANCE_SAID,
        private="Only you see the answer; False: everybody does, whatever you prefer",
    )
    @app_commands.choices(style=STYLES, framing=FRAMINGS, identity=IDENTITIES)
    @app_commands.autocomplete(**DETAILS)
    @app_commands.rename(partner="with")
    async def pose(
        self,
        interaction: discord.Interaction[Any],
        character: AnyCharacter,
        scene: app_commands.Range[str, 1, PROMPT_LIMIT],
        partner: AnyCharacter | None = None,
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
        steps: StepsOption = None,
        guidance: GuidanceOption = None,
        private: bool | None = None,
    ) -> None:
        request = Request(
            words=scene,
            character=character,
            partner=partner,
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
            steps=steps,
            guidance=guidance,
        )
        await accept(interaction, self._portraits.pose(asker_of(interaction, private=private), request))

    @app_commands.command(description="Save a character: a name and the features that make the face")
    @app_commands.describe(
        name="How you will call this character",
        features="Repeated word for word in every picture; leave it out and I ask",
        seed="The seed of a picture whose face you like; leave it out and I choose",
        reference="A picture of the face: PNG, JPEG, WebP, GIF, HEIC or AVIF, up to 20 MiB",
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
        ask = reference is not None and not await self._characters.agreed(asker)
        if features is None or ask:
            upload_id = new_id() if reference else None
            told = self._likeness.reads_uploads
            if features and upload_id:
                asking = tick_form(name, features, seed, upload_id, compared=told)
            else:
                asking = describe_form(name, seed, upload_id, ask=ask, compared=told)
            await interaction.response.send_modal(asking)
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
        comparable = await self._likeness.is_comparable(asker, result.character)
        await interaction.edit_original_response(view=cards.saved(result, comparable=comparable))

    @app_commands.command(description="Several moods, angles or outfits of a character on one contact sheet")
    @app_commands.describe(
        character="Which of your characters, or of those shared here",
        set_="Expressions (6 images), turnaround (4), or the outfits that you list (up to 6)",
        outfits="For the set outfits, separated by commas: a raincoat, a ball gown, chef's whites",
        scene="Where they are and what they do, on all of them",
        style="The look; left out: yours of /preferences, else this server's",
        framing="How much is in the picture, and its shape",
        identity="How the face is kept, instead of the character's own way",
        seed="Another seed than the saved one gives a similar face, not the same",
        private="Only you see the answer; False: everybody does, whatever you prefer",
    )
    @app_commands.rename(set_="set")
    @app_commands.choices(set_=SETS, style=STYLES, framing=FRAMINGS, identity=IDENTITIES)
    async def sheet(
        self,
        interaction: discord.Interaction[Any],
        character: AnyCharacter,
        set_: str,
        outfits: app_commands.Range[str, 1, OUTFITS_LIMIT] | None = None,
        scene: app_commands.Range[str, 1, PROMPT_LIMIT] | None = None,
        style: str | None = None,
        framing: str | None = None,
        identity: str | None = None,
        seed: SeedOption = None,
        private: bool | None = None,
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

    @app_commands.command(description="A character in 2 to 10 scenes at once: one face, one seed, one contact sheet")
    @app_commands.describe(
        character="Which of your characters, or of those shared here",
        scenes="2 to 10, with | between them; leave it out and a form takes one a line",
        style="The look; left out: yours of /preferences, else this server's",
        framing="How much is in the picture, and its shape",
        expression="The look on the face, in all of them",
        outfit="What they wear, in all of them",
        lighting="The light in all of them, instead of the style's own",
        angle="From where we look, in all of them",
        identity="How the face is kept, instead of the character's own way",
        seed="Another seed than the saved one gives a similar face, not the same",
        private="Only you see the answer; False: everybody does, whatever you prefer",
    )
    @app_commands.choices(style=STYLES, framing=FRAMINGS, identity=IDENTITIES)
    @app_commands.autocomplete(**CONSTANT_DETAILS)
    async def scenes(
        self,
        interaction: discord.Interaction[Any],
        character: AnyCharacter,
        scenes: app_commands.Range[str, 1, SCENES_LIMIT] | None = None,
        style: str | None = None,
        framing: str | None = None,
        expression: Detail | None = None,
        outfit: Detail | None = None,
        lighting: Detail | None = None,
        angle: Detail | None = None,
        identity: str | None = None,
        seed: SeedOption = None,
        private: bool | None = None,
    ) -> None:
        asker = asker_of(interaction, private=private)
        request = Request(
            words=scenes or "",
            character=character,
            style=style,
            framing=framing,
            expression=expression,
            outfit=outfit,
            lighting=lighting,
            angle=angle,
            identity=identity,
            seed=seed,
        )
        if scenes is None:
            found = await self._lookup.find(asker, character)
            await interaction.response.send_modal(scenes_form(found, request, private=private))
        else:
            await accept(interaction, self._portraits.scenes(asker, request))

    @app_commands.command(description="Show a character: its face, its features, its last poses")
    @app_commands.describe(character="Which of your characters, or of those shared here")
    async def show(self, interaction: discord.Interaction[Any], character: AnyCharacter) -> None:
        asker = asker_of(interaction)
        found = await self._lookup.find(asker, character)
        private = (await self._preferring.of(asker)).private
        # Its pictures may be megabytes: they are uploaded after the acknowledgement.
        await interaction.response.defer(ephemeral=private)
        await edit_card(interaction, asker, found)

    @app_commands.command(name="list", description="List your characters, or those that others share here")
    @app_commands.describe(shared="Those that are shared in this server, instead of yours")
    async def list_(self, interaction: discord.Interaction[Any], shared: bool = False) -> None:
        await interaction.response.defer(ephemeral=True)
        await edit_shelf(interaction, asker_of(interaction), 0, shared=shared)

    @app_commands.command(description="Change one of your characters: features, seed, or its picture")
    @app_commands.describe(
        character="Which of your characters",
        reference="Another face: PNG, JPEG, WebP, GIF, HEIC or AVIF, up to 20 MiB; without it a form opens",
    )
    async def edit(
        self,
        interaction: discord.Interaction[Any],
        character: OwnCharacter,
        reference: discord.Attachment | None = None,
    ) -> None:
        check_image(reference)
        asker = asker_of(interaction)
        found = await self._lookup.own(asker, character, "edit")
        if reference is None:
            await interaction.response.send_modal(edit_form(found))
            return
        if not await self._characters.agreed(asker):
            upload_id = new_id()
            await interaction.response.send_modal(face_form(found, upload_id, compared=self._likeness.reads_uploads))
            await self._characters.hold_upload(asker, upload_id, await read_image(reference))
            return
        await acknowledged(interaction.response.defer(ephemeral=True))
        changed = await self._characters.give_face(asker, found.id, await read_image(reference))
        comparable = await self._likeness.is_comparable(asker, changed)
        view = cards.saved(Saved(changed, vague=False), "changed", comparable=comparable)
        await interaction.edit_original_response(view=view)

    @app_commands.command(description="Give one of your characters another name")
    @app_commands.describe(character="Which of your characters", name="Its new name")
    async def rename(self, interaction: discord.Interaction[Any], character: OwnCharacter, name: Name) -> None:
        asker = asker_of(interaction)
        found = await self._lookup.own(asker, character, "rename")
        result = await self._characters.edit(asker, found.id, Change(name=name))
        await interaction.response.send_message(view=cards.saved(result, "the new name"), ephemeral=True)

    @app_commands.command(description="Delete one of your characters, with its saved image")
    @app_commands.describe(character="Which of your characters")
    async def delete(self, interaction: discord.Interaction[Any], character: OwnCharacter) -> None:
        found = await self._lookup.own(asker_of(interaction), character, "delete")
        await interaction.response.send_message(view=cards.ask_delete(found), ephemeral=True)

    @app_commands.command(description="Share one of your characters with this server: others may pose and copy it")
    @app_commands.describe(character="Which of your characters")
    async def share(self, interaction: discord.Interaction[Any], character: OwnCharacter) -> None:
        asker = asker_of(interaction)
        found = await self._lookup.own(asker, character, "share")
        result = await self._sharing.share(asker, found.id, interaction.user.display_name)
        await interaction.response.send_message(view=cards.shared(result), ephemeral=True)

    @app_commands.command(description="Take a shared character back; it holds at once")
    @app_commands.describe(character="Which of your characters")
    async def unshare(self, interaction: discord.Interaction[Any], character: OwnCharacter) -> None:
        asker = asker_of(interaction)
        found = await self._lookup.own(asker, character, "take back")
        result = await self._sharing.unshare(asker, found.id)
        await interaction.response.send_message(view=cards.unshared(result), ephemeral=True)

    @app_commands.command(description="Copy a shared character into your own library, with credit to its owner")
    @app_commands.describe(character="Which character", name="How you will call it; leave it out to keep the name")
    async def copy(
        self, interaction: discord.Interaction[Any], character: AnyCharacter, name: Name | None = None
    ) -> None:
        asker = asker_of(interaction)
        result = await self._sharing.copy(asker, await self._lookup.find(asker, character), name)
        await interaction.response.send_message(view=cards.saved(result, "copied"), ephemeral=True)

    @app_commands.command(description="Get one or all of your characters as files, with their images")
    @app_commands.describe(
        character="Which of your characters; leave it out for all",
        format_="For which program; a ZIP of mine, which keeps everything, if you leave it out",
    )
    @app_commands.rename(format_="format")
    @app_commands.choices(format_=FORMATS)
    async def export(
        self,
        interaction: discord.Interaction[Any],
        character: OwnCharacter | None = None,
        format_: str | None = None,
    ) -> None:
        asker = asker_of(interaction)
        found = await self._lookup.own(asker, character, "export") if character is not None else None
        await interaction.response.defer(ephemeral=True)
        number = 0
        async for parcel in self._exporting.export(asker, found, format_):
            number += 1
            await hand_over(interaction, parcel, number)
        if not number:
            nothing = cards.line("You have no characters yet. `/character save` describes one.")
            await interaction.edit_original_response(view=nothing)

    @app_commands.command(
        name="import", description="Bring characters: cards, charx, or exports of Limner, PluralKit, Tupperbox"
    )
    @app_commands.describe(
        file="A character card (PNG, JPEG, WebP, charx, JSON, YAML), an export or a ZIP, up to 8 MiB"
    )
    async def import_(self, interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
        check_file(file)
        await acknowledged(interaction.response.defer(ephemeral=True))
        await bring(interaction, await read_file(file))
