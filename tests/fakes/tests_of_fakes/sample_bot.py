"""A small discord.py bot that uses what a portrait bot uses."""

import io
import os
import re

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image


def png(color: str = "red", size: tuple[int, int] = (32, 24)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    return buffer.getvalue()


class Card(discord.ui.LayoutView):
    def __init__(self, text: str, image: str | None = None, *buttons: discord.ui.Item) -> None:
        super().__init__(timeout=None)
        container = discord.ui.Container(discord.ui.TextDisplay(text))
        if image is not None:
            gallery = discord.ui.MediaGallery()
            gallery.add_item(media=f"attachment://{image}", description="a portrait")
            container.add_item(gallery)
        if buttons:
            container.add_item(discord.ui.ActionRow(*buttons))
        self.add_item(container)


class Change(discord.ui.Modal, title="Change one thing"):
    scene = discord.ui.Label(text="Scene", component=discord.ui.TextInput(max_length=100))
    mood = discord.ui.Label(
        text="Mood",
        component=discord.ui.Select(
            options=[discord.SelectOption(label="Calm", value="calm"), discord.SelectOption(label="Wild")],
            required=False,
        ),
    )
    picture = discord.ui.Label(text="Picture", component=discord.ui.FileUpload(required=False, min_values=0))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.scene.component, discord.ui.TextInput)
        assert isinstance(self.mood.component, discord.ui.Select)
        assert isinstance(self.picture.component, discord.ui.FileUpload)
        await interaction.response.defer(thinking=True)
        files = [await attachment.read() for attachment in self.picture.component.values]
        said = f"{self.scene.component.value} {self.mood.component.values} {[len(f) for f in files]}"
        await interaction.edit_original_response(view=Card(said))


class Press(discord.ui.DynamicItem[discord.ui.Button], template=r"p1:(?P<verb>[a-z]+):(?P<id>\w+)"):
    def __init__(self, verb: str, portrait: str) -> None:
        self.verb = verb
        super().__init__(discord.ui.Button(label=verb.title(), custom_id=f"p1:{verb}:{portrait}"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item, match: re.Match[str], /
    ) -> "Press":
        return cls(match["verb"], match["id"])

    async def callback(self, interaction: discord.Interaction) -> None:
        if self.verb == "change":
            await interaction.response.send_modal(Change())
        elif self.verb == "reroll":
            await interaction.response.defer()
            await interaction.followup.send(view=Card("again"), ephemeral=True)
        else:
            await interaction.response.edit_message(view=Card("gone"), attachments=[])


class SampleBot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.handled: list[int] = []
        self.failures: list[Exception] = []
        self.resumed = 0

    async def on_resumed(self) -> None:
        self.resumed += 1

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.handled.append(interaction.id)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Press)
        self.tree.command(name="paint", description="paints")(self.paint)
        self.tree.command(name="say", description="says")(self.say)
        group = app_commands.Group(
            name="character", description="characters", default_permissions=discord.Permissions(send_messages=True)
        )
        pose = app_commands.Command(name="pose", description="poses", callback=self.pose)
        pose.autocomplete("character")(self.suggest)
        group.add_command(pose)
        self.tree.add_command(group)
        self.tree.add_command(app_commands.ContextMenu(name="Details", callback=self.details))

        @self.tree.error
        async def failed(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
            self.failures.append(getattr(error, "original", error))

        await self.tree.sync()

    async def paint(self, interaction: discord.Interaction, prompt: str) -> None:
        await interaction.response.send_message(view=Card(f"painting {prompt}", None, Press("cancel", "x")))
        file = discord.File(io.BytesIO(png()), "portrait.png")
        await interaction.edit_original_response(
            view=Card(prompt, "portrait.png", Press("reroll", "x"), Press("change", "x"), Press("delete", "x")),
            attachments=[file],
        )

    async def say(self, interaction: discord.Interaction, text: str, private: bool = False) -> None:
        await interaction.response.defer(ephemeral=private)
        await interaction.edit_original_response(content=text)

    async def pose(
        self,
        interaction: discord.Interaction,
        character: str,
        scene: app_commands.Range[str, 1, 20],
        count: app_commands.Range[int, 1, 4] = 1,
        face: discord.Attachment | None = None,
        who: discord.Member | None = None,
    ) -> None:
        size = len(await face.read()) if face else 0
        said = f"{character} {scene} {count} {size} {who} {interaction.filesize_limit}"
        await interaction.response.send_message(said, allowed_mentions=discord.AllowedMentions.none())

    async def suggest(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in ("Mia", "Milo") if current in name.lower()]

    async def details(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"by {message.author.id}", ephemeral=True)


if __name__ == "__main__":
    Route.BASE = os.environ["LIMNER_DISCORD__API_BASE_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["LIMNER_DISCORD__GATEWAY_URL"])
    SampleBot().run(os.environ["LIMNER_DISCORD__TOKEN"])
