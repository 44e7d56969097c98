"""Acting as people: typing commands, clicking, choosing, filling modals in."""

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.discord_wire import interactions as kinds
from tests.fakes.discord_wire import modals, options
from tests.fakes.discord_wire import permissions as permission_bits
from tests.fakes.discord_wire.interactions import Interaction
from tests.fakes.discord_wire.messages import Message
from tests.fakes.discord_wire.options import ClientRefused, Resolved
from tests.fakes.discord_wire.state import Channel, Guild, Role, User, new_snowflake

if TYPE_CHECKING:
    from tests.fakes.discord_wire.server import WireDiscord


@dataclass(eq=False)
class Member:
    """A person in a guild. Every action returns its Interaction at once, before the bot has answered."""

    discord: "WireDiscord"
    user: User
    guild: Guild
    permissions: int = permission_bits.MEMBER
    roles: list[Role] = field(default_factory=list)
    locale: str = "en-US"
    has_installed: bool = False
    """Whether the person installed the app too, for use everywhere."""

    @property
    def id(self) -> int:
        return self.user.id

    def payload(self) -> dict[str, Any]:
        return {
            "user": self.user.payload(),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": "2026-01-02T00:00:00+00:00",
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "permissions": str(self.permissions),
        }

    async def slash(self, channel: Channel, command: str, /, *, validate: bool = True, **given: Any) -> Interaction:
        """Types a command, `character pose` say. Option names with spaces or dashes: pass `**{"a-b": 1}`.

        `validate=False` sends what a client would not: unknown options, wrong types, forbidden commands.
        """
        data = self._command_data(channel, command, given, validate=validate, focused=None)
        return self._send(kinds.COMMAND, channel, data)

    async def autocomplete(
        self, channel: Channel, command: str, /, *, focused: str, value: str, **others: Any
    ) -> Interaction:
        """Types into the option `focused`; read `choices` of the interaction once it is acknowledged."""
        given = others | {focused: value}
        data = self._command_data(channel, command, given, validate=True, focused=focused)
        return self._send(kinds.AUTOCOMPLETE, channel, data)

    async def use_menu(self, target: "Message | Member", name: str, *, channel: Channel | None = None) -> Interaction:
        """Picks an app command in the menu of a message or a person."""
        resolved = Resolved(self)
        kind = 3 if isinstance(target, Message) else 2
        command, _ = options.find(self._commands(), name, kind)
        if isinstance(target, Message):
            self._must_see(target)
            resolved.data["messages"] = {str(target.id): target.payload()}
            channel = target.channel
        else:
            resolved.value(target)
        data = {"id": command["id"], "name": name, "type": kind, "target_id": str(target.id)}
        return self._send(kinds.COMMAND, channel or self.discord.general, data | {"resolved": resolved.data})

    async def click(self, message: Message, button: str) -> Interaction:
        """Clicks the button with that label (or emoji or custom_id); a part of the label is enough."""
        self._must_see(message)
        buttons = message.buttons
        found = buttons.get(button) or next(
            (b for b in buttons.values() if b.custom_id == button or button.casefold() in b.label.casefold()),
            None,
        )
        if found is None or found.custom_id is None:
            raise LookupError(f"no button {button!r} on {message!r}")
        if found.disabled:
            raise ClientRefused(f"the button {found.label!r} is disabled")
        return await self.click_custom_id(message, found.custom_id)

    async def click_custom_id(self, message: Message, custom_id: str) -> Interaction:
        """Sends a click with any custom_id, whether or not the message has such a button."""
        return self._send(
            kinds.COMPONENT, message.channel, {"custom_id": custom_id, "component_type": 2}, source=message
        )

    async def select(self, message: Message, which: str | None, *chosen: Any, validate: bool = True) -> Interaction:
        """Chooses in the menu with that placeholder or custom_id (None: the only one), by labels or values."""
        self._must_see(message)
        menus = [
            menu
            for menu in message.selects
            if which is None
            or menu["custom_id"] == which
            or which.casefold() in (menu.get("placeholder") or "").casefold()
        ]
        if len(menus) != 1:
            raise LookupError(f"{len(menus)} menus match {which!r} on {message!r}")
        menu, resolved = menus[0], Resolved(self)
        entries = menu.get("options") or []
        by_label = {entry["label"]: entry["value"] for entry in entries}
        values = [by_label.get(v, v) if isinstance(v, str) else resolved.value(v) for v in chosen]
        if validate:
            low, high = menu.get("min_values", 1), menu.get("max_values", 1)
            if menu.get("disabled") or not low <= len(values) <= high:
                raise ClientRefused(f"{len(values)} values for {menu['custom_id']}, must be {low} to {high}")
            if entries and not set(values) <= set(by_label.values()):
                raise ClientRefused(f"{values} are not all among {list(by_label)}")
        data = {"custom_id": menu["custom_id"], "component_type": menu["type"], "values": values}
        if menu["type"] != 3:
            data["resolved"] = resolved.data
        return self._send(kinds.COMPONENT, message.channel, data, source=message)

    async def submit_modal(self, opener: Interaction, answers: dict[str, Any], *, validate: bool = True) -> Interaction:
        """Submits the modal that an interaction opened: answers by custom_id or label."""
        if opener.modal is None:
            raise LookupError(f"{opener!r} opened no modal")
        resolved = Resolved(self)
        components = modals.fill(opener.modal, answers, resolved, validate=validate)
        data: dict[str, Any] = {"custom_id": opener.modal["custom_id"], "components": components}
        if resolved.data:
            data["resolved"] = resolved.data
        sent = self._send(kinds.MODAL, opener.channel, data, source=opener.source)
        self.discord.modal_openers[sent.id] = opener
        return sent

    def _commands(self) -> list[dict[str, Any]]:
        known = self.discord.commands
        return known.get(self.guild.id, []) + known.get(None, [])

    def _command_data(
        self, channel: Channel, path: str, given: dict[str, Any], *, validate: bool, focused: str | None
    ) -> dict[str, Any]:
        try:
            command, chain = options.find(self._commands(), path)
        except LookupError:
            if validate:
                raise
            command = {"id": str(new_snowflake()), "name": path.split(maxsplit=1)[0]}
            chain = [command, *({"name": name, "type": 1} for name in path.split()[1:])]
        if validate:
            self._must_be_offered(channel, command)
        resolved = Resolved(self)
        data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1}
        data["options"] = options.build(chain, given, resolved, validate=validate, focused=focused)
        if resolved.data:
            data["resolved"] = resolved.data
        return data

    def _must_be_offered(self, channel: Channel, command: dict[str, Any]) -> None:
        context = self._context(channel)
        if command.get("contexts") is not None and context not in command["contexts"]:
            raise ClientRefused(f"/{command['name']} is not offered in context {context}")
        needed = command.get("default_member_permissions")
        if channel.guild and needed is not None and not permission_bits.has(self.permissions, int(needed)):
            raise ClientRefused(f"/{command['name']} is not offered to {self.user.name}")
        if command.get("nsfw") and channel.guild and not channel.nsfw:
            raise ClientRefused(f"/{command['name']} is not offered outside age-restricted channels")
        installs = command.get("integration_types")
        if installs is not None and not {int(k) for k in self._owners(channel)} & set(installs):
            raise ClientRefused(f"/{command['name']} cannot be used by this kind of installation")

    def _context(self, channel: Channel) -> int:
        if channel.guild is not None:
            return 0
        return 1 if channel.recipient is self.user else 2

    def _owners(self, channel: Channel) -> dict[str, str]:
        """Who installed the app: the guild ("0"; 0 in a direct message), the person ("1"), or both."""
        personal = {"1": str(self.user.id)}
        if channel.guild is not None and channel.guild.installed:
            return {"0": str(channel.guild.id)} | (personal if self.has_installed else {})
        if channel.recipient is self.user:
            return {"0": "0"} | (personal if self.has_installed else {})
        return personal

    def _must_see(self, message: Message) -> None:
        if not message.can_be_seen_by(self.user):
            raise ClientRefused(f"{self.user.name} does not see {message!r}")

    def _send(self, kind: int, channel: Channel, data: dict[str, Any], *, source: Message | None = None) -> Interaction:
        guild = channel.guild
        payload: dict[str, Any] = {
            "id": str(new_snowflake()),
            "application_id": str(self.discord.application_id),
            "type": kind,
            "token": secrets.token_urlsafe(48),
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": channel.payload() | {"permissions": str(self.permissions)},
            "locale": self.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "app_permissions": str(channel.bot_permissions),
            "authorizing_integration_owners": self._owners(channel),
            "context": self._context(channel),
            "attachment_size_limit": channel.upload_limit,
        }
        if guild is not None:
            payload |= {
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "guild_locale": guild.locale,
                "member": self.payload(),
            }
            if kind in {kinds.COMMAND, kinds.AUTOCOMPLETE} and self._is_guild_command(data):
                data["guild_id"] = str(guild.id)
        else:
            payload["user"] = self.user.payload()
        if source is not None:
            payload["message"] = source.payload()
        interaction = Interaction(
            self.discord, int(payload["id"]), payload["token"], kind, self.user, channel, payload, source
        )
        self.discord.deliver(interaction)
        return interaction

    def _is_guild_command(self, data: dict[str, Any]) -> bool:
        return any(command["id"] == data["id"] for command in self.discord.commands.get(self.guild.id, []))
