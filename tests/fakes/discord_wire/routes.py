"""The routes that need the bot's token: itself, its commands, channels and their messages."""

from typing import TYPE_CHECKING, Any

from tests.fakes.discord_wire import errors, permissions, strictness
from tests.fakes.discord_wire.messages import Message
from tests.fakes.discord_wire.posting import write
from tests.fakes.discord_wire.state import Channel, Guild, new_snowflake

if TYPE_CHECKING:
    from tests.fakes.discord_wire.rest import Call, Reply
    from tests.fakes.discord_wire.server import WireDiscord


async def me(discord: "WireDiscord", call: "Call") -> "Reply":
    more = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
    return 200, discord.bot_user.payload() | more


async def application(discord: "WireDiscord", call: "Call") -> "Reply":
    return 200, discord.application_payload()


async def gateway_bot(discord: "WireDiscord", call: "Call") -> "Reply":
    limit = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": discord.gateway.concurrency}
    url = discord.gateway.announced_url or discord.gateway_url
    return 200, {"url": url, "shards": discord.gateway.shards, "session_start_limit": limit}


async def gateway(discord: "WireDiscord", call: "Call") -> "Reply":
    return 200, {"url": discord.gateway_url}


def _check_app(discord: "WireDiscord", call: "Call") -> int | None:
    if call.params["app"] != str(discord.application_id):
        raise errors.ApiError(404, 10002, "Unknown Application")
    guild = call.params.get("guild")
    if guild is not None and int(guild) not in discord.guilds:
        raise errors.missing_access()
    return int(guild) if guild is not None else None


async def put_commands(discord: "WireDiscord", call: "Call") -> "Reply":
    guild_id = _check_app(discord, call)
    asked: list[dict[str, Any]] = call.form.json or []
    if problems := strictness.command_problems(asked):
        raise errors.bad_form(*problems)
    known = {(command["type"], command["name"]): command["id"] for command in discord.commands.get(guild_id, [])}
    made = [_command(discord, command, guild_id, known) for command in asked]
    discord.commands[guild_id] = sorted(made, key=lambda command: command["id"])
    discord.command_syncs += 1
    return 200, discord.commands[guild_id]


def _as_kept(asked: dict[str, Any]) -> dict[str, Any]:
    """As Discord gives back what it was sent: without what is empty or the default, with translations that are null."""
    kept: dict[str, Any] = {key: value for key, value in asked.items() if value or (value == 0 and value is not False)}
    for key in ("options", "choices"):
        if key in kept:
            kept[key] = [_as_kept(each) for each in kept[key]]
    if "channel_types" in kept:
        kept["channel_types"] = sorted(kept["channel_types"])
    return {"name_localizations": None} | kept


def _command(
    discord: "WireDiscord", asked: dict[str, Any], guild_id: int | None, known: dict[tuple[int, str], str]
) -> dict[str, Any]:
    command = _as_kept(asked)
    places: list[int] | None = asked.get("contexts")
    installs: list[int] | None = asked.get("integration_types")
    kind = command.get("type", 1)
    members = asked.get("default_member_permissions")
    command |= {
        "id": known.get((kind, asked["name"]), str(new_snowflake())),
        "application_id": str(discord.application_id),
        "version": str(new_snowflake()),
        "type": kind,
        "description": asked.get("description") or "",
        "default_member_permissions": None if members is None else str(members),
        "nsfw": bool(asked.get("nsfw")),
        "description_localizations": asked.get("description_localizations") or None,
        "dm_permission": places is None or 1 in places,
        "contexts": places,
        "integration_types": sorted(installs or [0]),
    }
    return command if guild_id is None else command | {"guild_id": str(guild_id)}


async def get_commands(discord: "WireDiscord", call: "Call") -> "Reply":
    held = discord.commands.get(_check_app(discord, call), [])
    if call.query.get("with_localizations") == "true":
        return 200, held
    hidden = {"name_localizations", "description_localizations"}
    return 200, [{key: value for key, value in command.items() if key not in hidden} for command in held]


def _guild(discord: "WireDiscord", call: "Call") -> Guild:
    guild = discord.guilds.get(int(call.params["guild"]))
    if guild is None or not guild.installed:
        raise errors.ApiError(404, 10004, "Unknown Guild")
    return guild


async def get_guild(discord: "WireDiscord", call: "Call") -> "Reply":
    return 200, _guild(discord, call).payload()


async def get_guild_channels(discord: "WireDiscord", call: "Call") -> "Reply":
    return 200, [c.payload() for c in _guild(discord, call).channels if not c.deleted]


async def get_member(discord: "WireDiscord", call: "Call") -> "Reply":
    guild = _guild(discord, call)
    for (guild_id, _), member in discord.members.items():
        if guild_id == guild.id and str(member.user.id) == call.params["user"]:
            return 200, member.payload()
    if call.params["user"] == str(discord.bot_user.id):
        return 200, discord.gateway.own_member()
    raise errors.ApiError(404, 10007, "Unknown Member")


async def my_guilds(discord: "WireDiscord", call: "Call") -> "Reply":
    limit, after = int(call.query.get("limit", 200)), int(call.query.get("after", 0))
    if not 1 <= limit <= 200:
        raise errors.bad_form("limit: must be between 1 and 200")
    mine = sorted(guild.id for guild in discord.guilds.values() if guild.installed and guild.id > after)
    flags = {"owner": False, "permissions": "0", "features": [], "icon": None, "banner": None}
    return 200, [{"id": str(each), "name": discord.guilds[each].name, **flags} for each in mine[:limit]]


async def get_user(discord: "WireDiscord", call: "Call") -> "Reply":
    user = discord.users.get(int(call.params["user"]))
    if user is None:
        raise errors.ApiError(404, 10013, "Unknown User")
    return 200, user.payload()


def _channel(discord: "WireDiscord", call: "Call", *needed: str) -> Channel:
    channel = discord.channels.get(int(call.params["channel"]))
    if channel is None or channel.deleted:
        raise errors.unknown_channel()
    if channel.recipient is not None:
        return channel
    installed = channel.guild is not None and channel.guild.installed
    if not installed or not permissions.has(channel.bot_permissions, permissions.BITS["view_channel"]):
        raise errors.missing_access()
    if not permissions.has(channel.bot_permissions, permissions.bits(needed)):
        raise errors.missing_permissions()
    return channel


async def get_channel(discord: "WireDiscord", call: "Call") -> "Reply":
    return 200, _channel(discord, call).payload()


async def open_dm(discord: "WireDiscord", call: "Call") -> "Reply":
    user = discord.users.get(int((call.form.json or {}).get("recipient_id") or 0))
    if user is None:
        raise errors.bad_form("recipient_id: unknown user")
    return 200, discord.dm(user).payload()


async def get_messages(discord: "WireDiscord", call: "Call") -> "Reply":
    channel = _channel(discord, call, "read_message_history")
    shown = [m for m in channel.messages if not m.deleted and m.visible_to is None]
    if "after" in call.query:
        shown = [m for m in shown if m.id > int(call.query["after"])]
    if "before" in call.query:
        shown = [m for m in shown if m.id < int(call.query["before"])]
    limit = int(call.query.get("limit", "50"))
    return 200, [message.payload() for message in reversed(shown[-limit:])]


async def post_message(discord: "WireDiscord", call: "Call") -> "Reply":
    needed = ["send_messages"] + ["attach_files"] * bool(call.form.files)
    channel = _channel(discord, call, *needed)
    if channel.recipient is not None and channel.recipient.dms_closed:
        raise errors.ApiError(403, 50007, "Cannot send messages to this user")
    asked = call.form.json or {}
    nonce = asked.get("nonce")
    if nonce is not None and asked.get("enforce_nonce"):
        for message in channel.messages:
            if str(message.nonce) == str(nonce):
                return 200, message.payload()
    message = Message(new_snowflake(), channel, discord.bot_user, discord.cdn, nonce=nonce)
    message.reply_to = _reply_to(channel, asked.get("message_reference"))
    discord.violations += write(message, call.form, "create")
    channel.messages.append(message)
    return 200, message.payload()


def _reply_to(channel: Channel, reference: dict[str, Any] | None) -> int | None:
    if reference is None:
        return None
    wanted = int(reference["message_id"])
    found = any(m.id == wanted and not m.deleted and m.visible_to is None for m in channel.messages)
    if not found and reference.get("fail_if_not_exists", True):
        raise errors.bad_form("message_reference: Unknown message")
    return wanted if found else None


def _message(discord: "WireDiscord", call: "Call", *needed: str) -> Message:
    channel = _channel(discord, call, *needed)
    wanted = int(call.params["message"])
    for message in channel.messages:
        # The bot's token does not reach ephemeral messages: only the token of their interaction does.
        if message.id == wanted and not message.deleted and message.visible_to is None:
            return message
    raise errors.unknown_message()


async def get_message(discord: "WireDiscord", call: "Call") -> "Reply":
    return 200, _message(discord, call, "read_message_history").payload()


async def edit_message(discord: "WireDiscord", call: "Call") -> "Reply":
    message = _message(discord, call)
    if message.author is not discord.bot_user:
        raise errors.ApiError(403, 50005, "Cannot edit a message authored by another user")
    discord.violations += write(message, call.form, "edit")
    return 200, message.payload()


async def delete_message(discord: "WireDiscord", call: "Call") -> "Reply":
    message = _message(discord, call)
    may_manage = permissions.has(message.channel.bot_permissions, permissions.BITS["manage_messages"])
    if message.author is not discord.bot_user and not may_manage:
        raise errors.missing_permissions()
    message.deleted = True
    return 204, None


_APP = r"/applications/(?P<app>\d+)"
_GUILD = r"/guilds/(?P<guild>\d+)"
_CHANNEL = r"/channels/(?P<channel>\d+)"
ROUTES = [
    ("GET", r"/users/@me", True, me),
    ("GET", r"/users/@me/guilds", True, my_guilds),
    ("GET", r"/users/(?P<user>\d+)", True, get_user),
    ("GET", r"/oauth2/applications/@me", True, application),
    ("GET", r"/gateway/bot", True, gateway_bot),
    ("GET", r"/gateway", False, gateway),
    ("PUT", _APP + r"/commands", True, put_commands),
    ("GET", _APP + r"/commands", True, get_commands),
    ("PUT", _APP + _GUILD + r"/commands", True, put_commands),
    ("GET", _APP + _GUILD + r"/commands", True, get_commands),
    ("GET", _GUILD, True, get_guild),
    ("GET", _GUILD + r"/channels", True, get_guild_channels),
    ("GET", _GUILD + r"/members/(?P<user>\d+)", True, get_member),
    ("POST", r"/users/@me/channels", True, open_dm),
    ("GET", _CHANNEL, True, get_channel),
    ("GET", _CHANNEL + r"/messages", True, get_messages),
    ("POST", _CHANNEL + r"/messages", True, post_message),
    ("GET", _CHANNEL + r"/messages/(?P<message>\d+)", True, get_message),
    ("PATCH", _CHANNEL + r"/messages/(?P<message>\d+)", True, edit_message),
    ("DELETE", _CHANNEL + r"/messages/(?P<message>\d+)", True, delete_message),
]
