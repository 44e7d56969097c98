"""The rules that hold for one member in one place: what commands ask before anything is spent."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import ChannelClosed, DomainError
from bot.domain.portraits import Budget, Place
from bot.domain.quotas import UNLIMITED, Allowance, Leg, Policy, allowance, legs_of
from bot.domain.servers import Defaults, direct_policy, policy_of
from bot.ports import Clock, PolicyStore
from bot.services.asking import Asker


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy of a place, what it allows one member, and the counters that a request of theirs touches."""

    policy: Policy
    mine: Allowance
    legs: tuple[Leg, ...]


class Policies:
    """Finds the rules. Nothing is cached: a change holds from the next request on."""

    def __init__(self, *, store: PolicyStore, defaults: Defaults, clock: Clock) -> None:
        self._store = store
        self._defaults = defaults
        self._clock = clock

    async def of(self, place: Place, now: datetime) -> Policy:
        """The policy of a server, or of direct messages."""
        if place.guild_id is None:
            return direct_policy(self._defaults)
        return policy_of(await self._store.settings(place.guild_id), self._defaults, now)

    async def for_asker(self, asker: Asker) -> Rules:
        """The rules for a request made now."""
        now = self._clock.now()
        policy = await self.of(asker.place, now)
        guild_id = asker.place.guild_id
        if guild_id is None:
            mine = allowance(policy, (), (), None)
        else:
            exception = await self._store.member_limit(guild_id, asker.user_id)
            mine = allowance(policy, await self._store.role_limits(guild_id), asker.roles, exception)
        return Rules(policy, mine, legs_of(policy, mine, asker.place, asker.user_id, now))

    async def budgets(self, asker: Asker) -> tuple[Rules, tuple[Budget, ...]]:
        """What the member has left here, of each limit that there is."""
        rules = await self.for_asker(asker)
        limited = [leg for leg in rules.legs if leg.maximum < UNLIMITED]
        return rules, tuple(await self._store.budgets(limited))

    async def note_refusal(self, asker: Asker, kind: str, reason: DomainError) -> None:
        """Remember for the server's report that a request was refused, not what it said."""
        if asker.place.guild_id is not None:
            await self._store.refused(
                asker.place.guild_id, asker.user_id, kind, type(reason).__name__, self._clock.now()
            )


def check_channel(policy: Policy, place: Place) -> None:
    """Raises ChannelClosed where the server's admins keep the bot to other channels."""
    if policy.channels is not None and place.channel_id not in policy.channels:
        raise ChannelClosed(tuple(sorted(policy.channels)))
