"""The whole of it: one aiohttp server with REST, gateway and CDN, and the knobs of a test."""

import re
import secrets
from collections.abc import Iterable
from typing import Any, Self

from aiohttp import web

from tests.fakes.discord_wire import permissions as permission_bits
from tests.fakes.discord_wire.cdn import Cdn
from tests.fakes.discord_wire.endpoint import Endpoint
from tests.fakes.discord_wire.faults import Fault, Faults
from tests.fakes.discord_wire.gateway import INVALID, RECONNECT, Gateway
from tests.fakes.discord_wire.interactions import Interaction
from tests.fakes.discord_wire.messages import Message
from tests.fakes.discord_wire.people import Member
from tests.fakes.discord_wire.rest import Rest
from tests.fakes.discord_wire.state import (
    Changes,
    Channel,
    Guild,
    RecordedRequest,
    Role,
    StoredFile,
    User,
    new_snowflake,
)
from tests.fakes.openapi import OpenApiChecker

MIB = 1024 * 1024


class WireDiscord:
    """A Discord on 127.0.0.1. There is a guild `home` with the channel `general` from the start."""

    def __init__(self, *, ack_limit: float = 3.0) -> None:
        self.ack_limit = ack_limit
        self.token = f"token.{secrets.token_hex(8)}"
        self.application_id = new_snowflake()
        self.bot_user = User(self.application_id, "limner", bot=True)
        self.changes = Changes()
        self.cdn = Cdn()
        self.faults = Faults()
        self.gateway = Gateway(self)
        # Where interactions go instead of the gateway, if that is set.
        self.endpoint: Endpoint | None = None
        self.openapi = OpenApiChecker.load()
        self.users: dict[int, User] = {self.bot_user.id: self.bot_user}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.members: dict[tuple[int | None, str], Member] = {}
        self.interactions: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self.modal_openers: dict[int, Interaction] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        self.command_syncs = 0
        self.requests: list[RecordedRequest] = []
        self.violations: list[str] = []
        # The docs name two answers for an expired token; which one comes is not known.
        self.expired_token_answer: tuple[int, int, str] = (401, 50027, "Invalid Webhook Token")
        self.api_base_url = self.gateway_url = self.cdn_url = ""
        self.home = self.guild("home")
        self.general = self.channel("general")
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=256 * MIB)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        for root in ("cdn", "media"):
            app.router.add_get(rf"/{root}/{{kind}}/{{channel}}/{{file:\d+}}/{{name}}", self.cdn.serve)
        app.router.add_route("*", "/api/v10/{tail:.*}", Rest(self).serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await self._site.start()
        host, port = self._runner.addresses[0][:2]
        self.cdn.base_url = f"http://{host}:{port}"
        self.api_base_url = f"{self.cdn.base_url}/api/v10"
        self.cdn_url = f"{self.cdn.base_url}/cdn"
        self.gateway_url = f"ws://{host}:{port}/gateway"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.drop(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    # The world

    @property
    def messages(self) -> list[Message]:
        """All messages that are not deleted, oldest first."""
        everything = [m for channel in self.channels.values() for m in channel.messages if not m.deleted]
        return sorted(everything, key=lambda message: message.id)

    @property
    def refused(self) -> list[RecordedRequest]:
        """The requests that were answered with an error of Discord's own, not by a fault."""
        return [r for r in self.requests if r.status >= 400 and not r.faulted]

    def guild(self, name: str = "home", *, installed: bool = True) -> Guild:
        """The guild of that name; made if there is none. With `installed=False` the bot is not in it."""
        for guild in self.guilds.values():
            if guild.name == name:
                return guild
        guild = Guild(new_snowflake(), name, installed)
        self.guilds[guild.id] = guild
        if installed:
            self.gateway.dispatch("GUILD_CREATE", self.gateway.guild_create(guild), guild.id)
        return guild

    def remove_from_guild(self, guild: Guild) -> None:
        """The bot is kicked."""
        guild.installed = False
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, guild.id)

    def take_away(self, guild: Guild) -> None:
        """An outage: the guild is unavailable, for connected clients and for those that connect later."""
        guild.unavailable = True
        self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild.id)

    def release(self, guild: Guild) -> None:
        """The guild is available (again): its GUILD_CREATE comes now."""
        guild.unavailable = False
        self.gateway.dispatch("GUILD_CREATE", self.gateway.guild_create(guild), guild.id)

    def channel(
        self, name: str = "general", guild: Guild | None = None, *, nsfw: bool = False, kind: int = 0
    ) -> Channel:
        """The channel of that name in the guild (`home`); made if there is none. `kind` 15 is a forum, 16 media."""
        guild = guild or self.home
        for channel in guild.channels:
            if channel.name == name and not channel.deleted:
                return channel
        channel = Channel(new_snowflake(), name, guild, kind=kind, nsfw=nsfw)
        guild.channels.append(channel)
        self.channels[channel.id] = channel
        if guild.installed and not guild.unavailable:
            self.gateway.dispatch("CHANNEL_CREATE", channel.payload(), guild.id)
        return channel

    def thread(self, name: str, parent: Channel) -> Channel:
        """A new thread, which the bot has never seen: Discord sends only active ones after connecting."""
        thread = Channel(new_snowflake(), name, parent.guild, parent=parent, nsfw=parent.nsfw)
        self.channels[thread.id] = thread
        return thread

    def delete_channel(self, channel: Channel) -> None:
        channel.deleted = True
        if channel.guild is None or not channel.guild.unavailable:
            event = "CHANNEL_DELETE" if channel.parent is None else "THREAD_DELETE"
            self.gateway.dispatch(event, channel.payload(), channel.guild.id if channel.guild else None)

    def delete_role(self, role: Role, guild: Guild | None = None) -> None:
        guild = guild or self.home
        guild.roles.remove(role)
        if not guild.unavailable:
            data = {"guild_id": str(guild.id), "role_id": str(role.id)}
            self.gateway.dispatch("GUILD_ROLE_DELETE", data, guild.id)

    def role(self, name: str, guild: Guild | None = None, permissions: int | Iterable[str] = 0) -> Role:
        guild = guild or self.home
        for role in guild.roles:
            if role.name == name:
                return role
        role = Role(new_snowflake(), name, permission_bits.bits(permissions))
        guild.roles.append(role)
        if not guild.unavailable:
            data = {"guild_id": str(guild.id), "role": role.payload()}
            self.gateway.dispatch("GUILD_ROLE_CREATE", data, guild.id)
        return role

    def user(self, name: str) -> User:
        for user in self.users.values():
            if user.name == name:
                return user
        user = User(new_snowflake(), name)
        self.users[user.id] = user
        return user

    def member(
        self,
        name: str,
        guild: Guild | None = None,
        permissions: int | Iterable[str] | None = None,
        roles: Iterable[Role | str] | None = None,
    ) -> Member:
        """The person of that name in the guild (`home`). Permissions and roles, if given, are set anew."""
        guild = guild or self.home
        member = self.members.get((guild.id, name))
        if member is None:
            member = self.members[guild.id, name] = Member(self, self.user(name), guild)
        if permissions is not None:
            member.permissions = permission_bits.bits(permissions) | permission_bits.MEMBER
        if roles is not None:
            member.roles = [self.role(role, guild) if isinstance(role, str) else role for role in roles]
        return member

    def dm(self, user: User) -> Channel:
        """The direct message channel between the bot and the user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(new_snowflake(), user.name, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def upload(self, data: bytes, filename: str, content_type: str | None = None) -> StoredFile:
        """A file that a person attaches to an option or a modal."""
        return self.cdn.add(StoredFile.of(filename, data, content_type, ephemeral=True))

    def post(self, member: Member, channel: Channel, text: str, *files: StoredFile) -> Message:
        """A message that a person writes."""
        message = Message(new_snowflake(), channel, member.user, self.cdn, content=text, files=list(files))
        channel.messages.append(message)
        return message

    def application_payload(self) -> dict[str, Any]:
        owner = self.user("operator").payload()
        return {
            "id": str(self.application_id),
            "name": "Limner",
            "icon": None,
            "description": "",
            "type": None,
            "bot": self.bot_user.payload(),
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": owner,
            "team": None,
            "approximate_guild_count": len(self.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            "integration_types_config": {"0": {}, "1": {}},
        }

    # Interactions

    def by_token(self, token: str) -> Interaction | None:
        return self._by_token.get(token)

    def deliver(self, interaction: Interaction) -> None:
        self.interactions[interaction.id] = self._by_token[interaction.token] = interaction
        if self.endpoint is not None:
            self.endpoint.send(interaction.payload)
            return
        guild = interaction.channel.guild
        self.gateway.dispatch("INTERACTION_CREATE", interaction.payload, guild.id if guild else None)

    def redeliver(self, interaction: Interaction) -> None:
        """The same interaction arrives once more, as after a resume that replays too much."""
        self.deliver(interaction)

    def expire_token(self, interaction: Interaction) -> None:
        """As if 15 minutes had passed since the interaction."""
        interaction.is_expired = True

    # Trouble

    async def go_away(self) -> None:
        """New connections are refused until `come_back`."""
        assert self._site is not None
        await self._site.stop()

    async def come_back(self) -> None:
        """Listen again, on the same port."""
        assert self._runner is not None
        port = int(self.cdn.base_url.rsplit(":", 1)[1])
        self._site = web.TCPSite(self._runner, "127.0.0.1", port)
        await self._site.start()

    def fail(
        self,
        method: str,
        path_regex: str,
        *,
        status: int | None = None,
        times: int = 1,
        body: Any = None,
        retry_after: float | None = None,
        via: bool = True,
        after_apply: bool = False,
        delay: float = 0,
        reset: bool = False,
    ) -> Fault:
        """The next `times` requests that match (`*` is any method; the path is below /api/v10) go wrong.

        `status`: the answer; `reset`: the connection is cut instead. Without either, `delay` only makes them
        slow. With `after_apply` the request is carried out first, and only its answer is late or lost.
        """
        fault = Fault(
            method.upper(),
            re.compile(path_regex),
            status,
            times,
            body,
            retry_after,
            via,
            after_apply,
            delay,
            reset,
        )
        return self.faults.add(fault)

    async def until_connected(self, timeout: float = 10.0) -> None:
        """Waits until a client has identified or resumed."""
        if not await self.changes.until(lambda: self.gateway.is_connected, timeout):
            raise TimeoutError(f"no client connected to the gateway within {timeout} s")

    async def drop_gateway(self, code: int = 4000, *, abort: bool = False) -> None:
        await self.gateway.drop(code, abort=abort)

    async def request_reconnect(self) -> None:
        """Op 7: please connect anew and resume."""
        await self.gateway.tell(RECONNECT)

    async def invalidate_session(self, *, resumable: bool = False) -> None:
        """Op 9."""
        if not resumable:
            self.gateway.sessions.clear()
        await self.gateway.tell(INVALID, resumable)

    def refuse_gateway(self, times: int = 1) -> None:
        """The next handshakes are answered with 503."""
        self.gateway.refusals_left = times
