"""The image of the Dockerfile, built for real and run as an engine with a read-only root would run it.

IMAGE_BUILDER names a program that builds the folder it is given, as `localhost/limner` in buildah's storage.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import final, unstarted
from tests.fakes.contained import COMMAND, DATA, OWNER, ROOT
from tests.fakes.processes import REPO, BotProcess
from tests.fakes.vendor import FakeVendor

BUILDER = os.environ.get("IMAGE_BUILDER", "")
# Not the image's own user: any will do.
NOBODY = 4242
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not BUILDER, reason="IMAGE_BUILDER names nothing that builds images"),
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting an image needs root"),
    # Built once, by one worker.
    pytest.mark.xdist_group("image"),
]


@dataclass(frozen=True)
class Built:
    """The image: its files, and what it says of itself."""

    root: Path
    config: dict[str, Any]

    @property
    def env(self) -> dict[str, str]:
        return dict(each.split("=", 1) for each in self.config["Env"])


def buildah(*words: str) -> str:
    env = os.environ | {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    return subprocess.run(["buildah", *words], check=True, capture_output=True, text=True, env=env).stdout.strip()


@pytest.fixture(scope="module")
def image() -> Iterator[Built]:
    subprocess.run([BUILDER, str(REPO)], check=True, timeout=800)
    container = buildah("from", "--pull-never", "localhost/limner")
    try:
        about = json.loads(buildah("inspect", "--type", "image", "localhost/limner"))
        yield Built(Path(buildah("mount", container)), about["OCIv1"]["config"])
    finally:
        buildah("umount", container)
        buildah("rm", container)


def test_it_says_what_it_is_and_runs_as_nobody(image: Built) -> None:
    labels = image.config["Labels"]
    assert labels["org.opencontainers.image.title"] == "Limner"
    assert labels["org.opencontainers.image.licenses"] == "MIT"
    assert {"version", "revision", "description"} <= {name.rpartition(".")[2] for name in labels}
    assert image.config["User"] == "10001:10001"
    assert image.config["Entrypoint"] == ["/app/.venv/bin/python", "-m", "bot"]
    assert not [
        name for name in image.env if "TOKEN" in name or "KEY" in name or ("SECRET" in name and "GPG" not in name)
    ]


def test_it_holds_the_bot_and_nothing_else(image: Built) -> None:
    app = image.root / "app"
    assert sorted(each.name for each in app.iterdir()) == [".venv", "bot", "cogs", "pyproject.toml", "uv.lock"]
    [packages] = (app / ".venv/lib").glob("python3*/site-packages")
    there = {each.name.partition("-")[0].lower() for each in packages.iterdir()}
    assert not there & {"pip", "uv", "simcord", "dicebear", "pytest", "hypothesis", "ruff", "cv2", "psycopg", "moto"}
    assert "uvloop" in there, "the faster loop"
    assert not list(packages.rglob("*.pyi"))
    assert not (packages / "discord/bin").exists()
    for source in (*(app / "bot").rglob("*.py"), *(app / "cogs").rglob("*.py")):
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")), source
    megabytes = sum(each.stat().st_size for each in app.rglob("*") if each.is_file() and not each.is_symlink()) / 1e6
    assert megabytes < 170, "what is beside the base"
    assert not list((image.root / "var/lib/apt/lists").glob("*Packages*"))


async def test_it_paints_with_a_root_that_cannot_be_written_as_any_user(image: Built, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.chown(data, NOBODY, NOBODY)
    own = image.env | {ROOT: str(image.root), DATA: str(data), OWNER: str(NOBODY)}
    own.pop("LIMNER_DATABASE__URL")
    async with unstarted(tmp_path / "log", FakeVendor, (*COMMAND, "run"), **own) as w:
        await w.bot.start()
        await w.bot.ready(60)
        await w.discord.until_connected()
        assert await w.discord.changes.until(lambda: w.discord.commands.get(None), 20)
        alice = w.discord.member("alice")
        assert (await final(await alice.slash(w.discord.channel("art"), "portrait", prompt="a sailor"))).images
        assert await _ends(w.bot, "health") == 0
        assert await _ends(w.bot, "health", "--ready") == 0
        assert await w.bot.terminate() == 0
        assert await _ends(w.bot, "health") == 1
        assert w.discord.violations == []
    names = {each.name for each in data.iterdir()}
    assert (
        {"limner.db", "pictures"}
        <= names
        <= {"limner.db", "limner.db-wal", "limner.db-shm", "limner.db.lock", "pictures"}
    )
    assert {each.stat().st_uid for each in data.rglob("*")} == {NOBODY}


async def _ends(bot: BotProcess, *words: str) -> int | None:
    """What another command of the same container ends with."""
    process = await asyncio.create_subprocess_exec(sys.executable, *COMMAND, *words, cwd=REPO, env=bot.env)
    return await asyncio.wait_for(process.wait(), 60)
