"""The vendor guide's patterns as data: four styles, five framings, the negative prompt, the good ranges."""

from dataclasses import dataclass
from enum import StrEnum

STEPS = 30
GUIDANCE = 7.5
MAX_IMAGES, MAX_PANELS = 4, 6
MIN_SCENES, MAX_SCENES = 2, 10
SEED_MIN, SEED_MAX = 1, 2**32 - 1
SIZE_MIN, SIZE_MAX = 256, 1024
STEPS_MIN, STEPS_MAX = 1, 50
GUIDANCE_MIN, GUIDANCE_MAX = 1.0, 20.0
PROMPT_LIMIT, NEGATIVE_LIMIT, DETAIL_LIMIT, OUTFITS_LIMIT, EDIT_LIMIT = 1000, 500, 200, 1500, 300
# Ten of the longest, with what parts them, are as much as a text field takes.
SCENE_LIMIT, SCENES_LIMIT = 350, 4000

# "plastic skin" and "oversmoothed" matter most to this model; the order is the guide's.
NEGATIVE_PROMPT = (
    "blurry, out of focus, plastic skin, oversmoothed, overprocessed, digital art, illustration, painting, "
    "cartoon, anime, text, watermark, multiple people"
)

# What keeps a second face out; with two people in the picture it goes.
ALONE = "multiple people"

# The vendor's own remedies for a blurred face, and for a picture that looks over-processed.
SHARP_STEPS, SHARP_SIDE, SHARP_QUALITY = 35, 1024, "sharp focus, high detail, 8k"
NATURAL_GUIDANCE, NATURAL_NEGATIVE = 6.75, "overprocessed, HDR, digital art"

# How far a variation may go from its image: 0 repeats it, 1 ignores it.
SUBTLE, STRONG = 0.35, 0.65

# Enlarging: twice the size each time, up to what a download may have.
SCALE, LARGEST_SIDE = 2, 4096

# Models that take the saved picture along, with the ranges that their own pages give. Guidance of the first is
# another scale than the painter's.
BOTH_LEAD = "Two people, with the same faces, hair and skin as in the pictures: the first shows {}, the second {}. "
REFERENCE_LEAD = "The same person as in the picture, with the same face, hair and skin: "
# So many instructions of a picture that was edited again and again are told on: more would crowd out the person.
MAX_EDITS = 5
EDIT_STEPS, EDIT_GUIDANCE, EDIT_STRENGTH = 28, 2.5, 0.45
# A face that did not come out as saved: the saved picture is followed more closely.
CLOSER_STRENGTH = 0.3
# An edit in words changes more than a pose that keeps its face, and starts from a whole picture.
INSTRUCTED_STRENGTH = 0.5
EDIT_KEEPS = "Keep everything else as it is, and the person the same, with the same face"
HEADSHOT_MODEL, HEADSHOT_STEPS, HEADSHOT_STEPS_MAX, HEADSHOT_GUIDANCE_MAX = "flux_headshot", 26, 26, 10.0


class Framing(StrEnum):
    PORTRAIT = "portrait"
    FULL_BODY = "full body"
    LANDSCAPE = "landscape"
    TALL = "tall"
    WIDE = "wide"


SIZES: dict[Framing, tuple[int, int]] = {
    Framing.PORTRAIT: (1024, 1024),
    Framing.FULL_BODY: (768, 1024),
    Framing.LANDSCAPE: (1024, 768),
    Framing.TALL: (576, 1024),
    Framing.WIDE: (1024, 576),
}
# What each shows, as people read it where they choose one.
FRAMED = {
    Framing.PORTRAIT: "head and shoulders, square",
    Framing.FULL_BODY: "the whole figure, 3:4",
    Framing.LANDSCAPE: "a wider scene, 4:3",
    Framing.TALL: "as high as a phone, 9:16",
    Framing.WIDE: "as wide as a screen, 16:9",
}


class Style(StrEnum):
    STUDIO = "studio"
    ENVIRONMENTAL = "environmental"
    EDITORIAL = "editorial"
    DOCUMENTARY = "documentary"


@dataclass(frozen=True, slots=True)
class Fragments:
    """A style as the parts of a prompt, each put in its place by `bot.domain.portraits.prompts`.

    `place` and `mood` are the words of `scene` that give way to a background or an expression of the member's own.
    `said` is how the look is told to people who choose one.
    """

    said: str
    scene: str
    lighting: str
    camera: str
    quality: str
    place: str = ""
    mood: str = ""


STYLES: dict[Style, Fragments] = {
    Style.STUDIO: Fragments(
        said="soft light, plain wall, shallow focus",
        scene="professional headshot, natural makeup",
        lighting="soft studio lighting",
        camera="35mm film, shallow depth of field",
        quality="sharp eyes",
    ),
    Style.ENVIRONMENTAL: Fragments(
        said="outdoors, golden evening light, candid, real skin",
        scene="outdoor environment, environmental portrait, candid expression",
        lighting="golden hour",
        camera="photojournalism style",
        quality="natural skin texture",
        place="outdoor environment",
        mood="candid expression",
    ),
    Style.EDITORIAL: Fragments(
        said="fashion, white studio, dramatic light, high contrast",
        scene="editorial fashion portrait, studio white background",
        lighting="dramatic directional lighting",
        camera="medium format look",
        quality="sharp focus, high contrast",
        place="studio white background",
    ),
    Style.DOCUMENTARY: Fragments(
        said="window light, candid, film grain, muted colours",
        scene="documentary portrait, candid expression",
        lighting="natural window light",
        camera="35mm grain",
        quality="muted colours, authentic emotion",
        mood="candid expression",
    ),
}
