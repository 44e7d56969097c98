"""Cards that Discord takes, in the worst case too, and that say the right thing in the ordinary one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.domain.characters.formats import Remark
from bot.domain.ids import ChannelId, GuildId, MessageId, UserId
from bot.domain.portraits.details import Detail
from bot.domain.portraits.portrait import Budget, Cost, Parent, Place, Portrait, PortraitState, TakeState
from bot.domain.portraits.prompts import Told, build_spec, sent
from bot.domain.portraits.queue import Status
from bot.domain.portraits.spec import Image, Kind, Partner
from bot.domain.portraits.styles import Framing, Style
from bot.domain.portraits.variations import cut_out, edited, upscale, vary, with_reference
from bot.domain.servers.quotas import MemberLimit, Policy, RoleLimit
from bot.domain.servers.settings import ServerSettings
from bot.interactions.cards import character as character_cards
from bot.interactions.cards import choices, details
from bot.interactions.cards import policy as policy_cards
from bot.interactions.cards import portrait as cards
from bot.ports.messenger import Outcome
from bot.services.characters.saving import Card, Saved
from bot.services.characters.sharing import Shelf, ShelfRow
from bot.services.characters.transfer import Report
from bot.services.servers.answers import Overview
from tests.fakes.builders import NOW, a_character, a_picture, a_portrait
from tests.interactions.card_checks import (
    BUTTON,
    HOSTILE,
    RESETS,
    ROW,
    SELECT,
    WHEN,
    checked,
    labels_of,
    painted,
    text_of,
    walk,
)

LATER = NOW + timedelta(seconds=40)


def _hostile(**changes: Any) -> Portrait:
    spec = build_spec(
        "@" * 32,
        features="*" * 600,
        scene=HOSTILE,
        framing=Framing.FULL_BODY,
        count=4,
        outfit="`" * 200,
        model="m",
        seed=2**32 - 1,
    )
    return a_portrait(count=4, spec=spec, character_name="@" * 32, **changes)


@pytest.mark.parametrize("text", [HOSTILE, "@" * 1000, "*" * 1000, "x" * 1000, "://" * 333, "🦊" * 1000])
@pytest.mark.parametrize("greet", [True, False])
def test_the_worst_card_is_one_that_discord_takes(text: str, greet: bool) -> None:
    spec = build_spec(text, count=4, model="m", seed=2**32 - 1)
    for portrait in (_hostile(), a_portrait(count=4, spec=spec)):
        view, files = cards.ended(portrait, painted(portrait), greet)
        shown = text_of(view, files).removeprefix(f"<@{portrait.owner_id}>")
        assert not any(live in shown for live in ("@everyone", "<@", "](", "://", "**b**", "||s||"))
        checked(cards.waiting(portrait, Status(None, LATER, 3, 4, late=True), ("a hint",) * 4), [])
        failed = Outcome(PortraitState.FAILED, (), Cost(0), "timeout")
        checked(*cards.ended(portrait, failed, greet))


@pytest.mark.parametrize("name", ["@" * 32, "Mia", "🦊" * 32])
@pytest.mark.parametrize("features", ["@" * 600, HOSTILE[:600], "freckles"])
def test_the_worst_cards_of_the_library_are_such_that_discord_takes(name: str, features: str) -> None:
    character = a_character(name, features=features, poses=10**6, seed=2**32 - 1)
    checked(character_cards.saved(Saved(character, True)), [])
    checked(*character_cards.card(Card(character, a_picture())))
    checked(*character_cards.card(Card(character, None)))
    checked(character_cards.deleted(character), [])
    checked(*character_cards.library(Shelf((ShelfRow(character, None, name),) * 10, 1, 3, 25), 2**63))


def test_the_worst_edited_picture_of_two_is_one_that_discord_takes() -> None:
    said: dict[str, Any] = {detail.value: "@" * 200 for detail in Detail} | {"scene": "@" * 1000}
    said |= {"edits": ("@" * 300,) * 5, "partner": Partner(name="@" * 32, features="x"), "unpictured": True}
    spec = _hostile().spec.model_copy(update=said)
    parent = Parent(UserId(10**18), Place(ChannelId(10**18), GuildId(10**18)), MessageId(10**18))
    made = a_portrait(count=4, spec=spec, character_name="@" * 32)
    portrait = replace(made, kind=Kind.VARY_SUBTLE, parent=parent)
    outcome, whys = painted(portrait, 3), ("model", "picture", "model")
    ways = zip(outcome.pictures, whys, strict=True)
    fallen = tuple((replace(take, fallback=why), picture) for (take, picture), why in ways)
    checked(*cards.ended(portrait, replace(outcome, pictures=fallen), greet=True))
    checked(cards.waiting(portrait, Status(5, LATER, 3, 4, late=True), ("x" * 130,) * 4), [])


@pytest.mark.parametrize("count", [0, 1, 5, 12, 200])
def test_the_worst_report_of_an_import_is_one_that_discord_takes(count: int) -> None:
    saved = tuple(a_character("@" * 32, features="@" * 600) for _ in range(count))
    remarks = (Remark("@" * 48, "x" * 500),) * 20
    view, whole = character_cards.report(Report("@" * 40, saved, remarks, remarks), saved[:5])
    assert view.content_length() <= 4000
    assert view.total_children_count <= 40
    assert whole is not None
    assert whole.count("x" * 500) == 40, "what the card cannot hold is in the file"
    few, none = character_cards.report(Report("a file", saved[:1], remarks[:6]))
    assert (few.content_length() < 2000, none) == (True, None)


def test_the_most_limits_of_a_server_are_a_card_that_discord_takes() -> None:
    roles = tuple(RoleLimit(10**18 + number, None) for number in range(250))
    members = tuple(MemberLimit(UserId(10**18 + number), True, None, 10**6) for number in range(500))
    budgets = tuple(Budget(limit, 10**6, 5, RESETS) for limit in ("server_day", "server_month", "ceiling_month"))
    policy = Policy(10, 100, 1000, 5000, timezone="America/Argentina/ComodRivadavia", running_per_member=100)
    shown = Overview(policy, ServerSettings(GuildId(1)), roles, members, budgets)
    assert policy_cards.limits(shown, frozenset(), 10**6).content_length() <= 4000


def test_a_painted_card_shows_words_facts_cost_and_buttons() -> None:
    portrait = a_portrait(count=2)
    view, files = cards.ended(portrait, painted(portrait))
    text = text_of(view, files)
    assert "a woman with freckles" in text
    assert "seeds 42 to 43 · studio style · portrait" in text
    assert text.endswith("-# 2 images · 7 left today")
    assert {"Reroll", "Save this face"} <= set(labels_of(view))
    assert "1 of 2 could not be painted" in text_of(*cards.ended(portrait, painted(portrait, 1)))
    assert [file.description.split(":")[0] for file in files if file.description] == [
        "Portrait (1 of 2)",
        "Portrait (2 of 2)",
    ]


def test_a_card_of_its_own_names_the_member_first() -> None:
    portrait = a_portrait(owner=5)
    assert text_of(*cards.ended(portrait, painted(portrait), greet=True)).startswith("<@5>\n")
    assert "<@5>" not in text_of(*cards.ended(portrait, painted(portrait)))


def test_a_card_without_a_picture_says_why_and_offers_another_try() -> None:
    view, files = cards.ended(a_portrait(), Outcome(PortraitState.FAILED, (), Cost(0), "filtered"))
    assert files == []
    assert "safety filter" in text_of(view)
    assert labels_of(view) == ["Try again"]
    view, files = cards.ended(a_portrait(), Outcome(PortraitState.CANCELLED, (), Cost(0)))
    assert (files, labels_of(view)) == ([], [])
    assert "Cancelled. Nothing was charged." in text_of(view)


def test_every_final_card_is_found_again_by_its_mark_and_no_waiting_one() -> None:
    portrait, other = a_portrait(), a_portrait()
    mark = cards.mark_of(portrait.id)
    assert mark != cards.mark_of(other.id)
    assert 0 < mark < 2**31
    for outcome in (
        painted(portrait),
        Outcome(PortraitState.FAILED, (), Cost(0), "filtered"),
        Outcome(PortraitState.CANCELLED, (), Cost(0)),
    ):
        for greet in (False, True):
            view, _ = cards.ended(portrait, outcome, greet)
            assert [component.get("id") for component in view.to_components()] == [mark]
    waiting = cards.waiting(portrait, Status(1, LATER, 0, 1))
    assert [component.get("id") for component in waiting.to_components()] == [None]


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (Status(1, LATER, 0, 1), ["⏳ Waiting, next in the queue: ready {}", "-# 1 image reserved"]),
        (Status(40, LATER, 0, 4), ["⏳ Waiting, number 40 in the queue: ready {}", "-# 4 images reserved"]),
        (
            Status(2, LATER, 0, 1, late=True),
            ["⏳ Waiting, number 2 in the queue. It takes longer than usual: ready {}", "-# 1 image reserved"],
        ),
        (Status(None, LATER, 0, 1), ["🖌️ Painting: ready {}", "-# 1 image reserved"]),
        (
            Status(None, LATER, 0, 1, late=True),
            ["🖌️ Painting. It takes longer than usual: ready {}", "-# 1 image reserved"],
        ),
        (Status(None, LATER, 2, 4), ["🖌️ Painting: ready {}", "▰▰▱▱ 2 of 4 done", "-# 4 images reserved"]),
        (Status(None, LATER, 0, 3), ["🖌️ Painting: ready {}", "▱▱▱ 0 of 3 done", "-# 3 images reserved"]),
    ],
)
def test_the_waiting_card(status: Status, lines: list[str]) -> None:
    view = cards.waiting(a_portrait(), status)
    line = "\n".join(lines).format(f"<t:{int(LATER.timestamp())}:R>")
    assert line in text_of(view)
    assert labels_of(view) == ["Cancel"]


def _budget(limit: str, left: int, maximum: int = 10) -> Budget:
    return Budget(limit, maximum, left, RESETS)


@pytest.mark.parametrize(
    ("cost", "line"),
    [
        (Cost(1), "1 image"),
        (Cost(0), "0 images"),
        (Cost(3, (_budget("member_day", 7),)), "3 images · 7 left today"),
        # The reset: with two left, or less than a quarter.
        (Cost(1, (_budget("member_day", 3),)), "1 image · 3 left today"),
        (Cost(1, (_budget("member_day", 2),)), f"1 image · 2 left today, resets {WHEN}"),
        (Cost(1, (_budget("role_day", 24, 100),)), f"1 image · 24 left today, resets {WHEN}"),
        (Cost(1, (_budget("role_day", 25, 100),)), "1 image · 25 left today"),
        (Cost(1, (_budget("exception_day", 0, 1),)), f"1 image · 0 left today, resets {WHEN}"),
        (
            Cost(1, (_budget("member_day", 0), _budget("gift", 4))),
            f"1 image · 0 left today, resets {WHEN} · 4 extra left",
        ),
        # The server: under a fifth, and what is tighter.
        (Cost(1, (_budget("member_day", 9), _budget("server_day", 20, 100))), "1 image · 9 left today"),
        (
            Cost(1, (_budget("member_day", 9), _budget("server_day", 19, 100))),
            "1 image · 9 left today · server: 19 left today",
        ),
        (
            Cost(1, (_budget("member_day", 9), _budget("server_day", 4), _budget("server_month", 2, 99))),
            "1 image · 9 left today · server: 2 left this month",
        ),
        (
            Cost(1, (_budget("member_day", 9), _budget("server_day", 1), _budget("server_month", 2, 99))),
            "1 image · 9 left today · server: 1 left today",
        ),
    ],
)
def test_the_line_of_cost(cost: Cost, line: str) -> None:
    assert cards.cost_line(cost) == line


def test_a_card_has_two_rows_of_three_and_one_button_leads() -> None:
    for portrait in (a_portrait(), a_portrait(count=4)):
        view, files = cards.ended(portrait, painted(portrait))
        rows = [each["components"] for each in checked(view, files) if each["type"] == ROW]
        assert [[each["label"] for each in row] for row in rows] == [
            ["Reroll", "Vary subtle", "Vary strong"],
            ["Change one thing", "Save this face", "More"],
        ]
        blue = [each["label"] for row in rows for each in row if each["style"] == discord.ButtonStyle.primary.value]
        assert blue == ["Save this face"]


def test_what_a_picture_shows_is_told_without_a_word_about_cameras() -> None:
    said: Told = {
        "features": "woman with freckles",
        "scene": "on a pier",
        "outfit": "raincoat",
        "expression": "laughing",
    }
    for style in Style:
        portrait = a_portrait(spec=build_spec("Mia", model="m", seed=1, **(said | {"style": style})))
        [file] = cards.ended(portrait, painted(portrait))[1]
        assert file.description == "Portrait: Mia, woman with freckles, laughing, raincoat, on a pier"


def test_of_what_is_cut_out_it_is_told_that_the_place_is_gone() -> None:
    spec = build_spec("Mia", model="m", seed=1, scene="on a pier", features="freckles")
    portrait = a_portrait(spec=cut_out(spec, Image(portrait_id="p")))
    [file] = cards.ended(portrait, painted(portrait))[1]
    assert file.description == "Portrait, cut out: Mia, freckles, on a pier"


def test_each_image_can_be_chosen() -> None:
    takes = tuple(replace(take, state=TakeState.READY) for take in a_portrait(count=4).takes)
    portrait = a_portrait(count=4, takes=(*takes[:2], replace(takes[2], state=TakeState.FAILED), takes[3]))
    for verb in ("save", "subtle", "strong", "change", "sharper", "natural", "upscale"):
        view = choices.choose_image(portrait, verb)
        assert labels_of(view) == ["Image 1", "Image 2", "Image 4"]
        assert text_of(view).endswith(("?", "."))


def test_a_detail_is_chosen_from_a_menu() -> None:
    [container] = choices.choose_detail(a_portrait().id, 2).to_components()
    [menu] = [each for each in walk([container]) if each["type"] == SELECT]
    assert menu["custom_id"].startswith("s1:change:")
    assert menu["custom_id"].endswith(":2")
    assert [option["value"] for option in menu["options"]] == list(Detail)
    assert all(len(choices.examples(detail)) <= 100 for detail in Detail)


def test_details_name_the_parameters_of_the_model_thatpainted() -> None:
    plain = build_spec("Mia", features="freckles", scene="at sea", model="fluxgram", seed=42)
    spec = with_reference(plain, "f.png", "flux-kontext-dev", headshot=False)
    text = text_of(details.details(a_portrait(spec=spec)))
    for part in ("The same person as in the picture", "flux-kontext-dev", "**Steps** 28 asked for", "**Guidance** 2.5"):
        assert part in text
    assert "the character's saved picture, strength 0.45" in text
    portrait = a_portrait(spec=spec)
    fallen = replace(portrait.takes[0], state=TakeState.READY, fallback="model")
    text = text_of(details.details(replace(portrait, takes=(fallen,))))
    assert "fluxgram" in text
    assert "kontext" not in text


def test_details_of_a_larger_or_cut_out_edit_are_those_of_the_edit() -> None:
    plain = edited(
        build_spec("Mia", model="m", seed=1, features="freckles"), Image(portrait_id="p"), "a hat", "kontext"
    )
    for spec, made in (
        (upscale(plain, Image(portrait_id="q"), "big"), "enlargement"),
        (cut_out(plain, Image(portrait_id="q")), "background taken away"),
    ):
        shown = text_of(details.details(a_portrait(spec=spec)))
        for part in (sent(plain), "**Model** `kontext`", "**Steps** 28 asked for", f"**Made by** {made}"):
            assert part in shown


def test_details_name_source_and_enlargement() -> None:
    plain = build_spec("a sailor", model="fluxgram", seed=42)
    image = Image(portrait_id="abcdefghjkmnp", take=1)
    spec = upscale(vary(plain, image, 0.35, 5), image, "RealESRGAN_x2plus")
    text = text_of(details.details(a_portrait(spec=spec)))
    assert "image 2 of portrait `abcdefghjkmnp`, strength 0.35" in text
    assert "2 times by `RealESRGAN_x2plus`" in text


@pytest.mark.parametrize("text", [HOSTILE, "`" * 1000, "```@everyone" * 80])
def test_the_worst_details_are_such_that_discord_takes(text: str) -> None:
    said: Told = {
        "features": text[:600],
        "scene": text,
        "outfit": text[:200],
        "angle": text[:200],
        "negative": text[:500],
    }
    plain = build_spec("@" * 32, model="m" * 99, seed=1, **said)
    spec = with_reference(plain, "f", "e" * 99, headshot=False)
    parent = Parent(UserId(1), a_portrait().place, MessageId(2**63))
    shown = text_of(details.details(a_portrait(spec=spec, parent=parent, kind=Kind.CHANGE)))
    assert shown.count("```") == 4


def test_a_card_names_its_parent_with_a_link_where_it_can_be_followed() -> None:
    place = a_portrait().place
    linked = a_portrait(kind=Kind.VARY_SUBTLE, parent=Parent(UserId(5), place, MessageId(77)))
    link = f"[a portrait](https://discord.com/channels/{place.guild_id}/{place.channel_id}/77)"
    assert cards.origin_line(linked) == f"-# from {link} by <@5>, Vary subtle"
    for parent in (Parent(UserId(5), place), Parent(UserId(5), replace(place, guild_id=None), MessageId(77))):
        portrait = a_portrait(kind=Kind.UPSCALE, parent=parent)
        assert cards.origin_line(portrait) == "-# from a portrait by <@5>, Upscale"
    assert cards.origin_line(a_portrait()) == ""
    assert cards.origin_line(a_portrait(parent=Parent(UserId(5), place))) == "", "Try again is no remake"


def test_the_library_turns_its_pages_and_stops_at_their_ends() -> None:
    view, _ = character_cards.library(Shelf((ShelfRow(a_character(), None),), 0, 3, 21), 5)
    back, following = [each for each in checked(view, []) if each["type"] == BUTTON]
    assert (back["disabled"], following["disabled"], following["custom_id"]) == (True, False, "l1:page:5:1")
    assert "Your characters (21)" in text_of(view)
    assert "no characters yet" in text_of(*character_cards.library(Shelf((), 0, 1, 0), 5))
