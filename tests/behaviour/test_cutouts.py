"""*Cut out*: the person alone on a transparent background, which stays transparent wherever it goes."""

import io
from typing import Any, cast

import pytest
from PIL import Image

from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, settled, text_of
from tests.behaviour.test_requests import IMAGE, TEXT, painted, pressed, sent
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

REMOVE = "/v6/image_editing/removebg_mask"


def body(link: str) -> dict[str, Any]:
    return {
        "image": link,
        "alpha_matting": False,
        "post_process_mask": False,
        "only_mask": False,
        "inverse_mask": False,
    }


def last_kept(simulation: Simulation) -> str:
    """The mode of the picture that was kept last."""
    files = list(simulation.config.database.pictures.rglob("*.png"))
    with Image.open(max(files, key=lambda path: path.stat().st_mtime_ns)) as image:
        return image.mode


async def test_it_is_one_image_of_the_clicked_picture(simulation: Simulation) -> None:
    card = await painted(simulation)
    made = await pressed(simulation, card, "Cut out")
    link = gallery_of(card)[0]["media"]["url"]
    assert sent(simulation) == (REMOVE, body(link))
    assert isinstance(simulation.vendor.orders[-1]["track_id"], int)
    assert "Cut out" in text_of(made)
    assert "1 image" in text_of(made)
    await settled(simulation)
    assert last_kept(simulation) == "RGBA"
    details = text_of((await simulation.more(simulation.alice, made, "Details")).response)
    assert "**Made by** background taken away" in details


async def test_what_is_made_of_it_starts_from_the_picture_before(simulation: Simulation) -> None:
    card = await painted(simulation)
    link = gallery_of(card)[0]["media"]["url"]
    made = await pressed(simulation, card, "Cut out")
    await pressed(simulation, made, "Reroll")
    assert sent(simulation)[0] == TEXT
    await pressed(simulation, made, "Vary subtle")
    assert (sent(simulation)[0], sent(simulation)[1]["init_image"]) == (IMAGE, link)
    await simulation.final(await simulation.more(simulation.alice, made, "Edit in words", words="a red scarf"))
    assert sent(simulation)[1]["init_image"] == link
    orders = len(simulation.vendor.orders)
    for label, sentence in (("Upscale", "stays as large as it is"), ("Cut out", "its background is gone already")):
        refused = await simulation.more(simulation.alice, made, label)
        assert refused.ephemeral
        assert sentence in text_of(refused.response)
    assert len(simulation.vendor.orders) == orders
    large = await pressed(simulation, card, "Upscale")
    await pressed(simulation, large, "Cut out")
    assert sent(simulation) == (REMOVE, body(gallery_of(large)[0]["media"]["url"]))


@pytest.mark.parametrize("use", ["Avatar", "Token", "Emoji", "Sticker", "Original"])
async def test_it_stays_transparent_in_every_use(simulation: Simulation, use: str) -> None:
    made = await pressed(simulation, await painted(simulation), "Cut out")
    offered = await simulation.more(simulation.alice, made, "Use as…")
    answer = await simulation.click(simulation.alice, offered.response, use)
    [item] = gallery_of(answer.response)
    assert item["media"]["url"].partition("?")[0].endswith(".png")


def opaque() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
async def test_a_mask_or_the_same_picture_is_refunded(simulation: Simulation, mode: str) -> None:
    card = await painted(simulation)
    out = io.BytesIO()
    cast("Any", Image.open(io.BytesIO(opaque()))).convert(mode).save(out, "PNG")
    simulation.vendor.image_script.append(Answer(raw=out.getvalue()))
    ended = await pressed(simulation, card, "Cut out")
    assert "cut nothing out of this picture. Nothing was charged" in text_of(ended)
    assert list(buttons_of(ended)) == ["Try again"]


async def test_where_it_is_not_offered_that_is_said(simulation: Simulation) -> None:
    card = await painted(simulation)
    simulation.vendor.barred.add("removebg_mask")
    ended = await pressed(simulation, card, "Cut out")
    assert "does not do that for this bot just now" in text_of(ended)
