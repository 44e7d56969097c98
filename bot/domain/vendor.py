"""What is ordered from the image vendor, and the answers that the rest of the house understands."""

import hashlib
from dataclasses import dataclass

from bot.domain.portraits import Portrait, Take
from bot.domain.spec import Source


@dataclass(frozen=True, slots=True)
class Order:
    """One image to be made. `track_id` is digits only: the one form that all of the vendor's schemas accept."""

    model: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    track_id: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The image is made. `seed` is the one really used, where the vendor says so."""

    job_id: str
    links: tuple[str, ...]
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Processing:
    """The order was taken; ask again for `job_id`. `eta` in seconds, already held between 0 and 60."""

    job_id: str
    eta: float
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Image bytes that were checked to be a picture of the named type (`image/png`, `image/jpeg`, `image/webp`)."""

    data: bytes
    media_type: str
    width: int
    height: int


def track_id(portrait_id: str, number: int) -> str:
    """Fifteen digits for the vendor's records: strings and 64-bit integers can both hold them."""
    digest = hashlib.sha256(f"{portrait_id}:{number}".encode()).digest()
    return str(10**14 + int.from_bytes(digest[:8], "big") % (9 * 10**14))


def order_of(portrait: Portrait, take: Take) -> Order:
    """What to send for one take."""
    spec = portrait.spec
    return Order(
        model=spec.model,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        width=spec.width,
        height=spec.height,
        steps=spec.steps,
        guidance=spec.guidance,
        seed=take.seed,
        track_id=track_id(portrait.id, take.number),
        source=spec.source,
    )
