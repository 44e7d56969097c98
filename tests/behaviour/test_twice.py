"""A form sent twice: with the same words it is a double click, with others another wish."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.storage import portraits
from tests.behaviour.members import execute, painted, save, show
from tests.behaviour.simulation import Simulation, buttons_of, text_of, walk

pytestmark = pytest.mark.slow

Opening = Callable[[], Awaitable[Any]]
Preparing = Callable[[Simulation], Awaitable[Opening]]


async def _change(simulation: Simulation) -> Opening:
    menu = await simulation.click(simulation.alice, await painted(simulation), "Change one thing")
    select = next(each for each in walk(menu.response.components) if each["type"] == 3)
    return lambda: simulation.alice.select(menu.response.message, custom_id=select["custom_id"], values=["outfit"])


async def _settings(simulation: Simulation) -> Opening:
    details = await simulation.click(simulation.alice, await painted(simulation), "Details")
    return lambda: simulation.click(simulation.alice, details.response, "Use these settings")


async def _more(simulation: Simulation) -> Opening:
    card = await painted(simulation)
    return lambda: simulation.alice.click(card.message, custom_id=buttons_of(card)["More"]["custom_id"])


async def _pose(simulation: Simulation) -> Opening:
    await save(simulation)
    card = await show(simulation)
    return lambda: simulation.click(simulation.alice, card, "Pose")


def _sheet(label: str) -> Preparing:
    async def prepared(simulation: Simulation) -> Opening:
        await save(simulation)
        question = await simulation.click(simulation.alice, await show(simulation), "Sheet")
        return lambda: simulation.click(simulation.alice, question.response, label)

    return prepared


# Every form that paints: how it is opened, and what two wishes say in it.
FORMS: dict[str, tuple[Preparing, dict[str, str], dict[str, str]]] = {
    "change": (_change, {"words": "a red coat"}, {"words": "a blue coat"}),
    "settings": (_settings, {"prompt": "a miller", "seed": "9"}, {"prompt": "a baker", "seed": "9"}),
    "another seed": (_settings, {"prompt": "a miller", "seed": "9"}, {"prompt": "a miller", "seed": "10"}),
    "edit": (_more, {"what": "edit", "words": "a red scarf"}, {"what": "edit", "words": "a hat"}),
    "pose": (_pose, {"scene": "at sea"}, {"scene": "at sea", "outfit": "a raincoat"}),
    "outfits": (_sheet("Outfits"), {"outfits": "a hat"}, {"outfits": "a coat"}),
    "scenes": (_sheet("Scenes (2 to 10)"), {"scenes": "at sea\nin a tent"}, {"scenes": "at sea\nin a train"}),
}


@pytest.mark.parametrize("form", FORMS)
async def test_other_words_are_another_wish_and_the_same_words_are_not(
    simulation: Simulation, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine is.
    monkeypatch.setattr(portraits, "DOUBLE_CLICK", timedelta(minutes=1))
    preparing, first, second = FORMS[form]
    opened = await preparing(simulation)
    forms = [await opened() for _ in range(3)]
    [(before,)] = await execute(simulation, "SELECT count(*) FROM portrait")
    simulation.vendor.job_seconds = 1.0
    answers = [
        text_of((await simulation.alice.submit_modal(asked, typed)).response)
        for asked, typed in zip(forms, (first, second, second), strict=True)
    ]
    assert ["pressed that twice" in each for each in answers] == [False, False, True]
    [(after,)] = await execute(simulation, "SELECT count(*) FROM portrait")
    assert after == before + 2
