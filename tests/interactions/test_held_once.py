"""The bytes of a picture are the same ones from the store to the wire: nothing on the way holds them twice."""

import io
from dataclasses import replace
from pathlib import Path
from typing import cast

from bot.interactions import fitting
from bot.interactions.cards import portrait as cards
from bot.storage.pictures import FilePictures
from tests.fakes.builders import a_picture, a_portrait
from tests.interactions.card_checks import painted


async def test_what_is_posted_is_what_was_downloaded(tmp_path: Path) -> None:
    data = bytes(range(256)) * 800
    pictures = FilePictures(tmp_path)
    name = await pictures.keep(replace(a_picture(), data=data))
    loaded = await pictures.load(name)
    assert loaded.data is data
    portrait = a_portrait()
    outcome = painted(portrait)
    outcome = replace(outcome, pictures=tuple((take, loaded) for take, _ in outcome.pictures))
    assert await fitting.fitted(outcome, fitting.LIMIT) is outcome
    _, files = cards.ended(portrait, outcome)
    # A file over bytes shares them for as long as nobody writes to it.
    assert cast("io.BytesIO", files[0].fp).getvalue() is data
    assert not pictures._fresh
