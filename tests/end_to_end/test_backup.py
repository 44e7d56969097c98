"""A backup that is taken while the bot paints, put back in a new folder, and played on."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.portraits.vendor import Picture
from bot.storage.database import open_database
from bot.storage.pictures import FilePictures
from tests.end_to_end.running_bot import final, running_bot, until
from tests.fakes.processes import REPO
from tests.fakes.warm import completed
from tests.storage.test_backup import UPLOAD

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
        (("backup", "b" * 300), "name too long"),
        (("restore", "b" * 300), "name too long"),
        (("restore", "--check", "b" * 300), "name too long"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_78(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = completed("db", *arguments, folder=tmp_path, env=at(tmp_path))
    assert done.returncode == 78
    assert done.stderr.startswith("limner: ")
    assert said in done.stderr.casefold()
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


async def filled(home: Path) -> None:
    """A database with pictures whose backup takes a while."""
    pictures = FilePictures(home / "pictures")
    async with open_database(home / "limner.db") as database:
        for number in range(60):
            name = await pictures.keep(Picture(os.urandom(2**20), "image/png", 8, 8))
            await database.write(lambda tx, row={"id": str(number), "image": name}: tx.run(UPLOAD, row))


@pytest.mark.skipif(os.name == "nt", reason="there are no signals")
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("arguments", [("backup", "out/b.tar"), ("restore", "b.tar")])
async def test_what_is_told_to_stop_leaves_nothing_half_done(
    tmp_path: Path, arguments: tuple[str, str], end: str
) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    await filled(home)
    if arguments[0] == "restore":
        saved = completed("db", "backup", "b.tar", folder=tmp_path, env=at(home))
        assert saved.returncode == 0, saved.stderr
    out.mkdir()
    env = at(home if arguments[0] == "backup" else out) | {"PYTHONPATH": str(REPO)}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "db", *arguments], cwd=tmp_path, env=env, stderr=subprocess.PIPE
    )
    while not any(path.stat().st_size for path in out.glob(".*")):
        assert process.poll() is None
        await asyncio.sleep(0.005)
    process.send_signal(getattr(signal, end))
    said = process.communicate(timeout=20)[1]
    assert (process.returncode, b"Traceback" in said) == (1, False), said
    assert [path.name for path in out.rglob("*") if path.is_file() and path.suffix != ".png"] in (
        [],
        ["limner.db.lock"],
    )
