"""What is sent for an order, exactly as it goes: every way of asking has an endpoint and parameter names of its own."""

from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel

from bot.domain.portraits.spec import Method
from bot.domain.portraits.styles import STEPS_MAX
from bot.domain.portraits.vendor import Order

YesNo = Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the painter's model is not sent although documents of the vendor's allow it: they contradict each other."""

    negative_prompt: bool = True
    max_steps: int = STEPS_MAX

    def spoken(self, order: Order) -> Order:
        """The order as this vendor takes it. Models that take a picture of somebody along have rules of their own."""
        if order.method not in {Method.TEXT, Method.VARY}:
            return order
        words = order.negative_prompt if self.negative_prompt else ""
        return replace(order, negative_prompt=words, steps=min(order.steps, self.max_steps))


PLAIN = Dialect()


class TextWire(BaseModel):
    """The body of text2img, without the key, which is added as the body leaves.

    `enhance_prompt` is always "no" and `safety_checker` always said: the vendor's enhancer spoils portraits
    ("full body, hyperrealistic, 8K"), and its defaults are documented twice, differently. Here both are words; the
    editing endpoints take JSON booleans.
    """

    model_id: str
    prompt: str
    negative_prompt: str | None
    width: int
    height: int
    samples: Literal[1] = 1
    num_inference_steps: int
    guidance_scale: float
    seed: int
    safety_checker: YesNo
    enhance_prompt: Literal["no"] = "no"
    track_id: str


class VaryWire(TextWire):
    """The body of img2img: `strength` 1 ignores the source, 0 repeats it. The size follows the source."""

    init_image: str
    strength: float


class EditWire(BaseModel):
    """The body of img2img for the editing model, whose guidance has a name and a scale of its own. A second picture is
    that of a second person.
    """

    model_id: str
    prompt: str
    negative_prompt: str | None
    init_image: str
    init_image_2: str | None
    width: int
    height: int
    samples: Literal[1] = 1
    num_inference_steps: int
    strength: float
    guidance: float
    seed: int
    safety_checker: bool
    enhance_prompt: Literal[False] = False
    track_id: str


class HeadshotWire(BaseModel):
    """The body of flux_headshot: one image, no negative prompt, and a track id that must be a number."""

    prompt: str
    face_image: str
    width: int
    height: int
    num_inference_steps: int
    guidance_scale: float
    seed: int
    safety_checker: bool
    track_id: int


class UpscaleWire(BaseModel):
    """The body of super_resolution. `face_enhance` would repaint the face that is to be kept."""

    init_image: str
    model_id: str
    scale: int
    face_enhance: Literal[False] = False
    track_id: int


class CutOutWire(BaseModel):
    """The body of removebg_mask: the picture without its background, not the mask alone. Its track id is a number."""

    image: str
    alpha_matting: Literal[False] = False
    post_process_mask: Literal[False] = False
    only_mask: Literal[False] = False
    inverse_mask: Literal[False] = False
    track_id: int


_PATHS = {
    Method.TEXT: "/v6/images/text2img",
    Method.VARY: "/v6/images/img2img",
    Method.EDIT: "/v6/images/img2img",
    Method.HEADSHOT: "/v6/image_editing/flux_headshot",
    Method.UPSCALE: "/v6/image_editing/super_resolution",
    Method.CUT_OUT: "/v6/image_editing/removebg_mask",
}


# Each family of endpoints has an address of its own at which its jobs are asked for.
FAMILIES = ("/v6/images", "/v6/image_editing")


def path_of(order: Order) -> str:
    """Where the order goes, below the API's base address."""
    return _PATHS[order.method]


def family_of(method: Method) -> str:
    """The family of endpoints that takes such an order, and at which its job is documented to be asked for."""
    return _PATHS[method].rpartition("/")[0]


def order_wire(order: Order, *, safety_checker: bool) -> BaseModel:
    """The body for an order. What is None in it is not sent."""
    match order.method:
        case Method.TEXT:
            return _text(order, "yes" if safety_checker else "no")
        case Method.VARY:
            plain = _text(order, "yes" if safety_checker else "no").model_dump()
            return VaryWire(**plain, init_image=order.image, strength=order.strength)
        case Method.EDIT:
            return _edit(order, safety_checker=safety_checker)
        case Method.HEADSHOT:
            return _headshot(order, safety_checker=safety_checker)
        case Method.UPSCALE:
            return UpscaleWire(
                init_image=order.image, model_id=order.model, scale=order.scale, track_id=int(order.track_id)
            )
        case Method.CUT_OUT:
            return CutOutWire(image=order.image, track_id=int(order.track_id))


def _text(order: Order, safety_checker: YesNo) -> TextWire:
    return TextWire(
        model_id=order.model,
        prompt=order.prompt,
        negative_prompt=order.negative_prompt or None,
        width=order.width,
        height=order.height,
        num_inference_steps=order.steps,
        guidance_scale=order.guidance,
        seed=order.seed,
        safety_checker=safety_checker,
        track_id=order.track_id,
    )


def _edit(order: Order, *, safety_checker: bool) -> EditWire:
    return EditWire(
        model_id=order.model,
        prompt=order.prompt,
        negative_prompt=order.negative_prompt or None,
        init_image=order.image,
        init_image_2=order.image_2 or None,
        width=order.width,
        height=order.height,
        num_inference_steps=order.steps,
        strength=order.strength,
        guidance=order.guidance,
        seed=order.seed,
        safety_checker=safety_checker,
        track_id=order.track_id,
    )


def _headshot(order: Order, *, safety_checker: bool) -> HeadshotWire:
    return HeadshotWire(
        prompt=order.prompt,
        face_image=order.image,
        width=order.width,
        height=order.height,
        num_inference_steps=order.steps,
        guidance_scale=order.guidance,
        seed=order.seed,
        safety_checker=safety_checker,
        track_id=int(order.track_id),
    )
