"""The failures that belong to a library of characters: see `bot.domain.errors`."""

from dataclasses import dataclass

from bot.domain.errors import DomainError


@dataclass
class CharacterGone(DomainError):
    """The character of a button or choice was deleted, or is not shared here (any more): which, is not told."""


@dataclass
class NotYourCharacter(DomainError):
    """Only the owner changes a character, whoever may pose it."""

    action: str


@dataclass
class NoReference(DomainError):
    """The character has no saved image to go by."""

    name: str


@dataclass
class OutfitsMissing(DomainError):
    """A sheet of outfits was asked for without a list of them."""


@dataclass
class OutfitsUnasked(DomainError):
    """A list of outfits came with a set that has none: painting something else would cost the member for nothing."""

    set: str


@dataclass
class TooManyOutfits(DomainError):
    """A list of outfits holds more than a sheet has panels."""

    count: int
    limit: int


@dataclass
class FileRefused(DomainError):
    """A file to import is too large, hostile, or of no kind that is understood."""

    reason: str


@dataclass
class AlreadyImporting(DomainError):
    """The member's last import is still under way."""


@dataclass
class GalleryEmpty(DomainError):
    """The member has no portraits (of that character)."""

    character: str | None = None
