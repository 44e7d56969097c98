"""Cards as Discord takes them and as members read them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.portraits.portrait import Budget, Cost, Portrait, PortraitState, TakeState
from bot.interactions.cards.base import CardView
from bot.ports.messenger import Outcome
from tests.fakes.builders import a_picture

RESETS = datetime(2026, 11, 23, tzinfo=UTC)
WHEN = f"<t:{int(RESETS.timestamp())}:R>"
HOSTILE = ("@everyone <@1> **b** `c` [x](http://y.z) ||s|| # h > q " * 30)[:1000]
CONTAINER, ROW, BUTTON, SELECT, TEXT, GALLERY, FILE = 17, 1, 2, 3, 10, 12, 13


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def checked(view: CardView, files: list[Any]) -> list[dict[str, Any]]:
    """The components of a card, after the rules that Discord refuses a message by."""
    [container] = view.to_components()
    found = list(walk([container]))
    assert container["type"] == CONTAINER
    assert len(found) <= 40
    texts = [each["content"] for each in found if each["type"] == TEXT]
    assert all(texts)
    assert sum(map(len, texts)) < 4000
    names = {file.filename for file in files}
    for each in found:
        assert each["type"] in {CONTAINER, ROW, BUTTON, TEXT, GALLERY, SELECT, FILE}
        if each["type"] == ROW:
            assert 1 <= len(each["components"]) <= 5
        if each["type"] == BUTTON:
            assert len(each["custom_id"]) <= 100
            assert 1 <= len(each["label"]) <= 80
            assert "emoji" not in each
        if each["type"] == SELECT:
            assert 1 <= len(each["options"]) <= 25
            assert all(1 <= len(option["label"]) <= 100 for option in each["options"])
            assert len({option["value"] for option in each["options"]}) == len(each["options"])
        if each["type"] == GALLERY:
            assert 1 <= len(each["items"]) <= 10
            assert {item["media"]["url"] for item in each["items"]} <= {f"attachment://{name}" for name in names}
            assert all(1 <= len(item["description"]) <= 1024 for item in each["items"])
    # A file that nothing shows would hang under the card, or be refused.
    items = [item["media"]["url"] for each in found if each["type"] == GALLERY for item in each["items"]]
    items += [each["file"]["url"] for each in found if each["type"] == FILE]
    assert sorted(items) == sorted(f"attachment://{name}" for name in names)
    ids = [each["custom_id"] for each in found if each["type"] in {BUTTON, SELECT}]
    assert len(ids) == len(set(ids))
    assert all(len(file.description or "") <= 1024 for file in files)
    return found


def text_of(view: CardView, files: list[Any] | None = None) -> str:
    return "\n".join(each["content"] for each in checked(view, files or []) if each["type"] == TEXT)


def labels_of(view: CardView) -> list[str]:
    return [each["label"] for each in walk(view.to_components()) if each["type"] == BUTTON]


def painted(portrait: Portrait, ready: int | None = None) -> Outcome:
    takes = [replace(take, state=TakeState.READY) for take in portrait.takes][:ready]
    budgets = (Budget("member_day", 10, 7, RESETS), Budget("server_day", 100, 50, RESETS))
    pictures = tuple((take, a_picture()) for take in takes)
    return Outcome(PortraitState.DELIVERED, pictures, Cost(len(takes), budgets))
