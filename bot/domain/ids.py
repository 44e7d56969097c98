"""The identifiers of the project: Discord's are integers, our own are short random strings."""

import secrets
from typing import NewType

UserId = NewType("UserId", int)
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
InteractionId = NewType("InteractionId", int)
PortraitId = NewType("PortraitId", str)
CharacterId = NewType("CharacterId", str)

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ID_PATTERN = r"[a-z0-9]{13}"


def new_id() -> str:
    """Thirteen characters of 32 (65 bits): unguessable, safe in a custom id, readable aloud."""
    # Every byte falls on each of the 32 as often as on any other. Asked for once, not letter by letter.
    return "".join([_ALPHABET[byte % 32] for byte in secrets.token_bytes(13)])
