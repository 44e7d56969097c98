"""What is ordered from the image vendor, and the answers that the rest of the house understands."""

import hashlib
from dataclasses import dataclass, replace

from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.prompts import sent
from bot.domain.portraits.sheets import picture
from bot.domain.portraits.spec import Image, Method, PortraitSpec, Reference


@dataclass(frozen=True, slots=True)
class Order:
    """One image to be made. `track_id` is digits only: the one form that all of the vendor's schemas accept.

    `image` is a link to the picture that goes along, for every method but TEXT; `image_2` to that of a second person.
    """

    model: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    track_id: str
    method: Method = Method.TEXT
    image: str = ""
    image_2: str = ""
    strength: float = 0.0
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The image is made. `seed` is the one really used, where the vendor says so; `flagged` by its safety filter."""

    job_id: str
    links: tuple[str, ...]
    seed: int | None = None
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Processing:
    """The order was taken; ask again for `job_id`, which an order by `method` was given. `eta` in seconds, already
    held between 0 and 60.
    """

    job_id: str
    eta: float
    seed: int | None = None
    method: Method = Method.TEXT


# The kinds of pictures that are kept, and what their files' names end in.
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class Picture:
    """Image bytes that were checked to be a picture of the named type (`image/png`, `image/jpeg`, `image/webp`)."""

    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def ending(self) -> str:
        """What the name of a file with these bytes ends in, without the dot."""
        return ENDINGS[self.media_type]


def track_id(portrait_id: str, number: int) -> str:
    """Fifteen digits for the vendor's records: strings and 64-bit integers can both hold them."""
    digest = hashlib.sha256(f"{portrait_id}:{number}".encode()).digest()
    return str(10**14 + int.from_bytes(digest[:8], "big") % (9 * 10**14))


def painted_spec(spec: PortraitSpec, take: Take) -> PortraitSpec:
    """What a take is really painted by: its panel of a sheet, and without the saved picture where that could not
    go along.
    """
    own = picture(spec, take.number)
    return own.model_copy(update={"reference": None}) if take.fallback else own


def image_of(spec: PortraitSpec) -> Image | None:
    """The image of ours that the vendor has to see, if there is one."""
    return spec.cut_out or spec.upscale or spec.source or spec.edit


def saved_pictures(spec: PortraitSpec) -> tuple[str, ...]:
    """The names of the saved pictures that go along: none, that of the character, or those of two."""
    reference, partner = spec.by_reference, spec.partner
    if reference is None:
        return ()
    return (reference.picture, partner.picture) if partner and partner.picture else (reference.picture,)


def order_of(portrait: Portrait, take: Take, links: tuple[str, ...] = ()) -> Order:
    """What to send for one take; `links` are those to the pictures that go along, in their order."""
    spec = painted_spec(portrait.spec, take)
    plain = Order(
        model=spec.model,
        prompt=sent(spec),
        negative_prompt=spec.negative_prompt,
        width=spec.width,
        height=spec.height,
        steps=spec.steps,
        guidance=spec.guidance,
        seed=take.seed,
        track_id=track_id(portrait.id, take.number),
    )
    if spec.cut_out is not None:
        order = plain
    elif spec.upscale is not None:
        order = replace(plain, model=spec.upscale.model, scale=spec.upscale.scale)
    elif spec.source is not None:
        order = replace(plain, strength=spec.source.strength)
    elif spec.edit is not None:
        own = spec.edit
        order = replace(plain, model=own.model, steps=own.steps, guidance=own.guidance, strength=own.strength)
    elif spec.reference is not None:
        order = _by_reference(plain, spec.reference)
    else:
        return plain
    image, image_2 = (*links, "", "")[:2]
    return replace(order, method=spec.method, image=image, image_2=image_2)


def _by_reference(plain: Order, reference: Reference) -> Order:
    return replace(
        plain,
        model=reference.model,
        steps=reference.steps,
        guidance=reference.guidance,
        strength=reference.strength,
    )
