"""The real bot as a process of its own, so that it can be killed."""

import asyncio
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.fakes.warm import WarmProcess

if TYPE_CHECKING:
    from tests.fakes.discord_wire import WireDiscord

REPO = Path(__file__).parents[2]
UNBUFFERED = "PYTHONUNBUFFERED"
_READY = re.compile(r"\bready\b")
RUN: Sequence[str] = ("-m", "bot", "run")
# The same in an interpreter of its own, which imports the bot itself.
COLD_RUN: Sequence[str] = ("-X", "utf8", *RUN)


class BotProcess:
    """`python -m bot run` on a data directory. Start it again on the same directory after a `kill()`:

    async with BotProcess.beside(discord, tmp_path, modelslab_url=vendor.url) as bot:
        await bot.ready()
        await bot.kill()
        await bot.start()
    """

    def __init__(
        self,
        data_dir: Path,
        env: Mapping[str, str],
        *,
        command: Sequence[str] = RUN,
        keep_env: bool = False,
    ) -> None:
        """`env` is all that the bot sees, besides the few variables that Python itself needs."""
        self.data_dir = data_dir
        self.log_file = data_dir / "bot.log"
        self.lines: list[str] = []
        self._command = tuple(command)
        passed = dict(os.environ) if keep_env else {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
        passed = {key: value for key, value in passed.items() if not key.startswith("LIMNER_")}
        passed |= {UNBUFFERED: "1", "LIMNER_DATABASE__URL": f"sqlite:///{data_dir.resolve()}/limner.db"}
        self.env = passed | dict(env)
        self._process: asyncio.subprocess.Process | WarmProcess | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._started_at_line = 0

    @classmethod
    def beside(
        cls,
        discord: "WireDiscord",
        data_dir: Path,
        *,
        modelslab_url: str,
        trusted_hosts: str = "127.0.0.1",
        extra: Mapping[str, str] | None = None,
        command: Sequence[str] = RUN,
    ) -> Self:
        """A bot that talks to the fake Discord and to the stand-in for the vendor."""
        env = {
            "LIMNER_DISCORD__TOKEN": discord.token,
            "LIMNER_DISCORD__API_BASE_URL": discord.api_base_url,
            "LIMNER_DISCORD__GATEWAY_URL": discord.gateway_url,
            "LIMNER_MODELSLAB__API_KEY": "test-key",
            "LIMNER_MODELSLAB__BASE_URL": modelslab_url,
            "LIMNER_MODELSLAB__TRUSTED_HOSTS": trusted_hosts,
            "LIMNER_LOG__LEVEL": "INFO",
        }
        return cls(data_dir, env | dict(extra or {}), command=command)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            await self.kill()

    @property
    def output(self) -> str:
        """All that the bot wrote, over all its lives."""
        return "\n".join(self.lines)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        assert self._process is None, "it runs already"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._started_at_line = len(self.lines)
        self._process = await self._started()
        assert self._process.stdout is not None
        self._reader = asyncio.create_task(self._read(self._process.stdout))

    async def _started(self) -> asyncio.subprocess.Process | WarmProcess:
        # What is meant for an interpreter, such as another PYTHONPATH, needs one that starts.
        if self._command[: len(RUN)] == RUN and not any(
            name.startswith("PYTHON") for name in self.env.keys() - {UNBUFFERED}
        ):
            return await WarmProcess.start(self._command, self.env, REPO)
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *self._command,
            cwd=REPO,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1 << 20,
        )

    async def _read(self, stream: asyncio.StreamReader) -> None:
        with self.log_file.open("a", encoding="utf-8") as log:
            while line := await stream.readline():
                text = line.decode(errors="replace").rstrip("\n")
                log.write(f"{text}\n")
                log.flush()
                self.lines.append(text)
                self._news.set()
        self._news.set()

    async def line(self, predicate: Callable[[str], bool], timeout: float = 20.0) -> str:
        """Waits for a line of this life's output; AssertionError with the output if it does not come."""
        deadline = time.monotonic() + timeout
        seen = self._started_at_line
        while True:
            self._news.clear()
            for text in self.lines[seen:]:
                if predicate(text):
                    return text
            seen = len(self.lines)
            over = self._reader is None or self._reader.done()
            left = deadline - time.monotonic()
            if over or left <= 0:
                why = "it ended" if over else f"within {timeout} s"
                raise AssertionError(f"no such line ({why}); the output:\n{self.output}")
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                continue

    async def ready(self, timeout: float = 20.0) -> None:
        """Waits for the line that says `ready`."""
        # discord.py's own debug lines speak of an event of that name.
        await self.line(lambda text: bool(_READY.search(text)) and "Dispatching" not in text, timeout)

    async def kill(self) -> int:
        """SIGKILL: no goodbye. Returns the exit code."""
        assert self._process is not None, "it does not run"
        if self._process.returncode is None:
            self._process.kill()
        return await self.wait()

    async def terminate(self, timeout: float = 30.0) -> int:
        """SIGTERM, and the exit code of an orderly end; TimeoutError if it does not come."""
        assert self._process is not None, "it does not run"
        if self._process.returncode is None:
            self._process.terminate()
        return await self.wait(timeout)

    async def wait(self, timeout: float = 30.0) -> int:
        """Waits for the end; afterwards `start()` may begin a new life."""
        assert self._process is not None, "it does not run"
        assert self._reader is not None, "it does not run"
        code = await asyncio.wait_for(self._process.wait(), timeout)
        # A grandchild may hold the pipe open: the output of the bot itself is complete by now.
        await asyncio.wait([self._reader], timeout=2)
        self._reader.cancel()
        await asyncio.wait([self._reader])
        # Closes the pipes now: left to the garbage collector they would warn.
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()
        self._process = self._reader = None
        return code
