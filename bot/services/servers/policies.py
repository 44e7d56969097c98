"""The rules that hold for one member in one place: what commands ask before anything is spent."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import AlreadyDone, ChannelClosed, DomainError, WordRefused
from bot.domain.portraits.portrait import Budget, Place
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.styles import Framing, Style
from bot.domain.servers.quotas import UNLIMITED, Allowance, Leg, Policy, allowance, legs_of
from bot.domain.servers.settings import Defaults, direct_policy, policy_of
from bot.ports.clock import Clock
from bot.ports.portraits import PreferenceStore
from bot.ports.servers import PolicyStore
from bot.services.asker import Asker
from bot.services.servers import log_channel
from bot.services.servers.log_channel import Journal

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy of a place, what it allows one member, and the counters that a request of theirs touches.

    `preferences` are the member's own: what they leave out is theirs first, then the place's.
    """

    policy: Policy
    mine: Allowance
    legs: tuple[Leg, ...]
    preferences: Preferences

    @property
    def style(self) -> Style:
        """The look where none is named."""
        return self.preferences.style or self.policy.style

    @property
    def framing(self) -> Framing:
        """The framing where none is named."""
        return self.preferences.framing or self.policy.framing


class Policies:
    """Finds the rules. Nothing is cached: a change holds from the next request on."""

    def __init__(
        self,
        *,
        store: PolicyStore,
        preferences: PreferenceStore,
        defaults: Defaults,
        clock: Clock,
        journal: Journal,
    ) -> None:
        self._store = store
        self._preferences = preferences
        self._defaults = defaults
        self._clock = clock
        self._journal = journal
        self._notes: deque[Callable[[], Awaitable[None]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def of(self, place: Place, now: datetime) -> Policy:
        """The policy of a server, or of direct messages."""
        if place.guild_id is None:
            return direct_policy(self._defaults)
        return policy_of(await self._store.settings(place.guild_id), self._defaults, now)

    async def for_asker(self, asker: Asker) -> Rules:
        """The rules for a request made now."""
        now = self._clock.now()
        guild_id = asker.place.guild_id
        if guild_id is None:
            policy = direct_policy(self._defaults)
            mine = allowance(policy, (), (), None)
            preferences = await self._preferences.of(asker.user_id)
        else:
            found = await self._store.rules(guild_id, asker.user_id)
            policy = policy_of(found.settings, self._defaults, now)
            mine = allowance(policy, found.roles, asker.roles, found.member)
            preferences = found.preferences
        return Rules(policy, mine, legs_of(policy, mine, asker.place, asker.user_id, now), preferences)

    async def budgets(self, asker: Asker) -> tuple[Rules, tuple[Budget, ...]]:
        """What the member has left here, of each limit that there is."""
        rules = await self.for_asker(asker)
        limited = [leg for leg in rules.legs if leg.maximum < UNLIMITED]
        return rules, tuple(await self._store.budgets(limited))

    async def note_refusal(self, asker: Asker, kind: str, reason: DomainError) -> None:
        """Remember for the server's report that a request was refused, not what it said.

        A refused word is told to the server's log channel too. Both happen in the background, and once for each
        interaction: a crowd that runs into a limit must not wait for a disk to hear so.
        """
        guild_id = asker.place.guild_id
        if guild_id is None:
            return
        at = self._clock.now()
        # Not the whole change: what was refused changed nothing, and its own answer is still to be given.
        once = asker.once.at_step(1)

        async def note() -> None:
            await self._store.refused(guild_id, asker.user_id, kind, type(reason).__name__, once, at)
            if isinstance(reason, WordRefused):
                settings = await self._store.settings(guild_id)
                line = log_channel.of_refusal(asker.user_id, asker.place.channel_id)
                self._journal.tell(settings.log_channel_id, line)

        self._notes.append(note)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(
                self._write_notes(),
                name="refusals",
                # Not that of this interaction: it may write the notes of later ones.
                context=Context(),
            )

    async def _write_notes(self) -> None:
        """One after the other, so that those who are accepted do not queue behind them."""
        while self._notes:
            try:
                await self._notes.popleft()()
            except AlreadyDone:
                continue
            except DomainError as error:
                _log.warning("a refusal was not written down (%s)", type(error).__name__)
            except Exception:  # noqa: BLE001 - whatever it was, nobody waits for this note
                _log.exception("a refusal was not written down")

    async def drain(self) -> None:
        """Wait for what is still to be written down, and then told by the journal."""
        if self._writing is not None:
            await self._writing


def check_channel(policy: Policy, place: Place) -> None:
    """Raises ChannelClosed where the server's admins keep the bot to other channels."""
    if not policy.paints_in(place):
        raise ChannelClosed(tuple(sorted(policy.channels or ())))
