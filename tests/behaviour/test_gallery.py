"""One's own portraits: nine small ones on a page, one at full size with its buttons, a star on those that one likes."""

import io
import re
from typing import Any

import pytest
from PIL import Image

from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import PortraitState
from bot.interactions import custom_ids
from bot.interactions.cards.gallery import pages_offered
from bot.ports.portraits import Selection
from tests.behaviour.members import FEATURES, admin_of, kept_files
from tests.behaviour.simulation import Simulation, buttons_of, database_of, gallery_of, settled, text_of, walk
from tests.behaviour.test_forgeries import forge, forge_click

pytestmark = pytest.mark.slow

GONE = "That portrait is no longer kept."


async def paint(simulation: Simulation, prompt: str, member: Any = None, **options: Any) -> Any:
    member = member or simulation.alice
    return await simulation.final(await member.slash(simulation.channel, "portrait", prompt=prompt, **options))


async def several(simulation: Simulation, count: int) -> None:
    """So many portraits of a member, the last one the newest; more than a day's, so an admin gives some."""
    gift = {"member": simulation.alice, "gift": 100}
    await admin_of(simulation).slash(simulation.channel, "quota member", **gift)
    for number in range(count):
        await paint(simulation, f"sailor {number + 1}", seed=100 + number)


async def gallery(simulation: Simulation, member: Any = None, **options: Any) -> Any:
    await settled(simulation)
    return await (member or simulation.alice).slash(simulation.channel, "gallery", **options)


def menu_of(message: Any) -> dict[str, str]:
    """What can be opened: the labels with their values."""
    [menu] = [each for each in walk(message.components) if each["type"] == 3]
    return {option["label"]: option["value"] for option in menu["options"]}


async def opened(simulation: Simulation, page: Any, number: int, member: Any = None) -> Any:
    value = next(value for label, value in menu_of(page).items() if label.startswith(f"{number}. "))
    result = await (member or simulation.alice).select(page.message, [value])
    return result.response or page


async def turn(simulation: Simulation, member: Any, message: Any, label: str) -> Any:
    turned = await simulation.click(member, message, label)
    return turned.response or message


def is_dark(simulation: Simulation, message: Any) -> bool:
    """Whether the first small picture is a ground with a word on it."""
    return max(wall_of(simulation, message).convert("L").crop((4, 4, 40, 40)).tobytes()) < 0x50


def wall_of(simulation: Simulation, message: Any) -> Image.Image:
    """The drawn picture of a page."""
    [shown] = gallery_of(message)
    data = simulation.env.backend.cdn.get(shown["media"]["url"])
    return Image.open(io.BytesIO(data or b""))


async def test_an_empty_gallery_says_what_to_do(simulation: Simulation) -> None:
    answer = await gallery(simulation)
    assert answer.ephemeral
    assert "You have no portraits yet. `/portrait` paints the first." in text_of(answer.response)
    answer = await gallery(simulation, favourites=True)
    assert "You have no favourites yet. Open a picture in `/gallery` and press its star." in text_of(answer.response)


async def test_a_page_has_nine_small_ones_and_pages_turn(simulation: Simulation) -> None:
    await several(simulation, 20)
    await paint(simulation, "of somebody else", simulation.bob)
    answer = await gallery(simulation)
    assert answer.ephemeral
    page = answer.response
    assert "1 to 9 of 20, the newest first" in text_of(page)
    assert list(menu_of(page))[:2] == ["1. sailor 20", "2. sailor 19"]
    assert len(menu_of(page)) == 9
    assert wall_of(simulation, page).size == (784, 784)
    assert gallery_of(page)[0]["description"].startswith("Small portraits: 1. sailor 20; 2. sailor 19; 3.")
    assert [buttons_of(page)[label].get("disabled", False) for label in ("First", "Back", "Next", "Last")] == [
        True,
        True,
        False,
        False,
    ]
    await simulation.restart()
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "10 to 18 of 20" in text_of(page)
    page = await turn(simulation, simulation.alice, page, "Last")
    assert "19 to 20 of 20" in text_of(page)
    assert list(menu_of(page)) == ["19. sailor 2", "20. sailor 1"]
    assert wall_of(simulation, page).size == (520, 256)
    assert buttons_of(page)["Next"]["disabled"]
    page = await turn(simulation, simulation.alice, page, "Back")
    assert "10 to 18 of 20" in text_of(page)
    page = await turn(simulation, simulation.alice, page, "First")
    assert "1 to 9 of 20" in text_of(page)


async def test_of_many_pages_any_is_reached_at_once(simulation: Simulation) -> None:
    await several(simulation, 28)
    page = (await gallery(simulation)).response
    opening, jump = [each for each in walk(page.components) if each["type"] == 3]
    assert opening["placeholder"] == "Open one at full size"
    assert [(each["label"], each["description"], each["default"]) for each in jump["options"]] == [
        ("Page 1 of 4", "1 to 9", True),
        ("Page 2 of 4", "10 to 18", False),
        ("Page 3 of 4", "19 to 27", False),
        ("Page 4 of 4", "28", False),
    ]
    await simulation.restart()
    await simulation.alice.select(page.message, ["3"], custom_id=jump["custom_id"])
    assert "28 of 28" in text_of(page)
    await simulation.alice.select(page.message, ["1"], custom_id=jump["custom_id"])
    assert "10 to 18 of 28" in text_of(page)


def test_of_very_many_pages_a_menu_holds_what_discord_takes() -> None:
    for pages in (4, 25, 26, 100, 10_000):
        for number in (0, 1, pages // 2, pages - 1):
            offered = pages_offered(number, pages)
            assert len(set(offered)) == len(offered) <= 25
            assert offered == sorted(offered)
            assert {0, number, pages - 1, max(0, number - 1), min(pages - 1, number + 1)} <= set(offered)
            assert set(offered) <= set(range(pages))
    assert pages_offered(3, 25) == list(range(25))


@pytest.mark.parametrize("value", ["moon", "", "-1", "1" * 9, "²", "1.5"])
async def test_a_page_that_the_menu_did_not_offer_is_one_sentence(simulation: Simulation, value: str) -> None:
    await paint(simulation, "sailor")
    page = (await gallery(simulation)).response
    [offered] = menu_of(page).values()
    forge(simulation, page, offered, value)
    forge(simulation, page, "g4:open", "g4:jump")
    refused = await simulation.alice.select(page.message, [value])
    assert refused.ephemeral
    assert "Choose one of: those in the menu." in text_of(refused.response)


async def test_one_opens_at_full_size_and_leads_on_and_back_to_its_page(simulation: Simulation) -> None:
    await several(simulation, 11)
    page = await turn(simulation, simulation.alice, (await gallery(simulation)).response, "Next")
    one = await opened(simulation, page, 10)
    assert "sailor 2" in text_of(one)
    assert "10 of 11 · seed 101 · studio style · portrait" in text_of(one)
    assert len(gallery_of(one)) == 1
    assert "Reroll" in buttons_of(one)
    one = await turn(simulation, simulation.alice, one, "Next")
    assert "11 of 11" in text_of(one)
    assert buttons_of(one)["Next"]["disabled"]
    await simulation.restart()
    for place in (10, 9):
        one = await turn(simulation, simulation.alice, one, "Back")
        assert f"{place} of 11" in text_of(one)
    page = await turn(simulation, simulation.alice, one, "All")
    assert "1 to 9 of 11" in text_of(page)


async def test_an_opened_portrait_has_all_its_pictures_and_its_buttons(simulation: Simulation) -> None:
    await paint(simulation, FEATURES, seed=7, count=2)
    page = (await gallery(simulation)).response
    assert "First" not in buttons_of(page), "there is one page"
    one = await opened(simulation, page, 1)
    assert len(gallery_of(one)) == 2
    again = await simulation.final(await simulation.click(simulation.alice, one, "Reroll"))
    assert gallery_of(again)
    asked = await simulation.click(simulation.alice, one, "Save this face")
    form = await simulation.click(simulation.alice, asked.response, "Image 1")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    shown = await simulation.alice.slash(simulation.channel, "character show", character="Mia")
    assert "seed 7" in text_of(shown.response)


async def test_a_star_is_put_on_and_taken_off_and_chosen_by(simulation: Simulation) -> None:
    await several(simulation, 3)
    one = await opened(simulation, (await gallery(simulation)).response, 2)
    one = await turn(simulation, simulation.alice, one, "☆ Favourite")
    assert "★ Favourite" in buttons_of(one)
    assert gallery_of(one)
    page = (await gallery(simulation)).response
    stars = [option.get("description", "") for each in walk(page.components) for option in each.get("options", [])]
    assert ["★" in each for each in stars] == [False, True, False]
    liked = (await gallery(simulation, favourites=True)).response
    assert "Your favourites" in text_of(liked)
    assert list(menu_of(liked)) == ["1. sailor 2"]
    one = await opened(simulation, liked, 1)
    assert "1 of 1" in text_of(one)
    one = await turn(simulation, simulation.alice, one, "★ Favourite")
    assert "of 1" not in text_of(one), "it is none of them any more"
    answer = await simulation.click(simulation.alice, one, "All")
    assert "You have no favourites yet" in text_of(answer.followups[-1])


async def test_a_star_that_is_pressed_twice_is_one_star(simulation: Simulation) -> None:
    await paint(simulation, "sailor")
    one = await opened(simulation, (await gallery(simulation)).response, 1)
    star = buttons_of(one)["☆ Favourite"]["custom_id"]
    for _ in range(2):
        await forge_click(simulation.alice, one, star)
    assert list(menu_of((await gallery(simulation, favourites=True)).response)) == ["1. sailor"]


async def test_only_portraits_of_one_character(simulation: Simulation) -> None:
    for name in ("Mia", "Tom"):
        await simulation.alice.slash(simulation.channel, "character save", name=name, features=FEATURES)
    answer = await gallery(simulation, character="Mia")
    assert "You have no portraits of **Mia** yet" in text_of(answer.response)
    for name in ("Mia", "Tom", "Mia"):
        posed = await simulation.alice.slash(simulation.channel, "character pose", character=name, scene="on a pier")
        await simulation.final(posed)
    page = (await gallery(simulation, character="mia")).response
    assert "Your portraits of **Mia**" in text_of(page)
    assert list(menu_of(page)) == ["1. Mia, on a pier", "2. Mia, on a pier"]
    one = await opened(simulation, page, 1)
    one = await turn(simulation, simulation.alice, one, "Next")
    assert "2 of 2" in text_of(one)
    assert buttons_of(one)["Next"]["disabled"]
    await turn(simulation, simulation.alice, one, "Favourite")
    liked = await gallery(simulation, character="Mia", favourites=True)
    assert "1 of 1" in text_of(liked.response)
    liked = await gallery(simulation, character="Tom", favourites=True)
    assert "You have no favourites of **Tom** yet" in text_of(liked.response)


async def test_private_portraits_are_in_ones_own_gallery_only(simulation: Simulation) -> None:
    await paint(simulation, "a secret", private=True)
    assert list(menu_of((await gallery(simulation)).response)) == ["1. a secret"]
    other = await gallery(simulation, simulation.bob)
    assert "You have no portraits yet" in text_of(other.response)


async def test_what_failed_is_left_out_and_what_could_not_be_delivered_is_here(simulation: Simulation) -> None:
    await paint(simulation, "a lost one")
    [portrait_id] = menu_of((await gallery(simulation)).response).values()
    database = database_of(simulation)
    lost = "UPDATE portrait SET state = :state, failure = :failure WHERE id = :id"
    params = {"state": PortraitState.FAILED, "failure": "undeliverable", "id": portrait_id}
    await database.write(lambda tx: tx.run(lost, params))
    one = await opened(simulation, (await gallery(simulation)).response, 1)
    assert "It could not be delivered at the time, and cost nothing." in text_of(one)
    assert gallery_of(one)
    await database.write(lambda tx: tx.run(lost, {**params, "failure": "filtered"}))
    assert "You have no portraits yet" in text_of((await gallery(simulation)).response)


async def test_a_picture_that_is_gone_keeps_its_place(simulation: Simulation) -> None:
    await several(simulation, 3)
    for path in kept_files(simulation):
        path.unlink()
    page = (await gallery(simulation)).response
    assert "1 to 3 of 3" in text_of(page)
    assert len(menu_of(page)) == 3
    assert is_dark(simulation, page)
    one = await opened(simulation, page, 2)
    assert "The image of this portrait is no longer kept." in text_of(one)
    assert "2 of 3" in text_of(one)
    assert "Save this face" not in buttons_of(one)
    one = await turn(simulation, simulation.alice, one, "Back")
    assert "sailor 3" in text_of(one)


async def test_what_is_flagged_is_shown_only_when_it_is_opened(simulation: Simulation) -> None:
    await paint(simulation, "sailor")
    assert not is_dark(simulation, (await gallery(simulation)).response)
    database = database_of(simulation)
    await database.write(lambda tx: tx.run("UPDATE take SET flagged = 1"))
    page = (await gallery(simulation)).response
    assert is_dark(simulation, page)
    assert gallery_of(await opened(simulation, page, 1))[0]["spoiler"]


async def test_what_is_deleted_meanwhile_is_one_sentence_and_the_count_is_right(simulation: Simulation) -> None:
    await several(simulation, 3)
    page = (await gallery(simulation)).response
    gone = menu_of(page)["2. sailor 2"]
    one = await opened(simulation, page, 2)
    params = {"id": gone}
    await database_of(simulation).write(lambda tx: tx.run("UPDATE portrait SET deleted_at = 1 WHERE id = :id", params))
    refused = await simulation.click(simulation.alice, one, "Favourite")
    assert text_of(refused.response) == GONE
    one = await turn(simulation, simulation.alice, one, "Next")
    assert "2 of 2" in text_of(one)
    page = await turn(simulation, simulation.alice, one, "All")
    assert "1 to 2 of 2" in text_of(page)


async def test_a_page_that_is_no_more_is_said_in_one_sentence(simulation: Simulation) -> None:
    await several(simulation, 11)
    page = (await gallery(simulation)).response
    forge(simulation, page, f":{simulation.alice.id}:1", f":{simulation.alice.id}:4711")
    page = await turn(simulation, simulation.alice, page, "Next")
    assert "There is no page 4712; this is the last." in text_of(page)
    assert "10 to 11 of 11" in text_of(page)


@pytest.mark.parametrize("value", ["moon", "abcdefghijkmn", ""])
async def test_what_the_menu_did_not_offer_is_one_sentence(simulation: Simulation, value: str) -> None:
    await paint(simulation, "sailor")
    page = (await gallery(simulation)).response
    [offered] = menu_of(page).values()
    forge(simulation, page, offered, value)
    refused = await simulation.alice.select(page.message, [value])
    assert refused.ephemeral
    assert text_of(refused.response) == GONE


async def test_anothers_portrait_cannot_be_opened_nor_starred(simulation: Simulation) -> None:
    await paint(simulation, "of alice")
    await paint(simulation, "of bob", simulation.bob)
    theirs, mine = (await gallery(simulation)).response, (await gallery(simulation, simulation.bob)).response
    [wanted], [own] = menu_of(theirs).values(), menu_of(mine).values()
    one = await opened(simulation, mine, 1, simulation.bob)
    forge(simulation, one, own, wanted)
    refused = await simulation.click(simulation.bob, one, "Favourite")
    assert text_of(refused.response) == GONE
    page = (await gallery(simulation, simulation.bob)).response
    forge(simulation, page, own, wanted)
    refused = await simulation.bob.select(page.message, [wanted])
    assert text_of(refused.response) == GONE
    assert "You have no favourites" in text_of((await gallery(simulation, favourites=True)).response)


@pytest.mark.parametrize("kind", ["page", "one"])
async def test_the_button_of_anothers_gallery_is_one_sentence(simulation: Simulation, kind: str) -> None:
    await paint(simulation, "of alice")
    card = await paint(simulation, "of bob", simulation.bob)
    owner, portrait_id = simulation.alice.id, PortraitId("abcdefghijkmn")
    custom_id = (
        custom_ids.for_gallery_page("next", owner, 0, Selection())
        if kind == "page"
        else custom_ids.for_gallery_one("all", owner, 1, portrait_id, Selection())
    )
    refused = await forge_click(simulation.bob, card, custom_id)
    assert refused.ephemeral
    assert text_of(refused.response) == "Only the member who asked for it can look through it."


async def test_the_buttons_of_an_older_gallery_go_on_working(simulation: Simulation) -> None:
    await several(simulation, 3)
    one = await opened(simulation, (await gallery(simulation)).response, 2)
    at, key = re.fullmatch(r"g3:older:\d+:(\d+):(\w+)", buttons_of(one)["Next"]["custom_id"]).groups()  # type: ignore[union-attr]
    for verb, sentence in (("older", "sailor 1"), ("newer", "sailor 3")):
        card = (await gallery(simulation)).response
        shown = await forge_click(simulation.alice, await paint(simulation, "another"), f"g1:{verb}:{at}:{key}")
        assert sentence in text_of(shown.response or card)


async def test_unknown_verbs_are_one_sentence(simulation: Simulation) -> None:
    await paint(simulation, "sailor")
    one = await opened(simulation, (await gallery(simulation)).response, 1)
    forge(simulation, one, "g3:star", "g3:steal")
    refused = await simulation.click(simulation.alice, one, "Favourite")
    assert "I do not know that button" in text_of(refused.response)
