"""Whose face it is, asked over the wire as Discord has it; each step delivered four times."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import running_bot
from tests.end_to_end.test_once import FEATURES, four_times, text
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow

COUNTS = """SELECT (SELECT count(*) FROM consent) AS ticks, (SELECT count(*) FROM upload) AS waiting,
    (SELECT count(*) FROM character WHERE reference IS NOT NULL) AS faces"""


async def test_a_face_is_kept_once_and_only_with_the_tick(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        face = w.discord.upload(a_face(), "face.png", "image/png")

        def counts() -> dict[str, Any]:
            [found] = w.rows(COUNTS)
            return found

        asked = {"name": "Mia", "features": FEATURES, "reference": face}
        form = await four_times(w, await alice.slash(art, "character save", **asked))
        assert counts() == {"ticks": 0, "waiting": 1, "faces": 0}
        stands = {"name": "Mia", "features": FEATURES}
        refused = await four_times(w, await alice.submit_modal(form, {**stands, "tick": False}))
        assert "The tick was missing" in text(refused)
        assert counts() == {"ticks": 0, "waiting": 0, "faces": 0}
        assert not [path for path in (w.folder / "pictures").rglob("*") if path.is_file()]
        form = await four_times(w, await alice.slash(art, "character save", **asked))
        sent = await four_times(w, await alice.submit_modal(form, {**stands, "tick": True}))
        assert "Mia is saved" in text(sent)
        assert counts() == {"ticks": 1, "waiting": 0, "faces": 1}
        adults = w.discord.channel("adults", nsfw=True)
        for identity in ("seed", "reference"):
            scene: dict[str, Any] = {"character": "Mia", "scene": "in a bikini at the sea", "identity": identity}
            posed = await four_times(w, await alice.slash(adults, "character pose", **scene))
            assert "may show a real person" in text(posed)
        await (await alice.slash(art, "character save", name="Ivy", features=FEATURES)).acknowledged()
        free = await alice.slash(adults, "character pose", character="Ivy", scene="in a bikini at the sea")
        await free.acknowledged()
        assert "may show" not in text(free)
        assert len(w.rows("SELECT id FROM portrait")) == 1
        await w.honest()


async def test_a_file_with_faces_waits_in_the_members_own_message(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, bob = w.discord.channel("art"), w.discord.member("bob")
        out = io.BytesIO()
        listed = [{"name": "Ann", "features": FEATURES, "seed": 3, "reference": "images/a.png"}]
        with zipfile.ZipFile(out, "w") as archive:
            document = {"format": "limner-characters", "version": 1, "characters": listed}
            archive.writestr("characters.json", json.dumps(document))
            archive.writestr("images/a.png", a_face())
        file = w.discord.upload(out.getvalue(), "mine.zip", "application/zip")
        asked = await four_times(w, await bob.slash(art, "character import", file=file))
        assert "Whose faces" in text(asked)
        assert w.rows("SELECT 1 FROM character") == []
        await w.bot.kill()
        await w.start()
        assert asked.answer
        await four_times(w, await bob.click(asked.answer, "So it is"), "Ann")
        assert w.rows("SELECT name, origin FROM character") == [{"name": "Ann", "origin": "imported"}]
        assert len(w.rows("SELECT user_id FROM consent")) == 1
        await w.honest()
