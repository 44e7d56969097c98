"""The bot with a wall clock that is wrong: `python -m tests.fakes.shifted run`, with the seconds it is off in a file.

The file, named by the variable OFF, is read at every look at the clock, so a test can set the clock of a running bot.
The program knows nothing of it: `time.time` and `datetime.now` are replaced before anything else is imported.
"""

import datetime as dt
import os
import runpy
import time
from pathlib import Path
from typing import Any

OFF = "SHIFTED_CLOCK_FILE"
COMMAND = ("-m", "tests.fakes.shifted", "run")


def off() -> float:
    """By how many seconds the clock is wrong now."""
    return float(Path(os.environ[OFF]).read_text() or 0)


class _Meta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _REAL)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _REAL)


_REAL = dt.datetime
_REAL_TIME, _REAL_TIME_NS = time.time, time.time_ns


def _shift() -> None:
    class Shifted(_REAL, metaclass=_Meta):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return _REAL.now(tz) + dt.timedelta(seconds=off())

        @classmethod
        def utcnow(cls) -> Any:
            return _REAL.utcnow() + dt.timedelta(seconds=off())

    dt.datetime = Shifted
    time.time = lambda: _REAL_TIME() + off()
    time.time_ns = lambda: _REAL_TIME_NS() + int(off() * 1e9)


if __name__ == "__main__":
    _shift()
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
