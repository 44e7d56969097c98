"""What admins are answered: what holds, what a change of theirs did, and who used what."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import UserId
from bot.domain.portraits.portrait import Budget
from bot.domain.servers.money import Price
from bot.domain.servers.quotas import MemberLimit, Policy, RoleLimit
from bot.domain.servers.settings import ServerSettings, UsageRow


@dataclass(frozen=True, slots=True)
class InForce:
    """What a server decided, and the policy that follows from it."""

    settings: ServerSettings
    policy: Policy


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that `/quota show` tells, but who is at their limit."""

    policy: Policy
    settings: ServerSettings
    roles: tuple[RoleLimit, ...]
    members: tuple[MemberLimit, ...]
    budgets: tuple[Budget, ...]
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Who used what since an instant."""

    since: datetime
    rows: tuple[UsageRow, ...]
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    before: InForce
    after: InForce


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """None: the role has no limit of its own."""

    role_id: int
    before: RoleLimit | None
    after: RoleLimit | None


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """The gifts are what is left of them."""

    before: MemberLimit
    after: MemberLimit
    gift_before: int
    gift_after: int


@dataclass(frozen=True, slots=True)
class Recounted:
    """Images that were counted, and those that still are: they are being painted. A member has no month."""

    user_id: UserId | None
    day: tuple[int, int]
    month: tuple[int, int] | None


AnyChange = SettingsChanged | RoleChanged | MemberChanged | Recounted
