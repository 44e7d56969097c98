"""Whatever the vendor does, each member gets one clear answer in time, pays for pictures only, and the log says why."""

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web

from tests.end_to_end.mischief import (
    Mischief,
    MischievousVendor,
    bomb,
    drip,
    error,
    flood,
    links,
    png,
    says,
    silence,
)
from tests.end_to_end.world import World, final, world
from tests.fakes.discord_wire import Interaction
from tests.fakes.vendor import Answer

DEADLINE = 9
PICTURE = "seed "
REFUSED, AWAY = "The image service refused this request", "The artist is away"
DOWN, NO_PICTURE = "The image service is not answering", "something that is not a picture"
LATE, LOST, UNSAFE = "not ready in time", "I lost touch with the image service", "safety filter withheld"
JOB = "http://{host}/images/{job}.png"
OWN = {
    "LIMNER_MODELSLAB__DEADLINE_SECONDS": str(DEADLINE),
    "LIMNER_MODELSLAB__MAX_IN_FLIGHT": "60",
    "LIMNER_MODELSLAB__BREAKER_FAILURES": "1000",
}


@dataclass
class Case:
    """What the vendor does, what the member reads, what the operator reads, and how often it was ordered."""

    mischief: Mischief
    reads: str
    logged: str = ""
    orders: int = 1
    count: int = 1
    hosts: list[str] = field(default_factory=list)


def submit(*steps: object, reads: str, logged: str = "", orders: int = 1) -> Case:
    return Case(Mischief(submit=cast("list[Answer]", list(steps))), reads, logged, orders)


def image(*steps: object, reads: str, logged: str = "") -> Case:
    return Case(Mischief(image=cast("list[Answer]", list(steps))), reads, logged)


def processing(**fields: object) -> object:
    return says(status="processing", output=[], **{"eta": 0.25, **fields})


NOT_YET = Answer(body={"status": "processing", "messege": "try again", "output": ""})
HTML = Answer(502, raw=b"<html><h1>502 Bad Gateway</h1></html>", headers={"Content-Type": "text/html"})


def cases(evil: str) -> dict[str, Case]:
    """`evil` is a host on this machine that the bot must never call."""
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
        "not json": submit(Answer(raw=b"all is well"), reads=NO_PICTURE, logged="BadAnswer"),
        "half json": submit(Answer(raw=b'{"status": "succ'), reads=NO_PICTURE, logged="BadAnswer"),
        "wrong content type": submit(html_success, reads=PICTURE),
        "empty output": submit(says(status="success", output=[]), reads=NO_PICTURE, logged="without a usable link"),
        "blank output": submit(says(status="success", output=""), reads=NO_PICTURE, logged="without a usable link"),
        "bare string output": submit(bare_link, reads=PICTURE),
        "processing for ever": Case(Mischief([processing()], [NOT_YET]), LATE, "deadline"),  # type: ignore[list-item]
        "processing with eta 605": Case(Mischief([processing(eta=605)], [NOT_YET]), LATE, "deadline"),  # type: ignore[list-item]
        "another id in fetch_result": submit(
            processing(fetch_result="https://modelslab.com/api/v6/images/fetch/1"), reads=PICTURE
        ),
        "fetch_result elsewhere": submit(processing(fetch_result=f"http://{evil}/fetch/1"), reads=PICTURE),
        "404 at first": image(Answer(404), Answer(404), None, reads=PICTURE),
        "a link to text": image(Answer(raw=b"I am no picture. " * 50), reads=NO_PICTURE, logged="not a picture"),
        "cut off": image(Answer(raw=png()[:60]), reads=NO_PICTURE, logged="truncated"),
        "cut off once": image(Answer(raw=png()[:60]), None, reads=PICTURE),
        "60 MB": image(flood, reads=NO_PICTURE, logged="larger than"),
        "a bomb": image(Answer(raw=bomb()), reads=NO_PICTURE, logged="pixels a side"),
        "a slow drip": image(drip, reads=LATE, logged="deadline"),
        "redirect to a private address": image(
            Answer(302, raw=b"", headers={"Location": f"http://{evil}/x.png"}), reads=NO_PICTURE, logged="UnsafeLink"
        ),
        "a private address": submit(links(f"http://{evil}/x.png"), reads=NO_PICTURE, logged="UnsafeLink"),
        "the address of cloud secrets": submit(
            links("https://169.254.169.254/latest/meta-data"), reads=NO_PICTURE, logged="not a public address"
        ),
        "a file": submit(links("file:///etc/passwd"), reads=NO_PICTURE, logged="without a usable link"),
        "reset after the order": submit(Answer(close_after=True), reads=LOST, logged="OutcomeUnknown"),
        "silence": submit(silence, reads=LATE, logged="deadline"),
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
        "fewer images than asked": Case(
            Mischief([None, says(status="success", output=[])]), "of 3 could not be painted", "usable link", 3, 3
        ),
        "the prompt quoted back": submit(
            error(400, "Bad prompt: the prompt quoted back, professional headshot"), reads=REFUSED, logged="[prompt]"
        ),
    }


async def bare_link(vendor: MischievousVendor, _request: web.Request, job_id: int) -> web.StreamResponse:
    return web.json_response(
        {"status": "success", "id": str(job_id), "output": JOB.format(host=vendor.host, job=job_id)}
    )


async def html_success(vendor: MischievousVendor, _request: web.Request, job_id: int) -> web.StreamResponse:
    body = {"status": "success", "id": job_id, "output": [JOB.format(host=vendor.host, job=job_id)]}
    return web.Response(text=json.dumps(body), content_type="text/html")


@asynccontextmanager
async def never_called() -> AsyncIterator[str]:
    """A host on this machine; it must not be called while this is open."""
    calls: list[str] = []

    async def note(request: web.Request) -> web.Response:
        calls.append(str(request.url))
        return web.Response(body=png(), content_type="image/png")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", note)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()
    assert calls == []


async def ask(w: World, prompt: str, count: int = 1, who: str = "alice") -> Interaction:
    asked = await w.discord.member(who).slash(w.discord.channel("art"), "portrait", prompt=prompt, count=count)
    return await asked.acknowledged()


def logged_about(w: World, prompt: str) -> list[str]:
    """The warnings and errors that the operator reads about one portrait."""
    [row] = w.rows(f"SELECT id FROM portrait WHERE json_extract(spec, '$.subject') = '{prompt}'")
    return [line for line in w.bot.lines if row["id"] in line and re.search(r" (WARNING|ERROR) ", line)]


async def outcome(w: World, prompt: str, case: Case) -> list[str]:
    """What is wrong with how this case ended; nothing when all is well."""
    begun = time.monotonic()
    asked = await ask(w, prompt, case.count)
    try:
        card = await final(asked, DEADLINE + 6)
    except TimeoutError:
        return [f"{prompt}: no answer after {time.monotonic() - begun:.0f} s"]
    problems: list[str] = []
    if case.reads not in card.text:
        problems.append(f"{prompt}: reads {card.text!r}")
    if bool(card.images) != (case.reads == PICTURE or case.count > 1):
        problems.append(f"{prompt}: {len(card.images)} images")
    if not card.images and "Nothing was charged" not in card.text:
        problems.append(f"{prompt}: says nothing about the cost")
    if not card.images and "Try again" not in card.buttons:
        problems.append(f"{prompt}: no way to try again")
    return problems


def checked_log(w: World, prompt: str, case: Case) -> list[str]:
    lines = logged_about(w, prompt)
    # At a deadline both the driver and the sweep may say so.
    most = 2 if case.reads == LATE or case.count > 1 else 1
    if case.logged and not (1 <= len(lines) <= most and any(case.logged in line for line in lines)):
        return [f"{prompt}: logged {lines}"]
    if not case.logged and lines:
        return [f"{prompt}: logged {lines}"]
    return []


async def test_every_fault_ends_in_one_clear_answer(tmp_path: Path) -> None:
    async with never_called() as evil, world(tmp_path, MischievousVendor, **OWN) as w:
        vendor, table = cast("MischievousVendor", w.vendor), cases(evil)
        vendor.mischief = {prompt: case.mischief for prompt, case in table.items()}
        found = await asyncio.gather(*(outcome(w, prompt, case) for prompt, case in table.items()))
        await w.settled()
        problems = [each for several in found for each in several]
        for prompt, case in table.items():
            problems += checked_log(w, prompt, case)
            orders = [each for each in vendor.orders if each["prompt"].startswith(f"{prompt},")]
            if len(orders) != case.orders:
                problems.append(f"{prompt}: ordered {len(orders)} times")
        assert problems == [], "\n".join(problems)
        assert "Traceback" not in w.bot.output
        assert "prompt quoted back" not in w.bot.output
        assert len(w.vendor.fetches) < 60
        await w.honest()


async def test_orders_that_were_not_taken_are_sent_again_and_no_others(tmp_path: Path) -> None:
    """A full queue with and without `retry_after`, and a connection that breaks before the order was read."""
    async with world(tmp_path) as w:
        w.vendor.script.append(error(429, "Rate limit exceeded", retry_after=1))
        begun = time.monotonic()
        assert (await final(await ask(w, "with retry_after"))).images
        assert 0.9 < time.monotonic() - begun < 5
        w.vendor.script.append(error(429, "Rate limit exceeded"))
        begun = time.monotonic()
        assert (await final(await ask(w, "without retry_after"))).images
        assert 4.5 < time.monotonic() - begun < 12
        w.vendor.script.append(Answer(close_before=True))
        card = await final(await ask(w, "reset before the order"))
        # From here nobody can tell whether it was read.
        assert LOST in card.text
        assert len(w.vendor.accepted) == 2
        assert w.bot.output.count("queue full") == 2
        await w.honest()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


async def test_a_vendor_that_is_down_is_left_alone_and_members_are_told_at_once(tmp_path: Path) -> None:
    own = {"LIMNER_MODELSLAB__BREAKER_FAILURES": "3", "LIMNER_MODELSLAB__BREAKER_SECONDS": "4"}
    async with world(tmp_path, **own) as w:
        for number in range(3):
            w.vendor.script.append(error(503, "Service temporarily unavailable"))
            assert DOWN in (await final(await ask(w, f"down {number}"))).text
        begun = time.monotonic()
        told = await ask(w, "told at once")
        assert told.answer
        assert told.ephemeral
        assert DOWN in told.answer.text
        assert time.monotonic() - begun < 1
        assert len(w.vendor.orders) == 3
        assert len(w.rows("SELECT id FROM portrait")) == 3, "nothing was written down, so nothing was held"
        # Half open: one order tries, and fails; then one tries and all is well.
        await asyncio.sleep(4)
        w.vendor.script.append(error(503, "Service temporarily unavailable"))
        assert DOWN in (await final(await ask(w, "trial"))).text
        told = await ask(w, "told again")
        assert told.answer
        assert DOWN in told.answer.text
        await asyncio.sleep(4)
        assert (await final(await ask(w, "well again"))).images
        assert (await final(await ask(w, "and again"))).images
        assert "answers again" in w.bot.output
        assert w.bot.output.count("none is sent for 4 s") == 2
        await w.honest()


@pytest.mark.slow
async def test_waiting_portraits_outlive_a_short_outage_and_do_not_wait_for_a_long_one(tmp_path: Path) -> None:
    own = {
        "LIMNER_MODELSLAB__BREAKER_FAILURES": "1",
        "LIMNER_MODELSLAB__BREAKER_SECONDS": "3",
        "LIMNER_MODELSLAB__MAX_IN_FLIGHT": "1",
    }
    async with world(tmp_path, **own) as w:
        w.vendor.script.append(Answer(503, body={"status": "error", "message": "down"}, delay=1.5))
        first = await ask(w, "first")
        second = await ask(w, "second", who="bob")
        assert DOWN in (await final(first)).text
        assert (await final(second, 15)).images
        await w.honest()
    own["LIMNER_MODELSLAB__BREAKER_SECONDS"] = "600"
    async with world(tmp_path / "long", **own) as w:
        w.vendor.script.append(Answer(503, body={"status": "error", "message": "down"}, delay=1.5))
        first = await ask(w, "first")
        second = await ask(w, "second", who="bob")
        assert DOWN in (await final(first)).text
        begun = time.monotonic()
        assert DOWN in (await final(second, 15)).text
        assert time.monotonic() - begun < 8
        assert len(w.vendor.orders) == 1
        await w.honest()


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        (error(401, "Invalid API key"), "the API key is wrong"),
        pytest.param(error(402, "Insufficient credits to queue this"), "no credits left", marks=pytest.mark.slow),
        pytest.param(error(200, "You have insufficient credits"), "no credits left", marks=pytest.mark.slow),
    ],
    ids=["401", "402", "no credits at 200"],
)
async def test_what_only_the_operator_can_mend_is_said_at_once_to_everybody(
    tmp_path: Path, answer: Answer, logged: str
) -> None:
    async with world(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="1") as w:
        w.vendor.script.append(Answer(answer.status, answer.body, delay=1.0))
        first = await ask(w, "first")
        waiting = await ask(w, "waiting", who="bob")
        assert AWAY in (await final(first)).text
        assert AWAY in (await final(waiting, 8)).text
        later = await ask(w, "later", who="carol")
        assert later.answer
        assert AWAY in later.answer.text
        assert len(w.vendor.orders) == 1
        [line] = [line for line in w.bot.lines if logged in line]
        assert " ERROR " in line
        await w.honest()


async def test_a_refused_connection_is_said_at_once(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{closed_port()}/api"
    async with world(tmp_path, LIMNER_MODELSLAB__BASE_URL=address, LIMNER_MODELSLAB__BREAKER_FAILURES="2") as w:
        for number in range(2):
            assert DOWN in (await final(await ask(w, f"down {number}"), 5)).text
        told = await ask(w, "told at once")
        assert told.answer
        assert DOWN in told.answer.text
        await w.honest()
