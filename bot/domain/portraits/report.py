"""A picture that members reported."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import ChannelId, GuildId, MessageId, PortraitId, UserId


class Decision(StrEnum):
    """What an admin, or the operator, said of a reported picture."""

    HIDDEN = "hidden"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Reported:
    """A reported portrait: where it is, how often and since when, and what was decided; None: nothing yet."""

    portrait_id: PortraitId
    owner_id: UserId
    guild_id: GuildId | None
    channel_id: ChannelId
    message_id: MessageId | None
    deleted: bool
    reports: int
    first_at: datetime
    decision: Decision | None
