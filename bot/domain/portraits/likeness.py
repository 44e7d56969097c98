"""Whether a picture shows the saved face: of which pictures that is asked, which of several comes first, what helps."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.portraits.faces import Faces, Flag
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.spec import Method, PortraitSpec
from bot.domain.portraits.variations import can_match
from bot.domain.portraits.vendor import painted_spec

# Words that ask for what is no photograph of a face, or hides it. Linear: matched at the borders of words, bounded.
_UNLIKE: Final = re.compile(
    r"\b(?:anime|manga|chibi|cartoons?|comics?|caricatures?|sketch(?:ed|es)?|drawings?|drawn|illustrat(?:ed|ions?)"
    r"|paintings?|watercolou?rs?|charcoal|pixel art|line ?art|cel[- ]shaded|engravings?|woodcuts?|mosaics?"
    r"|statues?|sculptures?|puppets?|dolls?|plush|claymation|3d render(?:ed|ing)?|masks?|masked|helmets?|visors?)\b",
    re.IGNORECASE,
)
# Words that turn the head away. Linear: as above.
_AWAY: Final = re.compile(
    r"\b(?:profile|from behind|from the back|back view|over (?:the|her|his|their|one|a) shoulder|looking away"
    r"|facing away|turned away|back to (?:the|us|the viewer|camera)|face (?:hidden|covered))\b",
    re.IGNORECASE,
)


def may_look(faces: Faces, *, somebody: bool, agreed: bool) -> bool:
    """Whether a face may be looked at. `somebody`: it may be a real person's; `agreed`: who brought it said yes."""
    return faces is not Faces.OFF and (not somebody or (faces is Faces.ALL and agreed))


def whose(spec: PortraitSpec) -> str | None:
    """The character whose face a picture should show; None where there is none, or where two people are in it."""
    return (spec.face_of or spec.character_id) if spec.partner is None else None


def is_read(spec: PortraitSpec) -> bool:
    """Whether a picture is looked at: a larger copy, and one without its background, show what was looked at before."""
    return spec.method not in {Method.UPSCALE, Method.CUT_OUT}


def is_judged(spec: PortraitSpec) -> bool:
    """Whether a likeness would say anything of what is painted by this spec: not of a drawing, nor of a head that is to
    be turned away, nor of two people.
    """
    # With features, the subject is a name.
    said = spec.written[1:] if spec.features else spec.written
    words = ", ".join(said)
    return spec.partner is None and not _UNLIKE.search(words) and not _AWAY.search(words)


def ordered(takes: Iterable[Take]) -> list[Take]:
    """The closest to the saved face first; then what could not be compared, then what is blurred or shows another face,
    then what shows none. Without any reading the order stays.
    """
    return sorted(takes, key=_rank)


def _rank(take: Take) -> tuple[int, float]:
    face = take.face
    if face is None:
        return 1, 0.0
    if not face.faces:
        return 3, 0.0
    alike = -(face.alike or 0.0)
    if face.has(Flag.BLURRED | Flag.OTHER):
        return 2, alike
    return (0, alike) if face.is_certain else (1, 0.0)


def is_ordered(portrait: Portrait) -> bool:
    """Whether the images of a portrait may be shown in another order than that of their numbers."""
    return portrait.spec.sheet is None and len({_rank(take) for take in portrait.ready}) > 1


def best(portrait: Portrait) -> Take | None:
    """The image that comes first; None where nothing sets one apart."""
    return ordered(portrait.ready)[0] if is_ordered(portrait) else None


def leading(portrait: Portrait, number: int | None = None) -> Take | None:
    """The image that a card's remedies are for: the one that is named, the only one, or the best of several."""
    ready = [take for take in portrait.ready if number in {None, take.number}]
    if len(ready) == 1:
        return ready[0]
    return None if portrait.spec.sheet else best(portrait)


def is_blurred(take: Take) -> bool:
    """Whether the face of an image is out of focus."""
    return take.face is not None and take.face.has(Flag.BLURRED)


def wants_match(portrait: Portrait, take: Take) -> bool:
    """Whether an image does not show the saved face for certain, and could be painted closer to it."""
    unlike = take.face is not None and take.face.has(Flag.CLOSE | Flag.OTHER)
    return unlike and whose(portrait.spec) is not None and can_match(painted_spec(portrait.spec, take))


def strangers(portrait: Portrait, takes: Sequence[Take]) -> list[Take]:
    """The panels of a sheet that show another face."""
    if portrait.spec.sheet is None:
        return []
    return [take for take in takes if take.face is not None and take.face.has(Flag.OTHER)]
