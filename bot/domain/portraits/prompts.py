"""From what a member asked to the words that the vendor gets.

The order is the guide's: subject, features, scene, lighting, camera, quality. A character's name and
features stand word for word: they are what keeps the face.
"""

from dataclasses import dataclass

from bot.domain.errors import OutOfRange
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.styles import (
    GUIDANCE,
    GUIDANCE_MAX,
    GUIDANCE_MIN,
    MAX_IMAGES,
    NEGATIVE_PROMPT,
    SEED_MAX,
    SEED_MIN,
    SIZES,
    STEPS,
    STEPS_MAX,
    STEPS_MIN,
    STYLES,
    Fragments,
    Framing,
    Style,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member asked for, cleaned and within limits, before it is turned into a spec.

    With a character, `subject` is its name, `features` are its features and `scene` is the situation;
    without one, `subject` is the whole prompt. `house_negative` is what the server adds to `negative`.
    """

    subject: str
    features: str = ""
    scene: str = ""
    expression: str = ""
    outfit: str = ""
    lighting: str = ""
    angle: str = ""
    background: str = ""
    quality: str = ""
    character_id: str | None = None
    style: Style = Style.STUDIO
    framing: Framing = Framing.PORTRAIT
    negative: str = ""
    house_negative: str = ""
    count: int = 1
    steps: int = STEPS
    guidance: float = GUIDANCE


def within(what: str, value: float, low: float, high: float) -> None:
    """Raises OutOfRange unless low <= value <= high."""
    if not low <= value <= high:
        raise OutOfRange(what, value, low, high)


def check_seed(seed: int) -> None:
    """Raises OutOfRange for a seed outside 1 .. 2**32-1: 0 and -1 mean "random" to parts of the API."""
    within("seed", seed, SEED_MIN, SEED_MAX)


def compose(wish: Wish | PortraitSpec) -> str:
    """The prompt: every part in its place, empty parts left out.

    What the member said of the light, the place or the expression replaces the style's: two lights in one prompt
    fight.
    """
    style = STYLES[wish.style]
    parts = (
        wish.subject,
        wish.features,
        wish.expression,
        wish.outfit,
        wish.scene,
        wish.background,
        _style_scene(style, wish),
        wish.lighting or style.lighting,
        wish.angle,
        style.camera,
        style.quality,
        wish.quality,
    )
    return ", ".join(part for part in parts if part)


def _style_scene(style: Fragments, wish: Wish | PortraitSpec) -> str:
    given_up = {style.place} if wish.background else set[str]()
    if wish.expression:
        given_up.add(style.mood)
    return ", ".join(words for words in style.scene.split(", ") if words not in given_up)


def negative(*extra: str) -> str:
    """The default negative prompt, with the given words in front (the vendor weighs those more)."""
    return ", ".join(part for part in (*extra, NEGATIVE_PROMPT) if part)


def build_spec(wish: Wish, *, model: str, seed: int) -> PortraitSpec:
    """The spec of a wish; raises OutOfRange for what the API would refuse, before anything is spent."""
    check_seed(seed)
    within("count", wish.count, 1, MAX_IMAGES)
    within("steps", wish.steps, STEPS_MIN, STEPS_MAX)
    within("guidance", wish.guidance, GUIDANCE_MIN, GUIDANCE_MAX)
    width, height = SIZES[wish.framing]
    return PortraitSpec(
        subject=wish.subject,
        features=wish.features,
        scene=wish.scene,
        background=wish.background,
        expression=wish.expression,
        outfit=wish.outfit,
        lighting=wish.lighting,
        angle=wish.angle,
        quality=wish.quality,
        character_id=wish.character_id,
        style=wish.style,
        framing=wish.framing,
        prompt=compose(wish),
        negative=wish.negative,
        negative_prompt=negative(wish.negative, wish.house_negative),
        model=model,
        width=width,
        height=height,
        steps=wish.steps,
        guidance=wish.guidance,
        seed=seed,
        count=wish.count,
    )


def hints(spec: PortraitSpec) -> tuple[str, ...]:
    """Friendly advice where the spec is allowed but outside what the guide calls good."""
    found: list[str] = []
    if spec.steps < 20:
        found.append("Under 20 steps, faces lose visible detail; 30 is the sweet spot.")
    if spec.steps > 40:
        found.append("More than 40 steps bring little; 30 to 35 look the same, sooner.")
    if spec.guidance >= 9:
        found.append("From guidance 9 on, pictures look over-sharpened; 7 to 8 is the sweet spot.")
    if spec.guidance < 6:
        found.append("Under guidance 6, pictures turn soft and stylised; 7 to 8 is the sweet spot.")
    return tuple(found)
