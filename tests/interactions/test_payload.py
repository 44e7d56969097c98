"""What is read from a payload itself, and what discord.py must go on doing for it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.domain.errors import AlreadyDone
from bot.interactions.answering import acknowledged
from bot.interactions.context import asker_of
from bot.interactions.payload import allows, hand_over, keep_payloads, roles_of, spot_of

GUILD, CHANNEL, PARENT, APP = "10", "20", "30", "40"
ADMINISTRATOR, MANAGE_GUILD, MANAGE_MESSAGES = 1 << 3, 1 << 5, 1 << 13


def payload(kind: int = 2, **more: Any) -> dict[str, Any]:
    """An interaction from a server that the client never heard of."""
    user = {"id": "1", "username": "alice", "discriminator": "0", "avatar": None}
    member = {"user": user, "roles": ["77", "78"], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}
    return {
        "id": "99",
        "application_id": APP,
        "type": kind,
        "token": "t",
        "version": 1,
        "data": {"id": "1", "name": "x", "type": 1, "custom_id": "x", "component_type": 2, "components": []},
        "guild_id": GUILD,
        "guild": {"id": GUILD, "locale": "en-US", "features": []},
        "channel_id": CHANNEL,
        "channel": {"id": CHANNEL, "type": 0, "name": "art", "nsfw": False, "position": 0},
        "member": member | {"permissions": str(MANAGE_GUILD), "deaf": False, "mute": False},
        "app_permissions": "0",
        "authorizing_integration_owners": {"0": GUILD},
        "context": 0,
        "attachment_size_limit": 1,
        "locale": "en-US",
    } | more


@pytest.fixture
async def client() -> Any:
    made = discord.Client(intents=discord.Intents(guilds=True))
    app_commands.CommandTree(made)
    us: Any = {"id": APP, "username": "limner", "discriminator": "0", "avatar": None}
    made._connection.user = discord.ClientUser(state=made._connection, data=us)
    keep_payloads(made)
    await made._async_setup_hook()
    return made


async def handled(client: discord.Client, *payloads: dict[str, Any]) -> list[Any]:
    """What handlers see of each, while all of them are handled at once."""
    found: dict[int, Any] = {}

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        await asyncio.sleep(0.01)
        found[interaction.id] = (asker_of(interaction), spot_of(interaction))

    client.event(on_interaction)
    for each in payloads:
        client._connection.parsers["INTERACTION_CREATE"](each)
    while len(found) < len(payloads):
        await asyncio.sleep(0.01)
    return [found[int(each["id"])] for each in payloads]


@pytest.mark.parametrize("kind", [2, 3, 4, 5], ids=["command", "component", "autocomplete", "form"])
@pytest.mark.parametrize("thread", [10, 11, 12])
async def test_roles_permissions_channel_and_parent_are_those_of_the_payload(
    client: discord.Client, kind: int, thread: int
) -> None:
    metadata = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2026-01-01T00:00:00+00:00"}
    channel = {"id": CHANNEL, "type": thread, "name": "post", "parent_id": PARENT, "guild_id": GUILD, "owner_id": "1"}
    channel |= {"message_count": 0, "member_count": 0, "thread_metadata": metadata, "nsfw": True}
    [(asker, spot)] = await handled(client, payload(kind, channel=channel))
    assert asker.roles == (10, 77, 78)
    assert asker.is_manager
    assert not asker.can_moderate
    assert asker.in_age_restricted
    assert (asker.place.channel_id, asker.place.guild_id, asker.place.parent_id) == (20, 10, 30)
    assert spot.parent_id == 30


async def test_the_parent_of_a_plain_channel_is_a_category_and_no_channel_of_ours(client: discord.Client) -> None:
    channel = {"id": CHANNEL, "type": 0, "name": "art", "parent_id": PARENT, "position": 0}
    [(asker, _)] = await handled(client, payload(channel=channel))
    assert asker.place.parent_id is None
    assert not asker.in_age_restricted


@pytest.mark.parametrize("channel", [None, {}, {"id": CHANNEL, "type": 99, "name": "new", "position": 0}])
async def test_a_channel_that_says_little_or_is_of_an_unknown_kind_opens_nothing(
    client: discord.Client, channel: Any
) -> None:
    sent = payload()
    sent["channel"] = channel
    if channel is None:
        del sent["channel"]
    [(asker, _)] = await handled(client, sent)
    assert asker.place.channel_id == 20
    assert asker.place.parent_id is None
    assert not asker.in_age_restricted


async def test_interactions_at_once_keep_their_own_payloads(client: discord.Client) -> None:
    many = [payload(id=str(100 + n), channel_id=str(n + 1)) for n in range(30)]
    assert [spot.channel_id for _, spot in await handled(client, *many)] == list(range(1, 31))


async def test_without_its_payload_an_interaction_is_in_no_thread_and_not_age_restricted(
    client: discord.Client,
) -> None:
    channel = {"id": CHANNEL, "type": 0, "name": "adults", "nsfw": True, "position": 0}
    interaction: discord.Interaction[Any] = discord.Interaction(
        data=payload(channel=channel),  # pyright: ignore[reportArgumentType]
        state=client._connection,
    )
    assert asker_of(interaction).place.channel_id == 20
    assert not asker_of(interaction).in_age_restricted


async def test_a_person_outside_of_servers_has_no_roles(client: discord.Client) -> None:
    user = discord.User(state=client._connection, data=payload()["member"]["user"])
    assert roles_of(user) == ()


@pytest.mark.parametrize(
    ("held", "granted"),
    [(0, False), (MANAGE_MESSAGES, False), (MANAGE_GUILD, True), (ADMINISTRATOR, True), ((1 << 53) - 1, True)],
)
def test_an_administrator_has_every_permission(held: int, granted: bool) -> None:
    assert allows(discord.Permissions(held), manage_guild=True) is granted
    assert not allows(discord.Permissions(MANAGE_GUILD), manage_guild=True, manage_messages=True)


@pytest.mark.parametrize(("kind", "event"), [(2, "command"), (3, "component"), (4, "suggestion"), (5, "form")])
async def test_what_came_by_a_request_is_dispatched_as_what_the_gateway_brings(
    client: discord.Client, kind: int, event: str
) -> None:
    """`ConnectionState.parse_interaction_create` is no public name: it is still there, and does this."""
    heard: list[str] = []
    done = asyncio.Event()

    class Button(discord.ui.DynamicItem[discord.ui.Button[Any]], template="x"):
        @classmethod
        async def from_custom_id(cls, interaction: Any, item: Any, match: Any, /) -> "Button":
            return cls(item)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            heard.append("component")
            done.set()

    async def command(interaction: discord.Interaction[Any], text: str = "") -> None:
        heard.append("command")
        done.set()

    async def suggest(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        heard.append("suggestion")
        done.set()
        return []

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            heard.append("form")
            done.set()

    made = app_commands.Command(name="x", description="x", callback=command)
    made.autocomplete("text")(suggest)
    tree: Any = client._connection._command_tree
    tree.add_command(made)
    client.add_dynamic_items(Button)
    client.event(on_interaction)
    sent = payload(kind, message=MESSAGE) if kind == 3 else payload(kind)
    sent["data"] |= {"options": [{"name": "text", "type": 3, "value": "a", "focused": True}]} if kind == 4 else {}
    assert hand_over(client, sent) == ""
    async with asyncio.timeout(5):
        await done.wait()
    assert heard == [event]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"type": 1}, "its type is not known"),
        ({"type": {}}, "its type is not known"),
        ({"token": None}, "token is of another kind"),
        ({"member": None}, "member is of another kind"),
        ({"guild_id": None}, "user is missing"),
        ({"data": None}, "data is of another kind"),
        ({"data": {"id": "1"}}, "data.name is missing"),
        ({"id": "twelve"}, "id is of another kind"),
        ({"entitlements": [{}]}, "KeyError in interaction 99"),
    ],
)
async def test_a_payload_that_cannot_be_read_is_said_and_raises_nothing(
    client: discord.Client, change: dict[str, Any], wrong: str
) -> None:
    assert hand_over(client, payload() | change) == wrong


MESSAGE: dict[str, Any] = {
    "id": "5",
    "channel_id": CHANNEL,
    "author": {"id": APP, "username": "limner", "discriminator": "0", "avatar": None},
    "content": "",
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
    "components": [
        {"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "custom_id": "x", "style": 1, "label": "x"}]}
    ],
}


class _Discord:
    """Takes one first answer to each interaction."""

    def __init__(self) -> None:
        self.answered: set[int] = set()

    async def defer(self, interaction: discord.Interaction[Any]) -> None:
        await asyncio.sleep(0)
        if interaction.id in self.answered:
            response: Any = SimpleNamespace(status=400, reason="Bad Request")
            raise discord.HTTPException(response, {"code": 40060, "message": "already"})
        self.answered.add(interaction.id)


async def test_a_second_delivery_does_not_stand_in_the_way_of_the_first(client: discord.Client) -> None:
    at_discord, ended = _Discord(), list[tuple[int, str]]()
    going = asyncio.Event()

    async def on_interaction(interaction: discord.Interaction[Any]) -> None:
        try:
            await acknowledged(at_discord.defer(interaction))
            await going.wait()
            ended.append((interaction.id, "carried out"))
        except AlreadyDone:
            ended.append((interaction.id, "silent"))

    client.event(on_interaction)
    parse = client._connection.parsers["INTERACTION_CREATE"]
    for name in ("7", "7", "8"):
        parse(payload(id=name))
    await asyncio.sleep(0.01)
    assert ended == [(7, "silent")]
    going.set()
    await asyncio.sleep(0.01)
    assert sorted(ended) == [(7, "carried out"), (7, "silent"), (8, "carried out")]
    # Nobody is at it any more, and whoever was may have ended before the change: the record of it decides.
    parse(payload(id="7"))
    await asyncio.sleep(0.01)
    assert ended[-1] == (7, "carried out")
