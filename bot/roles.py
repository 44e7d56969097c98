"""What a process of an installation does, and which of Discord's shards it holds."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

# Linear: runs of digits, each of a bounded length, between fixed marks.
_SHARDS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?/([0-9]{1,5})", re.ASCII)
# As much of a wrong range is quoted, and so many of shards that nobody holds.
_SAID, _NAMED = 40, 10
# How a gateway is called among the connections to the database, before its range.
GATEWAY_NAME = "limner gateway"
# Linear: fixed words, then runs of digits as above. A pooler may write more behind it.
_GATEWAY = re.compile(rf"{GATEWAY_NAME} (all|{_SHARDS.pattern})(?= |$)", re.ASCII)


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

    @override
    def __str__(self) -> str:
        return f"{self.ids[0]}-{self.ids[-1]}/{self.count}"

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


def name_of(role: Role, shards: Shards | None) -> str:
    """How a process is called among the connections to the database."""
    return f"{GATEWAY_NAME} {shards or 'all'}" if role is Role.GATEWAY else f"limner {role}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is wrong with the shards that the gateways hold together, in words; empty where nothing is. `lost`: what
    Discord sends for some is heard by nobody.
    """

    problem: str = ""
    lost: bool = False


def coverage(names: Sequence[str]) -> Coverage:
    """Of processes by their names, of any role; where no gateway runs there is nothing to say."""
    held = [found[1] for name in names if (found := _GATEWAY.match(name))]
    parts, whole = [shards for each in held if (shards := _shards_or_none(each))], held.count("all")
    counts = sorted({each.count for each in parts})
    if len(counts) > 1:
        return Coverage(
            f"the gateways count {' and '.join(map(str, counts))} shards; one COUNT must be that of all", True
        )
    times = Counter(shard for each in parts for shard in each.ids)
    missing = [shard for shard in range(*counts) if not times[shard]] if counts and not whole else []
    if missing:
        return Coverage(f"of {counts[0]} shards nobody holds {_listed(missing)}: start a gateway for them", True)
    if whole > 1 or (whole and parts):
        return Coverage(
            f"{len(parts) + whole} gateways run, and some hold all shards: as in a rolling restart, for that alone"
        )
    twice = sorted(shard for shard, number in times.items() if number > 1)
    if twice:
        return Coverage(
            f"two gateways hold {_listed(twice)} of {counts[0]} shards: as in a rolling restart, for that alone"
        )
    return Coverage()


def _shards_or_none(text: str) -> Shards | None:
    """What calls itself a gateway need not be one."""
    try:
        return shards_of(text)
    except ValueError:
        return None


def _listed(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return ", ".join(map(str, numbers[:_NAMED])) + more
