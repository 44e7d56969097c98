"""Interactions as signed requests over HTTP: whatever works by the gateway works so, and nothing unsigned does."""

import asyncio
import inspect
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.endpoint.server import BODY
from tests.end_to_end import (
    test_buttons,
    test_deleted,
    test_imports,
    test_main_path,
    test_once,
    test_panel,
    test_people,
    test_scenes,
    test_sheets,
)
from tests.end_to_end.running_bot import RunningBot, by_requests, final, kill_and_return, running_bot, unstarted
from tests.fakes.discord_wire.endpoint import Endpoint
from tests.fakes.discord_wire.interactions import COMMAND, PING
from tests.fakes.faces import a_face

pytestmark = pytest.mark.slow


@asynccontextmanager
async def served(folder: Path, **settings: str) -> AsyncIterator[tuple[RunningBot, Endpoint]]:
    with by_requests():
        async with running_bot(folder, **settings) as w:
            assert w.discord.endpoint
            yield w, w.discord.endpoint


def whole(w: RunningBot, **changed: Any) -> dict[str, Any]:
    """An interaction as Discord sends it, that nobody sent yet."""
    endpoint, w.discord.endpoint = w.discord.endpoint, None
    art = w.discord.channel("art")
    data = {"id": "5", "name": "help", "type": 1, "options": []}
    asked = w.discord.member("alice")._send(COMMAND, art, data)
    w.discord.endpoint = endpoint
    return asked.payload | changed


async def test_what_is_not_signed_by_discord_now_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path) as (w, endpoint):
        assert await endpoint.post({"type": PING}) == (200, b'{"type": 1}')
        payload = whole(w)
        body = json.dumps(payload).encode()
        good = endpoint.headers(body)
        other = Endpoint(endpoint.url)
        signature, timestamp = good["X-Signature-Ed25519"], good["X-Signature-Timestamp"]
        forged: list[tuple[dict[str, str], bytes]] = [
            (other.headers(body), body),
            (good, body + b" "),
            (good, body.replace(b'"help"', b'"Help"')),
            (endpoint.headers(body, age=3600), body),
            (endpoint.headers(body, age=-3600), body),
            (endpoint.headers(body, age=310), body),
            ({"Content-Type": "application/json"}, body),
            ({"X-Signature-Ed25519": signature}, body),
            ({"X-Signature-Timestamp": timestamp}, body),
            ({**good, "X-Signature-Timestamp": str(int(timestamp) + 1)}, body),
            ({**good, "X-Signature-Timestamp": "now"}, body),
            ({**good, "X-Signature-Timestamp": f" {timestamp}x"}, body),
            ({**good, "X-Signature-Timestamp": "9" * 4000}, body),
            ({**good, "X-Signature-Ed25519": signature[:-2]}, body),
            ({**good, "X-Signature-Ed25519": "0" * 128}, body),
            ({**good, "X-Signature-Ed25519": "zz" * 64}, body),
            ({**good, "X-Signature-Ed25519": signature * 8}, body),
            (good, b""),
        ]
        answers = [await endpoint.post(None, headers=headers, body=sent) for headers, sent in forged]
        assert answers == [(401, b"")] * len(forged)
        assert w.discord.requests[-1].path.startswith("/applications"), "nothing of it was carried out"
        huge = b"x" * (BODY + 1)
        assert (await endpoint.post(None, body=huge))[0] == 413
        async with aiohttp.ClientSession() as session:
            async with session.post(endpoint.url, data=_pieces(huge), headers=endpoint.headers(huge)) as answer:
                assert answer.status == 413
            async with session.get(endpoint.url) as answer:
                assert answer.status == 405
        assert "Traceback" not in w.bot.output
        assert w.bot.output.count("without a good signature was refused") == 1
        # It goes on as before.
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "help")
        await asked.acknowledged()
        await w.honest()


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    """Without a length that is told beforehand."""
    for start in range(0, len(data), 2**16):
        yield data[start : start + 2**16]


async def test_what_cannot_be_read_is_a_line_and_the_next_is_another_one(tmp_path: Path) -> None:
    async with served(tmp_path) as (w, endpoint):
        payload = whole(w)
        spoilt: list[Any] = [{key: value for key, value in payload.items() if key != gone} for gone in payload]
        spoilt += [payload | {key: None} for key in payload]
        spoilt += [payload | {key: {"a": []}} for key in payload] + [payload | {key: [7]} for key in payload]
        spoilt += [payload | {"data": {**payload["data"], **change}} for change in DATA]
        spoilt += [payload | {"type": kind} for kind in (0, 3, 4, 5, 6, 99, "2")]
        spoilt += [[], "text", 7, None, {}]
        answers = {
            (
                await endpoint.post(
                    {**each, "id": str(10**17 + number)}
                    if isinstance(each, dict) and "id" in each and each["id"] == payload["id"]
                    else each
                )
            )[0]
            for number, each in enumerate(spoilt)
        }
        assert answers == {202}
        for body in (b"{", b"\xff", b"", b"[" * 100_000, b'{"type": 1e999}'):
            assert (await endpoint.post(None, body=body))[0] == 202
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "help")
        await asked.acknowledged()
        assert "data.name is of another kind" in w.bot.output
        assert ": token is missing" in w.bot.output
        assert "Traceback" not in w.bot.output, w.bot.output


DATA: list[dict[str, Any]] = [
    {"name": None},
    {"name": "no such command"},
    {"name": {}},
    {"type": 3},
    {"type": 3, "target_id": "1", "name": "Save this face"},
    {"type": "x"},
    {"options": [{}]},
    {"options": "text"},
    {"options": [{"name": "x", "type": 1}]},
    {"name": "character", "options": [{"name": "show", "type": 1, "options": [{"name": "character"}]}]},
    {"resolved": {"members": {"1": {}}}, "options": [{"name": "member", "type": 6, "value": "1"}]},
]


async def test_the_same_request_twice_is_carried_out_once(tmp_path: Path) -> None:
    async with served(tmp_path) as (w, endpoint):
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor")
        body = json.dumps(asked.payload).encode()
        headers = endpoint.headers(body)
        answers = await asyncio.gather(*(endpoint.post(None, headers=headers, body=body) for _ in range(4)))
        assert {status for status, _ in answers} == {202}
        assert (await final(asked)).images
        await kill_and_return(w)
        assert (await endpoint.post(None, headers=headers, body=body))[0] == 202
        await w.settled()
        assert len(w.vendor.orders) == 1
        assert [status for status, _ in endpoint.statuses] == [202]
        await w.honest()


STORIES: list[Callable[..., Awaitable[None]]] = [
    test_main_path.test_from_slash_to_reroll_save_and_pose,
    test_main_path.test_sigterm_ends_cleanly_and_commands_are_synced_once,
    test_panel.test_every_part_is_changed_by_its_form_and_the_panel_shows_it,
    test_deleted.test_nothing_is_legible_after_privacy_delete,
    *(
        story
        for module in (test_buttons, test_once, test_sheets, test_scenes, test_imports, test_people)
        for name, story in inspect.getmembers(module, inspect.iscoroutinefunction)
        if name.startswith("test_") and list(inspect.signature(story).parameters) == ["tmp_path"]
    ),
]


def leaves(command: dict[str, Any], path: str = "") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The commands that can be typed, with their options."""
    path = f"{path} {command['name']}".strip()
    below = [each for each in command.get("options") or [] if each["type"] in {1, 2}]
    if not below:
        yield path, command.get("options") or []
    for each in below:
        yield from leaves(each, path)


async def test_every_command_and_every_suggestion_is_answered(tmp_path: Path) -> None:
    async with served(tmp_path) as (w, endpoint):
        art, ada = w.discord.channel("art"), w.discord.member("ada", permissions=["manage_guild"])
        w.ticked(ada)
        face = w.discord.upload(a_face(), "face.png")
        by_type: dict[int, Any] = {
            4: 1,
            5: True,
            6: w.discord.member("bob"),
            7: art,
            8: w.discord.role("artists"),
            11: face,
        }
        save = await ada.slash(art, "character save", name="Mia", features="woman, red hair, freckles")
        await save.acknowledged()
        answered: list[str] = []
        typed = [
            leaf for command in w.discord.commands[None] if command.get("type", 1) == 1 for leaf in leaves(command)
        ]
        for path, options in typed:
            given: dict[str, Any] = {}
            for option in options:
                if option.get("autocomplete"):
                    hints = await ada.autocomplete(art, path, focused=option["name"], value="m")
                    assert (await hints.acknowledged()).choices is not None
                if option.get("required"):
                    choices = option.get("choices") or [
                        {"value": "Mia" if "character" in option["name"] else "a sailor"}
                    ]
                    given[option["name"]] = choices[0]["value"] if option["type"] == 3 else by_type[option["type"]]
            asked = await ada.slash(art, path, **given)
            await asked.acknowledged()
            answered.append(path)
        assert len(answered) > 30
        assert {path.split()[0] for path in answered} == {
            *("portrait", "character", "gallery", "preferences", "quota", "settings", "status", "privacy", "help")
        }
        assert {status for status, _ in endpoint.statuses} == {202}
        assert "Traceback" not in w.bot.output
        # One of them forgot what was counted, so there is nothing to compare with.
        await w.settled()
        assert w.discord.violations == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.__module__.rpartition('.')[2]}-{story.__name__}")
async def test_a_story_of_the_gateway(tmp_path: Path, story: Callable[..., Awaitable[None]]) -> None:
    """The same stories, told over HTTP."""
    with by_requests():
        await story(tmp_path)


async def test_health_says_whether_requests_are_taken(tmp_path: Path) -> None:
    with by_requests(), socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        listener.close()
        async with unstarted(tmp_path, LIMNER_METRICS__PORT=str(port)) as w, aiohttp.ClientSession() as session:
            endpoint = w.discord.endpoint
            assert endpoint

            async def ready() -> tuple[int, dict[str, str]]:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    return answer.status, (await answer.json())["parts"]

            w.discord.fail("GET", r"/users/@me$", status=503, times=10**6)
            await w.bot.start()
            await w.bot.line(lambda line: "Discord cannot be reached" in line)
            assert (await ready())[0] == 503
            assert (await ready())[1]["discord"] == "not logged in yet"
            # The portal may look whether somebody is there at any time.
            assert (await endpoint.post({"type": PING}))[0] == 200
            assert (await endpoint.post(whole(w)))[0] == 503
            w.discord.faults.clear()
            await w.bot.ready()
            async with asyncio.timeout(10):
                while (await ready())[0] != 200:
                    await asyncio.sleep(0.1)
            assert set((await ready())[1].values()) == {"ready"}
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                page = await answer.text()
            assert "limner_discord_shards_connected 0.0" in page
            assert w.discord.gateway.identifies == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"LIMNER_HTTP__PUBLIC_KEY": ""}, "http.public_key is missing, and --role http needs it"),
        ({"LIMNER_HTTP__PUBLIC_KEY": "abc"}, "http.public_key is wrong: must be the 64 digits and letters"),
        ({"LIMNER_HTTP__HOST": "203.0.113.7"}, "http.host: 203.0.113.7 port"),
        ({}, "http.port: 127.0.0.1 port {port} cannot be listened on (Address already in use)"),
    ],
)
async def test_what_keeps_it_from_listening_is_one_line(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with by_requests():
        async with unstarted(tmp_path, **change) as w:
            assert w.discord.endpoint
            port = URL(w.discord.endpoint.url).port
            with socket.create_server(("127.0.0.1", port or 0)):
                await w.bot.start()
                assert await w.bot.wait() == 78
            [line] = w.bot.lines
            assert line.startswith(f"limner: {said.format(port=port)}")
            assert not (tmp_path / "limner.db").exists()
            assert w.discord.requests == []
