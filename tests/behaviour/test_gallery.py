"""One's own portraits, page by page, with their buttons."""

from typing import Any

from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import PortraitState
from tests.behaviour.members import FEATURES, deleted
from tests.behaviour.simulation import Simulation, buttons_of, database_of, gallery_of, settled, text_of


async def paint(simulation: Simulation, prompt: str, member: Any = None, **options: Any) -> Any:
    member = member or simulation.alice
    return await simulation.final(await member.slash(simulation.channel, "portrait", prompt=prompt, **options))


async def gallery(simulation: Simulation, member: Any = None, **options: Any) -> Any:
    await settled(simulation)
    return await (member or simulation.alice).slash(simulation.channel, "gallery", **options)


async def turn(simulation: Simulation, member: Any, message: Any, label: str) -> Any:
    turned = await simulation.click(member, message, label)
    return turned.response or message


async def test_an_empty_gallery_says_what_to_do(simulation: Simulation) -> None:
    answer = await gallery(simulation)
    assert answer.ephemeral
    assert "You have no portraits yet. `/portrait` paints the first." in text_of(answer.response)


async def test_pages_go_from_the_newest_into_the_past_and_back(simulation: Simulation) -> None:
    for number in range(3):
        await paint(simulation, f"sailor {number}", seed=100 + number, count=2 if number == 1 else 1)
    await paint(simulation, "of somebody else", simulation.bob)
    answer = await gallery(simulation)
    assert answer.ephemeral
    page = answer.response
    assert "sailor 2" in text_of(page)
    assert "seed 102 · studio style · portrait" in text_of(page)
    assert buttons_of(page)["Back"]["disabled"]
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "sailor 1" in text_of(page)
    assert len(gallery_of(page)) == 2
    await simulation.restart()
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "sailor 0" in text_of(page)
    assert buttons_of(page)["Next"]["disabled"]
    page = await turn(simulation, simulation.alice, page, "Back")
    assert "sailor 1" in text_of(page)
    page = await turn(simulation, simulation.alice, page, "Back")
    assert "sailor 2" in text_of(page)


async def test_the_buttons_of_a_page_work(simulation: Simulation) -> None:
    await paint(simulation, FEATURES, seed=7)
    page = (await gallery(simulation)).response
    again = await simulation.final(await simulation.click(simulation.alice, page, "Reroll"))
    assert "8 left today" in text_of(again)
    form = await simulation.click(simulation.alice, page, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    shown = await simulation.alice.slash(simulation.channel, "character show", character="Mia")
    assert "seed 7" in text_of(shown.response)


async def test_a_page_makes_variations_and_deletes(simulation: Simulation) -> None:
    await paint(simulation, "sailor one", seed=7)
    await paint(simulation, "sailor two", seed=8)
    page = (await gallery(simulation)).response
    varied = await simulation.final(await simulation.click(simulation.alice, page, "Vary subtle"))
    assert gallery_of(varied)
    assert "The portrait is deleted." in text_of(await deleted(simulation, page))
    page = (await gallery(simulation)).response
    assert "sailor two" in text_of(page), "the variation"
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "sailor one" in text_of(page)


async def test_only_portraits_of_one_character(simulation: Simulation) -> None:
    for name in ("Mia", "Tom"):
        await simulation.alice.slash(simulation.channel, "character save", name=name, features=FEATURES)
    answer = await gallery(simulation, character="Mia")
    assert "You have no portraits of **Mia** yet" in text_of(answer.response)
    for name in ("Mia", "Tom", "Mia"):
        posed = await simulation.alice.slash(simulation.channel, "character pose", character=name, scene="on a pier")
        await simulation.final(posed)
    page = (await gallery(simulation, character="mia")).response
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "**Mia**" in text_of(page)
    assert buttons_of(page)["Next"]["disabled"]


async def test_private_portraits_are_in_ones_own_gallery_only(simulation: Simulation) -> None:
    await paint(simulation, "a secret", private=True)
    page = (await gallery(simulation)).response
    assert "a secret" in text_of(page)
    other = await gallery(simulation, simulation.bob)
    assert "You have no portraits yet" in text_of(other.response)


async def test_what_failed_is_left_out_and_what_could_not_be_delivered_is_here(simulation: Simulation) -> None:
    await paint(simulation, "a lost one")
    portrait_id = PortraitId(buttons_of((await gallery(simulation)).response)["Reroll"]["custom_id"].split(":")[2])
    database = database_of(simulation)
    lost = "UPDATE portrait SET state = :state, failure = :failure WHERE id = :id"
    params = {"state": PortraitState.FAILED, "failure": "undeliverable", "id": portrait_id}
    await database.write(lambda tx: tx.run(lost, params))
    page = (await gallery(simulation)).response
    assert "It could not be delivered at the time, and cost nothing." in text_of(page)
    assert gallery_of(page)
    await database.write(lambda tx: tx.run(lost, {**params, "failure": "filtered"}))
    assert "You have no portraits yet" in text_of((await gallery(simulation)).response)


async def test_a_page_whose_image_is_gone_still_turns(simulation: Simulation) -> None:
    await paint(simulation, "first")
    await paint(simulation, "second")
    page = (await gallery(simulation)).response
    for path in simulation.config.database.pictures.rglob("*.*"):
        path.unlink()
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "The image of this portrait is no longer kept." in text_of(page)
    assert "Save this face" not in buttons_of(page)
    page = await turn(simulation, simulation.alice, page, "Back")
    assert "second" in text_of(page)


async def test_another_member_turns_their_own_pages(simulation: Simulation) -> None:
    await paint(simulation, "of alice")
    await paint(simulation, "of bob", simulation.bob)
    await paint(simulation, "of alice again")
    page = (await gallery(simulation)).response
    forged = buttons_of(page)["Next"]["custom_id"]
    theirs = (await gallery(simulation, simulation.bob)).response
    assert "of bob" in text_of(theirs)
    assert forged.startswith("g1:older:")
    assert str(simulation.alice.id) not in forged
