"""What the operator's tools read of the running bot: the numbers are what happened, and name nobody."""

import asyncio
import contextlib
import json
import re
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.faults import DOWN, ask
from tests.end_to_end.mischief import error
from tests.end_to_end.running_bot import RunningBot, final, running_bot, unstarted
from tests.fakes.scraped import Page, asked_for, names_in
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

DEADLINE = 6
WORDS = "xylophonist of nightingale grove"
# A prompt that looks like nothing, and that a client lets pass.
EMPTY = "\u200b"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def watched(port: int) -> dict[str, str]:
    return {"LIMNER_METRICS__PORT": str(port), "LIMNER_LOG__FORMAT": "json"}


async def get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.request(method, f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


async def scrape(port: int) -> Page:
    # What was made a second ago is given again.
    await asyncio.sleep(1.1)
    status, text = await get(port, "/metrics")
    assert status == 200
    return Page.read(text)


async def until(true: Any, seconds: float = 15.0) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not await true():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.05)


async def happen(w: RunningBot) -> None:
    """Portraits, refusals and faults of every kind that is counted."""
    await members_ask(w)
    await the_vendor_fails(w)
    await answers_fail_over(w)
    # Down: the breaker opens, and the next is refused at the door.
    for number in range(2):
        w.vendor.script.append(error(503, "unavailable"))
        assert DOWN in (await final(await ask(w, f"down {number}"))).text
    told = await ask(w, "told at once")
    assert told.answer
    assert DOWN in told.answer.text
    await w.settled()


async def members_ask(w: RunningBot) -> None:
    """Commands, a suggestion, a button, a form, a cancelled portrait; refused ones, and one that Discord refuses."""
    art, name = w.discord.channel("art"), "zaphod-prefect"
    zaphod, alice = w.discord.member(name), w.discord.member("alice")
    for count in (1, 2):
        assert (await final(await ask(w, WORDS, count, name))).images
    for _ in range(2):
        assert (await (await zaphod.slash(art, "portrait", prompt=EMPTY)).acknowledged()).answer
    forged = await (await zaphod.slash(art, "status", validate=False)).acknowledged()
    assert forged.answer
    assert "Manage Server" in forged.answer.text
    admin = w.discord.member("ada", permissions=("manage_guild",))
    status = await (await admin.slash(art, "status")).acknowledged()
    assert status.answer
    assert "All is well" in status.answer.text
    assert status.ephemeral
    w.discord.fail("POST", "/callback", status=403)
    assert (await (await alice.slash(art, "help")).acknowledged()).answer
    shown = await final(await ask(w, "buttons"))
    await final(await (await alice.click(shown, "Reroll")).acknowledged())
    form = await (await alice.click(shown, "Save this face")).acknowledged()
    await (await alice.submit_modal(form, {"name": "Nightingale"})).acknowledged()
    await (await alice.autocomplete(art, "character show", focused="character", value="n")).acknowledged()
    w.vendor.job_seconds = 3.0
    waits = await ask(w, "cancelled")
    assert waits.message
    await (await alice.click(waits.message, "Cancel")).acknowledged()
    await w.settled()
    w.vendor.job_seconds = 0.0


async def the_vendor_fails(w: RunningBot) -> None:
    """It refuses, is busy once, has a late link, is slow, and never ends."""
    w.vendor.script.append(error(400, "prompt is required"))
    await final(await ask(w, "refused"))
    w.vendor.script.append(Answer(429, body={"status": "error", "message": "queue full"}))
    assert (await final(await ask(w, "busy"))).images
    w.vendor.image_script.append(Answer(404))
    assert (await final(await ask(w, "late link"))).images
    w.vendor.script.append(Answer(delay=1.2))
    assert (await final(await ask(w, "slow"))).images
    w.vendor.job_seconds = 30.0
    ended = await final(await ask(w, "never ends"), DEADLINE + 10)
    assert "not ready in time" in ended.text
    w.vendor.job_seconds = 0.0


async def answers_fail_over(w: RunningBot) -> None:
    """The card is gone: the channel. That is closed too: a direct message. Discord is away: the card, later."""
    w.vendor.job_seconds = 1.0
    gone = await ask(w, "to the channel")
    assert gone.message
    gone.message.deleted = True
    await w.settled()
    closed = w.discord.channel("closed")
    asked = await (await w.discord.member("bob").slash(closed, "portrait", prompt="to bob")).acknowledged()
    w.discord.expire_token(asked)
    closed.deny("send_messages")
    await w.settled()
    away = await ask(w, "later")
    fault = w.discord.fail("PATCH", "@original", status=503, times=4)
    await w.settled()
    assert fault.hits == 4
    assert (await final(away)).images
    w.vendor.job_seconds = 0.0


async def test_every_number_that_is_asked_for_is_there_and_right(tmp_path: Path) -> None:
    port = free_port()
    own = {
        "LIMNER_MODELSLAB__BREAKER_FAILURES": "2",
        "LIMNER_MODELSLAB__BREAKER_SECONDS": "600",
        "LIMNER_MODELSLAB__DEADLINE_SECONDS": str(DEADLINE),
    }
    async with running_bot(tmp_path, **watched(port), **own) as w:
        before = await scrape(port)
        assert before.total("limner_interactions_total") == 0
        await happen(w)
        page = await scrape(port)
        assert names_in(asked_for()) - page.names == set()
        interactions_are_counted(w, page)
        portraits_are_counted(w, page)
        names_nobody(w, page)
        assert page.values("limner_ready") == {"discord": 1, "jobs": 1, "database": 1}
        assert page.total("limner_breaker_open") == 1
        assert page.total("limner_disk_writable") == 1
        assert page.values("limner_images_open") == {}
        lines_carry_their_ids(w)
        await w.honest()


def interactions_are_counted(w: RunningBot, page: Page) -> None:
    kinds = {2: "command", 3: "component", 4: "suggestion", 5: "form"}
    sent = Counter(kinds[each.type] for each in w.discord.interactions.values())
    assert page.values("limner_interactions_total") == sent
    assert set(sent) == set(kinds.values())
    assert page.values("limner_acknowledgement_seconds_count") == sent, "each was answered, once"
    assert page.total("limner_acknowledgement_seconds_sum") < 3 * sum(sent.values())
    assert page.values("limner_refusals_total") == {"TextMissing": 2, "NotManager": 1, "VendorDown": 1}
    assert page.values("limner_interaction_errors_total") == {"discord": 1}
    heard = Counter("429" if each.status == 429 else f"{each.status // 100}xx" for each in w.discord.requests)
    assert page.values("limner_discord_requests_total") == heard


def portraits_are_counted(w: RunningBot, page: Page) -> None:
    states = {row["state"]: row["n"] for row in w.rows("SELECT state, count(*) AS n FROM portrait GROUP BY state")}
    assert page.values("limner_portraits_total") == states
    assert page.total("limner_portrait_seconds_count") == sum(states.values())
    images = w.rows("SELECT coalesce(failure, state) AS outcome, count(*) AS n FROM take GROUP BY 1")
    assert page.values("limner_images_total") == {row["outcome"]: row["n"] for row in images}
    ready = page.total("limner_images_total", outcome="ready")
    assert page.total("limner_painting_seconds_count") == ready
    # One was busy, and claimed again.
    assert page.total("limner_queue_wait_seconds_count") == sum(row["n"] for row in images) + 1
    submits = page.values("limner_vendor_calls_total", call="submit")
    assert submits == {"ok": len(w.vendor.accepted), "Rejected": 1, "RateLimited": 1, "VendorDown": 2}
    assert page.total("limner_vendor_call_seconds_count", call="submit") == len(w.vendor.orders)
    assert page.total("limner_vendor_call_seconds_sum", call="submit") > 1.2
    # One was cancelled while it was painted: its picture is fetched, and not kept.
    assert page.values("limner_vendor_calls_total", call="download") == {"ok": ready + 1, "LinkNotReady": 1}
    assert page.values("limner_breaker_openings_total") == {"VendorDown": 1}
    tries = page.values("limner_deliveries_total")
    # By way and result, in the order of the labels' names.
    failed_over = {"closed original": 2, "closed channel": 1, "down original": 1}
    assert tries == failed_over | {
        "posted channel": 1,
        "posted direct": 1,
        "posted original": sum(states.values()) - 2,
    }
    assert page.total("limner_delivery_seconds_count") == sum(tries.values())


def names_nobody(w: RunningBot, page: Page) -> None:
    people = w.discord.members.values()
    ids = {str(row["id"]) for row in w.rows("SELECT DISTINCT owner_id AS id FROM portrait")}
    ids |= {str(row["id"]) for row in w.rows("SELECT DISTINCT guild_id AS id FROM portrait")}
    ids |= {str(row["id"]) for row in w.rows("SELECT DISTINCT channel_id AS id FROM portrait")}
    ids |= {row["id"] for row in w.rows("SELECT id FROM portrait")}
    ids |= {str(each.id) for each in people}
    words = {"zaphod", "alice", "prefect", "xylophonist", "nightingale", "home", "art", w.vendor.key, w.discord.token}
    assert [each for each in ids | words if re.search(rf"\b{re.escape(each)}\b", page.text)] == []


def lines_carry_their_ids(w: RunningBot) -> None:
    """Every line is one JSON object, and what speaks of a portrait says whose run it was."""
    portraits = {row["id"]: row for row in w.rows("SELECT id, interaction_id, guild_id FROM portrait")}
    about: set[str] = set()
    for line in w.bot.lines:
        entry = json.loads(line)
        assert (
            {"time", "level", "logger", "message"}
            <= entry.keys()
            <= {
                *("time", "level", "logger", "message", "traceback", "interaction", "portrait", "server"),
            }
        )
        assert all(isinstance(value, str) for value in entry.values())
        named = re.match(r"portrait (\w+)", entry["message"])
        if named:
            row = portraits[named[1]]
            assert entry["portrait"] == row["id"], entry
            assert entry["server"] == str(row["guild_id"]), entry
            assert entry["interaction"] == str(row["interaction_id"]), entry
            about.add(row["id"])
    assert about == set(portraits), "each has a line that says how it ended"


def listens(pid: int) -> list[str]:
    """The addresses on which a process listens, as the kernel has them."""
    links = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(str(descriptor.readlink()))
    sockets = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[3] == "0A" and row[9] in sockets]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks the kernel")
async def test_it_is_off_by_default_and_then_on_its_own_address_alone(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        assert w.bot.pid
        assert listens(w.bot.pid) == []
    port = free_port()
    async with running_bot(tmp_path / "on", **watched(port)) as w:
        assert w.bot.pid
        assert listens(w.bot.pid) == [f"0100007F:{port:04X}"]


# Of a port that is taken, of an address that is not this machine's, and of a name that nobody has.
NOT_TO_BE_HAD = {
    "127.0.0.1": ("port", "Address already in use"),
    "192.0.2.1": ("host", "Cannot assign requested address"),
    "no-such-name.invalid": ("host", ""),
}


@pytest.mark.parametrize("host", NOT_TO_BE_HAD)
async def test_an_address_that_cannot_be_had_is_one_line_and_nothing_is_begun(tmp_path: Path, host: str) -> None:
    name, why = NOT_TO_BE_HAD[host]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with unstarted(tmp_path, **watched(port), LIMNER_METRICS__HOST=host) as w:
            await w.bot.start()
            assert await w.bot.wait(20) == 78
            [line] = w.bot.lines
            assert line.startswith(f"limner: metrics.{name}: {host} port {port} cannot be listened on ({why}")
            assert not (tmp_path / "limner.db").exists()
            assert w.discord.requests == []


async def test_what_is_not_ready_is_said_by_its_part(tmp_path: Path) -> None:
    port = free_port()

    async def parts() -> dict[str, str]:
        status, text = await get(port, "/readyz")
        answer = json.loads(text)
        assert (status == 200) is answer["ready"]
        return answer["parts"]

    async def is_ready() -> bool:
        return set((await parts()).values()) == {"ready"}

    async with unstarted(tmp_path, **watched(port)) as w:
        await w.discord.go_away()
        await w.bot.start()
        await w.bot.line(lambda line: "cannot be reached" in line)
        assert await get(port, "/healthz") == (200, "ok\n")
        missing = await parts()
        assert missing["database"] == "ready"
        assert "ready" not in {missing["discord"], missing["jobs"]}
        await w.discord.come_back()
        await until(is_ready)
        # The vendor is away, and nothing is wrong here.
        w.vendor.script.append(error(503, "unavailable"))
        assert DOWN in (await final(await ask(w, "down"))).text
        assert await is_ready()
        asked = {"LIMNER_METRICS__PORT": str(port), **w.bot.env}
        for arguments in (("health",), ("health", "--ready")):
            assert (await command(asked, *arguments))[0] == 0
        w.discord.gateway.refusals_left = 1000
        await w.discord.gateway.drop(abort=True)

        async def misses_discord() -> bool:
            return "0 of 1" in (await parts())["discord"]

        await until(misses_discord)
        assert (await parts())["database"] == "ready"
        assert await get(port, "/healthz") == (200, "ok\n")
        assert (await command(asked, "health", "--ready"))[0] == 1
        w.discord.gateway.refusals_left = 0
        await until(is_ready)
        await w.bot.kill()
        code, said = await command(asked, "health")
        assert code == 1
        assert "does not answer" in said


async def command(env: dict[str, str], *arguments: str) -> tuple[int, str]:
    from tests.fakes.warm import completed

    done = await asyncio.to_thread(completed, *arguments, folder=Path.cwd(), env=env)
    return done.returncode, done.stdout + done.stderr
