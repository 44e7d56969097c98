"""`/preferences`: a member's own defaults, looked at and changed."""

from dataclasses import dataclass, replace

from bot.domain.characters.character import Identity
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.styles import Framing, Style
from bot.domain.servers.quotas import Policy
from bot.ports.clock import Clock
from bot.ports.portraits import PreferenceStore
from bot.services.asker import Asker
from bot.services.portraits.requests import chosen
from bot.services.servers.policies import Policies

# What is typed to take a preference back.
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed; None leaves the old one, "default" takes it back."""

    style: str | None = None
    framing: str | None = None
    identity: str | None = None
    private: bool | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a member prefers, what it was before, and what holds where they prefer nothing: the policy of the place, and
    the operator's identity of new characters.
    """

    before: Preferences
    after: Preferences
    policy: Policy
    identity: Identity


class Preferring:
    """The use cases around preferences. `usual`: the operator's identity of new characters."""

    def __init__(self, *, store: PreferenceStore, policies: Policies, clock: Clock, usual: Identity) -> None:
        self._store = store
        self._policies = policies
        self._clock = clock
        self._usual = usual

    async def of(self, asker: Asker) -> Preferences:
        """What the member prefers."""
        return await self._store.of(asker.user_id)

    async def change(self, asker: Asker, wish: Wish) -> Overview:
        """Write what was typed; nothing typed changes nothing. Raises UnknownChoice, and then nothing is written."""
        rules = await self._policies.for_asker(asker)
        if wish == Wish():
            return Overview(rules.preferences, rules.preferences, rules.policy, self._usual)
        changes: dict[str, Style | Framing | Identity | bool | None] = {}
        for name, kind in (("style", Style), ("framing", Framing), ("identity", Identity)):
            typed = getattr(wish, name)
            if typed is not None:
                value = chosen(name, typed, (*kind, DEFAULT))
                changes[name] = None if value == DEFAULT else kind(value)
        if wish.private is not None:
            changes["private"] = wish.private
        after = await self._store.change(
            asker.user_id,
            lambda before: replace(before, **changes),
            asker.once,
            self._clock.now(),
        )
        return Overview(rules.preferences, after, rules.policy, self._usual)
