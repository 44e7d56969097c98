"""One's own portraits, page by page, with their buttons."""

from typing import Any

from bot.domain.ids import PortraitId
from bot.domain.portraits import PortraitState
from tests.behaviour.acting import FEATURES
from tests.behaviour.stage import Stage, buttons_of, database_of, gallery_of, settled, text_of


async def paint(stage: Stage, prompt: str, member: Any = None, **options: Any) -> Any:
    member = member or stage.alice
    return await stage.final(await member.slash(stage.channel, "portrait", prompt=prompt, **options))


async def gallery(stage: Stage, member: Any = None, **options: Any) -> Any:
    await settled(stage)
    return await (member or stage.alice).slash(stage.channel, "gallery", **options)


async def turn(stage: Stage, member: Any, message: Any, label: str) -> Any:
    turned = await stage.click(member, message, label)
    return turned.response or message


async def test_an_empty_gallery_says_what_to_do(stage: Stage) -> None:
    answer = await gallery(stage)
    assert answer.ephemeral
    assert "You have no portraits yet. `/portrait` paints the first." in text_of(answer.response)


async def test_pages_go_from_the_newest_into_the_past_and_back(stage: Stage) -> None:
    for number in range(3):
        await paint(stage, f"sailor {number}", seed=100 + number, count=2 if number == 1 else 1)
    await paint(stage, "of somebody else", stage.bob)
    answer = await gallery(stage)
    assert answer.ephemeral
    page = answer.response
    assert "sailor 2" in text_of(page)
    assert "seed 102 · studio style · portrait" in text_of(page)
    assert buttons_of(page)["Back"]["disabled"]
    page = await turn(stage, stage.alice, page, "Next")
    assert "sailor 1" in text_of(page)
    assert len(gallery_of(page)) == 2
    await stage.restart()
    page = await turn(stage, stage.alice, page, "Next")
    assert "sailor 0" in text_of(page)
    assert buttons_of(page)["Next"]["disabled"]
    page = await turn(stage, stage.alice, page, "Back")
    assert "sailor 1" in text_of(page)
    page = await turn(stage, stage.alice, page, "Back")
    assert "sailor 2" in text_of(page)


async def test_the_buttons_of_a_page_work(stage: Stage) -> None:
    await paint(stage, FEATURES, seed=7)
    page = (await gallery(stage)).response
    again = await stage.final(await stage.click(stage.alice, page, "Reroll"))
    assert "8 of 10 left today" in text_of(again)
    form = await stage.click(stage.alice, page, "Save this face")
    await stage.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    shown = await stage.alice.slash(stage.channel, "character show", character="Mia")
    assert "seed 7" in text_of(shown.response)


async def test_a_page_makes_variations_and_deletes(stage: Stage) -> None:
    await paint(stage, "sailor one", seed=7)
    await paint(stage, "sailor two", seed=8)
    page = (await gallery(stage)).response
    varied = await stage.final(await stage.click(stage.alice, page, "Vary subtle"))
    assert gallery_of(varied)
    gone = await stage.click(stage.alice, page, "Delete")
    assert "The portrait is deleted." in text_of(gone.response)
    page = (await gallery(stage)).response
    assert "sailor two" in text_of(page), "the variation"
    page = await turn(stage, stage.alice, page, "Next")
    assert "sailor one" in text_of(page)


async def test_only_portraits_of_one_character(stage: Stage) -> None:
    for name in ("Mia", "Tom"):
        await stage.alice.slash(stage.channel, "character save", name=name, features=FEATURES)
    answer = await gallery(stage, character="Mia")
    assert "You have no portraits of **Mia** yet" in text_of(answer.response)
    for name in ("Mia", "Tom", "Mia"):
        posed = await stage.alice.slash(stage.channel, "character pose", character=name, scene="on a pier")
        await stage.final(posed)
    page = (await gallery(stage, character="mia")).response
    page = await turn(stage, stage.alice, page, "Next")
    assert "**Mia**" in text_of(page)
    assert buttons_of(page)["Next"]["disabled"]


async def test_private_portraits_are_in_ones_own_gallery_only(stage: Stage) -> None:
    await paint(stage, "a secret", private=True)
    page = (await gallery(stage)).response
    assert "a secret" in text_of(page)
    other = await gallery(stage, stage.bob)
    assert "You have no portraits yet" in text_of(other.response)


async def test_what_failed_is_left_out_and_what_could_not_be_delivered_is_here(stage: Stage) -> None:
    await paint(stage, "a lost one")
    portrait_id = PortraitId(buttons_of((await gallery(stage)).response)["Reroll"]["custom_id"].split(":")[2])
    database = database_of(stage)
    lost = "UPDATE portrait SET state = :state, failure = :failure WHERE id = :id"
    params = {"state": PortraitState.FAILED, "failure": "undeliverable", "id": portrait_id}
    await database.write(lambda tx: tx.run(lost, params))
    page = (await gallery(stage)).response
    assert "It could not be delivered at the time, and cost nothing." in text_of(page)
    assert gallery_of(page)
    await database.write(lambda tx: tx.run(lost, {**params, "failure": "filtered"}))
    assert "You have no portraits yet" in text_of((await gallery(stage)).response)


async def test_a_page_whose_image_is_gone_still_turns(stage: Stage) -> None:
    await paint(stage, "first")
    await paint(stage, "second")
    page = (await gallery(stage)).response
    for path in stage.config.database.pictures.rglob("*.*"):
        path.unlink()
    page = await turn(stage, stage.alice, page, "Next")
    assert "The image of this portrait is no longer kept." in text_of(page)
    assert "Save this face" not in buttons_of(page)
    page = await turn(stage, stage.alice, page, "Back")
    assert "second" in text_of(page)


async def test_another_member_turns_their_own_pages(stage: Stage) -> None:
    await paint(stage, "of alice")
    await paint(stage, "of bob", stage.bob)
    await paint(stage, "of alice again")
    page = (await gallery(stage)).response
    forged = buttons_of(page)["Next"]["custom_id"]
    theirs = (await gallery(stage, stage.bob)).response
    assert "of bob" in text_of(theirs)
    assert forged.startswith("g1:older:")
    assert str(stage.alice.id) not in forged
