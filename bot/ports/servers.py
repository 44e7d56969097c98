"""What admins decided, with who decided it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.ids import GuildId, UserId
from bot.domain.once import Once
from bot.domain.portraits.portrait import Budget
from bot.domain.portraits.preferences import Preferences
from bot.domain.servers.quotas import Leg, MemberLimit, RoleLimit
from bot.domain.servers.settings import Change, Notice, ServerSettings, UsageRow


@dataclass(frozen=True, slots=True)
class Decided:
    """All that decides for one member in a server: its settings, the limits of its roles, the member's own, and what
    the member prefers.
    """

    settings: ServerSettings
    roles: Sequence[RoleLimit]
    member: MemberLimit | None
    preferences: Preferences


class PolicyStore(Protocol):
    """What admins decided, with who decided it."""

    async def settings(self, guild_id: GuildId) -> ServerSettings: ...

    async def rules(self, guild_id: GuildId, user_id: UserId) -> Decided:
        """All that decides for one member, at one moment."""
        ...

    async def change(self, change: Change, once: Once | None, now: datetime) -> None:
        """Write the new settings and the audit entry in one transaction."""
        ...

    async def role_limits(self, guild_id: GuildId) -> Sequence[RoleLimit]: ...

    async def set_role_limit(
        self, change: Change, limit: RoleLimit, once: Once | None, now: datetime, *, remove: bool
    ) -> None: ...

    async def member_limit(self, guild_id: GuildId, user_id: UserId) -> MemberLimit | None: ...

    async def member_limits(self, guild_id: GuildId) -> Sequence[MemberLimit]: ...

    async def set_member_limit(self, change: Change, limit: MemberLimit, once: Once, now: datetime) -> None: ...

    async def reset(self, change: Change, legs: Sequence[Leg], once: Once, now: datetime) -> Sequence[tuple[int, int]]:
        """Set counters to zero, and return what each held before and after: images of open portraits stay counted."""
        ...

    async def at_limit(self, guild_id: GuildId, day: str, maximum: int) -> int:
        """How many members have used up that day; `maximum` is the limit of those who have no other."""
        ...

    async def budgets(self, legs: Sequence[Leg]) -> Sequence[Budget]: ...

    async def refused(
        self, guild_id: GuildId, user_id: UserId, kind: str, reason: str, once: Once, now: datetime
    ) -> None: ...

    async def untold_notices(self) -> Sequence[Notice]:
        """Months that run out, of servers that have a log channel and were not told."""
        ...

    async def tell_notice(self, notice: Notice, now: datetime) -> bool:
        """Whether it is still to be told: then it counts as told."""
        ...

    async def usage(self, guild_id: GuildId, since: datetime) -> Sequence[UsageRow]: ...
