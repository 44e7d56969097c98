"""What is written into a component is read back from it, whatever is in it."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import ID_PATTERN, CharacterId, PortraitId
from bot.interactions import custom_ids

VERBS = st.from_regex(r"[a-z]{1,20}", fullmatch=True)
IDS = st.from_regex(ID_PATTERN, fullmatch=True)
TAKES = st.one_of(st.none(), st.integers(0, 99))
TEMPLATES = [custom_ids.PORTRAIT, custom_ids.LIBRARY, custom_ids.CHARACTER, custom_ids.FORM]


def _read(custom_id: str) -> dict[str, str | None]:
    """The one template that fits."""
    assert len(custom_id) <= 100
    [found] = [match for template in TEMPLATES if (match := template.fullmatch(custom_id))]
    return found.groupdict()


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


@given(VERBS, IDS, TAKES)
def test_portrait_buttons(verb: str, portrait_id: str, take: int | None) -> None:
    found = _read(custom_ids.for_portrait(verb, PortraitId(portrait_id), take))
    assert found == {"verb": verb, "id": portrait_id, "take": _text(take)}


@given(VERBS, IDS)
def test_character_buttons(verb: str, character_id: str) -> None:
    assert _read(custom_ids.for_character(verb, CharacterId(character_id))) == {"verb": verb, "id": character_id}


@given(VERBS, st.integers(1, 2**63 - 1), st.integers(0, 9999))
def test_library_buttons(verb: str, owner: int, page: int) -> None:
    assert _read(custom_ids.for_library(verb, owner, page)) == {"verb": verb, "owner": str(owner), "page": str(page)}


@given(VERBS, st.one_of(st.none(), IDS), TAKES)
def test_forms(verb: str, portrait_id: str | None, take: int | None) -> None:
    key = None if portrait_id is None else PortraitId(portrait_id)
    expected = {"verb": verb, "id": portrait_id, "take": _text(take), "detail": None}
    assert _read(custom_ids.for_form(verb, key, take)) == expected


@given(st.text(max_size=60))
def test_no_text_fits_two_templates(custom_id: str) -> None:
    assert sum(bool(template.fullmatch(custom_id)) for template in TEMPLATES) <= 1


def test_templates_have_prefixes_of_their_own() -> None:
    prefixes = [template.pattern.partition(":")[0] for template in TEMPLATES]
    assert not any(one.startswith(other) for one, other in itertools.permutations(prefixes, 2))
