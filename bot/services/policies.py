"""The limits that hold in a place: the operator's defaults."""

from dataclasses import dataclass

from bot.domain.portraits import Place
from bot.domain.quotas import Policy


@dataclass(frozen=True, slots=True)
class QuotaDefaults:
    """The limits of a server that configured nothing, in images; and the operator's ceiling above all of them."""

    guild_per_day: int
    guild_per_month: int
    member_per_day: int
    direct_per_day: int
    ceiling_guild_per_month: int


class Policies:
    """Finds the policy of a place."""

    def __init__(self, defaults: QuotaDefaults) -> None:
        self._defaults = defaults

    async def of(self, place: Place) -> Policy:
        """The policy of a server, or of direct messages; never above the operator's ceiling."""
        defaults = self._defaults
        if place.guild_id is None:
            return Policy(defaults.direct_per_day, None, None)
        month = min(defaults.guild_per_month, defaults.ceiling_guild_per_month)
        return Policy(defaults.member_per_day, defaults.guild_per_day, month)
