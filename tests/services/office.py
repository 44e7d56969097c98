"""The use cases of admins, beside those of the members they decide for."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.domain.ids import ChannelId, GuildId
from bot.domain.portraits import Portrait, PortraitState
from bot.ports_jobs import Delivery
from bot.services.administration import Administration
from bot.services.asking import Asker
from bot.services.policies import Policies
from bot.services.requests import Request
from bot.storage.database import Database
from bot.storage.done import SqlDone
from bot.storage.policies import SqlPolicies
from tests.fakes.builders import StoppedClock
from tests.services.house import DEFAULTS, House, asker, build
from tests.storage.looking import rows

GUILD = GuildId(10)
ROLE = 77


def admin(user: int = 99) -> Asker:
    """An admin at a new interaction."""
    return replace(asker(user), is_manager=True)


@dataclass
class Office:
    """The use cases of admins over the same files as those of members."""

    administration: Administration
    policies: Policies
    house: House
    clock: StoppedClock
    database: Database
    said: list[tuple[int, str]] = field(default_factory=list)

    async def paint(self, who: Asker, count: int = 1, words: str = "a sailor") -> Portrait:
        again = asker(int(who.user_id))
        who = replace(who, reply=again.reply)
        return (await self.house.portraits.paint(who, Request(words, count=count))).portrait

    async def settle(self, portrait: Portrait, charged: int) -> None:
        state = PortraitState.DELIVERED if charged else PortraitState.FAILED
        await self.house.jobs.settle(Delivery(portrait.id, state), charged, self.clock.now())

    async def painted(self, who: Asker, count: int = 1) -> None:
        await self.settle(await self.paint(who, count), count)

    async def left(self, who: Asker) -> dict[str, int]:
        _, budgets = await self.policies.budgets(who)
        return {budget.limit: budget.left for budget in budgets}

    async def audited(self) -> list[dict[str, Any]]:
        return await rows(self.database, "SELECT * FROM audit ORDER BY id")

    async def decided(self) -> list[Any]:
        tables = ("server_policy", "role_limit", "member_limit", "audit", "quota_counter")
        return [await rows(self.database, f"SELECT * FROM {table}") for table in tables]


def open_office(database: Database, clock: StoppedClock, folder: Path) -> Office:
    said: list[tuple[int, str]] = []

    async def announce(channel: ChannelId, line: str) -> None:
        said.append((channel, line))

    administration = Administration(
        store=SqlPolicies(database), done=SqlDone(database), defaults=DEFAULTS, clock=clock, announce=announce
    )
    house = build(database, clock, folder, announce=announce)
    return Office(administration, house.policies, house, clock, database, said)
