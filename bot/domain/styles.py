"""The vendor guide's patterns as data: four styles, three framings, the negative prompt, the good ranges."""

from dataclasses import dataclass
from enum import StrEnum

STEPS = 30
GUIDANCE = 7.5
MAX_IMAGES = 4
SEED_MIN, SEED_MAX = 1, 2**32 - 1
SIZE_MIN, SIZE_MAX, SIZE_STEP = 256, 1024, 8
STEPS_MIN, STEPS_MAX = 1, 50
GUIDANCE_MIN, GUIDANCE_MAX = 1.0, 20.0
PROMPT_LIMIT, NEGATIVE_LIMIT, DETAIL_LIMIT = 1000, 500, 200

# "plastic skin" and "oversmoothed" matter most to this model; the order is the guide's.
NEGATIVE_PROMPT = (
    "blurry, out of focus, plastic skin, oversmoothed, overprocessed, digital art, illustration, painting, "
    "cartoon, anime, text, watermark, multiple people"
)


class Framing(StrEnum):
    PORTRAIT = "portrait"
    FULL_BODY = "full body"
    LANDSCAPE = "landscape"


SIZES: dict[Framing, tuple[int, int]] = {
    Framing.PORTRAIT: (1024, 1024),
    Framing.FULL_BODY: (768, 1024),
    Framing.LANDSCAPE: (1024, 768),
}


class Style(StrEnum):
    STUDIO = "studio"
    ENVIRONMENTAL = "environmental"
    EDITORIAL = "editorial"
    DOCUMENTARY = "documentary"


@dataclass(frozen=True, slots=True)
class Fragments:
    """A style as the parts of a prompt, each put in its place by `bot.domain.prompts`."""

    scene: str
    lighting: str
    camera: str
    quality: str


STYLES: dict[Style, Fragments] = {
    Style.STUDIO: Fragments(
        scene="professional headshot, natural makeup",
        lighting="soft studio lighting",
        camera="35mm film, shallow depth of field",
        quality="sharp eyes",
    ),
    Style.ENVIRONMENTAL: Fragments(
        scene="outdoor environment, environmental portrait, candid expression",
        lighting="golden hour",
        camera="photojournalism style",
        quality="natural skin texture",
    ),
    Style.EDITORIAL: Fragments(
        scene="editorial fashion portrait, studio white background",
        lighting="dramatic directional lighting",
        camera="medium format look",
        quality="sharp focus, high contrast",
    ),
    Style.DOCUMENTARY: Fragments(
        scene="documentary portrait, candid expression",
        lighting="natural window light",
        camera="35mm grain",
        quality="muted colours, authentic emotion",
    ),
}
