"""Nothing that runs needs what only some systems have."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.repository import REPO, name_of, python_files

# Of the standard library: missing on Windows, or on macOS.
ELSEWHERE = (
    "fcntl",
    "grp",
    "ossaudiodev",
    "posix_ipc",
    "pty",
    "pwd",
    "readline",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
)
# The standard library itself asks for them on a system that has them: it is imported before they are blocked.
IMPORT_ALL = """
import asyncio, concurrent.futures, importlib, logging.handlers, multiprocessing, subprocess, sys, tempfile, unittest
for name in sys.argv[1].split(","):
    sys.modules[name] = None
for name in sys.argv[2].split(","):
    importlib.import_module(name)
print("all of them")
"""


def modules() -> list[str]:
    """Every module that a bot runs; the playground needs packages of its own."""
    paths = [path for path in python_files("bot", "cogs") if "/demo/" not in f"/{name_of(path)}"]
    names = [name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in paths]
    return [name for name in names if name != "bot.__main__"]


def child(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        cwd=REPO,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_everything_is_imported_where_they_are_missing() -> None:
    assert len(modules()) > 80
    done = child(IMPORT_ALL, ",".join(ELSEWHERE), ",".join([*modules(), "bot.__main__"]))
    assert done.stdout == "all of them\n", done.stderr


STOPPED = """
import asyncio, os, signal, sys
from bot.stopping import stop_on_signals

class Loop(asyncio.SelectorEventLoop):
    if sys.argv[2] == "without":
        def add_signal_handler(self, *_):
            raise NotImplementedError

async def main():
    stopped = asyncio.Event()
    stop_on_signals(stopped)
    asyncio.get_running_loop().call_later(0.2, os.kill, os.getpid(), int(sys.argv[1]))
    await asyncio.wait_for(stopped.wait(), 10)
    print("stopped")

with asyncio.Runner(loop_factory=Loop) as runner:
    runner.run(main())
"""


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("loop", ["with", "without"])
def test_a_signal_ends_the_bot_also_where_loops_take_none(asked: int, loop: str) -> None:
    done = child(STOPPED, str(int(asked)), loop)
    assert (done.returncode, done.stdout) == (0, "stopped\n"), done.stderr


def test_signals_are_asked_for_in_one_place() -> None:
    found = {name_of(path) for path in python_files("bot", "cogs") if "add_signal_handler" in Path(path).read_text()}
    assert found == {"bot/stopping.py"}
