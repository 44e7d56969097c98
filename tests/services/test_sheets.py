"""A sheet is one request: all of it is checked and held before anything is painted, or nothing is."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.characters import Identity
from bot.domain.errors import (
    CharacterUnknown,
    DomainError,
    OutOfRange,
    PressedTwice,
    QuotaExceeded,
    UnknownChoice,
    WordRefused,
)
from bot.domain.library_errors import OutfitsMissing, OutfitsUnasked, TooManyOutfits
from bot.domain.portraits import TakeState
from bot.domain.spec import Kind, SheetSet
from bot.domain.styles import Framing
from bot.ports_jobs import Delivery
from bot.services.portraits import Accepted
from bot.services.remakes import Remakes
from bot.services.requests import Request
from bot.services.screening import Moderator, Screening
from bot.storage.database import Database
from tests.fakes.builders import LEASE, StoppedClock
from tests.services.house import House, asker, build
from tests.storage.looking import everything, used

FEATURES = "woman with short dark hair, freckles, brown eyes"
EXPRESSIONS = Request("", character="Mia", set="expressions")
OUTFITS = Request("", character="Mia", set="outfits", outfits="raincoat, ball gown, chef's whites")


async def mia(house: House, owner: int = 1) -> None:
    await house.characters.save(asker(owner), "Mia", FEATURES, 99)


async def sheet(house: House, request: Request = EXPRESSIONS) -> Accepted:
    return await house.portraits.sheet(asker(), request)


async def test_a_sheet_is_one_portrait_with_a_take_for_each_panel_and_one_seed(house: House) -> None:
    await mia(house)
    portrait = (await sheet(house)).portrait
    assert await house.store.get(portrait.id) == portrait
    assert (portrait.kind, portrait.character_name, portrait.spec.seed) == (Kind.SHEET, "Mia", 99)
    assert [(take.number, take.seed) for take in portrait.takes] == [(number, 99) for number in range(6)]
    assert (await sheet(house, Request("", character="Mia", set="turnaround", seed=5))).portrait.spec.seed == 5


async def test_the_set_decides_the_framing_unless_the_member_does(house: House) -> None:
    await mia(house)
    assert (await sheet(house)).portrait.spec.framing is Framing.PORTRAIT
    assert (await sheet(house, OUTFITS)).portrait.spec.framing is Framing.FULL_BODY
    wide = Request("", character="Mia", set="outfits", outfits="a", framing="landscape")
    assert (await sheet(house, wide)).portrait.spec.framing is Framing.LANDSCAPE


async def test_all_of_it_is_held_at_once_or_nothing(database: Database, clock: StoppedClock, tmp_path: Path) -> None:
    house = build(database, clock, tmp_path, member_per_day=9)
    await mia(house)
    await sheet(house, OUTFITS)
    assert used_today(await used(database)) == 3
    await sheet(house, EXPRESSIONS)
    assert used_today(await used(database)) == 9
    before = await everything(database)
    with pytest.raises(QuotaExceeded):
        await sheet(house, Request("", character="Mia", set="outfits", outfits="a"))
    assert await everything(database) == before


async def test_a_limit_that_holds_all_but_one_panel_refuses_the_whole(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    house = build(database, clock, tmp_path, member_per_day=5)
    await mia(house)
    before = await everything(database)
    with pytest.raises(QuotaExceeded) as refused:
        await sheet(house)
    assert (refused.value.wanted, refused.value.limit) == (6, "member_day")
    assert await everything(database) == before


def used_today(counters: dict[tuple[str, str], int]) -> int:
    return next(count for (name, _), count in counters.items() if name == "member_day")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (Request("", character="Nobody", set="expressions"), CharacterUnknown),
        (Request("", character=None, set="expressions"), CharacterUnknown),
        (Request("", character="Mia", set="moods"), UnknownChoice),
        (Request("", character="Mia", set=None), UnknownChoice),
        (Request("", character="Mia", set="outfits"), OutfitsMissing),
        (Request("", character="Mia", set="expressions", outfits="a"), OutfitsUnasked),
        (Request("", character="Mia", set="outfits", outfits="a,b,c,d,e,f,g"), TooManyOutfits),
        (Request("", character="Mia", set="expressions", seed=0), OutOfRange),
        (Request("", character="Mia", set="expressions", style="cubist"), UnknownChoice),
    ],
)
async def test_what_is_wrong_is_refused_before_anything_is_written(
    house: House, database: Database, request_: Request, error: type[DomainError]
) -> None:
    await mia(house)
    before = await everything(database)
    with pytest.raises(error):
        await sheet(house, request_)
    assert await everything(database) == before


async def test_the_words_of_every_panel_are_moderated(house: House) -> None:
    await mia(house)
    house.portraits._screening = Screening(Moderator(words=("nude",)))
    await sheet(house, OUTFITS)
    with pytest.raises(WordRefused):
        await sheet(house, Request("", character="Mia", set="outfits", outfits="raincoat, nude"))
    with pytest.raises(WordRefused):
        await sheet(house, Request("nude", character="Mia", set="expressions"))


async def test_panels_are_judged_one_by_one(house: House) -> None:
    """Two harmless outfits are no harmful picture because they stand on one list."""
    await mia(house)
    both = Request("", character="Mia", set="outfits", outfits="child's drawing on a t-shirt; lingerie")
    with pytest.raises(WordRefused):
        await house.portraits.pose(asker(), Request("child's drawing on a t-shirt, lingerie", character="Mia"))
    await sheet(house, both)


async def test_the_saved_picture_goes_along_where_that_is_wanted(house: House) -> None:
    await mia(house)
    without = await sheet(house, Request("", character="Mia", set="outfits", outfits="a", identity=Identity.REFERENCE))
    assert without.portrait.spec.reference is None
    assert any("no saved picture" in hint for hint in without.hints)


async def delivered(house: House, accepted: Accepted, failed: int) -> None:
    """The vendor paints all but the first `failed` panels."""
    portrait, now = accepted.portrait, house.clock.now()
    for number in range(len(portrait.takes)):
        claimed = await house.jobs.claim(now, LEASE)
        assert claimed is not None
        state = TakeState.FAILED if number < failed else TakeState.READY
        await house.jobs.finish(claimed.take, state, now, image=None if number < failed else "f.png")
    epoch = await house.jobs.begin_delivery(portrait.id, now, LEASE)
    assert epoch == 1
    await house.jobs.settle(Delivery(portrait.id, type(portrait.state).DELIVERED), len(portrait.takes) - failed, now)


async def test_a_part_that_failed_is_refunded(house: House, database: Database) -> None:
    await mia(house)
    accepted = await sheet(house)
    await house.portraits.acknowledged(accepted.portrait.id, None)
    await delivered(house, accepted, failed=2)
    assert used_today(await used(database)) == 4


async def test_one_image_of_a_sheet_is_changed_alone_and_the_whole_is_rerolled(house: House) -> None:
    await mia(house)
    accepted = await sheet(house)
    await house.portraits.acknowledged(accepted.portrait.id, None)
    await delivered(house, accepted, failed=0)
    remakes = Remakes(portraits=house.portraits, policies=house.portraits._policies, clock=house.clock)
    changed = (await remakes.change(asker(), accepted.portrait.id, 4, "outfit", "raincoat")).portrait
    assert (len(changed.takes), changed.spec.sheet, changed.spec.seed) == (1, None, 99)
    assert (changed.spec.expression, changed.spec.outfit) == ("angry, jaw set", "raincoat")
    sharp = (await remakes.remake(asker(), Kind.SHARPER, accepted.portrait.id, 1)).portrait
    assert (sharp.spec.expression, sharp.spec.sheet) == ("a soft smile", None)


async def test_a_whole_sheet_is_rerolled_and_asked_for_anew(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    house = build(database, clock, tmp_path, member_per_day=100)
    await mia(house)
    accepted = await sheet(house, OUTFITS)
    again = (await house.portraits.reroll(asker(2), accepted.portrait.id)).portrait
    assert [take.seed for take in again.takes] == [again.spec.seed] * 3
    assert again.spec.seed != 99
    assert again.spec.sheet == accepted.portrait.spec.sheet
    remakes = Remakes(portraits=house.portraits, policies=house.portraits._policies, clock=house.clock)
    restated = (await remakes.restate(asker(), accepted.portrait.id, "", "", 7)).portrait
    assert (restated.spec.seed, restated.spec.scene, len(restated.takes)) == (7, "", 3)
    assert restated.spec.sheet is not None
    assert restated.spec.sheet.set is SheetSet.OUTFITS


async def test_words_that_meet_in_the_prompt_are_judged_together(house: House) -> None:
    """A refused name must not pass because one option ends with its first half and another begins with the rest."""
    await mia(house)
    house.portraits._screening = Screening(Moderator(people=("taylor swift",)))
    with pytest.raises(WordRefused):
        await sheet(house, Request("swift on stage", character="Mia", set="outfits", outfits="raincoat, taylor"))
    with pytest.raises(WordRefused):
        await house.portraits.pose(asker(), Request("swift on stage", character="Mia", outfit="taylor"))


async def test_a_second_press_of_the_same_button_is_one_wish(house: House, clock: StoppedClock) -> None:
    await mia(house)
    pressed = replace(OUTFITS, pressed=True)
    await sheet(house, pressed)
    with pytest.raises(PressedTwice):
        await sheet(house, pressed)
    await sheet(house, replace(pressed, outfits="a hat"))
    await sheet(house, OUTFITS)
    clock.advance(seconds=5)
    await sheet(house, pressed)


async def test_try_again_paints_the_missing_panels_with_the_same_seed(house: House) -> None:
    await mia(house)
    accepted = await sheet(house)
    await house.portraits.acknowledged(accepted.portrait.id, None)
    await delivered(house, accepted, failed=2)
    again = (await house.portraits.try_again(asker(), accepted.portrait.id)).portrait
    assert again.spec.sheet is not None
    assert [panel.caption for panel in again.spec.sheet.panels] == ["Calm", "Smiling"]
    assert [take.seed for take in again.takes] == [99, 99]
    assert again.kind is Kind.SHEET


async def test_a_flood_of_long_lists_leaves_others_their_turn(house: House) -> None:
    """Judging words takes tens of milliseconds of computing; the loop that answers everybody must go on meanwhile."""
    await mia(house)
    house.portraits._screening = Screening(Moderator(words=tuple(f"{word}x" for word in FEATURES.split() * 60)))
    longest = "; ".join(f"{number} s p e l l 3 d 0 " * 9 for number in range(6))[:1400]
    flood = [
        asyncio.create_task(sheet(house, Request(longest[:900], character="Mia", set="outfits", outfits=longest)))
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
