"""Sheets as members ask for them: by command and by button, with what exactly is sent for each picture."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.config import QuotaConfig
from tests.behaviour.sheets import ANGLES, CAPTIONS, FEATURES, REFUSED, ask, entries_of, galleries_of, save_mia, sheet
from tests.behaviour.simulation import Simulation, gallery_of, staged, text_of
from tests.fakes.faces import a_face
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

STUDIO = "professional headshot, natural makeup, soft studio lighting, 35mm film, shallow depth of field, sharp eyes"
NEGATIVE = (
    "blurry, out of focus, plastic skin, oversmoothed, overprocessed, digital art, illustration, painting, "
    "cartoon, anime, text, watermark, multiple people"
)
MOODS = [
    "a calm, neutral look",
    "a soft smile",
    "laughing out loud",
    "sad, eyes lowered",
    "angry, jaw set",
    "surprised, eyes wide",
]


def sent(simulation: Simulation) -> list[dict[str, Any]]:
    """The bodies of all orders, by their prompts: they leave side by side."""
    bodies = [{key: value for key, value in order.body.items() if key != "key"} for order in simulation.vendor.orders]
    assert len({str(body.pop("track_id")) for body in bodies}) == len(bodies)
    return sorted(bodies, key=lambda body: body["prompt"])


def expected(prompts: list[str], **changes: Any) -> list[dict[str, Any]]:
    plain = {
        "model_id": "fluxgram",
        "negative_prompt": NEGATIVE,
        "width": 1024,
        "height": 1024,
        "samples": 1,
        "num_inference_steps": 30,
        "guidance_scale": 7.5,
        "seed": 99,
        "safety_checker": "yes",
        "enhance_prompt": "no",
    }
    return sorted(({**plain, **changes, "prompt": prompt} for prompt in prompts), key=lambda body: body["prompt"])


async def test_six_expressions(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation)
    assert sent(simulation) == expected([f"Mia, {FEATURES}, {mood}, {STUDIO}" for mood in MOODS])
    [[contact]] = galleries_of(card)
    assert contact["description"] == f"Contact sheet of Mia: {', '.join(CAPTIONS)}"
    assert entries_of(card) == [*CAPTIONS, "All 6 pictures"]
    assert "6 images · 4 left today" in text_of(card)
    assert "seed 99 " in text_of(card)


async def test_the_contact_sheet_is_a_picture_of_all(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation)
    [first] = card.attachments
    assert first.filename.endswith("-sheet.jpg")
    with Image.open(io.BytesIO(await first.read())) as image:
        assert image.width > image.height > 1000


async def test_four_angles_in_a_scene(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation, set="turnaround", scene="on a pier", framing="full body", seed=5)
    words = [f"Mia, {FEATURES}, on a pier, {STUDIO.replace('35mm', f'{angle}, 35mm')}" for angle in ANGLES]
    assert sent(simulation) == expected(words, width=768, seed=5)
    assert len(entries_of(card)) == 5


async def test_outfits_of_the_members_list(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation, set="outfits", outfits="yellow raincoat; white shirt, black tie; yellow raincoat")
    studio = STUDIO.replace("35mm", "whole figure, from head to toe, 35mm")
    words = [f"Mia, {FEATURES}, {outfit}, {studio}" for outfit in ("yellow raincoat", "white shirt, black tie")]
    assert sent(simulation) == expected(words, width=768)
    assert "1. yellow raincoat, 2. white shirt, black tie" in gallery_of(card)[0]["description"]


async def test_the_saved_picture_goes_along_with_every_panel(simulation: Simulation) -> None:
    await save_mia(simulation, reference=("mia.png", a_face("PNG")))
    await sheet(simulation, set="turnaround", identity="reference")
    bodies = sent(simulation)
    assert [body["model_id"] for body in bodies] == ["flux-kontext-dev"] * 4
    assert {body["seed"] for body in bodies} == {99}
    assert len({body["init_image"] for body in bodies}) == 1
    assert len(simulation.vendor.uploads) == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"set": "outfits"}, "Which outfits? List up to 6"),
        ({"set": "outfits", "outfits": "a,b,c,d,e,f,g"}, "I read 7 outfits in your list, and a sheet has 6 at most."),
        (
            {"outfits": "raincoat"},
            "a list of outfits goes with the set outfits, not with expressions.",
        ),
        ({"character": "Nobody"}, "no character named **Nobody**"),
        ({"set": "outfits", "outfits": "a, " + "b" * 201}, "The outfit is too long: 201 characters, 200 at most."),
    ],
)
async def test_what_is_wrong_is_said_and_costs_nothing(
    simulation: Simulation, options: dict[str, Any], sentence: str
) -> None:
    await save_mia(simulation)
    answer = await ask(simulation, **options)
    assert answer.ephemeral
    assert sentence in text_of(answer.response)
    assert simulation.vendor.orders == []


async def test_a_limit_that_has_room_for_five_refuses_the_six_at_once(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(member_per_day=5)) as simulation:
        await save_mia(simulation)
        answer = await ask(simulation)
        assert answer.ephemeral
        assert "6 images at once is more than your limit for a day (5) ever holds" in text_of(answer.response)
        assert simulation.vendor.orders == []
        assert "0 of 5 left" not in text_of(await sheet(simulation, set="turnaround"))
        assert len(simulation.vendor.orders) == 4


async def test_what_came_is_delivered_and_the_rest_refunded(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.script += [Answer(), REFUSED, Answer(), REFUSED]
    card = await sheet(simulation)
    assert "2 of 6 could not be painted and cost nothing: " in text_of(card)
    assert "4 images · 6 left today" in text_of(card)
    [[contact]] = galleries_of(card)
    assert len(entries_of(card)) == 5
    assert contact["description"].count(",") == 3


async def test_where_nothing_could_be_painted_nothing_is_charged(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.script += [REFUSED] * 6
    card = await sheet(simulation)
    assert gallery_of(card) == []
    assert "Nothing was charged" in text_of(card)
    again = await simulation.final(await simulation.click(simulation.alice, card, "Try again"))
    assert len(gallery_of(again)) == 1
    assert "6 images · 4 left today" in text_of(again)


async def test_a_private_sheet_is_seen_by_its_member_alone(simulation: Simulation) -> None:
    await save_mia(simulation)
    answer = await ask(simulation, private=True)
    assert answer.ephemeral
    assert len(gallery_of(await simulation.final(answer))) == 1


async def test_a_sheet_can_be_cancelled_as_a_whole(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.job_seconds = 30
    answer = await ask(simulation)
    await simulation.click(simulation.alice, answer.response, "Cancel")
    card = await simulation.final(answer)
    assert "Cancelled. Nothing was charged." in text_of(card)
