"""What the buttons under a portrait do: pure functions from a spec to another.

Each changes what its name says and leaves the rest alone, the features and (except where said) the seed included.
All of them work on what the others made: a variation of an upscale of a reroll is a spec like any other.
"""

from typing import Any

from bot.domain.errors import ImageRefused
from bot.domain.portraits import prompts
from bot.domain.portraits.details import Detail
from bot.domain.portraits.spec import (
    AS_PAINTED,
    Edit,
    Image,
    Kind,
    Method,
    Partner,
    PortraitSpec,
    Reference,
    SheetSet,
    Source,
    Upscale,
)
from bot.domain.portraits.styles import (
    BOTH_LEAD,
    CLOSER_STRENGTH,
    EDIT_GUIDANCE,
    EDIT_STEPS,
    EDIT_STRENGTH,
    HEADSHOT_GUIDANCE_MAX,
    HEADSHOT_MODEL,
    HEADSHOT_STEPS,
    HEADSHOT_STEPS_MAX,
    INSTRUCTED_STRENGTH,
    LARGEST_SIDE,
    MAX_EDITS,
    NATURAL_GUIDANCE,
    NATURAL_NEGATIVE,
    REFERENCE_LEAD,
    SCALE,
    SHARP_QUALITY,
    SHARP_SIDE,
    SHARP_STEPS,
    STRONG,
    SUBTLE,
    Framing,
)

STRENGTHS = {Kind.VARY_SUBTLE: SUBTLE, Kind.VARY_STRONG: STRONG}


def vary(spec: PortraitSpec, image: Image, strength: float, seed: int) -> PortraitSpec:
    """The same words, started from the image: its look stays, the more the smaller `strength` is.

    Of an upscale the variation starts from the picture before it: the model is made for at most 1024 pixels.
    """
    start = _painted(spec, image)
    source = Source(**start.place(), strength=strength)
    return spec.model_copy(update={"source": source, "seed": seed, "count": 1, "edit": None, **AS_PAINTED})


def _painted(spec: PortraitSpec, image: Image) -> Image:
    """The image as it was painted: before it was enlarged, and before its background went."""
    if spec.upscale is not None:
        return spec.upscale.painted
    return spec.cut_out or image


def edited(spec: PortraitSpec, image: Image, words: str, model: str) -> PortraitSpec:
    """The image with one thing changed that is said in words; what it starts from is found as for `vary`."""
    start = _painted(spec, image)
    edit = Edit(
        **start.place(),
        model=model,
        steps=EDIT_STEPS,
        guidance=EDIT_GUIDANCE,
        strength=INSTRUCTED_STRENGTH,
    )
    said = (*spec.edits, words)[-MAX_EDITS:]
    return _reworded(spec, {"edit": edit, "edits": said, "source": None, "count": 1})


def sharper(spec: PortraitSpec) -> PortraitSpec:
    """More steps, words that ask for detail, and at least 1024x1024: the vendor's remedy for a blurred face."""
    width, height = max(spec.width, SHARP_SIDE), max(spec.height, SHARP_SIDE)
    framing = spec.framing if (width, height) == (spec.width, spec.height) else Framing.PORTRAIT
    changes: dict[str, Any] = {
        "quality": SHARP_QUALITY,
        "steps": max(spec.steps, SHARP_STEPS),
        "width": width,
        "height": height,
        "framing": framing,
    }
    if spec.edit is not None:
        changes["edit"] = spec.edit.model_copy(update={"steps": max(spec.edit.steps, SHARP_STEPS)})
    if spec.reference is not None:
        most = HEADSHOT_STEPS_MAX if spec.reference.method is Method.HEADSHOT else SHARP_STEPS
        changes["reference"] = spec.reference.model_copy(update={"steps": max(spec.reference.steps, most)})
    return _reworded(spec, changes)


def less_processed(spec: PortraitSpec) -> PortraitSpec:
    """Less guidance, and negative words against the look: the vendor's remedy for too much of both."""
    words = spec.negative_prompt
    if not words.startswith(NATURAL_NEGATIVE):
        words = f"{NATURAL_NEGATIVE}, {words}"
    # The guidance of a model that takes a picture along is another scale, and low already.
    guidance = min(spec.guidance, NATURAL_GUIDANCE)
    return spec.model_copy(update={"guidance": guidance, "negative_prompt": words, **AS_PAINTED})


def change(spec: PortraitSpec, detail: str, words: str) -> PortraitSpec:
    """One detail, or the scene, said anew. A background replaces the scene: two places in one prompt fight."""
    changes = {str(detail): words}
    if detail == Detail.BACKGROUND:
        changes["scene"] = ""
    return _reworded(spec, changes)


def upscale(spec: PortraitSpec, image: Image, model: str) -> PortraitSpec:
    """The image itself at twice its size. Raises ImageRefused for one that is as large as it may be, or cut out."""
    if spec.cut_out is not None:
        raise ImageRefused("what is cut out stays as large as it is; enlarge the picture that it was cut from")
    before = spec.upscale
    factor = SCALE * (before.factor if before else 1)
    if max(spec.width, spec.height) * factor > LARGEST_SIDE:
        raise ImageRefused("it is as large as I can make it already")
    enlarged = Upscale(
        **image.place(),
        model=model,
        scale=SCALE,
        factor=factor,
        painted=before.painted if before else image,
    )
    return spec.model_copy(update={"upscale": enlarged, "count": 1})


def cut_out(spec: PortraitSpec, image: Image) -> PortraitSpec:
    """The image itself without its background. Raises ImageRefused for one that has none any more."""
    if spec.cut_out is not None:
        raise ImageRefused("its background is gone already")
    return spec.model_copy(update={"cut_out": image, "count": 1})


def restated(spec: PortraitSpec, words: str, negative: str, house_negative: str, seed: int) -> PortraitSpec:
    """The settings of a picture in a new request: the member's own words, negative words and seed said anew."""
    remedy = NATURAL_NEGATIVE if spec.negative_prompt.startswith(NATURAL_NEGATIVE) else ""
    told = {
        "scene" if spec.features else "subject": words,
        "negative": negative,
        "negative_prompt": prompts.negative(remedy, negative, house_negative, alone=spec.partner is None),
        "seed": seed,
        "edit": None,
        "edits": (),
    }
    return _reworded(spec, told)


def needs_words(spec: PortraitSpec) -> bool:
    """Whether the member has to write something: a character needs no scene on a sheet, unless it is one of scenes,
    before a background, or where there was none.
    """
    if _scenes_of(spec):
        return True
    return not (spec.features and (spec.background or spec.sheet or not spec.scene))


def _scenes_of(spec: PortraitSpec) -> tuple[str, ...]:
    if spec.sheet is None or spec.sheet.set is not SheetSet.SCENES:
        return ()
    return tuple(panel.words for panel in spec.sheet.panels)


def words_of(spec: PortraitSpec) -> str:
    """What the member themselves wrote: with a character the scene, or its scenes, without one the prompt."""
    scenes = _scenes_of(spec)
    if scenes:
        return "\n".join(scenes)
    return spec.scene if spec.features else spec.subject


def together(spec: PortraitSpec, partner: Partner) -> PortraitSpec:
    """Somebody else in the picture too: nothing keeps a second face out any more."""
    return _reworded(spec, {"partner": partner, "negative_prompt": prompts.in_company(spec.negative_prompt)})


def with_reference(spec: PortraitSpec, picture: str, model: str, *, headshot: bool) -> PortraitSpec:
    """The saved picture goes along: by the editing model, or for a portrait by the headshot endpoint where wanted. So
    does that of a second person who has one; the headshot endpoint takes one face alone.
    """
    both = spec.partner if spec.partner and spec.partner.picture else None
    if headshot and spec.partner is None and spec.framing is Framing.PORTRAIT:
        reference = Reference(
            method=Method.HEADSHOT,
            model=HEADSHOT_MODEL,
            picture=picture,
            steps=HEADSHOT_STEPS,
            guidance=min(spec.guidance, HEADSHOT_GUIDANCE_MAX),
        )
    else:
        reference = Reference(
            method=Method.EDIT,
            model=model,
            picture=picture,
            lead=BOTH_LEAD.format(spec.subject, both.name) if both else REFERENCE_LEAD,
            steps=EDIT_STEPS,
            guidance=EDIT_GUIDANCE,
            strength=EDIT_STRENGTH,
        )
    return spec.model_copy(update={"reference": reference})


def can_match(spec: PortraitSpec) -> bool:
    """Whether there is a way left to come closer to the saved face; never of two people."""
    way = spec.by_reference
    if spec.partner is not None:
        return False
    if way is None:
        return True
    last = way.headshot and spec.framing is Framing.PORTRAIT
    return way.method is Method.EDIT and (way.strength > CLOSER_STRENGTH or last)


def matched(spec: PortraitSpec, picture: str, model: str, *, headshot: bool) -> PortraitSpec:
    """The same words, closer to the saved face: by its picture where it went by seed or started from another image,
    else following it more closely, and at last by the endpoint for headshots where that is to be used.
    """
    way = spec.by_reference
    bare = spec.model_copy(
        update={"source": None, "edit": None, "upscale": None, "cut_out": None, "count": 1, "unpictured": False}
    )
    closest = headshot and way is not None and way.strength <= CLOSER_STRENGTH
    made = with_reference(bare, picture, model, headshot=closest)
    if way is None or made.reference is None or made.reference.method is Method.HEADSHOT:
        return made
    closer = made.reference.model_copy(update={"strength": CLOSER_STRENGTH, "headshot": headshot})
    return made.model_copy(update={"reference": closer})


def _reworded(spec: PortraitSpec, changes: dict[str, Any]) -> PortraitSpec:
    """The spec with these changes and the prompt that then holds; a larger copy would show the old words."""
    return prompts.worded(spec.model_copy(update={**changes, **AS_PAINTED}))
