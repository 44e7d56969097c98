"""Pictures that members bring along for their characters: taken, cleaned, shown, replaced or refused."""

import io
from typing import Any

import pytest
from PIL import Image

from tests.behaviour.members import FEATURES, kept_files, save, show
from tests.behaviour.simulation import Simulation, gallery_of, text_of, walk
from tests.fakes.faces import a_face, with_camera_notes

pytestmark = pytest.mark.slow


def thumbnails_of(message: Any) -> list[str]:
    return [each["media"]["url"] for each in walk(message.components) if each["type"] == 11]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_reference_is_kept_and_shown(simulation: Simulation, kind: str) -> None:
    saved = await save(simulation, reference=(f"mia.{kind.lower()}", a_face(kind)))
    assert saved.ephemeral
    assert "Mia is saved" in text_of(saved.response)
    card = await show(simulation)
    assert len(gallery_of(card)) == 1
    assert "The face of Mia" in gallery_of(card)[0]["description"]
    listed = await simulation.alice.slash(simulation.channel, "character list")
    assert len(thumbnails_of(listed.response)) == 1
    names = sorted(path.name for path in kept_files(simulation))
    assert len(names) == 2
    crop = next(path for path in kept_files(simulation) if path.name.endswith(".crop.jpg"))
    with Image.open(crop) as image:
        assert image.size == (256, 256)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.gif", b"GIF89a" + b"\0" * 50, "this GIF file is broken or cut off"),
        ("a.png", b"not a picture at all", "it is a text; I take PNG, JPEG, WebP, GIF, HEIC and AVIF"),
        ("a.png", b"", "it is empty"),
        ("a.png", a_face()[:200], "this PNG file is broken or cut off"),
        ("a.jpg", a_face("JPEG")[:300], "this JPEG file is broken or cut off"),
        ("a.png", a_face(size=(16_385, 256)), "it has more than 16384 pixels a side"),
        ("a.png", a_face(size=(255, 400)), "it is 255 by 400 pixels; a face needs 256 a side at least"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 20 * 2**20, "it is larger than 20 MiB"),
        ("a.heic", b"\0\0\0\x20ftypheic" + b"\0" * 50, "this HEIC file is broken or cut off"),
        ("a.png", b"\0\0\0\x20ftypisom" + b"\0" * 50, "it is a video"),
        ("a.svg", b"<svg onload='alert(1)'/>", "it is an SVG"),
    ],
)
async def test_other_files_are_refused_by_name(simulation: Simulation, name: str, data: bytes, reason: str) -> None:
    answer = await save(simulation, reference=(name, data))
    assert answer.ephemeral
    assert f"That image cannot be used: {reason}" in text_of(answer.response)
    assert not kept_files(simulation)
    assert "no characters yet" in text_of((await simulation.alice.slash(simulation.channel, "character list")).response)


async def test_what_the_camera_wrote_is_removed_and_the_picture_stands_upright(simulation: Simulation) -> None:
    await save(simulation, reference=("home.jpg", with_camera_notes()))
    for path in kept_files(simulation):
        data = path.read_bytes()
        assert b"Exif" not in data
        assert b"somebody" not in data
        assert b"taken at home" not in data
    with Image.open(io.BytesIO(next(p for p in kept_files(simulation) if "x" in p.name).read_bytes())) as image:
        assert image.size == (300, 400)


async def test_a_reference_waits_for_the_form_that_describes_its_face(simulation: Simulation) -> None:
    form = await simulation.alice.slash(
        simulation.channel, "character save", name="Old Tom", reference=("tom.png", a_face())
    )
    await simulation.restart()
    values = {"name": "Old Tom", "who": "a man of seventy", "hair_eyes": "white beard", "marks": "", "seed": ""}
    saved = await simulation.alice.submit_modal(form, values)
    assert "Old Tom is saved" in text_of(saved.response)
    assert "did not arrive" not in text_of(saved.response)
    assert len(gallery_of(await show(simulation, "Old Tom"))) == 1


async def test_a_bad_reference_is_told_while_the_form_is_open_and_the_words_are_saved(simulation: Simulation) -> None:
    form = await simulation.alice.slash(
        simulation.channel, "character save", name="Tom", reference=("tom.txt", b"hello")
    )
    values = {"name": "Tom", "who": "a man of seventy", "hair_eyes": "white beard", "marks": "", "seed": ""}
    saved = await simulation.alice.submit_modal(form, values)
    assert "Its picture did not arrive" in text_of(saved.response)


async def test_a_saved_face_has_its_small_picture_in_the_list(simulation: Simulation) -> None:
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt=FEATURES))
    form = await simulation.click(simulation.alice, card, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    assert [path for path in kept_files(simulation) if path.name.endswith(".crop.jpg")]
    listed = await simulation.alice.slash(simulation.channel, "character list")
    assert len(thumbnails_of(listed.response)) == 1


async def test_another_picture_replaces_the_old_one(simulation: Simulation) -> None:
    await save(simulation, reference=("mia.png", a_face()))
    before = set(kept_files(simulation))
    await simulation.alice.slash(
        simulation.channel, "character edit", character="Mia", reference=("new.png", a_face(colour=(1, 2, 3)))
    )
    assert len(kept_files(simulation)) == 2
    assert not before & set(kept_files(simulation))
