"""PortraitSpec, the complete description of one generation, and the pure functions that buttons are made of."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.styles import (
    GUIDANCE,
    GUIDANCE_MAX,
    GUIDANCE_MIN,
    MAX_IMAGES,
    SEED_MAX,
    SEED_MIN,
    SIZE_MAX,
    SIZE_MIN,
    STEPS,
    STEPS_MAX,
    STEPS_MIN,
    Framing,
    Style,
)

Seed = Annotated[int, Field(ge=SEED_MIN, le=SEED_MAX)]
Size = Annotated[int, Field(ge=SIZE_MIN, le=SIZE_MAX, multiple_of=8)]


class Kind(StrEnum):
    """What the member asked for: shown in reports and on the card."""

    PORTRAIT = "portrait"
    POSE = "pose"
    REROLL = "reroll"


class Source(BaseModel):
    """The image that a generation starts from, for img2img."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    strength: Annotated[float, Field(ge=0, le=1)]


class PortraitSpec(BaseModel):
    """Everything needed to paint the same picture again; immutable, and stored as JSON beside the portrait.

    `seed` is that of the first take: take n is painted with `seed + n` (wrapping to 1 after 2**32-1),
    because the vendor reports only one seed a request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    features: str = ""
    scene: str = ""
    expression: str = ""
    outfit: str = ""
    lighting: str = ""
    angle: str = ""
    quality: str = ""
    character_id: str | None = None
    style: Style = Style.STUDIO
    framing: Framing = Framing.PORTRAIT
    prompt: str
    negative_prompt: str
    model: str
    width: Size
    height: Size
    steps: Annotated[int, Field(ge=STEPS_MIN, le=STEPS_MAX)] = STEPS
    guidance: Annotated[float, Field(ge=GUIDANCE_MIN, le=GUIDANCE_MAX)] = GUIDANCE
    seed: Seed
    count: Annotated[int, Field(ge=1, le=MAX_IMAGES)] = 1
    source: Source | None = None


def take_seed(spec: PortraitSpec, number: int) -> int:
    """The seed of take `number` (from 0): in 1 .. 2**32-1 whatever the first one was."""
    return (spec.seed - SEED_MIN + number) % SEED_MAX + SEED_MIN


def reroll(spec: PortraitSpec, seed: int) -> PortraitSpec:
    """The same request with another seed: another take on the same words."""
    return spec.model_copy(update={"seed": seed})
