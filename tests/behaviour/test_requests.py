"""What exactly is sent to the vendor for each command, mode and button."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.config import ModelsLabConfig
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, prefilled, staged, text_of

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"
NEGATIVE = (
    "blurry, out of focus, plastic skin, oversmoothed, overprocessed, digital art, illustration, painting, "
    "cartoon, anime, text, watermark, multiple people"
)
STUDIO = "professional headshot, natural makeup, soft studio lighting, 35mm film, shallow depth of field, sharp eyes"
TEXT, IMAGE = "/v6/images/text2img", "/v6/images/img2img"
# What two requests never have in common.
OWN = {"key", "track_id"}


def sailor(**changes: Any) -> dict[str, Any]:
    """The body of a plain `/portrait prompt:a sailor seed:7`, with what a test expects to differ."""
    body = {
        "model_id": "fluxgram",
        "prompt": f"a sailor, {STUDIO}",
        "negative_prompt": NEGATIVE,
        "width": 1024,
        "height": 1024,
        "samples": 1,
        "num_inference_steps": 30,
        "guidance_scale": 7.5,
        "seed": 7,
        "safety_checker": "yes",
        "enhance_prompt": "no",
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


def mia(scene: str = "on a pier", **changes: Any) -> dict[str, Any]:
    return sailor(**{"prompt": f"Mia, {FEATURES}, {scene}, {STUDIO}", "seed": 99} | changes)


class Body(dict[str, Any]):
    """A body that is equal as JSON is: there, True is not 1."""

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return json.dumps(self, sort_keys=True) == json.dumps(other, sort_keys=True)


def sent(simulation: Simulation, number: int = -1) -> tuple[str, Body]:
    order = simulation.vendor.orders[number]
    assert order["key"] == simulation.vendor.key
    assert str(order["track_id"]).isdigit()
    return order.endpoint, Body({name: value for name, value in order.body.items() if name not in OWN})


async def painted(simulation: Simulation, **options: Any) -> Any:
    return await simulation.final(
        await simulation.alice.slash(simulation.channel, "portrait", **{"prompt": "a sailor", "seed": 7} | options)
    )


async def pressed(simulation: Simulation, card: Any, label: str) -> Any:
    return await simulation.final(await simulation.click(simulation.alice, card, label))


async def with_face(simulation: Simulation) -> None:
    """Mia, saved from a picture: her seed is 99."""
    card = await painted(simulation, prompt=FEATURES, seed=99)
    form = await simulation.click(simulation.alice, card, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})


async def posed(simulation: Simulation, **options: Any) -> Any:
    pose = {"character": "Mia", "scene": "on a pier"} | options
    return await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **pose))


async def test_portrait(simulation: Simulation) -> None:
    await painted(simulation)
    assert sent(simulation) == (TEXT, sailor())


async def test_portrait_with_every_option(simulation: Simulation) -> None:
    await painted(simulation, style="environmental", framing="full body", negative="hats")
    words = "outdoor environment, environmental portrait, candid expression, golden hour, photojournalism style"
    assert sent(simulation) == (
        TEXT,
        sailor(
            prompt=f"a sailor, {words}, natural skin texture",
            negative_prompt=f"hats, {NEGATIVE}",
            width=768,
            height=1024,
        ),
    )


async def test_steps_and_guidance_go_along_and_stay(simulation: Simulation) -> None:
    asked = {"prompt": "a sailor", "seed": 7, "steps": 45, "guidance": 9.5}
    # So long that the waiting card can be read.
    simulation.vendor.job_seconds = 0.3
    waiting = await simulation.alice.slash(simulation.channel, "portrait", **asked)
    for hint in ("More than 40 steps bring little", "From guidance 9 on"):
        assert hint in text_of(waiting.response)
    card = await simulation.final(waiting)
    own = {"num_inference_steps": 45, "guidance_scale": 9.5}
    assert sent(simulation) == (TEXT, sailor(**own))
    await pressed(simulation, card, "Reroll")
    assert sent(simulation) == (TEXT, sailor(**own, seed=sent(simulation)[1]["seed"]))
    await pressed(simulation, card, "Sharper face")
    assert sent(simulation) == (TEXT, sailor(**own, prompt=f"a sailor, {STUDIO}, sharp focus, high detail, 8k"))
    await pressed(simulation, card, "Less processed")
    calm = f"overprocessed, HDR, digital art, {NEGATIVE}"
    assert sent(simulation) == (TEXT, sailor(**own | {"guidance_scale": 6.75}, negative_prompt=calm))


async def test_steps_and_guidance_of_a_pose(simulation: Simulation) -> None:
    await with_face(simulation)
    await posed(simulation, steps=20, guidance=5)
    assert sent(simulation) == (TEXT, mia(num_inference_steps=20, guidance_scale=5.0))
    asked = {"character": "Mia", "scene": "on a pier", "identity": "reference", "steps": 10}
    # So long that the waiting card can be read.
    simulation.vendor.job_seconds = 0.3
    waiting = await simulation.alice.slash(simulation.channel, "character pose", **asked)
    assert "the model that takes the saved picture has numbers of its own" in text_of(waiting.response)
    assert "faces lose" not in text_of(waiting.response)
    await simulation.final(waiting)
    assert sent(simulation) == (IMAGE, edited(simulation))


async def test_reroll(simulation: Simulation) -> None:
    await pressed(simulation, await painted(simulation), "Reroll")
    endpoint, body = sent(simulation)
    assert body["seed"] != 7
    assert (endpoint, body) == (TEXT, sailor(seed=body["seed"]))


@pytest.mark.parametrize(("label", "strength"), [("Vary subtle", 0.35), ("Vary strong", 0.65)])
async def test_vary(simulation: Simulation, label: str, strength: float) -> None:
    card = await painted(simulation)
    await pressed(simulation, card, label)
    endpoint, body = sent(simulation)
    assert body["seed"] != 7
    link = gallery_of(card)[0]["media"]["url"]
    assert (endpoint, body) == (IMAGE, sailor(seed=body["seed"], init_image=link, strength=strength))
    assert simulation.vendor.uploads == []


async def test_sharper_face(simulation: Simulation) -> None:
    card = await painted(simulation, framing="full body")
    sharp = sailor(prompt=f"a sailor, {STUDIO}, sharp focus, high detail, 8k", num_inference_steps=35)
    again = await pressed(simulation, card, "Sharper face")
    assert sent(simulation) == (TEXT, sharp)
    await pressed(simulation, again, "Sharper face")
    assert sent(simulation) == (TEXT, sharp)


async def test_less_processed(simulation: Simulation) -> None:
    calm = sailor(negative_prompt=f"overprocessed, HDR, digital art, hats, {NEGATIVE}", guidance_scale=6.75)
    again = await pressed(simulation, await painted(simulation, negative="hats"), "Less processed")
    assert sent(simulation) == (TEXT, calm)
    await pressed(simulation, again, "Less processed")
    assert sent(simulation) == (TEXT, calm)


async def test_upscale(simulation: Simulation) -> None:
    card = await painted(simulation)
    larger = await pressed(simulation, card, "Upscale")
    endpoint, body = sent(simulation)
    assert endpoint == "/v6/image_editing/super_resolution"
    link = gallery_of(card)[0]["media"]["url"]
    assert body == {"init_image": link, "model_id": "RealESRGAN_x2plus", "scale": 2, "face_enhance": False}
    assert "seed 7 " in text_of(larger)
    assert isinstance(simulation.vendor.orders[-1]["track_id"], int)


CHANGES = [
    ("expression", "a soft smile", f"Mia, {FEATURES}, a soft smile, on a pier, {STUDIO}"),
    ("outfit", "raincoat", f"Mia, {FEATURES}, raincoat, on a pier, {STUDIO}"),
    (
        "lighting",
        "candlelight",
        f"Mia, {FEATURES}, on a pier, {STUDIO.replace('soft studio lighting', 'candlelight')}",
    ),
    ("angle", "side profile", f"Mia, {FEATURES}, on a pier, {STUDIO.replace('35mm', 'side profile, 35mm')}"),
    ("background", "in a library", f"Mia, {FEATURES}, in a library, {STUDIO}"),
]


@pytest.mark.parametrize(("detail", "words", "prompt"), CHANGES)
async def test_change_one_thing(simulation: Simulation, detail: str, words: str, prompt: str) -> None:
    await with_face(simulation)
    question = await simulation.click(simulation.alice, await posed(simulation), "Change one thing")
    form = await simulation.alice.select(question.response.message, [detail])
    await simulation.final(await simulation.alice.submit_modal(form, {"words": words}))
    assert sent(simulation) == (TEXT, mia(prompt=prompt))


@pytest.mark.parametrize(("detail", "words", "prompt"), CHANGES[:4])
async def test_pose_with_a_detail(simulation: Simulation, detail: str, words: str, prompt: str) -> None:
    await with_face(simulation)
    await posed(simulation, **{detail: words})
    assert sent(simulation) == (TEXT, mia(prompt=prompt))


async def test_pose_with_a_background_beside_the_scene_and_instead_of_the_styles(simulation: Simulation) -> None:
    await with_face(simulation)
    await posed(simulation, scene="reading", background="in a library", style="editorial")
    words = "editorial fashion portrait, dramatic directional lighting, medium format look, sharp focus, high contrast"
    assert sent(simulation) == (TEXT, mia(prompt=f"Mia, {FEATURES}, reading, in a library, {words}"))


async def test_pose_by_seed(simulation: Simulation) -> None:
    await with_face(simulation)
    await posed(simulation)
    assert sent(simulation) == (TEXT, mia())
    await posed(simulation, seed=5)
    assert sent(simulation) == (TEXT, mia(seed=5))


def edited(simulation: Simulation, **changes: Any) -> dict[str, Any]:
    lead = "The same person as in the picture, with the same face, hair and skin: "
    own = {
        "model_id": "flux-kontext-dev",
        "prompt": f"{lead}Mia, {FEATURES}, on a pier, {STUDIO}",
        "init_image": f"http://{simulation.vendor.host}/uploads/1.png",
        "num_inference_steps": 28,
        "guidance_scale": None,
        "guidance": 2.5,
        "strength": 0.45,
        # Booleans there, words elsewhere.
        "safety_checker": True,
        "enhance_prompt": False,
    }
    return mia(**own | changes)


async def test_pose_by_reference(simulation: Simulation) -> None:
    await with_face(simulation)
    card = await posed(simulation, identity="reference", count=2)
    assert sorted(body["seed"] for _, body in (sent(simulation, -1), sent(simulation, -2))) == [99, 100]
    for number in (-1, -2):
        endpoint, body = sent(simulation, number)
        assert (endpoint, body) == (IMAGE, edited(simulation, seed=body["seed"]))
    [upload] = simulation.vendor.uploads
    assert upload.endpoint == "/v6/base64_to_url"
    assert upload["base64_string"].startswith("data:image/png;base64,iVBORw0KGgo")
    assert "face by its saved picture" in text_of(card)


async def test_the_buttons_of_a_pose_by_reference(simulation: Simulation) -> None:
    await with_face(simulation)
    card = await posed(simulation, identity="reference")
    await pressed(simulation, card, "Reroll")
    endpoint, body = sent(simulation)
    assert (endpoint, body) == (IMAGE, edited(simulation, seed=body["seed"]))
    await pressed(simulation, card, "Sharper face")
    sharp = edited(simulation)["prompt"] + ", sharp focus, high detail, 8k"
    assert sent(simulation) == (IMAGE, edited(simulation, prompt=sharp, num_inference_steps=35))
    await pressed(simulation, card, "Less processed")
    assert sent(simulation) == (
        IMAGE,
        edited(simulation, negative_prompt=f"overprocessed, HDR, digital art, {NEGATIVE}"),
    )
    await pressed(simulation, card, "Vary subtle")
    endpoint, body = sent(simulation)
    assert (endpoint, body["model_id"], body["guidance_scale"], body["strength"]) == (IMAGE, "fluxgram", 7.5, 0.35)
    assert "limner-" in body["init_image"]


async def test_pose_by_reference_through_the_headshot_endpoint(tmp_path: Path) -> None:
    async with staged(tmp_path) as plain:
        url, host, key = plain.vendor.base_url, plain.vendor.host, plain.config.modelslab.api_key
        config = ModelsLabConfig(api_key=key, base_url=url, trusted_hosts=(host,), headshot=True)
        await with_face(plain)
        plain.config = plain.config.model_copy(update={"modelslab": config})
        await plain.restart()
        await posed(plain, identity="reference")
        assert sent(plain) == (
            "/v6/image_editing/flux_headshot",
            {
                "prompt": f"Mia, {FEATURES}, on a pier, {STUDIO}",
                "face_image": f"http://{host}/uploads/1.png",
                "width": 1024,
                "height": 1024,
                "num_inference_steps": 26,
                "guidance_scale": 7.5,
                "seed": 99,
                "safety_checker": True,
            },
        )
        assert isinstance(plain.vendor.orders[-1]["track_id"], int)
        await posed(plain, identity="reference", framing="landscape")
        # A restart forgets where pictures were uploaded.
        link = f"http://{host}/uploads/1.png"
        assert sent(plain) == (IMAGE, edited(plain, init_image=link, width=1024, height=768))


@pytest.mark.parametrize("refusal", ["barred", "unknown"])
async def test_a_model_that_the_account_may_not_use_is_left_alone_for_an_hour(
    simulation: Simulation, refusal: str
) -> None:
    await with_face(simulation)
    getattr(simulation.vendor, refusal).add("flux-kontext-dev")
    before = len(simulation.vendor.orders)
    card = await posed(simulation, identity="reference")
    assert "The saved picture could not go along" in text_of(card)
    assert "face by its saved picture" not in text_of(card)
    asked = [sent(simulation, number) for number in range(before, len(simulation.vendor.orders))]
    assert asked == [(IMAGE, edited(simulation)), (TEXT, mia())]
    assert [order.job_id is None for order in simulation.vendor.orders[before:]] == [True, False]
    await simulation.restart()
    card = await posed(simulation, identity="reference")
    assert "The saved picture could not go along" in text_of(card)
    assert [sent(simulation, number) for number in range(before + 2, len(simulation.vendor.orders))] == [(TEXT, mia())]
    assert "More" in buttons_of(card)


async def test_use_these_settings_unchanged_is_the_same_request(simulation: Simulation) -> None:
    card = await painted(simulation, negative="hats", style="documentary")
    first = sent(simulation)
    details = await simulation.click(simulation.alice, card, "Details")
    form = await simulation.click(simulation.alice, details.response, "Use these settings")
    await simulation.final(await simulation.alice.submit_modal(form, prefilled(form)))
    assert sent(simulation) == first


async def test_use_these_settings_with_other_words(simulation: Simulation) -> None:
    await with_face(simulation)
    details = await simulation.click(simulation.alice, await posed(simulation, outfit="raincoat"), "Details")
    form = await simulation.click(simulation.alice, details.response, "Use these settings")
    values = {"prompt": "in a train", "seed": "123", "negative": "umbrella"}
    await simulation.final(await simulation.alice.submit_modal(form, values))
    prompt = f"Mia, {FEATURES}, raincoat, in a train, {STUDIO}"
    assert sent(simulation) == (TEXT, mia(prompt=prompt, seed=123, negative_prompt=f"umbrella, {NEGATIVE}"))
