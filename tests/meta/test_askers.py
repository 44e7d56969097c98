"""Who asks is known once: every use case is told it first, and no command puts it together from ids."""

import ast
import inspect
from dataclasses import fields
from typing import Any

import pytest

from bot.interactions.context import Services
from bot.services.asker import Asker
from tests.meta.repository import name_of, parsed, python_files

# What nobody asked for at an interaction, and why it is called all the same.
NOT_ASKED = {
    "Likeness.look": "by the driver of a take, after its picture came",
    "Portraits.acknowledged": "how the answer of an accepted portrait went, also after its member is gone",
    "Policies.of": "about a place, for other use cases",
    "Policies.drain": "at the end of the process",
    "Tidying.named": "a gateway event: something was deleted",
    "Tidying.gone": "a gateway event: something was deleted",
    "Privacy.left": "a gateway event: a server removed the bot",
    "Privacy.joined": "a gateway event: a server has the bot",
    "Privacy.present": "a gateway event: which servers there are",
    "Privacy.chores": "by the clock",
    "Characters.chores": "by the clock",
}
# Made from what a payload says, in one place: `bot/interactions/context.py`.
MADE_AT_THE_DOOR = frozenset({"UserId", "GuildId", "Place", "Reply", "Asker", "place_of", "_place_of"})
OF_AN_EVENT = {("cogs/privacy/servers.py", "GuildId"), ("cogs/servers/tidying.py", "GuildId")}


def use_cases() -> dict[str, Any]:
    """Every public method of the classes that commands are given."""
    classes: list[Any] = [field.type for field in fields(Services) if field.name != "done"]
    return {
        f"{each.__name__}.{name}": method
        for each in classes
        for name, method in inspect.getmembers(each, inspect.isfunction)
        if not name.startswith("_")
    }


def told_first(method: Any) -> bool:
    """Whether who asks is what the use case is told first."""
    first = [*inspect.signature(method).parameters.values()][1:2]
    return [(each.name, each.annotation) for each in first] == [("asker", Asker)]


def made(tree: ast.AST) -> set[str]:
    """Which of those are called in a module."""
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    names = {each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in called}
    return names & MADE_AT_THE_DOOR


def test_every_use_case_is_told_first_who_asks() -> None:
    found = use_cases()
    assert len(found) > 45
    assert {name for name, method in found.items() if not told_first(method)} == set(NOT_ASKED)


def test_no_command_makes_an_asker_of_its_own() -> None:
    found = {(name_of(path), name) for path in python_files("cogs") for name in made(parsed(path))}
    assert found == OF_AN_EVENT


def test_a_handler_asks_once_who_asks() -> None:
    twice = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files("cogs")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.AsyncFunctionDef) and ast.unparse(node).count("asker_of(") > 1
    ]
    assert twice == []


@pytest.mark.parametrize("line", ["UserId(interaction.user.id)", "ids.UserId(1)", "place_of(click).guild_id"])
def test_the_search_finds_what_is_made(line: str) -> None:
    assert made(ast.parse(line))


def test_the_search_finds_a_use_case_that_takes_an_id() -> None:
    class Bad:
        async def by_id(self, user_id: int) -> None: ...

        async def late(self, number: int, asker: Asker) -> None: ...

        async def good(self, asker: Asker, number: int) -> None: ...

    assert [told_first(each) for each in (Bad.by_id, Bad.late, Bad.good)] == [False, False, True]
