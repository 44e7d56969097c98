"""What admins ask for and what they see, and the one check that they are admins."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.domain.errors import NotInServer, NotManager
from bot.domain.ids import GuildId
from bot.domain.portraits import Budget
from bot.domain.quotas import MemberLimit, Policy, RoleLimit
from bot.domain.servers import ServerSettings, UsageRow
from bot.services.asking import Asker


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that `/quota show` and `/settings show` tell."""

    policy: Policy
    settings: ServerSettings
    roles: tuple[RoleLimit, ...]
    members: tuple[MemberLimit, ...]
    budgets: tuple[Budget, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Who used what since an instant."""

    since: datetime
    rows: tuple[UsageRow, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of `/quota set`; None leaves one as it is, or with `defaults` makes it the operator's default.

    `at_once` 0 is no limit.
    """

    server_day: int | None = None
    server_month: int | None = None
    member_day: int | None = None
    at_once: int | None = None
    cooldown: int | None = None
    defaults: bool = False


def managed(asker: Asker) -> GuildId:
    """The server that the member manages; raises NotInServer or NotManager."""
    if asker.place.guild_id is None:
        raise NotInServer
    if not asker.is_manager:
        raise NotManager
    return asker.place.guild_id


def as_json(value: RoleLimit | MemberLimit | None) -> str:
    """A limit as the audit keeps it; nothing for none."""
    return json.dumps(asdict(value)) if value else "{}"
