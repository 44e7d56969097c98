"""The permission bits that the tests need, by Discord's names in snake case."""

from collections.abc import Iterable

BITS = {
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "manage_roles": 1 << 28,
    "use_application_commands": 1 << 31,
}


def bits(names: int | Iterable[str]) -> int:
    """The permissions as one integer, from an integer or from names."""
    if isinstance(names, int):
        return names
    value = 0
    for name in names:
        value |= BITS[name]
    return value


MEMBER = bits(
    (
        "view_channel",
        "send_messages",
        "embed_links",
        "attach_files",
        "read_message_history",
        "use_application_commands",
    )
)
BOT = MEMBER


def has(granted: int, wanted: int) -> bool:
    """Whether all wanted bits are granted; an administrator has them all."""
    return bool(granted & BITS["administrator"]) or granted & wanted == wanted
