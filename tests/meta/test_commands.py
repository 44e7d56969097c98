"""Every command fits Discord's limits and stands in the README, with every option."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from discord import app_commands
from pydantic import SecretStr

from bot.app import open_app
from bot.client import EXTENSIONS
from bot.config import Config, DatabaseConfig, DiscordConfig, ModelsLabConfig
from tests.meta.repository import REPO

SUBCOMMAND, GROUP, STRING = 1, 2, 3
CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
NAME = re.compile(r"[-_'a-z0-9]{1,32}")


@dataclass(frozen=True)
class Command:
    """A command as a member types it: `/character pose`, with its options."""

    name: str
    options: tuple[dict[str, Any], ...]


@pytest.fixture
async def tree(tmp_path: Path) -> AsyncIterator[app_commands.CommandTree[Any]]:
    config = Config(
        discord=DiscordConfig(token=SecretStr("a-token-for-tests")),
        modelslab=ModelsLabConfig(api_key=SecretStr("a-key-for-tests")),
        database=DatabaseConfig(url=f"sqlite:///{tmp_path / 'limner.db'}"),
    )
    async with open_app(config) as app:
        for extension in EXTENSIONS:
            await app.bot.load_extension(extension)
        yield app.bot.tree
        for extension in EXTENSIONS:
            await app.bot.unload_extension(extension)


@pytest.fixture
def payloads(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """What is sent to Discord when the commands are registered."""
    return [command.to_dict(tree) for command in tree.get_commands()]


def leaves(payload: dict[str, Any], path: str = "") -> Iterator[Command]:
    name = f"{path} {payload['name']}".strip()
    options: list[dict[str, Any]] = payload.get("options", [])
    nested = [option for option in options if option["type"] in {SUBCOMMAND, GROUP}]
    for option in nested:
        yield from leaves(option, name)
    if not nested:
        yield Command(name, tuple(options))


def slash_commands(payloads: list[dict[str, Any]]) -> list[Command]:
    return [leaf for payload in payloads if payload.get("type", CHAT_INPUT) == CHAT_INPUT for leaf in leaves(payload)]


def menus(payloads: list[dict[str, Any]]) -> list[str]:
    return [payload["name"] for payload in payloads if payload.get("type", CHAT_INPUT) != CHAT_INPUT]


def size_of(payload: dict[str, Any]) -> int:
    """Discord counts names, descriptions and choice values of a command and all that is in it."""
    own = len(payload["name"]) + len(payload.get("description", ""))
    own += sum(len(choice["name"]) + len(str(choice["value"])) for choice in payload.get("choices", []))
    return own + sum(size_of(option) for option in payload.get("options", []))


def assert_fits(payload: dict[str, Any], depth: int = 0) -> None:
    where = payload["name"]
    assert NAME.fullmatch(payload["name"]), where
    assert 1 <= len(payload["description"]) <= 100, where
    options: list[dict[str, Any]] = payload.get("options", [])
    assert len(options) <= 25, where
    assert len({option["name"] for option in options}) == len(options), where
    assert depth < 3, where
    required = [bool(option.get("required")) for option in options]
    assert required == sorted(required, reverse=True), f"{where}: required options come first"
    choices: list[dict[str, Any]] = payload.get("choices") or []
    assert len(choices) <= 25, where
    assert not (choices and payload.get("autocomplete")), where
    for choice in choices:
        assert 1 <= len(choice["name"]) <= 100, where
        assert len(str(choice["value"])) <= 100, where
    assert 0 <= payload.get("min_length", 0) <= payload.get("max_length", 6000) <= 6000, where
    assert payload.get("min_value", 0) <= payload.get("max_value", 2**53), where
    for option in options:
        assert_fits(option, depth + 1)


def test_every_payload_is_within_discords_limits(payloads: list[dict[str, Any]]) -> None:
    assert payloads
    counted = dict.fromkeys((CHAT_INPUT, USER_MENU, MESSAGE_MENU), 0)
    for payload in payloads:
        kind = payload.get("type", CHAT_INPUT)
        counted[kind] += 1
        assert size_of(payload) <= 8000, payload["name"]
        if kind == CHAT_INPUT:
            assert_fits(payload)
        else:
            assert 1 <= len(payload["name"]) <= 32
    assert counted[CHAT_INPUT] <= 100
    assert max(counted[USER_MENU], counted[MESSAGE_MENU]) <= 5


def test_free_text_is_bounded_before_it_is_sent(payloads: list[dict[str, Any]]) -> None:
    """Text options that name something of ours (autocomplete, choices) are looked up; all others have a length."""
    loose = [
        f"/{command.name} {option['name']}"
        for command in slash_commands(payloads)
        for option in command.options
        if option["type"] == STRING
        and not (option.get("choices") or option.get("autocomplete") or option.get("max_length"))
    ]
    assert loose == []


def test_who_sees_an_answer_is_left_to_the_member_where_nothing_is_said(
    tree: app_commands.CommandTree[Any],
) -> None:
    """A default of a command would decide in the place of what they prefer."""
    said = "Only you see the answer; False: everybody does, whatever you prefer"
    asking = {
        command.qualified_name: option
        for command in tree.walk_commands()
        if isinstance(command, app_commands.Command) and command.qualified_name != "preferences"
        for option in command.parameters
        if option.name == "private"
    }
    assert len(asking) >= 4
    for name, option in asking.items():
        assert (option.default, option.description) == (None, said), name


def test_every_option_is_described(payloads: list[dict[str, Any]]) -> None:
    """discord.py writes an ellipsis where a description is missing."""
    for command in slash_commands(payloads):
        for option in command.options:
            assert len(option["description"]) > 5, f"/{command.name} {option['name']}"


def test_the_readme_shows_every_command_with_every_option(payloads: list[dict[str, Any]]) -> None:
    """In a line with the whole command, such as `/character pose`, each option is a word of that line."""
    lines = (REPO / "README.md").read_text(encoding="utf-8").splitlines()
    missing: list[str] = []
    for command in slash_commands(payloads):
        shown = [line for line in lines if re.search(rf"/{re.escape(command.name)}(?![\w-])", line)]
        if not shown:
            missing.append(f"/{command.name}")
        missing += [
            f"/{command.name}: {option['name']}"
            for option in command.options
            if shown and not any(re.search(rf"(?<![\w/-]){re.escape(option['name'])}(?![\w-])", line) for line in shown)
        ]
    missing += [name for name in menus(payloads) if not any(name in line for line in lines)]
    assert missing == []
