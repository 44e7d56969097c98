"""Who asks, from where, and how the answer reaches them: the one argument that every use case shares."""

from dataclasses import dataclass

from bot.domain.ids import UserId
from bot.domain.once import Once
from bot.domain.portraits.portrait import Place, Reply


@dataclass(frozen=True, slots=True)
class Asker:
    """A member at one interaction. `is_manager`: Discord says that they have Manage Server here; `can_moderate`:
    Manage Messages in this channel; `is_public`: they asked for an answer that everybody sees, whatever they prefer.
    """

    user_id: UserId
    place: Place
    reply: Reply
    roles: tuple[int, ...] = ()
    is_manager: bool = False
    in_age_restricted: bool = False
    can_moderate: bool = False
    is_public: bool = False

    @property
    def once(self) -> Once:
        """What the change that they ask for is recorded under."""
        return Once(self.reply.interaction_id)
