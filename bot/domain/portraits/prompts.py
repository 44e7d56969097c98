"""From what a member asked to the words that the vendor gets.

The order is the guide's: subject, features, scene, lighting, camera, quality. A character's name and
features stand word for word: they are what keeps the face.
"""

from typing_extensions import TypedDict, Unpack

from bot.domain.errors import OutOfRange
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.styles import (
    ALONE,
    EDIT_KEEPS,
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


class Told(TypedDict, total=False):
    """The fields of a spec that a request fills, by their names there; `PortraitSpec` says what the others are."""

    features: str
    scene: str
    expression: str
    outfit: str
    lighting: str
    angle: str
    background: str
    character_id: str | None
    style: Style
    framing: Framing
    negative: str
    count: int
    steps: int
    guidance: float


def within(what: str, value: float, low: float, high: float) -> None:
    """Raises OutOfRange unless low <= value <= high."""
    if not low <= value <= high:
        raise OutOfRange(what, value, low, high)


def check_seed(seed: int) -> None:
    """Raises OutOfRange for a seed outside 1 .. 2**32-1: 0 and -1 mean "random" to parts of the API."""
    within("seed", seed, SEED_MIN, SEED_MAX)


def check_steps(steps: int) -> None:
    """Raises OutOfRange for steps that the vendor would refuse."""
    within("steps", steps, STEPS_MIN, STEPS_MAX)


def check_guidance(guidance: float) -> None:
    """Raises OutOfRange for guidance that the vendor would refuse."""
    within("guidance", guidance, GUIDANCE_MIN, GUIDANCE_MAX)


def compose(spec: PortraitSpec) -> str:
    """The prompt: every part in its place, empty parts left out.

    What the member said of the light, the place or the expression replaces the style's: two lights in one prompt
    fight.
    """
    style = STYLES[spec.style]
    parts = (
        spec.subject,
        spec.features,
        *_partner(spec),
        spec.expression,
        spec.outfit,
        spec.scene,
        spec.background,
        *spec.edits,
        _style_scene(style, spec),
        spec.lighting or style.lighting,
        spec.angle,
        style.camera,
        style.quality,
        spec.quality,
    )
    return ", ".join(part for part in parts if part)


def _partner(spec: PortraitSpec) -> tuple[str, ...]:
    """The second person, word for word as the first."""
    return (f"and {spec.partner.name}", spec.partner.features) if spec.partner else ()


def sent(spec: PortraitSpec) -> str:
    """The prompt as the vendor gets it: with what the model that takes a picture along has to be told before.

    Of an edit it is the newest instruction, and who is to stay the same: a name and features word for word, as in
    every prompt of theirs.
    """
    if spec.by_edit:
        people = (spec.subject, spec.features, *_partner(spec)) if spec.features or spec.partner else ()
        told = ", ".join(part for part in people if part)
        return f"{spec.edits[-1].rstrip('. ')}. {EDIT_KEEPS}{': ' if told else ''}{told}"
    return (spec.by_reference.lead if spec.by_reference else "") + spec.prompt


def _style_scene(style: Fragments, spec: PortraitSpec) -> str:
    given_up = {style.place} if spec.background else set[str]()
    if spec.expression:
        given_up.add(style.mood)
    return ", ".join(words for words in style.scene.split(", ") if words not in given_up)


def negative(*extra: str, alone: bool = True) -> str:
    """The default negative prompt, with the given words in front (the vendor weighs those more). Where somebody is not
    `alone`, several people are wanted.
    """
    usual = NEGATIVE_PROMPT if alone else in_company(NEGATIVE_PROMPT)
    return ", ".join(part for part in (*extra, usual) if part)


def in_company(negative_prompt: str) -> str:
    """A negative prompt that ends with the usual words, without those that keep a second person out."""
    return negative_prompt.removesuffix(f", {ALONE}")


def build_spec(subject: str, *, model: str, seed: int, house_negative: str = "", **told: Unpack[Told]) -> PortraitSpec:
    """The spec of a request whose words are cleaned; raises OutOfRange for what the API would refuse, before anything
    is spent.

    With a character, `subject` is its name, `features` are its features and `scene` is the situation; without one,
    `subject` is the whole prompt. `house_negative` is what the server adds to `negative`.
    """
    check_seed(seed)
    within("count", told.get("count", 1), 1, MAX_IMAGES)
    check_steps(told.get("steps", STEPS))
    check_guidance(told.get("guidance", GUIDANCE))
    width, height = SIZES[told.get("framing", Framing.PORTRAIT)]
    words = negative(told.get("negative", ""), house_negative)
    bare = PortraitSpec(
        subject=subject, prompt="", negative_prompt=words, model=model, width=width, height=height, seed=seed, **told
    )
    return worded(bare)


def worded(spec: PortraitSpec) -> PortraitSpec:
    """The spec with the prompt that its parts make."""
    return spec.model_copy(update={"prompt": compose(spec)})


def hints(spec: PortraitSpec) -> tuple[str, ...]:
    """Friendly advice where the spec is allowed but outside what the guide calls good."""
    if spec.by_reference or spec.edit:
        # Its model has steps and guidance of its own.
        return ()
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
