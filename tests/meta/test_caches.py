"""Nothing that decides asks discord.py's caches: they are empty after a start, in an outage, in other processes."""

import ast
from pathlib import Path

import pytest

from tests.meta.repository import name_of, parsed, python_files

# Attributes of discord.py that are answered from a cache.
LOOKUPS = frozenset(
    {
        *("get_guild", "get_channel", "get_channel_or_thread", "get_thread", "get_role", "get_member", "get_user"),
        *("get_member_named", "resolve", "resolve_channel", "_resolve_channel", "_get_guild", "default_role"),
        *("guild_permissions", "resolved_permissions", "top_role", "permissions_for", "permissions_in"),
        *("is_nsfw", "me", "roles", "members", "channels", "threads", "text_channels", "forums", "parent", "category"),
        *("guilds", "users", "private_channels", "cached_message"),
    }
)
# `interaction.channel` is the cached one where there is one; `interaction.guild` holds whatever was heard so far.
OF_AN_INTERACTION = frozenset({"channel", "guild", "channel_id"})
# Our own values have such names too: a policy's channels, an asker's roles.
OURS = frozenset({"policy", "shown", "asker", "settings", "named", "portrait", "options", "path"})
# Options and handlers of these types are resolved by discord.py's caches before we see them.
TYPES = frozenset({"TextChannel", "VoiceChannel", "StageChannel", "ForumChannel", "CategoryChannel", "Thread"})

ALLOWED: dict[str, dict[str, str]] = {
    "bot/client.py": {"guilds": "how many, for the line in the log"},
    "bot/interactions/payload.py": {
        "channel_id": "where there is no payload at all, nothing else tells where the interaction is",
    },
    "cogs/servers/options.py": {
        "guild": "to ask Discord about; and its full lists may say that something is gone",
        "roles": "the full list of a server that is known, as a veto only",
        "get_channel": "as a veto, and for the kind of a channel, which never changes; also the name of a REST call",
        "permissions_for": "computed from what was fetched for it",
    },
    "cogs/servers/listed.py": {
        "guild": "names for the eye",
        "get_role": "a name for the eye",
        "get_channel_or_thread": "a name for the eye",
    },
    "cogs/servers/tidying.py": {
        "get_guild": "to compare once its lists are complete",
        "roles": "the full list",
        "channels": "the full list",
    },
    "cogs/privacy/servers.py": {"guilds": "READY names every server, known or not"},
}


def looked_up(tree: ast.AST) -> set[str]:
    """The cache look-ups of a module, by the name of the attribute."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value
        own = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        of_discord = (own == "interaction" and node.attr in OF_AN_INTERACTION) or (
            own == "discord" and node.attr in TYPES
        )
        if of_discord or (node.attr in LOOKUPS and own not in OURS):
            found.add(node.attr)
    return found


def discord_files() -> list[Path]:
    """The modules that meet discord.py's objects."""
    return [path for path in python_files("bot", "cogs") if "import discord" in path.read_text(encoding="utf-8")]


def test_no_decision_looks_into_a_cache() -> None:
    names = {name_of(path): looked_up(parsed(path)) for path in discord_files()}
    assert len(names) > 20
    found = {name: lookups - set(ALLOWED.get(name, {})) for name, lookups in names.items()}
    assert {name: lookups for name, lookups in found.items() if lookups} == {}, "read the payload, or ask Discord"


def test_no_allowance_outlives_its_need() -> None:
    unused = {
        name: set(reasons) - looked_up(parsed(path))
        for name, reasons in ALLOWED.items()
        for path in discord_files()
        if name_of(path) == name
    }
    assert set(unused) == set(ALLOWED)
    assert {name for name, rest in unused.items() if rest} == set()


@pytest.mark.parametrize(
    "line",
    [
        "interaction.user.roles",
        "[role.id for role in person.roles]",
        "interaction.guild.get_role(1)",
        "interaction.channel.parent_id",
        "given.permissions_for(guild.me)",
        "isinstance(channel, discord.Thread)",
        "def f(channel: discord.TextChannel): ...",
        "channel.is_nsfw()",
        "bot.get_channel(5)",
        "value.resolve()",
    ],
)
def test_the_search_finds_a_look_up(line: str) -> None:
    assert looked_up(ast.parse(line))
