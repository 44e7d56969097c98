"""Every command and button that makes a picture: the same checks, and nothing stored when one refuses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.characters.character import Named
from bot.domain.errors import (
    AlreadyDone,
    CharacterUnknown,
    DomainError,
    NothingToCancel,
    NotYours,
    OutOfRange,
    PortraitGone,
    PressedTwice,
    QuotaExceeded,
    TextMissing,
    TextTooLong,
    UnknownChoice,
)
from bot.domain.ids import MessageId, PortraitId
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.spec import Kind
from bot.ports.jobs import Seen
from bot.services.asker import Asker
from bot.services.portraits.painting import Accepted
from bot.services.portraits.requests import Request
from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.services.use_cases import UseCases, asker, build
from tests.storage.row_checks import everything, lanes_agree, used, value

FEATURES = "woman with short dark hair, freckles, brown eyes"
Use = Callable[[UseCases, Asker, Request], Awaitable[Accepted]]
PATHS: dict[str, Use] = {
    "paint": lambda use_cases, who, request: use_cases.portraits.paint(who, request),
    "paint a character": lambda use_cases, who, request: use_cases.portraits.paint(
        who, replace(request, character=Named("Mia"))
    ),
    "pose": lambda use_cases, who, request: use_cases.portraits.pose(who, replace(request, character=Named("Mia"))),
}


async def _mia(use_cases: UseCases, owner: int = 1) -> None:
    await use_cases.characters.save(asker(owner), "Mia", FEATURES, 99)


async def test_a_prompt_becomes_a_stored_portrait_with_takes_and_following_seeds(use_cases: UseCases) -> None:
    accepted = await use_cases.portraits.paint(
        asker(), Request(" a\nsailor ", count=3, seed=2**32 - 2, negative="hats")
    )
    portrait = await use_cases.store.get(accepted.portrait.id)
    assert portrait == accepted.portrait
    assert (portrait.kind, portrait.owner_id, portrait.character_name) == (Kind.PORTRAIT, 1, None)
    assert portrait.spec.subject == "a sailor"
    assert portrait.spec.prompt.startswith("a sailor, ")
    assert portrait.spec.negative_prompt.startswith("hats, ")
    assert [take.seed for take in portrait.takes] == [2**32 - 2, 2**32 - 1, 1]
    assert portrait.deadline == use_cases.clock.now() + timedelta(minutes=5)


async def test_a_seed_is_chosen_and_stored_when_none_is_asked_for(use_cases: UseCases) -> None:
    seeds = [(await use_cases.portraits.paint(asker(), Request("x"))).portrait.spec.seed for _ in range(2)]
    assert seeds == [1001, 1002]


@pytest.mark.parametrize("path", ["paint a character", "pose"])
async def test_a_character_keeps_seed_and_features_word_for_word(use_cases: UseCases, path: str) -> None:
    await _mia(use_cases)
    request = Request("on a stormy pier", outfit="raincoat")
    spec = (await PATHS[path](use_cases, asker(), request)).portrait.spec
    assert spec.prompt.startswith(f"Mia, {FEATURES}, raincoat, on a stormy pier, ")
    assert (spec.seed, spec.features, spec.scene) == (99, FEATURES, "on a stormy pier")
    other = (await PATHS[path](use_cases, asker(), replace(request, seed=5))).portrait
    assert (other.spec.seed, other.character_name) == (5, "Mia")


@pytest.mark.parametrize("path", list(PATHS))
@pytest.mark.parametrize(
    ("changes", "error", "what"),
    [
        ({"style": "anime"}, UnknownChoice, "style"),
        ({"style": "STUDIO"}, UnknownChoice, "style"),
        ({"framing": "portrait; DROP TABLE"}, UnknownChoice, "framing"),
        ({"count": 0}, OutOfRange, "count"),
        ({"count": 5}, OutOfRange, "count"),
        ({"seed": 0}, OutOfRange, "seed"),
        ({"seed": 2**32}, OutOfRange, "seed"),
        ({"words": "x" * 1001}, TextTooLong, None),
        ({"words": " \u200b\n"}, TextMissing, None),
        ({"negative": "x" * 501}, TextTooLong, "negative"),
        ({"outfit": "x" * 201}, TextTooLong, "outfit"),
        ({"expression": "x" * 201}, TextTooLong, "expression"),
        ({"lighting": "x" * 201}, TextTooLong, "lighting"),
        ({"angle": "x" * 201}, TextTooLong, "angle"),
    ],
)
async def test_a_forged_option_is_refused_on_every_path_and_nothing_is_stored(
    database: Database,
    use_cases: UseCases,
    path: str,
    changes: dict[str, Any],
    error: type[DomainError],
    what: str | None,
) -> None:
    await _mia(use_cases)
    before = await everything(database)
    with pytest.raises(error) as refused:
        await PATHS[path](use_cases, asker(), replace(Request("a scene"), **changes))
    assert what is None or getattr(refused.value, "what", None) == what
    assert await everything(database) == before
    assert use_cases.told.portraits == []


async def test_a_forged_choice_is_named_briefly_and_inert(use_cases: UseCases) -> None:
    with pytest.raises(UnknownChoice) as refused:
        await use_cases.portraits.paint(asker(), Request("x", style="\u202e\n" + "y" * 5000))
    assert len(refused.value.value) == 40
    assert "\n" not in refused.value.value


@pytest.mark.parametrize("name", ["Mai", " ", "", "nobody at all"])
async def test_a_character_that_is_not_yours_is_unknown(use_cases: UseCases, name: str) -> None:
    await _mia(use_cases, owner=2)
    with pytest.raises(CharacterUnknown):
        await use_cases.portraits.pose(asker(), Request("x", character=Named(name) if name else None))
    with pytest.raises(CharacterUnknown):
        await use_cases.portraits.paint(asker(), Request("x", character=Named("Mia")))


async def test_reroll_is_the_same_request_with_a_new_seed(use_cases: UseCases) -> None:
    await _mia(use_cases)
    parent = (await use_cases.portraits.pose(asker(), Request("on a pier", character=Named("Mia"), count=2))).portrait
    child = (await use_cases.portraits.reroll(asker(), parent.id)).portrait
    assert child.spec.seed != parent.spec.seed
    assert child.spec.model_copy(update={"seed": 99}) == parent.spec
    assert (child.kind, child.parent_id, child.character_name) == (Kind.REROLL, parent.id, "Mia")


async def test_try_again_keeps_the_seed_and_the_kind(use_cases: UseCases) -> None:
    await _mia(use_cases)
    parent = (await use_cases.portraits.pose(asker(), Request("on a pier", character=Named("Mia")))).portrait
    child = (await use_cases.portraits.try_again(asker(), parent.id)).portrait
    assert (child.spec, child.kind, child.parent_id) == (parent.spec, Kind.POSE, parent.id)


@pytest.mark.parametrize("button", ["reroll", "try_again"])
async def test_another_member_pays_for_their_own_click_and_stays_out_of_the_book(
    database: Database, use_cases: UseCases, button: str
) -> None:
    await _mia(use_cases)
    parent = (await use_cases.portraits.pose(asker(1), Request("x", character=Named("Mia")))).portrait
    child = (await getattr(use_cases.portraits, button)(asker(2), parent.id)).portrait
    assert (child.owner_id, child.spec.character_id, parent.spec.character_id is None) == (2, None, False)
    sql = "SELECT used FROM quota_counter WHERE scope = 'member' AND subject_id = :id"
    assert [await value(database, sql, id=member) for member in (1, 2)] == [1, 1]


@pytest.mark.parametrize("button", ["reroll", "try_again"])
async def test_a_double_click_is_painted_once(use_cases: UseCases, button: str) -> None:
    parent = (await use_cases.portraits.paint(asker(), Request("x"))).portrait
    press = getattr(use_cases.portraits, button)
    ended = await asyncio.gather(*(press(asker(), parent.id) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(error, PressedTwice) for error in ended) == 4
    await press(asker(2), parent.id)
    use_cases.clock.advance(seconds=3)
    await press(asker(), parent.id)


@pytest.mark.parametrize("words", ["x", "y"])
async def test_the_same_interaction_is_accepted_once(database: Database, use_cases: UseCases, words: str) -> None:
    """Whatever it says the second time."""
    who = asker()
    await use_cases.portraits.paint(who, Request("x"))
    with pytest.raises(AlreadyDone):
        await use_cases.portraits.paint(who, Request(words))
    assert set((await used(database)).values()) == {1}


async def test_a_private_portrait_is_gone_for_everybody_else(database: Database, use_cases: UseCases) -> None:
    parent = (await use_cases.portraits.paint(asker(1, private=True), Request("x"))).portrait
    before = await everything(database)
    for use in (use_cases.portraits.visible, use_cases.portraits.reroll, use_cases.portraits.try_again):
        with pytest.raises(PortraitGone):
            await use(asker(2), parent.id)
    assert await everything(database) == before
    assert await use_cases.portraits.visible(asker(1), parent.id) == parent


async def test_buttons_on_what_is_not_kept_say_so(use_cases: UseCases) -> None:
    for use in (
        use_cases.portraits.reroll,
        use_cases.portraits.try_again,
        use_cases.portraits.cancel,
        use_cases.portraits.visible,
    ):
        with pytest.raises(PortraitGone):
            await use(asker(), PortraitId("nobody"))


async def test_only_the_owner_cancels_and_only_what_is_unfinished(database: Database, use_cases: UseCases) -> None:
    portrait = (await use_cases.portraits.paint(asker(1), Request("x", count=2))).portrait
    before = await everything(database)
    with pytest.raises(NotYours):
        await use_cases.portraits.cancel(asker(2), portrait.id)
    assert await everything(database) == before
    assert use_cases.told.portraits == []
    await use_cases.portraits.cancel(asker(1), portrait.id)
    assert {take.state for take in (await use_cases.store.get(portrait.id)).takes} == {TakeState.CANCELLED}
    assert use_cases.told.portraits == [portrait.id]
    with pytest.raises(NothingToCancel):
        await use_cases.portraits.cancel(asker(1), portrait.id)
    assert await lanes_agree(database)


async def test_an_acknowledged_portrait_is_told_to_who_runs_the_jobs(use_cases: UseCases) -> None:
    accepted = await use_cases.portraits.paint(asker(), Request("x"))
    assert use_cases.told.cards == []
    use_cases.portraits.acknowledged(accepted, MessageId(7))
    assert use_cases.told.cards == [(Seen(accepted.portrait.id, MessageId(7), use_cases.clock.now()), accepted.outlook)]


async def test_fifty_requests_at_once_get_exactly_the_members_limit(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    use_cases = build(database, clock, tmp_path, member_per_day=10)
    paints = (use_cases.portraits.paint(asker(), Request("x")) for _ in range(50))
    ended = await asyncio.gather(*paints, return_exceptions=True)
    assert sum(isinstance(error, QuotaExceeded) for error in ended) == 40
    assert await value(database, "SELECT count(*) FROM portrait") == 10


async def test_no_path_passes_the_limit(database: Database, clock: StoppedClock, tmp_path: Path) -> None:
    use_cases = build(database, clock, tmp_path, member_per_day=2)
    await _mia(use_cases)
    parent = (await use_cases.portraits.paint(asker(), Request("x", count=2))).portrait
    before = await everything(database)
    for path in PATHS.values():
        with pytest.raises(QuotaExceeded):
            await path(use_cases, asker(), Request("x"))
    for press in (use_cases.portraits.reroll, use_cases.portraits.try_again):
        with pytest.raises(QuotaExceeded):
            await press(asker(), parent.id)
    assert await everything(database) == before


async def test_direct_messages_have_a_limit_of_their_own(use_cases: UseCases) -> None:
    for count in (4, 1):
        await use_cases.portraits.paint(asker(guild=None), Request("x", count=count))
    with pytest.raises(QuotaExceeded) as refused:
        await use_cases.portraits.paint(asker(guild=None), Request("x"))
    assert refused.value.maximum == 5
    await use_cases.portraits.paint(asker(guild=10), Request("x"))
