"""What is kept about a person, in numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much is kept about a person, or was removed."""

    characters: int = 0
    portraits: int = 0
    images: int = 0
    counters: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that were deleted, and the images that they named: perhaps nobody shows those any more."""

    count: int
    images: tuple[str, ...] = ()
