"""What is written into buttons and forms can be read back, by one template only, and fits."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.ids import CharacterId, PortraitId, new_id
from bot.interactions import custom_ids
from bot.ports.portraits import Selection

TEMPLATES: dict[str, re.Pattern[str]] = {
    name: value for name, value in vars(custom_ids).items() if isinstance(value, re.Pattern)
}
LIMIT = 100
verbs = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20)
ids = st.builds(lambda _: new_id(), st.none()) | st.from_regex(r"[a-z0-9]{13}", fullmatch=True)
takes = st.none() | st.integers(0, 99)


def only_match(custom_id: str) -> tuple[str, re.Match[str]]:
    """The one template that matches the whole id."""
    assert len(custom_id) < LIMIT
    matches = [(name, match) for name, template in TEMPLATES.items() if (match := template.fullmatch(custom_id))]
    assert len(matches) == 1, f"{custom_id}: {[name for name, _ in matches]}"
    return matches[0]


def test_there_are_templates() -> None:
    assert {"PORTRAIT", "LIBRARY", "CHARACTER", "FORM"} <= set(TEMPLATES)


def test_templates_begin_with_different_literals() -> None:
    """discord.py runs every item whose template matches: different beginnings make that one at most."""
    heads = {name: re.match(r"[a-z]+\d+:", template.pattern) for name, template in TEMPLATES.items()}
    assert all(heads.values()), "a template begins with letters, a version and a colon"
    literals = [head[0] for head in heads.values() if head]
    assert len(set(literals)) == len(literals)


@settings(deadline=None)
@given(verbs, ids, takes)
def test_portrait_ids_round_trip(verb: str, key: str, take: int | None) -> None:
    name, match = only_match(custom_ids.for_portrait(verb, PortraitId(key), take))
    assert (name, match["verb"], match["id"]) == ("PORTRAIT", verb, key)
    assert match["take"] == (None if take is None else str(take))


@settings(deadline=None)
@given(verbs, ids)
def test_character_ids_round_trip(verb: str, key: str) -> None:
    name, match = only_match(custom_ids.for_character(verb, CharacterId(key)))
    assert (name, match["verb"], match["id"]) == ("CHARACTER", verb, key)


@settings(deadline=None)
@given(verbs, st.integers(0, 2**64 - 1), st.integers(0, 9999))
def test_library_ids_round_trip(verb: str, owner: int, page: int) -> None:
    name, match = only_match(custom_ids.for_library(verb, owner, page))
    assert (name, match["verb"], int(match["owner"]), int(match["page"])) == ("LIBRARY", verb, owner, page)


@settings(deadline=None)
@given(verbs, st.integers(0, 2**64 - 1), st.integers(0, 999_999), st.none() | ids, st.booleans(), ids)
def test_gallery_ids_round_trip(
    verb: str, owner: int, number: int, character: str | None, favourites: bool, key: str
) -> None:
    selection = Selection(CharacterId(character) if character else None, favourites)
    for made, template in (
        (custom_ids.for_gallery_page(verb, owner, number, selection), "GALLERY_PAGE"),
        (custom_ids.for_gallery_one(verb, owner, number * 10**8, PortraitId(key), selection), "GALLERY_ONE"),
        (custom_ids.for_gallery_menu(verb, owner, selection), "GALLERY_MENU"),
    ):
        name, match = only_match(made)
        assert (name, match["verb"], int(match["owner"])) == (template, verb, owner)
        assert custom_ids.selection_of(match) == selection


@settings(deadline=None)
@given(verbs, st.none() | ids, takes)
def test_form_ids_round_trip(verb: str, key: str | None, take: int | None) -> None:
    name, match = only_match(custom_ids.for_form(verb, PortraitId(key) if key else None, take))
    assert (name, match["verb"], match["id"]) == ("FORM", verb, key)
    assert match["take"] == (None if take is None else str(take))


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
@settings(deadline=None)
@given(data=st.data())
def test_whatever_a_template_matches_no_other_does(name: str, data: st.DataObject) -> None:
    custom_id = data.draw(st.from_regex(TEMPLATES[name], fullmatch=True))
    for other, template in TEMPLATES.items():
        assert (template.fullmatch(custom_id) is not None) == (other == name)
        # discord.py checks by prefix when an item is built, and by the whole id when it is clicked.
        assert (template.match(custom_id) is not None) == (other == name)


@pytest.mark.parametrize(
    "stray", ["p1:reroll:abcdefghjkmnp:", "p1:reroll:abc", "p1:Reroll:abcdefghjkmnp", "p2:reroll:x", ""]
)
def test_a_stray_id_matches_nothing(stray: str) -> None:
    assert [name for name, template in TEMPLATES.items() if template.fullmatch(stray)] == []
