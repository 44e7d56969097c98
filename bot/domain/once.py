"""Once means once: what the record of a change is kept under."""

from dataclasses import dataclass, replace

from bot.domain.ids import InteractionId


@dataclass(frozen=True, slots=True)
class Once:
    """The interaction that asks for a change, and which step of it.

    Step 0 is the whole change: its only step, or its last.
    """

    interaction_id: InteractionId
    step: int = 0

    def at_step(self, number: int) -> "Once":
        """One of several steps that are each made once; they count from 1."""
        return replace(self, step=number)
