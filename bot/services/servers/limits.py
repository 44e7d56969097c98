"""The numbers of `/quota set`, in words of the settings."""

from dataclasses import dataclass
from typing import Any

from bot.domain.errors import AboveCeiling
from bot.domain.portraits.prompts import within

_LONGEST_COOLDOWN, _MOST_AT_ONCE = 86_400, 100


@dataclass(frozen=True, slots=True)
class Limits:
    """None leaves one as it is, or with `defaults` makes it the operator's default. `at_once` 0 is no limit."""

    server_day: int | None = None
    server_month: int | None = None
    member_day: int | None = None
    at_once: int | None = None
    cooldown: int | None = None
    defaults: bool = False

    def changes(self, ceiling: int) -> dict[str, Any]:
        """What becomes of the settings; raises OutOfRange or AboveCeiling."""
        for name in ("server_day", "server_month", "member_day"):
            check_images(f"{name.replace('_', ' ')} limit", getattr(self, name), ceiling)
        if self.at_once is not None:
            within("limit of portraits at once", self.at_once, 0, _MOST_AT_ONCE)
        if self.cooldown is not None:
            within("pause in seconds", self.cooldown, 0, _LONGEST_COOLDOWN)
        chosen = {
            "guild_per_day": self.server_day,
            "guild_per_month": self.server_month,
            "member_per_day": self.member_day,
            "running_per_member": self.at_once,
            "cooldown_seconds": self.cooldown,
        }
        given = {key: value for key, value in chosen.items() if value is not None or self.defaults}
        return given | ({"running_per_member": None} if self.at_once == 0 else {})


def check_images(what: str, value: int | None, ceiling: int) -> None:
    """Raises AboveCeiling above the operator's ceiling, OutOfRange below nothing."""
    if value is not None and value > ceiling:
        raise AboveCeiling(ceiling)
    within(what, value or 0, 0, ceiling)
