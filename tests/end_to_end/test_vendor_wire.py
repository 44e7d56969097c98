"""What the vendor hands over in other ways than by a plain link, and jobs that are known elsewhere."""

import asyncio
import base64
import io
import json
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web
from PIL import Image

from tests.end_to_end.faults import ask
from tests.end_to_end.mischief import Mischief, MischievousVendor, Step, says
from tests.end_to_end.running_bot import final, kill_and_return, more, running_bot, until
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow


def grain(side: int) -> bytes:
    """A picture that no format makes small."""
    file = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(file, "PNG", compress_level=1)
    return file.getvalue()


LARGE = grain(1024)
PLAIN = base64.b64encode(LARGE).decode()
LINES = base64.encodebytes(LARGE).decode()
URLSAFE = base64.urlsafe_b64encode(LARGE).decode().rstrip("=")


def php(**fields: object) -> Answer:
    """JSON as PHP writes it: with every slash escaped, after a byte order mark."""
    raw = json.dumps({"status": "success", **fields}).replace("/", "\\/").encode("utf-8-sig")
    return Answer(raw=raw, headers={"Content-Type": "text/html"})


def answered(output: object) -> Mischief:
    return Mischief([says(status="success", output=output)])


def polled(output: object) -> Mischief:
    later = says(status="processing", output=[], eta=0.25, id="0b5f-7/é+1")
    return Mischief([later], [php(id=1, output=output)])


INLINE: dict[str, Mischief] = {
    "data uri": answered([f"data:image/png;base64,{PLAIN}"]),
    "bare text": answered(PLAIN),
    "with lines": answered([f"data:image/png;charset=binary;base64,\n{LINES}"]),
    "url safe": answered([f"DATA:image/png;base64,{URLSAFE}"]),
    "as an object": answered({"0": f"data:;base64,{PLAIN}"}),
    "a text file": Mischief(image=[Answer(raw=LINES.encode(), headers={"Content-Type": "text/plain"})]),
}


async def test_a_picture_inside_the_answer_is_delivered(tmp_path: Path) -> None:
    assert len(LARGE) > 1.5e6
    async with running_bot(tmp_path, MischievousVendor, LIMNER_MODELSLAB__MAX_IN_FLIGHT="20") as w:
        vendor = cast("MischievousVendor", w.vendor)
        vendor.mischief = dict(INLINE)
        asked = await asyncio.gather(*(ask(w, prompt) for prompt in INLINE))
        for prompt, each in zip(INLINE, asked, strict=True):
            assert (await final(each, 40)).images, prompt
        vendor.fetch_script.append(php(id=1, output=[f"data:image/png;base64,{PLAIN}"]))
        vendor.script.append(Answer(body={"status": "Processing ", "id": "0b5f-7:é+1", "eta": "0.25", "output": None}))
        assert (await final(await ask(w, "an id of another kind"), 30)).images
        assert vendor.fetches[-1].body["request_id"] == "0b5f-7:é+1"
        assert "Traceback" not in w.bot.output
        await w.honest()


async def test_a_signed_link_is_asked_for_to_the_letter(tmp_path: Path) -> None:
    signed = "/images/96000001.png?X-Credential=AK%2F2026%2Fs3&Signature=a/b+c%3D%3D&x=%7e&path=/a/../b"
    seen: list[str] = []

    async def keep(vendor: MischievousVendor, request: web.Request, _job: int) -> web.StreamResponse:
        seen.append(request.raw_path)
        return web.Response(body=LARGE, content_type="application/octet-stream")

    async def link(vendor: MischievousVendor, _request: web.Request, job: int) -> web.StreamResponse:
        return web.json_response({"status": "success", "id": job, "output": [f"HTTP://{vendor.host}{signed}"]})

    async with running_bot(tmp_path, MischievousVendor) as w:
        cast("MischievousVendor", w.vendor).mischief = {"signed": Mischief(cast("list[Step]", [link]), image=[keep])}
        assert (await final(await ask(w, "signed"))).images
        assert seen == [signed]
        await w.honest()


@pytest.mark.parametrize("restarted", [False, True], ids=["at once", "after a restart"])
@pytest.mark.parametrize("known_at", ["image_editing", "images", "images, and image_editing is no address"])
async def test_a_paid_enlargement_is_found_wherever_the_vendor_keeps_it(
    tmp_path: Path, known_at: str, restarted: bool
) -> None:
    async with running_bot(tmp_path) as w:
        alice = w.discord.member("alice")
        card = await final(await ask(w, "a sailor"))
        w.vendor.known_at = {"image_editing": known_at.partition(",")[0]}
        w.vendor.no_route = {"image_editing"} if "no address" in known_at else set()
        w.vendor.processing_polls = 2
        w.vendor.job_seconds = 1.5 if restarted else 0.0
        clicked = await more(alice, card, "Upscale")
        if restarted:
            await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
            await kill_and_return(w)
        larger = await final(clicked, 30)
        assert larger.images
        assert len(w.vendor.accepted) == 2
        first = next(each.endpoint for each in w.vendor.fetches)
        assert first.startswith("/v6/image_editing/fetch/")
        assert w.vendor.fetches[-1].endpoint.startswith(f"/v6/{known_at.partition(',')[0]}/fetch/")
        await w.honest()
