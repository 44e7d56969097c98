"""Behind *More*: a form that keeps the clicked message, works after a restart, and refuses what is forged."""

from typing import Any

import pytest

from tests.behaviour.members import execute, painted, pressed
from tests.behaviour.simulation import Simulation, buttons_of, entries_of, gallery_of, prefilled, text_of, walk
from tests.behaviour.test_forgeries import forge_click, forge_form, id_of

ENTRIES = [
    "Sharper face",
    "Less processed",
    "Upscale",
    "Edit in words",
    "Cut out",
    "Use as…",
    "Details",
    "Favourite",
    "Report",
    "Delete",
]
STARS = "SELECT count(*) FROM portrait WHERE favourite = 1"


async def form_of(simulation: Simulation, card: Any, member: Any = None) -> Any:
    return await simulation.click(member or simulation.alice, card, "More")


async def test_every_entry_says_what_it_does_and_what_it_costs(simulation: Simulation) -> None:
    form = await form_of(simulation, await painted(simulation))
    label, words = form.modal["components"]
    assert words["component"]["type"] == 4
    assert not words["component"]["required"]
    assert label["component"]["type"] == 21
    options = label["component"]["options"]
    assert [option["label"] for option in options] == ENTRIES
    costs = [option["description"].rsplit(". ", 1)[-1] for option in options]
    assert costs == ["1 image."] * 5 + ["Free."] * 4 + ["No refund."]
    assert all(len(option["description"]) <= 60 for option in options)


async def test_the_fresh_link_of_the_clicked_picture_goes_along_after_a_restart(simulation: Simulation) -> None:
    card = await painted(simulation, private=True)
    form = await form_of(simulation, card)
    await simulation.restart()
    made = await simulation.final(await simulation.alice.submit_modal(form, {"what": "upscale"}))
    assert simulation.vendor.orders[-1]["init_image"] == gallery_of(card)[0]["media"]["url"]
    assert simulation.vendor.uploads == []
    assert gallery_of(made)


async def test_with_several_images_the_form_asks_which(simulation: Simulation) -> None:
    card = await painted(simulation, count=4, seed=50)
    form = await form_of(simulation, card)
    menu = form.modal["components"][0]["component"]
    assert [option["label"] for option in menu["options"]] == ["Image 1", "Image 2", "Image 3", "Image 4"]
    made = await simulation.final(await simulation.alice.submit_modal(form, {"what": "upscale", "image": ["2"]}))
    assert simulation.vendor.orders[-1]["init_image"] == gallery_of(card)[2]["media"]["url"]
    assert len(gallery_of(made)) == 1
    # Where none is chosen, nothing is guessed: a picture costs one.
    asked = await simulation.more(simulation.alice, card, "Sharper face")
    assert list(buttons_of(asked.response)) == ["Image 1", "Image 2", "Image 3", "Image 4"]
    assert len(simulation.vendor.orders) == 5


async def test_a_star_is_put_on_and_taken_off_by_its_owner_alone(simulation: Simulation) -> None:
    card = await painted(simulation)
    refused = await simulation.more(simulation.bob, card, "Favourite")
    assert "Only the member who asked for it can make a favourite of it." in text_of(refused.response)
    assert await execute(simulation, STARS) == [(0,)]
    form = await form_of(simulation, card)
    await simulation.restart()
    answer = await simulation.alice.submit_modal(form, {"what": "favourite"})
    assert answer.ephemeral
    assert "one of your favourites now" in text_of(answer.response)
    assert await execute(simulation, STARS) == [(1,)]
    again = await form_of(simulation, card)
    assert list(entries_of(again)) == [name.replace("Favourite", "Remove from favourites") for name in ENTRIES]
    await simulation.alice.submit_modal(again, {"what": "unfavourite"})
    assert await execute(simulation, STARS) == [(0,)]
    assert len(simulation.vendor.orders) == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"what": "soul"}, "There is no entry of that name. Choose one of: Sharper face, Less processed, Upscale"),
        ({}, "No entry was chosen. Choose one of: Sharper face, Less processed, Upscale"),
        ({"what": "edit", "words": "a hat"}, "No image was chosen. Choose one of: Image 1, Image 2."),
        ({"what": "upscale", "image": "7"}, "There is no image of that name. Choose one of: Image 1, Image 2."),
        ({"what": "upscale", "image": "@everyone"}, "There is no image of that name."),
    ],
)
async def test_a_forged_form_gets_one_sentence(simulation: Simulation, values: dict[str, str], sentence: str) -> None:
    card = await painted(simulation, count=2)
    answer = await forge_form(simulation, simulation.alice, f"f1:more:{id_of(card)}", values)
    assert answer.ephemeral
    assert text_of(answer.response).startswith(sentence)
    assert len(simulation.vendor.orders) == 2


@pytest.mark.parametrize("what", ["sharper", "natural", "upscale", "details", "favourite", "delete"])
async def test_a_private_portrait_is_nobody_elses_through_the_form(simulation: Simulation, what: str) -> None:
    card = await painted(simulation, private=True)
    answer = await forge_form(simulation, simulation.bob, f"f1:more:{id_of(card)}:0", {"what": what})
    assert answer.ephemeral
    assert text_of(answer.response) in {
        "That portrait is no longer kept.",
        "Only the member who asked for it can delete it.",
    }
    assert await execute(simulation, STARS) == [(0,)]
    assert len(simulation.vendor.orders) == 1


@pytest.mark.parametrize("verb", ["sharper", "natural", "upscale"])
async def test_buttons_on_old_cards_go_on_working(simulation: Simulation, verb: str) -> None:
    card = await painted(simulation)
    made = await simulation.final(await forge_click(simulation.alice, card, f"p1:{verb}:{id_of(card)}"))
    assert len(gallery_of(made)) == 1
    details = await forge_click(simulation.bob, card, f"p1:details:{id_of(card)}")
    assert "### Details" in text_of(details.response)
    refused = await forge_click(simulation.bob, card, f"p1:delete:{id_of(card)}")
    assert "Only the member who asked for it can delete it." in text_of(refused.response)


async def test_what_more_makes_is_charged_to_who_asks(simulation: Simulation) -> None:
    card = await painted(simulation)
    made = await pressed(simulation, card, "Sharper face", simulation.bob)
    assert "1 image · 9 left today" in text_of(made)
    assert f"by <@{simulation.alice.id}>, Sharper face" in text_of(made)


async def test_no_button_has_an_emoji(simulation: Simulation) -> None:
    card = await painted(simulation)
    await simulation.alice.slash(simulation.channel, "character save", name="Mia", features="woman with freckles")
    shown = await simulation.alice.slash(simulation.channel, "character show", character="Mia")
    for message in (card, shown.response):
        assert not [each for each in walk(message.components) if each["type"] == 2 and each.get("emoji")]


async def test_the_form_holds_nothing_typed(simulation: Simulation) -> None:
    assert prefilled(await form_of(simulation, await painted(simulation))) == {"what": "", "words": ""}
