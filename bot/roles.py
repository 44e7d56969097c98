"""What a process of an installation does, and which of Discord's shards it holds."""

import re
from dataclasses import dataclass
from enum import StrEnum

# Linear: runs of digits, each of a bounded length, between fixed marks.
_SHARDS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?/([0-9]{1,5})", re.ASCII)
# As much of a wrong range is quoted.
_SAID = 40


class Role(StrEnum):
    """Chosen by `run --role`."""

    # Holds the connections to Discord, paints and delivers; alone.
    ALL = "all"
    # Holds connections to Discord: answers people, and puts what they order into the queue.
    GATEWAY = "gateway"
    # Paints and delivers what is in the queue, and keeps house.
    WORKER = "worker"
    # As `all`, but Discord's interactions arrive as requests over HTTP, and no connection is held.
    HTTP = "http"

    @property
    def holds_connections(self) -> bool:
        """Whether interactions arrive by Discord's gateway."""
        return self in {Role.ALL, Role.GATEWAY}

    @property
    def answers(self) -> bool:
        """Whether people talk to this process."""
        return self is not Role.WORKER

    @property
    def paints(self) -> bool:
        """Whether it orders pictures, delivers them, and keeps house."""
        return self is not Role.GATEWAY

    def shares(self, *, server: bool) -> bool:
        """Whether others may use the database beside it; `server`: and it is PostgreSQL."""
        return server and self is not Role.ALL


@dataclass(frozen=True, slots=True)
class Shards:
    """Those that one process holds, of `count`."""

    ids: range
    count: int

    def hold(self, guild_id: int) -> bool:
        """Whether Discord tells these of a server."""
        return (guild_id >> 22) % self.count in self.ids


def shards_of(text: str) -> Shards:
    """`0-1/4`: the first two of four; `2/4`: the third. Raises ValueError with a reason for the operator."""
    found = _SHARDS.fullmatch(text.strip())
    if found is None:
        raise ValueError("must be FIRST-LAST/COUNT, such as 0-1/4, or ONE/COUNT")
    first, last, count = int(found[1]), int(found[2] or found[1]), int(found[3])
    if count < 1:
        raise ValueError("there is at least one shard")
    if first > last:
        raise ValueError(f"{first} comes after {last}")
    if last >= count:
        raise ValueError(f"the last of {count} is number {count - 1}, for they are counted from 0")
    return Shards(range(first, last + 1), count)


def chosen(role: Role, shards: str | None, *, server: bool) -> Shards | None:
    """The shards of a process, None for all that Discord wants; raises ValueError for what does not go together.

    `server`: its database is PostgreSQL.
    """
    if role in {Role.GATEWAY, Role.WORKER} and not server:
        raise ValueError(f"--role {role} shares its database with others: set database.url to postgresql://...")
    if shards is None:
        return None
    if role is not Role.GATEWAY:
        raise ValueError(f"--shards belongs to --role gateway, not to {role}")
    try:
        return shards_of(shards)
    except ValueError as error:
        raise ValueError(f"--shards {' '.join(shards.split())[:_SAID]}: {error}") from None
