"""The bot is killed while it paints, on a database of every schema there ever was, and started as today's version."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import final, running_bot, until
from tests.fakes import past

FEATURES = "woman with short dark hair, freckles, brown eyes"


@pytest.mark.slow
@pytest.mark.parametrize("version", past.VERSIONS)
async def test_a_member_plays_on(tmp_path: Path, version: int) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="2") as w:
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        card = await final(await (await alice.slash(art, "portrait", prompt=FEATURES, seed=7)).acknowledged())
        form = await (await alice.click(card, "Save this face")).acknowledged()
        await (await alice.submit_modal(form, {"name": "Mia", "features": FEATURES})).acknowledged()
        w.vendor.job_seconds = 4.0
        running = await (await alice.slash(art, "portrait", prompt="a sailor", count=3)).acknowledged()
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted' AND number = 1")
        await until(w, "SELECT 1 FROM take WHERE state = 'queued' AND number = 2")
        await w.bot.kill()
        w.vendor.job_seconds = 0.0
        file = tmp_path / "limner.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.rename(tmp_path / "today")
        # What the version of that day would have left, down to the rows that its tables did not have yet.
        past.transplant(tmp_path / "today", file, version)
        (tmp_path / "today").unlink()
        past.fill(file)
        used = w.used()
        await w.start()

        assert len((await final(running)).images) == 3
        assert len(w.vendor.orders) == 4, "nothing is ordered twice"
        assert (await final(await (await alice.click(card, "Reroll")).acknowledged())).images
        posed = await alice.slash(art, "character pose", character="Mia", scene="at sea")
        assert (await final(await posed.acknowledged())).images
        gallery = await (await alice.slash(art, "gallery")).acknowledged()
        await gallery.until(lambda each: each.images)
        await w.settled()
        more = {name: count - used.get(name, 0) for name, count in w.used().items()}
        assert set(more.values()) <= {0, 2}, "two more portraits were counted, and none of the old ones anew"
        assert max(more.values()) == 2
        w.silent()
        assert w.discord.violations == []
