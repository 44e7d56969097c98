"""Where the picture comes from that another is made of: its message, the kept file, the saved face, or nowhere."""

import pytest

from tests.behaviour.members import FEATURES, execute, painted, pressed, take_down
from tests.behaviour.simulation import Simulation, gallery_of, text_of

pytestmark = pytest.mark.slow


async def saved(simulation: Simulation) -> None:
    card = await painted(simulation, prompt=FEATURES, seed=99)
    form = await simulation.click(simulation.alice, card, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})


async def test_a_source_whose_message_is_gone_is_uploaded_from_the_kept_picture(simulation: Simulation) -> None:
    card = await painted(simulation, count=2)
    question = await simulation.click(simulation.alice, card, "Vary subtle")
    take_down(simulation, card)
    made = await pressed(simulation, question.response, "Image 2")
    assert gallery_of(made)
    [upload] = simulation.vendor.uploads
    assert simulation.vendor.orders[-1]["init_image"] == f"http://{simulation.vendor.host}/uploads/1.png"
    assert upload["base64_string"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("gone", [False, True])
async def test_an_old_link_of_a_variation_is_found_anew(simulation: Simulation, gone: bool) -> None:
    card = await painted(simulation)
    varied = await pressed(simulation, card, "Vary subtle")
    old = "'$.source.found_at', '2026-01-01T00:00:00Z', '$.source.url', 'https://dead.test/'"
    await execute(simulation, f"UPDATE portrait SET spec = json_set(spec, {old}) WHERE parent_id IS NOT NULL")
    if gone:
        take_down(simulation, card)
    await pressed(simulation, varied, "Reroll")
    uploaded = f"http://{simulation.vendor.host}/uploads/1.png"
    assert simulation.vendor.orders[-1]["init_image"] == (uploaded if gone else gallery_of(card)[0]["media"]["url"])


async def test_a_source_that_is_not_kept_at_all_costs_nothing(simulation: Simulation) -> None:
    card = await painted(simulation, count=2)
    question = await simulation.click(simulation.alice, card, "Vary subtle")
    take_down(simulation, card)
    for file in simulation.config.database.pictures.rglob("*.png"):
        file.unlink()
    before = len(simulation.vendor.orders)
    made = await pressed(simulation, question.response, "Image 1")
    assert "no longer kept. Nothing was charged" in text_of(made)
    assert len(simulation.vendor.orders) == before


async def test_a_pose_by_reference_without_a_saved_picture_says_so(simulation: Simulation) -> None:
    await simulation.alice.slash(simulation.channel, "character save", name="Tom", features=FEATURES)
    simulation.vendor.job_seconds = 1.0
    pose = {"character": "Tom", "scene": "on a pier", "identity": "reference"}
    waiting = await simulation.alice.slash(simulation.channel, "character pose", **pose)
    assert "no saved picture of this character" in text_of(waiting.response)
    await simulation.final(waiting)
    assert simulation.vendor.orders[-1].endpoint == "/v6/images/text2img"


async def test_a_saved_picture_that_is_gone_is_done_without(simulation: Simulation) -> None:
    await saved(simulation)
    for file in simulation.config.database.pictures.rglob("*.png"):
        file.unlink()
    pose = {"character": "Mia", "scene": "on a pier", "identity": "reference"}
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **pose))
    assert "The saved picture is no longer kept" in text_of(card)
    assert simulation.vendor.orders[-1].endpoint == "/v6/images/text2img"
