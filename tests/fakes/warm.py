"""`python -m bot run` in a process forked from one that has imported the bot already: what an interpreter takes to
import it is most of what a start costs, and the suite starts it hundreds of times.

It is a process like any other: its own id, environment, folder and exit code, and it can be killed.
"""

import asyncio
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from bot.client import EXTENSIONS

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "bot.app", "bot.checkup", *EXTENSIONS])


def _live(command: tuple[str, ...], env: Mapping[str, str], folder: str, *outputs: Any) -> None:
    """`outputs` are that of the program and that of its errors."""
    for standard, output in enumerate(outputs, 1):
        descriptor = output.detach()
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    flag, module, *arguments = command
    assert flag == "-m"
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def completed(*arguments: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`python -m bot ...` to its end, as `subprocess.run` has it."""
    command = ("-m", "bot", *arguments)
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        outputs = DupFd(out.fileno()), DupFd(err.fileno())
        process = _FORKS.Process(target=_live, args=(command, dict(env), str(folder), *outputs))
        process.start()
        process.join(60)
        if process.exitcode is None:
            process.kill()
            process.join()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, process.exitcode or 0, out.read(), err.read())


class WarmProcess:
    """What `asyncio.create_subprocess_exec` gives, as far as `BotProcess` uses it."""

    def __init__(self, process: Any, stdout: asyncio.StreamReader, transport: asyncio.BaseTransport) -> None:
        self._process = process
        self._transport = transport
        self.stdout = stdout

    @classmethod
    async def start(cls, command: tuple[str, ...], env: Mapping[str, str], folder: Path) -> "WarmProcess":
        """Both outputs go into one pipe."""
        reading, writing = os.pipe()
        stdout = asyncio.StreamReader(limit=1 << 20)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(reading, "rb", buffering=0)
        )
        process = _FORKS.Process(target=_live, args=(command, dict(env), str(folder), DupFd(writing), DupFd(writing)))
        # The first one starts the server, which imports the bot.
        await asyncio.to_thread(process.start)
        os.close(writing)
        return cls(process, stdout, transport)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self._process.exitcode
