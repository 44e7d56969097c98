"""A backup that is taken while the bot paints, put back in a new folder, and played on."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import final, running_bot, until
from tests.fakes.warm import completed

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"


def at(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LIMNER_DATABASE__URL": f"sqlite:///{folder}/limner.db"}


async def test_a_backup_under_load_is_played_on_elsewhere(tmp_path: Path) -> None:
    first, second, archive = tmp_path / "first", tmp_path / "second", tmp_path / "b.tar"
    first.mkdir()
    async with running_bot(first) as w:
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        card = await final(await (await alice.slash(art, "portrait", prompt=FEATURES, seed=7)).acknowledged())
        form = await (await alice.click(card, "Save this face")).acknowledged()
        await (await alice.submit_modal(form, {"name": "Mia", "features": FEATURES})).acknowledged()
        w.vendor.job_seconds = 0.3
        for number in range(30):
            await (await alice.slash(art, "portrait", prompt=f"a sailor {number}")).acknowledged()
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        saved = await asyncio.to_thread(completed, "db", "backup", str(archive), folder=tmp_path, env=at(first))
        assert (saved.returncode, saved.stderr) == (0, ""), saved.stderr
        open_then = len(w.rows("SELECT 1 FROM portrait WHERE state = 'open'"))
        refused = await asyncio.to_thread(
            completed, "db", "restore", "--replace", str(archive), folder=tmp_path, env=at(first)
        )
        assert (refused.returncode, len(refused.stderr.splitlines())) == (78, 1)
        assert open_then, "it was taken while there was work"
        # The machine is gone, and another one goes on from the backup.
        await w.bot.kill()
        restored = await asyncio.to_thread(completed, "db", "restore", str(archive), folder=tmp_path, env=at(second))
        assert (restored.returncode, restored.stderr) == (0, ""), restored.stderr
        w.bot.env.update(at(second))
        w.folder = second
        await w.start()
        await w.settled()
        assert w.rows("SELECT count(*) AS n FROM quota_hold WHERE state = 'held'") == [{"n": 0}]
        posed = await (await alice.slash(art, "character pose", character="Mia", scene="at sea")).acknowledged()
        assert (await final(posed)).images
        gallery = await (await alice.slash(art, "gallery")).acknowledged()
        await gallery.until(lambda each: each.images)
        w.silent()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "b.tar"), "there is no"),
        (("status",), "there is no"),
        (("restore", "b.tar"), "there is no b.tar"),
        (("restore", "--check", "b.tar"), "b.tar"),
        (("backup", "no/such/folder/b.tar"), "there is no"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_78(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = completed("db", *arguments, folder=tmp_path, env=at(tmp_path))
    assert done.returncode == 78
    assert done.stderr.startswith("limner: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
