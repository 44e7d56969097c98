"""What the vendor can do to one order, and what the member and the operator then read."""

import json
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from tests.end_to_end.mischief import Mischief, MischievousVendor, bomb, drip, error, flood, links, png, says, silence
from tests.end_to_end.running_bot import RunningBot
from tests.fakes.discord_wire import Interaction
from tests.fakes.vendor import Answer

DEADLINE = 9
PICTURE = "seed "
REFUSED, AWAY = "The image service refused this request", "The artist is away"
DOWN, NO_PICTURE = "The image service is not answering", "something that is not a picture"
LATE, LOST, UNSAFE = "not ready in time", "I lost touch with the image service", "safety filter withheld"
JOB = "http://{host}/images/{job}.png"


@dataclass
class Case:
    """What the vendor does, what the member reads, what the operator reads, and how often it was ordered."""

    mischief: Mischief
    reads: str
    logged: str = ""
    orders: int = 1
    count: int = 1


def submit(*steps: object, reads: str, logged: str = "", orders: int = 1) -> Case:
    return Case(Mischief(submit=cast("list[Answer]", list(steps))), reads, logged, orders)


def image(*steps: object, reads: str, logged: str = "") -> Case:
    return Case(Mischief(image=cast("list[Answer]", list(steps))), reads, logged)


def processing(**fields: object) -> object:
    return says(status="processing", output=[], **{"eta": 0.25, **fields})


async def bare_link(vendor: MischievousVendor, _request: web.Request, job_id: int) -> web.StreamResponse:
    return web.json_response(
        {"status": "success", "id": str(job_id), "output": JOB.format(host=vendor.host, job=job_id)}
    )


async def html_success(vendor: MischievousVendor, _request: web.Request, job_id: int) -> web.StreamResponse:
    body = {"status": "success", "id": job_id, "output": [JOB.format(host=vendor.host, job=job_id)]}
    return web.Response(text=json.dumps(body), content_type="text/html")


NOT_YET = Answer(body={"status": "processing", "messege": "try again", "output": ""})
HTML = Answer(502, raw=b"<html><h1>502 Bad Gateway</h1></html>", headers={"Content-Type": "text/html"})


def refusals() -> dict[str, Case]:
    """Errors, by their status or in words."""
    return {
        "error at 200": submit(error(200, "Something is wrong"), reads=REFUSED, logged="Rejected at POST"),
        "error at 400": submit(error(400, "prompt is required"), reads=REFUSED, logged="-> 400 (prompt is required)"),
        "error at 403": submit(error(403, "a premium feature"), reads=AWAY, logged="NotAllowed"),
        "error at 404": submit(error(404, "Model not found: x"), reads=REFUSED, logged="-> 404 (Model not found"),
        "error at 500": submit(error(500, "Internal server error"), reads=DOWN, logged="VendorDown at POST"),
        "html at 502": submit(HTML, reads=DOWN, logged="-> 502"),
        "error at 503": submit(error(503, "unavailable"), reads=DOWN, logged="-> 503"),
        "gateway gave up": submit(Answer(504, raw=b"timeout"), reads=LOST, logged="OutcomeUnknown"),
        "failed": submit(says(status="failed", message="GPU lost"), reads=REFUSED, logged="(GPU lost)"),
        "failed while polling": Case(
            Mischief([processing()], [Answer(body={"status": "failed", "id": 1, "message": "GPU lost"})]),  # type: ignore[list-item]
            REFUSED,
            "(GPU lost)",
        ),
        "messege": submit(
            Answer(body={"status": "error", "messege": "width is odd"}), reads=REFUSED, logged="width is odd"
        ),
        "message as an object": submit(
            error(200, {"prompt": ["is too long"], "seed": ["is odd"]}), reads=REFUSED, logged="is too long; is odd"
        ),
        "the prompt quoted back": submit(
            error(400, "Bad prompt: the prompt quoted back, professional headshot"), reads=REFUSED, logged="[prompt]"
        ),
    }


def odd_answers() -> dict[str, Case]:
    """Answers in another shape than the documents promise, or none."""
    return {
        "not json": submit(Answer(raw=b"all is well"), reads=LOST, logged="OutcomeUnknown"),
        "half json": submit(Answer(raw=b'{"status": "succ'), reads=LOST, logged="OutcomeUnknown"),
        "wrong content type": submit(html_success, reads=PICTURE),
        "empty output": submit(says(status="success", output=[]), reads=NO_PICTURE, logged="without a usable link"),
        "blank output": submit(says(status="success", output=""), reads=NO_PICTURE, logged="without a usable link"),
        "bare string output": submit(bare_link, reads=PICTURE),
        "fewer images than asked": Case(
            Mischief([None, says(status="success", output=[])]), "of 3 could not be painted", "usable link", 3, 3
        ),
        "processing for ever": Case(Mischief([processing()], [NOT_YET]), LATE, "deadline"),  # type: ignore[list-item]
        "processing with eta 605": Case(Mischief([processing(eta=605)], [NOT_YET]), LATE, "deadline"),  # type: ignore[list-item]
        "another id in fetch_result": submit(
            processing(fetch_result="https://modelslab.com/api/v6/images/fetch/1"), reads=PICTURE
        ),
        "reset after the order": submit(Answer(close_after=True), reads=LOST, logged="OutcomeUnknown"),
        "silence": submit(silence, reads=LATE, logged="deadline"),
    }


def bad_pictures() -> dict[str, Case]:
    """Links whose picture is late, broken, too large, or not to be shown."""
    return {
        "404 at first": image(Answer(404), Answer(404), None, reads=PICTURE),
        "a link to text": image(Answer(raw=b"I am no picture. " * 50), reads=NO_PICTURE, logged="not a picture"),
        "cut off": image(Answer(raw=png()[:60]), reads=NO_PICTURE, logged="truncated"),
        "cut off once": image(Answer(raw=png()[:60]), None, reads=PICTURE),
        "60 MB": image(flood, reads=NO_PICTURE, logged="larger than"),
        "a bomb": image(Answer(raw=bomb()), reads=NO_PICTURE, logged="pixels a side"),
        "a slow drip": image(drip, reads=LATE, logged="deadline"),
        "flagged at the top": submit(
            says(status="success", output=["https://x.test/1.png"], nsfw_content_detected=True),
            reads=UNSAFE,
            logged="Filtered",
        ),
        "flagged in meta": submit(
            says(status="success", output=["https://x.test/1.png"], meta={"nsfw_content_detected": [True]}),
            reads=UNSAFE,
            logged="Filtered",
        ),
        "a black picture": image(Answer(raw=png((0, 0, 0))), reads=UNSAFE, logged="the picture is black"),
    }


def traps(evil: str) -> dict[str, Case]:
    """Links to where the bot must never go; `evil` is a host on this machine."""
    return {
        "fetch_result elsewhere": submit(processing(fetch_result=f"http://{evil}/fetch/1"), reads=PICTURE),
        "redirect to a private address": image(
            Answer(302, raw=b"", headers={"Location": f"http://{evil}/x.png"}), reads=NO_PICTURE, logged="UnsafeLink"
        ),
        "a private address": submit(links(f"http://{evil}/x.png"), reads=NO_PICTURE, logged="UnsafeLink"),
        "the address of cloud secrets": submit(
            links("https://169.254.169.254/latest/meta-data"), reads=NO_PICTURE, logged="not a public address"
        ),
        "a file": submit(links("file:///etc/passwd"), reads=NO_PICTURE, logged="without a usable link"),
    }


def cases(evil: str) -> dict[str, Case]:
    """`evil` is a host on this machine that the bot must never call."""
    return refusals() | odd_answers() | bad_pictures() | traps(evil)


async def ask(w: RunningBot, prompt: str, count: int = 1, who: str = "alice") -> Interaction:
    asked = await w.discord.member(who).slash(w.discord.channel("art"), "portrait", prompt=prompt, count=count)
    return await asked.acknowledged()
