"""The button under scenes: a PDF with captions and a ZIP of the pictures, for whoever asks, whatever became of them."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.domain.errors import TooFast
from tests.behaviour.sheets import REFUSED, save_mia, sheet
from tests.behaviour.simulation import Simulation, buttons_of, settled, text_of
from tests.behaviour.test_forgeries import forge_click, id_of
from tests.behaviour.test_scenes import THREE, ask, scenes
from tests.fakes.pdfs import pages_of, words_of
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow


async def storyboard(simulation: Simulation, card: Any, member: Any = None) -> Any:
    return await simulation.click(member or simulation.alice, card, "Storyboard")


async def files_of(answer: Any) -> tuple[bytes, zipfile.ZipFile]:
    pdf, archive = answer.response.attachments
    assert (pdf.filename, archive.filename) == ("Mia-storyboard.pdf", "Mia-scenes.zip")
    return await pdf.read(), zipfile.ZipFile(io.BytesIO(await archive.read()))


async def test_a_storyboard_is_a_pdf_and_a_zip_for_the_one_who_asks_and_costs_nothing(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await scenes(simulation)
    await simulation.restart()
    for member in (simulation.alice, simulation.bob):
        answer = await storyboard(simulation, card, member)
        assert answer.ephemeral
        assert "**Storyboard of Mia**: 3 scenes on 1 page, and their pictures." in text_of(answer.response)
        pdf, archive = await files_of(answer)
        assert pages_of(pdf) == 1
        assert all(f"{number}. {words}" in words_of(pdf) for number, words in enumerate(THREE, start=1))
        assert [name[:-4] for name in archive.namelist()] == [
            "01 reading by a rainy window",
            "02 on a pier at dawn",
            "03 asleep a cat on her lap",
        ]
        for name in archive.namelist():
            with Image.open(io.BytesIO(archive.read(name))) as image:
                image.load()
    assert len(simulation.vendor.orders) == 3
    assert "4 left today" in text_of(await scenes(simulation))


async def test_what_was_not_painted_is_said_and_is_there_once_it_was_painted(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.script += [REFUSED, Answer(), REFUSED]
    card = await scenes(simulation)
    answer = await storyboard(simulation, card)
    assert "Not painted: " in text_of(answer.response)
    pdf, archive = await files_of(answer)
    assert words_of(pdf).count("not painted") == 2
    assert len(archive.namelist()) == 1
    again = await simulation.final(await simulation.click(simulation.alice, card, "Try again"))
    answer = await storyboard(simulation, again)
    assert "Not painted" not in text_of(answer.response)
    pdf, archive = await files_of(answer)
    assert [name[:2] for name in archive.namelist()] == ["01", "02", "03"]
    assert all(f"{number}. {words}" in words_of(pdf) for number, words in enumerate(THREE, start=1))


async def test_pictures_that_are_gone_are_said(simulation: Simulation, tmp_path: Path) -> None:
    await save_mia(simulation)
    card = await scenes(simulation)
    await settled(simulation)
    files = [file for file in (tmp_path / "pictures").rglob("*") if file.is_file()]
    files[0].unlink()
    answer = await storyboard(simulation, card)
    assert "No longer kept: " in text_of(answer.response)
    pdf, archive = await files_of(answer)
    assert (words_of(pdf).count("no longer kept"), len(archive.namelist())) == (1, 2)
    for file in files[1:]:
        file.unlink()
    answer = await storyboard(simulation, card)
    assert text_of(answer.response) == "That image is no longer kept."
    assert list(answer.response.attachments) == []


async def test_only_scenes_have_the_button_and_forged_ones_are_refused(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await sheet(simulation, set="turnaround")
    assert "Storyboard" not in buttons_of(card)
    refused = await forge_click(simulation.alice, card, f"p1:storyboard:{id_of(card)}")
    assert "I do not know that button" in text_of(refused.response)
    private = await simulation.final(await ask(simulation, private=True))
    assert "Storyboard" in buttons_of(private)
    stranger = await forge_click(simulation.bob, card, f"p1:storyboard:{id_of(private)}")
    assert text_of(stranger.response) == "That portrait is no longer kept."


async def test_a_flood_of_clicks_is_told_to_slow_down(simulation: Simulation) -> None:
    await save_mia(simulation)
    card = await scenes(simulation, scenes="a | b")
    pace = simulation.app.bot.services.storyboards._screening.pace
    with suppress(TooFast):
        while True:
            pace.take(simulation.alice.id)
    assert "That was a lot at once" in text_of((await storyboard(simulation, card)).response)


async def test_after_a_reroll_the_storyboard_holds_what_was_rerolled_alone(simulation: Simulation) -> None:
    await save_mia(simulation)
    simulation.vendor.script += [Answer()] * 3 + [REFUSED]
    again = await simulation.final(await simulation.click(simulation.alice, await scenes(simulation), "Reroll"))
    answer = await storyboard(simulation, again)
    assert "Not painted: " in text_of(answer.response)
    assert len((await files_of(answer))[1].namelist()) == 2
