"""What a member wants of a character: to add it, or to change it."""

from dataclasses import dataclass

from bot.domain.characters.character import FaceOrigin, Identity, shows_somebody
from bot.domain.portraits.vendor import Picture


@dataclass(frozen=True, slots=True)
class Change:
    """New values of a character, as typed; None leaves the old one."""

    name: str | None = None
    features: str | None = None
    seed: int | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A character that is to be added; its picture as bytes, as the name of one that is kept, or as the id of an
    upload that waits. No identity: as its owner prefers, or the operator's default, where there is a picture to go by.
    """

    name: str
    features: str
    seed: int | None = None
    identity: Identity | None = None
    picture: Picture | None = None
    reference: str | None = None
    credit: str | None = None
    waiting: str | None = None
    link: str | None = None
    origin: FaceOrigin | None = None

    @property
    def may_be_somebody(self) -> bool:
        """Whether its picture may show a real person."""
        pictured = (self.picture, self.reference, self.waiting) != (None, None, None)
        return shows_somebody(self.origin, pictured=pictured)
