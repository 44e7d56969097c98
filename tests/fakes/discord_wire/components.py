"""Walking through the component tree of a message or a modal."""

from collections.abc import Callable, Iterator
from typing import Any

ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL = 17, 18
TOP_LEVEL = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})
SELECTS = frozenset({3, 5, 6, 7, 8})
V2_ONLY = frozenset({SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})

Component = dict[str, Any]


def walk(components: list[Component]) -> Iterator[Component]:
    """Every component, nested ones too, in the order in which people read them."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def media_of(component: Component) -> list[dict[str, Any]]:
    """The `{url: ...}` objects that a component shows itself."""
    match component.get("type"):
        case 12:
            return [item["media"] for item in component.get("items") or []]
        case 11:
            return [component["media"]]
        case 13:
            return [component["file"]]
        case _:
            return []


def media_urls(components: list[Component]) -> list[str]:
    return [media["url"] for component in walk(components) for media in media_of(component)]


def texts(components: list[Component]) -> list[str]:
    return [component["content"] for component in walk(components) if component["type"] == TEXT]


def number(components: list[Component]) -> list[Component]:
    """A copy without nulls in which each component has an id, as Discord assigns them."""
    copies = [_copy(component) for component in components]
    taken = {component["id"] for component in walk(copies) if component.get("id")}
    free = (value for value in range(1, 10_000) if value not in taken)
    for component in walk(copies):
        if not component.get("id"):
            component["id"] = next(free)
    return copies


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def render(component: Component, media: Callable[[str], dict[str, Any]]) -> Component:
    """A stored component as Discord sends it: defaults filled in, media resolved to links."""
    answer = dict(component)
    for key in ("components",):
        if key in answer:
            answer[key] = [render(child, media) for child in answer[key]]
    if "accessory" in answer:
        answer["accessory"] = render(answer["accessory"], media)
    kind = answer["type"]
    if kind in SELECTS:
        answer = {"min_values": 1, "max_values": 1} | answer
    elif kind == SEPARATOR:
        answer = {"spacing": 1, "divider": True} | answer
    elif kind == CONTAINER:
        answer = {"accent_color": None, "spoiler": False} | answer
    elif kind == THUMBNAIL:
        answer = {"description": None, "spoiler": False} | answer | {"media": media(answer["media"]["url"])}
    elif kind == FILE:
        shown = media(answer["file"]["url"])
        answer = {"spoiler": False, "name": None, "size": None} | answer | {"file": shown}
    elif kind == GALLERY:
        answer["items"] = [
            {"description": None, "spoiler": False} | item | {"media": media(item["media"]["url"])}
            for item in answer["items"]
        ]
    return answer
