"""What a member wants wherever they leave an option out."""

from dataclasses import dataclass

from bot.domain.characters.character import Identity
from bot.domain.portraits.styles import Framing, Style


@dataclass(frozen=True, slots=True)
class Preferences:
    """One member's own defaults; None is the server's, and where that has none, the operator's.

    `identity` is for the characters that they save: each keeps its own from then on. `private`: only they see answers.
    """

    style: Style | None = None
    framing: Framing | None = None
    identity: Identity | None = None
    private: bool = False
