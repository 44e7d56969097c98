"""Whatever the vendor does to an order, its member gets one clear answer in time, pays for pictures only,
and the log says why.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from aiohttp import web

from tests.end_to_end.faults import DEADLINE, LATE, LOST, PICTURE, Case, ask, cases
from tests.end_to_end.mischief import MischievousVendor, error, png
from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.vendor import Answer

OWN = {
    "LIMNER_MODELSLAB__DEADLINE_SECONDS": str(DEADLINE),
    "LIMNER_MODELSLAB__MAX_IN_FLIGHT": "60",
    "LIMNER_MODELSLAB__BREAKER_FAILURES": "1000",
}


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


def logged_about(w: RunningBot, prompt: str) -> list[str]:
    """The warnings and errors that the operator reads about one portrait."""
    [row] = w.rows(f"SELECT id FROM portrait WHERE json_extract(spec, '$.subject') = '{prompt}'")
    return [line for line in w.bot.lines if row["id"] in line and re.search(r" (WARNING|ERROR) ", line)]


async def outcome(w: RunningBot, prompt: str, case: Case) -> list[str]:
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


def checked_log(w: RunningBot, prompt: str, case: Case) -> list[str]:
    lines = logged_about(w, prompt)
    # At a deadline both the driver and the sweep may say so.
    most = 2 if case.reads == LATE or case.count > 1 else 1
    if case.logged and not (1 <= len(lines) <= most and any(case.logged in line for line in lines)):
        return [f"{prompt}: logged {lines}"]
    if not case.logged and lines:
        return [f"{prompt}: logged {lines}"]
    return []


@pytest.mark.slow
async def test_every_fault_ends_in_one_clear_answer(tmp_path: Path) -> None:
    async with never_called() as evil, running_bot(tmp_path, MischievousVendor, **OWN) as w:
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


@pytest.mark.slow
async def test_orders_that_were_not_taken_are_sent_again_and_no_others(tmp_path: Path) -> None:
    """A full queue with and without `retry_after`, and a connection that breaks before the order was read."""
    async with running_bot(tmp_path) as w:
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
