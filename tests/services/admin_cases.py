"""The use cases of admins, beside those of the members they decide for."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.domain.ids import ChannelId, GuildId
from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.ports.jobs import Delivery
from bot.services.asker import Asker
from bot.services.portraits.requests import Request
from bot.services.servers.administration import Administration
from bot.services.servers.log_channel import Journal
from bot.services.servers.policies import Policies
from bot.services.servers.turn import Turn
from bot.storage.database import Database
from bot.storage.done import SqlDone
from bot.storage.servers import SqlPolicies
from tests.fakes.builders import StoppedClock, a_screening
from tests.services.use_cases import DEFAULTS, UseCases, asker, build
from tests.storage.row_checks import rows

GUILD = GuildId(10)
ROLE = 77


def admin(user: int = 99) -> Asker:
    """An admin at a new interaction."""
    return replace(asker(user), is_manager=True)


@dataclass
class AdminCases:
    """The use cases of admins over the same files as those of members."""

    administration: Administration
    policies: Policies
    use_cases: UseCases
    clock: StoppedClock
    database: Database
    journal: Journal
    held: asyncio.Event
    said: list[tuple[int, str]] = field(default_factory=list)

    async def paint(self, who: Asker, count: int = 1, words: str = "a sailor") -> Portrait:
        again = asker(int(who.user_id))
        who = replace(who, reply=again.reply)
        return (await self.use_cases.portraits.paint(who, Request(words, count=count))).portrait

    async def settle(self, portrait: Portrait, charged: int) -> None:
        state = PortraitState.DELIVERED if charged else PortraitState.FAILED
        await self.use_cases.jobs.settle(Delivery(portrait.id, state), charged, self.clock.now())

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


def open_admin_cases(database: Database, clock: StoppedClock, folder: Path) -> AdminCases:
    said: list[tuple[int, str]] = []
    held = asyncio.Event()
    held.set()

    async def announce(channel: ChannelId, line: str, _reported: object = None) -> None:
        await held.wait()
        said.append((channel, line))

    journal = Journal(announce)
    administration = an_administration(database, clock, journal)
    use_cases = build(database, clock, folder, journal=journal)
    return AdminCases(administration, use_cases.policies, use_cases, clock, database, journal, held, said)


def an_administration(database: Database, clock: StoppedClock, journal: Journal) -> Administration:
    return Administration(
        store=SqlPolicies(database),
        done=SqlDone(database),
        defaults=DEFAULTS,
        clock=clock,
        journal=journal,
        turn=Turn(),
        screening=a_screening(),
    )
