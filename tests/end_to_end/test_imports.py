"""Files of characters come in and go out through the real bot, on the wire of a strict Discord."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.domain.characters.cards import containers, picture
from tests.end_to_end.running_bot import RunningBot, running_bot
from tests.fakes.discord_wire import Message

pytestmark = pytest.mark.slow

CONTAINERS = containers()
LOOK = "short red hair, green eyes, freckles"
TUPPERBOX = {
    "tuppers": [
        {"name": "Rin", "brackets": ["r:", ""], "avatar_url": None, "description": None},
        {"name": "Sol", "brackets": ["s:", ""], "avatar_url": None, "description": "tall, grey beard, brown eyes"},
    ],
    "groups": [],
}


async def brought(w: RunningBot, name: str, data: bytes, member: str = "alice") -> Message:
    upload = w.discord.upload(data, name, "application/octet-stream")
    # Who asks about faces is another story.
    w.ticked(w.discord.member(member))
    asked = await w.discord.member(member).slash(w.discord.channel("art"), "character import", file=upload)
    return await asked.until(lambda message: not message.is_loading, 20.0)


def rezipped(data: bytes) -> bytes:
    """As a Finder does it: a folder around everything, and its own notes beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(f"limner-1/{name}", old.read(name))
            new.writestr(f"__MACOSX/limner-1/._{name.rpartition('/')[2]}", b"\0\5\x16\7")
        new.writestr("limner-1/.DS_Store", b"Bud1")
    return out.getvalue()


async def test_every_container_of_a_card_arrives_with_its_look(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_LIMITS__CHARACTERS_PER_MEMBER="200") as w:
        for number, (name, data) in enumerate(CONTAINERS.items()):
            said = await brought(w, name, data, f"member {number}")
            assert "Mia" in said.text, f"{name}: {said.text}"
        features = [row["features"] for row in w.rows("SELECT features FROM character")]
        assert len(features) == len(CONTAINERS)
        assert [each for each in features if LOOK not in each or "moved to town" in each] == []
        await w.honest()


async def test_what_has_no_features_blocks_no_name_and_a_lorebook_is_called_that(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        said = await brought(w, "tuppers.json", json.dumps(TUPPERBOX).encode())
        assert "Rin" in said.text
        assert [row["name"] for row in w.rows("SELECT name FROM character")] == ["Sol"]
        book: dict[str, Any] = {"name": "Lands", "entries": {"0": {"key": ["sea"], "content": "salt", "comment": ""}}}
        refused = await brought(w, "book.json", json.dumps(book).encode())
        assert "lorebook" in refused.text
        assert len(w.rows("SELECT 1 FROM character")) == 1
        w.silent()
        assert w.discord.violations == []


@pytest.mark.parametrize("change", [lambda data: data, rezipped], ids=["as it was", "unpacked and zipped again"])
async def test_an_export_comes_back_to_somebody_else_as_it_was(tmp_path: Path, change: Any) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        face = w.discord.upload(picture(colour=(180, 120, 90)), "mia.png", "image/png")
        w.ticked(alice)
        saved = await alice.slash(art, "character save", name="Mia", features=LOOK, seed=99, reference=face)
        await saved.until(lambda message: "Mia" in message.text, 10.0)
        exported = await (await alice.slash(art, "character export")).until(lambda message: message.files, 10.0)
        said = await brought(w, "limner.zip", change(exported.files[0].data), "bob")
        assert "Mia" in said.text
        mine, theirs = w.rows("SELECT name, features, seed, identity, reference FROM character ORDER BY created_at")
        assert mine == theirs
        await w.honest()
