"""Discord is away, refuses or talks nonsense while the bot starts: it waits, comes up by itself, and ends when told."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, unstarted, until

pytestmark = pytest.mark.slow

ME, APPLICATION, WHERE = r"^/users/@me$", r"^/oauth2/applications/@me$", r"^/gateway/bot$"
PAGE = "<html><body>Checking your browser</body></html>"
WRONG: dict[str, dict[str, Any]] = {
    "503": {"status": 503},
    "502 with a page": {"status": 502, "body": PAGE},
    "429 of a proxy": {"status": 429, "via": False, "retry_after": 1},
    "429 with a page": {"status": 429, "via": False, "body": PAGE},
    "403 with a page": {"status": 403, "body": PAGE},
    "a page": {"status": 200, "body": PAGE},
    "half JSON": {"status": 200, "body": b'{"id": "1'},
    "JSON of something else": {"status": 200, "body": b"[]"},
    "cut off": {"reset": True},
}


async def works(w: RunningBot) -> None:
    await w.bot.ready()
    await w.discord.until_connected()
    asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor")
    assert (await final(asked)).images
    assert "Traceback" not in w.bot.output
    assert await w.bot.terminate() == 0


def waits(w: RunningBot, what: str) -> list[str]:
    return [line.rsplit(" in ", 1)[1] for line in w.bot.lines if what in line and "trying again in" in line]


@pytest.mark.parametrize("path", [ME, APPLICATION], ids=["login", "application"])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_login_that_fails_twice_is_made_a_third_time(tmp_path: Path, wrong: dict[str, Any], path: str) -> None:
    async with unstarted(tmp_path) as w:
        fault = w.discord.fail("GET", path, times=2, **wrong)
        await w.bot.start()
        await w.bot.ready()
        assert fault.hits == 2
        # What the libraries repeat by themselves is not spoken of.
        quiet = 2 if wrong.get("status") == 502 else 1 if wrong.get("reset") else 0
        assert waits(w, "cannot be reached") == ["1 s", "2 s"][: 2 - quiet]
        assert "Traceback" not in w.bot.output
        assert "voice" not in w.bot.output
        assert await w.bot.terminate() == 0


async def test_a_refused_connection_is_tried_again_until_discord_is_there(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        await w.discord.go_away()
        await w.bot.start()
        await w.bot.line(lambda line: "trying again in 4 s" in line)
        await w.discord.come_back()
        await works(w)
        assert waits(w, "cannot be reached")[:3] == ["1 s", "2 s", "4 s"]


async def test_as_long_as_discord_asks_for_is_waited(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.fail("GET", ME, status=429, via=False, retry_after=600)
        await w.bot.start()
        await w.bot.line(lambda line: "trying again in 600 s" in line)
        assert await w.bot.terminate(5) == 0


STUCK: dict[str, dict[str, Any]] = {
    "refused": {},
    "503": {"path_regex": ME, "status": 503},
    "limited": {"path_regex": ME, "status": 429, "retry_after": 600},
    "hanging": {"path_regex": ME, "delay": 600},
    "no gateway": {"path_regex": WHERE, "status": 503},
}


@pytest.mark.parametrize("stuck", STUCK.values(), ids=STUCK)
async def test_a_bot_that_waits_for_discord_ends_at_once(tmp_path: Path, stuck: dict[str, Any]) -> None:
    async with unstarted(tmp_path) as w:
        if stuck:
            w.discord.fail("GET", times=1000, **stuck)
        else:
            await w.discord.go_away()
        await w.bot.start()
        if stuck.get("delay"):
            assert await w.discord.changes.until(lambda: w.discord.requests, 20) or w.discord.requests
        else:
            await w.bot.line(lambda line: "gain in" in line or "Retrying in" in line)
        assert await w.bot.terminate(5) == 0
        assert "Traceback" not in w.bot.output


async def test_a_name_that_is_not_known_is_looked_up_again(tmp_path: Path) -> None:
    async with unstarted(tmp_path, LIMNER_DISCORD__API_BASE_URL="http://discord.invalid/api/v10") as w:
        await w.bot.start()
        await w.bot.line(lambda line: "trying again in 2 s" in line, 40)
        assert await w.bot.terminate(5) == 0
        assert "Traceback" not in w.bot.output


async def test_a_name_server_that_is_silent_holds_no_end_up(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import socket, time\n"
        "asked = socket.getaddrinfo\n"
        "def wait(host, *more, **kwargs):\n"
        "    if host == 'discord.invalid':\n"
        "        print('looking up', flush=True)\n"
        "        time.sleep(60)\n"
        "    return asked(host, *more, **kwargs)\n"
        "socket.getaddrinfo = wait\n"
    )
    silent = {"LIMNER_DISCORD__API_BASE_URL": "http://discord.invalid/api/v10", "PYTHONPATH": str(tmp_path)}
    async with unstarted(tmp_path, **silent) as w:
        await w.bot.start()
        await w.bot.line(lambda line: "looking up" in line)
        assert await w.bot.terminate(8) == 0


async def test_a_wrong_token_is_one_line_and_no_second_try(tmp_path: Path) -> None:
    async with unstarted(tmp_path, LIMNER_DISCORD__TOKEN="token.of-somebody") as w:
        await w.bot.start()
        assert await w.bot.wait() == 78
        assert [line for line in w.bot.lines if "discord.token" in line] == [w.bot.lines[-1]]
        assert len(w.discord.requests) == 1
        assert "Traceback" not in w.bot.output


@pytest.mark.parametrize(
    "wrong", [{"status": 503}, {"status": 429, "via": False}, {"status": 200, "body": PAGE}, {"reset": True}], ids=str
)
async def test_where_to_connect_is_asked_until_discord_says(tmp_path: Path, wrong: dict[str, Any]) -> None:
    async with unstarted(tmp_path) as w:
        fault = w.discord.fail("GET", WHERE, times=2, **wrong)
        await w.bot.start()
        await w.bot.ready()
        assert fault.hits == 2
        assert waits(w, "where to connect") == ["1 s", "2 s"][: 1 if wrong.get("reset") else 2]
        assert "Traceback" not in w.bot.output


async def test_handshakes_are_repeated_with_growing_waits(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.refuse_gateway(times=3)
        await w.bot.start()
        await works(w)
        assert waits(w, "is not connected") == ["1 s", "2 s", "4 s"]
        assert "HTTP 503" in w.bot.output


async def test_a_gateway_that_says_nothing_is_left(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.gateway.silences_left = 1
        await w.bot.start()
        await w.bot.ready(60)
        await works(w)


async def test_an_invalid_session_at_the_start_leads_to_a_new_one(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.gateway.verdicts = [9, 4000]
        await w.bot.start()
        await w.bot.ready(40)
        assert len(w.discord.gateway.identifies) == 3
        await works(w)


@pytest.mark.parametrize(("code", "words"), [(4004, "discord.token is wrong"), (4014, "intents")])
async def test_what_the_operator_must_mend_ends_the_bot_in_one_line(tmp_path: Path, code: int, words: str) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.gateway.verdicts = [code]
        await w.bot.start()
        assert await w.bot.wait() == 78
        assert words in w.bot.lines[-1]
        assert "Traceback" not in w.bot.output


async def test_every_shard_that_discord_asks_for_is_held(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        gateway = w.discord.gateway
        gateway.shards, gateway.concurrency, gateway.announced_url = 2, 2, "ws://127.0.0.1:1/elsewhere"
        away = w.discord.guild("away")
        while (w.discord.home.id >> 22) % 2 == (away.id >> 22) % 2:
            away = w.discord.guild(f"away {away.id}")
        await w.bot.start()
        await w.bot.ready()
        assert sorted(each["shard"] for each in gateway.identifies) == [[0, 2], [1, 2]]
        for guild in (w.discord.home, away):
            art = w.discord.channel("art", guild)
            asked = await w.discord.member("alice", guild).slash(art, "portrait", prompt="a sailor")
            assert (await final(asked)).images
        assert f"{len(w.discord.guilds)} servers" in w.bot.output
        # Grown too large while it ran: every shard is counted anew.
        gateway.shards = 4
        await w.discord.drop_gateway(4011)
        assert await w.discord.changes.until(lambda: len(gateway.identifies) >= 6, 30)
        assert sorted(each["shard"] for each in gateway.identifies[2:]) == [[0, 4], [1, 4], [2, 4], [3, 4]]
        assert await w.bot.terminate() == 0


async def test_a_frame_that_cannot_be_read_costs_one_connection(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        await w.bot.start()
        await w.bot.ready()
        await w.discord.until_connected()
        for connection in list(w.discord.gateway.connections):
            await connection.socket.send_str("{ no json")
        assert await w.discord.changes.until(lambda: w.discord.gateway.resumes == 1, 20)
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor")
        assert (await final(asked)).images


async def test_drops_one_after_the_other_are_resumed_at_once(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        await w.bot.start()
        await w.bot.ready()
        art = w.discord.channel("art")
        for number in range(2):
            await w.discord.drop_gateway(abort=bool(number))
            asked = await w.discord.member("alice").slash(art, "portrait", prompt=f"sailor {number}")
            assert (await final(asked)).images
        assert (w.discord.gateway.resumes, len(w.discord.gateway.identifies)) == (2, 1)


async def test_ready_and_the_end_of_each_portrait_are_one_line_each(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        await w.bot.start()
        await works(w)
        [ready] = [line for line in w.bot.lines if ": ready" in line]
        for word in ("INFO", "version 0", "1 servers", "limner.db", "0 open portraits"):
            assert word in ready
        [row] = w.rows("SELECT id FROM portrait")
        [done] = [line for line in w.bot.lines if row["id"] in line and " INFO " in line]
        assert "delivered after" in done
        assert "1 of 1 images" in done
        assert "sailor" not in w.bot.output


async def test_open_portraits_are_counted_at_the_start(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        await w.bot.start()
        await w.bot.ready()
        await w.discord.until_connected()
        w.vendor.job_seconds = 3
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor")
        await asked.acknowledged()
        # An order of unknown fate would end before the line is written.
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        await w.bot.kill()
        await w.bot.start()
        await w.bot.line(lambda line: "ready" in line and "1 open portraits" in line)
        assert await final(asked)
        await w.settled()
