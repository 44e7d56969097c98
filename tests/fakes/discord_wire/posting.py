"""Writing a message: what a create or edit request turns it into, under all rules."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tests.fakes.discord_wire import components as tree
from tests.fakes.discord_wire import strictness
from tests.fakes.discord_wire.errors import ApiError, bad_form
from tests.fakes.discord_wire.mentions import pings
from tests.fakes.discord_wire.messages import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    Message,
)
from tests.fakes.discord_wire.state import StoredFile, now

# "update" is the callback of type 7: it drops the attachments that it does not list.
Mode = Literal["create", "edit", "update"]
CREATE_FLAGS = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2


@dataclass(frozen=True)
class Part:
    """A file of a multipart request."""

    field: str
    filename: str
    data: bytes
    content_type: str


@dataclass
class Form:
    """The body of a request: JSON, and the files by their number."""

    json: Any = None
    files: dict[int, Part] = field(default_factory=dict)


def write(message: Message, form: Form, mode: Mode, *, allowed_flags: int = CREATE_FLAGS) -> list[str]:
    """Applies the request to the message, or raises and leaves it as it was.

    Returns complaints about what Discord lets through although it cannot be meant.
    """
    payload = form.json or {}
    draft = replace(message, files=list(message.files))
    draft.content = payload.get("content", draft.content) or ""
    draft.embeds = payload.get("embeds", draft.embeds) or []
    if "components" in payload:
        draft.components = tree.number(payload["components"] or [])
    draft.flags = _flags(message, payload, mode, allowed_flags)
    names = _files(message, draft, form, mode)
    problems = strictness.message_problems(draft, kept_names=names)
    problems += strictness.mention_problems(payload.get("allowed_mentions"))
    if problems == ["the message is empty"]:
        raise ApiError(400, 50006, "Cannot send an empty message")
    if problems:
        raise bad_form(*problems)
    return _commit(message, draft, payload, mode)


def _flags(message: Message, payload: dict[str, Any], mode: Mode, allowed: int) -> int:
    asked = payload.get("flags")
    if mode == "create":
        if (asked or 0) & ~allowed:
            raise bad_form(f"flags: {asked} has bits that are not allowed here")
        return message.flags | (asked or 0)
    flags = message.flags & ~LOADING
    if asked is None:
        return flags
    if message.is_v2 and not asked & COMPONENTS_V2:
        raise bad_form("flags: IS_COMPONENTS_V2 cannot be removed")
    return flags | asked & (COMPONENTS_V2 | SUPPRESS_EMBEDS)


def _files(message: Message, draft: Message, form: Form, mode: Mode) -> set[str]:
    """Decides which files the draft has; returns the names that `attachment://` may use."""
    payload = form.json or {}
    limit = message.channel.upload_limit
    if any(len(part.data) > limit for part in form.files.values()):
        raise ApiError(413, 40005, "Request entity too large")
    listed: dict[str, dict[str, Any]] | None = None
    if "attachments" in payload:
        listed = {str(entry["id"]): entry for entry in payload["attachments"] or []}
    known = {str(file.id) for file in message.files} | {str(index) for index in form.files}
    if unknown := set(listed or ()) - known:
        raise bad_form(f"attachments: unknown ids {sorted(unknown)}")
    kept = [] if mode == "update" and listed is None else list(message.files)
    if listed is not None:
        kept = [file for file in message.files if str(file.id) in listed]
        kept = [_described(file, listed[str(file.id)]) for file in kept]
    new: list[StoredFile] = []
    for index, part in sorted(form.files.items()):
        entry = (listed or {}).get(str(index), {})
        name = entry.get("filename") or part.filename
        file = StoredFile.of(
            name, part.data, part.content_type, channel_id=message.channel.id, ephemeral=message.is_ephemeral
        )
        new.append(_described(file, entry))
    draft.files = kept + new
    # An edit must list a new file before a component may show it (discord-api-docs#7529).
    usable = kept if mode != "create" and listed is None else draft.files
    return {file.filename for file in usable}


def _described(file: StoredFile, entry: dict[str, Any]) -> StoredFile:
    if "description" in entry:
        file.description = entry["description"]
    return file


def _commit(message: Message, draft: Message, payload: dict[str, Any], mode: Mode) -> list[str]:
    complaints: list[str] = []
    if mode != "create":
        message.edits.append(message.payload())
        message.edited = now()
    dropped = [file for file in message.files if file not in draft.files]
    for file in dropped:
        file.gone = True
        shown = [url for url in tree.media_urls(draft.components) if draft.file_of(url) is file]
        if shown:
            complaints.append(f"{file.filename} was dropped from message {message.id}, which still shows it")
    for file in draft.files:
        message.cdn.add(file)
    message.content, message.embeds, message.flags = draft.content, draft.embeds, draft.flags
    message.components, message.files = draft.components, draft.files
    pinging = "\n".join([message.content, *tree.texts(message.components)])
    if mode == "create" or payload.keys() & {"content", "components"}:
        message.pings |= pings(pinging, payload.get("allowed_mentions"))
    return complaints


def initial_flags(payload: dict[str, Any]) -> int:
    """The flag that is fixed when a reply to an interaction is made."""
    return (payload.get("flags") or 0) & EPHEMERAL
