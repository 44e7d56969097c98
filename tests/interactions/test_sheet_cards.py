"""What a member sees of a sheet: the contact sheet first, the single pictures, and captions wherever one is chosen."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.ids import MessageId, UserId
from bot.domain.portraits.portrait import Parent, Portrait, PortraitState, Take, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.queue import Status
from bot.domain.portraits.sheets import planned, scenes
from bot.domain.portraits.spec import Kind, SheetSet
from bot.interactions.cards import character as character_cards
from bot.interactions.cards import choices, details, single
from bot.interactions.cards import portrait as cards
from bot.ports.messenger import Outcome
from bot.services.characters.saving import Card
from tests.fakes.builders import NOW, a_character, a_picture, a_portrait
from tests.interactions.card_checks import BUTTON, GALLERY, HOSTILE, SELECT, checked, labels_of, painted, text_of

WORST = "; ".join(f"{number}{HOSTILE}"[:200] for number in range(6))

WORST_SCENES = "\n".join(f"{number}{HOSTILE.replace('|', '*') * 4}"[:350] for number in range(10))


def a_sheet(wanted: SheetSet = SheetSet.EXPRESSIONS, listed: str | None = None, **wish: Any) -> Portrait:
    usual: dict[str, Any] = {"subject": "Mia", "features": "freckles"}
    spec = build_spec(**(usual | wish), model="m", seed=99)
    name = str(wish.get("subject", "Mia"))
    sheet = scenes(listed or "") if wanted is SheetSet.SCENES else planned(wanted, listed)
    return a_portrait(spec=spec.model_copy(update={"sheet": sheet}), character_name=name)


def _ended(portrait: Portrait, ready: int | None = None) -> tuple[Any, Any]:
    outcome = replace(painted(portrait, ready), contact=a_picture("all"))
    return cards.ended(portrait, outcome)


def test_a_sheet_shows_its_contact_sheet_alone_and_a_menu_of_its_pictures() -> None:
    view, files = _ended(a_sheet())
    found = checked(view, files)
    [[item]] = [each["items"] for each in found if each["type"] == GALLERY]
    assert (
        item["description"] == "Contact sheet of Mia: 1. Calm, 2. Smiling, 3. Laughing, 4. Sad, 5. Angry, 6. Surprised"
    )
    assert len(files) == 1
    [menu] = [each["options"] for each in found if each["type"] == SELECT]
    assert [(each["label"], each["value"]) for each in menu] == [
        *zip(["1. Calm", "2. Smiling", "3. Laughing", "4. Sad", "5. Angry", "6. Surprised"], "012345", strict=True),
        ("All 6 pictures", "all"),
    ]
    text = text_of(view, files)
    assert "> **Mia**, expressions" in text
    assert "Mia · seed 99 · studio style · portrait" in text
    assert "6 images · 7 left" in text


def test_the_menu_has_what_was_painted_and_all_of_it_only_where_there_are_several() -> None:
    for ready, labels in ((2, ["1. Calm", "2. Smiling", "All 2 pictures"]), (1, ["1. Calm"])):
        [menu] = [each for each in checked(*_ended(a_sheet(), ready)) if each["type"] == SELECT]
        assert [option["label"] for option in menu["options"]] == labels


def test_one_picture_of_a_sheet_has_buttons_of_its_own() -> None:
    portrait = _ready(a_sheet())
    view, files = single.one(portrait, portrait.takes[4], a_picture())
    found = checked(view, files)
    assert [each["custom_id"].split(":")[1::2] for each in found if each["type"] == BUTTON] == [
        [verb, "4"] for verb in ("reroll", "subtle", "strong", "change", "save", "more")
    ]
    assert "> **Mia**, expressions\n> -# 5\\. Angry" in text_of(view, files)
    [item] = next(each["items"] for each in found if each["type"] == GALLERY)
    assert item["description"] == "Portrait (5 of 6): Mia, freckles, angry, jaw set"


def test_one_picture_of_scenes_says_the_whole_scene() -> None:
    long = "in a lighthouse that nobody has lived in for years, a letter in her hand, the lamp above her turning"
    portrait = _ready(a_sheet(SheetSet.SCENES, f"{long}\non a pier"))
    view, files = single.one(portrait, portrait.takes[0], a_picture())
    assert f"> -# 1\\. {long}" in text_of(view, files)
    portrait = _ready(a_sheet(SheetSet.SCENES, WORST_SCENES, subject=HOSTILE[:32]))
    checked(*single.one(portrait, portrait.takes[0], a_picture()))


def test_angles_are_told_by_their_captions() -> None:
    portrait = _ready(a_sheet(SheetSet.TURNAROUND))
    [file] = single.one(portrait, portrait.takes[1], a_picture())[1]
    assert file.description == "Portrait (2 of 4): Mia, freckles, Three-quarter"


def test_all_pictures_are_named_in_order_and_what_is_lost_is_said() -> None:
    portrait = _ready(a_sheet())
    pictures = [(take, a_picture(str(take.number))) for take in portrait.takes[2:4]]
    view, files = single.several(portrait, pictures, 4)
    assert "3\\. Laughing · 4\\. Sad\n-# 4 of them are no longer kept." in text_of(view, files)
    assert len(files) == 2
    assert "1 of them is no longer kept" in text_of(*single.several(portrait, pictures, 1))


def test_what_could_not_be_painted_is_named() -> None:
    text = text_of(*_ended(a_sheet(), 4))
    assert "2 of 6 could not be painted and cost nothing: 5\\. Angry, 6\\. Surprised." in text
    assert "4 images" in text
    long = a_sheet(SheetSet.SCENES, f"on a pier\n{'in a garden that goes on and on ' * 3}")
    assert "2\\. in a garden that goes on and on in a…\n-# Mia" in text_of(*_ended(long, 1)), "no fourth full stop"


def test_a_sheet_of_what_was_missing_says_of_which_it_is() -> None:
    portrait = a_sheet(SheetSet.SCENES, "on a pier\nin a garden")
    place = portrait.place
    for kind in (Kind.SHEET, Kind.SCENES):
        linked = replace(portrait, kind=kind, parent=Parent(UserId(5), place, MessageId(77)))
        link = f"[a sheet](https://discord.com/channels/{place.guild_id}/{place.channel_id}/77)"
        assert f"-# from {link} by <@5>, Try again" in text_of(*_ended(linked))
        hidden = replace(linked, parent=Parent(UserId(5), place))
        assert "-# from a sheet by <@5>, Try again" in text_of(*_ended(hidden))


def test_a_sheet_that_is_not_complete_offers_what_is_missing() -> None:
    assert "Try again: 2 missing" in labels_of(_ended(a_sheet(), 4)[0])
    assert not any("Try again" in label for label in labels_of(_ended(a_sheet())[0]))


def test_where_only_some_went_without_the_saved_picture_they_are_named() -> None:
    portrait = a_sheet()
    outcome = painted(portrait)
    pairs = [
        (replace(take, fallback="model" if take.number in {1, 4} else None), pic) for take, pic in outcome.pictures
    ]
    some = text_of(*cards.ended(portrait, replace(outcome, pictures=tuple(pairs))))
    assert "2\\. Smiling, 5\\. Angry: The saved picture could not go along" in some
    every = tuple((replace(take, fallback="model"), pic) for take, pic in pairs)
    assert "-# The saved picture could not go along" in text_of(
        *cards.ended(portrait, replace(outcome, pictures=every))
    )


def test_a_waiting_sheet_says_what_it_will_be() -> None:
    text = text_of(cards.waiting(a_sheet(SheetSet.OUTFITS, "raincoat, ball gown"), Status(1, NOW, 0, 2)))
    assert "2 images: 1\\. raincoat · 2\\. ball gown" in text


def test_a_flagged_panel_hides_the_contact_sheet_too() -> None:
    portrait = a_sheet()
    outcome = replace(painted(portrait), contact=a_picture("all"))
    (take, picture), *others = outcome.pictures
    view, files = cards.ended(portrait, replace(outcome, pictures=((replace(take, flagged=True), picture), *others)))
    [[item]] = [each["items"] for each in checked(view, files) if each["type"] == GALLERY]
    assert item["spoiler"]


def test_a_sheet_without_its_contact_sheet_still_shows_every_picture() -> None:
    portrait = a_sheet()
    view, files = cards.ended(portrait, painted(portrait))
    [singles] = [each["items"] for each in checked(view, files) if each["type"] == GALLERY]
    assert len(singles) == 6


@pytest.mark.parametrize(
    ("wanted", "listed"),
    [
        *((SheetSet.OUTFITS, listed) for listed in (WORST, "a", "外套; 帽子", "@everyone, <@1>")),
        *((SheetSet.SCENES, listed) for listed in (WORST_SCENES, "海辺で、夕暮れ\uff5c雨の駅", "@everyone | <@1>")),
    ],
)
def test_the_worst_sheet_is_one_that_discord_takes(wanted: SheetSet, listed: str) -> None:
    details_said = dict.fromkeys(("expression", "outfit", "lighting", "angle"), "*" * 200)
    said = details_said if wanted is SheetSet.SCENES else {"scene": HOSTILE}
    portrait = a_sheet(wanted, listed, subject="@" * 32, features="*" * 600, negative="`" * 500, **said)
    for ready in range(1, len(portrait.takes) + 1):
        text = text_of(*_ended(portrait, ready))
        pictures = [(take, a_picture(str(take.number))) for take in _ready(portrait).takes[:ready]]
        text += text_of(*single.several(portrait, pictures, 1)) + text_of(*single.one(portrait, *pictures[-1]))
        assert not any(live in text for live in ("@everyone", "<@", "](", "||s||"))
    checked(cards.waiting(portrait, Status(None, NOW, 2, 6, late=True)), [])
    checked(choices.choose_image(_ready(portrait), "save"), [])
    shown = text_of(details.details(_ready(portrait)))
    assert not any(live in shown.split("```")[-1] for live in ("@everyone", "<@", "||s||"))


def _ready(portrait: Portrait) -> Portrait:
    takes: tuple[Take, ...] = tuple(replace(take, state=TakeState.READY, image="f.png") for take in portrait.takes)
    return replace(portrait, state=PortraitState.DELIVERED, takes=takes)


def test_an_image_is_chosen_by_its_caption() -> None:
    view = choices.choose_image(_ready(a_sheet()), "save")
    assert labels_of(view) == ["1. Calm", "2. Smiling", "3. Laughing", "4. Sad", "5. Angry", "6. Surprised"]
    ids = [each["custom_id"].rpartition(":")[2] for each in checked(view, []) if each["type"] == BUTTON]
    assert ids == ["0", "1", "2", "3", "4", "5"]


def test_details_say_how_the_pictures_differ() -> None:
    text = text_of(details.details(_ready(a_sheet(SheetSet.TURNAROUND))))
    assert "frontal view" in text.split("```")[1]
    assert "**Sheet** of 4, one for each angle: " in text
    assert "**Seed** 99" in text


def test_nothing_that_was_painted_ends_as_any_portrait() -> None:
    portrait = a_sheet()
    view, files = cards.ended(portrait, Outcome(PortraitState.FAILED, (), painted(portrait).cost, "timeout"))
    assert files == []
    assert labels_of(view) == ["Try again"]


def test_the_card_of_a_character_has_the_five_buttons_and_a_borrowed_one_three() -> None:
    assert labels_of(character_cards.card(Card(a_character(), None))[0]) == ["Pose", "Sheet", "Edit", "Share", "Delete"]
    borrowed = character_cards.card(Card(a_character(), None, owner_name="Ada"))[0]
    assert labels_of(borrowed) == ["Pose", "Sheet", "Copy to my characters"]


def test_the_question_for_a_set_says_what_it_costs() -> None:
    view = character_cards.choose_set(a_character("@everyone"))
    assert labels_of(view) == ["Expressions (6)", "Turnaround (4)", "Outfits (up to 6)", "Scenes (2 to 10)"]
    assert "each counts as one image" in text_of(view)
    assert "@everyone" not in text_of(view)
