"""The stricter rule goes with a face wherever it goes, and what nobody wrote down counts as somebody."""

from dataclasses import replace

import pytest

from bot.domain.characters.character import FaceOrigin, Identity, Named
from bot.domain.errors import SomebodyWronged, TickMissing, WordRefused
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.spec import Kind, PortraitSpec
from bot.services.characters.drafts import Draft
from bot.services.portraits.painting import rule_of
from bot.services.portraits.requests import Request
from bot.services.portraits.screening import Rule
from bot.storage.consents import SqlConsents
from bot.storage.database import Database
from tests.fakes.builders import a_character, a_moderator, a_portrait
from tests.fakes.faces import a_face
from tests.services.portraits.test_sheets import FEATURES, delivered
from tests.services.use_cases import UseCases, asker
from tests.storage.row_checks import everything

BAD = "in a bikini"


async def known(use_cases: UseCases, database: Database) -> None:
    await SqlConsents(database).give(asker().user_id, use_cases.clock.now())
    await use_cases.characters.save(asker(), "Mia", FEATURES, 99, upload=a_face())


async def pose(use_cases: UseCases, scene: str = "on a pier", **options: object) -> Portrait:
    request = replace(Request(scene, character=Named("Mia")), **options)
    return (await use_cases.portraits.pose(asker(), request)).portrait


@pytest.mark.parametrize("identity", Identity)
@pytest.mark.parametrize("where", ["words", "outfit", "background", "negative"])
async def test_every_word_of_a_pose_is_judged(
    use_cases: UseCases, database: Database, identity: Identity, where: str
) -> None:
    await known(use_cases, database)
    bad = "clothes" if where == "negative" else BAD
    with pytest.raises(SomebodyWronged):
        await pose(use_cases, **{"identity": identity, where: bad})
    assert "portrait" not in {table for table, rows in (await everything(database)).items() if rows}


async def test_what_is_made_of_what_was_made_is_judged_still(use_cases: UseCases, database: Database) -> None:
    await known(use_cases, database)
    request = Request("on a pier", character=Named("Mia"))
    accepted = await use_cases.portraits.pose(asker(), request)
    use_cases.portraits.acknowledged(accepted, None)
    await delivered(use_cases, accepted, failed=0)
    remakes, portrait = use_cases.remakes(), accepted.portrait
    with pytest.raises(SomebodyWronged):
        await remakes.change(asker(), portrait.id, 0, "outfit", BAD)
    with pytest.raises(SomebodyWronged):
        await remakes.restate(asker(), portrait.id, BAD, "", None)
    with pytest.raises(SomebodyWronged):
        await remakes.restate(asker(2), portrait.id, "on a pier", "clothes", None)
    for kind in (Kind.VARY_STRONG, Kind.SHARPER, Kind.REROLL, Kind.UPSCALE):
        assert (await remakes.remake(asker(), kind, portrait.id, 0)).portrait.spec.may_show_somebody
    again = await use_cases.store.get(portrait.id)
    saved = await use_cases.characters.save_face(asker(), again, 0, "Mia's twin", FEATURES)
    assert saved.character.origin is FaceOrigin.UPLOADED


async def test_a_face_that_was_painted_here_is_nobody(use_cases: UseCases) -> None:
    accepted = await use_cases.portraits.paint(asker(), Request("a sailor, red hair"))
    use_cases.portraits.acknowledged(accepted, None)
    await delivered(use_cases, accepted, failed=0)
    portrait = await use_cases.store.get(accepted.portrait.id)
    saved = await use_cases.characters.save_face(asker(), portrait, 0, "Tom", FEATURES)
    assert saved.character.origin is FaceOrigin.PAINTED
    request = Request(BAD, character=Named("Tom"), identity=Identity.REFERENCE)
    posed = (await use_cases.portraits.pose(asker(), request)).portrait
    assert not posed.spec.may_show_somebody
    # Its picture is changed in words all the same.
    assert rule_of(Kind.CHANGE, posed.spec) is Rule.SOMEBODY
    assert rule_of(Kind.POSE, posed.spec) is Rule.INVENTED


async def test_features_and_names_of_a_face_are_judged_too(use_cases: UseCases, database: Database) -> None:
    await SqlConsents(database).give(asker().user_id, use_cases.clock.now())
    with pytest.raises(SomebodyWronged):
        await use_cases.characters.save(asker(), "Mia", "woman, red hair, topless", 99, upload=a_face())
    saved = await use_cases.characters.save(asker(), "Ivy", "woman, red hair, topless", 99)
    with pytest.raises(SomebodyWronged):
        await use_cases.characters.give_face(asker(), saved.character.id, a_face())


async def test_nothing_of_a_face_is_kept_before_the_tick(use_cases: UseCases, database: Database) -> None:
    saved = await use_cases.characters.save(asker(), "Mia", FEATURES, 99)
    before = await everything(database)
    with pytest.raises(TickMissing):
        await use_cases.characters.save(asker(), "Tom", FEATURES, 99, upload=a_face())
    with pytest.raises(TickMissing):
        await use_cases.characters.give_face(asker(), saved.character.id, a_face())
    picture = await use_cases.pictures.develop(a_face())
    for origin in (None, FaceOrigin.IMPORTED, FaceOrigin.PAINTED):
        with pytest.raises(TickMissing):
            await use_cases.characters.add(asker(), Draft("Ann", FEATURES, picture=picture, origin=origin))
    assert await everything(database) == before


def test_what_was_never_written_down_counts_as_somebody() -> None:
    assert a_character(reference="a.png").may_be_somebody
    assert not a_character().may_be_somebody
    assert not a_character(reference="a.png", origin=FaceOrigin.PAINTED).may_be_somebody
    spec = a_portrait().spec
    assert spec.somebody is None
    assert not spec.model_copy(update={"features": ""}).may_show_somebody
    old = PortraitSpec.model_validate_json(
        spec.model_copy(update={"features": FEATURES}).model_dump_json(exclude_none=True)
    )
    assert old.may_show_somebody
    assert rule_of(Kind.REROLL, old) is Rule.SOMEBODY


def test_any_rule_but_the_one_for_nobody_is_the_strict_one() -> None:
    moderator = a_moderator()
    moderator.check_text(BAD, rule=Rule.INVENTED)
    for rule in (Rule.SOMEBODY, None, "invented"):
        with pytest.raises(WordRefused):
            moderator.check_text(BAD, rule=rule)  # type: ignore[arg-type]
