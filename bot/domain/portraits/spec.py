"""PortraitSpec: the complete description of one generation. What buttons do with it is in `variations`."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.portraits.styles import (
    GUIDANCE,
    GUIDANCE_MAX,
    GUIDANCE_MIN,
    MAX_EDITS,
    MAX_IMAGES,
    MAX_SCENES,
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
    SHEET = "sheet"
    SCENES = "scenes"
    REROLL = "reroll"
    VARY_SUBTLE = "vary subtle"
    VARY_STRONG = "vary strong"
    CHANGE = "change"
    SHARPER = "sharper face"
    NATURAL = "less processed"
    UPSCALE = "upscale"
    EDIT = "edit in words"
    CUT_OUT = "cut out"
    SETTINGS = "settings"
    MATCH = "match the face"


class Method(StrEnum):
    """How the vendor is asked: each has an endpoint and parameter names of its own."""

    TEXT = "text"
    VARY = "vary"
    EDIT = "edit"
    HEADSHOT = "headshot"
    UPSCALE = "upscale"
    CUT_OUT = "cut out"


class Part(BaseModel):
    """A part of a stored spec: immutable, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Image(Part):
    """One of our own images, by portrait and take.

    `url` is a public link to it that was good at `found_at`. Discord signs links for a day only, so an older
    one is never used: the image is found again when it is ordered.
    """

    portrait_id: str = ""
    take: int = 0
    url: str = ""
    found_at: datetime | None = None

    def place(self) -> dict[str, Any]:
        """Its fields, without what a subclass adds: to make another kind of the same image."""
        return self.model_dump(include=set(Image.model_fields))


class Source(Image):
    """The image that a variation starts from. `strength` 0 repeats it, 1 ignores it."""

    strength: Annotated[float, Field(ge=0, le=1)]


class Edit(Image):
    """The image that is changed by the last of a spec's `edits`, and the parameters of the model that does so."""

    model: str
    steps: Annotated[int, Field(ge=STEPS_MIN, le=STEPS_MAX)]
    guidance: Annotated[float, Field(ge=0, le=GUIDANCE_MAX)]
    strength: Annotated[float, Field(ge=0, le=1)]


class Upscale(Image):
    """The image that is made larger. `factor` is against the size that was painted, over several upscales;
    `painted` is the image as it was before any of them.
    """

    model: str
    scale: int
    factor: int
    painted: Image


class Reference(Part):
    """The saved picture of a character that goes along, and the parameters of the model that takes it.

    `picture` is its name in the picture store; `lead` stands before the prompt. `headshot`: there is a closer way yet,
    by the endpoint for headshots.
    """

    method: Literal[Method.EDIT, Method.HEADSHOT]
    model: str
    picture: str
    lead: str = ""
    steps: Annotated[int, Field(ge=STEPS_MIN, le=STEPS_MAX)]
    guidance: Annotated[float, Field(ge=0, le=GUIDANCE_MAX)]
    strength: Annotated[float, Field(ge=0, le=1)] = 0
    headshot: bool = False


class Partner(Part):
    """The second person of a picture: their name and features as saved, and the name of their picture in the store
    where it goes along.
    """

    name: str
    features: str
    picture: str = ""


class SheetSet(StrEnum):
    """What changes from panel to panel of a sheet."""

    EXPRESSIONS = "expressions"
    TURNAROUND = "turnaround"
    OUTFITS = "outfits"
    SCENES = "scenes"


class Panel(Part):
    """One picture of a sheet: what stands under it, and the words of the one detail that makes it."""

    caption: str
    words: str


class Sheet(Part):
    """Several pictures of one person that differ in one detail, and in nothing else."""

    set: SheetSet
    panels: Annotated[tuple[Panel, ...], Field(min_length=1, max_length=MAX_SCENES)]


class PortraitSpec(Part):
    """Everything needed to paint the same picture again; immutable, and stored as JSON beside the portrait.

    `seed` is that of the first take: take n is painted with `seed + n` (wrapping to 1 after 2**32-1),
    because the vendor reports only one seed a request. With a `sheet` there is one take for each panel instead,
    all with the same seed: the person stays. `negative` is what the member wrote of `negative_prompt`.
    `unpictured`: the saved picture of the character was wanted, and there is none. `somebody`: it goes back to a face
    that was not painted here, so it may show a real person; None in specs that were written before this was asked.
    `edits` is what members said of the picture and of those that it was made from, "give her a red scarf", the newest
    last. `cut_out` is the image whose background goes. `face_of` is the character whose face it is, also where that is
    another's, and the picture enters nobody's book.
    """

    subject: str
    features: str = ""
    scene: str = ""
    background: str = ""
    expression: str = ""
    outfit: str = ""
    lighting: str = ""
    angle: str = ""
    quality: str = ""
    character_id: str | None = None
    face_of: str | None = None
    partner: Partner | None = None
    style: Style = Style.STUDIO
    framing: Framing = Framing.PORTRAIT
    prompt: str
    negative: str = ""
    negative_prompt: str
    model: str
    width: Size
    height: Size
    steps: Annotated[int, Field(ge=STEPS_MIN, le=STEPS_MAX)] = STEPS
    guidance: Annotated[float, Field(ge=GUIDANCE_MIN, le=GUIDANCE_MAX)] = GUIDANCE
    seed: Seed
    count: Annotated[int, Field(ge=1, le=MAX_IMAGES)] = 1
    sheet: Sheet | None = None
    reference: Reference | None = None
    unpictured: bool = False
    somebody: bool | None = None
    source: Source | None = None
    edit: Edit | None = None
    edits: Annotated[tuple[str, ...], Field(max_length=MAX_EDITS)] = ()
    upscale: Upscale | None = None
    cut_out: Image | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """What people wrote of the picture, in the order of the prompt, empty where nothing was said. The words of the
        style, of the panels and of the server are not among them.
        """
        return (
            self.subject,
            self.features,
            *self.company,
            self.expression,
            self.outfit,
            self.scene,
            self.background,
            self.lighting,
            self.angle,
            *self.edits,
        )

    @property
    def company(self) -> tuple[str, ...]:
        """Name and features of the second person; nothing where there is none."""
        return (self.partner.name, self.partner.features) if self.partner else ()

    @property
    def method(self) -> Method:
        """The outermost of what was done: an upscale of a variation of a pose is an upscale."""
        if self.cut_out is not None:
            return Method.CUT_OUT
        if self.upscale is not None:
            return Method.UPSCALE
        if self.source is not None:
            return Method.VARY
        if self.edit is not None:
            return Method.EDIT
        return Method.TEXT if self.reference is None else self.reference.method

    @property
    def may_show_somebody(self) -> bool:
        """Whether a real person may be in the picture; where that was never written down, any character may be one."""
        return bool(self.reference or self.features) if self.somebody is None else self.somebody

    @property
    def images(self) -> int:
        """How many pictures this is: one order each."""
        return self.count if self.sheet is None else len(self.sheet.panels)

    @property
    def by_edit(self) -> Edit | None:
        """The image that is changed in words, where that is what this generation goes by."""
        return self.edit if self.method is Method.EDIT else None

    @property
    def by_reference(self) -> Reference | None:
        """The saved picture, where it is what this generation goes by."""
        return self.reference if self.edit is None and self.method in {Method.EDIT, Method.HEADSHOT} else None


# A picture as it is painted: before it is enlarged, and before its background goes.
AS_PAINTED: Final[dict[str, None]] = {"upscale": None, "cut_out": None}


def take_seed(spec: PortraitSpec, number: int) -> int:
    """The seed of take `number` (from 0): in 1 .. 2**32-1 whatever the first one was."""
    if spec.sheet is not None:
        return spec.seed
    return (spec.seed - SEED_MIN + number) % SEED_MAX + SEED_MIN


def reroll(spec: PortraitSpec, seed: int) -> PortraitSpec:
    """The same request with another seed: another take on the same words. A larger copy has no other seed, so of an
    upscale it is the picture before that; so it is of one that was cut out.
    """
    return spec.model_copy(update={"seed": seed, **AS_PAINTED})
