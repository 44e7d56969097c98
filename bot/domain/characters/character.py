"""Characters: a name, the features that are repeated word for word, and the seed that keeps the face."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import CharacterId, UserId
from bot.domain.words.text import bounded, clean, optional, shortened

NAME_LIMIT = 32
FEATURES_LIMIT = 600
# Stands in the prompt of a character that has a picture and no features.
UNDESCRIBED = "the same person as in the picture"
# What an uploaded reference may have: a photograph of a phone. More pixels a side than REFERENCE_SIDE are not kept.
REFERENCE_BYTES = 20 * 2**20
REFERENCE_SIDE = 4096
# An avatar behind a link; an import holds several of them.
AVATAR_BYTES = 8 * 2**20
# Less of a face tells nobody who it is.
FACE_SIDE = 256


class Identity(StrEnum):
    """How a pose keeps the face: by seed and features, or by sending the saved image along."""

    SEED = "seed"
    REFERENCE = "reference"


class FaceOrigin(StrEnum):
    """Where the saved picture of a character comes from."""

    PAINTED = "painted"
    UPLOADED = "uploaded"
    IMPORTED = "imported"


def shows_somebody(origin: FaceOrigin | None, *, pictured: bool) -> bool:
    """Whether a face may be that of a real person: there is one, and it was not certainly painted here."""
    return origin is not FaceOrigin.PAINTED and (pictured or origin is not None)


@dataclass(frozen=True, slots=True)
class Character:
    """`link`: where on the web its picture was taken from, for programs that want an address. `origin` is that of the
    picture, None where there is none, or where nobody wrote it down.
    """

    id: CharacterId
    owner_id: UserId
    name: str
    features: str
    seed: int
    created_at: datetime
    identity: Identity = Identity.SEED
    reference: str | None = None
    poses: int = 0
    credit: str | None = None
    link: str | None = None
    origin: FaceOrigin | None = None

    @property
    def may_be_somebody(self) -> bool:
        """Whether its picture may show a real person."""
        return shows_somebody(self.origin, pictured=self.reference is not None)


@dataclass(frozen=True, slots=True)
class Share:
    """A character that its owner shows to a server. `owner_name` is how they were called there at that moment."""

    character: Character
    owner_name: str

    @property
    def label(self) -> str:
        """How another member's character is called: `Mia (by Ada)`."""
        return f"{self.character.name} (by {self.owner_name})"


@dataclass(frozen=True, slots=True)
class Named:
    """The character that a member means by the words that they typed; no words mean none."""

    text: str

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class ById:
    """Exactly this character, whoever owns it. `typed`: how it was written where words could be written too, for a
    character of one's own may be called so.
    """

    id: CharacterId
    typed: str = ""


Which = Named | ById


def credit_of(display_name: str) -> str:
    """A person's name as it is kept with what they share; their names follow no rules of ours."""
    return shortened(clean(display_name), NAME_LIMIT) or "somebody"


def valid_name(name: str) -> str:
    """The name, cleaned; raises TextMissing or TextTooLong (1 to 32 characters)."""
    return bounded(name, "name", NAME_LIMIT)


def valid_features(features: str, *, pictured: bool = False) -> str:
    """The features, cleaned; raises TextMissing or TextTooLong (1 to 600 characters).

    Who is known by a picture may have none: `pictured`.
    """
    return (optional if pictured else bounded)(features, "features", FEATURES_LIMIT)


# Words that say nothing about a face: what remains after them decides whether a description can hold it.
_EMPTY_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "very",
        "really",
        "quite",
        "pretty",
        "beautiful",
        "handsome",
        "cute",
        "nice",
        "good",
        "looking",
        "gorgeous",
        "hot",
        "attractive",
        "cool",
        "young",
        "old",
        "woman",
        "man",
        "girl",
        "boy",
        "person",
        "guy",
        "lady",
        "female",
        "male",
        "people",
        "human",
        "character",
        "someone",
        "and",
        "with",
        "of",
    ]
)
# Linear: cannot fail after its first letter.
_WORD = re.compile(r"\w+")


def is_vague(features: str) -> bool:
    """True when fewer than three words describe anything: such a text cannot hold a face."""
    telling = [word for word in _WORD.findall(features.casefold()) if word not in _EMPTY_WORDS]
    # Scripts without spaces put a whole description into one word.
    return len(telling) < 3 and sum(len(word) for word in telling) < 12
