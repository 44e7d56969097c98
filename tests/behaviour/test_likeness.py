"""Faces that are looked at, as members read it: the line on a card, the closest first, the buttons that help."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import LikenessConfig
from bot.domain.portraits.faces import Faces
from bot.domain.portraits.uses import Face
from tests.behaviour.members import execute, painted, pressed, save
from tests.behaviour.sheets import sheet
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, opened, settled, text_of
from tests.behaviour.test_forgeries import forge_click
from tests.fakes.faces import a_face
from tests.fakes.readers import BLURRED, ScriptedReader, seen
from tests.services.use_cases import asker

pytestmark = pytest.mark.slow

JUDGED = LikenessConfig(faces=Faces.PAINTED, same=0.5, close=0.363)


@pytest.fixture
def reader() -> ScriptedReader:
    return ScriptedReader()


@pytest.fixture
async def simulation(tmp_path: Path, reader: ScriptedReader) -> AsyncIterator[Simulation]:
    async with opened(tmp_path, likeness=JUDGED, reader=reader) as ready:
        yield ready


async def saved_face(simulation: Simulation) -> Any:
    """A character that was saved from a picture of ours."""
    card = await painted(simulation)
    form = await simulation.click(simulation.alice, card, "Save this face")
    typed = {"name": "Mia", "features": "woman with short dark hair, freckles", "identity": "seed"}
    return await simulation.alice.submit_modal(form, typed)


async def pose(simulation: Simulation, **options: Any) -> Any:
    request = {"character": "Mia", "scene": "on a stormy pier"} | options
    return await simulation.final(await simulation.alice.slash(simulation.channel, "character pose", **request))


async def test_a_pose_says_whether_it_is_the_face(simulation: Simulation, reader: ScriptedReader) -> None:
    await saved_face(simulation)
    card = await pose(simulation)
    assert "Face: as saved (0.70)" in text_of(card)
    assert "Match the face" not in buttons_of(card)
    picture, saved = reader.asked[-1]
    assert saved is not None
    assert saved != picture


async def test_another_face_is_matched_by_the_saved_picture_and_then_more_closely(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    await saved_face(simulation)
    reader.usual = 0.18
    card = await pose(simulation)
    assert "Face: another face (0.18)" in text_of(card)
    ways: list[tuple[str, Any]] = []
    for _ in range(2):
        card = await pressed(simulation, card, "Match the face")
        order = simulation.vendor.orders[-1]
        ways.append((order.endpoint.rpartition("/")[2], order.body.get("strength")))
        assert "Match the face" in text_of(card), "the card says what it was made by"
    assert [name for name, _ in ways] == ["img2img", "img2img"]
    assert [float(strength) for _, strength in ways] == [0.45, 0.3]
    assert "Match the face" not in buttons_of(card), "there is no other way left, for headshots are off"
    await settled(simulation)
    assert await execute(simulation, "SELECT sum(charged) FROM quota_hold WHERE state = 'spent'") == [(4,)]
    assert await execute(simulation, "SELECT count(*) FROM portrait WHERE kind = 'match the face'") == [(2,)]


async def test_of_several_images_the_closest_is_first_and_offered_first(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    await saved_face(simulation)
    # They come in any order: each take has its file.
    reader.will_see(seen(0.2), seen(0.71))
    card = await pose(simulation, count=2)
    said = text_of(card)
    assert "is closest to the saved face (0.71)" in said
    await settled(simulation)
    [(closest,)] = await execute(simulation, "SELECT number FROM take WHERE alike = 0.71")
    assert f"-{closest + 1}." in gallery_of(card)[0]["media"]["url"]
    await simulation.restart()
    question = await simulation.click(simulation.alice, card, "Save this face")
    assert next(iter(buttons_of(question.response))) == f"Image {closest + 1} (closest)"
    form = await simulation.click(simulation.alice, question.response, "(closest)")
    assert form.modal is not None


async def test_a_blurred_face_is_sharpened_first(simulation: Simulation, reader: ScriptedReader) -> None:
    reader.will_see(seen(**BLURRED))
    card = await painted(simulation)
    assert "The face is blurred" in text_of(card)
    assert next(iter(buttons_of(card))) == "Sharper face"
    sharper = await pressed(simulation, card, "Sharper face")
    assert "Sharper face" in text_of(sharper)
    assert "Sharper face" not in buttons_of(sharper)
    assert simulation.vendor.orders[-1]["num_inference_steps"] == 35


async def test_panels_with_another_face_are_painted_anew_in_one_click(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    await saved_face(simulation)
    reader.will_see(*(seen(0.1 if number == 2 else 0.7) for number in range(6)))
    card = await sheet(simulation)
    assert "Another face: " in text_of(card)
    orders = len(simulation.vendor.orders)
    again = await pressed(simulation, card, "Try again: 1 does not match")
    assert len(simulation.vendor.orders) == orders + 1
    assert simulation.vendor.orders[-1].endpoint.endswith("img2img")
    assert "another face" not in text_of(again).lower()


async def test_a_picture_without_a_single_face_is_saved_and_said_so(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    reader.will_see(seen(), seen(faces=0))
    answer = await saved_face(simulation)
    assert "I find no single face, whole and from the front, in this picture, so I cannot compare" in text_of(
        answer.response
    )
    assert await execute(simulation, "SELECT name FROM character") == [("Mia",)]


async def test_a_use_is_cut_around_the_face(simulation: Simulation, reader: ScriptedReader) -> None:
    card = await painted(simulation)
    offered = await simulation.more(simulation.alice, card, "Use as…")
    usual = await simulation.click(simulation.alice, offered.response, "Avatar")
    # The local vendor paints 128 pixels a side.
    reader.answers.clear()
    reader.will_see(seen(box=Face(90, 90, 20, 25)))
    around = await simulation.click(simulation.alice, offered.response, "Avatar")
    assert gallery_of(around.response)
    assert "60 x 60" in text_of(around.response)
    assert "128 x 128" in text_of(usual.response)


async def test_an_export_has_the_numbers_and_a_deletion_takes_them(simulation: Simulation) -> None:
    await saved_face(simulation)
    await pose(simulation)
    await settled(simulation)
    sent = await simulation.alice.slash(simulation.channel, "privacy export")
    [file] = sent.response.attachments
    with zipfile.ZipFile(io.BytesIO(await file.read())) as archive:
        told = json.loads(archive.read("limner.json"))
    assert {"faces", "alike", "face_flags"} <= set(told["images"][0])
    assert 0.7 in [each["alike"] for each in told["images"]]


async def test_nothing_is_looked_at_of_what_a_member_brought(simulation: Simulation, reader: ScriptedReader) -> None:
    """The operator allowed painted faces only."""
    answer = await save(simulation, name="Mia", reference=("mia.png", a_face()))
    assert "is saved" in text_of(answer.response)
    card = await pose(simulation)
    assert "face" not in text_of(card).lower()
    assert reader.asked == []


@pytest.fixture
async def everybodys(tmp_path: Path, reader: ScriptedReader) -> AsyncIterator[Simulation]:
    """A bot that compares uploads too, whose members ticked before it did."""
    config = LikenessConfig(faces=Faces.ALL, same=0.5, close=0.363)
    async with opened(tmp_path, likeness=config, reader=reader) as ready:
        yield ready


async def test_where_uploads_are_compared_the_tick_says_so_and_is_asked_again(
    everybodys: Simulation, reader: ScriptedReader
) -> None:
    form = await save(everybodys, name="Mia", features="woman, red hair, a scar", reference=("mia.png", a_face()))
    told = json.dumps(form.modal)
    assert "I compare faces" in told
    assert reader.asked == []
    answer = await everybodys.alice.submit_modal(
        form, {"name": "Mia", "features": "woman, red hair, a scar", "seed": "7", "tick": True}
    )
    assert "Mia is saved" in text_of(answer.response)
    card = await pose(everybodys)
    assert "Face: as saved (0.70)" in text_of(card)
    [(given, compared)] = await execute(
        everybodys, f"SELECT given_at, compared_at FROM consent WHERE user_id = {everybodys.alice.id}"
    )
    assert compared >= given


async def test_a_picture_that_nobody_can_look_at_is_delivered_as_ever(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    await saved_face(simulation)
    reader.will_see(None)
    card = await pose(simulation)
    assert "face" not in text_of(card).lower().replace("save this face", "")
    assert gallery_of(card)


async def test_to_match_is_done_once_however_often_it_is_clicked(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    await saved_face(simulation)
    reader.usual = 0.2
    card = await pose(simulation)
    orders = len(simulation.vendor.orders)
    first, second = [await simulation.click(simulation.alice, card, "Match the face") for _ in range(2)]
    await simulation.final(first)
    await settled(simulation)
    assert len(simulation.vendor.orders) == orders + 1
    assert second.ephemeral
    assert await execute(simulation, "SELECT count(*) FROM portrait WHERE kind = 'match the face'") == [(1,)]


async def test_who_cannot_reach_the_character_cannot_match_it(simulation: Simulation, reader: ScriptedReader) -> None:
    await saved_face(simulation)
    reader.usual = 0.2
    card = await pose(simulation)
    orders = len(simulation.vendor.orders)
    refused = await simulation.click(simulation.bob, card, "Match the face")
    assert refused.ephemeral
    assert len(simulation.vendor.orders) == orders
    await simulation.alice.slash(simulation.channel, "character share", character="Mia")
    shown = await simulation.final(await simulation.click(simulation.bob, card, "Match the face"))
    assert "Match the face" in text_of(shown)
    assert len(simulation.vendor.orders) == orders + 1


async def test_a_forged_button_matches_nothing(simulation: Simulation) -> None:
    card = await painted(simulation)
    await settled(simulation)
    [(portrait_id,)] = await execute(simulation, "SELECT id FROM portrait")
    for verb in (
        f"match:{portrait_id}",
        f"match:{portrait_id}:7",
        f"rematch:{portrait_id}",
        f"match:{portrait_id[::-1]}",
    ):
        answer = await forge_click(simulation.alice, card, f"p1:{verb}")
        assert answer.ephemeral
    assert len(simulation.vendor.orders) == 1


async def test_a_storyboard_takes_the_scenes_that_were_painted_anew(
    simulation: Simulation, reader: ScriptedReader
) -> None:
    await saved_face(simulation)
    reader.will_see(seen(0.7), seen(0.1), seen(0.7))
    told = {"character": "Mia", "scenes": "on a pier | in a forest | at a market"}
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "character scenes", **told))
    again = await pressed(simulation, card, "Try again: 1 does not match")
    await settled(simulation)
    [(portrait_id, image)] = await execute(
        simulation,
        "SELECT p.id, t.image FROM portrait p JOIN take t ON t.portrait_id = p.id ORDER BY p.created_at DESC LIMIT 1",
    )
    assert "Storyboard" in buttons_of(again)
    board = await simulation.app.bot.services.storyboards.of(asker(simulation.alice.id), portrait_id)
    shown = [frame.picture.data for frame in board.frames if frame.picture]
    assert len(shown) == 3
    newest = (simulation.config.database.pictures / image[:2] / image).read_bytes()
    assert shown.count(newest) == 1
    old = await execute(simulation, "SELECT image FROM take WHERE alike = 0.1")
    assert (simulation.config.database.pictures / old[0][0][:2] / old[0][0]).read_bytes() not in shown
