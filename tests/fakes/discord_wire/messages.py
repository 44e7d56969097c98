"""A message as the fake keeps it, as Discord sends it, and as a test reads it."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.discord_wire import components as tree
from tests.fakes.discord_wire.cdn import Cdn
from tests.fakes.discord_wire.state import Channel, StoredFile, User, now

SUPPRESS_EMBEDS, EPHEMERAL, LOADING = 1 << 2, 1 << 6, 1 << 7
SUPPRESS_NOTIFICATIONS, COMPONENTS_V2 = 1 << 12, 1 << 15


@dataclass(frozen=True)
class Button:
    label: str
    custom_id: str | None
    disabled: bool
    url: str | None = None


@dataclass(eq=False)
class Message:
    """`pings` are all mentions that ever pinged somebody; `edits` are earlier payloads, oldest first."""

    id: int
    channel: Channel
    author: User
    cdn: Cdn
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[tree.Component] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    reply_to: int | None = None
    interaction: dict[str, Any] | None = None
    visible_to: User | None = None
    application_id: int | None = None
    pings: set[str] = field(default_factory=set)
    edits: list[dict[str, Any]] = field(default_factory=list)
    created: str = field(default_factory=now)
    edited: str | None = None
    deleted: bool = False

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    @property
    def text(self) -> str:
        """Everything that is written on the message: content, embeds, text displays."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [embed.get("title") or "", embed.get("description") or ""]
            parts += [f"{item['name']}\n{item['value']}" for item in embed.get("fields") or ()]
            parts.append((embed.get("footer") or {}).get("text") or "")
        parts += tree.texts(self.components)
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> dict[str, Button]:
        """The buttons by their labels (by their emoji where there is no label)."""
        found = {}
        for item in tree.walk(self.components):
            if item["type"] == tree.BUTTON:
                label = item.get("label") or (item.get("emoji") or {}).get("name") or ""
                found[label] = Button(label, item.get("custom_id"), bool(item.get("disabled")), item.get("url"))
        return found

    @property
    def selects(self) -> list[tree.Component]:
        return [item for item in tree.walk(self.components) if item["type"] in tree.SELECTS]

    @property
    def shown_files(self) -> list[StoredFile]:
        """The files that components show, in reading order."""
        found = [self.file_of(url) for url in tree.media_urls(self.components)]
        return [file for file in found if file is not None]

    @property
    def loose_files(self) -> list[StoredFile]:
        """The files that nothing refers to: what `attachments` holds in a payload."""
        urls = tree.media_urls(self.components) + embed_urls(self.embeds)
        shown = {file.id for url in urls if (file := self.file_of(url))}
        return [file for file in self.files if file.id not in shown]

    @property
    def images(self) -> list[bytes]:
        """The pictures that people see: the items of galleries, and loose image attachments."""
        galleries = [item for item in tree.walk(self.components) if item["type"] == tree.GALLERY]
        files = [self.file_of(media["url"]) for gallery in galleries for media in tree.media_of(gallery)]
        shown = [file.data for file in files if file and not file.gone]
        # A plain message shows what is attached; a Components V2 message shows only what a component shows.
        return shown if self.is_v2 else [f.data for f in self.files if f.content_type.startswith("image/")]

    @property
    def attachments(self) -> dict[str, bytes]:
        """All files by name, whether a component shows them or not."""
        return {file.filename: file.data for file in self.files}

    @property
    def alt_texts(self) -> list[str | None]:
        galleries = [item for item in tree.walk(self.components) if item["type"] == tree.GALLERY]
        shown = [item.get("description") for gallery in galleries for item in gallery["items"]]
        return shown if self.is_v2 else [file.description for file in self.files]

    def file_of(self, url: str) -> StoredFile | None:
        """The file that a link in a component means, if it is a file of this fake."""
        if url.startswith("attachment://"):
            name = url.removeprefix("attachment://")
            return next((file for file in self.files if file.filename == name), None)
        return self.cdn.by_url(url)

    def can_be_seen_by(self, user: User) -> bool:
        return not self.deleted and (self.visible_to is None or self.visible_to is user)

    def payload(self) -> dict[str, Any]:
        """The message object of the API; links are signed afresh each time."""
        answer: dict[str, Any] = {
            "id": str(self.id),
            "type": 20 if self.interaction and self.interaction["type"] == 2 else 0,
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "content": self.content,
            "timestamp": self.created,
            "edited_timestamp": self.edited,
            "tts": False,
            "pinned": False,
            "mention_everyone": bool(self.pings & {"@everyone", "@here"}),
            "mentions": [],
            "mention_roles": [],
            "attachments": [self.cdn.attachment(file) for file in self.loose_files],
            "embeds": [self._embed(embed) for embed in self.embeds],
            "components": [tree.render(item, self._media) for item in self.components],
            "flags": self.flags,
        }
        if self.nonce is not None:
            answer["nonce"] = self.nonce
        if self.application_id is not None:
            answer["application_id"] = str(self.application_id)
        if self.interaction is not None:
            answer |= {"webhook_id": str(self.application_id), "interaction_metadata": self.interaction}
        if self.reply_to is not None:
            answer["message_reference"] = {
                "type": 0,
                "message_id": str(self.reply_to),
                "channel_id": str(self.channel.id),
            }
            answer["type"] = 19
        return answer

    def _media(self, url: str) -> dict[str, Any]:
        file = self.file_of(url)
        if file is not None:
            return self.cdn.media(file)
        return {"id": str(self.id), "url": url, "proxy_url": url, "content_type": None}

    def _embed(self, embed: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"type": "rich"} | {key: value for key, value in embed.items() if value is not None}
        for key in ("image", "thumbnail"):
            file = self.file_of(answer[key]["url"]) if key in answer else None
            if file is not None:
                answer[key] = {"url": self.cdn.url(file), "proxy_url": self.cdn.url(file, "media")}
        return answer

    def __repr__(self) -> str:
        flags = [name for name in ("is_loading", "is_ephemeral", "deleted") if getattr(self, name)]
        return f"<Message {self.id} {' '.join(flags)} {self.text!r} buttons={list(self.buttons)}>"


def embed_urls(embeds: list[dict[str, Any]]) -> list[str]:
    return [embed[key]["url"] for embed in embeds for key in ("image", "thumbnail") if embed.get(key)]
