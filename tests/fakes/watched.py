"""The bot with a watch on its loop: `python -m tests.fakes.watched run`. Whatever holds the loop stands in a file.

The file is named by the variable HELD; a line for each time that the loop was held for longer than `NOTED`, in JSON:
for how many seconds, and where the thread of the loop stood meanwhile. Time in which the system let other processes run
is not counted: it is nobody's fault here. Housekeeping is due at every round, not once an hour.
"""

import asyncio
import json
import os
import runpy
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

HELD = "HELD_LOOP_FILE"
COMMAND = ("-m", "tests.fakes.watched", "run")
BEAT, NOTED = 0.01, 0.05


def _waited_for_a_processor() -> float:
    """Seconds that this thread was ready to run, and another had the processor; 0 where the system does not say."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Watch:
    """Beats on the loop, and a thread that looks where the loop is when no beat comes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._beat = time.monotonic()
        self._seen: list[str] = []
        self._loop_thread = threading.get_ident()
        self._over = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while not self._over.wait(BEAT):
            if time.monotonic() - self._beat > NOTED:
                self._seen.append(self._where())

    def _where(self) -> str:
        """Where the loop's thread stands; nothing where its frames moved on while they were read."""
        try:
            return "".join(traceback.format_stack(sys._current_frames().get(self._loop_thread))[-6:])
        except AttributeError:
            return ""

    async def beat(self) -> None:
        try:
            while True:
                await self._next()
        finally:
            self._over.set()

    async def _next(self) -> None:
        waited = _waited_for_a_processor()
        self._beat = time.monotonic()
        await asyncio.sleep(BEAT)
        held = time.monotonic() - self._beat - BEAT - (_waited_for_a_processor() - waited)
        if held > NOTED:
            with self._file.open("a") as file:
                file.write(json.dumps({"seconds": held, "where": self._seen[-1:] + self._seen[:1]}) + "\n")
        self._seen.clear()


def _watch() -> None:
    import bot.app
    from bot.storage.keeping import Keeping

    run, chores = bot.app.run, Keeping.chores

    async def watched(*how: Any) -> None:
        beating = asyncio.create_task(Watch(Path(os.environ[HELD])).beat())
        try:
            await run(*how)
        finally:
            beating.cancel()

    async def due(self: Keeping) -> None:
        self._next_rewrite = 0.0
        await chores(self)

    bot.app.run = watched
    Keeping.chores = due


if __name__ == "__main__":
    _watch()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
