"""Where the picture comes from that another is made of: its message, the kept file, the saved face, or nowhere."""

import pytest

from tests.behaviour.acting import FEATURES, execute, painted, pressed, take_down
from tests.behaviour.stage import Stage, gallery_of, text_of


async def saved(stage: Stage) -> None:
    card = await painted(stage, prompt=FEATURES, seed=99)
    form = await stage.click(stage.alice, card, "Save this face")
    await stage.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})


async def test_a_source_whose_message_is_gone_is_uploaded_from_the_kept_picture(stage: Stage) -> None:
    card = await painted(stage, count=2)
    question = await stage.click(stage.alice, card, "Vary subtle")
    take_down(stage, card)
    made = await pressed(stage, question.response, "Image 2")
    assert gallery_of(made)
    [upload] = stage.vendor.uploads
    assert stage.vendor.orders[-1]["init_image"] == f"http://{stage.vendor.host}/uploads/1.png"
    assert upload["base64_string"].startswith("data:image/png;base64,")


@pytest.mark.parametrize("gone", [False, True])
async def test_an_old_link_of_a_variation_is_found_anew(stage: Stage, gone: bool) -> None:
    card = await painted(stage)
    varied = await pressed(stage, card, "Vary subtle")
    old = "'$.source.found_at', '2026-01-01T00:00:00Z', '$.source.url', 'https://dead.test/'"
    await execute(stage, f"UPDATE portrait SET spec = json_set(spec, {old}) WHERE parent_id IS NOT NULL")
    if gone:
        take_down(stage, card)
    await pressed(stage, varied, "Reroll")
    uploaded = f"http://{stage.vendor.host}/uploads/1.png"
    assert stage.vendor.orders[-1]["init_image"] == (uploaded if gone else gallery_of(card)[0]["media"]["url"])


async def test_a_source_that_is_not_kept_at_all_costs_nothing(stage: Stage) -> None:
    card = await painted(stage, count=2)
    question = await stage.click(stage.alice, card, "Vary subtle")
    take_down(stage, card)
    for file in stage.config.database.pictures.rglob("*.png"):
        file.unlink()
    before = len(stage.vendor.orders)
    made = await pressed(stage, question.response, "Image 1")
    assert "no longer kept. Nothing was charged" in text_of(made)
    assert len(stage.vendor.orders) == before


async def test_a_pose_by_reference_without_a_saved_picture_says_so(stage: Stage) -> None:
    await stage.alice.slash(stage.channel, "character save", name="Tom", features=FEATURES)
    stage.vendor.job_seconds = 1.0
    pose = {"character": "Tom", "scene": "on a pier", "identity": "reference"}
    waiting = await stage.alice.slash(stage.channel, "character pose", **pose)
    assert "no saved picture of this character" in text_of(waiting.response)
    await stage.final(waiting)
    assert stage.vendor.orders[-1].endpoint == "/v6/images/text2img"


async def test_a_saved_picture_that_is_gone_is_done_without(stage: Stage) -> None:
    await saved(stage)
    for file in stage.config.database.pictures.rglob("*.png"):
        file.unlink()
    pose = {"character": "Mia", "scene": "on a pier", "identity": "reference"}
    card = await stage.final(await stage.alice.slash(stage.channel, "character pose", **pose))
    assert "The saved picture is no longer kept" in text_of(card)
    assert stage.vendor.orders[-1].endpoint == "/v6/images/text2img"
