"""A sheet is one request: all of it is checked and held before anything is painted, or nothing is."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.characters.character import Identity, Named
from bot.domain.errors import (
    CharacterUnknown,
    DomainError,
    OutfitsMissing,
    OutOfRange,
    PressedTwice,
    QuotaExceeded,
    TooManyOutfits,
    UnknownChoice,
    WordRefused,
    WordsUnasked,
)
from bot.domain.portraits.portrait import TakeState
from bot.domain.portraits.spec import Kind, SheetSet
from bot.domain.portraits.styles import Framing
from bot.ports.jobs import Delivery
from bot.services.portraits.painting import Accepted
from bot.services.portraits.requests import Request
from bot.storage.database import Database
from tests.fakes.builders import LEASE, StoppedClock, a_moderator, a_screening
from tests.fakes.turns import claim
from tests.services.use_cases import UseCases, asker, build
from tests.storage.row_checks import everything, used

FEATURES = "woman with short dark hair, freckles, brown eyes"
EXPRESSIONS = Request("", character=Named("Mia"), set="expressions")
OUTFITS = Request("", character=Named("Mia"), set="outfits", outfits="raincoat, ball gown, chef's whites")


async def mia(use_cases: UseCases, owner: int = 1) -> None:
    await use_cases.characters.save(asker(owner), "Mia", FEATURES, 99)


async def sheet(use_cases: UseCases, request: Request = EXPRESSIONS) -> Accepted:
    return await use_cases.portraits.sheet(asker(), request)


async def test_a_sheet_is_one_portrait_with_a_take_for_each_panel_and_one_seed(use_cases: UseCases) -> None:
    await mia(use_cases)
    portrait = (await sheet(use_cases)).portrait
    assert await use_cases.store.get(portrait.id) == portrait
    assert (portrait.kind, portrait.character_name, portrait.spec.seed) == (Kind.SHEET, "Mia", 99)
    assert [(take.number, take.seed) for take in portrait.takes] == [(number, 99) for number in range(6)]
    assert (
        await sheet(use_cases, Request("", character=Named("Mia"), set="turnaround", seed=5))
    ).portrait.spec.seed == 5


async def test_the_set_decides_the_framing_unless_the_member_does(use_cases: UseCases) -> None:
    await mia(use_cases)
    assert (await sheet(use_cases)).portrait.spec.framing is Framing.PORTRAIT
    assert (await sheet(use_cases, OUTFITS)).portrait.spec.framing is Framing.FULL_BODY
    wide = Request("", character=Named("Mia"), set="outfits", outfits="a", framing="landscape")
    assert (await sheet(use_cases, wide)).portrait.spec.framing is Framing.LANDSCAPE


async def test_all_of_it_is_held_at_once_or_nothing(database: Database, clock: StoppedClock, tmp_path: Path) -> None:
    use_cases = build(database, clock, tmp_path, member_per_day=9)
    await mia(use_cases)
    await sheet(use_cases, OUTFITS)
    assert used_today(await used(database)) == 3
    await sheet(use_cases, EXPRESSIONS)
    assert used_today(await used(database)) == 9
    before = await everything(database)
    with pytest.raises(QuotaExceeded):
        await sheet(use_cases, Request("", character=Named("Mia"), set="outfits", outfits="a"))
    assert await everything(database) == before


async def test_a_limit_that_holds_all_but_one_panel_refuses_the_whole(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    use_cases = build(database, clock, tmp_path, member_per_day=5)
    await mia(use_cases)
    before = await everything(database)
    with pytest.raises(QuotaExceeded) as refused:
        await sheet(use_cases)
    assert (refused.value.wanted, refused.value.limit) == (6, "member_day")
    assert await everything(database) == before


def used_today(counters: dict[tuple[str, str], int]) -> int:
    return next(count for (name, _), count in counters.items() if name == "member_day")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (Request("", character=Named("Nobody"), set="expressions"), CharacterUnknown),
        (Request("", character=None, set="expressions"), CharacterUnknown),
        (Request("", character=Named("Mia"), set="moods"), UnknownChoice),
        (Request("", character=Named("Mia"), set=None), UnknownChoice),
        (Request("", character=Named("Mia"), set="outfits"), OutfitsMissing),
        (Request("", character=Named("Mia"), set="expressions", outfits="a"), WordsUnasked),
        (Request("", character=Named("Mia"), set="outfits", outfits="a,b,c,d,e,f,g"), TooManyOutfits),
        (Request("", character=Named("Mia"), set="expressions", seed=0), OutOfRange),
        (Request("", character=Named("Mia"), set="expressions", style="cubist"), UnknownChoice),
    ],
)
async def test_what_is_wrong_is_refused_before_anything_is_written(
    use_cases: UseCases, database: Database, request_: Request, error: type[DomainError]
) -> None:
    await mia(use_cases)
    before = await everything(database)
    with pytest.raises(error):
        await sheet(use_cases, request_)
    assert await everything(database) == before


async def test_the_words_of_every_panel_are_moderated(use_cases: UseCases) -> None:
    await mia(use_cases)
    use_cases.portraits._screening = a_screening(a_moderator(words=("nude",)))
    await sheet(use_cases, OUTFITS)
    with pytest.raises(WordRefused):
        await sheet(use_cases, Request("", character=Named("Mia"), set="outfits", outfits="raincoat, nude"))
    with pytest.raises(WordRefused):
        await sheet(use_cases, Request("nude", character=Named("Mia"), set="expressions"))


async def test_panels_are_judged_one_by_one(use_cases: UseCases) -> None:
    """Two harmless outfits are no harmful picture because they stand on one list."""
    await mia(use_cases)
    both = Request("", character=Named("Mia"), set="outfits", outfits="child's drawing on a t-shirt; lingerie")
    with pytest.raises(WordRefused):
        await use_cases.portraits.pose(
            asker(), Request("child's drawing on a t-shirt, lingerie", character=Named("Mia"))
        )
    await sheet(use_cases, both)


async def test_the_saved_picture_goes_along_where_that_is_wanted(use_cases: UseCases) -> None:
    await mia(use_cases)
    without = await sheet(
        use_cases, Request("", character=Named("Mia"), set="outfits", outfits="a", identity=Identity.REFERENCE)
    )
    assert without.portrait.spec.reference is None
    assert any("no saved picture" in hint for hint in without.hints)


async def delivered(use_cases: UseCases, accepted: Accepted, failed: int) -> None:
    """The vendor paints all but the first `failed` panels."""
    portrait, now = accepted.portrait, use_cases.clock.now()
    for number in range(len(portrait.takes)):
        claimed = await claim(use_cases.jobs, now, LEASE)
        assert claimed is not None
        state = TakeState.FAILED if number < failed else TakeState.READY
        await use_cases.jobs.finish(claimed.take, state, now, image=None if number < failed else "f.png")
    assert await use_cases.jobs.begin_delivery(portrait.id, now, LEASE)
    await use_cases.jobs.settle(
        Delivery(portrait.id, type(portrait.state).DELIVERED), len(portrait.takes) - failed, now
    )


async def test_a_part_that_failed_is_refunded(use_cases: UseCases, database: Database) -> None:
    await mia(use_cases)
    accepted = await sheet(use_cases)
    use_cases.portraits.acknowledged(accepted, None)
    await delivered(use_cases, accepted, failed=2)
    assert used_today(await used(database)) == 4


async def test_one_image_of_a_sheet_is_changed_alone_and_the_whole_is_rerolled(use_cases: UseCases) -> None:
    await mia(use_cases)
    accepted = await sheet(use_cases)
    use_cases.portraits.acknowledged(accepted, None)
    await delivered(use_cases, accepted, failed=0)
    remakes = use_cases.remakes()
    changed = (await remakes.change(asker(), accepted.portrait.id, 4, "outfit", "raincoat")).portrait
    assert (len(changed.takes), changed.spec.sheet, changed.spec.seed) == (1, None, 99)
    assert (changed.spec.expression, changed.spec.outfit) == ("angry, jaw set", "raincoat")
    sharp = (await remakes.remake(asker(), Kind.SHARPER, accepted.portrait.id, 1)).portrait
    assert (sharp.spec.expression, sharp.spec.sheet) == ("a soft smile", None)


async def test_a_whole_sheet_is_rerolled_and_asked_for_anew(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    use_cases = build(database, clock, tmp_path, member_per_day=100)
    await mia(use_cases)
    accepted = await sheet(use_cases, OUTFITS)
    again = (await use_cases.portraits.reroll(asker(2), accepted.portrait.id)).portrait
    assert [take.seed for take in again.takes] == [again.spec.seed] * 3
    assert again.spec.seed != 99
    assert again.spec.sheet == accepted.portrait.spec.sheet
    remakes = use_cases.remakes()
    restated = (await remakes.restate(asker(), accepted.portrait.id, "", "", 7)).portrait
    assert (restated.spec.seed, restated.spec.scene, len(restated.takes)) == (7, "", 3)
    assert restated.spec.sheet is not None
    assert restated.spec.sheet.set is SheetSet.OUTFITS


async def test_words_that_meet_in_the_prompt_are_judged_together(use_cases: UseCases) -> None:
    """A refused name must not pass because one option ends with its first half and another begins with the rest."""
    await mia(use_cases)
    use_cases.portraits._screening = a_screening(a_moderator(people=("taylor swift",)))
    with pytest.raises(WordRefused):
        await sheet(
            use_cases, Request("swift on stage", character=Named("Mia"), set="outfits", outfits="raincoat, taylor")
        )
    with pytest.raises(WordRefused):
        await use_cases.portraits.pose(asker(), Request("swift on stage", character=Named("Mia"), outfit="taylor"))


async def test_a_second_press_of_the_same_button_is_one_wish(use_cases: UseCases, clock: StoppedClock) -> None:
    await mia(use_cases)
    pressed = replace(OUTFITS, pressed=True)
    await sheet(use_cases, pressed)
    with pytest.raises(PressedTwice):
        await sheet(use_cases, pressed)
    await sheet(use_cases, replace(pressed, outfits="a hat"))
    await sheet(use_cases, OUTFITS)
    clock.advance(seconds=5)
    await sheet(use_cases, pressed)


async def test_try_again_paints_the_missing_panels_with_the_same_seed(use_cases: UseCases) -> None:
    await mia(use_cases)
    accepted = await sheet(use_cases)
    use_cases.portraits.acknowledged(accepted, None)
    await delivered(use_cases, accepted, failed=2)
    again = (await use_cases.portraits.try_again(asker(), accepted.portrait.id)).portrait
    assert again.spec.sheet is not None
    assert [panel.caption for panel in again.spec.sheet.panels] == ["Calm", "Smiling"]
    assert [take.seed for take in again.takes] == [99, 99]
    assert again.kind is Kind.SHEET


async def test_a_flood_of_long_lists_leaves_others_their_turn(use_cases: UseCases) -> None:
    """Judging words takes tens of milliseconds of computing; the loop that answers everybody must go on meanwhile."""
    await mia(use_cases)
    use_cases.portraits._screening = a_screening(a_moderator(words=tuple(f"{word}x" for word in FEATURES.split() * 60)))
    longest = "; ".join(f"{number} s p e l l 3 d 0 " * 9 for number in range(6))[:1400]
    flood = [
        asyncio.create_task(
            sheet(use_cases, Request(longest[:900], character=Named("Mia"), set="outfits", outfits=longest))
        )
        for _ in range(8)
    ]
    gaps: list[float] = []
    loop = asyncio.get_running_loop()
    while not all(task.done() for task in flood):
        before = loop.time()
        await asyncio.sleep(0.001)
        gaps.append(loop.time() - before)
    results = await asyncio.gather(*flood, return_exceptions=True)
    assert len(gaps) > 20, results[0]
    assert max(gaps) < 1.0
