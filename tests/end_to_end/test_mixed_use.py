"""Everything at once: nobody waits for what somebody else asked for, however much it is."""

import asyncio
import hashlib
import io
import json
import random
import sqlite3
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.domain.characters import archives, own
from bot.domain.characters.character import Character
from bot.domain.ids import CharacterId, UserId
from bot.storage.database import open_database
from tests.end_to_end.running_bot import RunningBot, final, unstarted
from tests.fakes.discord_wire import Interaction, Member
from tests.fakes.faces import a_face
from tests.fakes.history import MEMBER, fill
from tests.fakes.vendor import FakeVendor
from tests.fakes.watched import COMMAND, HELD

PORTRAITS, PICTURES, CHARACTERS, FACES = 5000, 300, 200, 40
ANSWERED, HELD_AT_MOST = 2.5, 0.250
ROOMY = {
    "LIMNER_QUOTA__GUILD_PER_DAY": "1000000",
    "LIMNER_QUOTA__GUILD_PER_MONTH": "1000000",
    "LIMNER_QUOTA__CEILING_GUILD_PER_MONTH": "1000000",
    "LIMNER_LIMITS__CHARACTERS_PER_MEMBER": "1000",
    "LIMNER_MODELSLAB__MAX_IN_FLIGHT": "10",
}


def _grainy(number: int) -> bytes:
    """A picture of about 100 kB that is like no other."""
    rng, file = random.Random(number), io.BytesIO()
    Image.frombytes("RGB", (184, 184), rng.randbytes(184 * 184 * 3)).save(file, "PNG")
    return file.getvalue()


def _kept_pictures(folder: Path) -> list[str]:
    """Files as the bot keeps them; their names."""
    names: list[str] = []
    for number in range(PICTURES):
        data = _grainy(number)
        digest = hashlib.sha256(data).hexdigest()
        names.append(f"{digest}.184x184.png")
        file = folder / digest[:2] / names[-1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return names


async def _lived_in(w: RunningBot) -> None:
    """Alice has 5,000 portraits of 300 pictures, and others as many; Carol has some of hers to delete."""
    path = w.folder / "limner.db"
    async with open_database(path) as database:
        await fill(database, 2 * PORTRAITS)
    names = _kept_pictures(w.folder / "pictures")
    alice, carol = w.discord.member("alice").id, w.discord.member("carol").id
    with sqlite3.connect(path) as connection:
        owner = (
            "UPDATE portrait SET guild_id = ?, owner_id = CASE owner_id WHEN ? THEN ? WHEN 2 THEN ? ELSE owner_id END"
        )
        connection.execute(owner, (w.discord.home.id, MEMBER, alice, carol))
        connection.executemany(
            "UPDATE take SET image = ? WHERE seq % ? = ?",
            [(name, PICTURES, number) for number, name in enumerate(names)],
        )
    connection.close()


def _library() -> bytes:
    """An archive of Limner's own with 200 characters, some with a face."""
    listed: list[tuple[Character, str | None]] = []
    files: dict[str, bytes] = {}
    for number in range(CHARACTERS):
        name = f"images/{number:03}.png" if number < FACES else None
        if name:
            files[name] = a_face(colour=(number * 5, 120, 90))
        features = "woman with short dark hair, freckles, brown eyes"
        listed.append(
            (Character(CharacterId(f"c{number}"), UserId(1), f"Mia {number}", features, 42, datetime.now(UTC)), name)
        )
    return archives.pack({archives.MANIFEST: own.manifest(listed), **files})


@dataclass
class Use:
    """What members do, and the interactions that came of it."""

    w: RunningBot
    asked: list[Interaction]

    def member(self, name: str, *permissions: str) -> Member:
        return self.w.discord.member(name, permissions=permissions)

    async def slash(self, who: Member, command: str, /, **options: Any) -> Interaction:
        asked = await who.slash(self.w.discord.general, command, **options)
        self.asked.append(asked)
        return asked

    async def portraits(self, seconds: float) -> None:
        """Five a second, of forty members, until all are painted."""
        painting: list[Interaction] = []
        for number in range(round(seconds * 5)):
            painting.append(await self.slash(self.member(f"m{number % 40}"), "portrait", prompt="a sailor"))
            await asyncio.sleep(0.2)
        for each in painting:
            assert (await final(each, 60)).images

    async def export(self) -> None:
        asked = await self.slash(self.member("alice"), "privacy export")
        await asked.until(lambda message: message.files, 60)
        # Several parts may come.
        await asyncio.sleep(2)
        parts = [message for message in (asked.original, *asked.followups) if message]
        found = [zipfile.ZipFile(io.BytesIO(data)) for part in parts for data in part.attachments.values()]
        [about] = [json.loads(each.read("limner.json")) for each in found if "limner.json" in each.namelist()]
        assert len(about["portraits"]) == PORTRAITS

    async def bring(self) -> None:
        file = self.w.discord.upload(_library(), "library.zip")
        self.w.ticked(self.member("bob"))
        asked = await self.slash(self.member("bob"), "character import", file=file)
        card = await asked.until(lambda message: not message.is_loading, 60)
        assert f"{CHARACTERS}" in card.text

    async def chart(self) -> None:
        for _ in range(3):
            asked = await self.slash(self.member("admin", "manage_guild"), "quota report", period="month")
            assert (await asked.until(lambda message: message.files, 60)).images

    async def delete(self) -> None:
        """It empties the log at once, and the file is rewritten at the next round."""
        carol = self.member("carol")
        asked = await (await self.slash(carol, "privacy delete")).acknowledged()
        assert asked.message
        confirmed = await carol.click(asked.message, "Delete everything")
        self.asked.append(confirmed)
        await confirmed.until(lambda message: "Delete everything" not in message.buttons, 60)

    async def suggestions(self, seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            pose = "character pose"
            asked = await self.member("bob").autocomplete(self.w.discord.general, pose, focused="character", value="mi")
            self.asked.append(asked)
            await asyncio.sleep(0.5)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_nobody_waits_for_what_somebody_else_asked_for(tmp_path: Path) -> None:
    held_file = tmp_path / "held.jsonl"
    async with unstarted(tmp_path, FakeVendor, COMMAND, **{HELD: str(held_file), **ROOMY}) as w:
        await _lived_in(w)
        w.vendor.job_seconds = 0.5
        await w.start()
        assert await w.discord.changes.until(lambda: w.discord.commands.get(None), 10)
        held_file.write_text("")
        use = Use(w, [])
        await asyncio.gather(
            use.portraits(15), use.suggestions(15), use.export(), use.bring(), use.chart(), _later(3, use.delete())
        )
        await w.settled(60)
        async with asyncio.timeout(30):
            while w.rows("SELECT 1 FROM keeping WHERE rewrite = 1"):
                await asyncio.sleep(0.1)
        held = [json.loads(line) for line in held_file.read_text().splitlines()]
        longest = max(held, key=lambda each: each["seconds"], default={"seconds": 0.0, "where": []})
        slowest = max(use.asked, key=lambda each: each.ack_seconds or 99)
        assert (slowest.ack_seconds or 99) <= ANSWERED, slowest
        assert longest["seconds"] <= HELD_AT_MOST, "\n\n".join([str(longest["seconds"]), *longest["where"]])
        assert "rewriting the database" in w.bot.output
        assert w.discord.violations == []


async def _later(seconds: float, what: Any) -> None:
    await asyncio.sleep(seconds)
    await what
