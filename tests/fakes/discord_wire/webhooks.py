"""The routes that need no bot token: the callback of an interaction, and the messages behind its token."""

import time
from typing import TYPE_CHECKING, Any

from tests.fakes.discord_wire import errors, strictness
from tests.fakes.discord_wire import interactions as kinds
from tests.fakes.discord_wire.interactions import Interaction
from tests.fakes.discord_wire.messages import EPHEMERAL, LOADING, Message
from tests.fakes.discord_wire.posting import CREATE_FLAGS, Form, initial_flags, write
from tests.fakes.discord_wire.state import new_snowflake

if TYPE_CHECKING:
    from tests.fakes.discord_wire.rest import Call, Reply
    from tests.fakes.discord_wire.server import WireDiscord

_ANSWERS = {
    kinds.COMMAND: {kinds.REPLY, kinds.DEFER_REPLY, kinds.OPEN_MODAL},
    kinds.COMPONENT: {
        kinds.REPLY,
        kinds.DEFER_REPLY,
        kinds.DEFER_UPDATE,
        kinds.UPDATE,
        kinds.OPEN_MODAL,
    },
    kinds.AUTOCOMPLETE: {kinds.SUGGEST},
    kinds.MODAL: {kinds.REPLY, kinds.DEFER_REPLY, kinds.DEFER_UPDATE, kinds.UPDATE},
}


async def callback(discord: "WireDiscord", call: "Call") -> "Reply":
    interaction = discord.interactions.get(int(call.params["id"]))
    if interaction is None or interaction.token != call.params["token"] or interaction.is_late:
        raise errors.unknown_interaction()
    if interaction.is_acknowledged:
        raise errors.already_acknowledged()
    form = call.form.json or {}
    kind, data = form.get("type"), form.get("data") or {}
    allowed = _ANSWERS[interaction.type]
    if interaction.type == kinds.MODAL and interaction.source is None:
        allowed = allowed - {kinds.DEFER_UPDATE, kinds.UPDATE}
    if kind not in allowed:
        raise errors.bad_form(f"type: {kind} cannot answer an interaction of type {interaction.type}")
    inner = Form(data, call.form.files)
    if kind == kinds.REPLY:
        interaction.original = _create(discord, interaction, inner)
    elif kind == kinds.DEFER_REPLY:
        if (data.get("flags") or 0) & ~EPHEMERAL:
            raise errors.bad_form("flags: a deferred reply accepts only EPHEMERAL")
        message = _new_message(discord, interaction, LOADING | initial_flags(data))
        interaction.channel.messages.append(message)
        interaction.original = message
    elif kind == kinds.DEFER_UPDATE:
        interaction.original = interaction.source
    elif kind == kinds.UPDATE and interaction.source is not None:
        discord.violations += write(interaction.source, inner, "update")
        interaction.original = interaction.source
    elif problems := _form_problems(kind, data):
        raise errors.bad_form(*problems)
    interaction.callbacks.append((kind, data))
    interaction.acknowledged_at = time.monotonic()
    if call.query.get("with_response", "").lower() not in {"1", "true"}:
        return 204, None
    return 200, _callback_response(interaction, kind)


def _form_problems(kind: int, data: dict[str, Any]) -> list[str]:
    if kind == kinds.SUGGEST:
        return strictness.choice_problems(data.get("choices") or [])
    return strictness.modal_problems(data)


def _callback_response(interaction: Interaction, kind: int) -> dict[str, Any]:
    about: dict[str, Any] = {"id": str(interaction.id), "type": interaction.type}
    about["channel_id"] = str(interaction.channel.id)
    if interaction.channel.guild is not None:
        about["guild_id"] = str(interaction.channel.guild.id)
    message = interaction.original
    if message is not None:
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.is_ephemeral,
        }
    answer: dict[str, Any] = {"interaction": about}
    if message is not None and kind in {kinds.REPLY, kinds.UPDATE}:
        answer["resource"] = {"type": kind, "message": message.payload()}
    return answer


def _new_message(discord: "WireDiscord", interaction: Interaction, flags: int) -> Message:
    metadata: dict[str, Any] = {
        "id": str(interaction.id),
        "type": interaction.type,
        "user": interaction.user.payload(),
        "authorizing_integration_owners": interaction.payload["authorizing_integration_owners"],
    }
    if interaction.type == kinds.COMPONENT and interaction.source is not None:
        metadata["interacted_message_id"] = str(interaction.source.id)
    elif interaction.type == kinds.MODAL:
        opener = discord.modal_openers.get(interaction.id)
        metadata["triggering_interaction_metadata"] = _trigger(opener or interaction)
    return Message(
        id=new_snowflake(),
        channel=interaction.channel,
        author=discord.bot_user,
        cdn=discord.cdn,
        flags=flags,
        interaction=metadata,
        visible_to=interaction.user if flags & EPHEMERAL else None,
        application_id=discord.application_id,
    )


def _trigger(opener: Interaction) -> dict[str, Any]:
    trigger: dict[str, Any] = {
        "id": str(opener.id),
        "type": opener.type,
        "user": opener.user.payload(),
        "authorizing_integration_owners": opener.payload["authorizing_integration_owners"],
    }
    if opener.source is not None:
        trigger["interacted_message_id"] = str(opener.source.id)
    return trigger


def _create(discord: "WireDiscord", interaction: Interaction, form: Form) -> Message:
    message = _new_message(discord, interaction, initial_flags(form.json or {}))
    discord.violations += write(message, form, "create", allowed_flags=CREATE_FLAGS | EPHEMERAL)
    interaction.channel.messages.append(message)
    return message


def _interaction(discord: "WireDiscord", call: "Call") -> Interaction:
    """The interaction behind a webhook token, if the token can be used now."""
    interaction = discord.by_token(call.params["token"])
    if call.params["app"] != str(discord.application_id) or interaction is None:
        raise errors.unknown_webhook()
    if not interaction.token_works:
        status, code, text = discord.expired_token_answer
        raise errors.ApiError(status, code, text)
    if not interaction.is_acknowledged:
        raise errors.unknown_webhook()
    return interaction


def _target(discord: "WireDiscord", call: "Call") -> tuple[Interaction, Message]:
    interaction = _interaction(discord, call)
    wanted = call.params.get("message", "@original")
    mine = [interaction.original, *interaction.followups]
    found = interaction.original
    if wanted != "@original":
        found = next((message for message in mine if message and str(message.id) == wanted), None)
    if found is None or found.deleted:
        raise errors.unknown_message()
    return interaction, found


async def get_message(discord: "WireDiscord", call: "Call") -> "Reply":
    _, message = _target(discord, call)
    return 200, message.payload()


async def edit_message(discord: "WireDiscord", call: "Call") -> "Reply":
    interaction, message = _target(discord, call)
    discord.violations += write(message, call.form, "edit")
    interaction.source_touched |= message is interaction.source
    return 200, message.payload()


async def delete_message(discord: "WireDiscord", call: "Call") -> "Reply":
    interaction, message = _target(discord, call)
    message.deleted = True
    interaction.source_touched |= message is interaction.source
    return 204, None


async def follow_up(discord: "WireDiscord", call: "Call") -> "Reply":
    interaction = _interaction(discord, call)
    if interaction.type == kinds.AUTOCOMPLETE:
        raise errors.unknown_webhook()
    original = interaction.original
    if original is not None and original.is_loading and not original.deleted:
        discord.violations.append("a follow-up while the reply is loading edits the reply: edit @original")
        discord.violations += write(original, call.form, "edit")
        return 200, original.payload()
    owners = interaction.payload["authorizing_integration_owners"]
    if set(owners) == {"1"} and len(interaction.followups) >= 5:
        raise errors.ApiError(400, 40094, "This interaction has reached the maximum number of follow-up messages")
    message = _create(discord, interaction, call.form)
    interaction.followups.append(message)
    return 200, message.payload()


_TOKEN = r"/webhooks/(?P<app>\d+)/(?P<token>[^/]+)"
ROUTES = [
    ("POST", r"/interactions/(?P<id>\d+)/(?P<token>[^/]+)/callback", False, callback),
    ("POST", _TOKEN, False, follow_up),
    ("GET", _TOKEN + r"/messages/(?P<message>@original|\d+)", False, get_message),
    ("PATCH", _TOKEN + r"/messages/(?P<message>@original|\d+)", False, edit_message),
    ("DELETE", _TOKEN + r"/messages/(?P<message>@original|\d+)", False, delete_message),
]
