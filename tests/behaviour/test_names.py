"""Names as people write them: everywhere a name is shown or typed, and apart from names that look otherwise."""

from typing import Any

import pytest

from tests.behaviour.members import FEATURES, says
from tests.behaviour.simulation import Simulation, gallery_of, text_of

pytestmark = pytest.mark.slow

PINK, TIRED = "\U0001fa77", "\U0001fae9"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
NAMES = [
    f"Rose{PINK}",
    TIRED,
    FAMILY,
    TIRED * 32,
    "\U0001f9d1\U0001f3ff\u200d\U0001f680" * 8,
    "\U0001d544\U0001d55a\U0001d552",
]


async def test_an_emoji_makes_another_name(simulation: Simulation) -> None:
    for name in ("Rose", f"Rose{PINK}", f"Rose{TIRED}", TIRED, PINK):
        assert "already" not in await says(simulation, simulation.alice, "character save", name=name, features=FEATURES)
    assert "already" in await says(
        simulation, simulation.alice, "character save", name=f"rose{PINK}", features=FEATURES
    )
    assert "already" in await says(
        simulation, simulation.alice, "character save", name="\uff32ose\u200b", features=FEATURES
    )


@pytest.mark.parametrize("name", NAMES, ids=["new heart", "only new", "family", "longest", "joined", "mathematical"])
async def test_a_name_beyond_the_basic_plane_goes_through_every_door(simulation: Simulation, name: str) -> None:
    await simulation.alice.slash(simulation.channel, "character save", name=name, features=FEATURES)
    offered: list[Any] = await simulation.alice.autocomplete(
        simulation.channel, "character pose", "character", name[:2]
    )
    assert [choice["value"] for choice in offered] == [name]
    card = await simulation.final(
        await simulation.alice.slash(simulation.channel, "character pose", character=name, scene="at sea")
    )
    assert name in text_of(card)
    assert name in gallery_of(card)[0]["description"]
    shown = await simulation.alice.slash(simulation.channel, "character show", character=name)
    assert name in text_of(shown.response)
    made = await simulation.alice.slash(simulation.channel, "character export", character=name)
    assert made.response.message.attachments
    renamed = await says(simulation, simulation.alice, "character delete", character=name)
    assert "Something went wrong" not in renamed
