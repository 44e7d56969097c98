"""A server's month runs out: its log channel hears it once, in time to do something about it."""

from dataclasses import replace

from bot.domain.ids import ChannelId, UserId
from bot.domain.portraits.portrait import Budget, Place
from bot.domain.servers.money import Price
from bot.domain.servers.quotas import Allowance, is_scarce, legs_of
from bot.domain.servers.settings import Defaults, Notice, ServerSettings, policy_of
from bot.ports.clock import Clock
from bot.ports.servers import PolicyStore
from bot.services.servers import log_channel
from bot.services.servers.log_channel import Journal


class Notices:
    """Tells what was written down when four fifths of a month's limit were used.

    What is not so any more by now is left as it is: a limit that was raised has a notice of its own.
    """

    def __init__(
        self, *, store: PolicyStore, defaults: Defaults, clock: Clock, journal: Journal, price: Price | None
    ) -> None:
        self._store = store
        self._defaults = defaults
        self._clock = clock
        self._journal = journal
        self._price = price

    async def chores(self) -> None:
        """Tell what is still to be told; called every few seconds."""
        for notice in await self._store.untold_notices():
            settings = await self._store.settings(notice.guild_id)
            month = await self._month(notice, settings)
            if month is None or not await self._store.tell_notice(notice, self._clock.now()):
                continue
            self._journal.tell(settings.log_channel_id, log_channel.of_month(month, self._price))

    async def _month(self, notice: Notice, settings: ServerSettings) -> Budget | None:
        """What is left of that month; None where another limit or another month holds, or enough came back."""
        now = self._clock.now()
        # Nobody's in particular: the server's own counters are the same for all.
        place = Place(ChannelId(0), notice.guild_id)
        policy = replace(policy_of(settings, self._defaults, now), server_per_day=None, ceiling_per_month=None)
        legs = legs_of(policy, Allowance(None), place, UserId(0), now)
        [leg] = [each for each in legs if each.limit == "server_month"]
        [budget] = await self._store.budgets([leg])
        holds = (leg.window, leg.maximum) == (notice.window, notice.maximum)
        return budget if holds and is_scarce(budget.maximum - budget.left, budget.maximum) else None
