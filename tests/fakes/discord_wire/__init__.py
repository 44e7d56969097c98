"""A small, strict Discord for tests, on real sockets: REST, gateway and CDN.

async with WireDiscord() as discord:
    ...start a bot with discord.api_base_url, discord.gateway_url, discord.token
    await discord.until_connected()
    alice = discord.member("alice")
    interaction = await alice.slash(discord.general, "portrait", prompt="a fox")
    card = await interaction.final()
    assert card.images and "Reroll" in card.buttons
    again = await alice.click(card, "Reroll")
    await again.acknowledged()
    assert discord.violations == []
"""

from tests.fakes.discord_wire.interactions import Interaction, is_final
from tests.fakes.discord_wire.messages import Button, Message
from tests.fakes.discord_wire.options import ClientRefused
from tests.fakes.discord_wire.people import Member
from tests.fakes.discord_wire.server import WireDiscord
from tests.fakes.discord_wire.state import Channel, Guild, Role, StoredFile, User

__all__ = [
    "Button",
    "Channel",
    "ClientRefused",
    "Guild",
    "Interaction",
    "Member",
    "Message",
    "Role",
    "StoredFile",
    "User",
    "WireDiscord",
    "is_final",
]
