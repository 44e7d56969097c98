"""The process that reads faces, whatever becomes of it: a question always ends in time, and nobody else is harmed."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.domain.portraits.faces import Faces
from bot.faces import weights
from bot.faces.reader import ChildReader, open_reader
from bot.ports.faces import NO_READER

STAND_IN = (sys.executable, "-m", "tests.faces.stand_in")
# A process begins in some tenths of a second, on a busy machine in more.
ROOMY = 20.0

Opens = Callable[..., ChildReader]


@pytest.fixture
async def opens() -> AsyncIterator[Opens]:
    async with AsyncExitStack() as stack:

        def make(*arguments: str, **options: Any) -> ChildReader:
            reader = ChildReader(**{"limit": ROOMY, "command": (*STAND_IN, *arguments)} | options)
            stack.push_async_callback(reader.close)
            return reader

        yield make


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def begun(reader: ChildReader) -> int:
    assert await reader.read(b"12345", b"1234567") is not None
    assert reader.pid is not None
    return reader.pid


async def test_a_picture_goes_there_and_what_is_seen_comes_back(opens: Opens) -> None:
    reader = opens()
    assert reader.pid is None, "nothing is begun before it is needed"
    answer = await reader.read(b"12345", b"1234567")
    assert answer is not None
    assert (answer.faces, answer.alike) == (5, 0.07)
    pid = reader.pid
    answers = await asyncio.gather(*(reader.read(b"x" * size, b"y") for size in range(1, 8)))
    assert [each and each.faces for each in answers] == [1, 2, 3, 4, 5, 6, 7], "each gets its own answer"
    assert reader.pid == pid


@pytest.mark.slow
async def test_a_large_picture_goes_through_the_pipe(opens: Opens) -> None:
    answer = await opens().read(b"x" * 3_000_000, b"y" * 2_000_000)
    assert answer is not None
    assert (answer.faces, answer.alike) == (3_000_000, 20_000)


async def test_it_is_given_no_secret(opens: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_DISCORD__TOKEN", "the-token")
    monkeypatch.setenv("SOMETHING_ELSE", "a-key-of-somebody")
    told = tmp_path / "told.json"
    assert await opens().read(f"environment {told}".encode()) is None
    known = json.loads(told.read_text())
    assert {"LIMNER_DISCORD__TOKEN", "SOMETHING_ELSE"} & set(known) == set()
    assert "PATH" in known


async def test_a_killed_process_is_begun_once_more_and_then_never(
    opens: Opens, caplog: pytest.LogCaptureFixture
) -> None:
    reader = opens()
    os.kill(await begun(reader), signal.SIGKILL)
    while reader._child is not None and reader._child.returncode is None:
        await asyncio.sleep(0.01)
    assert await reader.read(b"12") is not None, "begun anew"
    assert reader.is_on
    assert await reader.read(b"die") is None, "in the middle of a question"
    assert not reader.is_on
    assert await reader.read(b"1") is None
    assert reader.pid is None
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "none are read until the next start" in errors[0].getMessage()


@pytest.mark.slow
async def test_a_process_that_does_not_begin_has_a_second_chance(opens: Opens, tmp_path: Path) -> None:
    reader = opens(str(tmp_path / "begun"))
    assert await reader.read(b"12345") is None
    answer = await reader.read(b"12345")
    assert answer is not None
    assert answer.faces == 5


@pytest.mark.slow
@pytest.mark.parametrize("line", ["{ no answer", "[1]", '{"a": 1}', '{"faces": 1, "box": [1]}', "é" * 70_000, ""])
async def test_what_is_no_answer_is_as_a_death(opens: Opens, line: str) -> None:
    reader = opens()
    assert await reader.read(f"junk {line}".encode()) is None
    assert reader.is_on
    assert await reader.read(f"junk {line}".encode()) is None
    assert not reader.is_on


@pytest.mark.slow
async def test_a_slow_process_delays_nobody_beyond_the_limit(opens: Opens) -> None:
    reader = opens(limit=ROOMY)
    pid = await begun(reader)
    reader._limit = 0.3
    loop = asyncio.get_running_loop()
    started = loop.time()
    answers = await asyncio.gather(reader.read(b"sleep 60"), reader.read(b"1"), reader.read(b"12"))
    assert answers[0] is None
    assert loop.time() - started < 3
    while not gone(pid):
        await asyncio.sleep(0.01)
    reader._limit = ROOMY
    assert await reader.read(b"123") is not None, "one second chance"


@pytest.mark.slow
async def test_who_stops_waiting_leaves_the_answers_of_others_alone(opens: Opens) -> None:
    reader = opens()
    await begun(reader)
    impatient = asyncio.create_task(reader.read(b"sleep 0.2"))
    await asyncio.sleep(0.05)
    impatient.cancel()
    await asyncio.wait([impatient])
    answer = await reader.read(b"1234")
    assert answer is not None
    assert answer.faces == 4


@pytest.mark.slow
async def test_it_ends_when_nobody_asks_any_more_and_begins_again(opens: Opens) -> None:
    reader = opens(idle=0.1)
    pid = await begun(reader)
    while not gone(pid):
        await asyncio.sleep(0.01)
    assert await begun(reader) != pid
    assert reader.is_on, "to end so is no failure"


@pytest.mark.slow
async def test_the_end_of_the_bot_ends_it(opens: Opens) -> None:
    reader = opens()
    pid = await begun(reader)
    asking = asyncio.create_task(reader.read(b"sleep 60"))
    await asyncio.sleep(0.05)
    await reader.close()
    assert gone(pid)
    assert await asking is None
    assert await reader.read(b"1") is None


@pytest.mark.parametrize("trouble", ["missing", "changed", "none"])
async def test_without_its_weights_there_is_one_line_and_no_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    package = tmp_path / "somewhere"
    models = package / "models"
    models.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    if trouble == "changed":
        for name in weights.SUMS:
            (models / name).write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(weights, "_PACKAGE", "somewhere" if trouble != "none" else "no_such_package")
    present = [name for name in ("cv2", "numpy") if weights._spec(name) is not None]
    async with open_reader(Faces.PAINTED) as reader:
        assert reader is NO_READER
        assert await reader.read(b"a picture") is None
    [line] = [record.getMessage() for record in caplog.records]
    assert "limner[likeness]" in line
    if len(present) == 2:
        expected = {"missing": "cannot be read", "changed": "not the file that was published", "none": "not installed"}
        assert expected[trouble] in line


async def test_where_it_is_off_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find_spec", lambda _: pytest.fail("looked for a package"))
    async with open_reader(Faces.OFF) as reader:
        assert reader is NO_READER
