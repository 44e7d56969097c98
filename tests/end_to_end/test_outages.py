"""A vendor that is away for everybody: members are told at once, and it is left alone until it answers again."""

import asyncio
import socket
import time
from pathlib import Path

import pytest

from tests.end_to_end.faults import AWAY, DOWN, REFUSED, ask
from tests.end_to_end.mischief import error
from tests.end_to_end.running_bot import final, running_bot
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow


def says_balance(balance: float) -> Answer:
    return Answer(body={"status": "success", "data": {"balance": balance, "currency": "USD"}})


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


async def test_a_vendor_that_is_down_is_left_alone_and_members_are_told_at_once(tmp_path: Path) -> None:
    own = {"LIMNER_MODELSLAB__BREAKER_FAILURES": "3", "LIMNER_MODELSLAB__BREAKER_SECONDS": "4"}
    async with running_bot(tmp_path, **own) as w:
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


async def test_waiting_portraits_outlive_a_short_outage_and_do_not_wait_for_a_long_one(tmp_path: Path) -> None:
    own = {
        "LIMNER_MODELSLAB__BREAKER_FAILURES": "1",
        "LIMNER_MODELSLAB__BREAKER_SECONDS": "3",
        "LIMNER_MODELSLAB__MAX_IN_FLIGHT": "1",
    }
    async with running_bot(tmp_path, **own) as w:
        w.vendor.script.append(Answer(503, body={"status": "error", "message": "down"}, delay=1.5))
        first = await ask(w, "first")
        second = await ask(w, "second", who="bob")
        assert DOWN in (await final(first)).text
        assert (await final(second, 15)).images
        await w.honest()
    own["LIMNER_MODELSLAB__BREAKER_SECONDS"] = "600"
    async with running_bot(tmp_path / "long", **own) as w:
        w.vendor.script.append(Answer(503, body={"status": "error", "message": "down"}, delay=1.5))
        first = await ask(w, "first")
        second = await ask(w, "second", who="bob")
        assert DOWN in (await final(first)).text
        begun = time.monotonic()
        assert DOWN in (await final(second, 15)).text
        assert time.monotonic() - begun < 8
        assert len(w.vendor.orders) == 1
        await w.honest()


HOPELESS = [
    (error(401, "Invalid API key"), error(401, "Invalid API key"), "the API key is wrong"),
    (error(402, "Insufficient credits to queue this"), error(402, "Insufficient credits"), "no credits left"),
    (error(200, "You have insufficient credits"), says_balance(0), "no credits left"),
    # The account's own word counts, whatever the order was told.
    (error(402, "Insufficient credits"), error(200, "Invalid API key"), "the API key is wrong"),
]


@pytest.mark.parametrize(
    ("answer", "account", "logged"),
    [HOPELESS[0], *(pytest.param(*row, marks=pytest.mark.slow) for row in HOPELESS[1:])],
    ids=["401", "402", "no credits at 200", "402, but it is the key"],
)
async def test_what_only_the_operator_can_mend_is_said_at_once_to_everybody(
    tmp_path: Path, answer: Answer, account: Answer, logged: str
) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="1") as w:
        w.vendor.script.append(Answer(answer.status, answer.body, delay=1.0))
        w.vendor.account_script.append(account)
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


ACCOUNTS = {
    "money": says_balance(12.5),
    "no balance shown": Answer(body={"status": "success", "data": {}}),
    "a firewall": Answer(403, raw=b"<html>Forbidden</html>"),
    "a page with 401": Answer(401, raw=b"<html>Unauthorized</html>"),
    "down": error(500, "Internal server error"),
}


@pytest.mark.parametrize("blame", [error(401, "Invalid API key"), error(402, "x"), error(200, "Insufficient credits.")])
@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
async def test_an_account_that_does_not_say_so_ends_nobody_elses_portrait(
    tmp_path: Path, blame: Answer, account: Answer
) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__MAX_IN_FLIGHT="1") as w:
        w.vendor.script.append(Answer(blame.status, blame.body, delay=1.0))
        w.vendor.account_script.append(account)
        first = await ask(w, "first")
        waiting = await ask(w, "waiting", who="bob")
        assert REFUSED in (await final(first)).text
        assert (await final(waiting, 8)).images
        assert (await final(await ask(w, "later", who="carol"), 8)).images
        assert w.vendor.wallets_asked == 1
        assert "none is sent for" not in w.bot.output
        assert "but the account" in w.bot.output
        await w.honest()


async def test_a_refused_connection_is_said_at_once(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{closed_port()}/api"
    async with running_bot(tmp_path, LIMNER_MODELSLAB__BASE_URL=address, LIMNER_MODELSLAB__BREAKER_FAILURES="2") as w:
        for number in range(2):
            assert DOWN in (await final(await ask(w, f"down {number}"), 5)).text
        told = await ask(w, "told at once")
        assert told.answer
        assert DOWN in told.answer.text
        await w.honest()
