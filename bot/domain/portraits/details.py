"""The five things that may change about a picture while the person stays, with suggestions that paint well."""

from enum import StrEnum


class Detail(StrEnum):
    """Also the names of the fields of a spec, and of the options of `/character pose`."""

    EXPRESSION = "expression"
    OUTFIT = "outfit"
    LIGHTING = "lighting"
    ANGLE = "angle"
    BACKGROUND = "background"


# Each reads on its own between commas: that is how it stands in the prompt.
SUGGESTIONS: dict[Detail, tuple[str, ...]] = {
    Detail.EXPRESSION: (
        "a soft smile",
        "laughing out loud",
        "a calm, neutral look",
        "deep in thought",
        "a raised eyebrow",
        "surprised, eyes wide",
        "sad, eyes lowered",
        "angry, jaw set",
        "a proud, confident look",
        "a tired, gentle look",
        "a mischievous grin",
        "eyes closed, at peace",
        "worried, brow furrowed",
    ),
    Detail.OUTFIT: (
        "plain white t-shirt",
        "dark turtleneck",
        "worn leather jacket",
        "tailored grey suit",
        "white linen shirt",
        "chunky knitted sweater",
        "denim jacket",
        "yellow raincoat",
        "evening gown",
        "chef's whites",
        "medieval plate armour",
        "travel-worn cloak",
        "1920s three-piece suit",
    ),
    Detail.LIGHTING: (
        "soft studio lighting",
        "natural window light",
        "golden hour sunlight",
        "overcast daylight",
        "candlelight",
        "warm firelight",
        "neon lights at night",
        "cool moonlight",
        "dramatic side lighting",
        "rim light from behind",
        "bright midday sun",
        "light of a computer screen",
        "dappled light through leaves",
    ),
    Detail.ANGLE: (
        "frontal view, at eye level",
        "three-quarter view",
        "side profile",
        "seen slightly from below",
        "seen slightly from above",
        "looking over the shoulder",
        "tight close-up of the face",
        "head and shoulders",
        "from the waist up",
        "whole figure",
        "looking away from the camera",
        "looking straight into the camera",
    ),
    Detail.BACKGROUND: (
        "plain grey backdrop",
        "in front of a brick wall",
        "in a sunlit library",
        "in a quiet café",
        "on a rainy city street at night",
        "on a stormy pier",
        "in a pine forest with morning mist",
        "on a mountain ridge",
        "in a flower garden",
        "in an artist's workshop",
        "in a castle hall",
        "on the bridge of a starship",
        "on a beach at sunset",
    ),
}
