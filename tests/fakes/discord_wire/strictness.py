"""The rules of message and modal forms that Discord enforces; most are in no published schema."""

import json
import re
from collections import Counter
from typing import Any

from tests.fakes.discord_wire import components as tree
from tests.fakes.discord_wire.messages import COMPONENTS_V2, Message, embed_urls

MAX_COMPONENTS, MAX_TEXT, MAX_CONTENT, MAX_EMBED_TEXT, MAX_FILES = 40, 4000, 2000, 6000, 10


def message_problems(message: Message, *, kept_names: set[str] | None = None) -> list[str]:
    """What is wrong with a message as it would look after a request. `kept_names`: the names that
    `attachment://` may use (all files of the message if None).
    """
    problems = list(component_problems(message.components))
    problems += [
        f"components: type {item['type']} cannot stand on the top level"
        for item in message.components
        if item["type"] not in tree.TOP_LEVEL
    ]
    kinds = {item["type"] for item in tree.walk(message.components)}
    if message.flags & COMPONENTS_V2:
        if message.content:
            problems.append("content: cannot be used with the IS_COMPONENTS_V2 flag")
        if message.embeds:
            problems.append("embeds: cannot be used with the IS_COMPONENTS_V2 flag")
        if not message.components:
            problems.append("components: a Components V2 message needs at least one")
    else:
        if alien := kinds & tree.V2_ONLY:
            problems.append(f"components: types {sorted(alien)} need the IS_COMPONENTS_V2 flag")
        if len(message.components) > 5:
            problems.append("components: at most 5 action rows")
        if not (message.content or message.embeds or message.files or message.components):
            problems.append("the message is empty")
    if len(message.content) > MAX_CONTENT:
        problems.append(f"content: {len(message.content)} characters, at most {MAX_CONTENT}")
    if len(message.files) > MAX_FILES:
        problems.append(f"attachments: {len(message.files)}, at most {MAX_FILES}")
    problems += _embed_problems(message.embeds)
    names = {file.filename for file in message.files} if kept_names is None else kept_names
    for url in tree.media_urls(message.components) + embed_urls(message.embeds):
        if url.startswith("attachment://"):
            if url.removeprefix("attachment://") not in names:
                problems.append(f"{url}: the message has no such attachment")
        elif not re.match(r"https?://", url):
            problems.append(f"{url!r}: scheme must be one of http, https, attachment")
    return problems


def component_problems(components: list[tree.Component]) -> list[str]:
    """Limits that hold for the whole tree of a message or a modal."""
    problems: list[str] = []
    everything = list(tree.walk(components))
    if len(everything) > MAX_COMPONENTS:
        problems.append(f"components: {len(everything)} in total, at most {MAX_COMPONENTS}")
    length = sum(map(len, tree.texts(components)))
    if length > MAX_TEXT:
        problems.append(f"components: {length} characters of text in total, at most {MAX_TEXT}")
    for key in ("custom_id", "id"):
        counts = Counter(item[key] for item in everything if item.get(key))
        problems += [f"components: duplicate {key} {value!r}" for value, n in counts.items() if n > 1]
    for item in everything:
        problems += _item_problems(item)
    return problems


def _item_problems(item: tree.Component) -> list[str]:
    problems: list[str] = []
    custom_id = item.get("custom_id")
    if custom_id is not None and not 1 <= len(custom_id) <= 100:
        problems.append(f"custom_id: {len(custom_id)} characters, must be 1 to 100")
    match item["type"]:
        case tree.ROW:
            problems += _row_problems(item["components"])
        case tree.BUTTON:
            problems += _button_problems(item)
        case tree.SECTION:
            if not 1 <= len(item["components"]) <= 3 or not item.get("accessory"):
                problems.append("section: needs 1 to 3 texts and an accessory")
        case tree.TEXT:
            if not item["content"]:
                problems.append("text display: content is required")
        case tree.GALLERY:
            if not 1 <= len(item["items"]) <= 10:
                problems.append(f"media gallery: {len(item['items'])} items, must be 1 to 10")
            long = [entry for entry in item["items"] if len(entry.get("description") or "") > 1024]
            problems += ["media gallery: description of more than 1024 characters"] * len(long)
        case tree.FILE:
            if not item["file"]["url"].startswith("attachment://"):
                problems.append("file: only attachment:// links are allowed")
        case tree.CONTAINER:
            if not item["components"]:
                problems.append("container: is empty")
            if any(child["type"] not in tree.TOP_LEVEL - {tree.CONTAINER} for child in item["components"]):
                problems.append("container: holds something that it cannot")
        case 3:
            problems += _select_problems(item)
        case 21:
            problems += _radio_problems(item)
        case _:
            pass
    return problems


def _row_problems(children: list[tree.Component]) -> list[str]:
    buttons = sum(child["type"] == tree.BUTTON for child in children)
    if not children or (buttons != len(children) and len(children) > 1) or buttons > 5:
        return ["action row: must hold 1 to 5 buttons or one other component"]
    return []


def _button_problems(button: tree.Component) -> list[str]:
    problems: list[str] = []
    if len(button.get("label") or "") > 80:
        problems.append(f"button: label of {len(button['label'])} characters, at most 80")
    style = button.get("style")
    if style == 5 and (not button.get("url") or button.get("custom_id")):
        problems.append("button: a link needs a url and no custom_id")
    if style in {1, 2, 3, 4}:
        if not button.get("custom_id") or button.get("url"):
            problems.append("button: needs a custom_id and no url")
        if not button.get("label") and not button.get("emoji"):
            problems.append("button: needs a label or an emoji")
    return problems


def _select_problems(select: tree.Component) -> list[str]:
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        return [f"select: {len(options)} options, must be 1 to 25"]
    problems = []
    if len({option["value"] for option in options}) < len(options):
        problems.append("select: option values must be unique")
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= low <= high <= len(options):
        problems.append(f"select: min_values {low}, max_values {high} with {len(options)} options")
    if any(not 1 <= len(option[key]) <= 100 for option in options for key in ("label", "value")):
        problems.append("select: labels and values must have 1 to 100 characters")
    return problems


def _radio_problems(group: tree.Component) -> list[str]:
    options = group.get("options") or []
    problems = []
    if not 2 <= len(options) <= 10:
        problems.append(f"radio group: {len(options)} options, must be 2 to 10")
    if len({option["value"] for option in options}) < len(options):
        problems.append("radio group: option values must be unique")
    if sum(bool(option.get("default")) for option in options) > 1:
        problems.append("radio group: more than one default")
    if any(not 1 <= len(option[key]) <= 100 for option in options for key in ("label", "value")):
        problems.append("radio group: labels and values must have 1 to 100 characters")
    if any(len(option.get("description") or "") > 100 for option in options):
        problems.append("radio group: a description of more than 100 characters")
    return problems


def _embed_problems(embeds: list[dict[str, Any]]) -> list[str]:
    total = 0
    for embed in embeds:
        texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
        texts.append((embed.get("author") or {}).get("name"))
        for entry in embed.get("fields") or ():
            texts += [entry["name"], entry["value"]]
        total += sum(len(text or "") for text in texts)
    problems = [f"embeds: {total} characters in total, at most {MAX_EMBED_TEXT}"] * (total > MAX_EMBED_TEXT)
    return problems + ["embeds: at most 10"] * (len(embeds) > 10)


def mention_problems(allowed: dict[str, Any] | None) -> list[str]:
    parse = set((allowed or {}).get("parse") or ())
    return [
        f"allowed_mentions: parse has {key!r} and {key} are listed too: mutually exclusive"
        for key in ("users", "roles")
        if key in parse and (allowed or {}).get(key)
    ]


def modal_problems(modal: dict[str, Any]) -> list[str]:
    problems = component_problems(modal.get("components") or [])
    if not 1 <= len(modal.get("components") or []) <= 5:
        problems.append("modal: must hold 1 to 5 components")
    if not 1 <= len(modal.get("title") or "") <= 45:
        problems.append("modal: title must have 1 to 45 characters")
    if not 1 <= len(modal.get("custom_id") or "") <= 100:
        problems.append("modal: custom_id must have 1 to 100 characters")
    for item in modal.get("components") or []:
        if item["type"] not in {tree.ROW, tree.TEXT, tree.LABEL}:
            problems.append(f"modal: component type {item['type']} must stand in a label")
        if item["type"] == tree.LABEL and not 1 <= len(item.get("label") or "") <= 45:
            problems.append("modal: a label must have 1 to 45 characters")
    return problems


def choice_problems(choices: list[dict[str, Any]]) -> list[str]:
    problems = ["choices: at most 25"] * (len(choices) > 25)
    for choice in choices:
        if not 1 <= len(choice["name"]) <= 100 or len(str(choice["value"])) > 100:
            problems.append(f"choices: name and value of {choice['name']!r} must have 1 to 100 characters")
    return problems


_NAME = re.compile(r"[-_'\w]{1,32}")


def command_problems(commands: list[dict[str, Any]]) -> list[str]:
    """The limits on a set of application commands."""
    problems: list[str] = []
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        names = [command["name"] for command in commands if (command.get("type") or 1) == kind]
        problems += [f"commands: {len(names)} of type {kind}, at most {most}"] * (len(names) > most)
        problems += [f"commands: duplicate {name!r}" for name, n in Counter(names).items() if n > 1]
    for command in commands:
        if len(json.dumps(command)) > 64_000 or _characters(command) > 8000:
            problems.append(f"{command['name']}: more than 8000 characters")
        if (command.get("type") or 1) == 1:
            problems += _option_problems(command, command["name"])
    return problems


def _characters(item: dict[str, Any]) -> int:
    own = len(item["name"]) + len(item.get("description") or "")
    choices = sum(len(c["name"]) + len(str(c["value"])) for c in item.get("choices") or ())
    return own + choices + sum(map(_characters, item.get("options") or ()))


def _option_problems(item: dict[str, Any], path: str) -> list[str]:
    problems: list[str] = []
    if not _NAME.fullmatch(item["name"]) or item["name"] != item["name"].lower():
        problems.append(f"{path}: not a valid name")
    if not 1 <= len(item.get("description") or "") <= 100:
        problems.append(f"{path}: description must have 1 to 100 characters")
    options = item.get("options") or []
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        problems.append(f"{path}: required options must come before optional ones")
    if len(options) > 25 or len(item.get("choices") or ()) > 25:
        problems.append(f"{path}: more than 25 options or choices")
    for option in options:
        problems += _option_problems(option, f"{path} {option['name']}")
    return problems
