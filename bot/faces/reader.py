"""The bot's side of the process that reads: begun at the first question, ended when nobody asks any more.

Whatever happens there, a question ends within its limit, with an answer or with None.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from bot.domain.portraits.faces import Faces, Seen
from bot.faces import frames
from bot.faces.weights import why_not
from bot.ports.faces import NO_READER, FaceReader

_log = logging.getLogger(__name__)

# How long anybody waits for an answer.
LIMIT: Final = 5.0
# After so long without a question the process ends, and gives back a quarter of a gigabyte.
IDLE: Final = 600.0
# A machine may be busy while a process begins: nobody waits for longer than the limit, but it may go on.
_BEGINNING: Final = 30.0
_CHANCES: Final = 2
_LONGEST_ANSWER: Final = 2**16
_ROOT: Final = Path(__file__).parents[2]
CHILD: Final = (sys.executable, "-P", "-m", "bot.faces.child")
# What a process needs of ours: above all not the token and the key.
_PASSED: Final = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "HOME")


class _Died(Exception):
    """The process ended, or did not answer in time; the text says which."""


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _PASSED if name in os.environ}
    paths = [str(_ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**known, "PYTHONPATH": os.pathsep.join(paths), "OPENCV_IO_MAX_IMAGE_PIXELS": str(40_000_000)}


def _pipes(child: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if child.stdin is None or child.stdout is None:
        raise _Died("it has no pipes")
    return child.stdin, child.stdout


class ChildReader:
    """See `bot.ports.faces.FaceReader`. One question at a time; who waits too long for their turn gets no answer."""

    def __init__(self, *, limit: float = LIMIT, idle: float = IDLE, command: Sequence[str] = CHILD) -> None:
        self._limit = limit
        self._idle = idle
        self._command = tuple(command)
        self._turn = asyncio.Lock()
        self._child: Process | None = None
        self._chances = _CHANCES
        self._ending: asyncio.TimerHandle | None = None
        self._works: set[asyncio.Task[Seen | None]] = set()

    @property
    def is_on(self) -> bool:
        """Whether questions are still answered: a process that died twice is not begun again."""
        return self._chances > 0

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._child.pid if self._child else None

    async def read(self, picture: bytes, saved: bytes | None = None) -> Seen | None:
        if not self.is_on:
            return None
        begun = asyncio.Event()
        work = asyncio.create_task(self._answer(frames.asked(picture, saved), begun))
        self._works.add(work)
        work.add_done_callback(self._works.discard)
        try:
            await asyncio.wait({work}, timeout=self._limit)
        finally:
            # What has begun goes on: its answer belongs to this question, and nobody else may read it.
            if not begun.is_set():
                work.cancel()
        return work.result() if work.done() and not work.cancelled() else None

    async def _answer(self, question: bytes, begun: asyncio.Event) -> Seen | None:
        async with self._turn:
            if not self.is_on:
                return None
            begun.set()
            self._stay()
            if self._child is not None and self._child.returncode is not None:
                await self._lost(_Died("it ended while nobody asked"))
                if not self.is_on:
                    return None
            try:
                child = await self._started()
                async with asyncio.timeout(self._limit):
                    return await self._exchanged(child, question)
            except (_Died, OSError, TimeoutError, ValueError, TypeError, asyncio.IncompleteReadError) as error:
                await self._lost(error)
                return None
            finally:
                self._rest()

    async def _exchanged(self, child: Process, question: bytes) -> Seen | None:
        questions, answers = _pipes(child)
        questions.write(question)
        await questions.drain()
        line = await answers.readline()
        if not line.endswith(b"\n"):
            raise _Died("it ended")
        return frames.seen_in(line)

    async def _started(self) -> Process:
        if self._child is not None:
            return self._child
        child = self._child = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment(), limit=_LONGEST_ANSWER
        )
        async with asyncio.timeout(_BEGINNING):
            said = await _pipes(child)[1].readline()
        if said != frames.READY:
            raise _Died(said.decode(errors="replace").strip() or "it did not begin")
        return child

    async def _lost(self, error: Exception) -> None:
        """The process died, or is as good as dead: once it is begun anew, with the next question."""
        await self._end()
        self._chances -= 1
        why = str(error) if isinstance(error, _Died) else type(error).__name__
        if self._chances:
            _log.warning("faces: the process that reads them was lost (%s); it is begun anew once", why)
        else:
            _log.error(
                "faces: the process that reads them was lost twice (%s); none are read until the next start", why
            )

    def _stay(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _rest(self) -> None:
        """Begin to count the time without a question."""
        self._stay()
        if self._child is not None:
            self._ending = asyncio.get_running_loop().call_later(self._idle, self._let_go)

    def _let_go(self) -> None:
        """At the end of its standard input the process ends by itself."""
        if self._child is not None and not self._turn.locked():
            ending = asyncio.create_task(self._released())
            self._works.add(ending)
            ending.add_done_callback(self._works.discard)

    async def _released(self) -> None:
        async with self._turn:
            self._stay()
            await self._end()

    async def _end(self) -> None:
        """No process is left; nobody may be in the middle of a question."""
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            child.kill()
        if child.stdin is not None:
            child.stdin.close()
        await child.wait()

    async def close(self) -> None:
        """End the process, whatever it does."""
        self._chances = 0
        for work in tuple(self._works):
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)
        self._stay()
        await self._end()


@asynccontextmanager
async def open_reader(faces: Faces) -> AsyncGenerator[FaceReader]:
    """The reader that a setting asks for, ended at the end; one line where it cannot be had, and then none."""
    if faces is Faces.OFF:
        yield NO_READER
        return
    reason = await asyncio.to_thread(why_not)
    if reason is not None:
        _log.error("faces: not read, though likeness.faces is %s: %s", faces, reason)
        yield NO_READER
        return
    reader = ChildReader()
    try:
        yield reader
    finally:
        await reader.close()
