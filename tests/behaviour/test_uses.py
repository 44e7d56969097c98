"""*Use as…*: a picture as an avatar, a token, an emoji, a sticker, or as its own file; it costs nothing."""

import pytest

from bot.domain.portraits.uses import Use
from tests.behaviour.members import execute, painted
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, settled, text_of
from tests.behaviour.test_forgeries import forge_click, id_of

pytestmark = pytest.mark.slow

LABELS = {
    Use.AVATAR: "Avatar",
    Use.TOKEN: "Token",
    Use.EMOJI: "Emoji",
    Use.STICKER: "Sticker",
    Use.ORIGINAL: "Original",
}


async def test_each_use_is_a_private_file_and_costs_nothing(simulation: Simulation) -> None:
    card = await painted(simulation)
    offered = await simulation.more(simulation.bob, card, "Use as…")
    assert offered.ephemeral
    assert list(buttons_of(offered.response)) == list(LABELS.values())
    assert "costs nothing" in text_of(offered.response)
    await simulation.restart()
    for use, label in LABELS.items():
        answer = await simulation.click(simulation.bob, offered.response, label)
        assert answer.ephemeral
        shown = text_of(answer.response)
        assert f"**{label}**" in shown
        [item] = gallery_of(answer.response)
        assert f"-{use}." in item["media"]["url"]
        # From each to the others without a way back.
        assert list(buttons_of(answer.response)) == list(LABELS.values())
    assert len(simulation.vendor.orders) == 1
    assert await execute(simulation, "SELECT count(*) FROM portrait") == [(1,)]


async def test_of_several_images_the_member_says_which(simulation: Simulation) -> None:
    card = await painted(simulation, count=2)
    asked = await simulation.more(simulation.alice, card, "Use as…")
    assert list(buttons_of(asked.response)) == ["Image 1", "Image 2"]
    offered = await simulation.click(simulation.alice, asked.response, "Image 2")
    answer = await simulation.click(simulation.alice, offered.response, "Token")
    assert "-2-token.png" in gallery_of(answer.response)[0]["media"]["url"]


@pytest.mark.parametrize("use", Use)
async def test_a_picture_that_is_gone_is_one_sentence(simulation: Simulation, use: Use) -> None:
    card = await painted(simulation)
    await settled(simulation)
    for path in simulation.config.database.pictures.rglob("*.*"):
        path.unlink()
    await simulation.restart()
    answer = await forge_click(simulation.alice, card, f"p1:{use}:{id_of(card)}:0")
    assert text_of(answer.response) == "That image is no longer kept."


async def test_a_private_portrait_is_nobody_elses(simulation: Simulation) -> None:
    private = await painted(simulation, private=True)
    public = await painted(simulation)
    for verb in ("useas", *Use):
        answer = await forge_click(simulation.bob, public, f"p1:{verb}:{id_of(private)}:0")
        assert answer.ephemeral
        assert text_of(answer.response) == "That portrait is no longer kept."
