"""Whose face it is is asked once, before the first one is kept; then what was asked goes on."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import LikenessConfig
from bot.domain.portraits.faces import Faces
from tests.behaviour.members import execute, save
from tests.behaviour.simulation import Simulation, opened, prefilled, staged, text_of
from tests.fakes.faces import a_face
from tests.fakes.readers import ScriptedReader

pytestmark = pytest.mark.slow

DESCRIBED = {"who": "a man of sixty", "hair_eyes": "grey hair, blue eyes"}


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Simulation]:
    """A bot to which nobody said anything yet."""
    async with opened(tmp_path, ticked=False) as simulation:
        yield simulation


async def send(simulation: Simulation, form: Any, *, tick: bool, **typed: str) -> Any:
    """Hand the form in as it stands, with what was typed and the tick."""
    stands = {name: value for name, value in prefilled(form).items() if name != "tick"}
    return await simulation.alice.submit_modal(form, {**stands, **typed, "tick": tick})


async def ticks(simulation: Simulation) -> list[Any]:
    return [row[0] for row in await execute(simulation, "SELECT user_id FROM consent")]


async def faces(simulation: Simulation) -> list[Any]:
    return await execute(simulation, "SELECT name, origin, reference IS NOT NULL FROM character ORDER BY name")


def files(simulation: Simulation) -> list[Path]:
    return [each for each in simulation.config.database.path.parent.rglob("*.png") if each.is_file()]


async def test_the_first_upload_asks_and_goes_on_with_what_was_typed(fresh: Simulation) -> None:
    form = await save(fresh, features="woman, red hair, a scar", seed=7, reference=("mia.png", a_face()))
    assert prefilled(form)["name"] == "Mia"
    assert await faces(fresh) == []
    answer = await send(fresh, form, tick=True)
    assert "Mia is saved" in text_of(answer.response)
    assert answer.ephemeral
    assert await faces(fresh) == [("Mia", "uploaded", 1)]
    assert await execute(fresh, "SELECT features, seed FROM character") == [("woman, red hair, a scar", 7)]
    assert await ticks(fresh) == [fresh.alice.id]


@pytest.mark.parametrize(
    ("compared", "kept"),
    [(False, "that you ticked, and when, is kept"), (True, "how alike they are and when you ticked")],
)
async def test_the_tick_says_what_is_kept(tmp_path: Path, compared: bool, kept: str) -> None:
    likeness = LikenessConfig(faces=Faces.ALL) if compared else LikenessConfig()
    async with staged(tmp_path, ticked=False, likeness=likeness, reader=ScriptedReader()) as simulation:
        form = await save(simulation, reference=("mia.png", a_face()))
        [said] = [each["description"] for each in form.modal["components"] if each["component"]["type"] == 23]
        assert kept in said
        assert len(said) <= 100, "as long as Discord shows"
        assert ("compare" in said) is compared
        assert "nothing of a face is kept" not in said, "its picture is"


async def test_a_later_upload_is_not_asked_about(fresh: Simulation) -> None:
    form = await save(fresh, reference=("mia.png", a_face()))
    await send(fresh, form, tick=True)
    later = await save(fresh, "Tom", reference=("tom.png", a_face(colour=(1, 2, 3))))
    assert later.modal is None
    assert "Tom is saved" in text_of(later.response)
    asked = await fresh.bob.slash(
        fresh.channel, "character save", name="Bo", features="man, bald", reference=("bo.png", a_face())
    )
    assert asked.modal is not None, "what one member said is nobody else's word"


async def test_without_the_tick_nothing_is_kept(fresh: Simulation) -> None:
    form = await save(fresh, reference=("mia.png", a_face()))
    assert files(fresh)
    answer = await send(fresh, form, tick=False)
    assert "The tick was missing" in text_of(answer.response)
    assert await faces(fresh) == []
    assert await ticks(fresh) == []
    assert await execute(fresh, "SELECT count(*) FROM upload") == [(0,)]
    assert files(fresh) == []


@pytest.mark.parametrize("seed", [None, 5, 77, 4294967295])
async def test_the_form_that_describes_asks_too_and_keeps_the_seed(fresh: Simulation, seed: int | None) -> None:
    given = {} if seed is None else {"seed": seed}
    form = await fresh.alice.slash(
        fresh.channel, "character save", name="Mia", reference=("mia.png", a_face()), **given
    )
    answer = await send(fresh, form, tick=True, **DESCRIBED)
    assert "Mia is saved" in text_of(answer.response)
    assert await faces(fresh) == [("Mia", "uploaded", 1)]
    [(kept,)] = await execute(fresh, "SELECT seed FROM character")
    assert seed in {None, kept}


async def test_another_face_for_a_character_asks_too(fresh: Simulation) -> None:
    await save(fresh)
    edit = {"character": "Mia", "reference": ("mia.png", a_face())}
    form = await fresh.alice.slash(fresh.channel, "character edit", **edit)
    refused = await send(fresh, form, tick=False)
    assert "The tick was missing" in text_of(refused.response)
    assert await faces(fresh) == [("Mia", None, 0)]
    form = await fresh.alice.slash(fresh.channel, "character edit", **edit)
    answer = await send(fresh, form, tick=True)
    assert "Mia is changed" in text_of(answer.response)
    assert await faces(fresh) == [("Mia", "uploaded", 1)]
    assert await execute(fresh, "SELECT count(*) FROM upload") == [(0,)]


def an_archive() -> bytes:
    listed = [
        {
            "name": "Ann",
            "features": "woman, red hair, a scar",
            "seed": 3,
            "reference": "images/a.png",
            "origin": "painted",
        }
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "characters.json", json.dumps({"format": "limner-characters", "version": 1, "characters": listed})
        )
        archive.writestr("images/a.png", a_face())
    return out.getvalue()


async def test_an_import_with_faces_asks_and_goes_on(fresh: Simulation) -> None:
    asked = await fresh.alice.slash(fresh.channel, "character import", file=("mine.zip", an_archive()))
    assert "Whose faces" in text_of(asked.response)
    assert asked.ephemeral
    assert await faces(fresh) == []
    await fresh.restart()
    await fresh.click(fresh.alice, asked.response, "So it is")
    assert await faces(fresh) == [("Ann", "imported", 1)], (
        "a file's own word for where a face comes from counts nothing"
    )
    assert await ticks(fresh) == [fresh.alice.id]


async def test_an_import_that_is_left_keeps_nothing(fresh: Simulation) -> None:
    asked = await fresh.alice.slash(fresh.channel, "character import", file=("mine.zip", an_archive()))
    answer = await fresh.click(fresh.alice, asked.response, "No, leave it")
    assert "Nothing was brought" in text_of(answer.response)
    assert answer.response.attachments == []
    assert (await faces(fresh), await ticks(fresh), files(fresh)) == ([], [], [])


async def test_an_import_of_words_alone_asks_nothing(fresh: Simulation) -> None:
    data = json.dumps({"members": [{"name": "Ann", "description": "woman, red hair, a scar"}]}).encode()
    await fresh.alice.slash(fresh.channel, "character import", file=("pk.json", data))
    assert await faces(fresh) == [("Ann", None, 0)]


async def test_a_tick_is_exported_and_deleted_with_all_the_rest(fresh: Simulation) -> None:
    form = await save(fresh, reference=("mia.png", a_face()))
    await send(fresh, form, tick=True)
    answer = await fresh.alice.slash(fresh.channel, "privacy export")
    with zipfile.ZipFile(io.BytesIO(await answer.response.attachments[0].read())) as archive:
        about = json.loads(archive.read("limner.json"))
    [said] = about["said_whose_faces_they_bring"]
    assert said["given_at"] > 0
    assert about["characters"][0]["origin"] == "uploaded"
    asked = await fresh.alice.slash(fresh.channel, "privacy delete")
    await fresh.click(fresh.alice, asked.response, "Delete")
    assert await ticks(fresh) == []
