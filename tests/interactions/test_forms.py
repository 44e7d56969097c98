"""Forms: what they show, and that what comes back of a choice is one of what was offered."""

import pytest

from bot.domain.errors import UnknownChoice
from bot.interactions import replies
from bot.interactions.forms import Choice, Field, Form, Menu, Note, Option, picked
from tests.fakes.discord_wire.strictness import modal_problems

TWO = (Option("seed", "By its seed", "Similar each time"), Option("picture", "By its picture"))


def test_a_form_of_every_kind_is_one_that_discord_takes() -> None:
    form = Form(
        "A form",
        "f1:test",
        Note("Read this first."),
        Field("name", "Name", limit=32),
        Choice("identity", "Identity", TWO, default="picture"),
        Menu("image", "Image", [Option(str(n), f"Image {n + 1}") for n in range(10)], default="0"),
    )
    modal = form.to_dict()
    assert modal_problems(modal) == []
    group = modal["components"][2]["component"]
    assert [(o["label"], o.get("description"), o.get("default", False)) for o in group["options"]] == [
        ("By its seed", "Similar each time", False),
        ("By its picture", None, True),
    ]


def test_a_choice_of_eleven_is_no_choice() -> None:
    with pytest.raises(ValueError, match="10"):
        Choice("x", "X", [Option(str(n), str(n)) for n in range(11)])


def test_texts_of_any_length_fit() -> None:
    long = [Option("a", "x" * 300, "y" * 300), Option("b", "z" * 300)]
    assert (
        modal_problems(Form("t" * 90, "f1:test", Choice("c", "C", long), Menu("m", "M", long, default="a")).to_dict())
        == []
    )


def test_what_was_offered_is_taken() -> None:
    assert picked({"identity": "seed"}, "identity", TWO, "identity") == "seed"


@pytest.mark.parametrize(
    "sent", [{}, {"identity": ""}, {"identity": "SEED"}, {"identity": "x" * 5000}, {"other": "seed"}]
)
def test_anything_else_is_refused_in_one_sentence(sent: dict[str, str]) -> None:
    with pytest.raises(UnknownChoice) as refused:
        picked(sent, "identity", TWO, "identity")
    said = "There is no identity of that name" if sent.get("identity") else "No identity was chosen"
    assert replies.sentence(refused.value) == f"{said}. Choose one of: By its seed, By its picture."
