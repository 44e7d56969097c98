"""What a member typed, and what is left of it once it is checked."""

import hashlib
from dataclasses import dataclass

from bot.domain.characters.character import Which
from bot.domain.errors import UnknownChoice
from bot.domain.portraits import styles
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.styles import Framing, Style
from bot.domain.words import text
from bot.services.servers.policies import Rules


@dataclass(frozen=True, slots=True)
class Request:
    """What the member typed, as typed: everything is checked by the use cases, whatever Discord's client allows.

    With a character, `words` is the scene; without one it is the whole prompt. `partner` is in the picture too. No
    style or framing: the member's own, else the server's; no steps or guidance: the server's. `set` and `outfits` are
    those of a sheet. `pressed`: by a button or a form, which may be pressed twice at once.
    """

    words: str
    character: Which | None = None
    partner: Which | None = None
    style: str | None = None
    framing: str | None = None
    expression: str | None = None
    outfit: str | None = None
    lighting: str | None = None
    angle: str | None = None
    background: str | None = None
    identity: str | None = None
    negative: str | None = None
    count: int = 1
    seed: int | None = None
    steps: int | None = None
    guidance: float | None = None
    set: str | None = None
    outfits: str | None = None
    pressed: bool = False


def digest_of(said: object) -> str:
    """A sign for what was said, the same for the same wish; it does not tell what."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def chosen(what: str, value: str, choices: tuple[str, ...]) -> str:
    """The value; raises UnknownChoice unless it is one of the choices, for a choice can be forged."""
    if value not in choices:
        raise UnknownChoice(what, text.shortened(text.clean(value), 40), choices)
    return value


def spec_of(
    request: Request,
    rules: Rules,
    *,
    model: str,
    seed: int,
    subject: str,
    features: str = "",
    scene: str = "",
    character_id: str | None = None,
) -> PortraitSpec:
    """The request with every word cleaned and every choice known; what it leaves open is the server's to say.

    Raises TextTooLong, UnknownChoice or OutOfRange.
    """
    policy = rules.policy
    return build_spec(
        subject,
        model=model,
        seed=seed,
        house_negative=policy.negative,
        features=features,
        scene=scene,
        expression=text.optional(request.expression, "expression", styles.DETAIL_LIMIT),
        outfit=text.optional(request.outfit, "outfit", styles.DETAIL_LIMIT),
        lighting=text.optional(request.lighting, "lighting", styles.DETAIL_LIMIT),
        angle=text.optional(request.angle, "angle", styles.DETAIL_LIMIT),
        background=text.optional(request.background, "background", styles.DETAIL_LIMIT),
        character_id=character_id,
        style=Style(chosen("style", request.style or rules.style, tuple(Style))),
        framing=Framing(chosen("framing", request.framing or rules.framing, tuple(Framing))),
        negative=text.optional(request.negative, "negative", styles.NEGATIVE_LIMIT),
        count=request.count,
        steps=policy.steps if request.steps is None else request.steps,
        guidance=policy.guidance if request.guidance is None else request.guidance,
    )
